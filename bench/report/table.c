/* SPDX-License-Identifier: ISC */
#include "bench/report/table.h"

#include <libsmartcols.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct table {
    struct libscols_table *lines;
    struct libscols_line *line;
    size_t column;
};

/* Without memory there is no report to be had. */
static void *must(void *pointer) {
    if (pointer == NULL) {
        fprintf(stderr, "sealane: no memory for the report\n");
        exit(1);
    }
    return pointer;
}

table *sealane_table_new(const char *const *columns) {
    table *t = must(calloc(1, sizeof *t));
    t->lines = must(scols_new_table());
    scols_table_enable_noencoding(t->lines, 1); /* print µ as it is in any locale */
    for (size_t i = 0; columns[i] != NULL; i++) {
        int right = columns[i][0] == '>';
        must(scols_table_new_column(t->lines, columns[i] + right, 0, right ? SCOLS_FL_RIGHT : 0));
    }
    return t;
}

void sealane_table_row(table *t) {
    t->line = must(scols_table_new_line(t->lines, NULL));
    t->column = 0;
}

void sealane_table_cell(table *t, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (scols_line_set_data(t->line, t->column++, text) != 0) {
        must(NULL);
    }
}

void sealane_table_print(table *t) {
    scols_print_table(t->lines);
    scols_unref_table(t->lines);
    free(t);
}
