/* SPDX-License-Identifier: ISC */
/*
 * Block verbs for 512 bits (AVX-512, VAES, VPCLMULQDQ): four blocks of 128 bits a vector. A block is one lane; what a verb
 * does, it does in each of them. A chunk is 64 bytes of one message: CHUNK_BLOCKS blocks.
 */
#ifndef SEALANE_BLOCKS_VAES512_H
#define SEALANE_BLOCKS_VAES512_H

#include "simd/lanes/lanes_avx512.h"

#define BLOCKS 4U

typedef __m512i vb;

#define VB_SAME(a) "+v"(a) /* an operand of an asm that leaves it as it is */
#define vb_zero() _mm512_setzero_si512()
#define vb_xor(a, b) _mm512_xor_si512(a, b)
#define vb_xor3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0x96)
#define vb_and(a, b) _mm512_and_si512(a, b)
#define vb_xor_and(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0x78)      /* a ^ (b & c) */
#define vb_select(mask, a, b) _mm512_ternarylogic_epi64(mask, a, b, 0xca) /* the bits of a where mask has ones, else of b */
#define vb_aesenc(a, k) _mm512_aesenc_epi128(a, k)
#define vb_aesenclast(a, k) _mm512_aesenclast_epi128(a, k)
#define vb_clmul(a, b, halves) _mm512_clmulepi64_epi128(a, b, halves)
#define vb_shuffle(a, pattern) _mm512_shuffle_epi8(a, pattern)
#define vb_words(a, order) _mm512_shuffle_epi32(a, order)
#define vb_shl_bytes(a, n) _mm512_bslli_epi128(a, n)
#define vb_add32(a, b) _mm512_add_epi32(a, b)
#define vb_shl64(a, n) _mm512_slli_epi64(a, n)
#define vb_shr64(a, n) _mm512_srli_epi64(a, n)
#define vb_sar32(a, n) _mm512_srai_epi32(a, n)
#define vb_load(p) _mm512_loadu_si512(p)
#define vb_store(p, a) _mm512_storeu_si512(p, a)
#define vb_set1(x) _mm512_broadcast_i32x4(x)
#define vb_first(a) _mm512_castsi512_si128(a)
#define vb_of(x) _mm512_zextsi128_si512(x)                                            /* x in block 0, zeroes in the others */
#define vb_numbers() _mm512_set_epi32(3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) /* its own, in each block's last word */

#define load_block(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define store_block(p, a) _mm_storeu_si128((__m128i *)(void *)(p), a)
#define load_12_bytes(p) _mm_maskz_loadu_epi32(7, p)
#define vb_broadcast(p) vb_set1(load_block(p))

/* Block l from p[l]. */
INLINE vb vb_gather(const __m128i x[BLOCKS]) {
    __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(x[0]), x[1], 1);
    __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(x[2]), x[3], 1);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/* x[l] = block l. */
INLINE void vb_scatter(__m128i x[BLOCKS], vb a) {
    x[0] = _mm512_castsi512_si128(a);
    x[1] = _mm512_extracti32x4_epi32(a, 1);
    x[2] = _mm512_extracti32x4_epi32(a, 2);
    x[3] = _mm512_extracti32x4_epi32(a, 3);
}

/* The sum of the blocks. */
INLINE __m128i vb_fold(vb a) {
    __m256i half = _mm256_xor_si256(_mm512_castsi512_si256(a), _mm512_extracti64x4_epi64(a, 1));
    return _mm_xor_si128(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

/* The first n <= 64 bytes, zeroes after them; nothing else is read or written. */
INLINE vb vb_load_part(const uint8_t *p, size_t n) {
    return _mm512_maskz_loadu_epi8(first_bytes(n), p);
}

INLINE void vb_store_part(uint8_t *p, vb a, size_t n) {
    _mm512_mask_storeu_epi8(p, first_bytes(n), a);
}

/* a with zeroes in place of all but the first n bytes. */
INLINE vb vb_part(vb a, size_t n) {
    return _mm512_maskz_mov_epi8(first_bytes(n), a);
}

typedef struct {
    vb v[1];
} chunk;

INLINE chunk chunk_load(const uint8_t *p) {
    return (chunk){{_mm512_loadu_si512(p)}};
}

/* Bytes from … to - 1 of the 64 at p, zeroes elsewhere; nothing else is read. `from` is a multiple of 16. */
INLINE chunk chunk_load_range(const uint8_t *p, size_t from, size_t to) {
    return (chunk){{_mm512_maskz_loadu_epi8(first_bytes(to) & ~first_bytes(from), p)}};
}

INLINE void chunk_store(uint8_t *p, chunk c) {
    _mm512_storeu_si512(p, c.v[0]);
}

INLINE void chunk_store_part(uint8_t *p, chunk c, size_t n) {
    vb_store_part(p, c.v[0], n);
}

INLINE chunk chunk_xor(chunk a, chunk b) {
    return (chunk){{vb_xor(a.v[0], b.v[0])}};
}

/* Ones in the first n <= 64 bytes. */
INLINE chunk chunk_ones(size_t n) {
    return (chunk){{_mm512_movm_epi8(first_bytes(n))}};
}

/* x[j]'s block l is block j of c[l]. */
INLINE void lanes_of_chunks(vb x[4], const chunk c[BLOCKS]) {
    vb even01 = _mm512_shuffle_i64x2(c[0].v[0], c[1].v[0], 0x88), odd01 = _mm512_shuffle_i64x2(c[0].v[0], c[1].v[0], 0xdd);
    vb even23 = _mm512_shuffle_i64x2(c[2].v[0], c[3].v[0], 0x88), odd23 = _mm512_shuffle_i64x2(c[2].v[0], c[3].v[0], 0xdd);
    x[0] = _mm512_shuffle_i64x2(even01, even23, 0x88);
    x[1] = _mm512_shuffle_i64x2(odd01, odd23, 0x88);
    x[2] = _mm512_shuffle_i64x2(even01, even23, 0xdd);
    x[3] = _mm512_shuffle_i64x2(odd01, odd23, 0xdd);
}

INLINE void chunks_of_lanes(chunk c[BLOCKS], const vb x[4]) {
    chunk from[4];
    vb to[4];
    UNROLL for (size_t i = 0; i < 4; i++) {
        from[i].v[0] = x[i];
    }
    lanes_of_chunks(to, from);
    UNROLL for (size_t i = 0; i < 4; i++) {
        c[i].v[0] = to[i];
    }
}

#endif
