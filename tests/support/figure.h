/* SPDX-License-Identifier: ISC */
/* What a run has shown, in lines that `./dev test` gathers, and counts that grow where there is time. */
#ifndef SEALANE_TESTS_SUPPORT_FIGURE_H
#define SEALANE_TESTS_SUPPORT_FIGURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Prints "figure: " and the text. */
__attribute__((format(printf, 1, 2))) static inline void figure(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("figure: ", stdout);
    (void)vprintf(format, arguments);
    (void)fputc('\n', stdout);
    va_end(arguments);
}

/* `quick`, or `full` where SEALANE_LONG is set in the environment, as `./dev test --full` does. */
static inline size_t long_run(size_t quick, size_t full) {
    return getenv("SEALANE_LONG") != NULL ? full : quick;
}

#endif
