/* SPDX-License-Identifier: ISC */
/* Lane verbs for 256 bits (AVX2): eight 32-bit lanes, four 64-bit lanes. The verbs and their meaning are those of AVX-512. */
#ifndef SEALANE_LANES_AVX2_H
#define SEALANE_LANES_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Sanitizers multiply code: what is inlined throughout then takes compilers minutes a file. */
#if defined(SEALANE_INLINE_LESS)
#define INLINE static inline __attribute__((unused))
#else
#define INLINE static inline __attribute__((always_inline))
#endif
#define OUTLINE static __attribute__((noinline))
#define UNROLL _Pragma("GCC unroll 16")

#define LANES32 8U
#define LANES64 4U

typedef __m256i v32;
typedef __m256i v64;
typedef __m256i m64; /* all ones in the lanes that are chosen, else 0 */

#define v32_add(a, b) _mm256_add_epi32(a, b)
#define v32_sub(a, b) _mm256_sub_epi32(a, b)
#define v32_xor(a, b) _mm256_xor_si256(a, b)
#define v32_set1(a) _mm256_set1_epi32((int)(a))
#define v32_load(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))

/* Rotations by 16 and 8 are one byte shuffle. */
#define v32_rotl(a, n)                                                                                                         \
    ((n) == 16  ? _mm256_shuffle_epi8(a, _mm256_set_epi8(13, 12, 15, 14, 9, 8, 11, 10, 5, 4, 7, 6, 1, 0, 3, 2, 13, 12, 15, 14, \
                                                         9, 8, 11, 10, 5, 4, 7, 6, 1, 0, 3, 2))                                \
     : (n) == 8 ? _mm256_shuffle_epi8(a, _mm256_set_epi8(14, 13, 12, 15, 10, 9, 8, 11, 6, 5, 4, 7, 2, 1, 0, 3, 14, 13, 12, 15, \
                                                         10, 9, 8, 11, 6, 5, 4, 7, 2, 1, 0, 3))                                \
                : _mm256_or_si256(_mm256_slli_epi32(a, n), _mm256_srli_epi32(a, 32 - (n))))

#define v32_words(a, order) _mm256_shuffle_epi32(a, order) /* of each 128-bit lane */

#define v64_add(a, b) _mm256_add_epi64(a, b)
#define v64_and(a, b) _mm256_and_si256(a, b)
#define v64_or(a, b) _mm256_or_si256(a, b)
#define v64_shl(a, n) _mm256_slli_epi64(a, n)
#define v64_shr(a, n) _mm256_srli_epi64(a, n)
#define v64_mul32(a, b) _mm256_mul_epu32(a, b)
#define v64_set1(a) _mm256_set1_epi64x((long long)(a))
#define v64_zero() _mm256_setzero_si256()
#define v64_load(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define v64_store(p, a) _mm256_storeu_si256((__m256i *)(void *)(p), a)
#define v64_select(mask, a, b) _mm256_blendv_epi8(b, a, mask)
#define m64_gt(a, b) _mm256_cmpgt_epi64(a, b)
#define m64_is_set(a, bits) _mm256_cmpeq_epi64(_mm256_and_si256(a, bits), bits) /* bits has one bit set */

/* Transposes sixteen vectors of eight words as two squares: x[0..7] and x[8..15]. */
INLINE void v32_transpose16(v32 x[16]) {
    UNROLL for (size_t half = 0; half < 16; half += 8) {
        v32 y[2][4]; /* y[k][j], 128-bit lane l: x[4k..4k+3][4l+j] */
        UNROLL for (size_t k = 0; k < 2; k++) {
            const v32 *r = x + half + 4 * k;
            v32 ab = _mm256_unpacklo_epi32(r[0], r[1]), AB = _mm256_unpackhi_epi32(r[0], r[1]);
            v32 cd = _mm256_unpacklo_epi32(r[2], r[3]), CD = _mm256_unpackhi_epi32(r[2], r[3]);
            y[k][0] = _mm256_unpacklo_epi64(ab, cd);
            y[k][1] = _mm256_unpackhi_epi64(ab, cd);
            y[k][2] = _mm256_unpacklo_epi64(AB, CD);
            y[k][3] = _mm256_unpackhi_epi64(AB, CD);
        }
        UNROLL for (size_t j = 0; j < 4; j++) {
            x[half + j] = _mm256_permute2x128_si256(y[0][j], y[1][j], 0x20);
            x[half + 4 + j] = _mm256_permute2x128_si256(y[0][j], y[1][j], 0x31);
        }
    }
}

/* Lane l's 64 bytes are x[l] and x[8 + l]. */
INLINE void v32_block_load(v32 x[16], size_t l, const void *p) {
    x[l] = v32_load(p);
    x[8 + l] = v32_load((const uint8_t *)p + 32);
}

INLINE void v32_block_store(const v32 x[16], size_t l, void *p) {
    v64_store(p, x[l]);
    v64_store((uint8_t *)p + 32, x[8 + l]);
}

/* Adds the 64 bytes at p to lane l's, as words. */
INLINE void v32_block_add(v32 x[16], size_t l, const void *p) {
    x[l] = v32_add(x[l], v32_load(p));
    x[8 + l] = v32_add(x[8 + l], v32_load((const uint8_t *)p + 32));
}

INLINE void v32_block_xor(const v32 x[16], size_t l, uint8_t *out, const uint8_t *in) {
    v32 a = v32_xor(x[l], v32_load(in)), b = v32_xor(x[8 + l], v32_load(in + 32));
    v64_store(out, a);
    v64_store(out + 32, b);
}

