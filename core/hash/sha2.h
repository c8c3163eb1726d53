/* SPDX-License-Identifier: ISC */
/* SHA-2, HMAC and HKDF over a kernel: the _with forms that the public calls, the curves and the tests use. */
#ifndef SEALANE_HASH_SHA2_H
#define SEALANE_HASH_SHA2_H

#include "core/kernel/sha2.h"
#include "sealane/kdf.h"

/* One message given in three parts, any of which may be empty (NULL with 0). Lengths are public; at most 2^61 - 1 in all. */
typedef struct {
    const uint8_t *part[3];
    size_t len[3];
    uint8_t *out; /* 64 bytes; may overlap any part of its own item */
} sha512_job;

/* out = SHA-512(part[0] || part[1] || part[2]) for n jobs, any n. Wipes what it copied. */
void sealane_sha512_jobs_with(const sha512_ops *ops, const sha512_job jobs[], size_t n);

sealane_status sealane_sha256_batch_with(const sha256_ops *ops, const sealane_hash_item *items, size_t n);
sealane_status sealane_sha512_batch_with(const sha512_ops *ops, const sealane_hash_item *items, size_t n);
sealane_status sealane_hmac_sha256_batch_with(const sha256_ops *ops, const sealane_hmac_item *items, size_t n);
sealane_status sealane_hmac_sha512_batch_with(const sha512_ops *ops, const sealane_hmac_item *items, size_t n);
sealane_status sealane_hkdf_sha256_batch_with(const sha256_ops *ops, const sealane_hkdf_item *items, size_t n);
sealane_status sealane_hkdf_sha512_batch_with(const sha512_ops *ops, const sealane_hkdf_item *items, size_t n);

#endif
