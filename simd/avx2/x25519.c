/* SPDX-License-Identifier: ISC */
/* X25519 in four lanes of AVX2. */
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
#include "simd/impl/montgomery.h"

#include "simd/impl/edwards_base.h"
#include "simd/impl/x25519.h"

/* One or two items are sooner done by mulx than by four lanes of 32-bit multiplications. */
static void mult(const sealane_x25519_item items[], size_t n, uint8_t good[]) {
    if (n <= 2) {
        sealane_x25519_bmi2.mult(items, n, good);
    } else {
        x25519_mult(items, n, good);
    }
}

static void base(const sealane_x25519_base_item items[], size_t n) {
    if (n <= 2) {
        sealane_x25519_bmi2.base(items, n);
    } else {
        x25519_base(items, n);
    }
}

const x25519_ops sealane_x25519_avx2 = {
    .lanes = GROUPS * LANES64,
    .mult = mult,
    .base = base,
};
