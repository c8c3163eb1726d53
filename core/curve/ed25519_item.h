/* SPDX-License-Identifier: ISC */
/* What the two ways to verify a batch read off an item alike. */
#ifndef SEALANE_CURVE_ED25519_ITEM_H
#define SEALANE_CURVE_ED25519_ITEM_H

#include "core/hash/sha2.h"
#include "core/kernel/ed25519.h"
#include "sealane/ed25519.h"

/* [dom2] || head || message, to be hashed into the 64 bytes at out. */
sha512_job sealane_ed25519_hash_job(unsigned flags, const uint8_t *head, size_t head_len, const uint8_t *message,
                                    size_t message_len, uint8_t *out);

/* Points 1, 2, 3 and 5 of rule.h; for a prepared key 4 as well. */
int sealane_ed25519_accepts_bytes_vartime(const sealane_ed25519_item *item);

/* A, encoded, and -A where the key is prepared. */
ed25519_batch_key sealane_ed25519_key_of(const sealane_ed25519_item *item);

#endif
