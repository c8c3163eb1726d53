/* SPDX-License-Identifier: ISC */
#ifndef SEALANE_HASH_BLAKE2B_H
#define SEALANE_HASH_BLAKE2B_H

#include <stddef.h>
#include <stdint.h>

/* out = BLAKE2b of in, unkeyed (RFC 7693), 1 <= out_len <= 64. in_len is public. out may overlap in. */
void sealane_blake2b(uint8_t *out, size_t out_len, const uint8_t *in, size_t in_len);

#endif
