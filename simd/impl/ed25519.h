/* SPDX-License-Identifier: ISC */
/* The group's work of Ed25519, a signature a lane. Verification takes variable time: all that it reads is public. */
#ifndef SEALANE_IMPL_ED25519_H
#define SEALANE_IMPL_ED25519_H

/* More than any call has below its entry, when optimised: up to 27 KiB were seen (gcc 12 -O1, AVX2). */
WIPE_DEAD_STACK(wipe_dead_stack, 32768)

#define A_ROWS 17
#define A_DIGITS 51
#define B_DIGITS 26
#define CACHED_WORDS (4 * FE_LIMBS)

static const uint64_t ed_d_words[4] = {0x75eb4dca135978a3, 0x00700a4d4141d8ab, 0x8cc740797779e898, 0x52036cee2b6ffe73};
static const uint64_t sqrt_minus_one_words[4] = {0xc4ee1b274a0ea0b0, 0x2f431806ad2fe478, 0x2b4d00993dfbd7a7,
                                                 0x2b8324804fc1df0b};

/* Offsets of signed digits of numbers < 2^253: half of the radix at each digit but the top one, which cannot overflow. */
static const uint64_t a_offset[4] = {0x0842108421084210, 0x1084210842108421, 0x2108421084210842, 0x0210842108421084}; /* 16 */
static const uint64_t b_offset[4] = {0x0802008020080200, 0x0080200802008020, 0x2008020080200802, 0x0200802008020080}; /* 512 */

/* The multiples 0 … 16 of a point in each lane, row by row. */
typedef struct {
    _Alignas(32) uint64_t lane[LANES64][A_ROWS][CACHED_WORDS];
} ed_table;

/* The encodings of RFC 8032, section 5.1.2, of count <= GROUPS vectors of points. */
static void ed_encode(lane_words encoded[], ed_point p[], size_t count) {
    fe z[GROUPS];
    for (size_t g = 0; g < count; g++) {
        z[g] = fe_carry(p[g].Z);
    }
    fe_invert(z, count);
    for (size_t g = 0; g < count; g++) {
        v64 x[4], y[4];
        fe_to_words(x, fe_mul_carry(fe_carry(p[g].X), z[g]));
        fe_to_words(y, fe_mul_carry(fe_carry(p[g].Y), z[g]));
        y[3] = v64_or(y[3], v64_shl(x[0], 63));
        lane_words_store(&encoded[g], y);
    }
}

/*
 * The affine x and y of minus the points that are encoded, y taken mod p, and in ok the lanes where there is one, for count = 1
 * or 2 vectors. RFC 8032, section 5.1.3, but x = 0 is accepted with either sign. With u = y^2 - 1 and v = d y^2 + 1,
 * x = u v^3 (u v^7)^((p - 5) / 8) is a root of u / v or of -u / v, if there is one.
 */
static __attribute__((noinline)) void ed_decode_neg_pair(fe x[], fe y[], m64 ok[], const lane_words encoded[], size_t count) {
    const few one = fe_wide(fe_small(1));
    fe u[2], v[2], uv3[2], power[2];
    for (size_t i = 0; i < count; i++) {
        v64 w[4];
        lane_words_load(w, &encoded[i]);
        y[i] = fe_from_words(w);
        const few yy = fe_sq(y[i]);
        u[i] = fe_carry(few_sub(yy, one));
        v[i] = fe_carry(few_add(fe_mul(fe_carry(yy), fe_constant(ed_d_words)), one));
        const fe vv = fe_carry(fe_sq(v[i]));
        uv3[i] = fe_mul_carry(u[i], fe_mul_carry(vv, v[i]));
        power[i] = fe_mul_carry(uv3[i], fe_carry(fe_sq(vv)));
    }
    fe_pow_2_252_3(power, count);
    for (size_t i = 0; i < count; i++) {
        fe r = fe_mul_carry(uv3[i], power[i]);
        const few vrr = fe_mul(v[i], fe_carry(fe_sq(r)));
        const m64 direct = fe_is_zero(fe_carry(few_sub(vrr, fe_wide(u[i]))));
        const m64 turned = fe_is_zero(fe_carry(few_add(vrr, fe_wide(u[i]))));
        r = fe_select(turned, fe_mul_carry(r, fe_constant(sqrt_minus_one_words)), r);
        v64 canonical[4];
        fe_to_words(canonical, r);
        const m64 same_sign = m64_eq(v64_shr(v64_load(encoded[i].w[3]), 63), v64_and(canonical[0], v64_set1(1)));
        x[i] = fe_select(same_sign, fe_neg(r), r);
        ok[i] = m64_or(direct, turned);
    }
}

