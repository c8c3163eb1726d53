/* SPDX-License-Identifier: ISC */
/* crypto_secretbox_*: XSalsa20-Poly1305, and XChaCha20-Poly1305 in the same form. */
#include <string.h>

#include "dropin/abi.h"
#include "dropin/count.h"
#include "dropin/libsodium.h"
#include "dropin/message.h"
#include "dropin/padded.h"

#define KEY_BYTES SEALANE_XSALSA20_POLY1305_KEY_BYTES
#define NONCE_BYTES SEALANE_XSALSA20_POLY1305_NONCE_BYTES
#define MAC_BYTES SEALANE_XSALSA20_POLY1305_TAG_BYTES
#define MESSAGE_BYTES_MAX (ABI_SIZE_MAX - MAC_BYTES)

static void seal(sealane_aead algorithm, uint8_t *c, uint8_t *mac, const uint8_t *m, unsigned long long mlen, const uint8_t *n,
                 const uint8_t *k) {
    const message_key key = {algorithm, k, n, NULL, 0, NULL};
    if (mlen > MESSAGE_BYTES_MAX) {
        dropin_misuse();
    }
    dropin_seal(&key, c, mac, m, (size_t)mlen);
}

static int open(sealane_aead algorithm, uint8_t *m, const uint8_t *c, const uint8_t *mac, unsigned long long clen,
                const uint8_t *n, const uint8_t *k) {
    const message_key key = {algorithm, k, n, NULL, 0, NULL};
    return dropin_open(&key, m, c, (size_t)clen, mac, REFUSED_KEPT);
}

