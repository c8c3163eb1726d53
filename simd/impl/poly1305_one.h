/* SPDX-License-Identifier: ISC */
/*
 * Poly1305 of one message: four blocks by one carry in radix 2^44 with 128-bit products, and for long runs of blocks in lanes,
 * consecutive blocks in consecutive lanes.
 *
 * Both keep h as it is before its last multiplication: h = h r + m, so that lanes can be summed with r^7 … r^0 at the end.
 * Limbs between blocks: h[0] < 2^45, h[1] < 2^45 + 2^10, h[2] < 2^43; powers of r below 2^44, 2^44 + 2^10, 2^42 ("carried").
 */
#ifndef SEALANE_POLY1305_ONE_H
#define SEALANE_POLY1305_ONE_H

typedef struct {
    uint64_t l[3];
} limbs44;

/* A multiplier: b, and 20 b[1], 20 b[2] for the products that wrap. */
typedef struct {
    uint64_t l[3], wrap[3]; /* wrap[0] is not used */
} mult44;

typedef struct {
    limbs44 h;
    mult44 power[4]; /* r^4, r^3, r^2, r */
    uint64_t s[2];
} poly_one;

#define LOW44 ((UINT64_C(1) << 44) - 1)
#define LOW42 ((UINT64_C(1) << 42) - 1)

INLINE limbs44 limbs44_unpack(uint64_t low, uint64_t high) {
    return (limbs44){{low & LOW44, (low >> 44 | high << 20) & LOW44, high >> 24}};
}

INLINE mult44 limbs44_multiplier(limbs44 b) {
    return (mult44){{b.l[0], b.l[1], b.l[2]}, {0, 20 * b.l[1], 20 * b.l[2]}};
}

/* Sums of products, up to four of them: below 12 * 2^45.1 * 2^48.4 < 2^97.1. */
typedef struct {
    uint128 t[3];
} sum44;

/* t += a b, with limbs of a as h above. */
INLINE void sum44_mul(sum44 *t, limbs44 a, const mult44 *b) {
    t->t[0] += (uint128)a.l[0] * b->l[0] + (uint128)a.l[1] * b->wrap[2] + (uint128)a.l[2] * b->wrap[1];
    t->t[1] += (uint128)a.l[0] * b->l[1] + (uint128)a.l[1] * b->l[0] + (uint128)a.l[2] * b->wrap[2];
    t->t[2] += (uint128)a.l[0] * b->l[2] + (uint128)a.l[1] * b->l[1] + (uint128)a.l[2] * b->l[0];
}

/* Carried. What leaves the top is below 2^52, five times that below 2^55. */
INLINE limbs44 sum44_carry(sum44 t) {
    t.t[1] += (uint64_t)(t.t[0] >> 44);
    t.t[2] += (uint64_t)(t.t[1] >> 44);
    uint64_t low = ((uint64_t)t.t[0] & LOW44) + 5 * (uint64_t)(t.t[2] >> 42);
    return (limbs44){{low & LOW44, ((uint64_t)t.t[1] & LOW44) + (low >> 44), (uint64_t)t.t[2] & LOW42}};
}

INLINE limbs44 limbs44_mul(limbs44 a, const mult44 *b) {
    sum44 t = {{0, 0, 0}};
    sum44_mul(&t, a, b);
    return sum44_carry(t);
}

INLINE limbs44 limbs44_add(limbs44 a, limbs44 b) {
    return (limbs44){{a.l[0] + b.l[0], a.l[1] + b.l[1], a.l[2] + b.l[2]}};
}

/* 16 bytes, and the bit above them. */
INLINE limbs44 limbs44_block(const uint8_t *in, uint64_t high_bit) {
    limbs44 m = limbs44_unpack(load_le64(in), load_le64(in + 8));
    m.l[2] += high_bit << 40;
    return m;
}

