/* SPDX-License-Identifier: ISC */
/*
 * One block of ChaCha20 or Salsa20 in general registers. Alone it takes half the time of one in vectors, whose operations take
 * twice as long each; beside vectors it takes next to none, as it needs other units of the core.
 */
#ifndef SEALANE_BLOCK_ONE_H
#define SEALANE_BLOCK_ONE_H

INLINE uint32_t rotl32(uint32_t a, unsigned n) {
    return a << n | a >> (32 - n);
}

/* The empty assembly keeps compilers from making vectors of the four quarters. */
INLINE void block_one_set(uint32_t *to, uint32_t value) {
    __asm__("" : "+r"(value));
    *to = value;
}

INLINE void chacha20_one_quarter(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d) {
    *a += *b;
    block_one_set(d, rotl32(*d ^ *a, 16));
    *c += *d;
    block_one_set(b, rotl32(*b ^ *c, 12));
    *a += *b;
    block_one_set(d, rotl32(*d ^ *a, 8));
    *c += *d;
    block_one_set(b, rotl32(*b ^ *c, 7));
}

INLINE void salsa20_one_quarter(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d) {
    block_one_set(b, *b ^ rotl32(*a + *d, 7));
    block_one_set(c, *c ^ rotl32(*b + *a, 9));
    block_one_set(d, *d ^ rotl32(*c + *b, 13));
    block_one_set(a, *a ^ rotl32(*d + *c, 18));
}

/* Two rounds. */
INLINE void block_one_rounds2(cipher c, uint32_t x[16]) {
    UNROLL for (size_t half = 0; half < 2; half++) {
        UNROLL for (size_t i = 0; i < 4; i++) {
            if (c == CHACHA20) {
                chacha20_one_quarter(&x[CHACHA20_WORD(i, 0)], &x[CHACHA20_WORD(i, 1)], &x[CHACHA20_WORD(i, 2)],
                                     &x[CHACHA20_WORD(i, 3)]);
            } else {
                salsa20_one_quarter(&x[SALSA20_WORD(i, 0)], &x[SALSA20_WORD(i, 1)], &x[SALSA20_WORD(i, 2)],
                                    &x[SALSA20_WORD(i, 3)]);
            }
        }
    }
}

/* A block on its way, whose rounds are done beside other work. */
typedef struct {
    uint32_t x[16];
} block_one;

INLINE void block_one_start(block_one *b, const uint32_t state[16]) {
    UNROLL for (size_t i = 0; i < 16; i++) {
        b->x[i] = state[i];
    }
}

/* In words of 64 bits, as they are read soon: a load waits if what it needs was stored in parts. */
INLINE void block_one_finish(const block_one *b, const uint32_t state[16], uint64_t out[8]) {
    UNROLL for (size_t i = 0; i < 8; i++) {
        out[i] = (uint32_t)(b->x[2 * i] + state[2 * i]) | (uint64_t)(uint32_t)(b->x[2 * i + 1] + state[2 * i + 1]) << 32;
    }
}

/* HChaCha20 or HSalsa20: the state, with 16 bytes of nonce in the places of counter and nonce, becomes that of the derived key
   with counter and nonce zero. */
OUTLINE void block_one_derive(cipher c, uint32_t state[16]) {
    block_one b;
    block_one_start(&b, state);
    for (size_t round = 0; round < 20; round += 2) {
        block_one_rounds2(c, b.x);
    }
    if (c == CHACHA20) {
        /* Whole rows, see block_one_finish. */
        uint64_t row[4];
        UNROLL for (size_t i = 0; i < 2; i++) {
            row[i] = b.x[2 * i] | (uint64_t)b.x[2 * i + 1] << 32;
            row[2 + i] = b.x[12 + 2 * i] | (uint64_t)b.x[12 + 2 * i + 1] << 32;
        }
        __m128i *to = (__m128i *)(void *)(state + 4);
        _mm_storeu_si128(to, _mm_set_epi64x((long long)row[1], (long long)row[0]));
        _mm_storeu_si128(to + 1, _mm_set_epi64x((long long)row[3], (long long)row[2]));
        _mm_storeu_si128(to + 2, _mm_setzero_si128());
        return;
    }
    UNROLL for (size_t i = 0; i < 4; i++) {
        block_one_set(&state[1 + i], b.x[5 * i]);
        state[6 + i] = 0;
        block_one_set(&state[11 + i], b.x[6 + i]);
    }
}

#endif
