/* SPDX-License-Identifier: ISC */
/* Authenticated encryption with associated data: one message, or many messages under many keys in one call. */
#ifndef SEALANE_AEAD_H
#define SEALANE_AEAD_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Byte for byte, each algorithm equals libsodium's function named beside it. 0 is no algorithm. */
typedef enum {
    SEALANE_CHACHA20_POLY1305 = 1, /* RFC 8439; crypto_aead_chacha20poly1305_ietf */
    SEALANE_XCHACHA20_POLY1305,    /* draft-irtf-cfrg-xchacha-03; crypto_aead_xchacha20poly1305_ietf */
    SEALANE_XSALSA20_POLY1305,     /* "Cryptography in NaCl"; crypto_secretbox. ad_len must be 0. libsodium's combined form
                                      has the tag first: out = buffer + 16, tag = buffer */
    SEALANE_AES128_GCM,            /* NIST SP 800-38D, 96-bit nonce */
    SEALANE_AES256_GCM,            /* NIST SP 800-38D, 96-bit nonce; crypto_aead_aes256gcm */
    SEALANE_AEGIS128L,             /* draft-irtf-cfrg-aegis-aead, 256-bit tag; crypto_aead_aegis128l */
    SEALANE_AEGIS256,              /* draft-irtf-cfrg-aegis-aead, 256-bit tag; crypto_aead_aegis256 */
    SEALANE_XCHACHA20_POLY1305_SECRETBOX /* crypto_secretbox_xchacha20poly1305: as XSalsa20-Poly1305, with XChaCha20 */
} sealane_aead;

#define SEALANE_CHACHA20_POLY1305_KEY_BYTES 32U
#define SEALANE_CHACHA20_POLY1305_NONCE_BYTES 12U
#define SEALANE_CHACHA20_POLY1305_TAG_BYTES 16U
#define SEALANE_CHACHA20_POLY1305_MESSAGE_BYTES_MAX UINT64_C(274877906880) /* 2^38 - 64 */

#define SEALANE_XCHACHA20_POLY1305_KEY_BYTES 32U
#define SEALANE_XCHACHA20_POLY1305_NONCE_BYTES 24U
#define SEALANE_XCHACHA20_POLY1305_TAG_BYTES 16U
#define SEALANE_XCHACHA20_POLY1305_MESSAGE_BYTES_MAX UINT64_C(274877906880) /* 2^38 - 64 */

#define SEALANE_XSALSA20_POLY1305_KEY_BYTES 32U
#define SEALANE_XSALSA20_POLY1305_NONCE_BYTES 24U
#define SEALANE_XSALSA20_POLY1305_TAG_BYTES 16U
#define SEALANE_XSALSA20_POLY1305_MESSAGE_BYTES_MAX UINT64_C(18446744073709551583) /* 2^64 - 33; no counter limit */

#define SEALANE_AES128_GCM_KEY_BYTES 16U
#define SEALANE_AES128_GCM_NONCE_BYTES 12U
#define SEALANE_AES128_GCM_TAG_BYTES 16U
#define SEALANE_AES128_GCM_MESSAGE_BYTES_MAX UINT64_C(68719476704) /* 2^36 - 32 */

#define SEALANE_AES256_GCM_KEY_BYTES 32U
#define SEALANE_AES256_GCM_NONCE_BYTES 12U
#define SEALANE_AES256_GCM_TAG_BYTES 16U
#define SEALANE_AES256_GCM_MESSAGE_BYTES_MAX UINT64_C(68719476704) /* 2^36 - 32 */

#define SEALANE_AEGIS128L_KEY_BYTES 16U
#define SEALANE_AEGIS128L_NONCE_BYTES 16U
#define SEALANE_AEGIS128L_TAG_BYTES 32U
#define SEALANE_AEGIS128L_MESSAGE_BYTES_MAX UINT64_C(2305843009213693951) /* 2^61 - 1 */

#define SEALANE_AEGIS256_KEY_BYTES 32U
#define SEALANE_AEGIS256_NONCE_BYTES 32U
#define SEALANE_AEGIS256_TAG_BYTES 32U
#define SEALANE_AEGIS256_MESSAGE_BYTES_MAX UINT64_C(2305843009213693951) /* 2^61 - 1 */

#define SEALANE_XCHACHA20_POLY1305_SECRETBOX_KEY_BYTES 32U
#define SEALANE_XCHACHA20_POLY1305_SECRETBOX_NONCE_BYTES 24U
#define SEALANE_XCHACHA20_POLY1305_SECRETBOX_TAG_BYTES 16U
#define SEALANE_XCHACHA20_POLY1305_SECRETBOX_MESSAGE_BYTES_MAX UINT64_C(274877906880) /* 2^38 - 64 */

#define SEALANE_AEAD_KEY_BYTES_MAX 32U
#define SEALANE_AEAD_NONCE_BYTES_MAX 32U
#define SEALANE_AEAD_TAG_BYTES_MAX 32U

/* Sizes of an algorithm in bytes; 0 for a value that is none. Thread-safe. */
SEALANE_API size_t sealane_aead_key_bytes(sealane_aead algorithm);
SEALANE_API size_t sealane_aead_nonce_bytes(sealane_aead algorithm);
SEALANE_API size_t sealane_aead_tag_bytes(sealane_aead algorithm);

