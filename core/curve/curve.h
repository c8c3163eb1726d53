/* SPDX-License-Identifier: ISC */
/* X25519 and Ed25519 calls with the kernel given: what the public calls, the box and the tests use. */
#ifndef SEALANE_CURVE_CURVE_H
#define SEALANE_CURVE_CURVE_H

#include "core/kernel/ed25519.h"
#include "core/kernel/sha2.h"
#include "core/kernel/x25519.h"
#include "sealane/ed25519.h"

/* As the public calls of the same names. */
sealane_status sealane_x25519_batch_with(const x25519_ops *ops, const sealane_x25519_item *items, size_t n, uint8_t *verdicts);
sealane_status sealane_x25519_base_batch_with(const x25519_ops *ops, const sealane_x25519_base_item *items, size_t n);

sealane_status sealane_ed25519_key_prepare_with(const ed25519_ops *ops, sealane_ed25519_key *key, const uint8_t public_key[32]);
sealane_status sealane_ed25519_verify_batch_with(const ed25519_ops *ops, const sha512_ops *hash, unsigned flags,
                                                 const sealane_ed25519_item *items, size_t n, uint8_t *verdicts);
sealane_status sealane_ed25519_sign_batch_with(const ed25519_ops *ops, const sha512_ops *hash, unsigned flags,
                                               const sealane_ed25519_sign_item *items, size_t n);
sealane_status sealane_ed25519_keypair_batch_with(const ed25519_ops *ops, const sha512_ops *hash,
                                                  const sealane_ed25519_keypair_item *items, size_t n);

#endif
