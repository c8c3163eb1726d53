/* SPDX-License-Identifier: ISC */
/*
 * The field of 2^255 - 19 in radix 2^51, one element a lane, over the verbs of a lanes64 header with 52-bit multiply-adds.
 *
 * Two types keep the ranges apart. Every limb of
 *
 *   fe    is < 2^52: an operand of a multiplication, which reads 52 bits of a limb;
 *   few   (wide) is < 2^63: what a multiplication or a sum yields. A product's limbs are < 2^60.1, which comments call W.
 *
 * A sum or difference of fe or few is few; fe_carry makes it an operand again. Neither type is canonical.
 */
#ifndef SEALANE_FIELD51_H
#define SEALANE_FIELD51_H

#define FE_LIMBS 5
#define FE_PACKED 5 /* words of a lane that hold an element in memory */
#define FE_MASK51 ((UINT64_C(1) << 51) - 1)

#include "simd/impl/field_limbs.h"

/* a - b + 2^10 p for b in W. Adds < 2^61 to the limbs of a. */
INLINE few few_sub(few a, few b) {
    const v64 bias0 = v64_set1((FE_MASK51 - 18) << 10);
    const v64 bias = v64_set1(FE_MASK51 << 10);
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_sub(v64_add(a.l[i], i == 0 ? bias0 : bias), b.l[i]);
    }
    return a;
}

/* -b + 2^10 p in the lanes of m, b in the others, for b in W. */
INLINE few few_neg_in(m64 m, few b) {
    const v64 bias0 = v64_set1((FE_MASK51 - 18) << 10);
    const v64 bias = v64_set1(FE_MASK51 << 10);
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        b.l[i] = v64_sub_in(m, b.l[i], i == 0 ? bias0 : bias, b.l[i]);
    }
    return b;
}

/* One parallel carry: a carry is < 2^12, so that limb 0 is < 2^51 + 19 * 2^12 and the others are < 2^51 + 2^12. */
INLINE fe fe_carry(few a) {
    const v64 mask = v64_set1(FE_MASK51);
    fe r;
    r.l[0] = v64_madd52lo(v64_and(a.l[0], mask), v64_shr(a.l[4], 51), v64_set1(19));
    UNROLL for (int i = 1; i < FE_LIMBS; i++) {
        r.l[i] = v64_add(v64_and(a.l[i], mask), v64_shr(a.l[i - 1], 51));
    }
    return r;
}

/*
 * A product's column k takes the low 52 bits of each a[i] b[j] with i + j = k, and twice the high 52 bits of those with
 * i + j = k - 1, as bit 52 of a product weighs 2 in the next column. Column k + 5 weighs 19 times column k. Each half is
 * < 2^52. Columns k and k + 5 together hold five of each; column 0 has one low half, and so 1 + 19 (4 + 2 * 5) = 267 times
 * 2^52 < 2^60.1 bounds it after folding. The others are less.
 */
INLINE few fe_mul(fe a, fe b) {
    v64 c[10];
    UNROLL for (int k = 0; k < 10; k++) {
        c[k] = v64_zero();
    }
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        UNROLL for (int j = 0; j < FE_LIMBS; j++) {
            c[i + j + 1] = v64_madd52hi(c[i + j + 1], a.l[i], b.l[j]);
        }
    }
    UNROLL for (int k = 1; k < 10; k++) {
        c[k] = v64_add(c[k], c[k]);
    }
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        UNROLL for (int j = 0; j < FE_LIMBS; j++) {
            c[i + j] = v64_madd52lo(c[i + j], a.l[i], b.l[j]);
        }
    }
    few r;
    UNROLL for (int k = 0; k < FE_LIMBS; k++) {
        r.l[k] = v64_add(c[k], v64_mul(c[k + 5], v64_set1(19)));
    }
    return r;
}

/* The same number, limb by limb, sooner where nothing else is to do meanwhile: halves are summed apart, in shorter chains, for
   nine additions more. */
