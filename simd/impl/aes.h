/* SPDX-License-Identifier: ISC */
/* AES (FIPS 197) by its instructions: key schedules of BLOCKS keys at once, one a block of the vectors. */
#ifndef SEALANE_IMPL_AES_H
#define SEALANE_IMPL_AES_H

#define ROUNDS_128 10U
#define ROUNDS_256 14U

/* Most sets of BLOCKS keys that are set up side by side. */
#define SETS_MAX 4U

/* Each column of a block: the last one as it is, or turned by a byte. */
INLINE vb last_column(vb k) {
    return vb_words(k, 0xff);
}

INLINE vb last_column_turned(vb k) {
    return vb_shuffle(k, vb_set1(_mm_set_epi8(12, 15, 14, 13, 12, 15, 14, 13, 12, 15, 14, 13, 12, 15, 14, 13)));
}

/* Four words of a schedule from those before and what joins each: the sums of the words so far. The bytes of equal columns are
   substituted by the last round, which shifts rows of equal bytes and adds the constant. */
INLINE vb next_words(vb before, vb columns, uint32_t constant) {
    before = vb_xor(before, vb_shl_bytes(before, 4));
    return vb_xor3(before, vb_shl_bytes(before, 8), vb_aesenclast(columns, vb_set1(_mm_set1_epi32((int)constant))));
}

static const uint8_t round_constant[10] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1b, 0x36};

/* The 16 bytes at key[l] + at, in block l. */
INLINE vb gather_keys(const uint8_t *const key[BLOCKS], size_t at) {
    __m128i x[BLOCKS];
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        x[l] = load_block(key[l] + at);
    }
    return vb_gather(x);
}

/* rk[i][0 … rounds], of block l from key[i][l], for i < sets: a schedule is one long chain, so that several go side by side. */
INLINE void expand_keys(size_t rounds, size_t sets, vb *const rk[], const uint8_t *const key[][BLOCKS]) {
    vb a[SETS_MAX], b[SETS_MAX];
    UNROLL for (size_t i = 0; i < sets; i++) {
        rk[i][0] = a[i] = gather_keys(key[i], 0);
        if (rounds == ROUNDS_256) {
            rk[i][1] = b[i] = gather_keys(key[i], 16);
        }
    }
    const size_t from = rounds == ROUNDS_128 ? 1 : 2;
    UNROLL for (size_t r = from; r <= rounds; r++) {
        UNROLL for (size_t i = 0; i < sets; i++) {
            if (rounds == ROUNDS_128) {
                rk[i][r] = a[i] = next_words(a[i], last_column_turned(a[i]), round_constant[r - 1]);
            } else if (r % 2 == 0) {
                rk[i][r] = a[i] = next_words(a[i], last_column_turned(b[i]), round_constant[r / 2 - 1]);
            } else {
                rk[i][r] = b[i] = next_words(b[i], last_column(a[i]), 0);
            }
        }
    }
}

/* Encrypts n vectors each of several sets, x[i]'s under rk[i]; every block has its own round keys. */
INLINE void encrypt_sets(size_t rounds, size_t sets, size_t n, vb x[][2], const vb *const rk[]) {
    UNROLL for (size_t r = 0; r <= rounds; r++) {
        UNROLL for (size_t i = 0; i < sets; i++) {
            UNROLL for (size_t j = 0; j < n; j++) {
                x[i][j] = r == 0       ? vb_xor(x[i][j], rk[i][r])
                          : r < rounds ? vb_aesenc(x[i][j], rk[i][r])
                                       : vb_aesenclast(x[i][j], rk[i][r]);
            }
        }
    }
}

/* Encrypts n vectors under the same round keys. */
INLINE void encrypt(size_t rounds, vb x[], size_t n, const vb rk[]) {
    UNROLL for (size_t i = 0; i < n; i++) {
        x[i] = vb_xor(x[i], rk[0]);
    }
    UNROLL for (size_t r = 1; r < rounds; r++) {
        UNROLL for (size_t i = 0; i < n; i++) {
            x[i] = vb_aesenc(x[i], rk[r]);
        }
    }
    UNROLL for (size_t i = 0; i < n; i++) {
        x[i] = vb_aesenclast(x[i], rk[rounds]);
    }
}

/* A key of one message among BLOCKS: round r's 16 bytes are at + 16 BLOCKS r. */
typedef struct {
    const uint8_t *at;
} lane_key;

INLINE vb lane_round(lane_key k, size_t r) {
    return vb_broadcast(k.at + 16 * BLOCKS * r);
}

/* Counter mode: the block that `counter` begins, in a form that adds: its last word is in the machine's order. */
INLINE vb counter_start(const uint8_t *nonce, uint32_t counter) {
    return vb_add32(vb_set1(_mm_insert_epi32(load_12_bytes(nonce), (int)counter, 3)), vb_numbers());
}

INLINE vb counter_step(uint32_t blocks) {
    return vb_set1(_mm_set_epi32((int)blocks, 0, 0, 0));
}

INLINE vb counter_block(vb counter) {
    return vb_shuffle(counter, vb_set1(_mm_set_epi8(12, 13, 14, 15, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)));
}

/* x[0 … n - 1] = the next vectors of keystream. */
INLINE void keystream(size_t rounds, vb x[], size_t n, lane_key k, vb *counter) {
    const vb first = lane_round(k, 0);
    UNROLL for (size_t i = 0; i < n; i++) {
        x[i] = vb_xor(counter_block(*counter), first);
        *counter = vb_add32(*counter, counter_step(BLOCKS));
    }
    UNROLL for (size_t r = 1; r < rounds; r++) {
        const vb key = lane_round(k, r);
        UNROLL for (size_t i = 0; i < n; i++) {
            x[i] = vb_aesenc(x[i], key);
        }
    }
    const vb last = lane_round(k, rounds);
    UNROLL for (size_t i = 0; i < n; i++) {
        x[i] = vb_aesenclast(x[i], last);
    }
}

#endif
