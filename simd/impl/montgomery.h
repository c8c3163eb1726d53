/* SPDX-License-Identifier: ISC */
/* The Montgomery ladder of X25519, one scalar and point a lane, constant time, over any field header. */
#ifndef SEALANE_MONTGOMERY_H
#define SEALANE_MONTGOMERY_H

/*
 * x(k P) as a fraction x / z, for even k < 2^255 and P = (u : 1). RFC 7748, section 5, with two changes. The points of
 * the ladder stay wide, so that each sum is carried once. And as the differential addition is symmetric in its two points,
 * only the operands of the doubling are chosen by the bit, in place of swapping the points.
 */
static __attribute__((noinline)) void mont_ladder(fe *x, fe *z, const lane_words *k, fe u) {
    few x2 = fe_wide(fe_small(1)), z2 = fe_wide(fe_small(0)), x3 = fe_wide(u), z3 = fe_wide(fe_small(1));
    m64 last = m64_zero();
    for (int t = 254; t >= 0; t--) {
        const m64 bit = m64_is_set(v64_load(k->w[t >> 6]), v64_set1(UINT64_C(1) << (t & 63)));
        const m64 swap = m64_xor(bit, last);
        last = bit;

        const fe a = fe_carry(few_add(x2, z2)), b = fe_carry(few_sub(x2, z2));
        const fe c = fe_carry(few_add(x3, z3)), d = fe_carry(few_sub(x3, z3));
        const few da = fe_mul_at(&d, &a), cb = fe_mul_at(&c, &b);
        const few aa = fe_sq(fe_select(swap, c, a)), bb = fe_sq(fe_select(swap, d, b));
        /* In this order operations that wait for each other are apart, which is worth 4 % in time. */
        const fe dd = fe_carry(fe_sq(fe_carry(few_sub(da, cb))));
        x3 = fe_sq(fe_carry(few_add(da, cb)));
        x2 = fe_mul(fe_carry(aa), fe_carry(bb));
        const fe e = fe_carry(few_sub(aa, bb));
        const fe f = fe_carry(few_add_mul_small(aa, e, 121665));
        z3 = fe_mul_at(&dd, &u);
        z2 = fe_mul_at(&f, &e);
    }
    /* k is even: nothing is left to swap. */
    *x = fe_carry(x2);
    *z = fe_carry(z2);
}

#endif
