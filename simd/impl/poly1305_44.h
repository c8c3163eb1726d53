/* SPDX-License-Identifier: ISC */
/*
 * Numbers mod 2^130 - 5 in lanes, radix 2^44: three limbs of 44, 44 and 42 bits, on 52-bit multiply-add (IFMA). 2^132 = 20 mod
 * p.
 *
 * Limb ranges: "carried" means l[0] < 2^44, l[1] < 2^44 + 2^9, l[2] < 2^42; multiplicands may have one carried number and one
 * block added (l[i] < 2^46), multipliers are carried; all stay below the 52 bits that the instruction reads.
 */
#ifndef SEALANE_POLY1305_44_H
#define SEALANE_POLY1305_44_H

#define POLY_LIMBS 3
#define POLY_RADIX 44

typedef struct {
    v64 l[3];
} poly_num;

/* A multiplier: b, and 20 b[1], 20 b[2] < 2^49 for the products that wrap. */
typedef struct {
    v64 l[3], wrap[3]; /* wrap[0] is not used */
} poly_mult;

#define MASK44 v64_set1((UINT64_C(1) << 44) - 1)
#define MASK42 v64_set1((UINT64_C(1) << 42) - 1)

/* Of a block's low and high 64 bits. */
INLINE poly_num poly_unpack(v64 low, v64 high) {
    poly_num a;
    a.l[0] = v64_and(low, MASK44);
    a.l[1] = v64_and(v64_or(v64_shr(low, 44), v64_shl(high, 20)), MASK44);
    a.l[2] = v64_shr(high, 24);
    return a;
}

/* The bit 2^128 of a full block, to be added to limb 2. */
#define POLY_HIGH_BIT v64_set1(UINT64_C(1) << 40)

INLINE poly_num poly_add(poly_num a, poly_num b) {
    UNROLL for (size_t i = 0; i < 3; i++) {
        a.l[i] = v64_add(a.l[i], b.l[i]);
    }
    return a;
}

INLINE poly_mult poly_multiplier(poly_num b) {
    poly_mult m;
    UNROLL for (size_t i = 0; i < 3; i++) {
        m.l[i] = b.l[i];
        m.wrap[i] = v64_shl(v64_add(b.l[i], v64_shl(b.l[i], 2)), 2);
    }
    return m;
}

/* Sums of products: low and high halves of 52 bits apart, as the instruction gives them. */
typedef struct {
    v64 low[3], high[3];
} poly_sum;

INLINE poly_sum poly_sum_zero(void) {
    poly_sum t;
    UNROLL for (size_t i = 0; i < 3; i++) {
        t.low[i] = t.high[i] = v64_zero();
    }
    return t;
}

#define POLY_MADD(i, x, y)                                                                                                     \
    t->low[i] = _mm512_madd52lo_epu64(t->low[i], x, y);                                                                        \
    t->high[i] = _mm512_madd52hi_epu64(t->high[i], x, y)

/* t += a b. Up to eight products may be summed: low < 2^57, high < 2^48. */
INLINE void poly_sum_mul(poly_sum *t, poly_num a, const poly_mult *b) {
    POLY_MADD(0, a.l[0], b->l[0]);
    POLY_MADD(1, a.l[0], b->l[1]);
    POLY_MADD(2, a.l[0], b->l[2]);
    POLY_MADD(0, a.l[1], b->wrap[2]);
    POLY_MADD(1, a.l[1], b->l[0]);
    POLY_MADD(2, a.l[1], b->l[1]);
    POLY_MADD(0, a.l[2], b->wrap[1]);
    POLY_MADD(1, a.l[2], b->wrap[2]);
    POLY_MADD(2, a.l[2], b->l[0]);
}

/* 2^52 is 2^8 of the next limb's unit, and 2^10 above limb 2's 42 bits. The carry out of limb 2 is below 2^53, five times that
   below 2^56, and one more step from limb 0 makes the result carried. */
INLINE poly_num poly_sum_carry(poly_sum t) {
    poly_num a;
    a.l[0] = v64_and(t.low[0], MASK44);
    v64 c = v64_add(t.low[1], v64_add(v64_shr(t.low[0], 44), v64_shl(t.high[0], 8)));
    a.l[1] = v64_and(c, MASK44);
    c = v64_add(t.low[2], v64_add(v64_shr(c, 44), v64_shl(t.high[1], 8)));
    a.l[2] = v64_and(c, MASK42);
    c = v64_add(v64_shr(c, 42), v64_shl(t.high[2], 10));
    a.l[0] = v64_add(a.l[0], v64_add(c, v64_shl(c, 2)));
    a.l[1] = v64_add(a.l[1], v64_shr(a.l[0], 44));
    a.l[0] = v64_and(a.l[0], MASK44);
    return a;
}

/* Carries a sum of few carried numbers (limbs < 2^60). */
INLINE poly_num poly_carry(poly_num a) {
    a.l[1] = v64_add(a.l[1], v64_shr(a.l[0], 44));
    a.l[0] = v64_and(a.l[0], MASK44);
    a.l[2] = v64_add(a.l[2], v64_shr(a.l[1], 44));
    a.l[1] = v64_and(a.l[1], MASK44);
    v64 c = v64_shr(a.l[2], 42);
    a.l[2] = v64_and(a.l[2], MASK42);
    a.l[0] = v64_add(a.l[0], v64_add(c, v64_shl(c, 2)));
    a.l[1] = v64_add(a.l[1], v64_shr(a.l[0], 44));
    a.l[0] = v64_and(a.l[0], MASK44);
    return a;
}

/* a mod p, plus s, mod 2^128, as two words. */
INLINE void poly_finish(poly_num a, v64 s_low, v64 s_high, v64 *low, v64 *high) {
    a = poly_carry(poly_carry(a));
    /* Now a < 2^130 + 2^10 with l[1] < 2^44 + 1; a + 5 reaches 2^130 exactly where a >= p. */
    v64 g0 = v64_add(a.l[0], v64_set1(5));
    v64 g1 = v64_add(a.l[1], v64_shr(g0, 44));
    v64 g2 = v64_add(a.l[2], v64_shr(g1, 44));
    m64 over = m64_gt(g2, MASK42);
    poly_num s = poly_unpack(s_low, s_high);
    v64 t0 = v64_add(v64_select(over, v64_and(g0, MASK44), a.l[0]), s.l[0]);
    v64 t1 = v64_add(v64_add(v64_select(over, v64_and(g1, MASK44), a.l[1]), s.l[1]), v64_shr(t0, 44));
    v64 t2 = v64_add(v64_add(v64_select(over, v64_and(g2, MASK42), a.l[2]), s.l[2]), v64_shr(t1, 44));
    t0 = v64_and(t0, MASK44);
    t1 = v64_and(t1, MASK44);
    *low = v64_or(t0, v64_shl(t1, 44));
    *high = v64_or(v64_shr(t1, 20), v64_shl(t2, 24));
}

#endif
