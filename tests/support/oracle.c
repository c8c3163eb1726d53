/* SPDX-License-Identifier: ISC */
/* The one file of the tests that includes other libraries' cryptography. */
#include "tests/support/oracle.h"

#if SEALANE_ORACLE

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#if SEALANE_ORACLE_CRYPTO

#include <openssl/crypto.h>
#include <openssl/evp.h>

/* Reads or writes less than 1 GiB: the lengths of libcrypto are int. */
static int crypto_gcm_seal(const EVP_CIPHER *cipher, const sealane_aead_seal_item *item, uint8_t *out, uint8_t *tag) {
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int len;
    int good = ctx != NULL && EVP_EncryptInit_ex(ctx, cipher, NULL, item->key, item->nonce) == 1 &&
               (item->ad_len == 0 || EVP_EncryptUpdate(ctx, NULL, &len, item->ad, (int)item->ad_len) == 1) &&
               (item->len == 0 || EVP_EncryptUpdate(ctx, out, &len, item->in, (int)item->len) == 1) &&
               EVP_EncryptFinal_ex(ctx, out + item->len, &len) == 1 &&
               EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!good) {
        fprintf(stderr, "libcrypto does not seal\n");
        abort();
    }
    return 1;
}

#define CRYPTO_GCM_SEAL(cipher, item, out, tag) crypto_gcm_seal(cipher, item, out, tag)
#define CRYPTO_NAME OpenSSL_version(OPENSSL_VERSION)

#else

#define CRYPTO_GCM_SEAL(cipher, item, out, tag) 0
#define CRYPTO_NAME "no libcrypto: AES-128-GCM is compared with the portable kernel and the vectors only"

#endif

#define ASK(...) return (__VA_ARGS__)
#define ASK_GOOD(...) return (*good = (__VA_ARGS__), 1)

int oracle_present(void) {
    if (sodium_init() < 0) {
        fprintf(stderr, "libsodium does not start\n");
        abort();
    }
    return 1;
}

const char *oracle_name(void) {
    static char name[128];
    (void)oracle_present();
    (void)snprintf(name, sizeof name, "libsodium %s, %s", sodium_version_string(), CRYPTO_NAME);
    return name;
}

static int hmac_sha256(uint8_t out[32], const uint8_t *key, size_t key_len, const uint8_t *in, size_t len) {
    crypto_auth_hmacsha256_state state;
    return crypto_auth_hmacsha256_init(&state, key_len > 0 ? key : out, key_len) == 0 &&
           crypto_auth_hmacsha256_update(&state, len > 0 ? in : out, len) == 0 &&
           crypto_auth_hmacsha256_final(&state, out) == 0;
}

static int hmac_sha512(uint8_t out[64], const uint8_t *key, size_t key_len, const uint8_t *in, size_t len) {
    crypto_auth_hmacsha512_state state;
    return crypto_auth_hmacsha512_init(&state, key_len > 0 ? key : out, key_len) == 0 &&
           crypto_auth_hmacsha512_update(&state, len > 0 ? in : out, len) == 0 &&
           crypto_auth_hmacsha512_final(&state, out) == 0;
}

static int ed25519ph_sign(uint8_t signature[64], const uint8_t *message, size_t len, const uint8_t secret_key[64]) {
    crypto_sign_state state;
    return crypto_sign_init(&state) == 0 && crypto_sign_update(&state, message, len) == 0 &&
           crypto_sign_final_create(&state, signature, NULL, secret_key) == 0;
}

static int ed25519ph_verify(const uint8_t signature[64], const uint8_t *message, size_t len, const uint8_t public_key[32]) {
    crypto_sign_state state;
    return crypto_sign_init(&state) == 0 && crypto_sign_update(&state, message, len) == 0 &&
           crypto_sign_final_verify(&state, signature, public_key) == 0;
}

static int aead_seal(sealane_aead algorithm, const sealane_aead_seal_item *item, uint8_t *out, uint8_t *tag) {
    switch (algorithm) {
    case SEALANE_CHACHA20_POLY1305:
        return crypto_aead_chacha20poly1305_ietf_encrypt_detached(out, tag, NULL, item->in, item->len, item->ad, item->ad_len,
                                                                  NULL, item->nonce, item->key) == 0;
    case SEALANE_XCHACHA20_POLY1305:
        return crypto_aead_xchacha20poly1305_ietf_encrypt_detached(out, tag, NULL, item->in, item->len, item->ad, item->ad_len,
                                                                   NULL, item->nonce, item->key) == 0;
    case SEALANE_XSALSA20_POLY1305:
        return crypto_secretbox_detached(out, tag, item->in, item->len, item->nonce, item->key) == 0;
    case SEALANE_XCHACHA20_POLY1305_SECRETBOX:
        return crypto_secretbox_xchacha20poly1305_detached(out, tag, item->in, item->len, item->nonce, item->key) == 0;
    case SEALANE_AES128_GCM:
        return CRYPTO_GCM_SEAL(EVP_aes_128_gcm(), item, out, tag);
    case SEALANE_AES256_GCM: /* which libsodium has for some CPUs */
        return crypto_aead_aes256gcm_is_available()
                   ? crypto_aead_aes256gcm_encrypt_detached(out, tag, NULL, item->in, item->len, item->ad, item->ad_len, NULL,
                                                            item->nonce, item->key) == 0
                   : CRYPTO_GCM_SEAL(EVP_aes_256_gcm(), item, out, tag);
    default: /* AEGIS, in libsodium since 1.0.19: see tests/vectors/aegis_libsodium.h */
        return 0;
    }
}

