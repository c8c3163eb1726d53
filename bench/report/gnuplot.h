/* SPDX-License-Identifier: ISC */
/* Charts drawn by gnuplot, run as a program. */
#ifndef SEALANE_BENCH_REPORT_GNUPLOT_H
#define SEALANE_BENCH_REPORT_GNUPLOT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether there is a gnuplot to run; if not, why (that it is not installed, in words). */
bool sealane_gnuplot_present(char *why, size_t size);

/* What gnuplot prints for a script of `len` bytes: memory for the caller to free, NUL at its end. NULL: why tells. */
char *sealane_gnuplot_run(const char *script, size_t len, char *why, size_t size);

#endif
