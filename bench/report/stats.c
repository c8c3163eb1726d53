/* SPDX-License-Identifier: ISC */
#include "bench/report/stats.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t n, double q) {
    double at = q * (double)(n - 1);
    size_t below = (size_t)at;
    if (below + 1 >= n) {
        return sorted[n - 1];
    }
    return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

quartiles sealane_stats_quartiles(double *values, size_t n) {
    qsort(values, n, sizeof *values, compare);
    return (quartiles){quantile(values, n, 0.25), quantile(values, n, 0.5), quantile(values, n, 0.75)};
}

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double sealane_stats_now(void) {
    return seconds(CLOCK_MONOTONIC);
}

double sealane_stats_thread_time(void) {
    return seconds(CLOCK_THREAD_CPUTIME_ID);
}

uint64_t sealane_stats_random(uint64_t *state) {
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

void sealane_stats_random_bytes(uint64_t *state, uint8_t *out, size_t len) {
    while (len > 0) {
        uint64_t x = sealane_stats_random(state);
        size_t take = len < sizeof x ? len : sizeof x;
        memcpy(out, &x, take);
        out += take;
        len -= take;
    }
}

size_t sealane_stats_random_below(uint64_t *state, size_t n) {
    return (size_t)(sealane_stats_random(state) % n);
}