static int poly1305_key(sealane_aead algorithm, uint8_t out[32], const uint8_t *key, const uint8_t *nonce) {
    switch (algorithm) {
    case SEALANE_CHACHA20_POLY1305:
        return crypto_stream_chacha20_ietf(out, 32, nonce, key) == 0;
    case SEALANE_XCHACHA20_POLY1305:
    case SEALANE_XCHACHA20_POLY1305_SECRETBOX:
        return crypto_stream_xchacha20(out, 32, nonce, key) == 0;
    case SEALANE_XSALSA20_POLY1305:
        return crypto_stream_xsalsa20(out, 32, nonce, key) == 0;
    default:
        return 0;
    }
}

#else

#pragma GCC diagnostic ignored "-Wunused-parameter"
#define ASK(...) return 0
#define ASK_GOOD(...) return 0

int oracle_present(void) {
    return 0;
}

const char *oracle_name(void) {
    return "absent (libsodium was not found: compared with the portable kernels and the vectors only)";
}

#endif

int oracle_aead_seal(sealane_aead algorithm, const sealane_aead_seal_item *item, uint8_t *out, uint8_t *tag) {
    ASK(aead_seal(algorithm, item, out, tag));
}

int oracle_poly1305_key(sealane_aead algorithm, uint8_t out[32], const uint8_t *key, const uint8_t *nonce) {
    ASK(poly1305_key(algorithm, out, key, nonce));
}

int oracle_sha256(uint8_t out[32], const uint8_t *in, size_t len) {
    ASK(crypto_hash_sha256(out, in, len) == 0);
}

int oracle_sha512(uint8_t out[64], const uint8_t *in, size_t len) {
    ASK(crypto_hash_sha512(out, in, len) == 0);
}

int oracle_hmac_sha256(uint8_t out[32], const uint8_t *key, size_t key_len, const uint8_t *in, size_t len) {
    ASK(hmac_sha256(out, key, key_len, in, len));
}

int oracle_hmac_sha512(uint8_t out[64], const uint8_t *key, size_t key_len, const uint8_t *in, size_t len) {
    ASK(hmac_sha512(out, key, key_len, in, len));
}

int oracle_x25519(uint8_t out[32], int *good, const uint8_t scalar[32], const uint8_t point[32]) {
    ASK_GOOD(crypto_scalarmult(out, scalar, point) == 0);
}

int oracle_x25519_base(uint8_t out[32], const uint8_t scalar[32]) {
    ASK(crypto_scalarmult_base(out, scalar) == 0);
}

int oracle_ed25519_keypair(uint8_t public_key[32], uint8_t secret_key[64], const uint8_t seed[32]) {
    ASK(crypto_sign_seed_keypair(public_key, secret_key, seed) == 0);
}

int oracle_ed25519_sign(uint8_t signature[64], const uint8_t *message, size_t len, const uint8_t secret_key[64]) {
    ASK(crypto_sign_detached(signature, NULL, message, len, secret_key) == 0);
}

int oracle_ed25519_verify(int *good, const uint8_t signature[64], const uint8_t *message, size_t len,
                          const uint8_t public_key[32]) {
    ASK_GOOD(crypto_sign_verify_detached(signature, message, len, public_key) == 0);
}

int oracle_ed25519ph_sign(uint8_t signature[64], const uint8_t *message, size_t len, const uint8_t secret_key[64]) {
    ASK(ed25519ph_sign(signature, message, len, secret_key));
}

int oracle_ed25519ph_verify(int *good, const uint8_t signature[64], const uint8_t *message, size_t len,
                            const uint8_t public_key[32]) {
    ASK_GOOD(ed25519ph_verify(signature, message, len, public_key));
}

int oracle_scalar_reduce(uint8_t out[32], const uint8_t in[64]) {
    ASK((crypto_core_ed25519_scalar_reduce(out, in), 1));
}

int oracle_scalar_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32]) {
    ASK((crypto_core_ed25519_scalar_add(out, a, b), 1));
}

int oracle_scalar_mul(uint8_t out[32], const uint8_t a[32], const uint8_t b[32]) {
    ASK((crypto_core_ed25519_scalar_mul(out, a, b), 1));
}

int oracle_point_base(uint8_t out[32], const uint8_t scalar[32]) {
    ASK(crypto_scalarmult_ed25519_base_noclamp(out, scalar) == 0);
}

int oracle_point_add(uint8_t out[32], int *good, const uint8_t p[32], const uint8_t q[32]) {
    ASK_GOOD(crypto_core_ed25519_add(out, p, q) == 0);
}

int oracle_box_key(uint8_t key[32], int *good, const uint8_t public_key[32], const uint8_t secret_key[32]) {
    ASK_GOOD(crypto_box_beforenm(key, public_key, secret_key) == 0);
}

int oracle_box_seal(uint8_t *out, int *good, const uint8_t *in, size_t len, const uint8_t nonce[24],
                    const uint8_t public_key[32], const uint8_t secret_key[32]) {
    ASK_GOOD(crypto_box_easy(out, in, len, nonce, public_key, secret_key) == 0);
}

int oracle_box_open(uint8_t *out, int *good, const uint8_t *in, size_t boxed_len, const uint8_t nonce[24],
                    const uint8_t public_key[32], const uint8_t secret_key[32]) {
    ASK_GOOD(crypto_box_open_easy(out, in, boxed_len, nonce, public_key, secret_key) == 0);
}

int oracle_sealed_box_seal(uint8_t *out, int *good, const uint8_t *in, size_t len, const uint8_t public_key[32]) {
    ASK_GOOD(crypto_box_seal(out, in, len, public_key) == 0);
}

int oracle_sealed_box_open(uint8_t *out, int *good, const uint8_t *in, size_t boxed_len, const uint8_t public_key[32],
                           const uint8_t secret_key[32]) {
    ASK_GOOD(crypto_box_seal_open(out, in, boxed_len, public_key, secret_key) == 0);
}