/* The same of any number of vectors. */
static void ed_decode_neg(fe x[], fe y[], m64 ok[], const lane_words encoded[], size_t count) {
    for (size_t i = 0; i < count; i += 2) {
        ed_decode_neg_pair(x + i, y + i, ok + i, encoded + i, count - i < 2 ? 1 : 2);
    }
}

INLINE ed_affine ed_affine_of(fe x, fe y) {
    const fe xy = fe_mul_carry(x, y);
    return (ed_affine){fe_carry(few_add(fe_wide(y), fe_wide(x))), fe_carry(few_sub(fe_wide(y), fe_wide(x))),
                       fe_mul_carry(xy, fe_constant(ed_2d_words))};
}

INLINE void ed_table_store(ed_table *t, size_t row, const ed_cached *q) {
    v64 words[CACHED_WORDS];
    UNROLL for (size_t i = 0; i < FE_LIMBS; i++) {
        words[i] = q->y_plus_x.l[i];
        words[FE_LIMBS + i] = q->y_minus_x.l[i];
        words[2 * FE_LIMBS + i] = q->z2.l[i];
        words[3 * FE_LIMBS + i] = q->t2d.l[i];
    }
    for (size_t i = 0; i < CACHED_WORDS; i += 4) {
        uint64_t *p[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            p[l] = &t->lane[l][row][i];
        }
        v64_store_rows4(p, words + i);
    }
}

INLINE ed_cached ed_table_load(const ed_table *t, const uint64_t row[LANES64]) {
    v64 words[CACHED_WORDS];
    ed_cached q;
    for (size_t i = 0; i < CACHED_WORDS; i += 4) {
        const uint64_t *p[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            p[l] = &t->lane[l][row[l]][i];
        }
        v64_load_rows4(words + i, p);
    }
    UNROLL for (size_t i = 0; i < FE_LIMBS; i++) {
        q.y_plus_x.l[i] = words[i];
        q.y_minus_x.l[i] = words[FE_LIMBS + i];
        q.z2.l[i] = words[2 * FE_LIMBS + i];
        q.t2d.l[i] = words[3 * FE_LIMBS + i];
    }
    return q;
}

static __attribute__((noinline)) void ed_table_fill(ed_table *t, fe x, fe y) {
    const ed_affine p = ed_affine_of(x, y);
    const fe d2 = fe_constant(ed_2d_words);
    const ed_cached neutral = {fe_small(1), fe_small(1), fe_small(2), fe_small(0)};
    ed_point m = ed_neutral();
    ed_table_store(t, 0, &neutral);
    for (size_t row = 1; row < A_ROWS; row++) {
        ed_add_affine(&m, &p, 1);
        const ed_cached q = {fe_carry(few_add(m.Y, m.X)), fe_carry(few_sub(m.Y, m.X)), fe_carry(few_add(m.Z, m.Z)),
                             fe_mul_carry(fe_carry(m.T), d2)};
        ed_table_store(t, row, &q);
    }
}

