/* SPDX-License-Identifier: ISC */
#pragma GCC diagnostic ignored "-Wunused-function" /* of the kernel's headers only a part is used */
#include "core/dispatch/cpu.h"
#include "core/kernel/ed25519.h"
#include "simd/lanes/lanes64_avx2.h"
#include "tests/support/lane_subgroup.h"

#include "simd/impl/field25.h"

#include "tests/lane_subgroup_impl.h"

const lane_subgroup lane_subgroup_avx2 = {
    .isa = "avx2",
    .features = CPU_AVX2 | CPU_BMI2,
    .test = lane_subgroup_test,
};