/* key: 32 bytes. */
INLINE void poly_one_init(poly_one *p, const uint8_t *key) {
    limbs44 r =
        limbs44_unpack(load_le64(key) & UINT64_C(0x0ffffffc0fffffff), load_le64(key + 8) & UINT64_C(0x0ffffffc0ffffffc));
    p->power[3] = limbs44_multiplier(r);
    limbs44 r2 = limbs44_mul(r, &p->power[3]);
    p->power[2] = limbs44_multiplier(r2);
    p->power[1] = limbs44_multiplier(limbs44_mul(r2, &p->power[3]));
    p->power[0] = limbs44_multiplier(limbs44_mul(r2, &p->power[2]));
    p->h = (limbs44){{0, 0, 0}};
    p->s[0] = load_le64(key + 16);
    p->s[1] = load_le64(key + 24);
}

/* Takes in len bytes; the last block may be partial and is padded. */
OUTLINE void poly_one_absorb(poly_one *p, const uint8_t *in, size_t len, poly_pad pad) {
    limbs44 h = p->h;
    for (; len >= 64; in += 64, len -= 64) {
        sum44 t = {{0, 0, 0}};
        sum44_mul(&t, limbs44_block(in, 1), &p->power[1]);
        sum44_mul(&t, limbs44_block(in + 16, 1), &p->power[2]);
        sum44_mul(&t, limbs44_block(in + 32, 1), &p->power[3]);
        sum44_mul(&t, h, &p->power[0]);
        h = limbs44_add(sum44_carry(t), limbs44_block(in + 48, 1));
    }
    for (; len >= 16; in += 16, len -= 16) {
        h = limbs44_add(limbs44_mul(h, &p->power[3]), limbs44_block(in, 1));
    }
    if (len > 0) {
        uint8_t block[16] = {0};
        memcpy(block, in, len);
        if (pad == POLY_PAD_ONE) {
            block[len] = 1;
        }
        h = limbs44_add(limbs44_mul(h, &p->power[3]), limbs44_block(block, pad == POLY_PAD_ZERO));
    }
    p->h = h;
}

/* Carried, from limbs below 2^60. */
INLINE limbs44 limbs44_carry(limbs44 h) {
    h.l[1] += h.l[0] >> 44;
    h.l[0] &= LOW44;
    h.l[2] += h.l[1] >> 44;
    h.l[1] &= LOW44;
    h.l[0] += 5 * (h.l[2] >> 42);
    h.l[2] &= LOW42;
    h.l[1] += h.l[0] >> 44;
    h.l[0] &= LOW44;
    return h;
}

/* Each limb within its bits, from a carried number, and so the number below 2^130: of the two carries from limb 2 only one can
   be, and leaves limbs 1 and 2 too small for another. */
INLINE limbs44 limbs44_tidy(limbs44 h) {
    h = limbs44_carry(h);
    h.l[2] += h.l[1] >> 44;
    h.l[1] &= LOW44;
    return h;
}

/* h + s mod 2^128 from a carried h, as words. */
INLINE void limbs44_tag(limbs44 h, const uint64_t s[2], uint64_t tag[2]) {
    h = limbs44_tidy(h);
    /* h + 5 reaches 2^130 exactly where h >= p. */
    uint64_t g0 = h.l[0] + 5, g1 = h.l[1] + (g0 >> 44), g2 = h.l[2] + (g1 >> 44);
    uint64_t over = ct_barrier64(0 - (g2 >> 42));
    uint64_t h0 = (h.l[0] & ~over) | (g0 & LOW44 & over);
    uint64_t h1 = (h.l[1] & ~over) | (g1 & LOW44 & over);
    uint64_t h2 = (h.l[2] & ~over) | (g2 & LOW42 & over);
    uint128 sum = (uint128)(h0 | h1 << 44) + s[0];
    tag[0] = (uint64_t)sum;
    tag[1] = (h1 >> 20 | h2 << 24) + s[1] + (uint64_t)(sum >> 64);
}

OUTLINE void poly_one_tag(const poly_one *p, uint64_t tag[2]) {
    limbs44_tag(limbs44_mul(p->h, &p->power[3]), p->s, tag);
}

