/* SPDX-License-Identifier: ISC */
/* More verbs over the eight 64-bit lanes of AVX-512, for field arithmetic: those that need IFMA, and tables in registers. */
#ifndef SEALANE_LANES64_AVX512_H
#define SEALANE_LANES64_AVX512_H

#include "simd/lanes/lanes_avx512.h"

#define v64_sub(a, b) _mm512_sub_epi64(a, b)
#define v64_mul(a, b) _mm512_mullo_epi64(a, b) /* the low 64 bits of the product */

/* Shifts by a number of bits that is no constant, the same in all lanes. */
#define v64_shl_by(a, n) _mm512_sll_epi64(a, _mm_cvtsi32_si128((int)(n)))
#define v64_shr_by(a, n) _mm512_srl_epi64(a, _mm_cvtsi32_si128((int)(n)))

/* acc + the low, or the high, 52 bits of the 104-bit product of the low 52 bits of a and b. */
#define v64_madd52lo(acc, a, b) _mm512_madd52lo_epu64(acc, a, b)
#define v64_madd52hi(acc, a, b) _mm512_madd52hi_epu64(acc, a, b)

/* a + b, or a - b, in the lanes of m, other in the others. */
#define v64_add_in(m, other, a, b) _mm512_mask_add_epi64(other, m, a, b)
#define v64_sub_in(m, other, a, b) _mm512_mask_sub_epi64(other, m, a, b)

/* Lane j of every four is lane ij of the same four, with constants and with the lanes' numbers in a vector. */
#define v64_permute4(a, i0, i1, i2, i3) _mm512_permutex_epi64(a, (i0) | (i1) << 2 | (i2) << 4 | (i3) << 6)
#define v64_permute(a, index) _mm512_permutexvar_epi64(index, a)
#define v64_indices(...) _mm512_setr_epi64(__VA_ARGS__)
#define v64_index(i0, i1, i2, i3) _mm512_setr_epi64(i0, i1, i2, i3, 4 + (i0), 4 + (i1), 4 + (i2), 4 + (i3))

#define v64_swap_index() v64_indices(4, 5, 6, 7, 0, 1, 2, 3)

#define m64_zero() ((m64)0)
#define m64_xor(a, b) ((m64)((a) ^ (b)))
#define m64_and(a, b) ((m64)((a) & (b)))
#define m64_or(a, b) ((m64)((a) | (b)))
#define m64_not(a) ((m64) ~(a))
#define m64_eq(a, b) _mm512_cmpeq_epi64_mask(a, b)
#define m64_lane(a, l) ((uint8_t)((a) >> (l)&1)) /* 1 where lane l is chosen, else 0 */

/* 16 or 32 bytes in LANES64 equal parts, least significant first, as numbers. */
#define v64_spread16(p) _mm512_cvtepu16_epi64(_mm_loadu_si128((const void *)(p)))
#define v64_spread32(p) _mm512_cvtepu32_epi64(_mm256_loadu_si256((const void *)(p)))

/* Four words at p, then four at q. */
INLINE v64 v64_load_halves(const uint64_t *p, const uint64_t *q) {
    const __m256i low = _mm256_loadu_si256((const void *)p), high = _mm256_loadu_si256((const void *)q);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/* m[j], lane l = p[l][j] for four words at each of eight addresses. */
INLINE void v64_load_rows4(v64 m[4], const uint64_t *const p[LANES64]) {
    v64 t[4]; /* rows 0 and 2, 1 and 3, 4 and 6, 5 and 7 */
    for (size_t k = 0; k < 4; k++) {
        const size_t l = k < 2 ? k : k + 2;
        const __m256i low = _mm256_loadu_si256((const void *)p[l]), high = _mm256_loadu_si256((const void *)p[l + 2]);
        t[k] = _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
    }
    const v64 a = _mm512_unpacklo_epi64(t[0], t[1]), b = _mm512_unpacklo_epi64(t[2], t[3]);
    const v64 c = _mm512_unpackhi_epi64(t[0], t[1]), d = _mm512_unpackhi_epi64(t[2], t[3]);
    m[0] = _mm512_shuffle_i64x2(a, b, 0x88);
    m[1] = _mm512_shuffle_i64x2(c, d, 0x88);
    m[2] = _mm512_shuffle_i64x2(a, b, 0xdd);
    m[3] = _mm512_shuffle_i64x2(c, d, 0xdd);
}

/* The inverse. */
INLINE void v64_store_rows4(uint64_t *const p[LANES64], const v64 m[4]) {
    for (size_t odd = 0; odd < 2; odd++) { /* 128-bit lane i of a and b: words 0, 1 and 2, 3 of row 2i + odd */
        const v64 a = odd ? _mm512_unpackhi_epi64(m[0], m[1]) : _mm512_unpacklo_epi64(m[0], m[1]);
        const v64 b = odd ? _mm512_unpackhi_epi64(m[2], m[3]) : _mm512_unpacklo_epi64(m[2], m[3]);
        const v64 low = _mm512_permutex2var_epi64(a, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), b);
        const v64 high = _mm512_permutex2var_epi64(a, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), b);
        _mm256_storeu_si256((void *)p[odd], _mm512_castsi512_si256(low));
        _mm256_storeu_si256((void *)p[odd + 2], _mm512_extracti64x4_epi64(low, 1));
        _mm256_storeu_si256((void *)p[odd + 4], _mm512_castsi512_si256(high));
        _mm256_storeu_si256((void *)p[odd + 6], _mm512_extracti64x4_epi64(high, 1));
    }
}

/* row[index] in each lane, index < 16; 0 in the lanes that are not chosen. Two registers are permuted: no address depends on
   the index. */
INLINE v64 v64_lookup16(const uint64_t row[16], v64 index, m64 chosen) {
    return _mm512_maskz_permutex2var_epi64(chosen, v64_load(row), index, v64_load(row + 8));
}

#endif
