/* SPDX-License-Identifier: ISC */
/* Ed25519 of one item at a time, by mulx: sooner done than by lanes of which all but one or two are idle. */
#include "core/kernel/kernels.h"
#include "core/util/bytes.h"
#include "simd/impl/base_tables.h"
#include "simd/lanes/lanes64_one.h"

#include "simd/impl/field64.h"
#include "simd/impl/field_pow.h"
#include "simd/impl/wipe_stack.h"
#include "simd/impl/words.h"

#include "simd/impl/edwards.h"
#include "simd/impl/edwards_base.h"

#include "simd/impl/ed25519.h"

const ed25519_ops sealane_ed25519_bmi2 = {
    .lanes = GROUPS * LANES64,
    .verify = ed25519_verify,
    .mult_base = ed25519_mult_base,
    .prepare = ed25519_prepare,
    .keys = LANES64,
    .prepared_by = 2 * LANES64 + 1,
};
