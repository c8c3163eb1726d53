/* SPDX-License-Identifier: ISC */
/*
 * ChaCha20's rounds with the shortest wait, for a few blocks of one state: a vector holds the same row of as many blocks as it
 * has 128-bit lanes, and a quarter round is all their columns at once.
 */
#ifndef SEALANE_ROW_ROUNDS_H
#define SEALANE_ROW_ROUNDS_H

typedef struct {
    v32 a, b, c, d; /* 128-bit lane i: of block i */
} rows;

#define ROWS_STEP(sum, with, turn, n)                                                                                          \
    UNROLL for (size_t s = 0; s < sets; s++) {                                                                                 \
        x[s].sum = v32_add(x[s].sum, x[s].with);                                                                               \
        x[s].turn = v32_rotl(v32_xor(x[s].turn, x[s].sum), n);                                                                 \
    }
#define ROWS_QUARTERS                                                                                                          \
    ROWS_STEP(a, b, d, 16)                                                                                                     \
    ROWS_STEP(c, d, b, 12)                                                                                                     \
    ROWS_STEP(a, b, d, 8)                                                                                                      \
    ROWS_STEP(c, d, b, 7)

/* The rows turn to diagonals and back around row b, which is ready last: none waits for its turn. */
INLINE void rows_rounds2(rows x[], size_t sets) {
    ROWS_QUARTERS
    UNROLL for (size_t s = 0; s < sets; s++) {
        x[s].a = v32_words(x[s].a, 0x93);
        x[s].d = v32_words(x[s].d, 0x4e);
        x[s].c = v32_words(x[s].c, 0x39);
    }
    ROWS_QUARTERS
    UNROLL for (size_t s = 0; s < sets; s++) {
        x[s].a = v32_words(x[s].a, 0x39);
        x[s].d = v32_words(x[s].d, 0x4e);
        x[s].c = v32_words(x[s].c, 0x93);
    }
}

#endif
