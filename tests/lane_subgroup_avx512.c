/* SPDX-License-Identifier: ISC */
#pragma GCC diagnostic ignored "-Wunused-function" /* of the kernel's headers only a part is used */
#include "core/dispatch/cpu.h"
#include "core/kernel/ed25519.h"
#include "simd/lanes/lanes64_avx512.h"
#include "tests/support/lane_subgroup.h"

#include "simd/impl/field51.h"

#include "tests/lane_subgroup_impl.h"

const lane_subgroup lane_subgroup_avx512 = {
    .isa = "avx512",
    .features = CPU_AVX512F | CPU_AVX512BW | CPU_AVX512DQ | CPU_AVX512VL | CPU_AVX512IFMA,
    .test = lane_subgroup_test,
};
