/* SPDX-License-Identifier: ISC */
#include "core/ref/field.h"

#include "core/util/ct.h"
#include "core/util/wipe.h"

/* r = wide mod 2^256 - 38; the carry of the first pass is at most 38. */
static inline void fold_wide(field *r, const limb wide[2 * LIMBS_256]) {
    limb carry = 0;
#pragma GCC unroll 8
    for (size_t i = 0; i < LIMBS_256; i++) {
        limb_pair acc = (limb_pair)wide[LIMBS_256 + i] * 38 + wide[i] + carry;
        r->v[i] = (limb)acc;
        carry = (limb)(acc >> LIMB_BITS);
    }
    field_fold(r, carry);
}

void sealane_field_mul(field *r, const field *a, const field *b) {
    limb wide[2 * LIMBS_256];
    limbs_mul(wide, a->v, LIMBS_256, b->v, LIMBS_256);
    fold_wide(r, wide);
}

/* The products a_i a_j, i < j, once; then all of it doubled and the a_i^2 added. */
void sealane_field_sqr(field *r, const field *a) {
    limb wide[2 * LIMBS_256] = {0};
#pragma GCC unroll 8
    for (size_t i = 0; i < LIMBS_256; i++) {
        limb carry = 0;
#pragma GCC unroll 8
        for (size_t j = i + 1; j < LIMBS_256; j++) {
            limb_pair acc = (limb_pair)a->v[i] * a->v[j] + wide[i + j] + carry;
            wide[i + j] = (limb)acc;
            carry = (limb)(acc >> LIMB_BITS);
        }
        wide[i + LIMBS_256] = carry;
    }
    limb top = 0;
    limb carry = 0;
#pragma GCC unroll 8
    for (size_t i = 0; i < LIMBS_256; i++) {
        limb_pair square = (limb_pair)a->v[i] * a->v[i];
        limb low = wide[2 * i];
        limb high = wide[2 * i + 1];
        limb_pair acc = (limb_pair)(limb)(low << 1 | top) + (limb)square + carry;
        wide[2 * i] = (limb)acc;
        acc = (limb_pair)(limb)(high << 1 | low >> (LIMB_BITS - 1)) + (limb)(square >> LIMB_BITS) + (limb)(acc >> LIMB_BITS);
        wide[2 * i + 1] = (limb)acc;
        carry = (limb)(acc >> LIMB_BITS);
        top = high >> (LIMB_BITS - 1);
    }
    fold_wide(r, wide);
}

void sealane_field_load_255(field *r, const uint8_t bytes[32]) {
    limbs_load(r->v, bytes, LIMBS_256);
    r->v[LIMBS_256 - 1] &= (limb)-1 >> 1;
}

/* r = a mod p, below p. */
static void freeze(field *r, const field *a) {
    /* The top bit, 2^255 = 19, comes down: below 2^255 + 19 < 2p. */
    const limb top = (limb)1 << (LIMB_BITS - 1);
    const field nineteen = FIELD_OF_64(19, 0, 0, 0);
    field low = *a;
    limb_pair acc = (a->v[LIMBS_256 - 1] >> (LIMB_BITS - 1)) * 19;
    low.v[LIMBS_256 - 1] &= ~top;
    for (size_t i = 0; i < LIMBS_256; i++) {
        acc += low.v[i];
        low.v[i] = (limb)acc;
        acc >>= LIMB_BITS;
    }
    /* value + 19 reaches 2^255 just where value >= p, and is value - p + 2^255 then. */
    field less;
    limbs_add(less.v, low.v, nineteen.v, LIMBS_256);
    limb over = less.v[LIMBS_256 - 1] >> (LIMB_BITS - 1);
    less.v[LIMBS_256 - 1] &= ~top;
    field_choose(&low, &less, over);
    *r = low;
    wipe(&low, sizeof low);
    wipe(&less, sizeof less);
}

void sealane_field_store(uint8_t bytes[32], const field *a) {
    field low;
    freeze(&low, a);
    limbs_store(bytes, low.v, LIMBS_256);
    wipe(&low, sizeof low);
}

/* r = a^(2^n) */
static void sqr_times(field *r, const field *a, int n) {
    sealane_field_sqr(r, a);
    for (int i = 1; i < n; i++) {
        sealane_field_sqr(r, r);
    }
}

/* ones = a^(2^250 - 1), a11 = a^11. Exponents of n ones are built by doubling n: a^(2^2n - 1) = (a^(2^n - 1))^(2^n + 1). */
static void pow_250_ones(field *ones, field *a11, const field *a) {
    field t, n5, n10, n50;
    sqr_times(&t, a, 1);             /* 2 */
    sqr_times(&n5, &t, 2);           /* 8 */
    sealane_field_mul(&n5, &n5, a);  /* 9 */
    sealane_field_mul(a11, &n5, &t); /* 11 */
    sqr_times(&t, a11, 1);           /* 22 */
    sealane_field_mul(&n5, &t, &n5); /* 31 = 2^5 - 1 */
    sqr_times(&t, &n5, 5);           /* ten ones */
    sealane_field_mul(&n10, &t, &n5);
    sqr_times(&t, &n10, 10); /* 20 */
    sealane_field_mul(&n50, &t, &n10);
    sqr_times(&t, &n50, 20); /* 40 */
    sealane_field_mul(&t, &t, &n50);
    sqr_times(&t, &t, 10); /* 50 */
    sealane_field_mul(&n50, &t, &n10);
    sqr_times(&t, &n50, 50); /* 100 */
    sealane_field_mul(&n10, &t, &n50);
    sqr_times(&t, &n10, 100); /* 200 */
    sealane_field_mul(&t, &t, &n10);
    sqr_times(&t, &t, 50); /* 250 */
    sealane_field_mul(ones, &t, &n50);
    wipe(&t, sizeof t);
    wipe(&n5, sizeof n5);
    wipe(&n10, sizeof n10);
    wipe(&n50, sizeof n50);
}

void sealane_field_invert(field *r, const field *a) {
    field ones, a11;
    pow_250_ones(&ones, &a11, a);
    sqr_times(&ones, &ones, 5);
    sealane_field_mul(r, &ones, &a11); /* p - 2 = (2^250 - 1) 2^5 + 11 */
    wipe(&ones, sizeof ones);
    wipe(&a11, sizeof a11);
}

void sealane_field_pow_252_3(field *r, const field *a) {
    field ones, a11;
    field base = *a;
    pow_250_ones(&ones, &a11, &base);
    sqr_times(&ones, &ones, 2);
    sealane_field_mul(r, &ones, &base); /* 2^252 - 3 = (2^250 - 1) 2^2 + 1 */
    wipe(&ones, sizeof ones);
    wipe(&a11, sizeof a11);
    wipe(&base, sizeof base);
}

int sealane_field_is_zero(const field *a) {
    static const uint8_t zero[32];
    uint8_t bytes[32];
    sealane_field_store(bytes, a);
    int is_zero = ct_equal(bytes, zero, sizeof bytes);
    wipe(bytes, sizeof bytes);
    return is_zero;
}

int sealane_field_is_odd(const field *a) {
    uint8_t bytes[32];
    sealane_field_store(bytes, a);
    int odd = bytes[0] & 1;
    wipe(bytes, sizeof bytes);
    return odd;
}
