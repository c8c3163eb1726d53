/* SPDX-License-Identifier: ISC */
/* X25519 of an item a lane, several vectors of lanes at a time. */
#ifndef SEALANE_IMPL_X25519_H
#define SEALANE_IMPL_X25519_H

/* More than any call has below its entry, when optimised: up to 27 KiB were seen (gcc 12 -O1, AVX2), 2.5 KiB in one lane. */
WIPE_DEAD_STACK(wipe_dead_stack, LANES64 == 1 ? 4096 : 32768)

static void x25519_clamp(lane_words *k) {
    for (size_t lane = 0; lane < LANES64; lane++) {
        k->w[0][lane] &= ~UINT64_C(7);
        k->w[3][lane] = (k->w[3][lane] & UINT64_MAX >> 1) | UINT64_C(1) << 62;
    }
}

static __attribute__((noinline)) void x25519_mult_groups(const sealane_x25519_item items[], size_t n, uint8_t good[]) {
    fe x[GROUPS], z[GROUPS];
    lane_words k, u;
    v64 w[4];
    const size_t groups = groups_of(n);
    for (size_t g = 0; g < groups; g++) {
        for (size_t lane = 0; lane < LANES64; lane++) {
            const sealane_x25519_item *item = &items[item_of_lane(g, lane, n)];
            lane_words_read(&k, lane, item->scalar);
            lane_words_read(&u, lane, item->point);
        }
        x25519_clamp(&k);
        lane_words_load(w, &u);
        mont_ladder(&x[g], &z[g], &k, fe_from_words(w));
    }
    fe_invert(z, groups);
    for (size_t g = 0; g < groups; g++) {
        fe_to_words(w, fe_mul_carry(x[g], z[g]));
        lane_words_store(&u, w);
        for (size_t lane = 0, i = g * LANES64; lane < LANES64 && i < n; lane++, i++) {
            const uint64_t any = u.w[0][lane] | u.w[1][lane] | u.w[2][lane] | u.w[3][lane];
            good[i] = (uint8_t)((any | (0 - any)) >> 63);
            lane_words_write(items[i].out, &u, lane);
        }
    }
}

static void x25519_mult(const sealane_x25519_item items[], size_t n, uint8_t good[]) {
    x25519_mult_groups(items, n, good);
    wipe_dead_stack();
}

/*
 * On edwards25519, where u = (1 + y) / (1 - y) = (Z + Y) / (Z - Y). Z = Y would need a multiple of L, and a clamped scalar is
 * 8 m with 2^251 <= m < 2^252 < L.
 */
static __attribute__((noinline)) void x25519_base_groups(const sealane_x25519_base_item items[], size_t n) {
    fe above[GROUPS], below[GROUPS];
    lane_words k;
    ed_point p;
    v64 w[4];
    const size_t groups = groups_of(n);
    for (size_t g = 0; g < groups; g++) {
        for (size_t lane = 0; lane < LANES64; lane++) {
            lane_words_read(&k, lane, items[item_of_lane(g, lane, n)].scalar);
        }
        x25519_clamp(&k);
        ed_mult_base(&p, &k);
        above[g] = fe_carry(few_add(p.Z, p.Y));
        below[g] = fe_carry(few_sub(p.Z, p.Y));
    }
    fe_invert(below, groups);
    for (size_t g = 0; g < groups; g++) {
        fe_to_words(w, fe_mul_carry(above[g], below[g]));
        lane_words_store(&k, w);
        for (size_t lane = 0, i = g * LANES64; lane < LANES64 && i < n; lane++, i++) {
            lane_words_write(items[i].out, &k, lane);
        }
    }
}

static void x25519_base(const sealane_x25519_base_item items[], size_t n) {
    x25519_base_groups(items, n);
    wipe_dead_stack();
}

#endif
