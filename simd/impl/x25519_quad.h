/* SPDX-License-Identifier: ISC */
/* X25519 of few items: each ladder in a quad of lanes: x2, z2, x3, z3. Constant time. */
#ifndef SEALANE_IMPL_X25519_QUAD_H
#define SEALANE_IMPL_X25519_QUAD_H

/*
 * As mont_ladder, k[q] and u of quad q, the latter in all its lanes. A step is three products of vectors:
 *
 *     a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
 *     AA, BB, DA, CB = a a, b b, d a, c b        c, d in place of a, b where the bit has changed
 *     x2, g, x3, t = AA BB, 121665 e, (DA + CB)^2, (DA - CB)^2        with e = AA - BB
 *     z2, z3 = e (AA + g), u t                   in lanes 1 and 3
 */
static __attribute__((noinline)) void mont_ladder_quad(fe *x, fe *z, uint64_t k[QUADS][4], fe u) {
    const m64 even = QUAD_LANES(1, 0, 1, 0), odd = QUAD_LANES(0, 1, 0, 1);
    const m64 lane1 = QUAD_LANES(0, 1, 0, 0), lane2 = QUAD_LANES(0, 0, 1, 0), lanes_1_3 = odd;
    const v64 left = v64_index(0, 1, 3, 2), left_swapped = v64_index(2, 3, 3, 2);
    const v64 right = v64_index(0, 1, 0, 1), right_swapped = v64_index(2, 3, 0, 1);
    const fe a24 = fe_small(121665);
    const few one = fe_wide(fe_small(1)), zero = fe_wide(fe_small(0));
    few v = few_select(QUAD_LANES(1, 0, 0, 1), one, few_select(lane2, fe_wide(u), zero)); /* 1, 0, u, 1 */
    uint64_t last = 0;
    for (int i = 254; i >= 0; i--) {
        uint64_t bits = 0;
        for (unsigned q = 0; q < QUADS; q++) {
            bits |= (k[q][i >> 6] >> (i & 63) & 1) << 4 * q;
        }
        const m64 swap = (m64)((bits ^ last) * 15);
        last = bits;

        few p, q;
        quad_permute(&p, &v, 0, 0, 2, 2);
        quad_permute(&q, &v, 1, 1, 3, 3);
        const fe abcd = fe_carry(quad_add_sub(p, even, odd, q));
        const few products = fe_mul_soon(quad_permute_by(v64_select(swap, left_swapped, left), abcd),
                                         quad_permute_by(v64_select(swap, right_swapped, right), abcd));

        few aa, bb;
        quad_permute(&aa, &products, 0, 0, 2, 2);          /* AA, AA, DA, DA */
        quad_permute(&bb, &products, 1, 1, 3, 3);          /* BB, BB, CB, CB */
        const few sums = quad_add_sub(aa, lane2, odd, bb); /* AA, e, DA + CB, DA - CB */
        const fe s = fe_carry(sums);
        const fe t = fe_carry(few_select(QUAD_LANES(1, 1, 0, 0), bb, sums));
        const few r = fe_mul_soon(s, fe_select(lane1, a24, t));

        const fe f = fe_carry(few_add(r, aa));
        const few last_two = fe_mul_soon(fe_select(lane1, s, fe_carry(r)), fe_select(lane1, f, u));
        v = few_select(lanes_1_3, last_two, r);
    }
    /* k is even: nothing is left to swap. */
    few p;
    quad_permute(&p, &v, 0, 0, 0, 0);
    *x = fe_carry(p);
    quad_permute(&p, &v, 1, 1, 1, 1);
    *z = fe_carry(p);
}

static __attribute__((noinline)) void x25519_mult_quads(const sealane_x25519_item items[], size_t n, uint8_t good[]) {
    uint64_t k[QUADS][4];
    fe x, z;
    lane_words u;
    v64 w[4];
    for (size_t q = 0; q < QUADS; q++) {
        const sealane_x25519_item *item = &items[q < n ? q : 0];
        for (size_t l = 0; l < 4; l++) {
            k[q][l] = load_le64(item->scalar + 8 * l);
            lane_words_read(&u, 4 * q + l, item->point);
        }
        k[q][0] &= ~UINT64_C(7);
        k[q][3] = (k[q][3] & UINT64_MAX >> 1) | UINT64_C(1) << 62;
    }
    lane_words_load(w, &u);
    mont_ladder_quad(&x, &z, k, fe_from_words(w));
    fe_invert(&z, 1);
    fe_to_words(w, fe_mul_carry(x, z));
    lane_words_store(&u, w);
    for (size_t i = 0; i < n; i++) {
        const uint64_t any = u.w[0][4 * i] | u.w[1][4 * i] | u.w[2][4 * i] | u.w[3][4 * i];
        good[i] = (uint8_t)((any | (0 - any)) >> 63);
        lane_words_write(items[i].out, &u, 4 * i);
    }
}

/* For n <= QUADS. */
static void x25519_mult_few(const sealane_x25519_item items[], size_t n, uint8_t good[]) {
    x25519_mult_quads(items, n, good);
    wipe_dead_stack();
}

/* As x25519_base_groups, an item a vector. */
static __attribute__((noinline)) void x25519_base_ones(const sealane_x25519_base_item items[], size_t n) {
    fe above[BASE_FEW], below[BASE_FEW];
    for (size_t i = 0; i < n; i++) {
        uint8_t k[32];
        ed_point p;
        memcpy(k, items[i].scalar, sizeof k);
        k[0] &= 0xf8;
        k[31] = (uint8_t)((k[31] & 0x7f) | 0x40);
        ed_mult_base_one(&p, k);
        above[i] = fe_carry(few_add(p.Z, p.Y));
        below[i] = fe_carry(few_sub(p.Z, p.Y));
    }
    fe_invert(below, n);
    for (size_t i = 0; i < n; i++) {
        v64 w[4];
        lane_words u;
        fe_to_words(w, fe_mul_carry(above[i], below[i]));
        lane_words_store(&u, w);
        lane_words_write(items[i].out, &u, 0);
    }
}

/* For n <= BASE_FEW. */
static void x25519_base_few(const sealane_x25519_base_item items[], size_t n) {
    x25519_base_ones(items, n);
    wipe_dead_stack();
}

#endif
