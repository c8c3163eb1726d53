/* SPDX-License-Identifier: ISC */
/* OpenSSL 3 through EVP: algorithms fetched and contexts made once a session, keys set up for each message. */
#include "bench/peers/peer.h"

#include "bench/peers/hpke.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>

/* The AEADs, with their names to fetch. */
static const struct {
    sealane_aead algorithm;
    const char *name;
} ciphers[] = {
    {SEALANE_CHACHA20_POLY1305, "ChaCha20-Poly1305"}, {SEALANE_AES128_GCM, "AES-128-GCM"}, {SEALANE_AES256_GCM, "AES-256-GCM"}};
enum { CIPHERS = sizeof ciphers / sizeof *ciphers };

typedef struct {
    EVP_CIPHER_CTX *seal[CIPHERS], *open[CIPHERS];
    EVP_MD_CTX *hash, *signature;
    EVP_MD *sha512;
    EVP_KDF_CTX *hkdf;
    EVP_MAC_CTX *hmac;
} session;

static const char *version(void) {
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

static void session_free(void *state) {
    session *s = state;
    for (size_t i = 0; i < CIPHERS; i++) {
        EVP_CIPHER_CTX_free(s->seal[i]);
        EVP_CIPHER_CTX_free(s->open[i]);
    }
    EVP_MD_CTX_free(s->hash);
    EVP_MD_CTX_free(s->signature);
    EVP_MD_free(s->sha512);
    EVP_KDF_CTX_free(s->hkdf);
    EVP_MAC_CTX_free(s->hmac);
    free(s);
}

static EVP_KDF_CTX *hkdf_new(void) {
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
    EVP_KDF_free(kdf);
    const OSSL_PARAM params[] = {OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, (char[]){"SHA256"}, 0), OSSL_PARAM_END};
    if (ctx != NULL && EVP_KDF_CTX_set_params(ctx, params) != 1) {
        EVP_KDF_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

static EVP_MAC_CTX *hmac_new(void) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    const OSSL_PARAM params[] = {OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, (char[]){"SHA256"}, 0), OSSL_PARAM_END};
    if (ctx != NULL && EVP_MAC_CTX_set_params(ctx, params) != 1) {
        EVP_MAC_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

static void *session_new(void) {
    session *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return NULL;
    }
    s->hash = EVP_MD_CTX_new();
    s->signature = EVP_MD_CTX_new();
    s->sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
    s->hkdf = hkdf_new();
    s->hmac = hmac_new();
    int good = s->hash && s->signature && s->sha512 && s->hkdf && s->hmac;
    for (size_t i = 0; i < CIPHERS && good; i++) {
        EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, ciphers[i].name, NULL);
        s->seal[i] = EVP_CIPHER_CTX_new();
        s->open[i] = EVP_CIPHER_CTX_new();
        good = cipher && s->seal[i] && s->open[i] && EVP_EncryptInit_ex2(s->seal[i], cipher, NULL, NULL, NULL) == 1 &&
               EVP_DecryptInit_ex2(s->open[i], cipher, NULL, NULL, NULL) == 1;
        EVP_CIPHER_free(cipher); /* the contexts hold it */
    }
    if (!good) {
        session_free(s);
        return NULL;
    }
    return s;
}

static int seal_one(EVP_CIPHER_CTX *ctx, const sealane_aead_seal_item *m) {
    int len;
    return EVP_EncryptInit_ex2(ctx, NULL, m->key, m->nonce, NULL) == 1 &&
           (m->ad_len == 0 || EVP_EncryptUpdate(ctx, NULL, &len, m->ad, (int)m->ad_len) == 1) &&
           EVP_EncryptUpdate(ctx, m->out, &len, m->in, (int)m->len) == 1 &&
           EVP_EncryptFinal_ex(ctx, m->out + m->len, &len) == 1 &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, m->tag) == 1;
}

static int open_one(EVP_CIPHER_CTX *ctx, const sealane_aead_open_item *m) {
    int len;
    uint8_t tag[16];
    for (size_t i = 0; i < sizeof tag; i++) {
        tag[i] = m->tag[i]; /* OpenSSL takes it as not const */
    }
    return EVP_DecryptInit_ex2(ctx, NULL, m->key, m->nonce, NULL) == 1 &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, tag) == 1 &&
           (m->ad_len == 0 || EVP_DecryptUpdate(ctx, NULL, &len, m->ad, (int)m->ad_len) == 1) &&
           EVP_DecryptUpdate(ctx, m->out, &len, m->in, (int)m->len) == 1 &&
           EVP_DecryptFinal_ex(ctx, m->out + m->len, &len) == 1;
}

