/* SPDX-License-Identifier: ISC */
/* Constant-time primitives: no branch, index or variable-time instruction depends on the operands. */
#ifndef SEALANE_UTIL_CT_H
#define SEALANE_UTIL_CT_H

#include <stddef.h>
#include <stdint.h>

/* Hides from the compiler what it could prove about x, so that a mask stays a mask and no select becomes a branch. */
static inline uint32_t ct_barrier32(uint32_t x) {
    __asm__("" : "+r"(x));
    return x;
}

static inline uint64_t ct_barrier64(uint64_t x) {
    __asm__("" : "+r"(x));
    return x;
}

/* All ones if x is 0, else 0. */
static inline uint32_t ct_mask_zero32(uint32_t x) {
    return ct_barrier32((uint32_t)(((uint64_t)x - 1) >> 32));
}

/* 1 if the n bytes at a and b are equal, else 0. */
static inline int ct_equal(const uint8_t *a, const uint8_t *b, size_t n) {
    uint32_t diff = 0;
    for (size_t i = 0; i < n; i++) {
        diff |= (uint32_t)(a[i] ^ b[i]);
    }
    return (int)(ct_mask_zero32(diff) & 1);
}

#endif
