/* SPDX-License-Identifier: ISC */
/* X25519 of an item a lane. */
#ifndef SEALANE_IMPL_X25519_H
#define SEALANE_IMPL_X25519_H

static void x25519_clamp(lane_words *k) {
    for (size_t lane = 0; lane < LANES64; lane++) {
        k->w[0][lane] &= ~UINT64_C(7);
        k->w[3][lane] = (k->w[3][lane] & UINT64_MAX >> 1) | UINT64_C(1) << 62;
    }
}

static void x25519_mult(const sealane_x25519_item items[], size_t n, uint8_t good[]) {
    struct {
        lane_words k, u;
        v64 w[4];
        few x, z;
    } s;
    for (size_t lane = 0; lane < LANES64; lane++) {
        const sealane_x25519_item *item = &items[lane < n ? lane : 0];
        lane_words_read(&s.k, lane, item->scalar);
        lane_words_read(&s.u, lane, item->point);
    }
    x25519_clamp(&s.k);
    lane_words_load(s.w, &s.u);

    mont_ladder(&s.x, &s.z, &s.k, fe_from_words(s.w));
    fe_to_words(s.w, fe_mul_carry(fe_carry(s.x), fe_invert(fe_carry(s.z))));
    lane_words_store(&s.u, s.w);
    for (size_t i = 0; i < n; i++) {
        const uint64_t any = s.u.w[0][i] | s.u.w[1][i] | s.u.w[2][i] | s.u.w[3][i];
        good[i] = (uint8_t)((any | (0 - any)) >> 63);
        lane_words_write(items[i].out, &s.u, i);
    }
    wipe(&s, sizeof s);
}

/* On edwards25519, of which 9 is the base point's u: u = (1 + y) / (1 - y). No multiple that a clamped scalar gives is neutral.
 */
static void x25519_base(const sealane_x25519_base_item items[], size_t n) {
    struct {
        lane_words k;
        v64 w[4];
        ed_point p;
    } s;
    for (size_t lane = 0; lane < LANES64; lane++) {
        lane_words_read(&s.k, lane, items[lane < n ? lane : 0].scalar);
    }
    x25519_clamp(&s.k);
    ed_mult_base(&s.p, &s.k);
    const fe denominator = fe_invert(fe_carry(few_sub(s.p.Z, s.p.Y)));
    fe_to_words(s.w, fe_mul_carry(fe_carry(few_add(s.p.Z, s.p.Y)), denominator));
    lane_words_store(&s.k, s.w);
    for (size_t i = 0; i < n; i++) {
        lane_words_write(items[i].out, &s.k, i);
    }
    wipe(&s, sizeof s);
}

#endif
