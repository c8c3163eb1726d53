/* SPDX-License-Identifier: ISC */
/* Lane verbs for 512 bits (AVX-512 F, BW, DQ, VL): sixteen 32-bit lanes, eight 64-bit lanes. */
#ifndef SEALANE_LANES_AVX512_H
#define SEALANE_LANES_AVX512_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

/* Sanitizers multiply code: what is inlined throughout then takes compilers minutes a file. */
#if defined(SEALANE_INLINE_LESS)
#define INLINE static inline __attribute__((unused))
#else
#define INLINE static inline __attribute__((always_inline))
#endif
#define OUTLINE static __attribute__((noinline))
#define UNROLL _Pragma("GCC unroll 16")

#define LANES32 16U
#define LANES64 8U

typedef __m512i v32;  /* LANES32 words of 32 bits */
typedef __m512i v64;  /* LANES64 words of 64 bits */
typedef __mmask8 m64; /* a choice in each 64-bit lane */

#define v32_add(a, b) _mm512_add_epi32(a, b)
#define v32_sub(a, b) _mm512_sub_epi32(a, b)
#define v32_xor(a, b) _mm512_xor_si512(a, b)
#define v32_rotl(a, n) _mm512_rol_epi32(a, n)
#define v32_set1(a) _mm512_set1_epi32((int)(a))
#define v32_load(p) _mm512_loadu_si512(p)

#define v32_words(a, order) _mm512_shuffle_epi32(a, order) /* of each 128-bit lane */

#define v64_add(a, b) _mm512_add_epi64(a, b)
#define v64_and(a, b) _mm512_and_si512(a, b)
#define v64_or(a, b) _mm512_or_si512(a, b)
#define v64_shl(a, n) _mm512_slli_epi64(a, n)
#define v64_shr(a, n) _mm512_srli_epi64(a, n)
#define v64_mul32(a, b) _mm512_mul_epu32(a, b) /* 64-bit products of the low 32 bits */
#define v64_set1(a) _mm512_set1_epi64((long long)(a))
#define v64_zero() _mm512_setzero_si512()
#define v64_load(p) _mm512_loadu_si512(p)
#define v64_store(p, a) _mm512_storeu_si512(p, a)
#define v64_select(mask, a, b) _mm512_mask_mov_epi64(b, mask, a) /* a where chosen, else b */
#define m64_gt(a, b) _mm512_cmpgt_epu64_mask(a, b)               /* of values below 2^63 */
#define m64_is_set(a, bits) _mm512_test_epi64_mask(a, bits)

#define v64_first(a) _mm512_zextsi128_si512(_mm_cvtsi64_si128((long long)(a))) /* a in lane 0, else 0 */

