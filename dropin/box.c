/* SPDX-License-Identifier: ISC */
/* crypto_box_*: X25519 with XSalsa20-Poly1305, and with XChaCha20-Poly1305 in the same form. */
#include <string.h>

#include "core/hash/blake2b.h"
#include "core/ref/chacha20.h"
#include "core/ref/salsa20.h"
#include "core/util/wipe.h"
#include "dropin/abi.h"
#include "dropin/count.h"
#include "dropin/libsodium.h"
#include "dropin/message.h"
#include "dropin/padded.h"
#include "dropin/state.h"
#include "sealane/x25519.h"

#define KEY_BYTES SEALANE_X25519_BYTES /* public, secret and shared keys, and seeds */
#define NONCE_BYTES SEALANE_XSALSA20_POLY1305_NONCE_BYTES
#define MAC_BYTES SEALANE_XSALSA20_POLY1305_TAG_BYTES
#define SEAL_BYTES (KEY_BYTES + MAC_BYTES)
#define MESSAGE_BYTES_MAX (ABI_SIZE_MAX - MAC_BYTES)

/* One of the two ciphers. */
typedef struct {
    sealane_aead algorithm;
    void (*derive)(uint8_t out[32], const uint8_t in[16], const uint8_t key[32]); /* what makes X25519's result a key */
    stats_family family;
} suite;

static const suite xsalsa = {SEALANE_XSALSA20_POLY1305, sealane_hsalsa20, STATS_BOX};
static const suite xchacha = {SEALANE_XCHACHA20_POLY1305_SECRETBOX, sealane_hchacha20, STATS_BOX_XCHACHA20POLY1305};

static int public_key(uint8_t *pk, const uint8_t *sk) {
    const sealane_x25519_base_item item = {sk, pk};
    return sealane_x25519_base_batch(&item, 1) == SEALANE_OK ? 0 : -1;
}

static int keypair(uint8_t *pk, uint8_t *sk) {
    dropin_random(sk, KEY_BYTES);
    return public_key(pk, sk);
}

static int seed_keypair(uint8_t *pk, uint8_t *sk, const uint8_t *seed) {
    crypto_hash_sha512_state state;
    uint8_t hash[64];
    dropin_sha512_init(&state);
    dropin_sha512_update(&state, seed, KEY_BYTES);
    dropin_sha512_final(&state, hash);
    memcpy(sk, hash, KEY_BYTES);
    wipe(hash, sizeof hash);
    return public_key(pk, sk);
}

/* k is zeroed where pk is refused. */
static int shared_key(const suite *s, uint8_t *k, const uint8_t *pk, const uint8_t *sk) {
    static const uint8_t zero[16];
    const sealane_x25519_item item = {sk, pk, k};
    if (sealane_x25519_batch(&item, 1, NULL) != SEALANE_OK) {
        return -1;
    }
    s->derive(k, zero, k);
    return 0;
}

static int seal_with_key(const suite *s, uint8_t *c, uint8_t *mac, const uint8_t *m, unsigned long long mlen, const uint8_t *n,
                         const uint8_t *k) {
    const message_key key = {s->algorithm, k, n, NULL, 0, NULL};
    if (mlen > MESSAGE_BYTES_MAX) {
        dropin_misuse();
    }
    count_call(s->family, mlen);
    dropin_seal(&key, c, mac, m, (size_t)mlen);
    return 0;
}

static int open_with_key(const suite *s, uint8_t *m, const uint8_t *c, const uint8_t *mac, unsigned long long clen,
                         const uint8_t *n, const uint8_t *k) {
    const message_key key = {s->algorithm, k, n, NULL, 0, NULL};
    count_call(s->family, clen);
    return dropin_open(&key, m, c, (size_t)clen, mac, REFUSED_KEPT);
}

static int seal(const suite *s, uint8_t *c, uint8_t *mac, const uint8_t *m, unsigned long long mlen, const uint8_t *n,
                const uint8_t *pk, const uint8_t *sk) {
    uint8_t k[KEY_BYTES];
    int result = shared_key(s, k, pk, sk);
    if (result == 0) {
        result = seal_with_key(s, c, mac, m, mlen, n, k);
    }
    wipe(k, sizeof k);
    return result;
}

static int open(const suite *s, uint8_t *m, const uint8_t *c, const uint8_t *mac, unsigned long long clen, const uint8_t *n,
                const uint8_t *pk, const uint8_t *sk) {
    uint8_t k[KEY_BYTES];
    int result = shared_key(s, k, pk, sk);
    if (result == 0) {
        result = open_with_key(s, m, c, mac, clen, n, k);
    }
    wipe(k, sizeof k);
    return result;
}

