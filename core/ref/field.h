/* SPDX-License-Identifier: ISC */
/*
 * The field mod p = 2^255 - 19 in full words, in constant time: the portable curve kernels' arithmetic.
 *
 * A field is any 256-bit value and stands for its residue mod p. Sums and products are folded with 2^256 = 38 (mod p), which
 * keeps every result below 2^256 and nothing tighter; only encoding and the tests below bring a value under p. Any operand
 * may be the result as well.
 */
#ifndef SEALANE_REF_FIELD_H
#define SEALANE_REF_FIELD_H

#include "core/util/limb.h"

typedef struct {
    limb v[LIMBS_256];
} field;

#define FIELD_OF_64(x0, x1, x2, x3)                                                                                            \
    {                                                                                                                          \
        { LIMBS_OF_64(x0, x1, x2, x3) }                                                                                        \
    }

static const field field_zero = FIELD_OF_64(0, 0, 0, 0);
static const field field_one = FIELD_OF_64(1, 0, 0, 0);

/* r += 2^256 carry, carry <= 2^26. A carry out of the addition leaves less than 2^32 - 38, so the second one ends in limb 0. */
static inline void field_fold(field *r, limb carry) {
    const field more = {{carry * 38}};
    r->v[0] += limbs_add(r->v, r->v, more.v, LIMBS_256) * 38;
}

static inline void field_add(field *r, const field *a, const field *b) {
    field_fold(r, limbs_add(r->v, a->v, b->v, LIMBS_256));
}

/* A borrow has brought 2^256, 38 too much; where taking it away borrows again, at least 2^256 - 38 is left. */
static inline void field_sub(field *r, const field *a, const field *b) {
    const field less = {{limbs_sub(r->v, a->v, b->v, LIMBS_256) * 38}};
    r->v[0] -= limbs_sub(r->v, r->v, less.v, LIMBS_256) * 38;
}

static inline void field_neg(field *r, const field *a) {
    field_sub(r, &field_zero, a);
}

/* Out of line: nine of them in one function are more than the compilers' register allocation bears. */
void sealane_field_mul(field *r, const field *a, const field *b);
void sealane_field_sqr(field *r, const field *a);

/* small < 2^26 */
static inline void field_mul_small(field *r, const field *a, limb small) {
    limb carry = 0;
#pragma GCC unroll 8
    for (size_t i = 0; i < LIMBS_256; i++) {
        limb_pair acc = (limb_pair)a->v[i] * small + carry;
        r->v[i] = (limb)acc;
        carry = (limb)(acc >> LIMB_BITS);
    }
    field_fold(r, carry);
}

/* Exchanges a and b where swap is 1, not where it is 0. */
static inline void field_swap(field *a, field *b, limb swap) {
    limb mask = limb_barrier((limb)0 - swap);
#pragma GCC unroll 8
    for (size_t i = 0; i < LIMBS_256; i++) {
        limb diff = limb_barrier((a->v[i] ^ b->v[i]) & mask);
        a->v[i] ^= diff;
        b->v[i] ^= diff;
    }
}

/* r = a where choose is 1; r stays where it is 0. */
static inline void field_choose(field *r, const field *a, limb choose) {
    limb mask = limb_barrier((limb)0 - choose);
#pragma GCC unroll 8
    for (size_t i = 0; i < LIMBS_256; i++) {
        r->v[i] ^= (r->v[i] ^ a->v[i]) & mask;
    }
}

/* The low 255 bits; the highest is ignored, as RFC 7748 and RFC 8032 have it. Values of p and more are taken mod p. */
void sealane_field_load_255(field *r, const uint8_t bytes[32]);

/* The one encoding below p. */
void sealane_field_store(uint8_t bytes[32], const field *a);

/* r = 1/a, and 0 for 0. */
void sealane_field_invert(field *r, const field *a);

/* r = a^((p - 5) / 8) = a^(2^252 - 3): what a square root is made with. */
void sealane_field_pow_252_3(field *r, const field *a);

/* 1 if a is 0 mod p, else 0. */
int sealane_field_is_zero(const field *a);

/* The lowest bit of the encoding: the sign in RFC 8032. */
int sealane_field_is_odd(const field *a);

#endif
