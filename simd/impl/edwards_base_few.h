/* SPDX-License-Identifier: ISC */
/* Multiples of the base point for few scalars, each spread over all lanes of an eight. Constant time. */
#ifndef SEALANE_EDWARDS_BASE_FEW_H
#define SEALANE_EDWARDS_BASE_FEW_H

/* Most scalars that are sooner done one by one, sharing an inversion, than in a lane each. */
#define BASE_FEW 3

#define BASE_HALF ((BASE_COMB_POSITIONS + 1) / 2)

/* p += the points in the lanes of q that index names. */
static __attribute__((noinline)) void ed_add_moved(ed_point *p, const ed_point *q, v64 index) {
    const fe t2d = fe_mul_carry(fe_carry(q->T), fe_constant(ed_2d_words));
    const ed_cached moved = {quad_permute_by(index, fe_carry(few_add(q->Y, q->X))),
                             quad_permute_by(index, fe_carry(few_sub(q->Y, q->X))),
                             quad_permute_by(index, fe_carry(few_add(q->Z, q->Z))), quad_permute_by(index, t2d)};
    ed_add_cached(p, &moved, 1);
}

/*
 * Lane 0 of r = k B, k < 2^255; the other lanes are undefined. Lanes 0 to 3 sum the digits of the comb's four phases at its
 * first seven positions, lanes 4 to 7 those at the other six. Then lane f's sum counts 32^f times.
 */
static __attribute__((noinline)) void ed_mult_base_one(ed_point *r, const uint8_t scalar[32]) {
    lane_words k;
    _Alignas(64) uint64_t digit[BASE_HALF][LANES64];
    for (size_t l = 0; l < LANES64; l++) {
        lane_words_read(&k, l, scalar);
    }
    lane_words_add(&k, comb_offset);
    for (unsigned i = 0; i < 2 * BASE_HALF; i++) {
        for (unsigned phase = 0; phase < COMB_PHASES; phase++) {
            const unsigned place = COMB_PHASES * i + phase, bit = 5 * place;
            uint64_t d = 16; /* nothing */
            if (place < COMB_DIGITS) {
                d = k.w[bit / 64][0] >> bit % 64;
                if (bit % 64 > 59 && bit < 192) {
                    d |= k.w[bit / 64 + 1][0] << (64 - bit % 64);
                }
                d = (d & 31) + (place == COMB_DIGITS - 1 ? 16 : 0);
            }
            digit[i % BASE_HALF][i / BASE_HALF * COMB_PHASES + phase] = d;
        }
    }
    *r = ed_neutral();
    for (unsigned i = 0; i < BASE_HALF; i++) {
        const unsigned upper = i + BASE_HALF < BASE_COMB_POSITIONS ? i + BASE_HALF : i;
        const ed_affine q = comb_lookup_two(sealane_base_comb[i], sealane_base_comb[upper], (m64)0xf0, v64_load(digit[i]));
        ed_add_affine(r, &q, 1);
    }
    ed_add_moved(r, r, v64_swap_index());
    ed_point turned = *r;
    ed_double_times(&turned, 5);
    ed_add_moved(r, &turned, v64_index(1, 1, 3, 3)); /* lanes 0 and 2: those of phases 0 and 1, 2 and 3 */
    turned = *r;
    ed_double_times(&turned, 10);
    ed_add_moved(r, &turned, v64_index(2, 2, 2, 2));
}

#endif
