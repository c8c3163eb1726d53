/* SPDX-License-Identifier: ISC */
/* X25519 in eight lanes of AVX-512 IFMA. */
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
#include "simd/impl/montgomery.h"

#include "simd/impl/edwards_base.h"
#include "simd/impl/x25519.h"

#include "simd/impl/quad.h"

#include "simd/impl/edwards_base_few.h"

#include "simd/impl/x25519_quad.h"

static void mult(const sealane_x25519_item items[], size_t n, uint8_t good[]) {
    if (n <= QUADS) {
        x25519_mult_few(items, n, good);
    } else {
        x25519_mult(items, n, good);
    }
}

static void base(const sealane_x25519_base_item items[], size_t n) {
    if (n <= BASE_FEW) {
        x25519_base_few(items, n);
    } else {
        x25519_base(items, n);
    }
}

const x25519_ops sealane_x25519_avx512 = {
    .lanes = GROUPS * LANES64,
    .mult = mult,
    .base = base,
};
