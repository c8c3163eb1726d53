/* SPDX-License-Identifier: ISC */
/* SHA-256 in sixteen lanes of AVX-512, few streams by the SHA extensions, which CPUs with all of this tier have. */
#include "core/kernel/kernels.h"
#include "simd/impl/sha256_ni.h"
#include "simd/lanes/lanes64_avx512.h"

#define SHA2 256
#define PAIRS 1
#define STREAMS 32
#define FEWEST 9
#define FEW sha256_ni
#include "simd/impl/sha2.h"

const sha256_ops sealane_sha256_avx512 = {.lanes = 32, .compress = sha256_compress};
