/* SPDX-License-Identifier: ISC */
/*
 * A few ChaCha20 blocks of one state with the shortest wait: a vector of 256 bits holds the same row of two blocks, and each
 * quarter round is four columns at once. For short messages, where the lanes would be mostly empty.
 */
#ifndef SEALANE_ROWS_H
#define SEALANE_ROWS_H

#define ROWS_BLOCKS_MAX 6

#define ROWS_QUARTERS                                                                                                          \
    ROWS_STEP(x[s].a, x[s].b, x[s].d, 16)                                                                                      \
    ROWS_STEP(x[s].c, x[s].d, x[s].b, 12)                                                                                      \
    ROWS_STEP(x[s].a, x[s].b, x[s].d, 8)                                                                                       \
    ROWS_STEP(x[s].c, x[s].d, x[s].b, 7)
#define ROWS_STEP(sum, with, turn, n)                                                                                          \
    UNROLL for (size_t s = 0; s < pairs; s++) {                                                                                \
        sum = _mm256_add_epi32(sum, with);                                                                                     \
        turn = _mm256_xor_si256(turn, sum);                                                                                    \
        turn = r32_rotl(turn, n);                                                                                              \
    }

typedef struct {
    __m256i a, b, c, d;
} rows;

INLINE void rows_rounds(rows x[], size_t pairs) {
    for (size_t round = 0; round < 20; round += 2) {
        ROWS_QUARTERS
        UNROLL for (size_t s = 0; s < pairs; s++) {
            x[s].b = _mm256_shuffle_epi32(x[s].b, 0x39);
            x[s].c = _mm256_shuffle_epi32(x[s].c, 0x4e);
            x[s].d = _mm256_shuffle_epi32(x[s].d, 0x93);
        }
        ROWS_QUARTERS
        UNROLL for (size_t s = 0; s < pairs; s++) {
            x[s].b = _mm256_shuffle_epi32(x[s].b, 0x93);
            x[s].c = _mm256_shuffle_epi32(x[s].c, 0x4e);
            x[s].d = _mm256_shuffle_epi32(x[s].d, 0x39);
        }
    }
}

INLINE rows rows_load(const uint32_t state[16]) {
    const __m128i *p = (const __m128i *)(const void *)state;
    rows x;
    x.a = _mm256_broadcastsi128_si256(_mm_loadu_si128(p));
    x.b = _mm256_broadcastsi128_si256(_mm_loadu_si128(p + 1));
    x.c = _mm256_broadcastsi128_si256(_mm_loadu_si128(p + 2));
    x.d = _mm256_broadcastsi128_si256(_mm_loadu_si128(p + 3));
    return x;
}

INLINE void rows_blocks_pairs(const uint32_t state[16], size_t pairs, uint8_t *out) {
    rows x[ROWS_BLOCKS_MAX / 2], start[ROWS_BLOCKS_MAX / 2];
    UNROLL for (size_t s = 0; s < pairs; s++) {
        int first = 2 * (int)s;
        start[s] = rows_load(state);
        start[s].d = _mm256_add_epi32(start[s].d, _mm256_set_epi32(0, 0, 0, first + 1, 0, 0, 0, first));
        x[s] = start[s];
    }
    rows_rounds(x, pairs);
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

/* out = blocks 0 … 2 pairs - 1 of the state, whose counter is 0. */
OUTLINE void rows_blocks(const uint32_t state[16], size_t pairs, uint8_t *out) {
    if (pairs == 1) {
        rows_blocks_pairs(state, 1, out);
    } else if (pairs == 2) {
        rows_blocks_pairs(state, 2, out);
    } else {
        rows_blocks_pairs(state, ROWS_BLOCKS_MAX / 2, out);
    }
}

/* HChaCha20: the state, with 16 bytes of nonce in its last row, becomes that of the derived key, its last row zero. */
OUTLINE void rows_derive(uint32_t state[16]) {
    rows x = rows_load(state);
    rows_rounds(&x, 1);
    __m128i *p = (__m128i *)(void *)state;
    _mm_storeu_si128(p + 1, _mm256_castsi256_si128(x.a));
    _mm_storeu_si128(p + 2, _mm256_castsi256_si128(x.d));
    _mm_storeu_si128(p + 3, _mm_setzero_si128());
}

#endif
