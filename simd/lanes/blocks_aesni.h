/* SPDX-License-Identifier: ISC */
/* Block verbs for 128 bits (AES-NI, PCLMULQDQ, SSE4.1): one block a vector. Their meaning is that of blocks_vaes512.h. */
#ifndef SEALANE_BLOCKS_AESNI_H
#define SEALANE_BLOCKS_AESNI_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))
#define OUTLINE static __attribute__((noinline))
#define UNROLL _Pragma("GCC unroll 16")

#include "simd/lanes/blocks_part.h"

#define BLOCKS 1U

typedef __m128i vb;
typedef __m128i v64; /* for simd/impl/wipe_stack.h */

#define v64_zero() _mm_setzero_si128()
#define v64_store(p, a) store_block(p, a)

#define VB_SAME(a) "+x"(a) /* an operand of an asm that leaves it as it is */
#define vb_zero() _mm_setzero_si128()
#define vb_xor(a, b) _mm_xor_si128(a, b)
#define vb_xor3(a, b, c) vb_xor(vb_xor(a, b), c)
#define vb_and(a, b) _mm_and_si128(a, b)
#define vb_xor_and(a, b, c) vb_xor(a, vb_and(b, c))
#define vb_select(mask, a, b) vb_xor(b, vb_and(mask, vb_xor(a, b)))
#define vb_aesenc(a, k) _mm_aesenc_si128(a, k)
#define vb_aesenclast(a, k) _mm_aesenclast_si128(a, k)
#define vb_clmul(a, b, halves) _mm_clmulepi64_si128(a, b, halves)
#define vb_shuffle(a, pattern) _mm_shuffle_epi8(a, pattern)
#define vb_words(a, order) _mm_shuffle_epi32(a, order)
#define vb_shl_bytes(a, n) _mm_slli_si128(a, n)
#define vb_add32(a, b) _mm_add_epi32(a, b)
#define vb_shl64(a, n) _mm_slli_epi64(a, n)
#define vb_shr64(a, n) _mm_srli_epi64(a, n)
#define vb_sar32(a, n) _mm_srai_epi32(a, n)
#define vb_load(p) load_block(p)
#define vb_store(p, a) store_block(p, a)
#define vb_set1(x) (x)
#define vb_first(a) (a)
#define vb_of(x) (x)
#define vb_fold(a) (a)
#define vb_numbers() _mm_setzero_si128()
#define vb_broadcast(p) load_block(p)
#define vb_gather(x) ((x)[0])
#define vb_scatter(x, a) ((void)((x)[0] = (a)))
#define vb_load_part(p, n) load_block_part(p, n)
#define vb_store_part(p, a, n) store_block_part(p, a, n)
#define vb_ones(n) block_ones(n)
#define vb_part(a, n) vb_and(a, block_ones(n))

typedef struct {
    vb v[4];
} chunk;

#include "simd/lanes/blocks_chunk.h"

INLINE void lanes_of_chunks(vb x[4], const chunk c[BLOCKS]) {
    UNROLL for (size_t i = 0; i < 4; i++) {
        x[i] = c[0].v[i];
    }
}

INLINE void chunks_of_lanes(chunk c[BLOCKS], const vb x[4]) {
    UNROLL for (size_t i = 0; i < 4; i++) {
        c[0].v[i] = x[i];
    }
}

#endif
