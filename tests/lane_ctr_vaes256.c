/* SPDX-License-Identifier: ISC */
#include "simd/lanes/blocks_vaes256.h"

#define BULK 6U

#include "tests/lane_ctr_impl.h"

const lane_ctr lane_ctr_vaes256 = {"vaes256", CPU_AVX2 | CPU_BMI2 | CPU_AESNI | CPU_PCLMUL | CPU_VAES | CPU_VPCLMUL, ctr,
                                   ctr_bulk, BULK *WIDTH};
