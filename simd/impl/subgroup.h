/* SPDX-License-Identifier: ISC */
/*
 * Membership in the prime-order subgroup of edwards25519, a point a lane, by two powers in place of a multiplication by the
 * order L: a square root, and a quartic residue symbol that is the reduced Tate pairing with a point of order 4 on a
 * 2-isogenous curve. docs/exact-batch.md has the statement; Pornin, "Point-halving and subgroup membership in twisted Edwards
 * curves" (eprint 2022/1164) and Koshelev (eprint 2022/037) the background. Variable time in nothing, but meant for public
 * points.
 */
#ifndef SEALANE_IMPL_SUBGROUP_H
#define SEALANE_IMPL_SUBGROUP_H

#define SUBGROUP_A_PLUS_2 486664 /* of curve25519, A = 486662 */

/* C^2 = -(A + 2). */
static const uint64_t subgroup_C_words[4] = {0xcc6e04aaff457e06, 0xc5a1d3d14b7d1a82, 0xd27b08dc03fc4f7e, 0x0f26edf460a006bb};
/* c + 2 with c^2 = A + 2 and c (c + 2) no square. */
static const uint64_t subgroup_c_plus_2_words[4] = {0x165db7106377bbda, 0x9ca5ee38d7b56c9c, 0x3de05885280b5910,
                                                    0x141b0b6806563d50};

/* a[i] = a[i]^((p - 1) / 4) = a[i]^(8 (2^250 - 1) + 3) for count = 1 or 2. */
static inline void fe_pow_quarter(fe a[], size_t count) {
    fe t[2], a11[2], cube[2];
    for (size_t i = 0; i < count; i++) {
        cube[i] = fe_mul_carry(fe_carry(fe_sq(a[i])), a[i]);
    }
    fe_pow_2_250_1(t, a11, a, count);
    fe_sq_times_mul(a, t, count, 3, cube);
}

/*
 * The lanes of count = 1 or 2 vectors of points, T set, that are in the subgroup.
 *
 * a = Z + Y and b = Z - Y: a / b is u of the Montgomery form, and w^2 = a / b has a root exactly for points that are twice a
 * point. M, D and N are the preimage under the dual isogeny, its denominator and the value there of the function whose
 * divisor belongs to the point of order 4, each times what clears Z, w^2 and signs; the symbol takes 2 N^2 D^3. It is 0, not
 * 1, where a step is exceptional, which is for points of small order alone. The neutral element, b = 0, is set apart.
 */
static __attribute__((noinline)) void ed_in_subgroup(m64 member[], const ed_point p[], size_t count) {
    const few one = fe_wide(fe_small(1));
    fe a[2], b[2], ab3[2], power[2];
    for (size_t i = 0; i < count; i++) {
        a[i] = fe_carry(few_add(p[i].Z, p[i].Y));
        b[i] = fe_carry(few_sub(p[i].Z, p[i].Y));
        const fe b3 = fe_mul_carry(fe_carry(fe_sq(b[i])), b[i]);
        ab3[i] = fe_mul_carry(a[i], b3);
        power[i] = fe_mul_carry(ab3[i], fe_mul_carry(b3, b[i])); /* a b^7 */
    }
    fe_pow_2_252_3(power, count);
    for (size_t i = 0; i < count; i++) {
        fe w = fe_mul_carry(ab3[i], power[i]);
        const few bww = fe_mul(b[i], fe_carry(fe_sq(w)));
        const m64 turned = fe_is_zero(fe_carry(few_add(bww, fe_wide(a[i]))));
        member[i] = m64_or(turned, fe_is_zero(fe_carry(few_sub(bww, fe_wide(a[i])))));
        w = fe_select(turned, fe_mul_carry(w, fe_constant(sqrt_minus_one_words)), w);

        const fe X = fe_carry(p[i].X), wb = fe_mul_carry(w, b[i]);
        const few TT = few_add(p[i].T, p[i].T);
        const fe M = fe_mul_carry(fe_carry(p[i].Z), fe_carry(few_add(TT, fe_mul(wb, fe_constant(subgroup_C_words)))));
        const fe D = fe_mul_carry(fe_mul_carry(b[i], X), M);
        const few ww = few_add(fe_wide(w), fe_wide(w));
        const few line = fe_mul(M, fe_carry(few_sub(ww, fe_wide(fe_constant(subgroup_c_plus_2_words)))));
        const fe N = fe_carry(few_add_mul_small(line, fe_mul_carry(wb, X), SUBGROUP_A_PLUS_2));
        const few NN = fe_sq(N);
        const fe D3 = fe_mul_carry(fe_carry(fe_sq(D)), D);
        power[i] = fe_mul_carry(fe_carry(few_add(NN, NN)), D3);
    }
    fe_pow_quarter(power, count);
    for (size_t i = 0; i < count; i++) {
        const m64 trivial = fe_is_zero(fe_carry(few_sub(fe_wide(power[i]), one)));
        const m64 neutral = m64_and(fe_is_zero(fe_carry(p[i].X)), fe_is_zero(b[i]));
        member[i] = m64_or(neutral, m64_and(member[i], trivial));
    }
}

#endif
