/* SPDX-License-Identifier: ISC */
#include "core/dispatch/cpu.h"
#include "simd/lanes/lanes64_one.h"
#include "tests/support/lane_field.h"

#include "simd/impl/field64.h"

#include "simd/impl/field_pow.h"

#include "tests/lane_field_impl.h"

#define ANY LANE_BOUNDS(UINT64_MAX, UINT64_MAX)

const lane_field lane_field_bmi2 = {
    .isa = "bmi2",
    .features = CPU_BMI2,
    .weight = {0, 64, 128, 192},
    .operand_max = ANY,
    .carried_max = ANY,
    .product_max = ANY,
    .sum_max = ANY,
    .sums_fold = 1,
    .bias_max = 0,
    LANE_FIELD_OPS,
};
