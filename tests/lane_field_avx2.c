/* SPDX-License-Identifier: ISC */
#include "core/dispatch/cpu.h"
#include "simd/lanes/lanes64_avx2.h"
#include "tests/support/lane_field.h"

#include "simd/impl/field25.h"

#include "simd/impl/field_pow.h"

#include "tests/lane_field_impl.h"

const lane_field lane_field_avx2 = {
    .isa = "avx2",
    .features = CPU_AVX2 | CPU_BMI2,
    .weight = {0, 26, 51, 77, 102, 128, 153, 179, 204, 230},
    .operand_max = LANE_BOUNDS((1U << 27) - 1, (1U << 26) - 1),
    .carried_max = LANE_BOUNDS((1U << 26) - 1, (1U << 25) + (1U << 18)),
    .product_max = LANE_BOUNDS((UINT64_C(1) << 61) - 1, (UINT64_C(1) << 61) - 1),
    .sum_max = LANE_BOUNDS(UINT64_MAX - (UINT64_C(1) << 40), UINT64_MAX - (UINT64_C(1) << 40)),
    .bias_max = UINT64_C(1) << 63,
    LANE_FIELD_OPS,
};
