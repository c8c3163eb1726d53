/* SPDX-License-Identifier: ISC */
/*
 * The states that libsodium's callers allocate: those of hashes laid out as libsodium's, so that either library can go on where
 * the other was; AES-256-GCM's of its size.
 */
#ifndef SEALANE_DROPIN_STATE_H
#define SEALANE_DROPIN_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "sealane/aead.h"

#ifndef sodium_H /* where <sodium.h> came before, to be compared with, they are there */

typedef sealane_aead_prepared crypto_aead_aes256gcm_state;

typedef struct crypto_hash_sha256_state {
    uint32_t state[8];
    uint64_t count; /* bits */
    uint8_t buf[64];
} crypto_hash_sha256_state;

typedef struct crypto_hash_sha512_state {
    uint64_t state[8];
    uint64_t count[2]; /* bits, the high word first */
    uint8_t buf[128];
} crypto_hash_sha512_state;

typedef struct crypto_auth_hmacsha256_state {
    crypto_hash_sha256_state ictx, octx;
} crypto_auth_hmacsha256_state;

typedef struct crypto_auth_hmacsha512_state {
    crypto_hash_sha512_state ictx, octx;
} crypto_auth_hmacsha512_state;

typedef crypto_auth_hmacsha512_state crypto_auth_hmacsha512256_state;

typedef struct crypto_sign_ed25519ph_state {
    crypto_hash_sha512_state hs;
} crypto_sign_ed25519ph_state;

typedef crypto_sign_ed25519ph_state crypto_sign_state;

#endif

#ifndef crypto_kdf_hkdf_sha256_KEYBYTES /* since libsodium 1.0.19 */
typedef struct crypto_kdf_hkdf_sha256_state {
    crypto_auth_hmacsha256_state st;
} crypto_kdf_hkdf_sha256_state;

typedef struct crypto_kdf_hkdf_sha512_state {
    crypto_auth_hmacsha512_state st;
} crypto_kdf_hkdf_sha512_state;
#endif

_Static_assert(sizeof(crypto_aead_aes256gcm_state) == 512 && _Alignof(crypto_aead_aes256gcm_state) == 16, "libsodium's");
_Static_assert(sizeof(crypto_hash_sha256_state) == 104, "libsodium's size");
_Static_assert(sizeof(crypto_hash_sha512_state) == 208, "libsodium's size");

/* hash.c; what the other files hash with, so that no call of theirs can be taken over from outside. */
void dropin_sha256_init(crypto_hash_sha256_state *state);
void dropin_sha256_update(crypto_hash_sha256_state *state, const uint8_t *in, uint64_t len);
void dropin_sha256_final(crypto_hash_sha256_state *state, uint8_t out[32]); /* wipes the state */
void dropin_sha512_init(crypto_hash_sha512_state *state);
void dropin_sha512_update(crypto_hash_sha512_state *state, const uint8_t *in, uint64_t len);
void dropin_sha512_final(crypto_hash_sha512_state *state, uint8_t out[64]);

/* auth.c: HMAC under a key of any length. */
void dropin_hmac256_init(crypto_auth_hmacsha256_state *state, const uint8_t *key, size_t key_len);
void dropin_hmac256_update(crypto_auth_hmacsha256_state *state, const uint8_t *in, uint64_t len);
void dropin_hmac256_final(crypto_auth_hmacsha256_state *state, uint8_t out[32]); /* wipes the state */
void dropin_hmac512_init(crypto_auth_hmacsha512_state *state, const uint8_t *key, size_t key_len);
void dropin_hmac512_update(crypto_auth_hmacsha512_state *state, const uint8_t *in, uint64_t len);
void dropin_hmac512_final(crypto_auth_hmacsha512_state *state, uint8_t out[64]);

#endif
