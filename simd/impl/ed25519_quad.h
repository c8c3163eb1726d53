/* SPDX-License-Identifier: ISC */
/*
 * Ed25519 verification of one signature, a point in a quad of lanes: X, Y, Z, T. The two quads run two chains of doublings and
 * additions side by side. Variable time: all that it reads is public.
 *
 * In place of an inversion, R is decoded beside A, which costs nothing, and the equation is S B - h A - R = 0. An R that
 * decodes and whose y is below p is the only encoding of its point, but for points of small order, which are refused before:
 * the equation holds just where the encodings are equal.
 */
#ifndef SEALANE_IMPL_ED25519_QUAD_H
#define SEALANE_IMPL_ED25519_QUAD_H

#define SECOND_QUAD ((m64)0xf0)
#define QUAD_ROWS 17
#define QUAD_DIGITS 51

/* Both quads' multiples 0 … 16 of their point, prepared for addition: Y - X, Y + X, 2Z, 2dT. */
typedef struct {
    _Alignas(64) uint64_t row[QUAD_ROWS][FE_LIMBS][LANES64];
} quad_table;

/* B = (x, 4/5) */
static const uint64_t ed_base_x_words[4] = {0xc9562d608f25d51a, 0x692cc7609525a7b2, 0xc0a4e231fdd6dc5c, 0x216936d3cd6e53fe};
static const uint64_t ed_base_y_words[4] = {0x6666666666666658, 0x6666666666666666, 0x6666666666666666, 0x6666666666666666};

/* v = 2^n v, n > 0, with the formulas of ed_double_times: X = EF, Y = GH, Z = FG, T = EH. */
INLINE few quad_double_times(few v, int n) {
    do {
        few x, y, s;
        quad_permute(&x, &v, 0, 1, 2, 0);
        quad_permute(&y, &v, 1, 1, 1, 1);
        s = fe_sq(fe_carry(quad_add_sub(x, QUAD_LANES(0, 0, 0, 1), m64_zero(), y))); /* xx, yy, zz, (x + y)^2 */
        few xx, yy, rest, zz2;
        quad_permute(&xx, &s, 0, 0, 0, 0);
        quad_permute(&yy, &s, 1, 1, 1, 1);
        s = few_neg_in(QUAD_LANES(0, 0, 0, 1), quad_add_in(QUAD_LANES(0, 0, 1, 0), s, s));
        quad_permute(&rest, &s, 3, 3, 2, 3); /* 2 zz, and -(x + y)^2 */
        quad_permute(&zz2, &s, 2, 2, 2, 2);
        const few EGFE = quad_add_in(QUAD_LANES(1, 0, 1, 1), few_add(xx, few_neg_in(QUAD_LANES(0, 1, 1, 0), yy)), rest);
        const few FHGH = quad_add_in(QUAD_LANES(1, 0, 0, 0), few_add(xx, few_neg_in(QUAD_LANES(1, 0, 1, 0), yy)), zz2);
        v = fe_mul_soon(fe_carry(EGFE), fe_carry(FHGH));
    } while (--n > 0);
    return v;
}

/* v + q, q prepared. */
INLINE few quad_add(few v, const fe *q) {
    few x, y, a, b;
    quad_permute(&y, &v, 1, 1, 2, 3);
    quad_permute(&x, &v, 0, 0, 0, 0);
    const fe left = fe_carry(quad_add_sub(y, QUAD_LANES(0, 1, 0, 0), QUAD_LANES(1, 0, 0, 0), x));
    const few ABDC = fe_mul_soon(left, *q);
    quad_permute(&a, &ABDC, 1, 2, 2, 1);
    quad_permute(&b, &ABDC, 0, 3, 3, 0);
    const few EGFE = quad_add_sub(a, QUAD_LANES(0, 1, 0, 0), QUAD_LANES(1, 0, 1, 1), b);
    quad_permute(&a, &ABDC, 2, 1, 2, 1);
    quad_permute(&b, &ABDC, 3, 0, 3, 0);
    const few FHGH = quad_add_sub(a, QUAD_LANES(0, 1, 1, 1), QUAD_LANES(1, 0, 0, 0), b);
    return fe_mul_soon(fe_carry(EGFE), fe_carry(FHGH));
}