INLINE few fe_mul_soon(fe a, fe b) {
    v64 low[9], high[9];
    UNROLL for (int k = 0; k < 9; k++) {
        low[k] = high[k] = v64_zero();
    }
    UNROLL for (int j = 0; j < FE_LIMBS; j++) {
        UNROLL for (int i = 0; i < FE_LIMBS; i++) {
            high[i + j] = v64_madd52hi(high[i + j], a.l[i], b.l[j]);
            low[i + j] = v64_madd52lo(low[i + j], a.l[i], b.l[j]);
        }
    }
    few r;
    UNROLL for (int k = 0; k < FE_LIMBS; k++) {
        const v64 above = v64_add(high[k + 4], high[k + 4]);
        const v64 folded = v64_mul(k < 4 ? v64_add(low[k + 5], above) : above, v64_set1(19));
        r.l[k] = v64_add(k > 0 ? v64_add(low[k], v64_add(high[k - 1], high[k - 1])) : low[k], folded);
    }
    return r;
}

/*
 * a a, in the columns of fe_mul(a, a). The products with i < j count twice: their high halves, in h, four times in all, their
 * low halves, in l, twice, as do the high halves of squares; the low halves of squares count once.
 */
INLINE few fe_sq(fe a) {
    const v64 zero = v64_zero(), n19 = v64_set1(19), n38 = v64_set1(38);
    const v64 *const f = a.l;
    const v64 h9 = v64_madd52hi(zero, f[4], f[4]);
    const v64 h8 = v64_madd52hi(zero, f[3], f[4]);
    const v64 h7 = v64_madd52hi(zero, f[2], f[4]);
    const v64 h6 = v64_madd52hi(v64_madd52hi(zero, f[1], f[4]), f[2], f[3]);
    const v64 h5 = v64_madd52hi(v64_madd52hi(zero, f[0], f[4]), f[1], f[3]);
    const v64 h4 = v64_madd52hi(v64_madd52hi(zero, f[0], f[3]), f[1], f[2]);
    const v64 h3 = v64_madd52hi(zero, f[0], f[2]);
    const v64 h2 = v64_madd52hi(zero, f[0], f[1]);
    const v64 l7 = v64_madd52hi(v64_madd52lo(zero, f[3], f[4]), f[3], f[3]);
    const v64 l6 = v64_madd52lo(zero, f[2], f[4]);
    const v64 l5 = v64_madd52hi(v64_madd52lo(v64_madd52lo(zero, f[1], f[4]), f[2], f[3]), f[2], f[2]);
    const v64 l4 = v64_madd52lo(v64_madd52lo(zero, f[0], f[4]), f[1], f[3]);
    const v64 l3 = v64_madd52hi(v64_madd52lo(v64_madd52lo(zero, f[0], f[3]), f[1], f[2]), f[1], f[1]);
    const v64 l2 = v64_madd52lo(zero, f[0], f[2]);
    const v64 l1 = v64_madd52hi(v64_madd52lo(zero, f[0], f[1]), f[0], f[0]);
    /* Columns 9 to 5, times 19. */
    const v64 c9 = v64_mul(h9, n38);
    const v64 c8 = v64_mul(v64_madd52lo(v64_shl(h8, 2), f[4], f[4]), n19);
    const v64 c7 = v64_mul(v64_add(v64_add(h7, h7), l7), n38);
    const v64 s6 = v64_add(v64_add(h6, h6), l6);
    const v64 c6 = v64_mul(v64_madd52lo(v64_add(s6, s6), f[3], f[3]), n19);
    const v64 c5 = v64_mul(v64_add(v64_add(h5, h5), l5), n38);
    const v64 s4 = v64_add(v64_add(h4, h4), l4), s3 = v64_add(v64_add(h3, h3), l3), s2 = v64_add(v64_add(h2, h2), l2);
    return (few){{
        v64_madd52lo(c5, f[0], f[0]),
        v64_add(c6, v64_add(l1, l1)),
        v64_madd52lo(v64_add(c7, v64_add(s2, s2)), f[1], f[1]),
        v64_add(c8, v64_add(s3, s3)),
        v64_madd52lo(v64_add(c9, v64_add(s4, s4)), f[2], f[2]),
    }};
}

