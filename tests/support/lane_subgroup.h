/* SPDX-License-Identifier: ISC */
/* The kernels' test for the prime-order subgroup, by itself: an instantiation of simd/impl/subgroup.h for each ISA. */
#ifndef SEALANE_TESTS_SUPPORT_LANE_SUBGROUP_H
#define SEALANE_TESTS_SUPPORT_LANE_SUBGROUP_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *isa;
    uint32_t features;
    /* member[i] = 1 where point[i], encoded and on the curve, is in the subgroup. It is given as (scale x : scale y : scale :
       scale x y); scale[i], 32 bytes, is not 0 mod p. */
    void (*test)(uint8_t member[], const uint8_t (*point)[32], const uint8_t (*scale)[32], size_t n);
} lane_subgroup;

extern const lane_subgroup lane_subgroup_avx2;
extern const lane_subgroup lane_subgroup_avx512;

#endif