/* The same after one more block, low + high 2^64 + 2^128. */
OUTLINE void poly_one_tag_block(const poly_one *p, uint64_t low, uint64_t high, uint64_t tag[2]) {
    sum44 t = {{0, 0, 0}};
    limbs44 m = limbs44_unpack(low, high);
    m.l[2] += UINT64_C(1) << 40;
    sum44_mul(&t, m, &p->power[3]);
    sum44_mul(&t, p->h, &p->power[2]);
    limbs44_tag(sum44_carry(t), p->s, tag);
}

#if MAC_BESIDE

/* Two chains for 2 n blocks at `in`: the first n go on from p's h, the others begin anew. */
INLINE void poly_one_to_beside(const poly_one *p, poly_beside *b, const uint8_t *in, size_t n) {
    const limbs44 h = limbs44_tidy(limbs44_carry(p->h));
    const uint64_t *r = p->power[3].l;
    memset(b, 0, sizeof *b);
    UNROLL for (size_t k = 0; k < 2; k++) {
        poly_chain *c = &b->chain[k];
        c->r[0] = r[0] | r[1] << 44;
        c->r[1] = r[1] >> 20 | r[2] << 24;
        c->wrap = c->r[1] / 4 * 5;
        c->in = in + 16 * n * k;
    }
    b->chain[0].h[0] = h.l[0] | h.l[1] << 44;
    b->chain[0].h[1] = h.l[1] >> 20 | h.l[2] << 24;
    b->chain[0].h[2] = h.l[2] >> 40;
    b->left = n;
}

INLINE limbs44 limbs44_of_chain(const poly_chain *c) {
    limbs44 h = limbs44_unpack(c->h[0], c->h[1]);
    h.l[2] += c->h[2] << 40;
    return h;
}

/* rn: r^n. */
INLINE void poly_one_from_beside(poly_one *p, const poly_beside *b, const mult44 *rn) {
    p->h = limbs44_add(limbs44_mul(limbs44_of_chain(&b->chain[0]), rn), limbs44_of_chain(&b->chain[1]));
}

/* r^n, n >= 1. */
OUTLINE void poly_one_power(const poly_one *p, size_t n, mult44 *rn) {
    limbs44 a = {{1, 0, 0}};
    for (size_t bit = (size_t)1 << 62; bit > 0; bit >>= 1) {
        if (bit <= n) {
            const mult44 m = limbs44_multiplier(a);
            a = limbs44_mul(a, &m);
            if (n & bit) {
                a = limbs44_mul(a, &p->power[3]);
            }
        }
    }
    *rn = limbs44_multiplier(a);
}

#endif

/* The lanes of one message: power[] of x = r^LANES64 in every lane, and r^(LANES64 - 1 - block) of each lane's block. */
typedef struct {
    poly_lanes lanes;
    poly_mult last;
} poly_bulk;

/* Bytes of a block in every lane; poly_bulk_absorb4 takes four times as much. */
#define POLY_BULK_BYTES (16 * LANES64)

/* The same number in the limbs of the lanes; low[], high[] and top[] are its words (top < 2^4). */
INLINE poly_num poly_from_words(const uint64_t low[LANES64], const uint64_t high[LANES64], const uint64_t top[LANES64]) {
    poly_num a = poly_unpack(v64_load(low), v64_load(high));
    a.l[POLY_LIMBS - 1] = v64_add(a.l[POLY_LIMBS - 1], v64_shl(v64_load(top), 128 - POLY_RADIX * (POLY_LIMBS - 1)));
    return a;
}