/* BLAKE2b-192(ephemeral public key || recipient's public key) */
static void sealed_nonce(uint8_t nonce[NONCE_BYTES], const uint8_t *ephemeral, const uint8_t *recipient) {
    uint8_t both[2 * KEY_BYTES];
    memcpy(both, ephemeral, KEY_BYTES);
    memcpy(both + KEY_BYTES, recipient, KEY_BYTES);
    sealane_blake2b(nonce, NONCE_BYTES, both, sizeof both);
}

/* m may lie where c does: the ephemeral key is written last. */
static int seal_anonymously(const suite *s, uint8_t *c, const uint8_t *m, unsigned long long mlen, const uint8_t *pk) {
    uint8_t epk[KEY_BYTES], esk[KEY_BYTES], nonce[NONCE_BYTES];
    if (keypair(epk, esk) != 0) {
        return -1;
    }
    sealed_nonce(nonce, epk, pk);
    int result = seal(s, c + KEY_BYTES + MAC_BYTES, c + KEY_BYTES, m, mlen, nonce, pk, esk);
    memcpy(c, epk, KEY_BYTES);
    wipe(esk, sizeof esk);
    return result;
}

static int open_anonymous(const suite *s, uint8_t *m, const uint8_t *c, unsigned long long clen, const uint8_t *pk,
                          const uint8_t *sk) {
    uint8_t epk[KEY_BYTES], nonce[NONCE_BYTES];
    if (clen < SEAL_BYTES) {
        return -1;
    }
    memcpy(epk, c, KEY_BYTES);
    sealed_nonce(nonce, epk, pk);
    int result = open(s, m, c + SEAL_BYTES, c + KEY_BYTES, clen - SEAL_BYTES, nonce, epk, sk);
    if (result != 0 && memcmp(c, epk, KEY_BYTES) != 0) {
        memcpy((uint8_t *)(uintptr_t)c, epk, KEY_BYTES); /* m lies on it: a box that is refused stays whole */
    }
    return result;
}

