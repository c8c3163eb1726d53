/* SPDX-License-Identifier: ISC */
/* Ed25519 signatures (RFC 8032): verify, sign and make key pairs, one or many. */
#ifndef SEALANE_ED25519_H
#define SEALANE_ED25519_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SEALANE_ED25519_SEED_BYTES 32U
#define SEALANE_ED25519_PUBLIC_KEY_BYTES 32U
#define SEALANE_ED25519_SECRET_KEY_BYTES 64U /* seed, then public key */
#define SEALANE_ED25519_SIGNATURE_BYTES 64U  /* R, then S */
#define SEALANE_ED25519_KEY_STATE_BYTES 2048U

/*
 * flags of the calls below: one rule | options. The rules are written out in core/curve/rule.h; in short:
 *
 * COFACTORLESS accepts exactly what crypto_sign_verify_detached of libsodium 1.0.18 to 1.0.22 accepts: S < L; A is canonical,
 * on the curve and not of small order; R is not of small order; enc(S B - h A) = R byte for byte.
 *
 * COFACTORED: S < L; A as above; R decodes to a point that is not of small order; R - (S B - h A) has an order that
 * divides 8.
 */
enum {
    SEALANE_ED25519_COFACTORLESS = 0,
    SEALANE_ED25519_COFACTORED = 1,
    SEALANE_ED25519_PREHASHED = 0x10,  /* Ed25519ph with an empty context: message is the 64-byte SHA-512 of the message */
    SEALANE_ED25519_LANES_ONLY = 0x100 /* verify: no probabilistic step, ever */
};

/* A public key made ready for many verifications. Holds nothing secret. May be copied; may be used by many threads. */
typedef struct SEALANE_ALIGN(64) {
    uint8_t opaque[SEALANE_ED25519_KEY_STATE_BYTES];
} sealane_ed25519_key;

/*
 * Prepares a public key. SEALANE_EVERIFY: the key is one that both rules refuse (not canonical, not on the curve, or of small
 * order), and *key is made so that every verification under it is refused; SEALANE_EINVAL: a NULL pointer.
 * Variable time in the public key. Thread-safe.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_ed25519_key_prepare(sealane_ed25519_key *key, const uint8_t public_key[32]);

typedef struct {
    const uint8_t *public_key;           /* 32 bytes; may be NULL where prepared is given */
    const sealane_ed25519_key *prepared; /* or NULL; takes precedence over public_key */
    const uint8_t *signature;            /* 64 bytes */
    const uint8_t *message;              /* message_len bytes; may be NULL if message_len is 0 */
    size_t message_len;                  /* 64 with SEALANE_ED25519_PREHASHED */
} sealane_ed25519_item;

/*
 * Verifies one signature under the rule in flags: SEALANE_OK if it is good, SEALANE_EVERIFY if not.
 *
 * SEALANE_EINVAL: a NULL pointer, unknown flags, or a prepared key that sealane_ed25519_key_prepare did not write;
 * SEALANE_ELENGTH: message_len over 2^61 - 65 - 64, or not 64 with SEALANE_ED25519_PREHASHED. Everything that is verified is
 * public: variable time in all inputs. Thread-safe. Source: RFC 8032, section 5.1.7.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_ed25519_verify(unsigned flags, const sealane_ed25519_item *item);

/*
 * Verifies n signatures, exactly as n calls of sealane_ed25519_verify would. verdicts, n bytes or NULL, receives 1 for each
 * good signature and 0 for each bad one. SEALANE_OK only if all are good. Errors, time and thread safety as above; items may
 * be NULL if n is 0.
 *
 * Large batches are verified by random linear combinations, which pass whatever is good and pass a batch with bad items with a
 * chance of at most 2^-128 (docs/exact-batch.md); a batch that does not pass is verified item by item. That draws from the
 * operating system's generator and takes up to 2 MiB of memory for the time of the call; where it gets neither, or with
 * SEALANE_ED25519_LANES_ONLY, each item is verified by itself.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_ed25519_verify_batch(unsigned flags, const sealane_ed25519_item *items,
                                                                         size_t n, uint8_t *verdicts);

typedef struct {
    const uint8_t *secret_key; /* 64 bytes: seed, then public key */
    const uint8_t *message;    /* message_len bytes; may be NULL if message_len is 0 */
    size_t message_len;        /* 64 with SEALANE_ED25519_PREHASHED */
    uint8_t *signature;        /* 64 bytes, written; overlaps no input of another item */
} sealane_ed25519_sign_item;

/*
 * Signs n messages, as crypto_sign_detached. flags: 0 or SEALANE_ED25519_PREHASHED. The public key is taken from the secret
 * key, never apart from it. SEALANE_EINVAL: a NULL pointer or an unknown flag; SEALANE_ELENGTH as above. Constant time in the
 * secret key and the message; message_len is public. Thread-safe. Source: RFC 8032, section 5.1.6.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_ed25519_sign_batch(unsigned flags, const sealane_ed25519_sign_item *items,
                                                                       size_t n);

typedef struct {
    const uint8_t *seed; /* 32 bytes, secret, uniformly random */
    uint8_t *public_key; /* 32 bytes, written */
    uint8_t *secret_key; /* 64 bytes, written */
} sealane_ed25519_keypair_item;

/*
 * Makes n key pairs from seeds, as crypto_sign_seed_keypair. seed may be the first 32 bytes of the same item's secret_key.
 * SEALANE_EINVAL: a NULL pointer. Constant time in the seed. Thread-safe. Source: RFC 8032, section 5.1.5.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_ed25519_keypair_batch(const sealane_ed25519_keypair_item *items, size_t n);

#ifdef __cplusplus
}
#endif

#endif