#define SECRETBOX(name, algorithm, family)                                                                                     \
    ABI_FUNCTION(int, name##_detached, unsigned char *c, unsigned char *mac, const unsigned char *m, unsigned long long mlen,  \
                 const unsigned char *n, const unsigned char *k) {                                                             \
        count_call(family, mlen);                                                                                              \
        seal(algorithm, c, mac, m, mlen, n, k);                                                                                \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_easy, unsigned char *c, const unsigned char *m, unsigned long long mlen, const unsigned char *n,  \
                 const unsigned char *k) {                                                                                     \
        count_call(family, mlen);                                                                                              \
        seal(algorithm, c + MAC_BYTES, c, m, mlen, n, k);                                                                      \
        return 0;                                                                                                              \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_open_detached, unsigned char *m, const unsigned char *c, const unsigned char *mac,                \
                 unsigned long long clen, const unsigned char *n, const unsigned char *k) {                                    \
        count_call(family, clen);                                                                                              \
        return open(algorithm, m, c, mac, clen, n, k);                                                                         \
    }                                                                                                                          \
                                                                                                                               \
    ABI_FUNCTION(int, name##_open_easy, unsigned char *m, const unsigned char *c, unsigned long long clen,                     \
                 const unsigned char *n, const unsigned char *k) {                                                             \
        if (clen < MAC_BYTES) {                                                                                                \
            return -1;                                                                                                         \
        }                                                                                                                      \
        count_call(family, clen - MAC_BYTES);                                                                                  \
        return open(algorithm, m, c + MAC_BYTES, c, clen - MAC_BYTES, n, k);                                                   \
    }                                                                                                                          \
                                                                                                                               \
    ABI_SIZE(name##_keybytes, KEY_BYTES)                                                                                       \
    ABI_SIZE(name##_noncebytes, NONCE_BYTES)                                                                                   \
    ABI_SIZE(name##_macbytes, MAC_BYTES)                                                                                       \
    ABI_SIZE(name##_messagebytes_max, MESSAGE_BYTES_MAX)

SECRETBOX(crypto_secretbox, SEALANE_XSALSA20_POLY1305, STATS_SECRETBOX)
SECRETBOX(crypto_secretbox_xchacha20poly1305, SEALANE_XCHACHA20_POLY1305_SECRETBOX, STATS_SECRETBOX_XCHACHA20POLY1305)

/* libsodium encrypts the padding like the message; where it is not zero, only libsodium's own function gives the same bytes. */
int dropin_padded_seal(uint8_t *c, const uint8_t *m, uint64_t mlen, const uint8_t *n, const uint8_t *k) {
    uint8_t not_zero = 0;
    if (mlen < ZERO_BYTES) {
        return -1;
    }
    for (size_t i = 0; i < ZERO_BYTES; i++) {
        not_zero |= m[i];
    }
    if (not_zero) {
        int (*own)(unsigned char *, const unsigned char *, unsigned long long, const unsigned char *, const unsigned char *);
        *(void **)(void *)&own = dropin_libsodium("crypto_secretbox_xsalsa20poly1305");
        return own != NULL ? own(c, m, mlen, n, k) : -1;
    }
    seal(SEALANE_XSALSA20_POLY1305, c + ZERO_BYTES, c + BOX_ZERO_BYTES, m + ZERO_BYTES, mlen - ZERO_BYTES, n, k);
    memset(c, 0, BOX_ZERO_BYTES);
    return 0;
}

int dropin_padded_open(uint8_t *m, const uint8_t *c, uint64_t clen, const uint8_t *n, const uint8_t *k) {
    if (clen < ZERO_BYTES ||
        open(SEALANE_XSALSA20_POLY1305, m + ZERO_BYTES, c + ZERO_BYTES, c + BOX_ZERO_BYTES, clen - ZERO_BYTES, n, k) != 0) {
        return -1;
    }
    memset(m, 0, ZERO_BYTES);
    return 0;
}

ABI_FUNCTION(int, crypto_secretbox_xsalsa20poly1305, unsigned char *c, const unsigned char *m, unsigned long long mlen,
             const unsigned char *n, const unsigned char *k) {
    count_call(STATS_SECRETBOX, mlen < ZERO_BYTES ? 0 : mlen - ZERO_BYTES);
    return dropin_padded_seal(c, m, mlen, n, k);
}

ABI_FUNCTION(int, crypto_secretbox_xsalsa20poly1305_open, unsigned char *m, const unsigned char *c, unsigned long long clen,
             const unsigned char *n, const unsigned char *k) {
    count_call(STATS_SECRETBOX, clen < ZERO_BYTES ? 0 : clen - ZERO_BYTES);
    return dropin_padded_open(m, c, clen, n, k);
}

ABI_FUNCTION(void, crypto_secretbox_xsalsa20poly1305_keygen, unsigned char k[KEY_BYTES]) {
    dropin_random(k, KEY_BYTES);
}

ABI_SIZE(crypto_secretbox_xsalsa20poly1305_keybytes, KEY_BYTES)
ABI_SIZE(crypto_secretbox_xsalsa20poly1305_noncebytes, NONCE_BYTES)
ABI_SIZE(crypto_secretbox_xsalsa20poly1305_macbytes, MAC_BYTES)
ABI_SIZE(crypto_secretbox_xsalsa20poly1305_zerobytes, ZERO_BYTES)
ABI_SIZE(crypto_secretbox_xsalsa20poly1305_boxzerobytes, BOX_ZERO_BYTES)
ABI_SIZE(crypto_secretbox_xsalsa20poly1305_messagebytes_max, MESSAGE_BYTES_MAX)

ABI_SIZE(crypto_secretbox_zerobytes, ZERO_BYTES)
ABI_SIZE(crypto_secretbox_boxzerobytes, BOX_ZERO_BYTES)
ABI_NAME(crypto_secretbox_primitive, "xsalsa20poly1305")
ABI_ALIAS(crypto_secretbox, crypto_secretbox_xsalsa20poly1305);
ABI_ALIAS(crypto_secretbox_open, crypto_secretbox_xsalsa20poly1305_open);
ABI_ALIAS(crypto_secretbox_keygen, crypto_secretbox_xsalsa20poly1305_keygen);
