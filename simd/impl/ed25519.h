/* SPDX-License-Identifier: ISC */
/* The group's work of Ed25519, a signature a lane. Verification takes variable time: all that it reads is public. */
#ifndef SEALANE_IMPL_ED25519_H
#define SEALANE_IMPL_ED25519_H

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

/* The encoding of RFC 8032, section 5.1.2. */
static void ed_encode(v64 w[4], const ed_point *p) {
    const fe z = fe_invert(fe_carry(p->Z));
    v64 x[4];
    fe_to_words(x, fe_mul_carry(fe_carry(p->X), z));
    fe_to_words(w, fe_mul_carry(fe_carry(p->Y), z));
    w[3] = v64_or(w[3], v64_shl(x[0], 63));
}

/*
 * The affine x and y of minus the point that w encodes, y taken mod p, and the lanes where there is one. RFC 8032, section
 * 5.1.3, but x = 0 is accepted with either sign. With u = y^2 - 1 and v = d y^2 + 1, x = u v^3 (u v^7)^((p - 5) / 8) is a
 * root of u / v or of -u / v, if there is one.
 */
static m64 ed_decode_neg(fe *x, fe *y, const v64 w[4]) {
    const few one = fe_wide(fe_small(1));
    *y = fe_from_words(w);
    const few yy = fe_sq(*y);
    const fe u = fe_carry(few_sub(yy, one));
    const fe v = fe_carry(few_add(fe_mul(fe_carry(yy), fe_constant(ed_d_words)), one));
    const fe vv = fe_sq_times(v, 1);
    const fe uv3 = fe_mul_carry(u, fe_mul_carry(vv, v));
    const fe uv7 = fe_mul_carry(uv3, fe_sq_times(vv, 1));
    fe r = fe_mul_carry(uv3, fe_pow_2_252_3(uv7));
    const few vrr = fe_mul(v, fe_sq_times(r, 1));
    const m64 direct = fe_is_zero(fe_carry(few_sub(vrr, fe_wide(u))));
    const m64 turned = fe_is_zero(fe_carry(few_add(vrr, fe_wide(u))));
    r = fe_select(turned, fe_mul_carry(r, fe_constant(sqrt_minus_one_words)), r);

    v64 canonical[4];
    fe_to_words(canonical, r);
    const m64 same_sign = m64_eq(v64_shr(w[3], 63), v64_and(canonical[0], v64_set1(1)));
    *x = fe_select(same_sign, fe_neg(r), r);
    return m64_or(direct, turned);
}

INLINE ed_affine ed_affine_of(fe x, fe y) {
    const fe xy = fe_mul_carry(x, y);
    return (ed_affine){fe_carry(few_add(fe_wide(y), fe_wide(x))), fe_carry(few_sub(fe_wide(y), fe_wide(x))),
                       fe_mul_carry(xy, fe_constant(ed_2d_words))};
}

