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

#include "simd/impl/quad.h"

#include "simd/impl/edwards_base_few.h"

#include "simd/impl/ed25519_quad.h"

static const ed25519_batch_ops batch = {
    .least = 128,
    .scratch_bytes = batch_scratch_bytes,
    .start = batch_start,
    .add = batch_add,
    .holds = batch_holds,
};

/* So few are sooner done one by one than in a lane each, unless they have combs. */
static void verify(int cofactored, const ed25519_check checks[], size_t n, uint8_t good[]) {
    if (n <= QUADS && (checks[0].comb == NULL || checks[n - 1].comb == NULL)) {
        ed25519_verify_few(cofactored, checks, n, good);
    } else {
        ed25519_verify(cofactored, checks, n, good);
    }
}

static void mult_base(const uint8_t *const scalar[], uint8_t *const out[], size_t n) {
    if (n <= BASE_FEW) {
        ed25519_mult_base_few(scalar, out, n);
    } else {
        ed25519_mult_base(scalar, out, n);
    }
}

const ed25519_ops sealane_ed25519_avx512 = {
    .lanes = GROUPS * LANES64,
    .verify = verify,
    .mult_base = mult_base,
    .prepare = ed25519_prepare,
    .keys = LANES64,
    .prepared_by = 2 * LANES64 + 1,
    .batch = &batch,
};
