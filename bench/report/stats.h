/* SPDX-License-Identifier: ISC */
/* Order statistics, time, and numbers that are random but the same in every run of a seed. */
#ifndef SEALANE_BENCH_REPORT_STATS_H
#define SEALANE_BENCH_REPORT_STATS_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    double q1, median, q3;
} quartiles;

/* Of n >= 1 values, which it sorts; between two values it interpolates. */
quartiles sealane_stats_quartiles(double *values, size_t n);

/* Seconds of a clock that never goes back. */
double sealane_stats_now(void);

/* Seconds of CPU time that the calling thread has used. */
double sealane_stats_thread_time(void);

/* The next number of a sequence (splitmix64). */
uint64_t sealane_stats_random(uint64_t *state);

void sealane_stats_random_bytes(uint64_t *state, uint8_t *out, size_t len);

/* A number in 0..n-1 (n >= 1, far below 2^64). */
size_t sealane_stats_random_below(uint64_t *state, size_t n);

#endif
