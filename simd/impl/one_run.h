/* SPDX-License-Identifier: ISC */
/*
 * ChaCha20-Poly1305 of one message of up to RUN_BYTES_MAX bytes with the shortest wait. The twenty rounds of vectors are one
 * chain, and all that can be is made beside it: the key's block in general registers, done by half the time, and from then on
 * the powers of r that the blocks of the text take. After the rounds the text is met once: what leaves is added up in lanes
 * from registers, by r^16 from group to group, and each lane takes a power of its own at last.
 *
 * For vectors of 512 bits, of four blocks each ("quads").
 */
#ifndef SEALANE_ONE_RUN_H
#define SEALANE_ONE_RUN_H

#include "simd/impl/row_rounds.h"

#define RUN_BYTES_MAX 1024U
#define RUN_AD_BYTES_MAX 256U /* one after the other */

INLINE v32 quads_row(const uint32_t row[4]) {
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)row));
}

/* What group g adds to row d of group 0: its counters come after those of the groups before. */
INLINE v32 quads_count(size_t g) {
    return _mm512_maskz_set1_epi32(0x1111, (int)(4 * g));
}

/* The keystream of four blocks, in order. */
INLINE void quads_blocks(rows x, rows start, size_t g, v32 block[4]) {
    const v32 a = v32_add(x.a, start.a), b = v32_add(x.b, start.b), c = v32_add(x.c, start.c);
    const v32 d = v32_add(x.d, v32_add(start.d, quads_count(g)));
    const v32 ab01 = _mm512_shuffle_i32x4(a, b, 0x44), ab23 = _mm512_shuffle_i32x4(a, b, 0xee);
    const v32 cd01 = _mm512_shuffle_i32x4(c, d, 0x44), cd23 = _mm512_shuffle_i32x4(c, d, 0xee);
    block[0] = _mm512_shuffle_i32x4(ab01, cd01, 0x88);
    block[1] = _mm512_shuffle_i32x4(ab01, cd01, 0xdd);
    block[2] = _mm512_shuffle_i32x4(ab23, cd23, 0x88);
    block[3] = _mm512_shuffle_i32x4(ab23, cd23, 0xdd);
}

/*
 * Compilers would do all the rounds first, or last; the CPU overlaps only what stands close together. So the rounds and the
 * powers before this stay before it.
 */
INLINE void run_in_order(rows x[], size_t groups, poly_num *p) {
    UNROLL for (size_t g = 0; g < groups; g++) {
        __asm__ volatile("" : "+v"(x[g].a), "+v"(x[g].b), "+v"(x[g].c), "+v"(x[g].d));
    }
    UNROLL for (size_t i = 0; i < POLY_LIMBS; i++) {
        __asm__ volatile("" : "+v"(p->l[i]));
    }
}

/* Those of the bytes from 64 j to 64 j + 63 of a group that are among its first `left`. */
INLINE __mmask64 run_bytes(size_t left, size_t j) {
    const size_t after = left > 64 * j ? left - 64 * j : 0;
    return first_bytes(after < 64 ? after : 64);
}

/* A sum of lanes, and what is added to it. */
INLINE limbs44 run_total(const poly_sum *t, limbs44 add) {
    uint64_t l[4];
#if POLY_RADIX == 44
    /* As they are: lanes of low are below 2^57, of high below 2^48. The last one's unit is 2^140 = 5 * 2^10. */
    v64_totals4(t->low[0], v64_add(t->low[1], v64_shl(t->high[0], 8)), v64_add(t->low[2], v64_shl(t->high[1], 8)), t->high[2],
                l);
#else
    const poly_num a = poly_sum_carry(*t);
    uint64_t m[4];
    v64_totals4(a.l[0], a.l[1], a.l[2], a.l[3], m);
    v64_totals4(a.l[4], v64_zero(), v64_zero(), v64_zero(), l);
    /* Limbs of 26 bits, the sums below 2^30, become 44, 44 and more. */
    l[1] = (m[1] >> 18) + (m[2] << 8) + (m[3] << 34 & LOW44);
    l[2] = (m[3] >> 10) + (l[0] << 16);
    l[0] = m[0] + (m[1] << 26 & LOW44);
    l[3] = 0;
#endif
    UNROLL for (size_t i = 0; i < 3; i++) {
        l[i] += add.l[i];
    }
    l[1] += l[0] >> 44;
    l[2] += l[1] >> 44;
    l[0] = (l[0] & LOW44) + 5 * ((l[2] >> 42) + (l[3] << 10)); /* below 2^64 */
    return (limbs44){{l[0] & LOW44, (l[1] & LOW44) + (l[0] >> 44), l[2] & LOW42}};
}