/*
 * The longest message in bytes, also bounded by SIZE_MAX on the platform; 0 for a value that is no algorithm. Associated
 * data is limited to 2^61 - 1 bytes. Thread-safe.
 */
SEALANE_API uint64_t sealane_aead_message_bytes_max(sealane_aead algorithm);

/*
 * A message to seal. Within an item, out == in or the two are disjoint; ad may overlap either, and is taken as it was before
 * the call; tag overlaps no other buffer of the item. out and tag overlap no buffer of another item. Keys and inputs may be
 * shared between items.
 */
typedef struct {
    const uint8_t *key;   /* key_bytes; NULL in the prepared forms */
    const uint8_t *nonce; /* nonce_bytes; never to be repeated under one key */
    const uint8_t *ad;    /* ad_len bytes of associated data; may be NULL if ad_len is 0 */
    size_t ad_len;
    const uint8_t *in; /* len bytes of plaintext; may be NULL if len is 0 */
    size_t len;
    uint8_t *out; /* len bytes of ciphertext, written; may be NULL if len is 0 */
    uint8_t *tag; /* tag_bytes, written; for the combined form, out + len */
} sealane_aead_seal_item;

/* A message to open: as above, the other way round. Where the tag is refused, out is zeroed. */
typedef struct {
    const uint8_t *key;
    const uint8_t *nonce;
    const uint8_t *ad;
    size_t ad_len;
    const uint8_t *in; /* len bytes of ciphertext */
    size_t len;
    uint8_t *out;       /* len bytes of plaintext, written; zeroed where refused */
    const uint8_t *tag; /* tag_bytes, read */
} sealane_aead_open_item;

/*
 * Seals one message.
 *
 * SEALANE_EINVAL: unknown algorithm, item NULL, key, nonce or tag NULL, another pointer NULL with a length, or associated
 * data with a secretbox algorithm; SEALANE_ELENGTH: len or ad_len over the limit, found before any buffer is read.
 * Every algorithm is there on every CPU. Constant time in key, nonce and the contents of every buffer; lengths are public.
 * Thread-safe.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_aead_seal(sealane_aead algorithm, const sealane_aead_seal_item *item);

/*
 * Opens one message. Errors as sealane_aead_seal, and SEALANE_EVERIFY where the tag does not fit: out is then zeroed.
 * Constant time as sealane_aead_seal; whether the tag fitted is public. Thread-safe.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_aead_open(sealane_aead algorithm, const sealane_aead_open_item *item);

/*
 * Seals n messages, each under its own key, as n calls of sealane_aead_seal would. items may be NULL if n is 0.
 * Errors, constant time and thread safety as sealane_aead_seal; an error in any item leaves all outputs untouched.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_aead_seal_batch(sealane_aead algorithm, const sealane_aead_seal_item *items,
                                                                    size_t n);

/*
 * Opens n messages, each under its own key, as n calls of sealane_aead_open would. verdicts, n bytes or NULL, receives 1 for
 * each message that was opened and 0 for each that was refused. SEALANE_OK only if all were opened, SEALANE_EVERIFY if at
 * least one was refused: the others are opened all the same. Errors, constant time and thread safety as sealane_aead_open.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_aead_open_batch(sealane_aead algorithm, const sealane_aead_open_item *items,
                                                                    size_t n, uint8_t *verdicts);

/* One key made ready for many messages. Holds a secret: wipe it with sealane_aead_prepared_wipe. May be copied. */
typedef struct SEALANE_ALIGN(16) {
    uint8_t opaque[512];
} sealane_aead_prepared;

/*
 * Prepares key, key_bytes of the algorithm, for the prepared calls. SEALANE_EINVAL: a NULL pointer or an unknown algorithm.
 * Constant time in the key. Thread-safe; a prepared key may be used by many threads at once.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_aead_prepare(sealane_aead_prepared *prepared, sealane_aead algorithm,
                                                                 const uint8_t *key);

/* Overwrites a prepared key with zeroes. NULL is fine. Thread-safe. */
SEALANE_API void sealane_aead_prepared_wipe(sealane_aead_prepared *prepared);

/*
 * As the calls above, for items under one prepared key; the key of each item is NULL. SEALANE_EINVAL also where prepared was
 * not written by sealane_aead_prepare, or an item's key is not NULL.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_aead_seal_prepared(const sealane_aead_prepared *prepared,
                                                                       const sealane_aead_seal_item *item);
SEALANE_API SEALANE_MUST_USE sealane_status sealane_aead_open_prepared(const sealane_aead_prepared *prepared,
                                                                       const sealane_aead_open_item *item);
SEALANE_API SEALANE_MUST_USE sealane_status sealane_aead_seal_prepared_batch(const sealane_aead_prepared *prepared,
                                                                             const sealane_aead_seal_item *items, size_t n);
SEALANE_API SEALANE_MUST_USE sealane_status sealane_aead_open_prepared_batch(const sealane_aead_prepared *prepared,
                                                                             const sealane_aead_open_item *items, size_t n,
                                                                             uint8_t *verdicts);

#ifdef __cplusplus
}
#endif

#endif
