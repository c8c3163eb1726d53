/* SPDX-License-Identifier: ISC */
/* Ed25519 in eight lanes of AVX-512 IFMA. */
#include "core/kernel/kernels.h"
#include "core/util/bytes.h"
#include "core/util/wipe.h"
#include "simd/impl/base_tables.h"
#include "simd/lanes/lanes64_avx512.h"

#include "simd/impl/field51.h"
#include "simd/impl/field_pow.h"
#include "simd/impl/wipe_stack.h"
#include "simd/impl/words.h"

#include "simd/impl/edwards.h"
#include "simd/impl/edwards_base.h"

#include "simd/impl/ed25519.h"

#include "simd/impl/edwards_multi.h"
#include "simd/impl/subgroup.h"

#include "simd/impl/ed25519_batch.h"

static const ed25519_batch_ops batch = {
    .least = 128,
    .scratch_bytes = batch_scratch_bytes,
    .start = batch_start,
    .add = batch_add,
    .holds = batch_holds,
};

const ed25519_ops sealane_ed25519_avx512 = {
    .lanes = GROUPS * LANES64,
    .verify = ed25519_verify,
    .mult_base = ed25519_mult_base,
    .prepare = ed25519_prepare,
    .keys = LANES64,
    .prepared_by = 2 * LANES64 + 1,
    .batch = &batch,
};
