/* SPDX-License-Identifier: ISC */
/* crypto_auth_*: HMAC; hmacsha512256 is HMAC-SHA-512 cut to 32 bytes. */
#include <string.h>

#include "core/util/ct.h"
#include "core/util/wipe.h"
#include "dropin/abi.h"
#include "dropin/count.h"
#include "dropin/libsodium.h"
#include "dropin/state.h"
#include "sealane/kdf.h"

#define KEY_BYTES 32U

#define HMAC(name, bits, block)                                                                                                \
    void dropin_##name##_init(crypto_auth_hmacsha##bits##_state *state, const uint8_t *key, size_t key_len) {                  \
        uint8_t pad[block], hashed[bits / 8];                                                                                  \
        if (key_len > block) {                                                                                                 \
            dropin_sha##bits##_init(&state->ictx);                                                                             \
            dropin_sha##bits##_update(&state->ictx, key, key_len);                                                             \
            dropin_sha##bits##_final(&state->ictx, hashed);                                                                    \
            key = hashed;                                                                                                      \
            key_len = sizeof hashed;                                                                                           \
        }                                                                                                                      \
        memset(pad, 0x36, block);                                                                                              \
        for (size_t i = 0; i < key_len; i++) {                                                                                 \
            pad[i] ^= key[i];                                                                                                  \
        }                                                                                                                      \
        dropin_sha##bits##_init(&state->ictx);                                                                                 \
        dropin_sha##bits##_update(&state->ictx, pad, block);                                                                   \
        for (size_t i = 0; i < block; i++) {                                                                                   \
            pad[i] ^= 0x36 ^ 0x5c;                                                                                             \
        }                                                                                                                      \
        dropin_sha##bits##_init(&state->octx);                                                                                 \
        dropin_sha##bits##_update(&state->octx, pad, block);                                                                   \
        wipe(pad, sizeof pad);                                                                                                 \
        wipe(hashed, sizeof hashed);                                                                                           \
    }                                                                                                                          \
                                                                                                                               \
    void dropin_##name##_update(crypto_auth_hmacsha##bits##_state *state, const uint8_t *in, uint64_t len) {                   \
        dropin_sha##bits##_update(&state->ictx, in, len);                                                                      \
    }                                                                                                                          \
                                                                                                                               \
    void dropin_##name##_final(crypto_auth_hmacsha##bits##_state *state, uint8_t out[bits / 8]) {                              \
        uint8_t inner[bits / 8];                                                                                               \
        dropin_sha##bits##_final(&state->ictx, inner);                                                                         \
        dropin_sha##bits##_update(&state->octx, inner, sizeof inner);                                                          \
        dropin_sha##bits##_final(&state->octx, out);                                                                           \
        wipe(inner, sizeof inner);                                                                                             \
    }

HMAC(hmac256, 256, 64U)
HMAC(hmac512, 512, 128U)

/* made: the bytes of the hash under it; bytes: how many of them are the tag. */
#define AUTH(name, bits, bytes)                                                                                                \
    ABI_SIZE(name##_bytes, bytes)                                                                                              \
    ABI_SIZE(name##_keybytes, KEY_BYTES)                                                                                       \
    ABI_SIZE(name##_statebytes, sizeof(name##_state))                                                                          \
                                                                                                                               \
    ABI_FUNCTION(void, name##_keygen, unsigned char k[KEY_BYTES]) {                                                            \
        dropin_random(k, KEY_BYTES);                                                                                           \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_init, name##_state *state, const unsigned char *key, size_t keylen) {                             \
        dropin_hmac##bits##_init(state, key, keylen);                                                                          \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_update, name##_state *state, const unsigned char *in, unsigned long long inlen) {                 \
        count_call(STATS_AUTH, inlen);                                                                                         \
        dropin_hmac##bits##_update(state, in, inlen);                                                                          \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_final, name##_state *state, unsigned char *out) {                                                 \
        uint8_t made[bits / 8];                                                                                                \
        dropin_hmac##bits##_final(state, made);                                                                                \
        memcpy(out, made, bytes);                                                                                              \
        wipe(made, sizeof made);                                                                                               \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    static void name##_make(uint8_t made[bits / 8], const uint8_t *in, unsigned long long inlen, const uint8_t *k) {           \
        const sealane_hmac_item item = {k, KEY_BYTES, in, (size_t)inlen, made};                                                \
        count_call(STATS_AUTH, inlen);                                                                                         \
        if (sealane_hmac_sha##bits##_batch(&item, 1) != SEALANE_OK) {                                                          \
            dropin_misuse();                                                                                                   \
        }                                                                                                                      \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name, unsigned char *out, const unsigned char *in, unsigned long long inlen, const unsigned char *k) {   \
        uint8_t made[bits / 8];                                                                                                \
        name##_make(made, in, inlen, k);                                                                                       \
        memcpy(out, made, bytes);                                                                                              \
        wipe(made, sizeof made);                                                                                               \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_verify, const unsigned char *h, const unsigned char *in, unsigned long long inlen,                \
                 const unsigned char *k) {                                                                                     \
        uint8_t made[bits / 8];                                                                                                \
        name##_make(made, in, inlen, k);                                                                                       \
        int equal = ct_equal(made, h, bytes);                                                                                  \
        wipe(made, sizeof made);                                                                                               \
        return equal - 1;                                                                                                      \
    }

AUTH(crypto_auth_hmacsha256, 256, 32U)
AUTH(crypto_auth_hmacsha512, 512, 64U)
AUTH(crypto_auth_hmacsha512256, 512, 32U)

ABI_SIZE(crypto_auth_bytes, 32U)
ABI_SIZE(crypto_auth_keybytes, KEY_BYTES)
ABI_NAME(crypto_auth_primitive, "hmacsha512256")
ABI_ALIAS(crypto_auth, crypto_auth_hmacsha512256);
ABI_ALIAS(crypto_auth_verify, crypto_auth_hmacsha512256_verify);
ABI_ALIAS(crypto_auth_keygen, crypto_auth_hmacsha512256_keygen);
