/* SPDX-License-Identifier: ISC */
/* ChaCha20-Poly1305 (RFC 8439), XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) and its secretbox, one block at a time. */
#include "core/kernel/kernels.h"
#include "core/ref/chacha20.h"
#include "core/ref/poly1305.h"
#include "core/util/bytes.h"
#include "core/util/ct.h"
#include "core/util/wipe.h"

enum { COUNTER = 12, BLOCK_BYTES = 64 };

static inline uint32_t rotate(uint32_t x, unsigned n) {
    return x << n | x >> (32 - n);
}

static inline void quarter_round(uint32_t x[16], size_t a, size_t b, size_t c, size_t d) {
    x[a] += x[b];
    x[d] = rotate(x[d] ^ x[a], 16);
    x[c] += x[d];
    x[b] = rotate(x[b] ^ x[c], 12);
    x[a] += x[b];
    x[d] = rotate(x[d] ^ x[a], 8);
    x[c] += x[d];
    x[b] = rotate(x[b] ^ x[c], 7);
}

static inline void rounds(uint32_t x[16]) {
    for (int i = 0; i < 10; i++) {
        quarter_round(x, 0, 4, 8, 12);
        quarter_round(x, 1, 5, 9, 13);
        quarter_round(x, 2, 6, 10, 14);
        quarter_round(x, 3, 7, 11, 15);
        quarter_round(x, 0, 5, 10, 15);
        quarter_round(x, 1, 6, 11, 12);
        quarter_round(x, 2, 7, 8, 13);
        quarter_round(x, 3, 4, 9, 14);
    }
}

