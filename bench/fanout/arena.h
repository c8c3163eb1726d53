/* SPDX-License-Identifier: ISC */
/* Memory that is taken piece by piece and given back at once. */
#ifndef SEALANE_BENCH_FANOUT_ARENA_H
#define SEALANE_BENCH_FANOUT_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    void *newest;
    bool failed; /* a piece could not be had */
} arena;

/* n pieces of `size` bytes, all zero; NULL where there is no memory. Both may be 0. */
void *arena_take(arena *a, size_t n, size_t size);

/* Gives everything back; the arena is as new. */
void arena_free(arena *a);

#endif
