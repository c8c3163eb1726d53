/* SPDX-License-Identifier: ISC */
/*
 * Poly1305 (RFC 8439, section 2.5) over lanes: several messages, one a lane, or one message, a block a lane. The radix is
 * chosen by the including file: poly1305_44.h or poly1305_26.h gives the numbers.
 *
 * Four blocks a lane go by one carry: h = (h + m0) r^4 + m1 r^3 + m2 r^2 + m3 r; of short messages two.
 */
#ifndef SEALANE_POLY1305_H
#define SEALANE_POLY1305_H

typedef struct {
    poly_mult power[4]; /* x^4, x^3, x^2, x, where x is r, or r^LANES64 for one message */
    poly_num h;
    v64 s_low, s_high;
    int four; /* whether power[0] and power[1] were made */
} poly_lanes;

/* Where messages are shorter, r^4 and r^3 cost more than they save. */
#define POLY_FOUR_BYTES_MIN 192U

INLINE poly_num poly_zero(void) {
    poly_num a;
    for (size_t i = 0; i < POLY_LIMBS; i++) {
        a.l[i] = v64_zero();
    }
    return a;
}

INLINE poly_num poly_block(v64 low, v64 high, v64 high_bit) {
    poly_num a = poly_unpack(low, high);
    a.l[POLY_LIMBS - 1] = v64_add(a.l[POLY_LIMBS - 1], high_bit);
    return a;
}

INLINE poly_num poly_mul(poly_num a, const poly_mult *b) {
    poly_sum t = poly_sum_zero();
    poly_sum_mul(&t, a, b);
    return poly_sum_carry(t);
}

INLINE poly_num poly_select(m64 mask, poly_num a, poly_num b) {
    for (size_t i = 0; i < POLY_LIMBS; i++) {
        a.l[i] = v64_select(mask, a.l[i], b.l[i]);
    }
    return a;
}

/* power[] = x^4 … x, or x^2 and x. */
INLINE void poly_set_powers(poly_lanes *p, poly_num x, int four) {
    p->power[3] = poly_multiplier(x);
    poly_num x2 = poly_mul(x, &p->power[3]);
    p->power[2] = poly_multiplier(x2);
    p->four = four;
    if (four) {
        p->power[1] = poly_multiplier(poly_mul(x2, &p->power[3]));
        p->power[0] = poly_multiplier(poly_mul(x2, &p->power[2]));
    }
}

/* How the bytes after the last full block are completed. */
typedef enum {
    POLY_PAD_ZERO, /* with zeroes to a full block (RFC 8439's AEAD) */
    POLY_PAD_ONE   /* as Poly1305 itself does at the end of its message: a one, then zeroes */
} poly_pad;

#if !MAC_BESIDE

/* Of one-time keys: key[l], at least 64 readable bytes of which 32 are used, is lane l's. longest: how many
   bytes there are to take in at most. */
OUTLINE void poly_init(poly_lanes *p, const uint8_t *const key[LANES64], size_t longest) {
    v64 k[8];
    v64_load_chunks(k, key, 0);
    poly_num r = poly_unpack(v64_and(k[0], v64_set1(UINT64_C(0x0ffffffc0fffffff))),
                             v64_and(k[1], v64_set1(UINT64_C(0x0ffffffc0ffffffc))));
    p->s_low = k[2];
    p->s_high = k[3];
    p->h = poly_zero();
    poly_set_powers(p, r, longest >= POLY_FOUR_BYTES_MIN);
}

/* The next value of h after one block in every lane. */
INLINE poly_num poly_next1(const poly_lanes *p, poly_num h, poly_num m) {
    return poly_mul(poly_add(h, m), &p->power[3]);
}