/* Of those in `operations`. */
static size_t cipher_of(sealane_aead algorithm) {
    size_t i = 0;
    while (ciphers[i].algorithm != algorithm) {
        i++;
    }
    return i;
}

static sealane_status aead_seal(void *state, sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n) {
    session *s = state;
    EVP_CIPHER_CTX *ctx = s->seal[cipher_of(algorithm)];
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        good &= seal_one(ctx, &items[i]);
    }
    return good ? SEALANE_OK : SEALANE_EINVAL;
}

static sealane_status aead_open(void *state, sealane_aead algorithm, const sealane_aead_open_item *items, size_t n) {
    session *s = state;
    EVP_CIPHER_CTX *ctx = s->open[cipher_of(algorithm)];
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        good &= open_one(ctx, &items[i]);
    }
    return good ? SEALANE_OK : SEALANE_EVERIFY;
}

static int agree_one(const sealane_x25519_item *m) {
    EVP_PKEY *mine = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, m->scalar, 32);
    EVP_PKEY *theirs = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, m->point, 32);
    EVP_PKEY_CTX *ctx = mine != NULL ? EVP_PKEY_CTX_new(mine, NULL) : NULL;
    size_t len = 32;
    int good = theirs != NULL && ctx != NULL && EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, theirs) == 1 &&
               EVP_PKEY_derive(ctx, m->out, &len) == 1;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(theirs);
    EVP_PKEY_free(mine);
    return good;
}

static sealane_status x25519(void *state, const sealane_x25519_item *items, size_t n) {
    (void)state;
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        good &= agree_one(&items[i]);
    }
    return good ? SEALANE_OK : SEALANE_EVERIFY;
}

/* A raw private key computes its public key when it is made. */
static sealane_status x25519_base(void *state, const sealane_x25519_base_item *items, size_t n) {
    (void)state;
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, items[i].scalar, 32);
        size_t len = 32;
        good &= key != NULL && EVP_PKEY_get_raw_public_key(key, items[i].out, &len) == 1;
        EVP_PKEY_free(key);
    }
    return good ? SEALANE_OK : SEALANE_EINVAL;
}

static sealane_status ed25519_verify(void *state, const sealane_ed25519_item *items, size_t n, uint8_t *verdicts) {
    session *s = state;
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        const sealane_ed25519_item *m = &items[i];
        EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, m->public_key, 32);
        int verified = key != NULL && EVP_MD_CTX_reset(s->signature) == 1 &&
                       EVP_DigestVerifyInit(s->signature, NULL, NULL, NULL, key) == 1 &&
                       EVP_DigestVerify(s->signature, m->signature, 64, m->message, m->message_len) == 1;
        EVP_PKEY_free(key);
        good &= verified;
        if (verdicts != NULL) {
            verdicts[i] = (uint8_t)verified;
        }
    }
    return good ? SEALANE_OK : SEALANE_EVERIFY;
}

/* EVP takes the seed alone, and computes the public key from it before it signs. */
static sealane_status ed25519_sign(void *state, const sealane_ed25519_sign_item *items, size_t n) {
    session *s = state;
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        const sealane_ed25519_sign_item *m = &items[i];
        EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, m->secret_key, 32);
        size_t len = 64;
        good &= key != NULL && EVP_MD_CTX_reset(s->signature) == 1 &&
                EVP_DigestSignInit(s->signature, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestSign(s->signature, m->signature, &len, m->message, m->message_len) == 1;
        EVP_PKEY_free(key);
    }
    return good ? SEALANE_OK : SEALANE_EINVAL;
}

static sealane_status sha512(void *state, const sealane_hash_item *items, size_t n) {
    session *s = state;
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        good &= EVP_DigestInit_ex2(s->hash, s->sha512, NULL) == 1 &&
                EVP_DigestUpdate(s->hash, items[i].in, items[i].len) == 1 &&
                EVP_DigestFinal_ex(s->hash, items[i].out, NULL) == 1;
    }
    return good ? SEALANE_OK : SEALANE_EINVAL;
}

