/* SPDX-License-Identifier: ISC */
/* Powers of field elements in lanes, over any field header: inverses and square roots. */
#ifndef SEALANE_FIELD_POW_H
#define SEALANE_FIELD_POW_H

/* a^(2^n). */
static __attribute__((noinline)) fe fe_sq_times(fe a, int n) {
    do {
        a = fe_carry(fe_sq(a));
    } while (--n > 0);
    return a;
}

INLINE fe fe_mul_carry(fe a, fe b) {
    return fe_carry(fe_mul(a, b));
}

/* a^(2^250 - 1), and a^11 besides. */
static inline fe fe_pow_2_250_1(fe a, fe *a11) {
    const fe a2 = fe_sq_times(a, 1);
    const fe a9 = fe_mul_carry(fe_sq_times(a2, 2), a);
    *a11 = fe_mul_carry(a9, a2);
    const fe p5 = fe_mul_carry(fe_sq_times(*a11, 1), a9); /* pN is a^(2^N - 1) */
    const fe p10 = fe_mul_carry(fe_sq_times(p5, 5), p5);
    const fe p20 = fe_mul_carry(fe_sq_times(p10, 10), p10);
    const fe p40 = fe_mul_carry(fe_sq_times(p20, 20), p20);
    const fe p50 = fe_mul_carry(fe_sq_times(p40, 10), p10);
    const fe p100 = fe_mul_carry(fe_sq_times(p50, 50), p50);
    const fe p200 = fe_mul_carry(fe_sq_times(p100, 100), p100);
    return fe_mul_carry(fe_sq_times(p200, 50), p50);
}

/* a^(p - 2) = a^(2^255 - 21): 1 / a, and 0 for 0. */
static inline fe fe_invert(fe a) {
    fe a11;
    const fe t = fe_pow_2_250_1(a, &a11);
    return fe_mul_carry(fe_sq_times(t, 5), a11);
}

/* a^((p - 5) / 8) = a^(2^252 - 3). */
static inline fe fe_pow_2_252_3(fe a) {
    fe a11;
    const fe t = fe_pow_2_250_1(a, &a11);
    return fe_mul_carry(fe_sq_times(t, 2), a);
}

/* The lanes where a = 0 mod p. */
INLINE m64 fe_is_zero(fe a) {
    v64 w[4];
    fe_to_words(w, a);
    return m64_eq(v64_or(v64_or(w[0], w[1]), v64_or(w[2], w[3])), v64_zero());
}

#endif
