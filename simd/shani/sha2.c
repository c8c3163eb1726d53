/* SPDX-License-Identifier: ISC */
/* SHA-256 by the SHA extensions. */
#include "core/kernel/kernels.h"
#include "simd/impl/sha256_ni.h"

/* Two streams are enough for the CPU; more of them in a call spare calls. */
const sha256_ops sealane_sha256_shani = {.lanes = 8, .compress = sha256_ni};
