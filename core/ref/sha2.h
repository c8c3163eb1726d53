/* SPDX-License-Identifier: ISC */
/* The round constants of SHA-256 and SHA-512 (FIPS 180-4, section 4.2), for kernels of every ISA. */
#ifndef SEALANE_REF_SHA2_H
#define SEALANE_REF_SHA2_H

#include <stdint.h>

extern const uint32_t sealane_sha256_k[64];
extern const uint64_t sealane_sha512_k[80];

#endif
