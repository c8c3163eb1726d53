/* SPDX-License-Identifier: ISC */
/* AEAD calls with the kernel given: what the public calls, the box and the tests use. */
#ifndef SEALANE_AEAD_AEAD_H
#define SEALANE_AEAD_AEAD_H

#include "core/kernel/aead.h"

/* As the public calls of the same names. ops is a kernel of `algorithm`. */
sealane_status sealane_aead_seal_batch_with(const aead_ops *ops, sealane_aead algorithm, const sealane_aead_seal_item *items,
                                            size_t n);
sealane_status sealane_aead_open_batch_with(const aead_ops *ops, sealane_aead algorithm, const sealane_aead_open_item *items,
                                            size_t n, uint8_t *verdicts);

/* The ops that serve an algorithm now; NULL where it is unknown. */
const aead_ops *sealane_aead_dispatch(sealane_aead algorithm);

#endif