/* The next value of h after four full blocks in every lane: words 2i and 2i + 1 of m are block i. */
INLINE poly_num poly_next4(const poly_lanes *p, poly_num h, const v64 m[8]) {
    poly_sum t = poly_sum_zero();
    if (p->four) {
        poly_sum_mul(&t, poly_block(m[2], m[3], POLY_HIGH_BIT), &p->power[1]);
        poly_sum_mul(&t, poly_block(m[4], m[5], POLY_HIGH_BIT), &p->power[2]);
        poly_sum_mul(&t, poly_block(m[6], m[7], POLY_HIGH_BIT), &p->power[3]);
        poly_sum_mul(&t, poly_add(h, poly_block(m[0], m[1], POLY_HIGH_BIT)), &p->power[0]);
        return poly_sum_carry(t);
    }
    poly_sum_mul(&t, poly_block(m[2], m[3], POLY_HIGH_BIT), &p->power[3]);
    poly_sum_mul(&t, poly_add(h, poly_block(m[0], m[1], POLY_HIGH_BIT)), &p->power[2]);
    h = poly_sum_carry(t);
    t = poly_sum_zero();
    poly_sum_mul(&t, poly_block(m[6], m[7], POLY_HIGH_BIT), &p->power[3]);
    poly_sum_mul(&t, poly_add(h, poly_block(m[4], m[5], POLY_HIGH_BIT)), &p->power[2]);
    return poly_sum_carry(t);
}

/* The bytes from `at` on of the messages, of which at least one has some and at least one has fewer than 64: lanes with
   64 take four blocks at once, those with fewer a block at a time, the others keep their h. */
INLINE poly_num poly_uneven(const poly_lanes *p, poly_num h, const uint8_t *const from[LANES64], const size_t len[LANES64],
                            size_t at, poly_pad pad) {
    uint64_t left[LANES64], some = 0, steps = 0;
    for (size_t l = 0; l < LANES64; l++) {
        left[l] = len[l] <= at ? 0 : len[l] - at < 64 ? len[l] - at : 64;
        some |= left[l] & 64;
        steps = left[l] < 64 && (left[l] + 15) / 16 > steps ? (left[l] + 15) / 16 : steps;
    }
    v64 m[8], n = v64_load(left);
    v64_load_chunks_partial(m, from, at, left);
    m64 whole = m64_gt(n, v64_set1(63));
    if (some) {
        h = poly_select(whole, poly_next4(p, h, m), h);
    }
    if (pad == POLY_PAD_ONE) {
        uint64_t one[8][LANES64] = {{0}};
        for (size_t l = 0; l < LANES64; l++) {
            if (left[l] % 16 != 0) {
                one[left[l] / 8][l] = UINT64_C(1) << 8 * (left[l] % 8);
            }
        }
        for (size_t j = 0; j < 8; j++) {
            m[j] = v64_or(m[j], v64_load(one[j]));
        }
    }
    n = v64_select(whole, v64_zero(), n);
    for (size_t i = 0; i < steps; i++) {
        m64 full = m64_gt(n, v64_set1(16 * i + 15)), active = m64_gt(n, v64_set1(16 * i));
        v64 high_bit = pad == POLY_PAD_ONE ? v64_select(full, POLY_HIGH_BIT, v64_zero()) : POLY_HIGH_BIT;
        h = poly_select(active, poly_next1(p, h, poly_block(m[2 * i], m[2 * i + 1], high_bit)), h);
    }
    return h;
}

/* Takes in len[l] bytes at from[l] in lane l. Lengths are public. */
OUTLINE void poly_absorb(poly_lanes *p, const uint8_t *const from[LANES64], const size_t len[LANES64], poly_pad pad) {
    size_t shortest = len[0], longest = len[0], at = 0;
    for (size_t l = 1; l < LANES64; l++) {
        shortest = len[l] < shortest ? len[l] : shortest;
        longest = len[l] > longest ? len[l] : longest;
    }
    poly_num h = p->h;
    for (; shortest - at >= 64; at += 64) {
        v64 m[8];
        v64_load_chunks(m, from, at);
        h = poly_next4(p, h, m);
    }
    for (; at < longest; at += 64) {
        h = poly_uneven(p, h, from, len, at, pad);
    }
    p->h = h;
}

/* One full block in every lane, given by its words. */
INLINE void poly_absorb_block(poly_lanes *p, const uint64_t low[LANES64], const uint64_t high[LANES64]) {
    p->h = poly_next1(p, p->h, poly_block(v64_load(low), v64_load(high), POLY_HIGH_BIT));
}

/* tag[l] = lane l's authenticator, 16 bytes as two words. */
INLINE void poly_tags(const poly_lanes *p, uint64_t (*tag)[2]) {
    v64 low, high;
    uint64_t words[2][LANES64];
    poly_finish(p->h, p->s_low, p->s_high, &low, &high);
    v64_store(words[0], low);
    v64_store(words[1], high);
    for (size_t l = 0; l < LANES64; l++) {
        tag[l][0] = words[0][l];
        tag[l][1] = words[1][l];
    }
}

#endif

#endif
