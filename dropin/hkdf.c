/* SPDX-License-Identifier: ISC */
/* crypto_kdf_hkdf_*, which libsodium has from 1.0.19 on (RFC 5869). */
#include <errno.h>
#include <string.h>

#include "core/util/wipe.h"
#include "dropin/abi.h"
#include "dropin/count.h"
#include "dropin/libsodium.h"
#include "dropin/state.h"

#define HKDF(name, bits)                                                                                                       \
    ABI_SIZE(name##_keybytes, bits / 8)                                                                                        \
    ABI_SIZE(name##_bytes_min, 0)                                                                                              \
    ABI_SIZE(name##_bytes_max, 255U * (bits / 8))                                                                              \
    ABI_SIZE(name##_statebytes, sizeof(name##_state))                                                                          \
                                                                                                                               \
    ABI_FUNCTION(void, name##_keygen, unsigned char prk[bits / 8]) {                                                           \
        dropin_random(prk, bits / 8);                                                                                          \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_extract_init, name##_state *state, const unsigned char *salt, size_t salt_len) {                  \
        dropin_hmac##bits##_init(&state->st, salt, salt_len);                                                                  \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_extract_update, name##_state *state, const unsigned char *ikm, size_t ikm_len) {                  \
        count_call(STATS_KDF_HKDF, ikm_len);                                                                                   \
        dropin_hmac##bits##_update(&state->st, ikm, ikm_len);                                                                  \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_extract_final, name##_state *state, unsigned char prk[bits / 8]) {                                \
        dropin_hmac##bits##_final(&state->st, prk);                                                                            \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_extract, unsigned char prk[bits / 8], const unsigned char *salt, size_t salt_len,                 \
                 const unsigned char *ikm, size_t ikm_len) {                                                                   \
        name##_state state;                                                                                                    \
        count_call(STATS_KDF_HKDF, ikm_len);                                                                                   \
        dropin_hmac##bits##_init(&state.st, salt, salt_len);                                                                   \
        dropin_hmac##bits##_update(&state.st, ikm, ikm_len);                                                                   \
        dropin_hmac##bits##_final(&state.st, prk);                                                                             \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    /* T(i) = HMAC(prk, T(i - 1) || ctx || i). */                                                                              \
    ABI_FUNCTION(int, name##_expand, unsigned char *out, size_t out_len, const char *ctx, size_t ctx_len,                      \
                 const unsigned char prk[bits / 8]) {                                                                          \
        crypto_auth_hmacsha##bits##_state keyed, st;                                                                           \
        uint8_t made[bits / 8];                                                                                                \
        if (out_len > 255U * sizeof made) {                                                                                    \
            errno = EINVAL;                                                                                                    \
            return -1;                                                                                                         \
        }                                                                                                                      \
        count_call(STATS_KDF_HKDF, out_len);                                                                                   \
        dropin_hmac##bits##_init(&keyed, prk, bits / 8);                                                                       \
        for (size_t at = 0; at < out_len; at += sizeof made) {                                                                 \
            const uint8_t counter = (uint8_t)(at / sizeof made + 1);                                                           \
            const size_t now = out_len - at < sizeof made ? out_len - at : sizeof made;                                        \
            st = keyed;                                                                                                        \
            dropin_hmac##bits##_update(&st, made, at == 0 ? 0 : sizeof made);                                                  \
            dropin_hmac##bits##_update(&st, (const uint8_t *)ctx, ctx_len);                                                    \
            dropin_hmac##bits##_update(&st, &counter, 1);                                                                      \
            dropin_hmac##bits##_final(&st, made);                                                                              \
            memcpy(out + at, made, now);                                                                                       \
        }                                                                                                                      \
        wipe(&keyed, sizeof keyed);                                                                                            \
        wipe(made, sizeof made);                                                                                               \
        return 0;                                                                                                              \
    }

HKDF(crypto_kdf_hkdf_sha256, 256)
HKDF(crypto_kdf_hkdf_sha512, 512)
