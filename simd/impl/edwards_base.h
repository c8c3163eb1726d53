/* SPDX-License-Identifier: ISC */
/* Multiples of the base point of edwards25519, a scalar a lane, constant time. */
#ifndef SEALANE_EDWARDS_BASE_H
#define SEALANE_EDWARDS_BASE_H

#define COMB_PHASES 4
#define COMB_DIGITS (COMB_PHASES * BASE_COMB_POSITIONS)

/*
 * Signed digits of k < 2^255 in radix 32: five bits of k + 16 (32^0 + … + 32^50), less 16, are a digit in -16 … 15; the top
 * digit, bit 255 of the sum, is 0 or 1 and has no offset.
 */
static const uint64_t comb_offset[4] = {0x0842108421084210, 0x1084210842108421, 0x2108421084210842, 0x4210842108421084};

/* digit B of a comb position, read from all rows alike: no address depends on the digit, which is given plus 16. The lanes of
   `other` look in a second position. */
INLINE ed_affine comb_lookup_two(const uint64_t position[12][16], const uint64_t second[12][16], m64 other, v64 digit) {
    const v64 offset = v64_set1(16), one = v64_set1(1);
    const m64 negative = m64_gt(offset, digit), nonzero = m64_not(m64_eq(offset, digit));
    const v64 magnitude = v64_select(negative, v64_sub(offset, digit), v64_sub(digit, offset));
    const v64 row = v64_sub(magnitude, one);
    v64 w[12];
    UNROLL for (size_t i = 0; i < 12; i++) {
        w[i] = v64_lookup16(position[i], row, nonzero);
        if (second != position) {
            w[i] = v64_select(other, v64_lookup16(second[i], row, nonzero), w[i]);
        }
    }
    /* The neutral element is 1, 1, 0. */
    w[0] = v64_select(nonzero, w[0], one);
    w[4] = v64_select(nonzero, w[4], one);
    return ed_affine_neg(negative, (ed_affine){fe_from_words(w), fe_from_words(w + 4), fe_from_words(w + 8)});
}

INLINE ed_affine comb_lookup(const uint64_t position[12][16], v64 digit) {
    return comb_lookup_two(position, position, m64_zero(), digit);
}

/* r = k B, k < 2^255, which is overwritten. T of r is not set. */
static __attribute__((noinline)) void ed_mult_base(ed_point *r, lane_words *k) {
    lane_words_add(k, comb_offset);
    *r = ed_neutral();
    for (unsigned phase = COMB_PHASES; phase-- > 0;) {
        if (phase != COMB_PHASES - 1) {
            ed_double_times(r, 5);
        }
        for (unsigned i = 0; i < BASE_COMB_POSITIONS; i++) {
            const unsigned place = COMB_PHASES * i + phase;
            v64 digit = lane_words_bits(k, 5 * place, 5);
            if (place == COMB_DIGITS - 1) {
                digit = v64_add(digit, v64_set1(16));
            }
            const ed_affine q = comb_lookup(sealane_base_comb[i], digit);
            ed_add_affine(r, &q, i != BASE_COMB_POSITIONS - 1);
        }
    }
}

#endif