#define BOX(name, suite)                                                                                                       \
    ABI_FUNCTION(int, name##_seed_keypair, unsigned char *pk, unsigned char *sk, const unsigned char *seed) {                  \
        count_call((suite).family, 0);                                                                                         \
        return seed_keypair(pk, sk, seed);                                                                                     \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_keypair, unsigned char *pk, unsigned char *sk) {                                                  \
        count_call((suite).family, 0);                                                                                         \
        return keypair(pk, sk);                                                                                                \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_beforenm, unsigned char *k, const unsigned char *pk, const unsigned char *sk) {                   \
        count_call((suite).family, 0);                                                                                         \
        return shared_key(&(suite), k, pk, sk);                                                                                \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_detached_afternm, unsigned char *c, unsigned char *mac, const unsigned char *m,                   \
                 unsigned long long mlen, const unsigned char *n, const unsigned char *k) {                                    \
        return seal_with_key(&(suite), c, mac, m, mlen, n, k);                                                                 \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_detached, unsigned char *c, unsigned char *mac, const unsigned char *m, unsigned long long mlen,  \
                 const unsigned char *n, const unsigned char *pk, const unsigned char *sk) {                                   \
        return seal(&(suite), c, mac, m, mlen, n, pk, sk);                                                                     \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_easy_afternm, unsigned char *c, const unsigned char *m, unsigned long long mlen,                  \
                 const unsigned char *n, const unsigned char *k) {                                                             \
        return seal_with_key(&(suite), c + MAC_BYTES, c, m, mlen, n, k);                                                       \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_easy, unsigned char *c, const unsigned char *m, unsigned long long mlen, const unsigned char *n,  \
                 const unsigned char *pk, const unsigned char *sk) {                                                           \
        return seal(&(suite), c + MAC_BYTES, c, m, mlen, n, pk, sk);                                                           \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_open_detached_afternm, unsigned char *m, const unsigned char *c, const unsigned char *mac,        \
                 unsigned long long clen, const unsigned char *n, const unsigned char *k) {                                    \
        return open_with_key(&(suite), m, c, mac, clen, n, k);                                                                 \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_open_detached, unsigned char *m, const unsigned char *c, const unsigned char *mac,                \
                 unsigned long long clen, const unsigned char *n, const unsigned char *pk, const unsigned char *sk) {          \
        return open(&(suite), m, c, mac, clen, n, pk, sk);                                                                     \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_open_easy_afternm, unsigned char *m, const unsigned char *c, unsigned long long clen,             \
                 const unsigned char *n, const unsigned char *k) {                                                             \
        return clen < MAC_BYTES ? -1 : open_with_key(&(suite), m, c + MAC_BYTES, c, clen - MAC_BYTES, n, k);                   \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_open_easy, unsigned char *m, const unsigned char *c, unsigned long long clen,                     \
                 const unsigned char *n, const unsigned char *pk, const unsigned char *sk) {                                   \
        return clen < MAC_BYTES ? -1 : open(&(suite), m, c + MAC_BYTES, c, clen - MAC_BYTES, n, pk, sk);                       \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_seal, unsigned char *c, const unsigned char *m, unsigned long long mlen,                          \
                 const unsigned char *pk) {                                                                                    \
        return seal_anonymously(&(suite), c, m, mlen, pk);                                                                     \
    }                                                                                                                          \
    ABI_FUNCTION(int, name##_seal_open, unsigned char *m, const unsigned char *c, unsigned long long clen,                     \
                 const unsigned char *pk, const unsigned char *sk) {                                                           \
        return open_anonymous(&(suite), m, c, clen, pk, sk);                                                                   \
    }                                                                                                                          \
    ABI_SIZE(name##_sealbytes, SEAL_BYTES)                                                                                     \
    SIZES(name)

#define SIZES(name)                                                                                                            \
    ABI_SIZE(name##_seedbytes, KEY_BYTES)                                                                                      \
    ABI_SIZE(name##_publickeybytes, KEY_BYTES)                                                                                 \
    ABI_SIZE(name##_secretkeybytes, KEY_BYTES)                                                                                 \
    ABI_SIZE(name##_beforenmbytes, KEY_BYTES)                                                                                  \
    ABI_SIZE(name##_noncebytes, NONCE_BYTES)                                                                                   \
    ABI_SIZE(name##_macbytes, MAC_BYTES)                                                                                       \
    ABI_SIZE(name##_messagebytes_max, MESSAGE_BYTES_MAX)

BOX(crypto_box, xsalsa)
BOX(crypto_box_curve25519xchacha20poly1305, xchacha)

ABI_FUNCTION(int, crypto_box_curve25519xsalsa20poly1305_afternm, unsigned char *c, const unsigned char *m,
             unsigned long long mlen, const unsigned char *n, const unsigned char *k) {
    count_call(STATS_BOX, mlen < ZERO_BYTES ? 0 : mlen - ZERO_BYTES);
    return dropin_padded_seal(c, m, mlen, n, k);
}

ABI_FUNCTION(int, crypto_box_curve25519xsalsa20poly1305_open_afternm, unsigned char *m, const unsigned char *c,
             unsigned long long clen, const unsigned char *n, const unsigned char *k) {
    count_call(STATS_BOX, clen < ZERO_BYTES ? 0 : clen - ZERO_BYTES);
    return dropin_padded_open(m, c, clen, n, k);
}

ABI_FUNCTION(int, crypto_box_curve25519xsalsa20poly1305, unsigned char *c, const unsigned char *m, unsigned long long mlen,
             const unsigned char *n, const unsigned char *pk, const unsigned char *sk) {
    uint8_t k[KEY_BYTES];
    int result = shared_key(&xsalsa, k, pk, sk);
    if (result == 0) {
        result = crypto_box_curve25519xsalsa20poly1305_afternm(c, m, mlen, n, k);
    }
    wipe(k, sizeof k);
    return result;
}

ABI_FUNCTION(int, crypto_box_curve25519xsalsa20poly1305_open, unsigned char *m, const unsigned char *c, unsigned long long clen,
             const unsigned char *n, const unsigned char *pk, const unsigned char *sk) {
    uint8_t k[KEY_BYTES];
    int result = shared_key(&xsalsa, k, pk, sk);
    if (result == 0) {
        result = crypto_box_curve25519xsalsa20poly1305_open_afternm(m, c, clen, n, k);
    }
    wipe(k, sizeof k);
    return result;
}

SIZES(crypto_box_curve25519xsalsa20poly1305)
ABI_SIZE(crypto_box_curve25519xsalsa20poly1305_zerobytes, ZERO_BYTES)
ABI_SIZE(crypto_box_curve25519xsalsa20poly1305_boxzerobytes, BOX_ZERO_BYTES)
ABI_ALIAS(crypto_box_curve25519xsalsa20poly1305_seed_keypair, crypto_box_seed_keypair);
ABI_ALIAS(crypto_box_curve25519xsalsa20poly1305_keypair, crypto_box_keypair);
ABI_ALIAS(crypto_box_curve25519xsalsa20poly1305_beforenm, crypto_box_beforenm);

ABI_SIZE(crypto_box_zerobytes, ZERO_BYTES)
ABI_SIZE(crypto_box_boxzerobytes, BOX_ZERO_BYTES)
ABI_NAME(crypto_box_primitive, "curve25519xsalsa20poly1305")
ABI_ALIAS(crypto_box, crypto_box_curve25519xsalsa20poly1305);
ABI_ALIAS(crypto_box_open, crypto_box_curve25519xsalsa20poly1305_open);
ABI_ALIAS(crypto_box_afternm, crypto_box_curve25519xsalsa20poly1305_afternm);
ABI_ALIAS(crypto_box_open_afternm, crypto_box_curve25519xsalsa20poly1305_open_afternm);
