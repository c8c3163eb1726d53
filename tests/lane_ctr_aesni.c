/* SPDX-License-Identifier: ISC */
#include "simd/lanes/blocks_aesni.h"

#define BULK 6U

#include "tests/lane_ctr_impl.h"

const lane_ctr lane_ctr_aesni = {"aesni", CPU_SSSE3 | CPU_SSE41 | CPU_AESNI | CPU_PCLMUL, ctr, ctr_bulk, BULK *WIDTH};
