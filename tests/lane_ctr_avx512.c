/* SPDX-License-Identifier: ISC */
#include "simd/lanes/blocks_vaes512.h"

#define BULK 8U

#include "tests/lane_ctr_impl.h"

const lane_ctr lane_ctr_avx512 = {"avx512",
                                  CPU_AVX512F | CPU_AVX512BW | CPU_AVX512DQ | CPU_AVX512VL | CPU_VAES | CPU_VPCLMUL |
                                      CPU_AVX512IFMA | CPU_AVX512VBMI,
                                  ctr, ctr_bulk, BULK *WIDTH};
