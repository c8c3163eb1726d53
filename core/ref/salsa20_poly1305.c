/* SPDX-License-Identifier: ISC */
/* XSalsa20-Poly1305, the secretbox of "Cryptography in NaCl", one block at a time. */
#include "core/kernel/kernels.h"
#include "core/ref/poly1305.h"
#include "core/ref/salsa20.h"
#include "core/util/bytes.h"
#include "core/util/ct.h"
#include "core/util/wipe.h"

/* The place in the state of the 64-bit block counter, low word first. */
enum { COUNTER = 8, BLOCK_BYTES = 64 };

static inline uint32_t rotate(uint32_t x, unsigned n) {
    return x << n | x >> (32 - n);
}

static inline void quarter_round(uint32_t x[16], size_t a, size_t b, size_t c, size_t d) {
    x[b] ^= rotate(x[a] + x[d], 7);
    x[c] ^= rotate(x[b] + x[a], 9);
    x[d] ^= rotate(x[c] + x[b], 13);
    x[a] ^= rotate(x[d] + x[c], 18);
}

static inline void rounds(uint32_t x[16]) {
    for (int i = 0; i < 10; i++) {
        quarter_round(x, 0, 4, 8, 12);
        quarter_round(x, 5, 9, 13, 1);
        quarter_round(x, 10, 14, 2, 6);
        quarter_round(x, 15, 3, 7, 11);
        quarter_round(x, 0, 1, 2, 3);
        quarter_round(x, 5, 6, 7, 4);
        quarter_round(x, 10, 11, 8, 9);
        quarter_round(x, 15, 12, 13, 14);
    }
}

/* "expand 32-byte k" on the diagonal, 16 bytes of nonce and counter, and the key around them. */
static void set_up(uint32_t state[16], const uint8_t key[32], const uint8_t middle[16]) {
    state[0] = 0x61707865;
    state[5] = 0x3320646e;
    state[10] = 0x79622d32;
    state[15] = 0x6b206574;
    for (size_t i = 0; i < 4; i++) {
        state[1 + i] = load_le32(key + 4 * i);
        state[6 + i] = load_le32(middle + 4 * i);
        state[11 + i] = load_le32(key + 16 + 4 * i);
    }
}

/* The next 64 bytes of keystream. */
static void next_block(uint32_t state[16], uint8_t out[BLOCK_BYTES]) {
    uint32_t x[16];
    memcpy(x, state, sizeof x);
    rounds(x);
    for (size_t i = 0; i < 16; i++) {
        store_le32(out + 4 * i, x[i] + state[i]);
    }
    state[COUNTER]++;
    state[COUNTER + 1] += state[COUNTER] == 0;
    wipe(x, sizeof x);
}

/* The message meets the keystream from byte 32 on: the rest of block 0, in first, comes before block 1. */
static void crypt(uint32_t state[16], const uint8_t first[32], const uint8_t *in, uint8_t *out, size_t len) {
    uint8_t stream[BLOCK_BYTES];
    const size_t head = len < 32 ? len : 32;
    for (size_t i = 0; i < head; i++) {
        out[i] = in[i] ^ first[i];
    }
    for (size_t at = head; at < len;) {
        const size_t n = len - at < BLOCK_BYTES ? len - at : BLOCK_BYTES;
        next_block(state, stream);
        for (size_t i = 0; i < n; i++) {
            out[at + i] = in[at + i] ^ stream[i];
        }
        at += n;
    }
    wipe(stream, sizeof stream);
}

void sealane_hsalsa20(uint8_t out[32], const uint8_t in[16], const uint8_t key[32]) {
    uint32_t x[16];
    set_up(x, key, in);
    rounds(x);
    for (size_t i = 0; i < 4; i++) {
        store_le32(out + 4 * i, x[5 * i]);
        store_le32(out + 16 + 4 * i, x[6 + i]);
    }
    wipe(x, sizeof x);
}

/* The cipher's state at block 1, and block 0. */
static void begin(uint32_t state[16], uint8_t block[BLOCK_BYTES], const uint8_t key[32], const uint8_t nonce[24]) {
    uint8_t subkey[32], middle[16] = {0};
    sealane_hsalsa20(subkey, nonce, key);
    memcpy(middle, nonce + 16, 8);
    set_up(state, subkey, middle);
    next_block(state, block);
    wipe(subkey, sizeof subkey);
}

/* The one-time key of the tag is the first half of block 0. */
static void authenticate(const uint8_t block[BLOCK_BYTES], const uint8_t *ciphertext, size_t len, uint8_t tag[16]) {
    poly1305 mac;
    sealane_poly1305_init(&mac, block);
    sealane_poly1305_update(&mac, ciphertext, len);
    sealane_poly1305_finish(&mac, tag);
}

WORK void xsalsa_seal_one(const sealane_aead_seal_item *item) {
    uint32_t state[16];
    uint8_t block[BLOCK_BYTES];
    begin(state, block, item->key, item->nonce);
    crypt(state, block + 32, item->in, item->out, item->len);
    authenticate(block, item->out, item->len, item->tag);
    wipe(state, sizeof state);
    wipe(block, sizeof block);
}

WORK int xsalsa_open_one(const sealane_aead_open_item *item) {
    uint32_t state[16];
    uint8_t block[BLOCK_BYTES], tag[16];
    begin(state, block, item->key, item->nonce);
    authenticate(block, item->in, item->len, tag);
    const int good = ct_equal(tag, item->tag, sizeof tag);
    if (good) {
        crypt(state, block + 32, item->in, item->out, item->len);
    } else if (item->len != 0) {
        memset(item->out, 0, item->len);
    }
    wipe(state, sizeof state);
    wipe(block, sizeof block);
    wipe(tag, sizeof tag);
    return good;
}

WIPE_BELOW(wipe_spilled, 1024)

static void xsalsa_seal(const sealane_aead_seal_item *item) {
    xsalsa_seal_one(item);
    wipe_spilled();
}

static int xsalsa_open(const sealane_aead_open_item *item) {
    const int good = xsalsa_open_one(item);
    wipe_spilled();
    return good;
}

const aead_ops sealane_xsalsa20_poly1305_portable = {.seal_one = xsalsa_seal, .open_one = xsalsa_open};
