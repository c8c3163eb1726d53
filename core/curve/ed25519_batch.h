/* SPDX-License-Identifier: ISC */
/* Many Ed25519 signatures by one equation: docs/exact-batch.md. */
#ifndef SEALANE_CURVE_ED25519_BATCH_H
#define SEALANE_CURVE_ED25519_BATCH_H

#include "core/kernel/ed25519.h"
#include "core/kernel/sha2.h"
#include "sealane/ed25519.h"

#define ED25519_BATCH_SEED_BYTES 64U

/*
 * Tries 1 <= n <= ED25519_BATCH_MAX items, whose arguments are checked, by the kernel's equation. 1: good[i] is the verdict of
 * every item, but for a chance of 2^-128 that a bad one passes. 0: no verdict; there is a bad item that this method cannot
 * tell from the others, or there was no memory or no randomness. seed: NULL, so that it is drawn from the operating system, or,
 * for tests alone, ED25519_BATCH_SEED_BYTES from which all coefficients follow. Variable time.
 */
int sealane_ed25519_batch_vartime(const ed25519_ops *ops, const sha512_ops *hash, unsigned flags,
                                  const sealane_ed25519_item items[], size_t n, const uint8_t *seed, uint8_t good[]);

#endif
