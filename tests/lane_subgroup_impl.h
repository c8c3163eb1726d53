/* SPDX-License-Identifier: ISC */
/* Instantiates the subgroup test as a lane_subgroup; included after the lanes and the field. */
#ifndef SEALANE_TESTS_LANE_SUBGROUP_IMPL_H
#define SEALANE_TESTS_LANE_SUBGROUP_IMPL_H

#include "core/util/bytes.h"
#include "core/util/wipe.h"
#include "simd/impl/base_tables.h"

#include "simd/impl/field_pow.h"
#include "simd/impl/wipe_stack.h"
#include "simd/impl/words.h"

#include "simd/impl/edwards.h"
#include "simd/impl/edwards_base.h"

#include "simd/impl/ed25519.h"

#include "simd/impl/subgroup.h"

/* Calls of one vector and of two take turns. */
static void lane_subgroup_test(uint8_t member[], const uint8_t (*point)[32], const uint8_t (*scale)[32], size_t n) {
    for (size_t i = 0, turn = 1, count; i < n; i += count, turn = 3 - turn) {
        lane_words words[2];
        fe x[2], y[2];
        m64 found[2];
        ed_point p[2];
        count = n - i < turn * LANES64 ? n - i : turn * LANES64;
        const size_t vectors = groups_of(count);
        for (size_t v = 0; v < vectors; v++) {
            for (size_t l = 0; l < LANES64; l++) {
                lane_words_read(&words[v], l, point[i + item_of_lane(v, l, count)]);
            }
        }
        ed_decode_neg(x, y, found, words, vectors);
        for (size_t v = 0; v < vectors; v++) {
            v64 w[4];
            for (size_t l = 0; l < LANES64; l++) {
                lane_words_read(&words[v], l, scale[i + item_of_lane(v, l, count)]);
            }
            lane_words_load(w, &words[v]);
            const fe z = fe_from_words(w), zx = fe_mul_carry(z, x[v]);
            p[v] = (ed_point){fe_mul(z, x[v]), fe_mul(z, y[v]), fe_mul(z, fe_small(1)), fe_mul(zx, y[v])};
        }
        ed_in_subgroup(found, p, vectors);
        for (size_t k = 0; k < count; k++) {
            member[i + k] = m64_lane(found[k / LANES64], k % LANES64);
        }
    }
}

#endif
