/* SPDX-License-Identifier: ISC */
/* Public-key authenticated encryption for many recipients: NaCl's box and libsodium's sealed box. */
#ifndef SEALANE_BOX_H
#define SEALANE_BOX_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SEALANE_BOX_PUBLIC_KEY_BYTES 32U
#define SEALANE_BOX_SECRET_KEY_BYTES 32U
#define SEALANE_BOX_NONCE_BYTES 24U
#define SEALANE_BOX_TAG_BYTES 16U                                    /* a box is len + 16 bytes, tag first */
#define SEALANE_SEALED_BOX_BYTES 48U                                 /* a sealed box is len + 48 bytes */
#define SEALANE_BOX_MESSAGE_BYTES_MAX UINT64_C(18446744073709551567) /* 2^64 - 49, also bounded by SIZE_MAX - 48 */

/* The key that two sides share, made ready for many boxes: crypto_box_beforenm. Secret: wipe with sealane_box_key_wipe. */
typedef struct {
    uint8_t opaque[32];
} sealane_box_key;

typedef struct {
    const uint8_t *public_key; /* 32 bytes, the other side's */
    const uint8_t *secret_key; /* 32 bytes, one's own */
    sealane_box_key *key;      /* written; zeroed where public_key is refused */
} sealane_box_prepare_item;

/*
 * Makes n shared keys, as crypto_box_beforenm. verdicts, n bytes or NULL: 0 where public_key is of small order, else 1.
 * SEALANE_EVERIFY if any is; SEALANE_EINVAL: a NULL pointer. Constant time in the keys. Thread-safe.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_box_prepare_batch(const sealane_box_prepare_item *items, size_t n,
                                                                      uint8_t *verdicts);

/* Overwrites a shared key with zeroes. NULL is fine. Thread-safe. */
SEALANE_API void sealane_box_key_wipe(sealane_box_key *key);

/*
 * A bounded cache of the keys that one secret key shares with others, for those who write to or hear from the same people
 * again. It lies in the caller's memory, which no pointer of the library outlives; where it looks depends on public keys
 * alone, a look takes the same few steps however full it is and whoever chose the keys, and what was used longest ago among
 * those few makes room. Secret: wipe with sealane_box_keys_wipe. Calls on one cache are not to run at the same time.
 */
typedef struct sealane_box_keys sealane_box_keys;

/* Bytes of memory for a cache of `capacity` shared keys. */
#define SEALANE_BOX_KEYS_BYTES(capacity) (64U + 72U * (size_t)(capacity))

/*
 * Makes an empty cache for secret_key (32 bytes, copied) in `bytes` bytes at memory, of any alignment, and points *keys at it.
 * SEALANE_EINVAL: a NULL pointer. SEALANE_ELENGTH: less than SEALANE_BOX_KEYS_BYTES(1). Constant time in secret_key.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_box_keys_init(sealane_box_keys **keys, void *memory, size_t bytes,
                                                                  const uint8_t *secret_key);

/* How many shared keys the cache has room for, and how many it holds. */
SEALANE_API size_t sealane_box_keys_capacity(const sealane_box_keys *keys);
SEALANE_API size_t sealane_box_keys_count(const sealane_box_keys *keys);

/* Overwrites the cache, all its keys and its copy of the secret key, with zeroes; it is none then. NULL is fine. */
SEALANE_API void sealane_box_keys_wipe(sealane_box_keys *keys);

/*
 * In the items below, `in` may be NULL if len is 0 (of a seal item); in and out of one item may overlap in any way; outputs
 * overlap no buffer of another item. Keys and inputs may be shared between items.
 */
typedef struct {
    const uint8_t *public_key; /* 32 bytes, the recipient's; not used where prepared is given */
    const uint8_t *secret_key; /* 32 bytes, the sender's; not used where prepared is given */
    const uint8_t *nonce;      /* 24 bytes; never to be repeated between the same two keys */
    const uint8_t *in;         /* len bytes of plaintext */
    size_t len;
    uint8_t *out;                    /* len + 16 bytes, written: tag, then ciphertext */
    const sealane_box_key *prepared; /* the shared key, or NULL */
} sealane_box_seal_item;

