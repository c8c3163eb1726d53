/* SPDX-License-Identifier: ISC */
/*
 * ChaCha20 (RFC 8439, section 2.3) and Salsa20 blocks in lanes. A lane is one block of any message: its state, its counter,
 * what it is added to and where that goes. So any mix of lengths fills the lanes, and the block that gives the Poly1305 key is
 * a block like any other.
 *
 * A state row is the sixteen words of the cipher's input with the counter 0. The including file sets SETS, how many vectors of
 * lanes are in flight (one alone waits for its own additions), SETS_TOGETHER, for how many of them there are registers, and
 * QUARTERS, see cipher_rounds2; and MAC_BESIDE, whether Poly1305 goes beside the keystream in general registers.
 */
#ifndef SEALANE_KEYSTREAM_H
#define SEALANE_KEYSTREAM_H

typedef enum { CHACHA20, SALSA20 } cipher;

#define WIDTH (SETS * LANES32)

/* "expand 32-byte k" */
#define SIGMA0 UINT32_C(0x61707865)
#define SIGMA1 UINT32_C(0x3320646e)
#define SIGMA2 UINT32_C(0x79622d32)
#define SIGMA3 UINT32_C(0x6b206574)

/* The word of quarter i at place k, of a column with half 0, of a diagonal or row with half 1. */
#define CHACHA20_WORD(i, k) (4 * (k) + ((i) + half * (k)) % 4)
#define SALSA20_WORD(i, k) (half ? 4 * (i) + ((i) + (k)) % 4 : (5 * (i) + 4 * (k)) % 16)

#include "simd/impl/block_one.h"
#include "simd/impl/poly1305_beside.h"

/* One step of QUARTERS quarter rounds of `sets` sets, from quarter q on. */
#define CHACHA20_STEP(sum, with, turn, n)                                                                                      \
    do {                                                                                                                       \
        UNROLL for (size_t s = 0; s < sets; s++) {                                                                             \
            UNROLL for (size_t i = q; i < q + QUARTERS; i++) {                                                                 \
                v32 a = v32_add(x[s][CHACHA20_WORD(i, sum)], x[s][CHACHA20_WORD(i, with)]);                                    \
                x[s][CHACHA20_WORD(i, sum)] = a;                                                                               \
                a = v32_xor(x[s][CHACHA20_WORD(i, turn)], a);                                                                  \
                x[s][CHACHA20_WORD(i, turn)] = v32_rotl(a, n);                                                                 \
            }                                                                                                                  \
        }                                                                                                                      \
    } while (0)

INLINE void chacha20_quarters(v32 x[SETS][16], size_t sets, size_t half, size_t q) {
    CHACHA20_STEP(0, 1, 3, 16);
    CHACHA20_STEP(2, 3, 1, 12);
    CHACHA20_STEP(0, 1, 3, 8);
    CHACHA20_STEP(2, 3, 1, 7);
}

#define SALSA20_STEP(to, left, right, n)                                                                                       \
    do {                                                                                                                       \
        UNROLL for (size_t s = 0; s < sets; s++) {                                                                             \
            UNROLL for (size_t i = q; i < q + QUARTERS; i++) {                                                                 \
                v32 sum = v32_add(x[s][SALSA20_WORD(i, left)], x[s][SALSA20_WORD(i, right)]);                                  \
                x[s][SALSA20_WORD(i, to)] = v32_xor(x[s][SALSA20_WORD(i, to)], v32_rotl(sum, n));                              \
            }                                                                                                                  \
        }                                                                                                                      \
    } while (0)

INLINE void salsa20_quarters(v32 x[SETS][16], size_t sets, size_t half, size_t q) {
    SALSA20_STEP(1, 0, 3, 7);
    SALSA20_STEP(2, 1, 0, 9);
    SALSA20_STEP(3, 2, 1, 13);
    SALSA20_STEP(0, 3, 2, 18);
}

/*
 * Two rounds. With registers for all sets they go step by step together. With fewer, QUARTERS quarter rounds of one set are
 * done in registers, then those of the next, and the sets overlap by the CPU's own reordering: what it can hold in flight is no
 * more than about that much of each.
 */
INLINE void cipher_rounds2(cipher c, v32 y[SETS][16], size_t sets, poly_beside *mac) {
    const size_t together = SETS_TOGETHER < sets ? SETS_TOGETHER : sets;
    UNROLL for (size_t half = 0; half < 2; half++) {
        UNROLL for (size_t s = 0; s < sets; s += together) {
            UNROLL for (size_t q = 0; q < 4; q += QUARTERS) {
                if (c == CHACHA20) {
                    chacha20_quarters(y + s, together, half, q);
                } else {
                    salsa20_quarters(y + s, together, half, q);
                }
                if (mac != NULL) {
                    poly_beside_step(mac);
                }
                if (together < sets) {
                    __asm__ volatile("" : : "r"(y) : "memory"); /* or the compiler would mix the sets, and spill more */
                }
            }
        }
    }
}

