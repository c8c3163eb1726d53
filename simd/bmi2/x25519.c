/* SPDX-License-Identifier: ISC */
/* X25519 of one item at a time, by mulx: sooner done than by lanes of which all but one or two are idle. */
#include "core/kernel/kernels.h"
#include "core/util/bytes.h"
#include "simd/impl/base_tables.h"
#include "simd/lanes/lanes64_one.h"

#include "simd/impl/field64.h"
#include "simd/impl/field_pow.h"
#include "simd/impl/wipe_stack.h"
#include "simd/impl/words.h"

#include "simd/impl/edwards.h"
#include "simd/impl/montgomery.h"

#include "simd/impl/edwards_base.h"
#include "simd/impl/x25519.h"

const x25519_ops sealane_x25519_bmi2 = {
    .lanes = GROUPS * LANES64,
    .mult = x25519_mult,
    .base = x25519_base,
};