typedef struct {
    const uint8_t *public_key; /* 32 bytes, the sender's; not used where prepared is given */
    const uint8_t *secret_key; /* 32 bytes, the recipient's; not used where prepared is given */
    const uint8_t *nonce;      /* 24 bytes */
    const uint8_t *in;         /* len + 16 bytes: tag, then ciphertext */
    size_t len;                /* of the plaintext */
    uint8_t *out;              /* len bytes of plaintext, written; zeroed where refused */
    const sealane_box_key *prepared;
} sealane_box_open_item;

/*
 * Seals n boxes, byte for byte as crypto_box_easy (with prepared keys: crypto_box_easy_afternm). verdicts, n bytes or NULL:
 * 0 where the public key is of small order, which is refused: out is zeroed then. SEALANE_EVERIFY if any is;
 * SEALANE_EINVAL: a NULL pointer; SEALANE_ELENGTH: len over the limit. Constant time in keys and contents; lengths and
 * verdicts are public. Thread-safe. Source: "Cryptography in NaCl", sections 7 to 10.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_box_seal_batch(const sealane_box_seal_item *items, size_t n,
                                                                   uint8_t *verdicts);

/*
 * Opens n boxes, as crypto_box_open_easy. verdicts, n bytes or NULL: 0 where the box or the public key is refused; out is
 * zeroed then. SEALANE_EVERIFY if any is. Other errors, time and thread safety as sealane_box_seal_batch.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_box_open_batch(const sealane_box_open_item *items, size_t n,
                                                                   uint8_t *verdicts);

/*
 * As sealane_box_seal_batch and sealane_box_open_batch, with the secret key of a cache: the items' secret_key is not used, and
 * shared keys that the cache holds are not made again. Keys that were made go into it, but for refused ones. Public besides:
 * which of the public keys the cache holds. NULL keys: SEALANE_EINVAL.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_box_keys_seal_batch(sealane_box_keys *keys,
                                                                        const sealane_box_seal_item *items, size_t n,
                                                                        uint8_t *verdicts);
SEALANE_API SEALANE_MUST_USE sealane_status sealane_box_keys_open_batch(sealane_box_keys *keys,
                                                                        const sealane_box_open_item *items, size_t n,
                                                                        uint8_t *verdicts);

typedef struct {
    const uint8_t *public_key; /* 32 bytes, the recipient's */
    const uint8_t *in;         /* len bytes of plaintext */
    size_t len;
    uint8_t *out; /* len + 48 bytes, written: ephemeral public key, tag, ciphertext */
} sealane_sealed_box_seal_item;

typedef struct {
    const uint8_t *public_key; /* 32 bytes, the recipient's own */
    const uint8_t *secret_key; /* 32 bytes, the recipient's */
    const uint8_t *in;         /* len + 48 bytes */
    size_t len;                /* of the plaintext */
    uint8_t *out;              /* len bytes of plaintext, written; zeroed where refused */
} sealane_sealed_box_open_item;

/*
 * Seals n anonymous boxes, each with a fresh ephemeral key pair from the operating system's generator: crypto_box_seal.
 * verdicts and errors as sealane_box_seal_batch, and SEALANE_ERANDOM where there was no randomness: every out is zeroed, every
 * verdict 0. Thread-safe. Source: libsodium's documentation, "Sealed boxes".
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_sealed_box_seal_batch(const sealane_sealed_box_seal_item *items, size_t n,
                                                                          uint8_t *verdicts);

/* Opens n anonymous boxes: crypto_box_seal_open. Verdicts, errors, time and thread safety as sealane_box_open_batch. */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_sealed_box_open_batch(const sealane_sealed_box_open_item *items, size_t n,
                                                                          uint8_t *verdicts);

#ifdef __cplusplus
}
#endif

#endif
