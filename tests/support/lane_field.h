/* SPDX-License-Identifier: ISC */
/* The field of a kernel in lanes, as the tests see it: operations on limbs in memory. */
#ifndef SEALANE_TESTS_SUPPORT_LANE_FIELD_H
#define SEALANE_TESTS_SUPPORT_LANE_FIELD_H

#include <stdint.h>

enum { LANE_FIELD_LIMBS_MAX = 10, LANE_FIELD_LANES_MAX = 8, LANE_FIELD_SMALL = 121665 };

/* limb[i][lane] */
typedef struct {
    _Alignas(64) uint64_t limb[LANE_FIELD_LIMBS_MAX][LANE_FIELD_LANES_MAX];
} lane_vector;

/* A bound of every limb. */
typedef struct {
    uint64_t limb[LANE_FIELD_LIMBS_MAX];
} lane_bounds;

/* Bounds of even and odd limbs. */
#define LANE_BOUNDS(even, odd)                                                                                                 \
    {                                                                                                                          \
        { even, odd, even, odd, even, odd, even, odd, even, odd }                                                              \
    }

typedef void lane_op(lane_vector *r, const lane_vector *a, const lane_vector *b);

typedef struct {
    const char *isa;
    uint32_t features;
    unsigned limbs, lanes;
    unsigned weight[LANE_FIELD_LIMBS_MAX]; /* limb i counts 2^weight[i] */
    /* The largest limb of an operand of a product, of a carried sum, of a product, and of any sum. */
    lane_bounds operand_max, carried_max, product_max, sum_max;
    int sums_fold;        /* a sum of any operands is right; else their halves are, whose limbs do not overflow */
    uint64_t bias_max;    /* a difference a - b adds no more than this to the limbs of a */
    lane_op *mul;         /* a b of operands: a product */
    lane_op *mul_soon;    /* as mul; NULL where the field has none */
    lane_op *neg_wide;    /* -a of a product: a sum; NULL where the field has none */
    lane_op *sq;          /* a^2 of an operand: a product */
    lane_op *add;         /* a + b of sums: a sum */
    lane_op *sub;         /* a - b of a sum and a product: a sum */
    lane_op *add_small;   /* a + LANE_FIELD_SMALL b of a product and an operand: a sum */
    lane_op *neg;         /* -a of what was carried: an operand */
    lane_op *carry;       /* a, of a sum: carried */
    lane_op *canonical;   /* a of an operand, < p, as words in limbs 0 to 3 */
    lane_op *load;        /* the operand of the words in limbs 0 to 3, of which bit 255 is ignored */
    lane_op *is_zero;     /* 1 in limb 0 where a = 0 mod p */
    lane_op *invert;      /* 1 / a, or 0: an operand, from an operand */
    lane_op *pow_2_252_3; /* a^(2^252 - 3) of operands */
} lane_field;

extern const lane_field lane_field_bmi2;
extern const lane_field lane_field_avx2;
extern const lane_field lane_field_avx512;

#endif