/* Associated data, padded: (… (block r + block) r + block) r, tidy. Without a call, so that nothing is spilled for it. */
INLINE limbs44 run_ad(const uint8_t *ad, size_t len, const mult44 *r) {
    limbs44 h = {{0, 0, 0}};
    for (size_t at = 0; at < len; at += 16) {
        const __m128i block = _mm_maskz_loadu_epi8((__mmask16)run_bytes(len - at, 0), ad + at);
        limbs44 add = limbs44_unpack((uint64_t)_mm_cvtsi128_si64(block), (uint64_t)_mm_extract_epi64(block, 1));
        add.l[2] += UINT64_C(1) << 40;
        h = limbs44_mul(limbs44_add(h, add), r);
    }
    return limbs44_tidy(h);
}

/* A tidy h in the first lane, zero in the others. */
INLINE poly_num run_first_lane(limbs44 h) {
    poly_num a = poly_unpack(v64_first(h.l[0] | h.l[1] << 44), v64_first(h.l[1] >> 20 | h.l[2] << 24));
    a.l[POLY_LIMBS - 1] = v64_add(a.l[POLY_LIMBS - 1], v64_first(h.l[2] >> 40 << (128 - POLY_RADIX * (POLY_LIMBS - 1))));
    return a;
}

/* Of a text that ends before, or is NULL, the address alone. */
INLINE void *run_at(const uint8_t *text, size_t at) {
    return (void *)((uintptr_t)text + at);
}

/* 256 bytes of a text of `len` bytes at `at`, or those up to its end, and zeroes. */
INLINE void run_load(v64 text[4], const uint8_t *in, size_t at, size_t len, int whole) {
    UNROLL for (size_t j = 0; j < 4; j++) {
        const void *from = run_at(in, at + 64 * j);
        text[j] = whole ? v64_load(from) : _mm512_maskz_loadu_epi8(run_bytes(len - at, j), from);
    }
}

/* Adds the keystream and writes that; beyond the end of the text remain zeroes. */
INLINE void run_code(v64 text[4], const v32 keystream[4], uint8_t *out, size_t at, size_t len, int whole) {
    UNROLL for (size_t j = 0; j < 4; j++) {
        void *to = run_at(out, at + 64 * j);
        text[j] = v32_xor(text[j], keystream[j]);
        if (whole) {
            v64_store(to, text[j]);
        } else {
            text[j] = _mm512_maskz_mov_epi8(run_bytes(len - at, j), text[j]);
            _mm512_mask_storeu_epi8(to, run_bytes(len - at, j), text[j]);
        }
    }
}