/* a + k b for a in W, k < 2^20. The high half of the top column is < 2^20 and folds by 2 * 19. */
INLINE few few_add_mul_small(few a, fe b, uint32_t k) {
    const v64 zero = v64_zero();
    const v64 kk = v64_set1(k);
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_madd52lo(a.l[i], b.l[i], kk);
    }
    UNROLL for (int i = 0; i < FE_LIMBS - 1; i++) {
        const v64 hi = v64_madd52hi(zero, b.l[i], kk);
        a.l[i + 1] = v64_add(a.l[i + 1], v64_add(hi, hi));
    }
    a.l[0] = v64_madd52lo(a.l[0], v64_madd52hi(zero, b.l[4], kk), v64_set1(38));
    return a;
}

/* -a for limbs of a <= 2^52 - 38, as a canonical one's or a carried one's are. */
INLINE fe fe_neg(fe a) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_sub(v64_set1(i == 0 ? 2 * (FE_MASK51 - 18) : 2 * FE_MASK51), a.l[i]);
    }
    return a;
}

/* Reads numbers of 255 bits, 64-bit words w[0] … w[3] of a lane; bit 255 is ignored. */
INLINE fe fe_from_words(const v64 w[4]) {
    const v64 mask = v64_set1(FE_MASK51);
    fe r;
    r.l[0] = v64_and(w[0], mask);
    r.l[1] = v64_and(v64_or(v64_shr(w[0], 51), v64_shl(w[1], 13)), mask);
    r.l[2] = v64_and(v64_or(v64_shr(w[1], 38), v64_shl(w[2], 26)), mask);
    r.l[3] = v64_and(v64_or(v64_shr(w[2], 25), v64_shl(w[3], 39)), mask);
    r.l[4] = v64_and(v64_shr(w[3], 12), mask);
    return r;
}

/* The canonical value, < p, as words. */
INLINE void fe_to_words(v64 w[4], fe a) {
    const v64 mask = v64_set1(FE_MASK51);
    /* One carry in sequence leaves limbs < 2^51, but for limb 0 < 2^51 + 2 * 19, and so a value < 2p. */
    UNROLL for (int i = 0; i < FE_LIMBS - 1; i++) {
        a.l[i + 1] = v64_add(a.l[i + 1], v64_shr(a.l[i], 51));
        a.l[i] = v64_and(a.l[i], mask);
    }
    a.l[0] = v64_madd52lo(a.l[0], v64_shr(a.l[4], 51), v64_set1(19));
    a.l[4] = v64_and(a.l[4], mask);
    /* q = 1 where a >= p, which is where a + 19 reaches 2^255; adding 19 q and dropping bit 255 subtracts q p. */
    v64 q = v64_set1(19);
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        q = v64_shr(v64_add(a.l[i], q), 51);
    }
    a.l[0] = v64_madd52lo(a.l[0], q, v64_set1(19));
    UNROLL for (int i = 0; i < FE_LIMBS - 1; i++) {
        a.l[i + 1] = v64_add(a.l[i + 1], v64_shr(a.l[i], 51));
        a.l[i] = v64_and(a.l[i], mask);
    }
    a.l[4] = v64_and(a.l[4], mask);
    w[0] = v64_or(a.l[0], v64_shl(a.l[1], 51));
    w[1] = v64_or(v64_shr(a.l[1], 13), v64_shl(a.l[2], 38));
    w[2] = v64_or(v64_shr(a.l[2], 26), v64_shl(a.l[3], 25));
    w[3] = v64_or(v64_shr(a.l[3], 39), v64_shl(a.l[4], 12));
}

/* Elements in memory: their limbs. */
INLINE void few_pack(v64 w[FE_PACKED], few a) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        w[i] = a.l[i];
    }
}

INLINE few few_unpack(const v64 w[FE_PACKED]) {
    few r;
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        r.l[i] = w[i];
    }
    return r;
}

INLINE void fe_pack(v64 w[FE_PACKED], fe a) {
    few_pack(w, fe_wide(a));
}

INLINE fe fe_unpack(const v64 w[FE_PACKED]) {
    fe r;
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        r.l[i] = w[i];
    }
    return r;
}

#endif
