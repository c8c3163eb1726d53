/* SPDX-License-Identifier: ISC */
/* crypto_aead_*: the detached and the combined form of each algorithm. */
#include "dropin/abi.h"
#include "dropin/count.h"
#include "dropin/libsodium.h"
#include "dropin/message.h"

/* libsodium's order: c, [mac, maclen], m, ad, nsec (unused), npub, k. */
#define AEAD(name, id, family)                                                                                                 \
    ABI_SIZE(name##_keybytes, id##_KEY_BYTES)                                                                                  \
    ABI_SIZE(name##_nsecbytes, 0)                                                                                              \
    ABI_SIZE(name##_npubbytes, id##_NONCE_BYTES)                                                                               \
    ABI_SIZE(name##_abytes, id##_TAG_BYTES)                                                                                    \
    ABI_SIZE(name##_messagebytes_max, id##_LIBSODIUM_BYTES_MAX)                                                                \
                                                                                                                               \
    ABI_FUNCTION(void, name##_keygen, unsigned char k[id##_KEY_BYTES]) {                                                       \
        dropin_random(k, id##_KEY_BYTES);                                                                                      \
    }                                                                                                                          \
                                                                                                                               \
    static void name##_seal(uint8_t *c, uint8_t *mac, const uint8_t *m, unsigned long long mlen, const uint8_t *ad,            \
                            unsigned long long adlen, const uint8_t *npub, const uint8_t *k) {                                 \
        const message_key key = {id, k, npub, ad, (size_t)adlen};                                                              \
        count_call(family, mlen);                                                                                              \
        dropin_seal(&key, c, mac, m, (size_t)mlen);                                                                            \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_encrypt_detached, unsigned char *c, unsigned char *mac, unsigned long long *maclen_p,             \
                 const unsigned char *m, unsigned long long mlen, const unsigned char *ad, unsigned long long adlen,           \
                 const unsigned char *nsec, const unsigned char *npub, const unsigned char *k) {                               \
        (void)nsec;                                                                                                            \
        name##_seal(c, mac, m, mlen, ad, adlen, npub, k);                                                                      \
        if (maclen_p != NULL) {                                                                                                \
            *maclen_p = id##_TAG_BYTES;                                                                                        \
        }                                                                                                                      \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_encrypt, unsigned char *c, unsigned long long *clen_p, const unsigned char *m,                    \
                 unsigned long long mlen, const unsigned char *ad, unsigned long long adlen, const unsigned char *nsec,        \
                 const unsigned char *npub, const unsigned char *k) {                                                          \
        (void)nsec;                                                                                                            \
        if (mlen > id##_LIBSODIUM_BYTES_MAX) {                                                                                 \
            dropin_misuse();                                                                                                   \
        }                                                                                                                      \
        name##_seal(c, c + mlen, m, mlen, ad, adlen, npub, k);                                                                 \
        if (clen_p != NULL) {                                                                                                  \
            *clen_p = mlen + id##_TAG_BYTES;                                                                                   \
        }                                                                                                                      \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    static int name##_open(uint8_t *m, const uint8_t *c, unsigned long long clen, const uint8_t *mac, const uint8_t *ad,       \
                           unsigned long long adlen, const uint8_t *npub, const uint8_t *k) {                                  \
        const message_key key = {id, k, npub, ad, (size_t)adlen};                                                              \
        count_call(family, clen);                                                                                              \
        return dropin_open(&key, m, c, (size_t)clen, mac, REFUSED_ZEROED);                                                     \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_decrypt_detached, unsigned char *m, unsigned char *nsec, const unsigned char *c,                  \
                 unsigned long long clen, const unsigned char *mac, const unsigned char *ad, unsigned long long adlen,         \
                 const unsigned char *npub, const unsigned char *k) {                                                          \
        (void)nsec;                                                                                                            \
        return name##_open(m, c, clen, mac, ad, adlen, npub, k);                                                               \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_decrypt, unsigned char *m, unsigned long long *mlen_p, unsigned char *nsec,                       \
                 const unsigned char *c, unsigned long long clen, const unsigned char *ad, unsigned long long adlen,           \
                 const unsigned char *npub, const unsigned char *k) {                                                          \
        (void)nsec;                                                                                                            \
        int result = -1;                                                                                                       \
        unsigned long long mlen = 0;                                                                                           \
        if (clen >= id##_TAG_BYTES) {                                                                                          \
            mlen = clen - id##_TAG_BYTES;                                                                                      \
            result = name##_open(m, c, mlen, c + mlen, ad, adlen, npub, k);                                                    \
        }                                                                                                                      \
        if (mlen_p != NULL) {                                                                                                  \
            *mlen_p = result == 0 ? mlen : 0;                                                                                  \
        }                                                                                                                      \
        return result;                                                                                                         \
    }

/* What libsodium's limits are, which are not always this library's. */
#define SEALANE_CHACHA20_POLY1305_LIBSODIUM_BYTES_MAX                                                                          \
    (ABI_SIZE_MAX - 16 < UINT64_C(64) * UINT32_MAX ? ABI_SIZE_MAX - 16 : (size_t)(UINT64_C(64) * UINT32_MAX))
#define SEALANE_XCHACHA20_POLY1305_LIBSODIUM_BYTES_MAX (ABI_SIZE_MAX - 16)

AEAD(crypto_aead_chacha20poly1305_ietf, SEALANE_CHACHA20_POLY1305, STATS_CHACHA20POLY1305_IETF)
AEAD(crypto_aead_xchacha20poly1305_ietf, SEALANE_XCHACHA20_POLY1305, STATS_XCHACHA20POLY1305_IETF)
