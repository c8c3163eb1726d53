/* SPDX-License-Identifier: ISC */
#include "simd/lanes/blocks_vaes512.h"

#define GROUPS(v) 2U
#define AT_ONCE 2U
#define LANES_BYTES_MAX 16384U

#include "simd/impl/aegis.h"

AEGIS_OPS(aegis128l_avx512, AEGIS_128L);
AEGIS_OPS(aegis256_avx512, AEGIS_256);