/* v prepared for addition. */
static fe quad_prepare(few v) {
    few x, y;
    quad_permute(&y, &v, 1, 1, 2, 3);
    quad_permute(&x, &v, 0, 0, 2, 0);
    const fe q = fe_carry(quad_add_sub(y, QUAD_LANES(0, 1, 1, 0), QUAD_LANES(1, 0, 0, 0), x));
    return fe_mul_carry(q, fe_select(QUAD_LANES(0, 0, 0, 1), fe_constant(ed_2d_words), fe_small(1)));
}

/* Affine points whose x and y are in all lanes of their quad. */
static few quad_point(fe x, fe y) {
    const few xy = few_select(QUAD_LANES(0, 0, 0, 1), fe_mul(x, y), fe_wide(fe_small(1)));
    return few_select(QUAD_LANES(1, 0, 0, 0), fe_wide(x), few_select(QUAD_LANES(0, 1, 0, 0), fe_wide(y), xy));
}

static __attribute__((noinline)) void quad_table_fill(quad_table *t, few p) {
    const fe neutral =
        fe_select(QUAD_LANES(0, 0, 1, 0), fe_small(2), fe_select(QUAD_LANES(0, 0, 0, 1), fe_small(0), fe_small(1)));
    const fe step = quad_prepare(p);
    for (size_t row = 0; row < QUAD_ROWS; row++) {
        const fe q = row == 0 ? neutral : row == 1 ? step : quad_prepare(p = quad_add(p, &step));
        UNROLL for (size_t i = 0; i < FE_LIMBS; i++) {
            v64_store(t->row[row][i], q.l[i]);
        }
    }
}

/* k = sum of digit[i] 32^i, -16 <= digit[i] < 16, for k < 2^253. */
static void quad_digits_vartime(int8_t digit[QUAD_DIGITS], const uint8_t k[32]) {
    unsigned carry = 0;
    for (unsigned i = 0; i < QUAD_DIGITS; i++) {
        const unsigned bit = 5 * i, two = k[bit / 8] | (unsigned)(bit / 8 < 31 ? k[bit / 8 + 1] : 0) << 8;
        const unsigned d = (two >> bit % 8 & 31) + carry;
        carry = (d + 16) >> 5;
        digit[i] = (int8_t)((int)d - (int)(carry << 5));
    }
}

/* The first quad: digit d0 times its point; the second: d1 times its own. */
static fe quad_multiple_vartime(const quad_table *t, int d0, int d1) {
    const m64 negative = (m64)((d0 < 0 ? 0x0f : 0) | (d1 < 0 ? 0xf0 : 0));
    const size_t r0 = (size_t)(d0 < 0 ? -d0 : d0), r1 = (size_t)(d1 < 0 ? -d1 : d1);
    fe q, turned;
    UNROLL for (size_t i = 0; i < FE_LIMBS; i++) {
        q.l[i] = v64_load_halves(&t->row[r0][i][0], &t->row[r1][i][4]);
    }
    quad_permute(&turned, &q, 1, 0, 2, 3);
    turned = fe_select(QUAD_LANES(0, 0, 0, 1), fe_neg(q), turned);
    return fe_select(negative, turned, q);
}

/* k0 times the first quad's point, k1 times the second's. */
static __attribute__((noinline)) few quad_mult_vartime(few points, const uint8_t k0[32], const uint8_t k1[32]) {
    quad_table table;
    int8_t digit0[QUAD_DIGITS], digit1[QUAD_DIGITS];
    quad_table_fill(&table, points);
    quad_digits_vartime(digit0, k0);
    quad_digits_vartime(digit1, k1);
    few v = few_select(QUAD_LANES(0, 1, 1, 0), fe_wide(fe_small(1)), fe_wide(fe_small(0)));
    for (int i = QUAD_DIGITS - 1; i >= 0; i--) {
        /* Rows are fetched before the doublings, which need not wait for them. */
        const fe q = quad_multiple_vartime(&table, digit0[i], digit1[i]);
        if (i != QUAD_DIGITS - 1) {
            v = quad_double_times(v, 5);
        }
        v = quad_add(v, &q);
    }
    return v;
}

