/* SPDX-License-Identifier: ISC */
/* Block verbs for 256 bits (AVX2, VAES, VPCLMULQDQ): two blocks a vector. Their meaning is that of blocks_vaes512.h. */
#ifndef SEALANE_BLOCKS_VAES256_H
#define SEALANE_BLOCKS_VAES256_H

#include "simd/lanes/lanes_avx2.h"

#include "simd/lanes/blocks_part.h"

#define BLOCKS 2U

typedef __m256i vb;

#define VB_SAME(a) "+x"(a) /* an operand of an asm that leaves it as it is */
#define vb_zero() _mm256_setzero_si256()
#define vb_xor(a, b) _mm256_xor_si256(a, b)
#define vb_xor3(a, b, c) vb_xor(vb_xor(a, b), c)
#define vb_and(a, b) _mm256_and_si256(a, b)
#define vb_xor_and(a, b, c) vb_xor(a, vb_and(b, c))
#define vb_select(mask, a, b) vb_xor(b, vb_and(mask, vb_xor(a, b)))
#define vb_aesenc(a, k) _mm256_aesenc_epi128(a, k)
#define vb_aesenclast(a, k) _mm256_aesenclast_epi128(a, k)
#define vb_clmul(a, b, halves) _mm256_clmulepi64_epi128(a, b, halves)
#define vb_shuffle(a, pattern) _mm256_shuffle_epi8(a, pattern)
#define vb_words(a, order) _mm256_shuffle_epi32(a, order)
#define vb_shl_bytes(a, n) _mm256_bslli_epi128(a, n)
#define vb_add32(a, b) _mm256_add_epi32(a, b)
#define vb_shl64(a, n) _mm256_slli_epi64(a, n)
#define vb_shr64(a, n) _mm256_srli_epi64(a, n)
#define vb_sar32(a, n) _mm256_srai_epi32(a, n)
#define vb_load(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define vb_store(p, a) _mm256_storeu_si256((__m256i *)(void *)(p), a)
#define vb_set1(x) _mm256_broadcastsi128_si256(x)
#define vb_first(a) _mm256_castsi256_si128(a)
#define vb_of(x) _mm256_zextsi128_si256(x)
#define vb_numbers() _mm256_set_epi32(1, 0, 0, 0, 0, 0, 0, 0)
#define vb_broadcast(p) vb_set1(load_block(p))

INLINE vb vb_gather(const __m128i x[BLOCKS]) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(x[0]), x[1], 1);
}

INLINE void vb_scatter(__m128i x[BLOCKS], vb a) {
    x[0] = _mm256_castsi256_si128(a);
    x[1] = _mm256_extracti128_si256(a, 1);
}

INLINE __m128i vb_fold(vb a) {
    return _mm_xor_si128(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
}

INLINE vb vb_load_part(const uint8_t *p, size_t n) {
    const __m128i x[2] = {load_block_part(p, bytes_in_block(n, 0)),
                          n > 16 ? load_block_part(p + 16, n - 16) : _mm_setzero_si128()};
    return vb_gather(x);
}

INLINE void vb_store_part(uint8_t *p, vb a, size_t n) {
    store_block_part(p, vb_first(a), bytes_in_block(n, 0));
    if (n > 16) {
        store_block_part(p + 16, _mm256_extracti128_si256(a, 1), n - 16);
    }
}

INLINE vb vb_ones(size_t n) {
    const __m128i x[2] = {block_ones(bytes_in_block(n, 0)), block_ones(bytes_in_block(n, 16))};
    return vb_gather(x);
}

INLINE vb vb_part(vb a, size_t n) {
    return vb_and(a, vb_ones(n));
}

typedef struct {
    vb v[2];
} chunk;

#include "simd/lanes/blocks_chunk.h"

INLINE void lanes_of_chunks(vb x[4], const chunk c[BLOCKS]) {
    UNROLL for (size_t i = 0; i < 2; i++) {
        x[2 * i] = _mm256_permute2x128_si256(c[0].v[i], c[1].v[i], 0x20);
        x[2 * i + 1] = _mm256_permute2x128_si256(c[0].v[i], c[1].v[i], 0x31);
    }
}

INLINE void chunks_of_lanes(chunk c[BLOCKS], const vb x[4]) {
    UNROLL for (size_t i = 0; i < 2; i++) {
        c[0].v[i] = _mm256_permute2x128_si256(x[2 * i], x[2 * i + 1], 0x20);
        c[1].v[i] = _mm256_permute2x128_si256(x[2 * i], x[2 * i + 1], 0x31);
    }
}

#endif