/* The sums of the lanes of four vectors. */
INLINE void v64_totals4(v64 a, v64 b, v64 c, v64 d, uint64_t sum[4]) {
    const v64 ab = v64_add(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
    const v64 cd = v64_add(_mm512_unpacklo_epi64(c, d), _mm512_unpackhi_epi64(c, d));
    const __m256i ab4 = _mm256_add_epi64(_mm512_castsi512_si256(ab), _mm512_extracti64x4_epi64(ab, 1));
    const __m256i cd4 = _mm256_add_epi64(_mm512_castsi512_si256(cd), _mm512_extracti64x4_epi64(cd, 1));
    const __m128i ab2 = _mm_add_epi64(_mm256_castsi256_si128(ab4), _mm256_extracti128_si256(ab4, 1));
    const __m128i cd2 = _mm_add_epi64(_mm256_castsi256_si128(cd4), _mm256_extracti128_si256(cd4, 1));
    sum[0] = (uint64_t)_mm_cvtsi128_si64(ab2);
    sum[1] = (uint64_t)_mm_extract_epi64(ab2, 1);
    sum[2] = (uint64_t)_mm_cvtsi128_si64(cd2);
    sum[3] = (uint64_t)_mm_extract_epi64(cd2, 1);
}

/* Transposes sixteen vectors of sixteen words: afterwards x[i] holds word i of each of the former vectors. */
INLINE void v32_transpose16(v32 x[16]) {
    v32 y[4][4]; /* y[k][j], 128-bit lane l: x[4k..4k+3][4l+j] */
    UNROLL for (size_t k = 0; k < 4; k++) {
        v32 ab = _mm512_unpacklo_epi32(x[4 * k], x[4 * k + 1]), AB = _mm512_unpackhi_epi32(x[4 * k], x[4 * k + 1]);
        v32 cd = _mm512_unpacklo_epi32(x[4 * k + 2], x[4 * k + 3]), CD = _mm512_unpackhi_epi32(x[4 * k + 2], x[4 * k + 3]);
        y[k][0] = _mm512_unpacklo_epi64(ab, cd);
        y[k][1] = _mm512_unpackhi_epi64(ab, cd);
        y[k][2] = _mm512_unpacklo_epi64(AB, CD);
        y[k][3] = _mm512_unpackhi_epi64(AB, CD);
    }
    UNROLL for (size_t j = 0; j < 4; j++) {
        v32 even01 = _mm512_shuffle_i32x4(y[0][j], y[1][j], 0x88), odd01 = _mm512_shuffle_i32x4(y[0][j], y[1][j], 0xdd);
        v32 even23 = _mm512_shuffle_i32x4(y[2][j], y[3][j], 0x88), odd23 = _mm512_shuffle_i32x4(y[2][j], y[3][j], 0xdd);
        x[j] = _mm512_shuffle_i32x4(even01, even23, 0x88);
        x[4 + j] = _mm512_shuffle_i32x4(odd01, odd23, 0x88);
        x[8 + j] = _mm512_shuffle_i32x4(even01, even23, 0xdd);
        x[12 + j] = _mm512_shuffle_i32x4(odd01, odd23, 0xdd);
    }
}

/* Lane l's 64 bytes, before v32_transpose16 (loading) and after it (storing), are x[l]. */
INLINE void v32_block_load(v32 x[16], size_t l, const void *p) {
    x[l] = _mm512_loadu_si512(p);
}

INLINE void v32_block_store(const v32 x[16], size_t l, void *p) {
    _mm512_storeu_si512(p, x[l]);
}

/* Adds the 64 bytes at p to lane l's, as words. */
INLINE void v32_block_add(v32 x[16], size_t l, const void *p) {
    x[l] = v32_add(x[l], v32_load(p));
}

INLINE void v32_block_xor(const v32 x[16], size_t l, uint8_t *out, const uint8_t *in) {
    _mm512_storeu_si512(out, _mm512_xor_si512(x[l], _mm512_loadu_si512(in)));
}

INLINE __mmask64 first_bytes(size_t len) {
    return _bzhi_u64(UINT64_MAX, (unsigned)len);
}

/* The first len < 64 bytes only; nothing else is read or written. */
INLINE void v32_block_xor_partial(const v32 x[16], size_t l, uint8_t *out, const uint8_t *in, size_t len) {
    __mmask64 k = first_bytes(len);
    _mm512_mask_storeu_epi8(out, k, _mm512_xor_si512(x[l], _mm512_maskz_loadu_epi8(k, in)));
}

INLINE void v64_transpose8(v64 m[8]) {
    v64 t[4][2]; /* t[k][j], 128-bit lane l: m[2k..2k+1][2l+j] */
    UNROLL for (size_t k = 0; k < 4; k++) {
        t[k][0] = _mm512_unpacklo_epi64(m[2 * k], m[2 * k + 1]);
        t[k][1] = _mm512_unpackhi_epi64(m[2 * k], m[2 * k + 1]);
    }
    UNROLL for (size_t j = 0; j < 2; j++) {
        v64 even01 = _mm512_shuffle_i64x2(t[0][j], t[1][j], 0x88), odd01 = _mm512_shuffle_i64x2(t[0][j], t[1][j], 0xdd);
        v64 even23 = _mm512_shuffle_i64x2(t[2][j], t[3][j], 0x88), odd23 = _mm512_shuffle_i64x2(t[2][j], t[3][j], 0xdd);
        m[j] = _mm512_shuffle_i64x2(even01, even23, 0x88);
        m[2 + j] = _mm512_shuffle_i64x2(odd01, odd23, 0x88);
        m[4 + j] = _mm512_shuffle_i64x2(even01, even23, 0xdd);
        m[6 + j] = _mm512_shuffle_i64x2(odd01, odd23, 0xdd);
    }
}

/* m[j] = the 64-bit word j of the 64 bytes at p[l] + at, in lane l. */
INLINE void v64_load_chunks(v64 m[8], const uint8_t *const p[LANES64], size_t at) {
    UNROLL for (size_t l = 0; l < LANES64; l++) {
        m[l] = _mm512_loadu_si512(p[l] + at);
    }
    v64_transpose8(m);
}

/* The same of the first len[l] <= 64 bytes only, zeroes after them; nothing else is read. */
INLINE void v64_load_chunks_partial(v64 m[8], const uint8_t *const p[LANES64], size_t at, const uint64_t len[LANES64]) {
    UNROLL for (size_t l = 0; l < LANES64; l++) {
        /* p[l] may be NULL with no bytes */
        m[l] = _mm512_maskz_loadu_epi8(first_bytes(len[l]), (const void *)((uintptr_t)p[l] + at));
    }
    v64_transpose8(m);
}

/* Eight consecutive blocks of 16 bytes as low and high words. Lane l holds block BLOCK_OF_LANE[l]. */
#define BLOCK_OF_LANE                                                                                                          \
    { 0, 4, 1, 5, 2, 6, 3, 7 }
INLINE void v64_load_blocks(v64 *low, v64 *high, const uint8_t *p) {
    v64 a = _mm512_loadu_si512(p), b = _mm512_loadu_si512(p + 64);
    *low = _mm512_unpacklo_epi64(a, b);
    *high = _mm512_unpackhi_epi64(a, b);
}

/* Bit by bit, of lanes of either width: x ^ y ^ z; y where x is set, else z; what two of three have. */
/* Hides from the compiler what it knows of x, so that it does not reorder sums. */
#define v_opaque(x) __asm__("" : "+v"(x))
#define v_in_memory(x)                                                                                                         \
    __asm__("" : "+m"(x)) /* and this sees to it that x is read where it lies, by what then needs no register */
#define v_xor3(x, y, z) _mm512_ternarylogic_epi64(x, y, z, 0x96)
#define v_choose(x, y, z) _mm512_ternarylogic_epi64(x, y, z, 0xca)
#define v_majority(x, y, z) _mm512_ternarylogic_epi64(x, y, z, 0xe8)

#define v32_ror(a, n) _mm512_ror_epi32(a, n)
#define v32_shr(a, n) _mm512_srli_epi32(a, n)
#define v64_ror(a, n) _mm512_ror_epi64(a, n)

#define v32_byte_swap(a)                                                                                                       \
    _mm512_shuffle_epi8(a, _mm512_broadcast_i32x4(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3)))