/* The word of a state that holds the counter, of Salsa20 its low half. */
#define COUNTER_WORD(c) ((c) == CHACHA20 ? 12U : 8U)

/* The rounds of words over lanes, in place; beside them, unless that is NULL, block 0 of a state or what mac is to take in. */
INLINE void cipher_rounds_sets(cipher c, v32 x[SETS][16], size_t sets, const uint32_t *state, uint64_t *block,
                               poly_beside *mac) {
    if (state != NULL) {
        block_one b;
        block_one_start(&b, state);
        for (size_t round = 0; round < 20; round += 2) {
            cipher_rounds2(c, x, sets, NULL);
            block_one_rounds2(c, b.x);
        }
        block_one_finish(&b, state, block);
    } else if (mac != NULL) {
        poly_beside p = *mac; /* in registers */
        for (size_t round = 0; round < 20; round += 2) {
            cipher_rounds2(c, x, sets, &p);
        }
        *mac = p;
    } else {
        for (size_t round = 0; round < 20; round += 2) {
            cipher_rounds2(c, x, sets, NULL);
        }
    }
}

/* Functions of their own, so that the loop over rounds has the registers to itself. */
#define CIPHER_ROUNDS(name, c)                                                                                                 \
    OUTLINE void name##_rounds(v32 x[SETS][16], size_t sets) {                                                                 \
        if (sets == 1) {                                                                                                       \
            cipher_rounds_sets(c, x, 1, NULL, NULL, NULL);                                                                     \
        } else if (sets == 2) {                                                                                                \
            cipher_rounds_sets(c, x, 2, NULL, NULL, NULL);                                                                     \
        } else {                                                                                                               \
            cipher_rounds_sets(c, x, SETS, NULL, NULL, NULL);                                                                  \
        }                                                                                                                      \
    }                                                                                                                          \
    OUTLINE void name##_rounds_beside(v32 x[SETS][16], size_t sets, const uint32_t state[16], uint64_t block[8]) {             \
        if (sets == 1) {                                                                                                       \
            cipher_rounds_sets(c, x, 1, state, block, NULL);                                                                   \
        } else if (sets == 2) {                                                                                                \
            cipher_rounds_sets(c, x, 2, state, block, NULL);                                                                   \
        } else {                                                                                                               \
            cipher_rounds_sets(c, x, SETS, state, block, NULL);                                                                \
        }                                                                                                                      \
    }
CIPHER_ROUNDS(chacha20, CHACHA20)
CIPHER_ROUNDS(salsa20, SALSA20)

#if MAC_BESIDE
/* SETS sets, and beside them blocks of two chains: no more of each than this. */
#define MAC_BESIDE_STEPS (20 * SETS / SETS_TOGETHER * (4 / QUARTERS))
OUTLINE void chacha20_rounds_mac(v32 x[SETS][16], poly_beside *mac) {
    cipher_rounds_sets(CHACHA20, x, SETS, NULL, NULL, mac);
}
OUTLINE void salsa20_rounds_mac(v32 x[SETS][16], poly_beside *mac) {
    cipher_rounds_sets(SALSA20, x, SETS, NULL, NULL, mac);
}
#endif

/* How many sets are run for n blocks: 1, 2 or SETS. */
INLINE size_t sets_for(size_t n) {
    return n <= LANES32 ? 1 : n <= 2 * LANES32 ? 2 : SETS;
}

/* The rounds in place. sets: as sets_for gives. mac: NULL, or what goes beside where there are SETS. */
INLINE void cipher_rounds(cipher c, v32 x[SETS][16], size_t sets, poly_beside *mac) {
#if MAC_BESIDE
    if (mac != NULL && sets == SETS && poly_beside_ready(mac)) {
        if (c == CHACHA20) {
            chacha20_rounds_mac(x, mac);
        } else {
            salsa20_rounds_mac(x, mac);
        }
        return;
    }
#endif
    (void)mac;
    if (c == CHACHA20) {
        chacha20_rounds(x, sets);
    } else {
        salsa20_rounds(x, sets);
    }
}

/* The same, and block = block 0 of the state. */
INLINE void cipher_rounds_beside(cipher c, v32 x[SETS][16], size_t sets, const uint32_t state[16], uint64_t block[8]) {
    if (c == CHACHA20) {
        chacha20_rounds_beside(x, sets, state, block);
    } else {
        salsa20_rounds_beside(x, sets, state, block);
    }
}

/* Blocks that wait for their lanes. */
typedef struct {
    size_t n;
    uint32_t counter_low[WIDTH], counter_high[WIDTH]; /* ChaCha20 has the low word only */
    const uint32_t *row[WIDTH];
    const uint8_t *in[WIDTH];
    uint8_t *out[WIDTH];
    size_t len[WIDTH]; /* 1 … 64 bytes of in are added to the keystream and written to out */
    size_t full;       /* messages of which all blocks were pushed or run */
    poly_beside *mac;  /* NULL, or what goes beside */
} queue;