/* Starts the lanes where p stands: its h goes to the lane of the last block of the blocks before. */
OUTLINE void poly_bulk_start(poly_bulk *b, const poly_one *p) {
    static const uint8_t block_of_lane[LANES64] = BLOCK_OF_LANE;
    limbs44 power[LANES64 + 1];
    uint64_t words[3][LANES64], all[3][LANES64], h[3][LANES64];
    power[0] = (limbs44){{1, 0, 0}};
    for (size_t i = 1; i <= LANES64; i++) {
        const mult44 *known = &p->power[i <= 4 ? 4 - i : 0];
        power[i] = i <= 4 ? (limbs44){{known->l[0], known->l[1], known->l[2]}} : limbs44_mul(power[i - 4], known);
    }
    for (size_t i = 1; i <= LANES64; i++) {
        power[i] = limbs44_tidy(power[i]);
    }
    limbs44 now = limbs44_tidy(limbs44_carry(p->h));
    for (size_t l = 0; l < LANES64; l++) {
        size_t block = block_of_lane[l];
        const limbs44 *from[3] = {&power[LANES64 - 1 - block], &power[LANES64], &now};
        uint64_t(*const to[3])[LANES64] = {words, all, h};
        for (size_t k = 0; k < 3; k++) {
            uint64_t keep = k < 2 || block == LANES64 - 1 ? UINT64_MAX : 0;
            to[k][0][l] = (from[k]->l[0] | from[k]->l[1] << 44) & keep;
            to[k][1][l] = (from[k]->l[1] >> 20 | from[k]->l[2] << 24) & keep;
            to[k][2][l] = from[k]->l[2] >> 40 & keep;
        }
    }
    b->last = poly_multiplier(poly_from_words(words[0], words[1], words[2]));
    poly_set_powers(&b->lanes, poly_from_words(all[0], all[1], all[2]), 1);
    b->lanes.h = poly_from_words(h[0], h[1], h[2]);
}

OUTLINE void poly_bulk_absorb4(poly_bulk *b, const uint8_t *in, size_t times) {
    poly_num h = b->lanes.h;
    for (; times > 0; times--, in += 4 * POLY_BULK_BYTES) {
        v64 m[8];
        UNROLL for (size_t i = 0; i < 4; i++) {
            v64_load_blocks(&m[2 * i], &m[2 * i + 1], in + POLY_BULK_BYTES * i);
        }
        poly_sum t = poly_sum_zero();
        poly_sum_mul(&t, poly_block(m[0], m[1], POLY_HIGH_BIT), &b->lanes.power[1]);
        poly_sum_mul(&t, poly_block(m[2], m[3], POLY_HIGH_BIT), &b->lanes.power[2]);
        poly_sum_mul(&t, poly_block(m[4], m[5], POLY_HIGH_BIT), &b->lanes.power[3]);
        poly_sum_mul(&t, h, &b->lanes.power[0]);
        h = poly_add(poly_sum_carry(t), poly_block(m[6], m[7], POLY_HIGH_BIT));
    }
    b->lanes.h = h;
}

OUTLINE void poly_bulk_absorb1(poly_bulk *b, const uint8_t *in, size_t times) {
    poly_num h = b->lanes.h;
    for (; times > 0; times--, in += POLY_BULK_BYTES) {
        v64 low, high;
        v64_load_blocks(&low, &high, in);
        h = poly_add(poly_mul(h, &b->lanes.power[3]), poly_block(low, high, POLY_HIGH_BIT));
    }
    b->lanes.h = h;
}

/* Sums the lanes into p->h. */
OUTLINE void poly_bulk_collapse(const poly_bulk *b, poly_one *p) {
    poly_num a = poly_mul(b->lanes.h, &b->last);
    uint128 low = 0;
    uint64_t carry = 0;
    for (size_t i = 0; i < POLY_LIMBS; i++) {
        uint64_t limb[LANES64], sum = carry;
        v64_store(limb, a.l[i]);
        for (size_t l = 0; l < LANES64; l++) {
            sum += limb[l];
        }
        size_t bits = i < POLY_LIMBS - 1 ? POLY_RADIX : 128 - POLY_RADIX * (POLY_LIMBS - 1);
        low |= (uint128)(sum & ((UINT64_C(1) << bits) - 1)) << POLY_RADIX * i;
        carry = sum >> bits;
    }
    p->h = limbs44_unpack((uint64_t)low, (uint64_t)(low >> 64));
    p->h.l[2] += carry << 40;
    p->h = limbs44_carry(p->h);
}

#endif