#define v64_byte_swap(a)                                                                                                       \
    _mm512_shuffle_epi8(a, _mm512_broadcast_i32x4(_mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)))

/* h[j] = word j of the eight at p[l], in lane l; and back. */
INLINE void v32_load_states(v32 h[8], uint32_t *const p[LANES32]) {
    v32 x[16];
    UNROLL for (size_t l = 0; l < LANES32; l++) {
        x[l] = _mm512_zextsi256_si512(_mm256_loadu_si256((const __m256i *)(const void *)p[l]));
    }
    v32_transpose16(x);
    UNROLL for (size_t j = 0; j < 8; j++) {
        h[j] = x[j];
    }
}

INLINE void v32_store_states(const v32 h[8], uint32_t *const p[LANES32]) {
    v32 x[16];
    UNROLL for (size_t j = 0; j < 8; j++) {
        x[j] = h[j];
        x[8 + j] = v64_zero();
    }
    v32_transpose16(x);
    UNROLL for (size_t l = 0; l < LANES32; l++) {
        _mm256_storeu_si256((__m256i *)(void *)p[l], _mm512_castsi512_si256(x[l]));
    }
}

INLINE void v64_load_states(v64 h[8], uint64_t *const p[LANES64]) {
    UNROLL for (size_t l = 0; l < LANES64; l++) {
        h[l] = v64_load(p[l]);
    }
    v64_transpose8(h);
}

INLINE void v64_store_states(const v64 h[8], uint64_t *const p[LANES64]) {
    v64 x[8];
    UNROLL for (size_t j = 0; j < 8; j++) {
        x[j] = h[j];
    }
    v64_transpose8(x);
    UNROLL for (size_t l = 0; l < LANES64; l++) {
        v64_store(p[l], x[l]);
    }
}

#endif
