/* SPDX-License-Identifier: ISC */
/* A few ChaCha20 blocks of one state, by vectors of 256 bits: for short messages, where the lanes would be mostly empty. */
#ifndef SEALANE_ROWS_H
#define SEALANE_ROWS_H

#include "simd/impl/row_rounds.h"

#define ROWS_BLOCKS_MAX 6

INLINE __m256i rows_twice(const uint32_t row[4]) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)row));
}

INLINE void rows_blocks_pairs(const uint32_t state[16], size_t pairs, poly_one *mac, uint8_t *out) {
    rows x[ROWS_BLOCKS_MAX / 2], start[ROWS_BLOCKS_MAX / 2];
    block_one key;
    uint64_t key_block[8];
    UNROLL for (size_t s = 0; s < pairs; s++) {
        const int first = 1 + 2 * (int)s;
        start[s].a = rows_twice(state);
        start[s].b = rows_twice(state + 4);
        start[s].c = rows_twice(state + 8);
        start[s].d = _mm256_add_epi32(rows_twice(state + 12), _mm256_set_epi32(0, 0, 0, first + 1, 0, 0, 0, first));
        x[s] = start[s];
    }
    /* The key's block is done by half the time, so that what follows from it is made beside the other blocks. */
    block_one_start(&key, state);
    for (size_t round = 0; round < 10; round += 2) {
        rows_rounds2(x, pairs);
        block_one_rounds2(CHACHA20, key.x);
        block_one_rounds2(CHACHA20, key.x);
    }
    block_one_finish(&key, state, key_block);
    poly_one_init(mac, (const uint8_t *)key_block);
    for (size_t round = 10; round < 20; round += 2) {
        rows_rounds2(x, pairs);
    }
    UNROLL for (size_t s = 0; s < pairs; s++) {
        __m256i a = _mm256_add_epi32(x[s].a, start[s].a), b = _mm256_add_epi32(x[s].b, start[s].b);
        __m256i c = _mm256_add_epi32(x[s].c, start[s].c), d = _mm256_add_epi32(x[s].d, start[s].d);
        __m256i *to = (__m256i *)(void *)(out + 128 * s);
        _mm256_storeu_si256(to, _mm256_permute2x128_si256(a, b, 0x20));
        _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(c, d, 0x20));
        _mm256_storeu_si256(to + 2, _mm256_permute2x128_si256(a, b, 0x31));
        _mm256_storeu_si256(to + 3, _mm256_permute2x128_si256(c, d, 0x31));
    }
}

/* mac: begun with block 0 of the state, whose counter is 0; out = blocks 1 … 2 pairs. */
OUTLINE void rows_blocks(const uint32_t state[16], size_t pairs, poly_one *mac, uint8_t *out) {
    if (pairs <= 1) {
        rows_blocks_pairs(state, 1, mac, out);
    } else if (pairs == 2) {
        rows_blocks_pairs(state, 2, mac, out);
    } else {
        rows_blocks_pairs(state, ROWS_BLOCKS_MAX / 2, mac, out);
    }
}

#endif
