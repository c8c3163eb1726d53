/* SPDX-License-Identifier: ISC */
/*
 * The group of edwards25519, -x^2 + y^2 = 1 + d x^2 y^2, one point a lane, over any field header.
 *
 * Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z (Hisil, Wong, Carter, Dawson 2008). Addition is complete: right for all
 * points, equal, opposite and of small order included. Every operation ends in E, F, G, H with X = EF, Y = GH, Z = FG,
 * T = EH; coordinates stay wide until they are added or multiplied, so that each sum is carried once.
 */
#ifndef SEALANE_EDWARDS_H
#define SEALANE_EDWARDS_H

/* All coordinates in W. */
typedef struct {
    few X, Y, Z, T;
} ed_point;

/* (x, y) as y + x, y - x, 2dxy. */
typedef struct {
    fe y_plus_x, y_minus_x, xy2d;
} ed_affine;

/* Y + X, Y - X, 2Z, 2dT. */
typedef struct {
    fe y_plus_x, y_minus_x, z2, t2d;
} ed_cached;

static const uint64_t ed_2d_words[4] = {0xebd69b9426b2f159, 0x00e0149a8283b156, 0x198e80f2eef3d130, 0x2406d9dc56dffce7};

INLINE fe fe_constant(const uint64_t words[4]) {
    const v64 w[4] = {v64_set1(words[0]), v64_set1(words[1]), v64_set1(words[2]), v64_set1(words[3])};
    return fe_from_words(w);
}

INLINE void ed_finish(ed_point *r, few E, few F, few G, few H, int with_T) {
    const fe h = fe_carry(H), g = fe_carry(G), f = fe_carry(F), e = fe_carry(E);
    fe_mul_two(&r->Y, &r->Z, &h, &f, &g);
    if (with_T) {
        fe_mul_two(&r->X, &r->T, &f, &h, &e);
    } else {
        fe_mul_to(&r->X, &f, &e);
    }
}

INLINE ed_point ed_neutral(void) {
    const few zero = fe_wide(fe_small(0)), one = fe_wide(fe_small(1));
    return (ed_point){zero, one, one, zero};
}

/* p = 2^n p, n > 0. T is not read. With S = few_sub's 2^61, E < 3W + S, F < 3W + S, G < W + S, H < 2W. */
static __attribute__((noinline)) void ed_double_times(ed_point *p, int n) {
    do {
        const few zz = fe_sq(fe_carry(p->Z)), xx = fe_sq(fe_carry(p->X)), yy = fe_sq(fe_carry(p->Y));
        const few s = fe_sq(fe_carry(few_add(p->X, p->Y)));
        const few H = few_add(xx, yy), G = few_sub(xx, yy);
        ed_finish(p, few_sub(H, s), few_add(few_add(zz, zz), G), G, H, n == 1);
    } while (--n > 0);
}

/* Y - X, Y + X of p times those of q; C = 2d T1 T2, D = 2 Z1 Z2. */
INLINE void ed_add_common(ed_point *p, const fe *y_plus_x, const fe *y_minus_x, few C, few D, int with_T) {
    const fe a = fe_carry(few_sub(p->Y, p->X)), b = fe_carry(few_add(p->Y, p->X));
    few A, B;
    fe_mul_to(&A, &a, y_minus_x);
    fe_mul_to(&B, &b, y_plus_x);
    ed_finish(p, few_sub(B, A), few_sub(D, C), few_add(D, C), few_add(B, A), with_T);
}

/* p += q */
INLINE void ed_add_cached(ed_point *p, const ed_cached *q, int with_T) {
    const fe t = fe_carry(p->T), z = fe_carry(p->Z);
    few C, D;
    fe_mul_to(&C, &t, &q->t2d);
    fe_mul_to(&D, &z, &q->z2);
    ed_add_common(p, &q->y_plus_x, &q->y_minus_x, C, D, with_T);
}

INLINE void ed_add_affine(ed_point *p, const ed_affine *q, int with_T) {
    const fe t = fe_carry(p->T);
    few C;
    fe_mul_to(&C, &t, &q->xy2d);
    ed_add_common(p, &q->y_plus_x, &q->y_minus_x, C, few_add(p->Z, p->Z), with_T);
}

INLINE ed_cached ed_cached_of(const ed_point *p) {
    return (ed_cached){fe_carry(few_add(p->Y, p->X)), fe_carry(few_sub(p->Y, p->X)), fe_carry(few_add(p->Z, p->Z)),
                       fe_mul_carry(fe_carry(p->T), fe_constant(ed_2d_words))};
}

/* -q in the lanes of m. */
INLINE ed_affine ed_affine_neg(m64 m, ed_affine q) {
    return (ed_affine){fe_select(m, q.y_minus_x, q.y_plus_x), fe_select(m, q.y_plus_x, q.y_minus_x),
                       fe_select(m, fe_neg(q.xy2d), q.xy2d)};
}

INLINE ed_cached ed_cached_neg(m64 m, ed_cached q) {
    return (ed_cached){fe_select(m, q.y_minus_x, q.y_plus_x), fe_select(m, q.y_plus_x, q.y_minus_x), q.z2,
                       fe_select(m, fe_neg(q.t2d), q.t2d)};
}

#endif