/* All that was pushed has been run: where that is done beside, the authenticators of the messages that are full may begin. */
INLINE void queue_empty(queue *q) {
    if (q->mac != NULL) {
        q->mac->jobs->put = q->full;
    }
}

/* Runs what waits. Lanes without a block repeat the first and are not written. */
OUTLINE void queue_flush(cipher c, queue *q) {
    if (q->n == 0) {
        queue_empty(q);
        return;
    }
    const size_t sets = sets_for(q->n);
    for (size_t i = q->n; i < sets * LANES32; i++) {
        q->row[i] = q->row[0];
        q->counter_low[i] = q->counter_high[i] = 0;
    }
    v32 x[SETS][16];
    for (size_t s = 0; s < sets; s++) {
        const uint32_t *const *row = q->row + s * LANES32;
        v32 y[16];
        UNROLL for (size_t l = 0; l < LANES32; l++) {
            v32_block_load(y, l, row[l]);
        }
        v32_transpose16(y);
        if (c == CHACHA20) {
            y[12] = v32_load(q->counter_low + s * LANES32);
        } else {
            y[8] = v32_load(q->counter_low + s * LANES32);
            y[9] = v32_load(q->counter_high + s * LANES32);
        }
        UNROLL for (size_t i = 0; i < 16; i++) {
            x[s][i] = y[i];
        }
    }
    cipher_rounds(c, x, sets, q->mac);
    for (size_t s = 0; s < sets; s++) {
        v32 y[16];
        UNROLL for (size_t i = 0; i < 16; i++) {
            y[i] = x[s][i];
        }
        /* The rows, which are added after the transpose, have counter 0. */
        if (c == CHACHA20) {
            y[12] = v32_add(y[12], v32_load(q->counter_low + s * LANES32));
        } else {
            y[8] = v32_add(y[8], v32_load(q->counter_low + s * LANES32));
            y[9] = v32_add(y[9], v32_load(q->counter_high + s * LANES32));
        }
        v32_transpose16(y);
        UNROLL for (size_t l = 0; l < LANES32; l++) {
            size_t i = s * LANES32 + l;
            if (i >= q->n) {
                break;
            }
            v32_block_add(y, l, q->row[i]);
            if (q->len[i] == 64) {
                v32_block_xor(y, l, q->out[i], q->in[i]);
            } else {
                v32_block_xor_partial(y, l, q->out[i], q->in[i], q->len[i]);
            }
        }
    }
    q->n = 0;
    queue_empty(q);
}

/* Adds block `counter` of the state `row` to len bytes of `in` (which may be `out`), now or at the latest at the flush. */
INLINE void queue_push(cipher c, queue *q, const uint32_t *row, uint64_t counter, uint8_t *out, const uint8_t *in, size_t len) {
    size_t i = q->n++;
    q->row[i] = row;
    q->counter_low[i] = (uint32_t)counter;
    if (c == SALSA20) {
        q->counter_high[i] = (uint32_t)(counter >> 32);
    }
    q->in[i] = in;
    q->out[i] = out;
    q->len[i] = len;
    __builtin_prefetch(out, 1); /* there is time until it is written */
    if (q->n == WIDTH) {
        queue_flush(c, q);
    }
}

/*
 * HChaCha20 (draft-irtf-cfrg-xchacha-03, section 2.2) or HSalsa20 ("Extending the Salsa20 nonce", section 2) of n rows, whose
 * 16 bytes of nonce stand in the places of counter and nonce: each becomes the row of the derived key with nonce 0. mac: as in
 * cipher_rounds.
 */
OUTLINE void cipher_derive(cipher c, uint32_t row[][16], size_t n, poly_beside *mac) {
    static const uint32_t sigma[4] = {SIGMA0, SIGMA1, SIGMA2, SIGMA3};
    for (size_t at = 0; at < n; at += WIDTH) {
        const size_t sets = sets_for(n - at);
        v32 x[SETS][16];
        for (size_t s = 0; s < sets; s++) {
            UNROLL for (size_t l = 0; l < LANES32; l++) {
                size_t i = at + s * LANES32 + l;
                v32_block_load(x[s], l, row[i < n ? i : at]);
            }
            v32_transpose16(x[s]);
        }
        cipher_rounds(c, x, sets, mac);
        for (size_t s = 0; s < sets; s++) {
            v32 y[16];
            UNROLL for (size_t i = 0; i < 4; i++) {
                if (c == CHACHA20) {
                    y[i] = v32_set1(sigma[i]);
                    y[4 + i] = x[s][i];
                    y[8 + i] = x[s][12 + i];
                    y[12 + i] = v32_set1(0);
                } else {
                    y[5 * i] = v32_set1(sigma[i]);
                    y[1 + i] = x[s][5 * i];
                    y[6 + i] = v32_set1(0);
                    y[11 + i] = x[s][6 + i];
                }
            }
            v32_transpose16(y);
            UNROLL for (size_t l = 0; l < LANES32; l++) {
                size_t i = at + s * LANES32 + l;
                if (i < n) {
                    v32_block_store(y, l, row[i]);
                }
            }
        }
    }
}

#endif