/* "expand 32-byte k", the key, and 16 bytes that a counter, a nonce or both fill. */
static void set_up(uint32_t state[16], const uint8_t key[32], const uint8_t last[16]) {
    static const uint32_t constants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(state, constants, sizeof constants);
    for (size_t i = 0; i < 8; i++) {
        state[4 + i] = load_le32(key + 4 * i);
    }
    for (size_t i = 0; i < 4; i++) {
        state[12 + i] = load_le32(last + 4 * i);
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
    wipe(x, sizeof x);
}

static void crypt(uint32_t state[16], const uint8_t *in, uint8_t *out, size_t len) {
    uint8_t stream[BLOCK_BYTES];
    for (; len >= BLOCK_BYTES; len -= BLOCK_BYTES) {
        next_block(state, stream);
        for (size_t i = 0; i < BLOCK_BYTES; i++) {
            out[i] = in[i] ^ stream[i];
        }
        in += BLOCK_BYTES;
        out += BLOCK_BYTES;
    }
    if (len != 0) {
        next_block(state, stream);
        for (size_t i = 0; i < len; i++) {
            out[i] = in[i] ^ stream[i];
        }
    }
    wipe(stream, sizeof stream);
}

/* The cipher's state at block 1, and block 0, whose first half is the one-time key of the tag. */
static void begin(uint32_t state[16], uint8_t block[BLOCK_BYTES], const uint8_t key[32], const uint8_t nonce[12]) {
    uint8_t last[16] = {0};
    memcpy(last + 4, nonce, 12);
    set_up(state, key, last);
    next_block(state, block);
}

/* As begin, with the associated data taken in: a caller may have it where the text will be written. */
static void begin_tag(uint32_t state[16], poly1305 *mac, const uint8_t key[32], const uint8_t nonce[12], const uint8_t *ad,
                      size_t ad_len) {
    uint8_t block[BLOCK_BYTES];
    begin(state, block, key, nonce);
    sealane_poly1305_init(mac, block);
    sealane_poly1305_update_padded(mac, ad, ad_len);
    wipe(block, sizeof block);
}

static void end_tag(poly1305 *mac, size_t ad_len, const uint8_t *ciphertext, size_t len, uint8_t tag[16]) {
    uint8_t lengths[16];
    store_le64(lengths, ad_len);
    store_le64(lengths + 8, len);
    sealane_poly1305_update_padded(mac, ciphertext, len);
    sealane_poly1305_update(mac, lengths, sizeof lengths);
    sealane_poly1305_finish(mac, tag);
}

WIPE_BELOW(wipe_spilled, 1024)

WORK void seal_under(const uint8_t key[32], const uint8_t nonce[12], const sealane_aead_seal_item *item) {
    uint32_t state[16];
    poly1305 mac;
    begin_tag(state, &mac, key, nonce, item->ad, item->ad_len);
    crypt(state, item->in, item->out, item->len);
    end_tag(&mac, item->ad_len, item->out, item->len, item->tag);
    wipe(state, sizeof state);
}

WORK int open_under(const uint8_t key[32], const uint8_t nonce[12], const sealane_aead_open_item *item) {
    uint32_t state[16];
    poly1305 mac;
    uint8_t tag[16];
    begin_tag(state, &mac, key, nonce, item->ad, item->ad_len);
    end_tag(&mac, item->ad_len, item->in, item->len, tag);
    const int good = ct_equal(tag, item->tag, sizeof tag);
    if (good) {
        crypt(state, item->in, item->out, item->len);
    } else if (item->len != 0) {
        memset(item->out, 0, item->len);
    }
    wipe(state, sizeof state);
    wipe(tag, sizeof tag);
    return good;
}

static void chacha_seal(const sealane_aead_seal_item *item) {
    seal_under(item->key, item->nonce, item);
    wipe_spilled();
}

static int chacha_open(const sealane_aead_open_item *item) {
    const int good = open_under(item->key, item->nonce, item);
    wipe_spilled();
    return good;
}

void sealane_hchacha20(uint8_t out[32], const uint8_t in[16], const uint8_t key[32]) {
    uint32_t x[16];
    set_up(x, key, in);
    rounds(x);
    for (size_t i = 0; i < 4; i++) {
        store_le32(out + 4 * i, x[i]);
        store_le32(out + 16 + 4 * i, x[12 + i]);
    }
    wipe(x, sizeof x);
}

/* An XChaCha20 nonce is 16 bytes that go into the subkey, then 8 that follow four zeroes in ChaCha20's nonce. */
WORK void extend(uint8_t subkey[32], uint8_t short_nonce[12], const uint8_t key[32], const uint8_t nonce[24]) {
    sealane_hchacha20(subkey, nonce, key);
    memset(short_nonce, 0, 4);
    memcpy(short_nonce + 4, nonce + 16, 8);
}

static void xchacha_seal(const sealane_aead_seal_item *item) {
    uint8_t subkey[32], nonce[12];
    extend(subkey, nonce, item->key, item->nonce);
    seal_under(subkey, nonce, item);
    wipe(subkey, sizeof subkey);
    wipe_spilled();
}

static int xchacha_open(const sealane_aead_open_item *item) {
    uint8_t subkey[32], nonce[12];
    extend(subkey, nonce, item->key, item->nonce);
    const int good = open_under(subkey, nonce, item);
    wipe(subkey, sizeof subkey);
    wipe_spilled();
    return good;
}

/* The message meets the keystream from byte 32 on: the rest of block 0 comes before block 1. */
static void secretbox_crypt(uint32_t state[16], const uint8_t block[BLOCK_BYTES], const uint8_t *in, uint8_t *out, size_t len) {
    const size_t head = len < 32 ? len : 32;
    for (size_t i = 0; i < head; i++) {
        out[i] = in[i] ^ block[32 + i];
    }
    if (len > head) {
        crypt(state, in + head, out + head, len - head);
    }
}

/* No lengths, no padding. */
static void secretbox_tag(const uint8_t block[BLOCK_BYTES], const uint8_t *ciphertext, size_t len, uint8_t tag[16]) {
    poly1305 mac;
    sealane_poly1305_init(&mac, block);
    sealane_poly1305_update(&mac, ciphertext, len);
    sealane_poly1305_finish(&mac, tag);
}

static void secretbox_begin(uint32_t state[16], uint8_t block[BLOCK_BYTES], const uint8_t key[32], const uint8_t nonce[24]) {
    uint8_t subkey[32], short_nonce[12];
    extend(subkey, short_nonce, key, nonce);
    begin(state, block, subkey, short_nonce);
    wipe(subkey, sizeof subkey);
}

WORK void secretbox_seal_one(const sealane_aead_seal_item *item) {
    uint32_t state[16];
    uint8_t block[BLOCK_BYTES];
    secretbox_begin(state, block, item->key, item->nonce);
    secretbox_crypt(state, block, item->in, item->out, item->len);
    secretbox_tag(block, item->out, item->len, item->tag);
    wipe(state, sizeof state);
    wipe(block, sizeof block);
}

WORK int secretbox_open_one(const sealane_aead_open_item *item) {
    uint32_t state[16];
    uint8_t block[BLOCK_BYTES], tag[16];
    secretbox_begin(state, block, item->key, item->nonce);
    secretbox_tag(block, item->in, item->len, tag);
    const int good = ct_equal(tag, item->tag, sizeof tag);
    if (good) {
        secretbox_crypt(state, block, item->in, item->out, item->len);
    } else if (item->len != 0) {
        memset(item->out, 0, item->len);
    }
    wipe(state, sizeof state);
    wipe(block, sizeof block);
    wipe(tag, sizeof tag);
    return good;
}

static void secretbox_seal(const sealane_aead_seal_item *item) {
    secretbox_seal_one(item);
    wipe_spilled();
}

static int secretbox_open(const sealane_aead_open_item *item) {
    const int good = secretbox_open_one(item);
    wipe_spilled();
    return good;
}

const aead_ops sealane_xchacha20_poly1305_secretbox_portable = {.seal_one = secretbox_seal, .open_one = secretbox_open};
const aead_ops sealane_chacha20_poly1305_portable = {.seal_one = chacha_seal, .open_one = chacha_open};
const aead_ops sealane_xchacha20_poly1305_portable = {.seal_one = xchacha_seal, .open_one = xchacha_open};
