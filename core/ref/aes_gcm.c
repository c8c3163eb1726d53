/* SPDX-License-Identifier: ISC */
/* AES-128-GCM and AES-256-GCM (NIST SP 800-38D) with nonces of 96 bits. */
#include "core/kernel/kernels.h"
#include "core/ref/aes.h"
#include "core/ref/ghash.h"
#include "core/util/bytes.h"
#include "core/util/ct.h"
#include "core/util/wipe.h"

enum { ROUNDS_128 = 10, ROUNDS_256 = 14, STREAM_BYTES = AES_TOGETHER * AES_BLOCK_BYTES };

WORK void prepare(aes_gcm_state *state, const uint8_t *key, size_t rounds) {
    aes_key cipher;
    uint8_t blocks[STREAM_BYTES] = {0}; /* the hash key encrypts zeroes */
    memset(state, 0, sizeof *state);
    sealane_aes_expand(state->round_key, key, rounds);
    sealane_aes_key_load(&cipher, (const uint8_t(*)[AES_BLOCK_BYTES])state->round_key, rounds);
    sealane_aes_encrypt(&cipher, blocks);
    sealane_ghash_powers(state->power, GHASH_POWERS, blocks);
    wipe(&cipher, sizeof cipher);
    wipe(blocks, sizeof blocks);
}

/* One message under way: counter mode stands at block 2, and what encrypts the tag, block 1, is kept. */
typedef struct {
    aes_key cipher;
    ghash mac;
    const uint8_t *nonce;
    uint8_t mask[AES_BLOCK_BYTES];
} message;

/* Blocks counter … counter + 3 of the keystream. */
static void keystream(const message *m, uint8_t out[STREAM_BYTES], uint32_t counter) {
    for (uint32_t b = 0; b < AES_TOGETHER; b++) {
        memcpy(out + AES_BLOCK_BYTES * b, m->nonce, 12);
        store_be32(out + AES_BLOCK_BYTES * b + 12, counter + b);
    }
    sealane_aes_encrypt(&m->cipher, out);
}

static void begin(message *m, const aes_gcm_state *state, size_t rounds, const uint8_t *nonce, const uint8_t *ad,
                  size_t ad_len) {
    uint8_t stream[STREAM_BYTES];
    sealane_aes_key_load(&m->cipher, state->round_key, rounds);
    sealane_ghash_init(&m->mac, state->power[0]);
    m->nonce = nonce;
    keystream(m, stream, 1);
    memcpy(m->mask, stream, sizeof m->mask);
    sealane_ghash_update(&m->mac, ad, ad_len);
    wipe(stream, sizeof stream);
}

static void crypt(const message *m, const uint8_t *in, uint8_t *out, size_t len) {
    uint8_t stream[STREAM_BYTES];
    for (uint32_t counter = 2; len > 0; counter += AES_TOGETHER) {
        const size_t take = len < STREAM_BYTES ? len : STREAM_BYTES;
        keystream(m, stream, counter);
        for (size_t i = 0; i < take; i++) {
            out[i] = in[i] ^ stream[i];
        }
        in += take;
        out += take;
        len -= take;
    }
    wipe(stream, sizeof stream);
}

/* The tag, and the end of the message's secrets. */
static void end(message *m, size_t ad_len, size_t len, uint8_t tag[AES_BLOCK_BYTES]) {
    uint8_t lengths[AES_BLOCK_BYTES];
    store_be64(lengths, (uint64_t)ad_len * 8);
    store_be64(lengths + 8, (uint64_t)len * 8);
    sealane_ghash_update(&m->mac, lengths, sizeof lengths);
    sealane_ghash_finish(&m->mac, tag);
    for (size_t i = 0; i < AES_BLOCK_BYTES; i++) {
        tag[i] ^= m->mask[i];
    }
    wipe(m, sizeof *m);
}

WORK void seal(const aes_gcm_state *state, size_t rounds, const sealane_aead_seal_item *item) {
    message m;
    begin(&m, state, rounds, item->nonce, item->ad, item->ad_len);
    crypt(&m, item->in, item->out, item->len);
    sealane_ghash_update(&m.mac, item->out, item->len);
    end(&m, item->ad_len, item->len, item->tag);
}

WORK int open(const aes_gcm_state *state, size_t rounds, const sealane_aead_open_item *item) {
    message m;
    uint8_t tag[AES_BLOCK_BYTES];
    begin(&m, state, rounds, item->nonce, item->ad, item->ad_len);
    message tagged = m; /* what remains deciphers */
    sealane_ghash_update(&tagged.mac, item->in, item->len);
    end(&tagged, item->ad_len, item->len, tag);
    const int good = ct_equal(tag, item->tag, sizeof tag);
    if (good) {
        crypt(&m, item->in, item->out, item->len);
    } else if (item->len > 0) {
        memset(item->out, 0, item->len);
    }
    wipe(&m, sizeof m);
    wipe(tag, sizeof tag);
    return good;
}

WORK void seal_one(size_t rounds, const sealane_aead_seal_item *item) {
    aes_gcm_state state;
    prepare(&state, item->key, rounds);
    seal(&state, rounds, item);
    wipe(&state, sizeof state);
}

WORK int open_one(size_t rounds, const sealane_aead_open_item *item) {
    aes_gcm_state state;
    prepare(&state, item->key, rounds);
    const int good = open(&state, rounds, item);
    wipe(&state, sizeof state);
    return good;
}

WIPE_BELOW(wipe_spilled, 6144)

#define AES_GCM_OPS(name, rounds)                                                                                              \
    static void name##_seal_one(const sealane_aead_seal_item *item) {                                                          \
        seal_one(rounds, item);                                                                                                \
        wipe_spilled();                                                                                                        \
    }                                                                                                                          \
    static int name##_open_one(const sealane_aead_open_item *item) {                                                           \
        const int good = open_one(rounds, item);                                                                               \
        wipe_spilled();                                                                                                        \
        return good;                                                                                                           \
    }                                                                                                                          \
    static void name##_prepare(void *state, const uint8_t *key) {                                                              \
        prepare(state, key, rounds);                                                                                           \
        wipe_spilled();                                                                                                        \
    }                                                                                                                          \
    static void name##_seal_prepared(const void *state, const sealane_aead_seal_item *const items[], size_t n) {               \
        for (size_t i = 0; i < n; i++) {                                                                                       \
            seal(state, rounds, items[i]);                                                                                     \
        }                                                                                                                      \
        wipe_spilled();                                                                                                        \
    }                                                                                                                          \
    static void name##_open_prepared(const void *state, const sealane_aead_open_item *const items[], size_t n,                 \
                                     uint8_t good[]) {                                                                         \
        for (size_t i = 0; i < n; i++) {                                                                                       \
            good[i] = (uint8_t)open(state, rounds, items[i]);                                                                  \
        }                                                                                                                      \
        wipe_spilled();                                                                                                        \
    }                                                                                                                          \
    const aead_ops sealane_##name##_portable = {.seal_one = name##_seal_one,                                                   \
                                                .open_one = name##_open_one,                                                   \
                                                .prepare = name##_prepare,                                                     \
                                                .seal_prepared = name##_seal_prepared,                                         \
                                                .open_prepared = name##_open_prepared}

AES_GCM_OPS(aes128_gcm, ROUNDS_128);
AES_GCM_OPS(aes256_gcm, ROUNDS_256);
