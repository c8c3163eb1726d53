/* SPDX-License-Identifier: ISC */
/*
 * The group of edwards25519, -x^2 + y^2 = 1 + d x^2 y^2, in extended coordinates: x = X/Z, y = Y/Z, T = XY/Z.
 *
 * Addition is complete: right for all points, equal, opposite and of small order included.
 */
#ifndef SEALANE_REF_GROUP_H
#define SEALANE_REF_GROUP_H

#include "core/ref/field.h"

typedef struct {
    field X, Y, Z, T;
} group_point;

/* r = scalar B, scalar < 2^255 little endian. Constant time. */
void sealane_group_mult_base(group_point *r, const uint8_t scalar[32]);

/* r = h A + S B; h, S < 2^253 little endian. T of r is not set. */
void sealane_group_mult_add_base_vartime(group_point *r, const uint8_t h[32], const group_point *A, const uint8_t S[32]);

/* rows[u] is the affine point (2^204 + 2^(51 t) for each bit t of u that is set, - 2^(51 t) for each that is not) p, as y + x,
   y - x, 2dxy. */
void sealane_group_comb_vartime(uint8_t rows[16][96], const group_point *p);

/* The encoding of RFC 8032, section 5.1.2. */
void sealane_group_encode(uint8_t bytes[32], const group_point *p);

/* Returns 1, or 0 where no point of the curve has this y. y is taken mod p; where x = 0 the sign does not matter. */
int sealane_group_decode_vartime(group_point *r, const uint8_t bytes[32]);

/* r = -p */
void sealane_group_neg(group_point *r, const group_point *p);

/* 1 if 8 (p - q) is the neutral element, else 0. p has all its coordinates; T of q is not read. */
int sealane_group_equal_cofactored_vartime(const group_point *p, const group_point *q);

#endif
