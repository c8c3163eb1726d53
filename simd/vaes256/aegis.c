/* SPDX-License-Identifier: ISC */
#include "simd/lanes/blocks_vaes256.h"

#define GROUPS(v) ((v) == AEGIS_128L ? 1U : 2U)
#define AT_ONCE 1U
#define LANES_BYTES_MAX 16384U

#include "simd/impl/aegis.h"

AEGIS_OPS(aegis128l_vaes256, AEGIS_128L);
AEGIS_OPS(aegis256_vaes256, AEGIS_256);
