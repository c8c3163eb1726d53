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

#define v64_spread16(p) _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(const void *)(p)))
#define v64_spread32(p) v64_load(p)

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

/* The row is permuted four entries at a time, and of the four results one is selected: no address depends on the index. */
INLINE v64 v64_lookup16(const uint64_t row[16], v64 index, m64 chosen) {
    /* In each lane, halves 2i and 2i + 1 for entry i = index mod 4. */
    const v64 pair = _mm256_and_si256(_mm256_slli_epi64(index, 1), v64_set1(6));
    const v64 halves = _mm256_or_si256(pair, _mm256_slli_epi64(_mm256_or_si256(pair, v64_set1(1)), 32));
    const __m256d bit2 = _mm256_castsi256_pd(_mm256_slli_epi64(index, 61)),
                  bit3 = _mm256_castsi256_pd(_mm256_slli_epi64(index, 60));
    __m256d of[4];
    UNROLL for (size_t i = 0; i < 4; i++) {
        of[i] = _mm256_castsi256_pd(_mm256_permutevar8x32_epi32(v64_load(row + 4 * i), halves));
    }
    const __m256d low = _mm256_blendv_pd(of[0], of[1], bit2), high = _mm256_blendv_pd(of[2], of[3], bit2);
    return v64_and(_mm256_castpd_si256(_mm256_blendv_pd(low, high, bit3)), chosen);
}

#endif
