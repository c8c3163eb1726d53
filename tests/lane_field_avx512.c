/* SPDX-License-Identifier: ISC */
#include "core/dispatch/cpu.h"
#include "simd/lanes/lanes64_avx512.h"
#include "tests/support/lane_field.h"

#include "simd/impl/field51.h"

#include "simd/impl/field_pow.h"

#include "tests/lane_field_impl.h"

static void lane_mul_soon(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    write_few(r, fe_mul_soon(read_fe(a), read_fe(b)));
}

static void lane_neg_wide(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    (void)b;
    write_few(r, few_neg_in(m64_not(m64_zero()), read_few(a)));
}

const lane_field lane_field_avx512 = {
    .isa = "avx512",
    .features = CPU_AVX512F | CPU_AVX512BW | CPU_AVX512DQ | CPU_AVX512VL | CPU_AVX512IFMA,
    .weight = {0, 51, 102, 153, 204},
    .operand_max = LANE_BOUNDS((UINT64_C(1) << 52) - 1, (UINT64_C(1) << 52) - 1),
    .carried_max = LANE_BOUNDS((UINT64_C(1) << 51) - 1 + 19 * 4095, (UINT64_C(1) << 51) - 1 + 19 * 4095),
    .product_max = LANE_BOUNDS(UINT64_C(267) << 52, UINT64_C(267) << 52),
    .sum_max = LANE_BOUNDS((UINT64_C(1) << 63) - 1, (UINT64_C(1) << 63) - 1),
    .bias_max = UINT64_C(1) << 61,
    .mul_soon = lane_mul_soon,
    .neg_wide = lane_neg_wide,
    LANE_FIELD_OPS,
};
