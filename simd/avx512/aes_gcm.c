/* SPDX-License-Identifier: ISC */
#include "simd/lanes/blocks_vaes512.h"

#define BULK 8U
#define BULK_IN_ORDER 1
#define SETS 2U
#define IN_TURN 0
#define TWO_CHUNKS 0
#define QUADS_FROM 3U
#define LONG_BYTES_MIN 1024U
#define LANES_BYTES_MAX 16384U

#include "simd/impl/aes_gcm.h"

AES_GCM_OPS(aes128_gcm_avx512, ROUNDS_128);
AES_GCM_OPS(aes256_gcm_avx512, ROUNDS_256);
