/* SPDX-License-Identifier: ISC */
/*
 * The verbs of 64-bit lanes over one lane, a word of the CPU, for field arithmetic of one item by scalar instructions. They and
 * their meaning are those of AVX-512. Tables are searched by SSE2, which every x86-64 CPU has.
 */
#ifndef SEALANE_LANES64_ONE_H
#define SEALANE_LANES64_ONE_H

#include <emmintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/util/ct.h"

#if defined(SEALANE_INLINE_LESS)
#define INLINE static inline __attribute__((unused))
#else
#define INLINE static inline __attribute__((always_inline))
#endif
#define OUTLINE static __attribute__((noinline))
#define UNROLL _Pragma("GCC unroll 16")

#define LANES64 1U

typedef uint64_t v64;
typedef uint64_t m64; /* all ones where the lane is chosen, else 0 */

#define v64_add(a, b) ((a) + (b))
#define v64_sub(a, b) ((a) - (b))
#define v64_and(a, b) ((a) & (b))
#define v64_or(a, b) ((a) | (b))
#define v64_shl(a, n) ((a) << (n))
#define v64_shr(a, n) ((a) >> (n))
#define v64_shl_by(a, n) ((a) << (n))
#define v64_shr_by(a, n) ((a) >> (n))
#define v64_set1(a) ((v64)(a))
#define v64_zero() ((v64)0)

#define m64_zero() ((m64)0)
#define m64_xor(a, b) ((a) ^ (b))
#define m64_and(a, b) ((a) & (b))
#define m64_or(a, b) ((a) | (b))
#define m64_not(a) (~(a))
#define m64_lane(a, l) ((uint8_t)((a) >> (l)&1))

INLINE v64 v64_load(const void *p) {
    v64 a;
    memcpy(&a, p, sizeof a);
    return a;
}

INLINE void v64_store(void *p, v64 a) {
    memcpy(p, &a, sizeof a);
}

INLINE v64 v64_select(m64 mask, v64 a, v64 b) {
    return b ^ ((a ^ b) & ct_barrier64(mask));
}

INLINE m64 m64_eq(v64 a, v64 b) {
    const uint64_t diff = a ^ b;
    return ct_barrier64(((diff | (0 - diff)) >> 63) - 1);
}

/* For a and b < 2^63. */
INLINE m64 m64_gt(v64 a, v64 b) {
    return ct_barrier64(0 - ((b - a) >> 63));
}

INLINE m64 m64_is_set(v64 a, v64 bits) { /* bits has one bit set */
    return m64_eq(a & bits, bits);
}

INLINE void v64_load_rows4(v64 m[4], const uint64_t *const p[LANES64]) {
    memcpy(m, p[0], 4 * sizeof m[0]);
}

INLINE void v64_store_rows4(uint64_t *const p[LANES64], const v64 m[4]) {
    memcpy(p[0], m, 4 * sizeof m[0]);
}

/* row[index], index < 16; 0 where the lane is not chosen. Every entry of the row is read: no address depends on the index. */
INLINE v64 v64_lookup16(const uint64_t row[16], v64 index, m64 chosen) {
    const __m128i wanted = _mm_set1_epi32((int)index); /* both halves of an entry's number are compared */
    __m128i found = _mm_setzero_si128();
    UNROLL for (int j = 0; j < 16; j += 2) {
        const __m128i here = _mm_cmpeq_epi32(wanted, _mm_setr_epi32(j, j, j + 1, j + 1));
        found = _mm_or_si128(found, _mm_and_si128(_mm_load_si128((const __m128i *)(const void *)(row + j)), here));
    }
    found = _mm_or_si128(found, _mm_unpackhi_epi64(found, found));
    return (v64)_mm_cvtsi128_si64(found) & chosen;
}

#endif
