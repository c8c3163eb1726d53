/* SPDX-License-Identifier: ISC */
/* crypto_aead_*: the detached and the combined form of an algorithm. */
#ifndef SEALANE_DROPIN_AEAD_H
#define SEALANE_DROPIN_AEAD_H

#include "dropin/abi.h"
#include "dropin/count.h"
#include "dropin/libsodium.h"
#include "dropin/message.h"

/* What the library takes of associated data; libsodium has AEGIS's at as much, and no limit elsewhere. */
#define AD_BYTES_MAX ((UINT64_C(1) << 61) - 1)

/*
 * libsodium's order: c, [mac, maclen], m, ad, nsec (unused), npub, k. suffix: nothing, or _afternm, whose k is a state. member:
 * where a message_key has such a k. over: what opening too long a message comes to.
 */
#define AEAD_CALLS(name, suffix, id, family, k_type, member, over)                                                             \
    static void name##_seal##suffix(uint8_t *c, uint8_t *mac, const uint8_t *m, unsigned long long mlen, const uint8_t *ad,    \
                                    unsigned long long adlen, const uint8_t *npub, const k_type *k) {                          \
        const message_key key = {                                                                                              \
            .algorithm = id, .member = (const void *)k, .nonce = npub, .ad = ad, .ad_len = (size_t)adlen};                     \
        count_call(family, mlen);                                                                                              \
        dropin_seal(&key, c, mac, m, (size_t)mlen);                                                                            \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_encrypt_detached##suffix, unsigned char *c, unsigned char *mac, unsigned long long *maclen_p,     \
                 const unsigned char *m, unsigned long long mlen, const unsigned char *ad, unsigned long long adlen,           \
                 const unsigned char *nsec, const unsigned char *npub, const k_type *k) {                                      \
        (void)nsec;                                                                                                            \
        if (mlen > id##_LIBSODIUM_BYTES_MAX) {                                                                                 \
            dropin_misuse();                                                                                                   \
        }                                                                                                                      \
        name##_seal##suffix(c, mac, m, mlen, ad, adlen, npub, k);                                                              \
        if (maclen_p != NULL) {                                                                                                \
            *maclen_p = id##_TAG_BYTES;                                                                                        \
        }                                                                                                                      \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_encrypt##suffix, unsigned char *c, unsigned long long *clen_p, const unsigned char *m,            \
                 unsigned long long mlen, const unsigned char *ad, unsigned long long adlen, const unsigned char *nsec,        \
                 const unsigned char *npub, const k_type *k) {                                                                 \
        (void)nsec;                                                                                                            \
        if (mlen > id##_LIBSODIUM_BYTES_MAX) {                                                                                 \
            dropin_misuse();                                                                                                   \
        }                                                                                                                      \
        name##_seal##suffix(c, c + mlen, m, mlen, ad, adlen, npub, k);                                                         \
        if (clen_p != NULL) {                                                                                                  \
            *clen_p = mlen + id##_TAG_BYTES;                                                                                   \
        }                                                                                                                      \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    static int name##_open##suffix(uint8_t *m, const uint8_t *c, unsigned long long clen, const uint8_t *mac,                  \
                                   const uint8_t *ad, unsigned long long adlen, const uint8_t *npub, const k_type *k) {        \
        const message_key key = {                                                                                              \
            .algorithm = id, .member = (const void *)k, .nonce = npub, .ad = ad, .ad_len = (size_t)adlen};                     \
        if (clen > id##_LIBSODIUM_BYTES_MAX || adlen > AD_BYTES_MAX) {                                                         \
            over;                                                                                                              \
        }                                                                                                                      \
        count_call(family, clen);                                                                                              \
        return dropin_open(&key, m, c, (size_t)clen, mac, REFUSED_ZEROED);                                                     \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_decrypt_detached##suffix, unsigned char *m, unsigned char *nsec, const unsigned char *c,          \
                 unsigned long long clen, const unsigned char *mac, const unsigned char *ad, unsigned long long adlen,         \
                 const unsigned char *npub, const k_type *k) {                                                                 \
        (void)nsec;                                                                                                            \
        return name##_open##suffix(m, c, clen, mac, ad, adlen, npub, k);                                                       \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_decrypt##suffix, unsigned char *m, unsigned long long *mlen_p, unsigned char *nsec,               \
                 const unsigned char *c, unsigned long long clen, const unsigned char *ad, unsigned long long adlen,           \
                 const unsigned char *npub, const k_type *k) {                                                                 \
        (void)nsec;                                                                                                            \
        int result = -1;                                                                                                       \
        unsigned long long mlen = 0;                                                                                           \
        if (clen >= id##_TAG_BYTES) {                                                                                          \
            mlen = clen - id##_TAG_BYTES;                                                                                      \
            result = name##_open##suffix(m, c, mlen, c + mlen, ad, adlen, npub, k);                                            \
        }                                                                                                                      \
        if (mlen_p != NULL) {                                                                                                  \
            *mlen_p = result == 0 ? mlen : 0;                                                                                  \
        }                                                                                                                      \
        return result;                                                                                                         \
    }

/* An algorithm without a state. */
#define AEAD(name, id, family, over)                                                                                           \
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
    AEAD_CALLS(name, , id, family, unsigned char, key, over)

#endif
