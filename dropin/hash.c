/* SPDX-License-Identifier: ISC */
/* crypto_hash_*. The streaming states hold what libsodium's do. */
#include <string.h>

#include "core/dispatch/registry.h"
#include "core/util/bytes.h"
#include "core/util/wipe.h"
#include "dropin/abi.h"
#include "dropin/count.h"
#include "dropin/libsodium.h"
#include "dropin/state.h"
#include "sealane/kdf.h"

static void blocks256(uint32_t state[8], const uint8_t *data, size_t blocks) {
    if (blocks != 0) {
        dispatch_sha256()->compress(&state, (const sha2_run[1][2]){{{data, blocks}}}, 1);
    }
}

static void blocks512(uint64_t state[8], const uint8_t *data, size_t blocks) {
    if (blocks != 0) {
        dispatch_sha512()->compress(&state, (const sha2_run[1][2]){{{data, blocks}}}, 1);
    }
}

void dropin_sha256_init(crypto_hash_sha256_state *state) {
    static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(state->state, initial, sizeof initial);
    state->count = 0;
}

void dropin_sha512_init(crypto_hash_sha512_state *state) {
    static const uint64_t initial[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                                        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
    memcpy(state->state, initial, sizeof initial);
    state->count[0] = state->count[1] = 0;
}

/* What update and final of both sizes do: fill the buffer, run whole blocks from where they lie, keep the rest. */
#define STREAM(bits, word, block, counter, carry)                                                                              \
    void dropin_sha##bits##_update(crypto_hash_sha##bits##_state *state, const uint8_t *in, uint64_t len) {                    \
        size_t held = (size_t)(counter >> 3) % block;                                                                          \
        counter += len << 3;                                                                                                   \
        carry;                                                                                                                 \
        if (len < block - held) {                                                                                              \
            if (len != 0) {                                                                                                    \
                memcpy(state->buf + held, in, (size_t)len);                                                                    \
            }                                                                                                                  \
            return;                                                                                                            \
        }                                                                                                                      \
        if (held != 0) {                                                                                                       \
            memcpy(state->buf + held, in, block - held);                                                                       \
            blocks##bits(state->state, state->buf, 1);                                                                         \
            in += block - held;                                                                                                \
            len -= block - held;                                                                                               \
        }                                                                                                                      \
        blocks##bits(state->state, in, (size_t)(len / block));                                                                 \
        if (len % block != 0) {                                                                                                \
            memcpy(state->buf, in + len - len % block, (size_t)(len % block));                                                 \
        }                                                                                                                      \
    }                                                                                                                          \
                                                                                                                               \
    void dropin_sha##bits##_final(crypto_hash_sha##bits##_state *state, uint8_t out[bits / 8]) {                               \
        uint8_t last[2 * block] = {0};                                                                                         \
        const size_t held = (size_t)(counter >> 3) % block;                                                                    \
        const size_t blocks = held + 1 + block / 8 <= block ? 1 : 2;                                                           \
        memcpy(last, state->buf, held);                                                                                        \
        last[held] = 0x80;                                                                                                     \
        store_length##bits(last + blocks * block, state);                                                                      \
        blocks##bits(state->state, last, blocks);                                                                              \
        for (size_t i = 0; i < 8; i++) {                                                                                       \
            store_be##word(out + word / 8 * i, state->state[i]);                                                               \
        }                                                                                                                      \
        wipe(last, sizeof last);                                                                                               \
        wipe(state, sizeof *state);                                                                                            \
    }

static void store_length256(uint8_t *end, const crypto_hash_sha256_state *state) {
    store_be64(end - 8, state->count);
}

static void store_length512(uint8_t *end, const crypto_hash_sha512_state *state) {
    store_be64(end - 16, state->count[0]);
    store_be64(end - 8, state->count[1]);
}

STREAM(256, 32, 64U, state->count, (void)0)
STREAM(512, 64, 128U, state->count[1], state->count[0] += (len >> 61) + (state->count[1] < len << 3))

#define HASH(name, bits)                                                                                                       \
    ABI_SIZE(name##_bytes, bits / 8)                                                                                           \
    ABI_SIZE(name##_statebytes, sizeof(name##_state))                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_init, name##_state *state) {                                                                      \
        dropin_sha##bits##_init(state);                                                                                        \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_update, name##_state *state, const unsigned char *in, unsigned long long inlen) {                 \
        count_call(STATS_HASH, inlen);                                                                                         \
        dropin_sha##bits##_update(state, in, inlen);                                                                           \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_final, name##_state *state, unsigned char *out) {                                                 \
        dropin_sha##bits##_final(state, out);                                                                                  \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name, unsigned char *out, const unsigned char *in, unsigned long long inlen) {                           \
        const sealane_hash_item item = {in, (size_t)inlen, out};                                                               \
        count_call(STATS_HASH, inlen);                                                                                         \
        if (sealane_sha##bits##_batch(&item, 1) != SEALANE_OK) {                                                               \
            dropin_misuse();                                                                                                   \
        }                                                                                                                      \
        return 0;                                                                                                              \
    }

HASH(crypto_hash_sha256, 256)
HASH(crypto_hash_sha512, 512)

ABI_SIZE(crypto_hash_bytes, SEALANE_SHA512_BYTES)
ABI_NAME(crypto_hash_primitive, "sha512")
ABI_ALIAS(crypto_hash, crypto_hash_sha512);
