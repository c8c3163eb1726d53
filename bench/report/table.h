/* SPDX-License-Identifier: ISC */
/* Tables on standard output, by libsmartcols. Without memory for one they end the program. */
#ifndef SEALANE_BENCH_REPORT_TABLE_H
#define SEALANE_BENCH_REPORT_TABLE_H

typedef struct table table;

/* Columns' names, NULL after the last; one that begins with ">" is set flush right. */
table *sealane_table_new(const char *const *columns);

/* Begins a row. */
void sealane_table_row(table *t);

/* Sets the next cell of the row, as printf. */
__attribute__((format(printf, 2, 3))) void sealane_table_cell(table *t, const char *format, ...);

/* Prints the table and frees it. */
void sealane_table_print(table *t);

#endif