static sealane_status hkdf_sha256(void *state, const sealane_hkdf_item *items, size_t n) {
    session *s = state;
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        static const uint8_t no_salt[32]; /* the same as none, which this EVP_KDF refuses */
        const sealane_hkdf_item *m = &items[i];
        const OSSL_PARAM params[] = {
            OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)m->ikm, m->ikm_len),
            OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)(m->salt_len == 0 ? no_salt : m->salt),
                                    m->salt_len == 0 ? sizeof no_salt : m->salt_len),
            OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)m->info, m->info_len),
            OSSL_PARAM_END,
        };
        good &= EVP_KDF_derive(s->hkdf, m->out, m->out_len, params) == 1;
    }
    return good ? SEALANE_OK : SEALANE_EINVAL;
}

static int hmac(void *state, const uint8_t *key, size_t key_len, const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len,
                uint8_t out[32]) {
    static const uint8_t empty[1];
    EVP_MAC_CTX *ctx = ((session *)state)->hmac;
    return EVP_MAC_init(ctx, key == NULL ? empty : key, key_len, NULL) == 1 && EVP_MAC_update(ctx, a, a_len) == 1 &&
           EVP_MAC_update(ctx, b, b_len) == 1 && EVP_MAC_final(ctx, out, NULL, 32) == 1;
}

/* RFC 9180 over EVP: HPKE came with OpenSSL 3.2. The public key of a raw private key is computed when it is made. */
static int hpke_seal_one(session *s, const peer_hpke *hpke, const sealane_hpke_seal_item *m) {
    uint8_t secret[32], dh[32], key[32], nonce[32];
    const sealane_x25519_base_item pair = {secret, m->enc};
    const sealane_x25519_item exchange = {secret, m->public_key, dh};
    const sealane_aead_seal_item sealed = {key, nonce, m->ad, m->ad_len, m->in, m->len, m->out, m->out + m->len};
    return RAND_bytes(secret, sizeof secret) == 1 && x25519_base(s, &pair, 1) == SEALANE_OK && agree_one(&exchange) &&
           sealane_peer_hpke_keys(hpke, dh, m->enc, m->public_key, key, nonce) &&
           seal_one(s->seal[cipher_of(SEALANE_CHACHA20_POLY1305)], &sealed);
}

static int hpke_open_one(session *s, const peer_hpke *hpke, const sealane_hpke_open_item *m) {
    uint8_t dh[32], key[32], nonce[32];
    const sealane_x25519_item exchange = {m->secret_key, m->enc, dh};
    const sealane_aead_open_item opened = {key, nonce, m->ad, m->ad_len, m->in, m->len, m->out, m->in + m->len};
    return agree_one(&exchange) && sealane_peer_hpke_keys(hpke, dh, m->enc, m->public_key, key, nonce) &&
           open_one(s->open[cipher_of(SEALANE_CHACHA20_POLY1305)], &opened);
}

static sealane_status hpke_seal(void *state, const sealane_hpke_seal_item *items, size_t n) {
    peer_hpke hpke = {0};
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        const sealane_hpke_seal_item *m = &items[i];
        if (i == 0 || m->info != items[i - 1].info || m->info_len != items[i - 1].info_len) {
            good &= sealane_peer_hpke_begin(&hpke, hmac, state, m->info, m->info_len);
        }
        good &= hpke_seal_one(state, &hpke, m);
    }
    return good ? SEALANE_OK : SEALANE_EVERIFY;
}

static sealane_status hpke_open(void *state, const sealane_hpke_open_item *items, size_t n) {
    peer_hpke hpke = {0};
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        const sealane_hpke_open_item *m = &items[i];
        if (i == 0 || m->info != items[i - 1].info || m->info_len != items[i - 1].info_len) {
            good &= sealane_peer_hpke_begin(&hpke, hmac, state, m->info, m->info_len);
        }
        good &= hpke_open_one(state, &hpke, m);
    }
    return good ? SEALANE_OK : SEALANE_EVERIFY;
}

const peer sealane_peer_openssl = {
    .name = "openssl",
    .operations = PEER_AEAD_CHACHA20_POLY1305 | PEER_AEAD_AES128_GCM | PEER_AEAD_AES256_GCM | PEER_X25519 | PEER_X25519_BASE |
                  PEER_ED25519_VERIFY | PEER_ED25519_SIGN | PEER_SHA512 | PEER_HKDF_SHA256 | PEER_HPKE,
    .version = version,
    .session_new = session_new,
    .session_free = session_free,
    .aead_seal = aead_seal,
    .aead_open = aead_open,
    .x25519 = x25519,
    .x25519_base = x25519_base,
    .ed25519_verify = ed25519_verify,
    .ed25519_sign = ed25519_sign,
    .sha512 = sha512,
    .hkdf_sha256 = hkdf_sha256,
    .hpke_seal = hpke_seal,
    .hpke_open = hpke_open,
};
