/* SPDX-License-Identifier: ISC */
/* The group's work of Ed25519, a signature a lane. Verification takes variable time: all that it reads is public. */
#ifndef SEALANE_IMPL_ED25519_H
#define SEALANE_IMPL_ED25519_H

/* More than any call has below its entry, when optimised: up to 27 KiB were seen (gcc 12 -O1, AVX2), 2.5 KiB in one lane. */
WIPE_DEAD_STACK(wipe_dead_stack, LANES64 == 1 ? 4096 : 32768)

#define A_ROWS 17
#define A_DIGITS 51
#define B_DIGITS 26
#define CACHED_WORDS (4 * FE_PACKED)

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
    fe_pack(words, q->y_plus_x);
    fe_pack(words + FE_PACKED, q->y_minus_x);
    fe_pack(words + 2 * FE_PACKED, q->z2);
    fe_pack(words + 3 * FE_PACKED, q->t2d);
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
    for (size_t i = 0; i < CACHED_WORDS; i += 4) {
        const uint64_t *p[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            p[l] = &t->lane[l][row[l]][i];
        }
        v64_load_rows4(words + i, p);
    }
    return (ed_cached){fe_unpack(words), fe_unpack(words + FE_PACKED), fe_unpack(words + 2 * FE_PACKED),
                       fe_unpack(words + 3 * FE_PACKED)};
}

