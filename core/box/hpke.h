/* SPDX-License-Identifier: ISC */
/* HPKE calls with kernels and ephemeral keys given: what the public calls and the tests use. */
#ifndef SEALANE_BOX_HPKE_H
#define SEALANE_BOX_HPKE_H

#include "core/kernel/aead.h"
#include "core/kernel/sha2.h"
#include "core/kernel/x25519.h"
#include "sealane/hpke.h"

typedef struct {
    const x25519_ops *x25519;
    const sha256_ops *sha256;
    const aead_ops *aead; /* of the AEAD that the call names */
} hpke_kernels;

/* As the public calls of the same names. ephemeral: n secret keys of 32 bytes, or NULL for random ones. */
sealane_status sealane_hpke_seal_batch_with(const hpke_kernels *kernels, const uint8_t *ephemeral, sealane_aead aead,
                                            const sealane_hpke_seal_item *items, size_t n, uint8_t *verdicts);
sealane_status sealane_hpke_open_batch_with(const hpke_kernels *kernels, sealane_aead aead, const sealane_hpke_open_item *items,
                                            size_t n, uint8_t *verdicts);

#endif
