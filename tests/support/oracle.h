/* SPDX-License-Identifier: ISC */
/*
 * An implementation that is not ours, to compare with: libsodium, and OpenSSL's libcrypto for AES-GCM where libsodium lacks
 * it. Where libsodium was not found at build time, every function here returns 0 and the tests compare with the portable
 * kernels and the vectors only; oracle_name says so at the head of a run.
 *
 * Unless said otherwise a function returns 1 if it knows the operation, and has then written its output.
 */
#ifndef SEALANE_TESTS_SUPPORT_ORACLE_H
#define SEALANE_TESTS_SUPPORT_ORACLE_H

#include <stddef.h>
#include <stdint.h>

#include "sealane/aead.h"

int oracle_present(void);

/* "libsodium 1.0.18, OpenSSL 3.0.19 …", or "absent (…)". */
const char *oracle_name(void);

/* key, nonce, ad, in, len of item -> out, len bytes, and tag. The item's own out and tag are not used. */
int oracle_aead_seal(sealane_aead algorithm, const sealane_aead_seal_item *item, uint8_t *out, uint8_t *tag);

/* The one-time key of Poly1305, of the ChaCha and Salsa algorithms. */
int oracle_poly1305_key(sealane_aead algorithm, uint8_t out[32], const uint8_t *key, const uint8_t *nonce);

int oracle_sha256(uint8_t out[32], const uint8_t *in, size_t len);
int oracle_sha512(uint8_t out[64], const uint8_t *in, size_t len);
int oracle_hmac_sha256(uint8_t out[32], const uint8_t *key, size_t key_len, const uint8_t *in, size_t len);
int oracle_hmac_sha512(uint8_t out[64], const uint8_t *key, size_t key_len, const uint8_t *in, size_t len);

/* *good = 0 where libsodium refuses the result. */
int oracle_x25519(uint8_t out[32], int *good, const uint8_t scalar[32], const uint8_t point[32]);
int oracle_x25519_base(uint8_t out[32], const uint8_t scalar[32]);

int oracle_ed25519_keypair(uint8_t public_key[32], uint8_t secret_key[64], const uint8_t seed[32]);
int oracle_ed25519_sign(uint8_t signature[64], const uint8_t *message, size_t len, const uint8_t secret_key[64]);
int oracle_ed25519_verify(int *good, const uint8_t signature[64], const uint8_t *message, size_t len,
                          const uint8_t public_key[32]);
/* Ed25519ph of the whole message, as crypto_sign_final_create and crypto_sign_final_verify. */
int oracle_ed25519ph_sign(uint8_t signature[64], const uint8_t *message, size_t len, const uint8_t secret_key[64]);
int oracle_ed25519ph_verify(int *good, const uint8_t signature[64], const uint8_t *message, size_t len,
                            const uint8_t public_key[32]);

/* Scalars mod L and points, for tests that build signatures of their own. Scalars are 32 bytes, little endian. */
int oracle_scalar_reduce(uint8_t out[32], const uint8_t in[64]);
int oracle_scalar_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32]);
int oracle_scalar_mul(uint8_t out[32], const uint8_t a[32], const uint8_t b[32]);
int oracle_point_base(uint8_t out[32], const uint8_t scalar[32]); /* scalar not clamped; not 0 */
/* *good = 0 where p or q is not on the curve. */
int oracle_point_add(uint8_t out[32], int *good, const uint8_t p[32], const uint8_t q[32]);

/* crypto_box_beforenm, crypto_box_easy and crypto_box_seal. */
int oracle_box_key(uint8_t key[32], int *good, const uint8_t public_key[32], const uint8_t secret_key[32]);
int oracle_box_seal(uint8_t *out, int *good, const uint8_t *in, size_t len, const uint8_t nonce[24],
                    const uint8_t public_key[32], const uint8_t secret_key[32]);
int oracle_box_open(uint8_t *out, int *good, const uint8_t *in, size_t boxed_len, const uint8_t nonce[24],
                    const uint8_t public_key[32], const uint8_t secret_key[32]);
int oracle_sealed_box_seal(uint8_t *out, int *good, const uint8_t *in, size_t len, const uint8_t public_key[32]);
int oracle_sealed_box_open(uint8_t *out, int *good, const uint8_t *in, size_t boxed_len, const uint8_t public_key[32],
                           const uint8_t secret_key[32]);

#endif
