/* SPDX-License-Identifier: ISC */
/*
 * Numbers mod 2^130 - 5 in lanes, radix 2^26: five limbs, on 32-bit multiplies (AVX2, AVX-512 without IFMA). 2^130 = 5 mod p.
 *
 * Limb ranges: "carried" means l[i] < 2^26 + 2^12; multiplicands may have one carried number and one block added
 * (l[i] < 2^27 + 2^12), multipliers are carried. A product of limbs is below 2^27.1 * 5 * 2^26.1 < 2^55.6, and 5 * 4 of them
 * below 2^60.
 */
#ifndef SEALANE_POLY1305_26_H
#define SEALANE_POLY1305_26_H

#define POLY_LIMBS 5
#define POLY_RADIX 26

typedef struct {
    v64 l[5];
} poly_num;

/* A multiplier: b, and 5 b[i] for the products that wrap. */
typedef struct {
    v64 l[5], wrap[5]; /* wrap[0] is not used */
} poly_mult;

#define MASK26 v64_set1((UINT64_C(1) << 26) - 1)

/* Of a block's low and high 64 bits. */
INLINE poly_num poly_unpack(v64 low, v64 high) {
    poly_num a;
    a.l[0] = v64_and(low, MASK26);
    a.l[1] = v64_and(v64_shr(low, 26), MASK26);
    a.l[2] = v64_and(v64_or(v64_shr(low, 52), v64_shl(high, 12)), MASK26);
    a.l[3] = v64_and(v64_shr(high, 14), MASK26);
    a.l[4] = v64_shr(high, 40);
    return a;
}

/* The bit 2^128 of a full block, to be added to limb 4. */
#define POLY_HIGH_BIT v64_set1(UINT64_C(1) << 24)

INLINE poly_num poly_add(poly_num a, poly_num b) {
    UNROLL for (size_t i = 0; i < 5; i++) {
        a.l[i] = v64_add(a.l[i], b.l[i]);
    }
    return a;
}

INLINE poly_mult poly_multiplier(poly_num b) {
    poly_mult m;
    UNROLL for (size_t i = 0; i < 5; i++) {
        m.l[i] = b.l[i];
        m.wrap[i] = v64_add(b.l[i], v64_shl(b.l[i], 2));
    }
    return m;
}

/* Sums of products, up to four. */
typedef struct {
    v64 d[5];
} poly_sum;

INLINE poly_sum poly_sum_zero(void) {
    poly_sum t;
    UNROLL for (size_t i = 0; i < 5; i++) {
        t.d[i] = v64_zero();
    }
    return t;
}

/* t += a b. */
INLINE void poly_sum_mul(poly_sum *t, poly_num a, const poly_mult *b) {
    UNROLL for (size_t i = 0; i < 5; i++) {
        UNROLL for (size_t k = 0; k < 5; k++) {
            v64 y = k >= i ? b->l[k - i] : b->wrap[5 + k - i];
            t->d[k] = v64_add(t->d[k], v64_mul32(a.l[i], y));
        }
    }
}

/* Limbs below 2^61 in; carried out. Two chains at a time: 0 1 2 3 4 and 3 4 0 1. */
INLINE poly_num poly_carry(poly_num a) {
    v64 *d = a.l;
    v64 c0 = v64_shr(d[0], 26), c3 = v64_shr(d[3], 26);
    d[0] = v64_and(d[0], MASK26);
    d[3] = v64_and(d[3], MASK26);
    d[1] = v64_add(d[1], c0);
    d[4] = v64_add(d[4], c3);
    v64 c1 = v64_shr(d[1], 26), c4 = v64_shr(d[4], 26);
    d[1] = v64_and(d[1], MASK26);
    d[4] = v64_and(d[4], MASK26);
    d[2] = v64_add(d[2], c1);
    d[0] = v64_add(d[0], v64_add(c4, v64_shl(c4, 2)));
    v64 c2 = v64_shr(d[2], 26);
    c0 = v64_shr(d[0], 26);
    d[2] = v64_and(d[2], MASK26);
    d[0] = v64_and(d[0], MASK26);
    d[3] = v64_add(d[3], c2);
    d[1] = v64_add(d[1], c0);
    c3 = v64_shr(d[3], 26);
    d[3] = v64_and(d[3], MASK26);
    d[4] = v64_add(d[4], c3);
    return a;
}

INLINE poly_num poly_sum_carry(poly_sum t) {
    poly_num a;
    UNROLL for (size_t i = 0; i < 5; i++) {
        a.l[i] = t.d[i];
    }
    return poly_carry(a);
}

/* One carry from the lowest limb up, the last limb keeping what it has. */
INLINE poly_num poly_ripple(poly_num a) {
    UNROLL for (size_t i = 0; i < 4; i++) {
        a.l[i + 1] = v64_add(a.l[i + 1], v64_shr(a.l[i], 26));
        a.l[i] = v64_and(a.l[i], MASK26);
    }
    return a;
}

/* a mod p, plus s, mod 2^128, as two words. */
INLINE void poly_finish(poly_num a, v64 s_low, v64 s_high, v64 *low, v64 *high) {
    UNROLL for (size_t pass = 0; pass < 2; pass++) {
        a = poly_ripple(a);
        v64 c = v64_shr(a.l[4], 26);
        a.l[4] = v64_and(a.l[4], MASK26);
        a.l[0] = v64_add(a.l[0], v64_add(c, v64_shl(c, 2)));
    }
    a = poly_ripple(a);
    /* Now a < 2^130; a + 5 reaches 2^130 exactly where a >= p. */
    poly_num g = a;
    g.l[0] = v64_add(g.l[0], v64_set1(5));
    g = poly_ripple(g);
    m64 over = m64_gt(g.l[4], MASK26);
    poly_num s = poly_unpack(s_low, s_high);
    UNROLL for (size_t i = 0; i < 5; i++) {
        s.l[i] = v64_add(s.l[i], v64_select(over, v64_and(g.l[i], MASK26), a.l[i]));
    }
    s = poly_ripple(s);
    *low = v64_or(v64_or(s.l[0], v64_shl(s.l[1], 26)), v64_shl(s.l[2], 52));
    *high = v64_or(v64_or(v64_shr(s.l[2], 12), v64_shl(s.l[3], 14)), v64_shl(s.l[4], 40));
}

#endif