INLINE void ed_table_store(ed_table *t, size_t row, const ed_cached *q) {
    v64 words[CACHED_WORDS];
    for (size_t i = 0; i < FE_LIMBS; i++) {
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
    for (size_t i = 0; i < FE_LIMBS; i++) {
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

INLINE void add_a_digit_vartime(ed_point *p, const ed_table *t, const lane_words *h, unsigned i, int with_T) {
    _Alignas(64) uint64_t row[LANES64];
    const m64 negative = digit_split(row, lane_words_bits(h, 5 * i, 5), i == A_DIGITS - 1 ? 0 : 16);
    const ed_cached q = ed_cached_neg(negative, ed_table_load(t, row));
    ed_add_cached(p, &q, with_T);
}

INLINE void add_b_digit_vartime(ed_point *p, const lane_words *s, unsigned i, int with_T) {
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
    const ed_affine q = ed_affine_neg(negative, (ed_affine){fe_from_words(w), fe_from_words(w + 4), fe_from_words(w + 8)});
    ed_add_affine(p, &q, with_T);
}

/* r = h P + S B for the table of P; h, S < 2^253 with their offsets added. T is set. */
static __attribute__((noinline)) void ed_double_mult_vartime(ed_point *r, const ed_table *t, const lane_words *h,
                                                             const lane_words *s) {
    *r = ed_neutral();
    for (unsigned i = A_DIGITS; i-- > 0;) {
        if (i != A_DIGITS - 1) {
            ed_double_times(r, 5);
        }
        const int even = i % 2 == 0;
        add_a_digit_vartime(r, t, h, i, even);
        if (even) {
            add_b_digit_vartime(r, s, i / 2, i == 0);
        }
    }
}

/* The lanes where 8 (Q - R) is neutral, and R decodes. Takes Q, with T, apart. */
static m64 cofactored_equal_vartime(ed_point *Q, const v64 R[4]) {
    fe x, y;
    const m64 decodes = ed_decode_neg(&x, &y, R);
    const ed_affine neg_R = ed_affine_of(x, y);
    ed_add_affine(Q, &neg_R, 0);
    ed_double_times(Q, 3);
    const m64 neutral = m64_and(fe_is_zero(fe_carry(Q->X)), fe_is_zero(fe_carry(few_sub(Q->Y, Q->Z))));
    return m64_and(decodes, neutral);
}

static m64 encoding_equal_vartime(const ed_point *Q, const v64 R[4]) {
    v64 w[4];
    ed_encode(w, Q);
    m64 equal = m64_eq(w[0], R[0]);
    for (size_t i = 1; i < 4; i++) {
        equal = m64_and(equal, m64_eq(w[i], R[i]));
    }
    return equal;
}

/* A lane's y is read from A or from neg_A, its x from neg_A or computed. */
static void ed25519_verify(int cofactored, const ed25519_check checks[], size_t n, uint8_t good[]) {
    lane_words Y, X, has_X, R, S, h;
    size_t given = 0;
    for (size_t l = 0; l < LANES64; l++) {
        const ed25519_check *c = &checks[l < n ? l : 0];
        const int has = c->neg_A != NULL;
        lane_words_read(&Y, l, has ? c->neg_A + 32 : c->A);
        lane_words_read(&X, l, has ? c->neg_A : c->A);
        lane_words_read(&R, l, c->R);
        lane_words_read(&S, l, c->S);
        lane_words_read(&h, l, c->h);
        has_X.w[0][l] = (uint64_t)has;
        given += (size_t)has;
    }
    v64 w[4];
    lane_words_load(w, &X);
    fe x = fe_from_words(w), y;
    lane_words_load(w, &Y);
    m64 ok = m64_is_set(v64_load(has_X.w[0]), v64_set1(1));
    if (given == LANES64) {
        y = fe_from_words(w);
    } else {
        fe decoded;
        const m64 decodes = ed_decode_neg(&decoded, &y, w);
        x = fe_select(ok, x, decoded);
        ok = m64_or(ok, decodes);
    }

    ed_table table;
    ed_point Q;
    ed_table_fill(&table, x, y);
    lane_words_add(&h, a_offset);
    lane_words_add(&S, b_offset);
    ed_double_mult_vartime(&Q, &table, &h, &S);
    lane_words_load(w, &R);
    ok = m64_and(ok, cofactored ? cofactored_equal_vartime(&Q, w) : encoding_equal_vartime(&Q, w));
    for (size_t i = 0; i < n; i++) {
        good[i] = m64_lane(ok, i);
    }
}

static void ed25519_mult_base(const uint8_t *const scalar[], uint8_t *const out[], size_t n) {
    struct {
        lane_words k;
        v64 w[4];
        ed_point p;
    } s;
    for (size_t l = 0; l < LANES64; l++) {
        lane_words_read(&s.k, l, scalar[l < n ? l : 0]);
    }
    ed_mult_base(&s.p, &s.k);
    ed_encode(s.w, &s.p);
    lane_words_store(&s.k, s.w);
    for (size_t i = 0; i < n; i++) {
        lane_words_write(out[i], &s.k, i);
    }
    wipe(&s, sizeof s);
}

static int ed25519_decode_neg(const uint8_t A[32], uint8_t neg_A[64]) {
    lane_words words;
    for (size_t l = 0; l < LANES64; l++) {
        lane_words_read(&words, l, A);
    }
    v64 w[4];
    fe x, y;
    lane_words_load(w, &words);
    const m64 ok = ed_decode_neg(&x, &y, w);
    fe_to_words(w, x);
    lane_words_store(&words, w);
    lane_words_write(neg_A, &words, 0);
    fe_to_words(w, y);
    lane_words_store(&words, w);
    lane_words_write(neg_A + 32, &words, 0);
    return (int)m64_lane(ok, 0);
}

#endif
