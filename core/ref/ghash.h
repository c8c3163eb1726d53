/* SPDX-License-Identifier: ISC */
/* GHASH (NIST SP 800-38D, 6.4) by integer multiplication, constant time where that is. */
#ifndef SEALANE_REF_GHASH_H
#define SEALANE_REF_GHASH_H

#include <stddef.h>
#include <stdint.h>

#include "core/kernel/aes_gcm.h"

/* The factor, H / x, and the sum, as 64-bit words of the integers that core/kernel/aes_gcm.h describes, low word first. */
typedef struct {
    uint64_t h[2], y[2];
} ghash;

/* power[i - 1] = H^i / x, n of them, for a hash key H of 16 bytes. */
void sealane_ghash_powers(uint8_t power[][AES_BLOCK_BYTES], size_t n, const uint8_t hash_key[AES_BLOCK_BYTES]);

/* first_power: H / x. */
void sealane_ghash_init(ghash *g, const uint8_t first_power[AES_BLOCK_BYTES]);

/* Takes in n bytes, and zeroes to a whole block. */
void sealane_ghash_update(ghash *g, const uint8_t *in, size_t n);

/* Writes the hash, and wipes g. */
void sealane_ghash_finish(ghash *g, uint8_t out[AES_BLOCK_BYTES]);

#endif
