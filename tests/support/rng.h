/* SPDX-License-Identifier: ISC */
/* Repeatable random test data: splitmix64. The same seed gives the same run; SEALANE_SEED in the environment sets it. */
#ifndef SEALANE_TESTS_SUPPORT_RNG_H
#define SEALANE_TESTS_SUPPORT_RNG_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t state;
} rng;

static inline uint64_t rng_seed(void) {
    const char *text = getenv("SEALANE_SEED");
    return text != NULL ? strtoull(text, NULL, 0) : 20220101;
}

/* A generator of its own for each use: `stream` tells them apart. */
static inline rng rng_make(uint64_t stream) {
    return (rng){.state = rng_seed() + stream * UINT64_C(0xd1342543de82ef95)};
}

static inline uint64_t rng_u64(rng *r) {
    r->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = r->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 .. n-1; n > 0. */
static inline size_t rng_below(rng *r, size_t n) {
    return (size_t)(rng_u64(r) % n);
}

static inline void rng_fill(rng *r, uint8_t *out, size_t n) {
    for (size_t i = 0; i < n; i += 8) {
        uint64_t x = rng_u64(r);
        memcpy(out + i, &x, n - i < 8 ? n - i : 8);
    }
}

#endif
