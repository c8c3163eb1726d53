/* SPDX-License-Identifier: ISC */
/* The group law as in Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited" (2008), and RFC 8032, section 5.1.4. */
#include "core/ref/group.h"

#include "core/util/ct.h"
#include "core/util/wipe.h"

/* A result before its four products: X = EF, Y = GH, Z = FG, T = EH. A, B, C and D are what it is made of. */
typedef struct {
    field E, F, G, H, A, B, C, D;
} group_sum;

/* A second operand, prepared: Y + X, Y - X, 2Z, 2dT. */
typedef struct {
    field sum, diff, Z2, T2d;
} group_cached;

/* The same with Z = 1. */
typedef struct {
    field sum, diff, T2d;
} group_affine;

#include "core/ref/base_table.h"

static const field curve_d = FIELD_OF_64(0x75eb4dca135978a3, 0x00700a4d4141d8ab, 0x8cc740797779e898, 0x52036cee2b6ffe73);
static const field curve_2d = FIELD_OF_64(0xebd69b9426b2f159, 0x00e0149a8283b156, 0x198e80f2eef3d130, 0x2406d9dc56dffce7);
static const field sqrt_minus_one = FIELD_OF_64(0xc4ee1b274a0ea0b0, 0x2f431806ad2fe478, 0x2b4d00993dfbd7a7, 0x2b8324804fc1df0b);

static void set_neutral(group_point *r) {
    r->X = field_zero;
    r->Y = field_one;
    r->Z = field_one;
    r->T = field_zero;
}

/* A doubling reads no T: where one follows, T need not be made. */
static void finish_without_T(group_point *r, const group_sum *s) {
    sealane_field_mul(&r->X, &s->E, &s->F);
    sealane_field_mul(&r->Y, &s->G, &s->H);
    sealane_field_mul(&r->Z, &s->F, &s->G);
}

static void finish(group_point *r, const group_sum *s) {
    finish_without_T(r, s);
    sealane_field_mul(&r->T, &s->E, &s->H);
}

static void double_point(group_sum *s, const group_point *p) {
    sealane_field_sqr(&s->A, &p->X);
    sealane_field_sqr(&s->B, &p->Y);
    sealane_field_sqr(&s->C, &p->Z);
    field_add(&s->C, &s->C, &s->C);
    field_add(&s->D, &p->X, &p->Y);
    sealane_field_sqr(&s->D, &s->D);
    field_add(&s->H, &s->A, &s->B);
    field_sub(&s->E, &s->H, &s->D);
    field_sub(&s->G, &s->A, &s->B);
    field_add(&s->F, &s->C, &s->G);
}

/* The part of p + q that is the same whatever the form of q: A, B and the ends; C = 2d T1 T2 and D = 2 Z1 Z2 are there. */
static void add_rest(group_sum *s, const group_point *p, const field *q_sum, const field *q_diff) {
    field_sub(&s->A, &p->Y, &p->X);
    sealane_field_mul(&s->A, &s->A, q_diff);
    field_add(&s->B, &p->Y, &p->X);
    sealane_field_mul(&s->B, &s->B, q_sum);
    field_sub(&s->E, &s->B, &s->A);
    field_sub(&s->F, &s->D, &s->C);
    field_add(&s->G, &s->D, &s->C);
    field_add(&s->H, &s->B, &s->A);
}

static void add_affine(group_sum *s, const group_point *p, const group_affine *q) {
    sealane_field_mul(&s->C, &p->T, &q->T2d);
    field_add(&s->D, &p->Z, &p->Z);
    add_rest(s, p, &q->sum, &q->diff);
}

static void add_cached(group_sum *s, const group_point *p, const group_cached *q) {
    sealane_field_mul(&s->C, &p->T, &q->T2d);
    sealane_field_mul(&s->D, &p->Z, &q->Z2);
    add_rest(s, p, &q->sum, &q->diff);
}

static void cache(group_cached *r, const group_point *p) {
    field_add(&r->sum, &p->Y, &p->X);
    field_sub(&r->diff, &p->Y, &p->X);
    field_add(&r->Z2, &p->Z, &p->Z);
    sealane_field_mul(&r->T2d, &p->T, &curve_2d);
}

static void negate_affine(group_affine *p) {
    field sum = p->sum;
    p->sum = p->diff;
    p->diff = sum;
    field_neg(&p->T2d, &p->T2d);
}

static void negate_cached(group_cached *p) {
    field sum = p->sum;
    p->sum = p->diff;
    p->diff = sum;
    field_neg(&p->T2d, &p->T2d);
}

