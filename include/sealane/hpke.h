/* SPDX-License-Identifier: ISC */
/* HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256) and HKDF-SHA256, for many recipients in one call. */
#ifndef SEALANE_HPKE_H
#define SEALANE_HPKE_H

#include "aead.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SEALANE_HPKE_PUBLIC_KEY_BYTES 32U
#define SEALANE_HPKE_SECRET_KEY_BYTES 32U
#define SEALANE_HPKE_ENC_BYTES 32U /* the encapsulated key: an ephemeral public key */
#define SEALANE_HPKE_TAG_BYTES 16U /* a ciphertext is len + 16 bytes, tag last */

/*
 * In the items below, info, ad and in may be NULL if their length is 0 (in of an opening item never); inputs may be shared
 * between items; out is in or apart from it, and no output overlaps another buffer.
 */
typedef struct {
    const uint8_t *public_key; /* 32 bytes, the recipient's */
    const uint8_t *info;
    size_t info_len;
    const uint8_t *ad;
    size_t ad_len;
    const uint8_t *in; /* len bytes of plaintext */
    size_t len;
    uint8_t *enc; /* 32 bytes, written */
    uint8_t *out; /* len + 16 bytes, written: ciphertext, then tag */
} sealane_hpke_seal_item;

typedef struct {
    const uint8_t *public_key; /* 32 bytes, the recipient's own */
    const uint8_t *secret_key; /* 32 bytes, the recipient's */
    const uint8_t *info;
    size_t info_len;
    const uint8_t *ad;
    size_t ad_len;
    const uint8_t *enc; /* 32 bytes */
    const uint8_t *in;  /* len + 16 bytes: ciphertext, then tag */
    size_t len;         /* of the plaintext */
    uint8_t *out;       /* len bytes of plaintext, written; zeroed where refused */
} sealane_hpke_open_item;

/*
 * (enc, out) = SealBase(public_key, info, ad, in) for n recipients, each with a fresh ephemeral key pair from the operating
 * system's generator. Consecutive items with the same info (pointer and length) have it hashed once.
 *
 * aead: SEALANE_AES128_GCM, SEALANE_AES256_GCM or SEALANE_CHACHA20_POLY1305. verdicts, n bytes or NULL: 0 where public_key is
 * of small order, which is refused: enc and out are zeroed then. SEALANE_EVERIFY if any is; SEALANE_EINVAL: a NULL pointer or
 * another aead; SEALANE_ELENGTH: a length over the limit of the AEAD, of SHA-256 (info) or of size_t; SEALANE_EUNSUPPORTED: no
 * kernel of the AEAD; SEALANE_ERANDOM: no randomness, and every output is zeroed, every verdict 0. Constant time in keys and
 * contents; lengths and verdicts are public. Thread-safe. Source: RFC 9180, sections 4.1, 5.1.1 and 6.1.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_hpke_seal_batch(sealane_aead aead, const sealane_hpke_seal_item *items,
                                                                    size_t n, uint8_t *verdicts);

/*
 * out = OpenBase(enc, secret_key, info, ad, in) for n ciphertexts. public_key is that of secret_key, which is not checked.
 * verdicts, n bytes or NULL: 0 where enc or the ciphertext is refused; out is zeroed then. SEALANE_EVERIFY if any is. Other
 * errors, time and thread safety as sealane_hpke_seal_batch.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_hpke_open_batch(sealane_aead aead, const sealane_hpke_open_item *items,
                                                                    size_t n, uint8_t *verdicts);

#ifdef __cplusplus
}
#endif

#endif
