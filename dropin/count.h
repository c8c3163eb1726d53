/* SPDX-License-Identifier: ISC */
#ifndef SEALANE_DROPIN_COUNT_H
#define SEALANE_DROPIN_COUNT_H

#include "dropin/stats.h"

/* NULL unless statistics were asked for. */
extern stats_file *dropin_stats;

static inline void count_call(stats_family family, uint64_t bytes) {
    stats_file *const stats = dropin_stats;
    if (__builtin_expect(stats != NULL, 0)) {
        atomic_fetch_add_explicit(&stats->row[family].calls, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&stats->row[family].bytes, bytes, memory_order_relaxed);
    }
}

#endif