/* Through a buffer of keystream and plaintext: dead stack that the kernel's entry wipes. */
INLINE void v32_block_xor_partial(const v32 x[16], size_t l, uint8_t *out, const uint8_t *in, size_t len) {
    uint8_t block[64] = {0};
    memcpy(block, in, len);
    v32_block_xor(x, l, block, block);
    memcpy(out, block, len);
}

/* m[j] = the 64-bit word j of the 64 bytes at p[l] + at, in lane l: two squares of four. */
INLINE void v64_load_chunks(v64 m[8], const uint8_t *const p[LANES64], size_t at) {
    UNROLL for (size_t half = 0; half < 2; half++, at += 32) {
        v64 a = v64_load(p[0] + at), b = v64_load(p[1] + at), c = v64_load(p[2] + at), d = v64_load(p[3] + at);
        v64 ab = _mm256_unpacklo_epi64(a, b), AB = _mm256_unpackhi_epi64(a, b);
        v64 cd = _mm256_unpacklo_epi64(c, d), CD = _mm256_unpackhi_epi64(c, d);
        m[4 * half] = _mm256_permute2x128_si256(ab, cd, 0x20);
        m[4 * half + 1] = _mm256_permute2x128_si256(AB, CD, 0x20);
        m[4 * half + 2] = _mm256_permute2x128_si256(ab, cd, 0x31);
        m[4 * half + 3] = _mm256_permute2x128_si256(AB, CD, 0x31);
    }
}

/* The same of the first len[l] <= 64 bytes only, zeroes after them; nothing else is read. */
INLINE void v64_load_chunks_partial(v64 m[8], const uint8_t *const p[LANES64], size_t at, const uint64_t len[LANES64]) {
    uint8_t copy[LANES64][64] = {{0}};
    const uint8_t *from[LANES64];
    for (size_t l = 0; l < LANES64; l++) {
        if (len[l] > 0) {
            memcpy(copy[l], p[l] + at, len[l]);
        }
        from[l] = copy[l];
    }
    v64_load_chunks(m, from, 0);
}

/* Four consecutive blocks of 16 bytes as low and high words. Lane l holds block BLOCK_OF_LANE[l]. */
#define BLOCK_OF_LANE                                                                                                          \
    { 0, 2, 1, 3 }
INLINE void v64_load_blocks(v64 *low, v64 *high, const uint8_t *p) {
    v64 a = v64_load(p), b = v64_load(p + 32);
    *low = _mm256_unpacklo_epi64(a, b);
    *high = _mm256_unpackhi_epi64(a, b);
}

/* Bit by bit, of lanes of either width. A round's x ^ y in v_majority is the next round's y ^ z, which saves an operation. */
#define v_opaque(x) __asm__("" : "+x"(x))
#define v_in_memory(x) __asm__("" : "+m"(x))
#define v_xor3(x, y, z) _mm256_xor_si256(_mm256_xor_si256(x, y), z)
#define v_choose(x, y, z) _mm256_xor_si256(z, _mm256_and_si256(x, _mm256_xor_si256(y, z)))
#define v_majority(x, y, z) _mm256_xor_si256(y, _mm256_and_si256(_mm256_xor_si256(x, y), _mm256_xor_si256(y, z)))

#define v32_ror(a, n) _mm256_or_si256(_mm256_srli_epi32(a, n), _mm256_slli_epi32(a, 32 - (n)))
#define v32_shr(a, n) _mm256_srli_epi32(a, n)
/* A rotation by 8 is one byte shuffle. */
#define v64_ror(a, n)                                                                                                          \
    ((n) == 8 ? _mm256_shuffle_epi8(                                                                                           \
                    a, _mm256_broadcastsi128_si256(_mm_set_epi8(8, 15, 14, 13, 12, 11, 10, 9, 0, 7, 6, 5, 4, 3, 2, 1)))        \
              : _mm256_or_si256(_mm256_srli_epi64(a, n), _mm256_slli_epi64(a, 64 - (n))))

#define v32_byte_swap(a)                                                                                                       \
    _mm256_shuffle_epi8(a, _mm256_broadcastsi128_si256(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3)))
#define v64_byte_swap(a)                                                                                                       \
    _mm256_shuffle_epi8(a, _mm256_broadcastsi128_si256(_mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)))

/* h[j] = word j of the eight at p[l], in lane l; and back. The second square of v32_transpose16 is not used. */
INLINE void v32_load_states(v32 h[8], uint32_t *const p[LANES32]) {
    v32 x[16];
    UNROLL for (size_t l = 0; l < LANES32; l++) {
        x[l] = v32_load(p[l]);
        x[8 + l] = v64_zero();
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
        v64_store(p[l], x[l]);
    }
}

INLINE void v64_load_states(v64 h[8], uint64_t *const p[LANES64]) {
    const uint8_t *from[LANES64];
    UNROLL for (size_t l = 0; l < LANES64; l++) {
        from[l] = (const uint8_t *)p[l];
    }
    v64_load_chunks(h, from, 0);
}

INLINE void v64_store_states(const v64 h[8], uint64_t *const p[LANES64]) {
    UNROLL for (size_t j = 0; j < 8; j += 4) {
        v64 ab = _mm256_unpacklo_epi64(h[j], h[j + 1]), AB = _mm256_unpackhi_epi64(h[j], h[j + 1]);
        v64 cd = _mm256_unpacklo_epi64(h[j + 2], h[j + 3]), CD = _mm256_unpackhi_epi64(h[j + 2], h[j + 3]);
        v64_store(p[0] + j, _mm256_permute2x128_si256(ab, cd, 0x20));
        v64_store(p[1] + j, _mm256_permute2x128_si256(AB, CD, 0x20));
        v64_store(p[2] + j, _mm256_permute2x128_si256(ab, cd, 0x31));
        v64_store(p[3] + j, _mm256_permute2x128_si256(AB, CD, 0x31));
    }
}

#endif
