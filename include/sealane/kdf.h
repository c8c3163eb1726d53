/* SPDX-License-Identifier: ISC */
/* SHA-2, HMAC and HKDF over many inputs in one call. */
#ifndef SEALANE_KDF_H
#define SEALANE_KDF_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SEALANE_SHA256_BYTES 32U
#define SEALANE_SHA512_BYTES 64U
#define SEALANE_HKDF_SHA256_BYTES_MAX (255U * 32U)
#define SEALANE_HKDF_SHA512_BYTES_MAX (255U * 64U)

/*
 * In every item below: an input may be NULL if its length is 0; inputs may be shared between items; out overlaps no input of
 * its own item except where in == out, and no buffer of another item. In every call: items may be NULL if n is 0.
 * SEALANE_EINVAL: a NULL pointer. SEALANE_ELENGTH: a length (for HMAC and HKDF, with what is hashed before it) over 2^61 - 1
 * bytes, or an out_len over the limit. Constant time in all contents; lengths are public. Thread-safe.
 */

typedef struct {
    const uint8_t *in;
    size_t len;
    uint8_t *out; /* 32 bytes (SHA-256) or 64 bytes (SHA-512), written */
} sealane_hash_item;

/* out = SHA-256(in) or SHA-512(in) for n items. Source: FIPS 180-4, RFC 6234. */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_sha256_batch(const sealane_hash_item *items, size_t n);
SEALANE_API SEALANE_MUST_USE sealane_status sealane_sha512_batch(const sealane_hash_item *items, size_t n);

typedef struct {
    const uint8_t *key; /* any length */
    size_t key_len;
    const uint8_t *in;
    size_t len;
    uint8_t *out; /* 32 bytes (SHA-256) or 64 bytes (SHA-512), written */
} sealane_hmac_item;

/* out = HMAC(key, in) for n items. Source: RFC 2104, RFC 4231. */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_hmac_sha256_batch(const sealane_hmac_item *items, size_t n);
SEALANE_API SEALANE_MUST_USE sealane_status sealane_hmac_sha512_batch(const sealane_hmac_item *items, size_t n);

typedef struct {
    const uint8_t *salt; /* salt_len 0 is the same as HashLen zero bytes */
    size_t salt_len;
    const uint8_t *ikm; /* input keying material, secret */
    size_t ikm_len;
    const uint8_t *info;
    size_t info_len;
    uint8_t *out; /* out_len bytes, written */
    size_t out_len;
} sealane_hkdf_item;

/* out = HKDF-Expand(HKDF-Extract(salt, ikm), info, out_len) for n items. Source: RFC 5869, section 2. */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_hkdf_sha256_batch(const sealane_hkdf_item *items, size_t n);
SEALANE_API SEALANE_MUST_USE sealane_status sealane_hkdf_sha512_batch(const sealane_hkdf_item *items, size_t n);

#ifdef __cplusplus
}
#endif

#endif
