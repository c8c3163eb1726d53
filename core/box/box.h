/* SPDX-License-Identifier: ISC */
/* Box calls with the kernels given: what the public calls and the tests use. */
#ifndef SEALANE_BOX_BOX_H
#define SEALANE_BOX_BOX_H

#include "core/kernel/aead.h"
#include "core/kernel/x25519.h"
#include "sealane/box.h"

typedef struct {
    const x25519_ops *x25519;
    const aead_ops *aead; /* of XSalsa20-Poly1305 */
} box_kernels;

/* As the public calls of the same names. */
sealane_status sealane_box_prepare_batch_with(const box_kernels *kernels, const sealane_box_prepare_item *items, size_t n,
                                              uint8_t *verdicts);
sealane_status sealane_box_seal_batch_with(const box_kernels *kernels, const sealane_box_seal_item *items, size_t n,
                                           uint8_t *verdicts);
sealane_status sealane_box_open_batch_with(const box_kernels *kernels, const sealane_box_open_item *items, size_t n,
                                           uint8_t *verdicts);
sealane_status sealane_box_keys_seal_batch_with(const box_kernels *kernels, sealane_box_keys *keys,
                                                const sealane_box_seal_item *items, size_t n, uint8_t *verdicts);
sealane_status sealane_box_keys_open_batch_with(const box_kernels *kernels, sealane_box_keys *keys,
                                                const sealane_box_open_item *items, size_t n, uint8_t *verdicts);
sealane_status sealane_sealed_box_seal_batch_with(const box_kernels *kernels, const sealane_sealed_box_seal_item *items,
                                                  size_t n, uint8_t *verdicts);
sealane_status sealane_sealed_box_open_batch_with(const box_kernels *kernels, const sealane_sealed_box_open_item *items,
                                                  size_t n, uint8_t *verdicts);

#endif
