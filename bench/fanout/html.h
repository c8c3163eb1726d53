/* SPDX-License-Identifier: ISC */
#ifndef SEALANE_BENCH_FANOUT_HTML_H
#define SEALANE_BENCH_FANOUT_HTML_H

#include <jansson.h>
#include <stddef.h>

/*
 * A report (of sealane_fanout_report) as one self-contained page, its charts drawn by gnuplot. Memory for the caller to free,
 * of *len bytes; NULL where that failed, and why tells.
 */
char *sealane_fanout_html(const json_t *report, size_t *len, char *why, size_t size);

#endif
