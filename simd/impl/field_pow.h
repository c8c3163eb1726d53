/* SPDX-License-Identifier: ISC */
/* Powers of field elements in lanes, over any field header: inverses and square roots. */
#ifndef SEALANE_FIELD_POW_H
#define SEALANE_FIELD_POW_H

/* Vectors of elements that one call takes, so that they share an inversion. */
#define GROUPS 4

/* Products of operands in memory, and of two operands by one: for fields that can make use of it. */
#ifndef FE_OPERANDS_IN_MEMORY
INLINE few fe_mul_at(const fe *a, const fe *b) {
    return fe_mul(*a, *b);
}

INLINE void fe_mul_to(few *r, const fe *a, const fe *b) {
    *r = fe_mul(*a, *b);
}

/* r = a c, s = b c */
INLINE void fe_mul_two(few *r, few *s, const fe *a, const fe *b, const fe *c) {
    *r = fe_mul(*a, *c);
    *s = fe_mul(*b, *c);
}
#endif

INLINE fe fe_mul_carry(fe a, fe b) {
    return fe_carry(fe_mul(a, b));
}

/* a[i] = a[i]^(2^n) for count = 1 or 2, n > 0. A chain of squares waits for itself most of the time; two fill it. */
static __attribute__((noinline)) void fe_sq_times(fe a[], size_t count, int n) {
    fe x = a[0], y = a[count - 1];
    if (count == 1) {
        do {
            x = fe_carry(fe_sq(x));
        } while (--n > 0);
    } else {
        do {
            x = fe_carry(fe_sq(x));
            y = fe_carry(fe_sq(y));
        } while (--n > 0);
        a[1] = y;
    }
    a[0] = x;
}

/* r[i] = a[i]^(2^n) b[i] */
static __attribute__((noinline)) void fe_sq_times_mul(fe r[], const fe a[], size_t count, int n, const fe b[]) {
    fe t[2];
    t[0] = a[0];
    t[1] = a[count - 1];
    fe_sq_times(t, count, n);
    for (size_t i = 0; i < count; i++) {
        r[i] = fe_mul_carry(t[i], b[i]);
    }
}

/* r[i] = a[i]^(2^250 - 1) and a11[i] = a[i]^11, for count = 1 or 2. */
static inline void fe_pow_2_250_1(fe r[], fe a11[], const fe a[], size_t count) {
    fe a2[2], a9[2], p10[2], p50[2]; /* p<n>[i] = a[i]^(2^n - 1) */
    a2[0] = a[0];
    a2[1] = a[count - 1];
    fe_sq_times(a2, count, 1);
    fe_sq_times_mul(a9, a2, count, 2, a);
    for (size_t i = 0; i < count; i++) {
        a11[i] = fe_mul_carry(a9[i], a2[i]);
    }
    fe_sq_times_mul(r, a11, count, 1, a9); /* p5 */
    fe_sq_times_mul(p10, r, count, 5, r);
    fe_sq_times_mul(r, p10, count, 10, p10); /* p20 */
    fe_sq_times_mul(r, r, count, 20, r);     /* p40 */
    fe_sq_times_mul(p50, r, count, 10, p10);
    fe_sq_times_mul(r, p50, count, 50, p50); /* p100 */
    fe_sq_times_mul(r, r, count, 100, r);    /* p200 */
    fe_sq_times_mul(r, r, count, 50, p50);
}

/* a[i] = a[i]^((p - 5) / 8) = a[i]^(2^252 - 3) for count = 1 or 2. */
static inline void fe_pow_2_252_3(fe a[], size_t count) {
    fe t[2], a11[2];
    fe_pow_2_250_1(t, a11, a, count);
    fe_sq_times_mul(a, t, count, 2, a);
}

/* The lanes where a = 0 mod p. */
INLINE m64 fe_is_zero(fe a) {
    v64 w[4];
    fe_to_words(w, a);
    return m64_eq(v64_or(v64_or(w[0], w[1]), v64_or(w[2], w[3])), v64_zero());
}

/*
 * a[i] = 1 / a[i], and 0 for 0, for 0 < count <= GROUPS: one power, a^(p - 2) = a^(2^255 - 21), of the product of all
 * (Montgomery). Constant time.
 */
static inline void fe_invert(fe a[], size_t count) {
    fe before[GROUPS], product = fe_small(1), inverse, a11; /* before[i] = a[0] … a[i - 1] */
    m64 zero[GROUPS];
    for (size_t i = 0; i < count; i++) {
        zero[i] = fe_is_zero(a[i]);
        a[i] = fe_select(zero[i], fe_small(1), a[i]);
        before[i] = product;
        product = fe_mul_carry(product, a[i]);
    }
    fe_pow_2_250_1(&inverse, &a11, &product, 1);
    fe_sq_times_mul(&inverse, &inverse, 1, 5, &a11);
    for (size_t i = count; i-- > 0;) {
        const fe own = fe_mul_carry(inverse, before[i]);
        inverse = fe_mul_carry(inverse, a[i]);
        a[i] = fe_select(zero[i], fe_small(0), own);
    }
}

#endif
