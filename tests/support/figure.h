/* SPDX-License-Identifier: ISC */
/* What a run has shown, in lines that `./dev test` gathers, and counts that grow where there is time. */
#ifndef SEALANE_TESTS_SUPPORT_FIGURE_H
#define SEALANE_TESTS_SUPPORT_FIGURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/dispatch/registry.h"

/* Prints "figure: " and the text. */
__attribute__((format(printf, 1, 2))) static inline void figure(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("figure: ", stdout);
    (void)vprintf(format, arguments);
    (void)fputc('\n', stdout);
    va_end(arguments);
}

/* The same of one kernel: the label stands at the end, in brackets. */
__attribute__((format(printf, 2, 3))) static inline void figure_on(const kernel_row *row, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("figure: ", stdout);
    (void)vprintf(format, arguments);
    (void)printf(" [%s/%s]\n", sealane_family_name(row->family), row->isa);
    va_end(arguments);
}

/* `usual`; `most` where SEALANE_LONG is set in the environment, as `./dev test --full` does; a hundredth of `usual` where
   SEALANE_SHORT is, for emulators and sanitizers. */
static inline size_t random_count(size_t usual, size_t most) {
    return getenv("SEALANE_LONG") != NULL ? most : getenv("SEALANE_SHORT") != NULL ? usual / 100 : usual;
}

#endif
