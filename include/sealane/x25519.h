/* SPDX-License-Identifier: ISC */
/* X25519 key agreement (RFC 7748), one or many. */
#ifndef SEALANE_X25519_H
#define SEALANE_X25519_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SEALANE_X25519_BYTES 32U

/* 32 bytes each; scalars are clamped as RFC 7748 says. Scalars and points may be shared between items. out may be equal to
   scalar or point of its own item, and overlaps no buffer of another item. */
typedef struct {
    const uint8_t *scalar; /* secret */
    const uint8_t *point;  /* u-coordinate; bit 255 is ignored, values from 2^255 - 19 up are reduced */
    uint8_t *out;
} sealane_x25519_item;

typedef struct {
    const uint8_t *scalar; /* secret */
    uint8_t *out;
} sealane_x25519_base_item;

/*
 * out = X25519(scalar, point) for n items, as crypto_scalarmult. items may be NULL if n is 0.
 *
 * verdicts, n bytes or NULL: 0 where the result is all-zero, which a point of small order gives and libsodium refuses (out
 * is then zero), else 1. SEALANE_EVERIFY if any is; SEALANE_EINVAL: a NULL pointer. Constant time in scalar and point; that
 * a result is all-zero is public. Thread-safe. Source: RFC 7748, sections 5 and 6.1.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_x25519_batch(const sealane_x25519_item *items, size_t n, uint8_t *verdicts);

/*
 * out = X25519(scalar, 9) for n items, as crypto_scalarmult_base: the public key of a secret key. SEALANE_EINVAL: a NULL
 * pointer. Constant time in scalar. Thread-safe. Source: RFC 7748, section 6.1.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_x25519_base_batch(const sealane_x25519_base_item *items, size_t n);

#ifdef __cplusplus
}
#endif

#endif
