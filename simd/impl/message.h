/* SPDX-License-Identifier: ISC */
/* Items to seal and items to open lie alike, but for the tag of the latter, which is only read: kernels read both by the
   offsets of the former, as bytes, for they are of two types. */
#ifndef SEALANE_IMPL_MESSAGE_H
#define SEALANE_IMPL_MESSAGE_H

#include <stddef.h>
#include <string.h>

#include "core/kernel/kernels.h"

_Static_assert(sizeof(sealane_aead_seal_item) == sizeof(sealane_aead_open_item) &&
                   offsetof(sealane_aead_seal_item, nonce) == offsetof(sealane_aead_open_item, nonce) &&
                   offsetof(sealane_aead_seal_item, in) == offsetof(sealane_aead_open_item, in) &&
                   offsetof(sealane_aead_seal_item, tag) == offsetof(sealane_aead_open_item, tag),
               "the items to seal and to open lie alike");

INLINE uint8_t *item_pointer(const void *item, size_t at) {
    uint8_t *p;
    memcpy(&p, (const uint8_t *)item + at, sizeof p);
    return p;
}

INLINE size_t item_size(const void *item, size_t at) {
    size_t n;
    memcpy(&n, (const uint8_t *)item + at, sizeof n);
    return n;
}

/* A pointer, or a length, of the item at `item`. */
#define ITEM(item, field) item_pointer(item, offsetof(sealane_aead_seal_item, field))
#define ITEM_BYTES(item, field) item_size(item, offsetof(sealane_aead_seal_item, field))

#endif