/* r = digit P, -8 <= digit <= 8, row[i] = (i + 1) P: the whole row is read, whatever the digit. */
static void choose_multiple(group_affine *r, const group_affine row[8], int digit) {
    limb negative = (limb)((uint32_t)digit >> 31);
    uint32_t size = ((uint32_t)digit ^ (0U - (uint32_t)negative)) + (uint32_t)negative;
    *r = (group_affine){.sum = field_one, .diff = field_one, .T2d = field_zero};
    for (uint32_t i = 0; i < 8; i++) {
        limb chosen = ct_mask_zero32(size ^ (i + 1)) & 1;
        field_choose(&r->sum, &row[i].sum, chosen);
        field_choose(&r->diff, &row[i].diff, chosen);
        field_choose(&r->T2d, &row[i].T2d, chosen);
    }
    field minus;
    field_swap(&r->sum, &r->diff, negative); /* -(x, y) = (-x, y) */
    field_neg(&minus, &r->T2d);
    field_choose(&r->T2d, &minus, negative);
    wipe(&minus, sizeof minus);
}

/* scalar = sum of digit[i] 16^i, -8 <= digit[i] < 8, but 0 <= digit[63] <= 8. */
static void signed_radix_16(int8_t digit[64], const uint8_t scalar[32]) {
    int carry = 0;
    for (unsigned i = 0; i < 64; i++) {
        int d = ((scalar[i / 2] >> (4 * (i % 2))) & 15) + carry;
        carry = i == 63 ? 0 : (d + 8) >> 4;
        digit[i] = (int8_t)(d - 16 * carry);
    }
}

/* The digits of odd place, times 16, and those of even place; 256^i B come from the table. */
void sealane_group_mult_base(group_point *r, const uint8_t scalar[32]) {
    int8_t digit[64];
    group_affine multiple;
    group_sum s;
    signed_radix_16(digit, scalar);
    set_neutral(r);
    for (unsigned i = 1; i < 64; i += 2) {
        choose_multiple(&multiple, base_rows[i / 2], digit[i]);
        add_affine(&s, r, &multiple);
        finish(r, &s);
    }
    for (int i = 0; i < 4; i++) {
        double_point(&s, r);
        finish(r, &s);
    }
    for (unsigned i = 0; i < 64; i += 2) {
        choose_multiple(&multiple, base_rows[i / 2], digit[i]);
        add_affine(&s, r, &multiple);
        finish(r, &s);
    }
    wipe(digit, sizeof digit);
    wipe(&multiple, sizeof multiple);
    wipe(&s, sizeof s);
}

/*
 * scalar = sum of digit[i] 2^i; each digit is 0 or odd with |digit| < 2^(width - 1), and of any `width` digits in a row at most
 * one is not 0. scalar < 2^253, so digits end at 253. Returns the number of digits up to the last that is not 0.
 */
#define NAF_DIGITS 254
static int naf_vartime(int8_t digit[NAF_DIGITS], const uint8_t scalar[32], int width) {
    int used = 0;
    int carry = 0;
    memset(digit, 0, NAF_DIGITS);
    for (int i = 0; i < NAF_DIGITS;) {
        int bits = carry;
        for (int j = 0; j < width && i + j < NAF_DIGITS; j++) {
            bits += ((scalar[(i + j) / 8] >> ((i + j) % 8)) & 1) << j;
        }
        if (bits % 2 == 0) {
            i++; /* bit i and carry are both 0 or both 1: carry goes on as it is */
            continue;
        }
        carry = bits >> (width - 1);
        digit[i] = (int8_t)(bits - (carry << width));
        used = i + 1;
        i += width;
    }
    return used;
}

#define NAF_WIDTH 5 /* of A: 8 odd multiples */

void sealane_group_mult_add_base_vartime(group_point *r, const uint8_t h[32], const group_point *A, const uint8_t S[32]) {
    int8_t h_digit[NAF_DIGITS], S_digit[NAF_DIGITS];
    int h_used = naf_vartime(h_digit, h, NAF_WIDTH);
    int S_used = naf_vartime(S_digit, S, BASE_NAF_WIDTH);

    group_cached odd[8]; /* (2 i + 1) A */
    group_cached twice;
    group_sum s;
    group_point p;
    double_point(&s, A);
    finish(&p, &s);
    cache(&twice, &p);
    cache(&odd[0], A);
    p = *A;
    for (int i = 1; i < 8; i++) {
        add_cached(&s, &p, &twice);
        finish(&p, &s);
        cache(&odd[i], &p);
    }

    set_neutral(r);
    for (int i = h_used > S_used ? h_used : S_used; i-- > 0;) {
        double_point(&s, r);
        if (h_digit[i] != 0) {
            group_cached q = odd[(h_digit[i] < 0 ? -h_digit[i] : h_digit[i]) / 2];
            if (h_digit[i] < 0) {
                negate_cached(&q);
            }
            finish(r, &s);
            add_cached(&s, r, &q);
        }
        if (S_digit[i] != 0) {
            group_affine q = base_odd[(S_digit[i] < 0 ? -S_digit[i] : S_digit[i]) / 2];
            if (S_digit[i] < 0) {
                negate_affine(&q);
            }
            finish(r, &s);
            add_affine(&s, r, &q);
        }
        finish_without_T(r, &s);
    }
}

