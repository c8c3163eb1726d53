/* SPDX-License-Identifier: ISC */
/* Instantiates a field header's operations as lane_op; included after simd/impl/field_pow.h. */
#ifndef SEALANE_TESTS_LANE_FIELD_IMPL_H
#define SEALANE_TESTS_LANE_FIELD_IMPL_H

static fe read_fe(const lane_vector *a) {
    fe r;
    for (size_t i = 0; i < FE_LIMBS; i++) {
        r.l[i] = v64_load(a->limb[i]);
    }
    return r;
}

static void write_fe(lane_vector *r, fe a) {
    for (size_t i = 0; i < FE_LIMBS; i++) {
        v64_store(r->limb[i], a.l[i]);
    }
}

static few read_few(const lane_vector *a) {
    return fe_wide(read_fe(a));
}

static void write_few(lane_vector *r, few a) {
    for (size_t i = 0; i < FE_LIMBS; i++) {
        v64_store(r->limb[i], a.l[i]);
    }
}

static void lane_mul(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    write_few(r, fe_mul(read_fe(a), read_fe(b)));
}

static void lane_sq(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    (void)b;
    write_few(r, fe_sq(read_fe(a)));
}

static void lane_add(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    write_few(r, few_add(read_few(a), read_few(b)));
}

static void lane_sub(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    write_few(r, few_sub(read_few(a), read_few(b)));
}

static void lane_add_small(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    write_few(r, few_add_mul_small(read_few(a), read_fe(b), LANE_FIELD_SMALL));
}

static void lane_neg(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    (void)b;
    write_fe(r, fe_neg(read_fe(a)));
}

static void lane_carry(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    (void)b;
    write_fe(r, fe_carry(read_few(a)));
}

static void lane_canonical(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    (void)b;
    v64 w[4];
    fe_to_words(w, read_fe(a));
    for (size_t i = 0; i < 4; i++) {
        v64_store(r->limb[i], w[i]);
    }
}

static void lane_load(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    (void)b;
    v64 w[4];
    for (size_t i = 0; i < 4; i++) {
        w[i] = v64_load(a->limb[i]);
    }
    write_fe(r, fe_from_words(w));
}

static void lane_is_zero(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    (void)b;
    const m64 zero = fe_is_zero(read_fe(a));
    for (size_t l = 0; l < LANES64; l++) {
        r->limb[0][l] = m64_lane(zero, l);
    }
}

/* All vectors of a shared inversion at once: a, b, their sum, and zero; r is the first. */
static void lane_invert(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    fe v[GROUPS];
    for (size_t i = 0; i < GROUPS; i++) {
        v[i] = i == 0 ? read_fe(a) : i == 1 ? read_fe(b) : fe_small(i - 2);
    }
    fe_invert(v, GROUPS);
    write_fe(r, v[0]);
}

static void lane_pow_2_252_3(lane_vector *r, const lane_vector *a, const lane_vector *b) {
    fe pair[2];
    pair[0] = read_fe(b);
    pair[1] = read_fe(a);
    fe_pow_2_252_3(pair, 2);
    write_fe(r, pair[1]);
}

#define LANE_FIELD_OPS                                                                                                         \
    .limbs = FE_LIMBS, .lanes = LANES64, .mul = lane_mul, .sq = lane_sq, .add = lane_add, .sub = lane_sub,                     \
    .add_small = lane_add_small, .neg = lane_neg, .carry = lane_carry, .canonical = lane_canonical, .load = lane_load,         \
    .is_zero = lane_is_zero, .invert = lane_invert, .pow_2_252_3 = lane_pow_2_252_3

#endif