/* The magnitude of a signed digit given plus its offset; returns the lanes where it is negative. */
INLINE m64 digit_split(uint64_t magnitude[LANES64], v64 digit, uint64_t offset) {
    const v64 zero = v64_set1(offset);
    const m64 negative = m64_gt(zero, digit);
    v64_store(magnitude, v64_select(negative, v64_sub(zero, digit), v64_sub(digit, zero)));
    return negative;
}

INLINE ed_cached a_multiple_vartime(const ed_table *t, const lane_words *h, unsigned i) {
    _Alignas(64) uint64_t row[LANES64];
    const m64 negative = digit_split(row, lane_words_bits(h, 5 * i, 5), i == A_DIGITS - 1 ? 0 : 16);
    return ed_cached_neg(negative, ed_table_load(t, row));
}

INLINE ed_affine b_multiple_vartime(const lane_words *s, unsigned i) {
    _Alignas(64) uint64_t row[LANES64];
    const m64 negative = digit_split(row, lane_words_bits(s, 10 * i, 10), i == B_DIGITS - 1 ? 0 : 512);
    v64 w[12];
    for (size_t j = 0; j < 12; j += 4) {
        const uint64_t *address[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            address[l] = &sealane_base_window[row[l]][j];
        }
        v64_load_rows4(w + j, address);
    }
    return ed_affine_neg(negative, (ed_affine){fe_from_words(w), fe_from_words(w + 4), fe_from_words(w + 8)});
}

/* r = h P + S B for the table of P; h, S < 2^253 with their offsets added. T is set. */
static __attribute__((noinline)) void ed_double_mult_vartime(ed_point *r, const ed_table *t, const lane_words *h,
                                                             const lane_words *s) {
    *r = ed_neutral();
    for (unsigned i = A_DIGITS; i-- > 0;) {
        /* Rows are fetched before the doublings, which need not wait for them. */
        const int even = i % 2 == 0;
        const ed_cached a = a_multiple_vartime(t, h, i);
        ed_affine b;
        if (even) {
            b = b_multiple_vartime(s, i / 2);
        }
        if (i != A_DIGITS - 1) {
            ed_double_times(r, 5);
        }
        ed_add_cached(r, &a, even);
        if (even) {
            ed_add_affine(r, &b, i == 0);
        }
    }
}

/* The lanes where 8 (Q + neg_R) is neutral. Takes Q, with T, apart. */
static m64 cofactored_equal_vartime(ed_point *Q, fe neg_R_x, fe neg_R_y) {
    const ed_affine neg_R = ed_affine_of(neg_R_x, neg_R_y);
    ed_add_affine(Q, &neg_R, 0);
    ed_double_times(Q, 3);
    return m64_and(fe_is_zero(fe_carry(Q->X)), fe_is_zero(fe_carry(few_sub(Q->Y, Q->Z))));
}

static m64 encodings_equal_vartime(const lane_words *a, const lane_words *b) {
    m64 equal = m64_eq(v64_load(a->w[0]), v64_load(b->w[0]));
    for (size_t i = 1; i < 4; i++) {
        equal = m64_and(equal, m64_eq(v64_load(a->w[i]), v64_load(b->w[i])));
    }
    return equal;
}

/* What a call has read, group by group. */
typedef struct {
    lane_words A[GROUPS]; /* encoded; where -A is given, only its y */
    lane_words x[GROUPS]; /* of -A where it is given, else undefined */
    lane_words R[GROUPS], S[GROUPS], h[GROUPS];
    m64 given[GROUPS];
} ed25519_lanes;

