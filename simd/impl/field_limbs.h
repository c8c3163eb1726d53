/* SPDX-License-Identifier: ISC */
/*
 * What elements of the field have in common whatever their radix: FE_LIMBS limbs, given by the including field header, which
 * also states the ranges of the two types.
 */
#ifndef SEALANE_FIELD_LIMBS_H
#define SEALANE_FIELD_LIMBS_H

typedef struct {
    v64 l[FE_LIMBS];
} fe;

typedef struct {
    v64 l[FE_LIMBS];
} few;

INLINE fe fe_small(uint64_t x) {
    fe r;
    r.l[0] = v64_set1(x);
    UNROLL for (int i = 1; i < FE_LIMBS; i++) {
        r.l[i] = v64_zero();
    }
    return r;
}

/* The same number seen as wide. */
INLINE few fe_wide(fe a) {
    few r;
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        r.l[i] = a.l[i];
    }
    return r;
}

/* The sum's limbs must stay in the range of few. */
INLINE few few_add(few a, few b) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_add(a.l[i], b.l[i]);
    }
    return a;
}

/* a in the lanes of m, b in the others. */
INLINE fe fe_select(m64 m, fe a, fe b) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_select(m, a.l[i], b.l[i]);
    }
    return a;
}

#endif
