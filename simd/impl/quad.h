/* SPDX-License-Identifier: ISC */
/*
 * Four elements of one item in neighbouring lanes, a quad, over a field header and lanes in eights: two quads a vector. Lanes
 * are named 0 … 3 within a quad; what is said of one holds for both.
 */
#ifndef SEALANE_IMPL_QUAD_H
#define SEALANE_IMPL_QUAD_H

#define QUADS (LANES64 / 4)

/* The lanes of a quad that are 1 in b0, b1, b2, b3. */
#define QUAD_LANES(b0, b1, b2, b3) ((m64)(((b0) | (b1) << 1 | (b2) << 2 | (b3) << 3) * 0x11))

/* Lane j of the result is lane ij of a. */
#define quad_permute(r, a, i0, i1, i2, i3)                                                                                     \
    UNROLL for (int limb_ = 0; limb_ < FE_LIMBS; limb_++) {                                                                    \
        (r)->l[limb_] = v64_permute4((a)->l[limb_], i0, i1, i2, i3);                                                           \
    }

/* The lanes' numbers in index. */
INLINE fe quad_permute_by(v64 index, fe a) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_permute(a.l[i], index);
    }
    return a;
}

/* a + b in the lanes of m, a in the others. */
INLINE few quad_add_in(m64 m, few a, few b) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_add_in(m, a.l[i], a.l[i], b.l[i]);
    }
    return a;
}

/* a + b in the lanes of plus, a - b + 2^10 p in those of minus, a in the others; b in W, the sum in few. */
INLINE few quad_add_sub(few a, m64 plus, m64 minus, few b) {
    return quad_add_in(m64_or(plus, minus), a, few_neg_in(minus, b));
}

INLINE few few_select(m64 m, few a, few b) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_select(m, a.l[i], b.l[i]);
    }
    return a;
}

#endif
