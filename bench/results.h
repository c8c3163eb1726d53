/* SPDX-License-Identifier: ISC */
/* What the benchmarks found: medians, and ratios to the other implementations. */
#ifndef SEALANE_BENCH_RESULTS_H
#define SEALANE_BENCH_RESULTS_H

#include <jansson.h>

#include "bench/cases.h"
#include "bench/report/stats.h"

typedef struct {
    const bench_case *bench;
    size_t samples;
    double *nanoseconds, *cycles; /* an item; one of each a repetition */
    quartiles ns, cycle;          /* of these */
} bench_result;

/* Prints both tables, of the results that have samples. */
void sealane_results_print(const bench_result *results, size_t count);

/* All of it as a new JSON object. */
json_t *sealane_results_json(const bench_result *results, size_t count);

#endif
