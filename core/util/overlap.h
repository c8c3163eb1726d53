/* SPDX-License-Identifier: ISC */
#ifndef SEALANE_UTIL_OVERLAP_H
#define SEALANE_UTIL_OVERLAP_H

#include <stddef.h>
#include <stdint.h>

/* 1 if the a_len bytes at a and the b_len bytes at b share one. Compared as numbers: they may be of different objects. */
static inline int ranges_overlap(const void *a, size_t a_len, const void *b, size_t b_len) {
    const uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;
    return x < y ? y - x < a_len && b_len > 0 : x - y < b_len && a_len > 0;
}

#endif
