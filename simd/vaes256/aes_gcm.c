/* SPDX-License-Identifier: ISC */
#include "simd/lanes/blocks_vaes256.h"

#define BULK 6U
#define BULK_IN_ORDER 1
#define SETS 2U
#define IN_TURN 1
#define TWO_CHUNKS 1
#define QUADS_FROM 1U
#define LONG_BYTES_MIN 1024U
#define LANES_BYTES_MAX 16384U

#include "simd/impl/aes_gcm.h"

AES_GCM_OPS(aes128_gcm_vaes256, ROUNDS_128);
AES_GCM_OPS(aes256_gcm_vaes256, ROUNDS_256);