/* Whether the y of an encoding is below p = 2^255 - 19. */
static int quad_below_p_vartime(const uint8_t encoded[32]) {
    const uint64_t top = load_le64(encoded + 24) | UINT64_C(1) << 63;
    return (top & load_le64(encoded + 16) & load_le64(encoded + 8)) != UINT64_MAX || load_le64(encoded) < UINT64_MAX - 18;
}

/* An equation whose -A and -R are known: x and y of -A in the first quad, of -R in the second. */
static uint8_t quad_equation_vartime(int cofactored, const ed25519_check *c, fe x, fe y) {
    const few points = quad_point(x, y);
    const fe neg_R = quad_prepare(points);
    const few base = quad_point(fe_constant(ed_base_x_words), fe_constant(ed_base_y_words));
    few v = quad_mult_vartime(few_select(SECOND_QUAD, base, points), c->h, c->S);
    const fe other = quad_permute_by(v64_swap_index(), quad_prepare(v));
    v = quad_add(v, &other);
    v = quad_add(v, &neg_R); /* in the second quad */
    if (cofactored) {
        v = quad_double_times(v, 3);
    }
    few z;
    quad_permute(&z, &v, 0, 2, 2, 2);
    const m64 zero = fe_is_zero(fe_carry(quad_add_sub(v, m64_zero(), QUAD_LANES(0, 1, 0, 0), z))); /* X, Y - Z */
    return m64_lane(zero, 4) & m64_lane(zero, 5);
}

/* For n <= QUADS. Lanes 0 and 1 of item i's quad decode its A and R. */
static void ed25519_verify_few(int cofactored, const ed25519_check checks[], size_t n, uint8_t good[]) {
    lane_words encoded;
    fe x, y;
    m64 ok;
    for (size_t l = 0; l < LANES64; l++) {
        const ed25519_check *c = &checks[l / 4 < n ? l / 4 : 0];
        lane_words_read(&encoded, l, l % 4 == 0 && c->neg_A == NULL ? c->A : c->R);
    }
    ed_decode_neg(&x, &y, &ok, &encoded, 1);
    for (size_t i = 0; i < n; i++) {
        const ed25519_check *c = &checks[i];
        const long long a = (long long)(4 * i);
        const v64 spread = v64_indices(a, a, a, a, a + 1, a + 1, a + 1, a + 1);
        fe item_x = quad_permute_by(spread, x), item_y = quad_permute_by(spread, y);
        if (c->neg_A != NULL) {
            uint64_t words[8];
            for (size_t k = 0; k < 8; k++) {
                words[k] = load_le64(c->neg_A + 8 * k);
            }
            item_x = fe_select(SECOND_QUAD, item_x, fe_constant(words));
            item_y = fe_select(SECOND_QUAD, item_y, fe_constant(words + 4));
        }
        const int decoded = m64_lane(ok, 4 * i) & m64_lane(ok, 4 * i + 1); /* a given A's lane is R's */
        good[i] =
            decoded && (cofactored || quad_below_p_vartime(c->R)) ? quad_equation_vartime(cofactored, c, item_x, item_y) : 0;
    }
}

static __attribute__((noinline)) void ed25519_mult_base_ones(const uint8_t *const scalar[], uint8_t *const out[], size_t n) {
    lane_words encoded[BASE_FEW];
    ed_point p[BASE_FEW];
    for (size_t i = 0; i < n; i++) {
        ed_mult_base_one(&p[i], scalar[i]);
    }
    ed_encode(encoded, p, n);
    for (size_t i = 0; i < n; i++) {
        lane_words_write(out[i], &encoded[i], 0);
    }
}

/* For n <= BASE_FEW. */
static void ed25519_mult_base_few(const uint8_t *const scalar[], uint8_t *const out[], size_t n) {
    ed25519_mult_base_ones(scalar, out, n);
    wipe_dead_stack();
}

#endif
