/* SPDX-License-Identifier: ISC */
/* SHA-2 in sixteen and in eight lanes of AVX-512. */
#include "core/kernel/kernels.h"
#include "simd/lanes/lanes64_avx512.h"

#define SHA2 256
#include "simd/impl/sha2_one.h"

#define SHA2 256
#define PAIRS 1
#define STREAMS 32
#define FEWEST 2
#define FEW sha256_one
#include "simd/impl/sha2.h"

#define SHA2 512
#include "simd/impl/sha2_one.h"

#define SHA2 512
#define PAIRS 1
#define STREAMS 16
#define FEWEST 2
#define FEW sha512_one
#include "simd/impl/sha2.h"

const sha256_ops sealane_sha256_avx512f = {.lanes = 32, .compress = sha256_compress};
const sha512_ops sealane_sha512_avx512f = {.lanes = 16, .compress = sha512_compress};
