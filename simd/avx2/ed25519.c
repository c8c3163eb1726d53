/* SPDX-License-Identifier: ISC */
/* Ed25519 in four lanes of AVX2. */
#include "core/kernel/kernels.h"
#include "core/util/bytes.h"
#include "core/util/wipe.h"
#include "simd/impl/base_tables.h"
#include "simd/lanes/lanes64_avx2.h"

#include "simd/impl/field25.h"
#include "simd/impl/field_pow.h"
#include "simd/impl/wipe_stack.h"
#include "simd/impl/words.h"

#include "simd/impl/edwards.h"
#include "simd/impl/edwards_base.h"

#include "simd/impl/ed25519.h"

const ed25519_ops sealane_ed25519_avx2 = {
    .lanes = GROUPS * LANES64,
    .verify = ed25519_verify,
    .mult_base = ed25519_mult_base,
    .decode_neg = ed25519_decode_neg,
};