/* A message of up to 128 vectors bytes, and more than 256 (groups - 1). state: counter 0. */
INLINE int run_message(const uint32_t state[16], const message *m, const uint8_t *expected, uint8_t *made, size_t vectors) {
    const size_t groups = (vectors + 1) / 2, before = 256 * (groups - 1), len = m->len;
    rows x[4], start;
    start.a = quads_row(state);
    start.b = quads_row(state + 4);
    start.c = quads_row(state + 8);
    start.d = v32_add(quads_row(state + 12), _mm512_set_epi32(0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1));
    UNROLL for (size_t g = 0; g < groups; g++) {
        x[g] = start;
        x[g].d = v32_add(start.d, quads_count(g));
    }
    for (size_t i = 0; i < len; i += 64) {
        __builtin_prefetch(m->in + i);
        __builtin_prefetch(m->out + i, 1);
    }

    block_one key;
    uint64_t first[8];
    block_one_start(&key, state);
    for (size_t round = 0; round < 10; round += 2) {
        rows_rounds2(x, groups);
        block_one_rounds2(CHACHA20, key.x);
        block_one_rounds2(CHACHA20, key.x);
    }
    block_one_finish(&key, state, first);
    const uint64_t r_low = first[0] & UINT64_C(0x0ffffffc0fffffff), r_high = first[1] & UINT64_C(0x0ffffffc0ffffffc);

    /* A vector of the text is two 64-byte blocks, and its lane l block BLOCK_OF_LANE[l] of Poly1305. Of the n of the last
       group block i takes r^(n + 1 - i), as the lengths are a block too; where there is none, the power is r^(n + 17 - i),
       which the lane takes in the group before. e, mod 16, is what these have above r^2. */
    const size_t n = (len - before + 15) / 16;
    const v64 block = _mm512_set_epi64(7, 3, 6, 2, 5, 1, 4, 0), e = _mm512_sub_epi64(v64_set1(n - 1), block);
    const m64 has[2] = {m64_gt(v64_set1(n), block), m64_gt(v64_set1(n), v64_add(block, v64_set1(8)))};
    const poly_num r = poly_unpack(v64_set1(r_low), v64_set1(r_high));
    const poly_mult x1 = poly_multiplier(r);
    poly_num r2 = poly_mul(r, &x1);
    rows_rounds2(x, groups);
    run_in_order(x, groups, &r2);

    const poly_mult x2 = poly_multiplier(r2);
    poly_num p = poly_select(m64_is_set(e, v64_set1(1)), poly_mul(r2, &x1), r2), r4 = poly_mul(r2, &x2);
    rows_rounds2(x, groups);
    run_in_order(x, groups, &p);
    run_in_order(x, groups, &r4);

    const poly_mult x4 = poly_multiplier(r4);
    p = poly_select(m64_is_set(e, v64_set1(2)), poly_mul(p, &x2), p);
    poly_num r8 = vectors > 1 ? poly_mul(r4, &x4) : r4;
    const mult44 r_one = limbs44_multiplier(limbs44_unpack(r_low, r_high));
    limbs44 lengths = limbs44_unpack(m->ad_len, len);
    lengths.l[2] += UINT64_C(1) << 40;
    /* The associated data goes with block 0, or where there is none with the lengths. */
    const limbs44 ad = run_ad(m->ad, m->ad_len, &r_one), zero = {{0, 0, 0}}, with_text = len > 0 ? ad : zero;
    const limbs44 end = limbs44_mul(limbs44_add(lengths, len > 0 ? zero : ad), &r_one);
    rows_rounds2(x, groups);
    run_in_order(x, groups, &p);
    if (vectors > 1) {
        run_in_order(x, groups, &r8);
    }

    const poly_mult x8 = poly_multiplier(r8);
    p = poly_select(m64_is_set(e, v64_set1(4)), poly_mul(p, &x4), p);
    poly_num r16 = groups > 1 ? poly_mul(r8, &x8) : r8;
    rows_rounds2(x, groups);
    run_in_order(x, groups, &p);
    if (groups > 1) {
        run_in_order(x, groups, &r16);
    }

    const poly_mult x16 = poly_multiplier(r16);
    poly_num power[2] = {p, p}; /* of the two vectors of a group */
    if (vectors > 1) {
        const poly_num other = poly_mul(p, &x8);
        power[0] = poly_select(m64_is_set(e, v64_set1(8)), other, p);
        power[1] = poly_select(m64_is_set(e, v64_set1(8)), p, other);
    }
    rows_rounds2(x, groups);
    run_in_order(x, groups, &power[0]);
    run_in_order(x, groups, &power[1]);

    poly_num h[2];
    UNROLL for (size_t g = 0; g < groups; g++) {
        v64 text[4];
        v32 keystream[4];
        const size_t at = 256 * g;
        run_load(text, m->in, at, len, g + 1 < groups);
        if (expected == NULL) {
            quads_blocks(x[g], start, g, keystream);
            run_code(text, keystream, m->out, at, len, g + 1 < groups);
        }
        UNROLL for (size_t k = 0; k < 2; k++) {
            if (2 * g + k == vectors) {
                break; /* the last vector of a single one */
            }
            const v64 low = _mm512_unpacklo_epi64(text[2 * k], text[2 * k + 1]);
            const v64 high = _mm512_unpackhi_epi64(text[2 * k], text[2 * k + 1]);
            const v64 bit = g + 1 < groups ? POLY_HIGH_BIT : v64_select(has[k], POLY_HIGH_BIT, v64_zero());
            const poly_num a = poly_block(low, high, bit);
            if (g == 0) {
                h[k] = k == 0 ? poly_add(a, run_first_lane(with_text)) : a;
            } else {
                const poly_num next = poly_add(poly_mul(h[k], &x16), a);
                h[k] = g + 1 < groups ? next : poly_select(has[k], next, h[k]);
            }
        }
    }
    poly_sum t = poly_sum_zero();
    UNROLL for (size_t k = 0; k < 2 && k < vectors; k++) {
        const poly_mult b = poly_multiplier(power[k]);
        poly_sum_mul(&t, h[k], &b);
    }
    uint64_t tag[2];
    limbs44_tag(run_total(&t, end), first + 2, tag);
    if (expected == NULL) {
        tag_store(made, tag);
        return 1;
    }
    const int good = tag_equal(tag, expected);
    if (good) {
        UNROLL for (size_t g = 0; g < groups; g++) {
            v64 text[4];
            v32 keystream[4];
            const size_t at = 256 * g;
            quads_blocks(x[g], start, g, keystream);
            run_load(text, m->in, at, len, g + 1 < groups);
            run_code(text, keystream, m->out, at, len, g + 1 < groups);
        }
    } else if (len > 0) {
        memset(m->out, 0, len);
    }
    return good;
}

/* Functions of their own, so that each has no more of a frame than it needs. */
#define RUN_MESSAGE(vectors)                                                                                                   \
    OUTLINE int run_message##vectors(const uint32_t state[16], const message *m, const uint8_t *expected, uint8_t *made) {     \
        return run_message(state, m, expected, made, vectors);                                                                 \
    }
RUN_MESSAGE(1)
RUN_MESSAGE(2)
RUN_MESSAGE(4)
RUN_MESSAGE(6)
RUN_MESSAGE(8)

#endif
