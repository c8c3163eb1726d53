/* SPDX-License-Identifier: ISC */
#include "simd/lanes/lanes_avx512.h"

#define SHA2 256
#define FEWEST 2
#include "simd/impl/sha2.h"

#define SHA2 512
#define FEWEST 2
#include "simd/impl/sha2.h"

const sha256_ops sealane_sha256_avx512f = {.lanes = LANES32, .compress = sha256_compress};
const sha512_ops sealane_sha512_avx512f = {.lanes = LANES64, .compress = sha512_compress};
