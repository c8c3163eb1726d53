/* SPDX-License-Identifier: ISC */
/* More verbs over the four 64-bit lanes of AVX2, for field arithmetic. They and their meaning are those of AVX-512. */
#ifndef SEALANE_LANES64_AVX2_H
#define SEALANE_LANES64_AVX2_H

#include "simd/lanes/lanes_avx2.h"

#define v64_sub(a, b) _mm256_sub_epi64(a, b)
#define v64_shl_by(a, n) _mm256_sll_epi64(a, _mm_cvtsi32_si128((int)(n)))
#define v64_shr_by(a, n) _mm256_srl_epi64(a, _mm_cvtsi32_si128((int)(n)))

#define m64_zero() _mm256_setzero_si256()
#define m64_xor(a, b) _mm256_xor_si256(a, b)
#define m64_and(a, b) _mm256_and_si256(a, b)
#define m64_or(a, b) _mm256_or_si256(a, b)
#define m64_not(a) _mm256_xor_si256(a, _mm256_set1_epi64x(-1))
#define m64_eq(a, b) _mm256_cmpeq_epi64(a, b)
#define m64_lane(a, l) ((uint8_t)(_mm256_movemask_pd(_mm256_castsi256_pd(a)) >> (l)&1))

INLINE void v64_transpose4(v64 m[4]) {
    const v64 a = _mm256_unpacklo_epi64(m[0], m[1]), b = _mm256_unpackhi_epi64(m[0], m[1]);
    const v64 c = _mm256_unpacklo_epi64(m[2], m[3]), d = _mm256_unpackhi_epi64(m[2], m[3]);
    m[0] = _mm256_permute2x128_si256(a, c, 0x20);
    m[1] = _mm256_permute2x128_si256(b, d, 0x20);
    m[2] = _mm256_permute2x128_si256(a, c, 0x31);
    m[3] = _mm256_permute2x128_si256(b, d, 0x31);
}

INLINE void v64_load_rows4(v64 m[4], const uint64_t *const p[LANES64]) {
    for (size_t l = 0; l < LANES64; l++) {
        m[l] = v64_load(p[l]);
    }
    v64_transpose4(m);
}

INLINE void v64_store_rows4(uint64_t *const p[LANES64], const v64 m[4]) {
    v64 rows[4] = {m[0], m[1], m[2], m[3]};
    v64_transpose4(rows);
    for (size_t l = 0; l < LANES64; l++) {
        v64_store(p[l], rows[l]);
    }
}

/* Every entry of the row is read: no address depends on the index. */
INLINE v64 v64_lookup16(const uint64_t row[16], v64 index, m64 chosen) {
    v64 found = v64_zero();
    for (size_t j = 0; j < 16; j++) {
        found = v64_or(found, v64_and(v64_set1(row[j]), m64_eq(index, v64_set1(j))));
    }
    return v64_and(found, chosen);
}

#endif
