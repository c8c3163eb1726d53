/* SPDX-License-Identifier: ISC */
#include "simd/lanes/lanes_avx512.h"

#include "simd/impl/poly1305_26.h"

#define SETS 2U
#define SETS_TOGETHER 2U
#define QUARTERS 4U
#define MAC_BESIDE 0
#define LANES_BYTES_MAX 8192U
#define TILE_BLOCKS_MAX 24U
#define LEAST_STACK_BYTES 3328U
#define SHORT_STACK_BYTES 4736U
#define LONG_STACK_BYTES 16384U

#include "simd/impl/chacha20_poly1305.h"

AEAD_OPS(chacha20_poly1305_avx512f, SUITE_CHACHA20);
AEAD_OPS(xchacha20_poly1305_avx512f, SUITE_XCHACHA20);
AEAD_OPS(xsalsa20_poly1305_avx512f, SUITE_XSALSA20);
AEAD_OPS(xchacha20_poly1305_secretbox_avx512f, SUITE_XCHACHA20_SECRETBOX);