/* Returns how many lanes have -A given. */
static size_t ed25519_read(ed25519_lanes *v, const ed25519_check checks[], size_t n, size_t groups) {
    size_t total = 0;
    for (size_t g = 0; g < groups; g++) {
        _Alignas(64) uint64_t given[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            const ed25519_check *c = &checks[item_of_lane(g, l, n)];
            const int has_x = c->neg_A != NULL;
            lane_words_read(&v->A[g], l, has_x ? c->neg_A + 32 : c->A);
            lane_words_read(&v->x[g], l, has_x ? c->neg_A : c->A);
            lane_words_read(&v->R[g], l, c->R);
            lane_words_read(&v->S[g], l, c->S);
            lane_words_read(&v->h[g], l, c->h);
            given[l] = has_x ? 1 : 0;
            total += given[l];
        }
        lane_words_add(&v->S[g], b_offset);
        lane_words_add(&v->h[g], a_offset);
        v->given[g] = m64_is_set(v64_load(given), v64_set1(1));
    }
    return total;
}

static void ed25519_verify(int cofactored, const ed25519_check checks[], size_t n, uint8_t good[]) {
    ed25519_lanes v;
    fe x[GROUPS], y[GROUPS];
    m64 ok[GROUPS], R_ok[GROUPS];
    ed_point Q[GROUPS];
    ed_table table;
    const size_t groups = groups_of(n);
    const int decode = ed25519_read(&v, checks, n, groups) != groups * LANES64;
    if (decode) {
        ed_decode_neg(x, y, ok, v.A, groups);
    }
    for (size_t g = 0; g < groups; g++) {
        v64 w[4];
        lane_words_load(w, &v.x[g]);
        const fe given_x = fe_from_words(w);
        x[g] = decode ? fe_select(v.given[g], given_x, x[g]) : given_x;
        ok[g] = decode ? m64_or(v.given[g], ok[g]) : v.given[g];
        lane_words_load(w, &v.A[g]);
        ed_table_fill(&table, x[g], fe_from_words(w));
        ed_double_mult_vartime(&Q[g], &table, &v.h[g], &v.S[g]);
    }
    if (cofactored) {
        ed_decode_neg(x, y, R_ok, v.R, groups);
    } else {
        ed_encode(v.A, Q, groups);
    }
    for (size_t g = 0; g < groups; g++) {
        const m64 equal = cofactored ? m64_and(R_ok[g], cofactored_equal_vartime(&Q[g], x[g], y[g]))
                                     : encodings_equal_vartime(&v.A[g], &v.R[g]);
        const m64 all = m64_and(ok[g], equal);
        for (size_t l = 0, i = g * LANES64; l < LANES64 && i < n; l++, i++) {
            good[i] = m64_lane(all, l);
        }
    }
}

static __attribute__((noinline)) void ed25519_mult_base_groups(const uint8_t *const scalar[], uint8_t *const out[], size_t n) {
    lane_words k[GROUPS];
    ed_point p[GROUPS];
    const size_t groups = groups_of(n);
    for (size_t g = 0; g < groups; g++) {
        for (size_t l = 0; l < LANES64; l++) {
            lane_words_read(&k[g], l, scalar[item_of_lane(g, l, n)]);
        }
        ed_mult_base(&p[g], &k[g]);
    }
    ed_encode(k, p, groups);
    for (size_t i = 0; i < n; i++) {
        lane_words_write(out[i], &k[i / LANES64], i % LANES64);
    }
}

static void ed25519_mult_base(const uint8_t *const scalar[], uint8_t *const out[], size_t n) {
    ed25519_mult_base_groups(scalar, out, n);
    wipe_dead_stack();
}

static int ed25519_decode_neg(const uint8_t A[32], uint8_t neg_A[64]) {
    lane_words words;
    v64 w[4];
    fe x, y;
    m64 ok;
    for (size_t l = 0; l < LANES64; l++) {
        lane_words_read(&words, l, A);
    }
    ed_decode_neg(&x, &y, &ok, &words, 1);
    fe_to_words(w, x);
    lane_words_store(&words, w);
    lane_words_write(neg_A, &words, 0);
    fe_to_words(w, y);
    lane_words_store(&words, w);
    lane_words_write(neg_A + 32, &words, 0);
    return m64_lane(ok, 0);
}

#endif