static __attribute__((noinline)) void ed_table_fill(ed_table *t, fe x, fe y) {
    const ed_affine p = ed_affine_of(x, y);
    const ed_cached neutral = {fe_small(1), fe_small(1), fe_small(2), fe_small(0)};
    ed_point m = ed_neutral();
    ed_table_store(t, 0, &neutral);
    for (size_t row = 1; row < A_ROWS; row++) {
        ed_add_affine(&m, &p, 1);
        const ed_cached q = ed_cached_of(&m);
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

/* Points of rows of twelve words, negated in the lanes of m. */
INLINE ed_affine ed_affine_load(const uint64_t *const row[LANES64], m64 m) {
    v64 w[12];
    for (size_t j = 0; j < 12; j += 4) {
        const uint64_t *p[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            p[l] = row[l] + j;
        }
        v64_load_rows4(w + j, p);
    }
    return ed_affine_neg(m, (ed_affine){fe_from_words(w), fe_from_words(w + 4), fe_from_words(w + 8)});
}

INLINE ed_affine b_multiple_vartime(const lane_words *s, unsigned i) {
    _Alignas(64) uint64_t row[LANES64];
    const m64 negative = digit_split(row, lane_words_bits(s, 10 * i, 10), i == B_DIGITS - 1 ? 0 : 512);
    const uint64_t *address[LANES64];
    for (size_t l = 0; l < LANES64; l++) {
        address[l] = sealane_base_window[row[l]];
    }
    return ed_affine_load(address, negative);
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

/*
 * Combs of signed digits: the digits of k, odd, are the bits of (k - 1) / 2 + 2^(N - 1), each 1 for +1 and 0 for -1, where N is
 * teeth times step. The digits of one column, one from each tooth, choose a row: the topmost the sign, the others the row.
 */
#define KEY_TEETH 5
#define KEY_STEP 51

static const uint64_t order_words[4] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000};

/* k becomes (k - 1) / 2 + 2^top for odd k, k / 2 + 2^top for even k. */
INLINE void comb_digits(lane_words *k, unsigned top) {
    v64 w[4];
    lane_words_load(w, k);
    UNROLL for (size_t i = 0; i < 4; i++) {
        w[i] = v64_shr(w[i], 1);
        if (i < 3) {
            w[i] = v64_or(w[i], v64_shl(v64_load(k->w[i + 1]), 63));
        }
    }
    w[3] = v64_or(w[3], v64_set1(UINT64_C(1) << (top - 192)));
    lane_words_store(k, w);
}

INLINE m64 lane_words_even(const lane_words *k) {
    return m64_not(m64_is_set(v64_load(k->w[0]), v64_set1(1)));
}

/* The row of a column in each lane; returns the lanes where it is to be negated. */
INLINE m64 comb_row(uint64_t row[LANES64], const lane_words *digits, unsigned column, unsigned teeth, unsigned step) {
    v64 u = v64_zero();
    for (unsigned t = 0; t < teeth - 1; t++) {
        u = v64_or(u, v64_shl_by(lane_words_bits(digits, column + t * step, 1), t));
    }
    const v64 top = lane_words_bits(digits, column + (teeth - 1) * step, 1);
    const m64 plus = m64_is_set(top, v64_set1(1));
    v64_store(row, v64_select(plus, u, v64_sub(v64_set1((UINT64_C(1) << (teeth - 1)) - 1), u)));
    return m64_not(plus);
}

OUTLINE void ed_add_affine_vartime(ed_point *p, const ed_affine *q, int with_T) {
    if (with_T) {
        ed_add_affine(p, q, 1);
    } else {
        ed_add_affine(p, q, 0);
    }
}

/* r = h P + S B, where P = (x, y) and its comb are a lane's; h, S < L, which are overwritten. T is set. */
OUTLINE void ed_comb_mult_vartime(ed_point *r, fe x, fe y, const ed25519_comb *const comb[LANES64], lane_words *h,
                                  lane_words *s) {
    _Alignas(64) uint64_t u[LANES64];
    const uint64_t *row[LANES64];
    /* For even h the digits are those of h + 1, for even S those of S + L: L B is neutral, but L P need not be. */
    const m64 h_even = lane_words_even(h), s_even = lane_words_even(s);
    lane_words odd = *s;
    lane_words_add(&odd, order_words);
    for (size_t i = 0; i < 4; i++) {
        v64_store(s->w[i], v64_select(s_even, v64_load(odd.w[i]), v64_load(s->w[i])));
    }
    comb_digits(h, KEY_TEETH * KEY_STEP - 1);
    comb_digits(s, BASE_TEETH * BASE_TEETH_STEP - 1);
    *r = ed_neutral();
    for (unsigned c = KEY_STEP; c-- > 0;) {
        m64 minus = comb_row(u, h, c, KEY_TEETH, KEY_STEP);
        for (size_t l = 0; l < LANES64; l++) {
            row[l] = (const uint64_t *)(const void *)(*comb[l])[u[l]];
        }
        const ed_affine a = ed_affine_load(row, minus);
        if (c != KEY_STEP - 1) {
            ed_double_times(r, 1);
        }
        ed_add_affine_vartime(r, &a, c < BASE_TEETH_STEP);
        if (c < BASE_TEETH_STEP) {
            minus = comb_row(u, s, c, BASE_TEETH, BASE_TEETH_STEP);
            for (size_t l = 0; l < LANES64; l++) {
                row[l] = sealane_base_teeth[u[l]];
            }
            const ed_affine b = ed_affine_load(row, minus);
            ed_add_affine_vartime(r, &b, c == 0);
        }
    }
    const ed_affine minus_P = ed_affine_of(fe_neg(x), y);
    const ed_affine last = {fe_select(h_even, minus_P.y_plus_x, fe_small(1)), fe_select(h_even, minus_P.y_minus_x, fe_small(1)),
                            fe_select(h_even, minus_P.xy2d, fe_small(0))};
    ed_add_affine_vartime(r, &last, 1);
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
    const ed25519_comb *comb[GROUPS][LANES64];
    m64 given[GROUPS];
    int all_given, all_combs[GROUPS];
} ed25519_lanes;

static void ed25519_read(ed25519_lanes *v, const ed25519_check checks[], size_t n, size_t groups) {
    v->all_given = 1;
    for (size_t g = 0; g < groups; g++) {
        _Alignas(64) uint64_t given[LANES64];
        v->all_combs[g] = 1;
        for (size_t l = 0; l < LANES64; l++) {
            const ed25519_check *c = &checks[item_of_lane(g, l, n)];
            const int has_x = c->neg_A != NULL;
            lane_words_read(&v->A[g], l, has_x ? c->neg_A + 32 : c->A);
            lane_words_read(&v->x[g], l, has_x ? c->neg_A : c->A);
            lane_words_read(&v->R[g], l, c->R);
            lane_words_read(&v->S[g], l, c->S);
            lane_words_read(&v->h[g], l, c->h);
            v->comb[g][l] = c->comb;
            v->all_combs[g] &= c->comb != NULL;
            v->all_given &= has_x;
            given[l] = (uint64_t)has_x;
        }
        v->given[g] = m64_is_set(v64_load(given), v64_set1(1));
    }
}

/* Apart from the groups with combs, which have no use for the table on the stack. */
OUTLINE void ed25519_mult_vartime(ed_point *Q, fe x, fe y, lane_words *h, lane_words *S) {
    ed_table table;
    lane_words_add(h, a_offset);
    lane_words_add(S, b_offset);
    ed_table_fill(&table, x, y);
    ed_double_mult_vartime(Q, &table, h, S);
}

static void ed25519_verify(int cofactored, const ed25519_check checks[], size_t n, uint8_t good[]) {
    ed25519_lanes v;
    fe x[GROUPS], y[GROUPS];
    m64 ok[GROUPS], R_ok[GROUPS];
    ed_point Q[GROUPS];
    const size_t groups = groups_of(n);
    ed25519_read(&v, checks, n, groups);
    if (!v.all_given) {
        ed_decode_neg(x, y, ok, v.A, groups);
    }
    for (size_t g = 0; g < groups; g++) {
        v64 w[4];
        lane_words_load(w, &v.x[g]);
        const fe given_x = fe_from_words(w);
        x[g] = v.all_given ? given_x : fe_select(v.given[g], given_x, x[g]);
        ok[g] = v.all_given ? v.given[g] : m64_or(v.given[g], ok[g]);
        lane_words_load(w, &v.A[g]);
        if (v.all_combs[g]) {
            ed_comb_mult_vartime(&Q[g], x[g], fe_from_words(w), v.comb[g], &v.h[g], &v.S[g]);
        } else {
            ed25519_mult_vartime(&Q[g], x[g], fe_from_words(w), &v.h[g], &v.S[g]);
        }
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

/* The words of an element of each of n lanes to place[l]. */
INLINE void fe_scatter(uint8_t *const place[], size_t n, fe a) {
    lane_words words;
    v64 w[4];
    fe_to_words(w, a);
    lane_words_store(&words, w);
    for (size_t l = 0; l < n; l++) {
        lane_words_write(place[l], &words, l);
    }
}

OUTLINE void ed_add_cached_vartime(ed_point *p, const ed_cached *q) {
    ed_add_cached(p, q, 1);
}

/* Points without T, packed. */
typedef struct {
    v64 X[FE_PACKED], Y[FE_PACKED], Z[FE_PACKED];
} ed_projective;

/* The rows of the comb of P = (x, y). */
OUTLINE void ed_comb_fill(ed_projective row[16], fe x, fe y) {
    const ed_affine p = ed_affine_of(x, y);
    ed_cached twice[KEY_TEETH - 1];
    ed_point power = ed_neutral(), sum = ed_neutral();
    ed_add_affine_vartime(&power, &p, 1);
    for (size_t t = 0; t < KEY_TEETH; t++) {
        const m64 minus = t < KEY_TEETH - 1 ? m64_not(m64_zero()) : m64_zero();
        const ed_cached q = ed_cached_neg(minus, ed_cached_of(&power));
        ed_add_cached_vartime(&sum, &q);
        if (t < KEY_TEETH - 1) {
            ed_double_times(&power, 1);
            twice[t] = ed_cached_of(&power);
            ed_double_times(&power, KEY_STEP - 1);
        }
    }
    /* One bit of the row changes at a time: of i - 1 and i in Gray's code, the lowest bit of i that is set. */
    for (size_t i = 0; i < 16; i++) {
        const size_t u = i ^ i >> 1;
        if (i > 0) {
            const size_t t = (size_t)__builtin_ctzll(i);
            const ed_cached q = ed_cached_neg((u >> t & 1) != 0 ? m64_zero() : m64_not(m64_zero()), twice[t]);
            ed_add_cached_vartime(&sum, &q);
        }
        fe_pack(row[u].X, fe_carry(sum.X));
        fe_pack(row[u].Y, fe_carry(sum.Y));
        fe_pack(row[u].Z, fe_carry(sum.Z));
    }
}

static void ed25519_prepare(const uint8_t *const A[], size_t n, ed25519_key_table table[], uint8_t ok[]) {
    lane_words words;
    uint8_t *place[LANES64];
    ed_projective row[16];
    v64 before[16][FE_PACKED];
    fe x, y;
    m64 on_curve;
    for (size_t l = 0; l < LANES64; l++) {
        lane_words_read(&words, l, A[l < n ? l : 0]);
    }
    ed_decode_neg(&x, &y, &on_curve, &words, 1);
    for (size_t l = 0; l < n; l++) {
        place[l] = table[l].neg_A;
        ok[l] = m64_lane(on_curve, l);
    }
    fe_scatter(place, n, x);
    for (size_t l = 0; l < n; l++) {
        place[l] = table[l].neg_A + 32;
    }
    fe_scatter(place, n, y);
    ed_comb_fill(row, x, y);
    /* One inversion for all rows, as fe_invert's for its groups. */
    fe product = fe_small(1);
    for (size_t u = 0; u < 16; u++) {
        fe_pack(before[u], product);
        product = fe_mul_carry(product, fe_unpack(row[u].Z));
    }
    fe_invert(&product, 1);
    for (size_t u = 16; u-- > 0;) {
        const fe z = fe_mul_carry(product, fe_unpack(before[u]));
        product = fe_mul_carry(product, fe_unpack(row[u].Z));
        const ed_affine q = ed_affine_of(fe_mul_carry(fe_unpack(row[u].X), z), fe_mul_carry(fe_unpack(row[u].Y), z));
        const fe *const part[3] = {&q.y_plus_x, &q.y_minus_x, &q.xy2d};
        for (size_t k = 0; k < 3; k++) {
            for (size_t l = 0; l < n; l++) {
                place[l] = table[l].comb[u] + 32 * k;
            }
            fe_scatter(place, n, *part[k]);
        }
    }
}

#endif