void sealane_group_comb_vartime(uint8_t rows[16][96], const group_point *p) {
    group_cached tooth[5]; /* 2^(51 t) p */
    group_point row[16], power = *p;
    field before[16], product = field_one, inverse, x, y; /* before[u]: the product of Z of the rows below u */
    group_sum s;
    for (int t = 0; t < 5; t++) {
        cache(&tooth[t], &power);
        for (int i = 0; i < 51; i++) {
            double_point(&s, &power);
            finish(&power, &s);
        }
    }
    for (unsigned u = 0; u < 16; u++) {
        set_neutral(&row[u]);
        for (unsigned t = 0; t < 5; t++) {
            group_cached q = tooth[t];
            if (t < 4 && (u >> t & 1) == 0) {
                negate_cached(&q);
            }
            add_cached(&s, &row[u], &q);
            finish(&row[u], &s);
        }
        before[u] = product;
        sealane_field_mul(&product, &product, &row[u].Z);
    }
    sealane_field_invert(&inverse, &product);
    for (unsigned u = 16; u-- > 0;) {
        field z, sum;
        sealane_field_mul(&z, &inverse, &before[u]);
        sealane_field_mul(&inverse, &inverse, &row[u].Z);
        sealane_field_mul(&x, &row[u].X, &z);
        sealane_field_mul(&y, &row[u].Y, &z);
        field_add(&sum, &y, &x);
        sealane_field_store(rows[u], &sum);
        field_sub(&sum, &y, &x);
        sealane_field_store(rows[u] + 32, &sum);
        sealane_field_mul(&sum, &x, &y);
        sealane_field_mul(&sum, &sum, &curve_2d);
        sealane_field_store(rows[u] + 64, &sum);
    }
}

void sealane_group_encode(uint8_t bytes[32], const group_point *p) {
    field x, y, reciprocal;
    sealane_field_invert(&reciprocal, &p->Z);
    sealane_field_mul(&x, &p->X, &reciprocal);
    sealane_field_mul(&y, &p->Y, &reciprocal);
    sealane_field_store(bytes, &y);
    bytes[31] |= (uint8_t)(sealane_field_is_odd(&x) << 7);
    wipe(&x, sizeof x);
    wipe(&y, sizeof y);
    wipe(&reciprocal, sizeof reciprocal);
}

/* x^2 = u/v with u = y^2 - 1, v = d y^2 + 1, never 0 as -1/d is no square. The candidate x = u v^3 (u v^7)^((p - 5) / 8) has
   v x^2 = u, or -u and then sqrt(-1) x is a root, or neither and u/v is no square. */
int sealane_group_decode_vartime(group_point *r, const uint8_t bytes[32]) {
    field u, v, v3, x, check;
    sealane_field_load_255(&r->Y, bytes);
    r->Z = field_one;
    sealane_field_sqr(&u, &r->Y);
    sealane_field_mul(&v, &u, &curve_d);
    field_sub(&u, &u, &field_one);
    field_add(&v, &v, &field_one);
    sealane_field_sqr(&v3, &v);
    sealane_field_mul(&v3, &v3, &v);
    sealane_field_sqr(&x, &v3);
    sealane_field_mul(&x, &x, &v);
    sealane_field_mul(&x, &x, &u);
    sealane_field_pow_252_3(&x, &x);
    sealane_field_mul(&x, &x, &v3);
    sealane_field_mul(&x, &x, &u);
    sealane_field_sqr(&check, &x);
    sealane_field_mul(&check, &check, &v);
    field_sub(&v3, &check, &u);
    if (!sealane_field_is_zero(&v3)) {
        field_add(&v3, &check, &u);
        if (!sealane_field_is_zero(&v3)) {
            return 0;
        }
        sealane_field_mul(&x, &x, &sqrt_minus_one);
    }
    if (sealane_field_is_odd(&x) != bytes[31] >> 7) {
        field_neg(&x, &x);
    }
    r->X = x;
    sealane_field_mul(&r->T, &r->X, &r->Y);
    return 1;
}

void sealane_group_neg(group_point *r, const group_point *p) {
    field_neg(&r->X, &p->X);
    r->Y = p->Y;
    r->Z = p->Z;
    field_neg(&r->T, &p->T);
}

int sealane_group_equal_cofactored_vartime(const group_point *p, const group_point *q) {
    group_sum s;
    group_point p8 = *p;
    group_point q8 = *q;
    field left, right, X_diff, Y_diff;
    for (int i = 0; i < 3; i++) {
        double_point(&s, &p8);
        finish_without_T(&p8, &s);
        double_point(&s, &q8);
        finish_without_T(&q8, &s);
    }
    sealane_field_mul(&left, &p8.X, &q8.Z);
    sealane_field_mul(&right, &q8.X, &p8.Z);
    field_sub(&X_diff, &left, &right);
    sealane_field_mul(&left, &p8.Y, &q8.Z);
    sealane_field_mul(&right, &q8.Y, &p8.Z);
    field_sub(&Y_diff, &left, &right);
    return sealane_field_is_zero(&X_diff) && sealane_field_is_zero(&Y_diff);
}
