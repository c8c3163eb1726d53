/* SPDX-License-Identifier: ISC */
/*
 * AEGIS-128L and AEGIS-256 (draft-irtf-cfrg-aegis-aead, tags of 256 bits) over block verbs: BLOCKS messages at once, one a
 * block of every vector of the state; or one long message, in the first block alone.
 *
 * An instantiation includes the block verbs, defines GROUPS, how many vectors of messages start and finish side by side (1 or
 * 2), AT_ONCE, how many chunks of a message's text go at once, and LANES_BYTES_MAX, includes this file and names its ops with
 * AEGIS_OPS.
 */
#ifndef SEALANE_IMPL_AEGIS_H
#define SEALANE_IMPL_AEGIS_H

#include <string.h>

#include "core/util/ct.h"
#include "simd/impl/message.h"
#include "simd/impl/wipe_stack.h"

/* Most messages of a lane call. */
#define LANES_MAX 64U

/* How far ahead text is fetched, in bytes: memory is slow to follow many messages at small steps. */
#define AHEAD 512U

typedef enum { AEGIS_128L, AEGIS_256 } variant;

/* Blocks of the state, and those that a step takes in. */
#define STATE(v) ((v) == AEGIS_128L ? 8U : 6U)
#define RATE(v) ((v) == AEGIS_128L ? 2U : 1U)

typedef struct {
    vb s[8];
} aegis;

/* One step. The message joins the round, and the old block comes after it: so the path from a block to itself is one addition.
 */
INLINE void update(variant v, aegis *a, const vb m[]) {
    const size_t state = STATE(v);
    const vb *s = a->s;
    vb n[8];
    n[0] = vb_xor(vb_aesenc(s[state - 1], m[0]), s[0]);
    UNROLL for (size_t i = 1; i < state; i++) {
        n[i] = v == AEGIS_128L && i == 4 ? vb_xor(vb_aesenc(s[3], m[1]), s[4]) : vb_aesenc(s[i - 1], s[i]);
    }
    UNROLL for (size_t i = 0; i < state; i++) {
        a->s[i] = n[i];
    }
}

/* x[0 … RATE - 1] += the keystream of this step. */
INLINE void add_keystream(variant v, const aegis *a, vb x[]) {
    const vb *s = a->s;
    if (v == AEGIS_128L) {
        x[0] = vb_xor3(x[0], s[1], vb_xor_and(s[6], s[2], s[3]));
        x[1] = vb_xor3(x[1], s[5], vb_xor_and(s[2], s[6], s[7]));
    } else {
        x[0] = vb_xor3(vb_xor(x[0], s[1]), s[4], vb_xor_and(s[5], s[2], s[3]));
    }
}

/* `groups` groups side by side, as one alone leaves half of the rounds' time unused. */
INLINE void start(variant v, size_t groups, aegis a[], const void *const item[][BLOCKS]) {
    const vb c0 = vb_set1(_mm_set_epi8(0x62, 0x79, (char)0xe9, (char)0x90, 0x59, 0x37, 0x22, 0x15, 0x0d, 8, 5, 3, 2, 1, 1, 0));
    const vb c1 = vb_set1(_mm_set_epi8((char)0xdd, 0x28, (char)0xb5, 0x73, 0x42, 0x31, 0x11, 0x20, (char)0xf1, 0x2f, (char)0xc2,
                                       0x6d, 0x55, 0x18, 0x3d, (char)0xdb));
    const size_t parts = v == AEGIS_128L ? 1 : 2; /* of key and nonce, in blocks */
    vb in[GROUPS][4];
    UNROLL for (size_t g = 0; g < groups; g++) {
        vb key[2], nonce[2], *s = a[g].s;
        UNROLL for (size_t i = 0; i < parts; i++) {
            __m128i k[BLOCKS], n[BLOCKS];
            UNROLL for (size_t l = 0; l < BLOCKS; l++) {
                k[l] = load_block(ITEM(item[g][l], key) + 16 * i);
                n[l] = load_block(ITEM(item[g][l], nonce) + 16 * i);
            }
            key[i] = vb_gather(k);
            nonce[i] = vb_gather(n);
        }
        s[0] = vb_xor(key[0], nonce[0]);
        if (v == AEGIS_128L) {
            in[g][0] = nonce[0];
            in[g][1] = key[0];
            s[4] = s[0];
            s[1] = s[3] = c1;
            s[2] = c0;
            s[5] = s[7] = vb_xor(key[0], c0);
            s[6] = vb_xor(key[0], c1);
        } else {
            s[1] = vb_xor(key[1], nonce[1]);
            s[2] = c1;
            s[3] = c0;
            s[4] = vb_xor(key[0], c0);
            s[5] = vb_xor(key[1], c1);
            in[g][0] = key[0];
            in[g][1] = key[1];
            in[g][2] = s[0];
            in[g][3] = s[1];
        }
    }
    const size_t times = v == AEGIS_128L ? 10 : 4, steps = v == AEGIS_128L ? 1 : 4;
    for (size_t i = 0; i < times; i++) {
        UNROLL for (size_t j = 0; j < steps; j++) {
            UNROLL for (size_t g = 0; g < groups; g++) {
                update(v, &a[g], &in[g][j]);
            }
        }
    }
}

typedef enum { ABSORB, SEAL, OPEN } direction;

/* 64 bytes of each message: x, block j of the messages in x[j], becomes the output. */
INLINE void step64(variant v, direction d, aegis *a, vb x[4]) {
    UNROLL for (size_t j = 0; j < 4; j += RATE(v)) {
        const vb in[2] = {x[j], x[j + RATE(v) - 1]};
        if (d != ABSORB) {
            add_keystream(v, a, x + j);
        }
        update(v, a, d == OPEN ? x + j : in);
    }
}

/* As step64 where `valid` has ones in the bytes that there are: what is taken in ends with zeroes, and a message without a
   byte left in a step stays as it is. */
INLINE void step64_part(variant v, direction d, aegis *a, vb x[4], const vb valid[4]) {
    const vb first_byte = vb_zero();
    const size_t rate = RATE(v), state = STATE(v);
    for (size_t j = 0; j < 4; j += rate) {
        const vb active = vb_shuffle(valid[j], first_byte);
        const aegis before = *a;
        vb in[2];
        UNROLL for (size_t i = 0; i < rate; i++) {
            in[i] = x[j + i];
        }
        if (d != ABSORB) {
            add_keystream(v, a, x + j);
        }
        UNROLL for (size_t i = 0; i < rate; i++) {
            x[j + i] = vb_and(x[j + i], valid[j + i]);
            in[i] = d == OPEN ? x[j + i] : in[i];
        }
        update(v, a, in);
        UNROLL for (size_t i = 0; i < state; i++) {
            a->s[i] = vb_select(active, a->s[i], before.s[i]);
        }
    }
}

/* `chunks` times 64 bytes of each message, from `at` on. */
INLINE void run_chunks(variant v, direction d, size_t chunks, aegis *a, const uint8_t *const in[BLOCKS],
                       uint8_t *const out[BLOCKS], size_t at, size_t count) {
    chunk c[AT_ONCE][BLOCKS];
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        UNROLL for (size_t i = 0; i < chunks; i++) {
            c[i][l] = chunk_load(in[l] + at + 64 * i);
            _mm_prefetch((const char *)in[l] + at + 64 * i + AHEAD, _MM_HINT_T0);
        }
    }
    UNROLL for (size_t i = 0; i < chunks; i++) {
        vb x[4];
        lanes_of_chunks(x, c[i]);
        step64(v, d, a, x);
        chunks_of_lanes(c[i], x);
    }
    if (d != ABSORB) {
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            UNROLL for (size_t i = 0; i < chunks && l < count; i++) {
                chunk_store(out[l] + at + 64 * i, c[i][l]);
            }
        }
    }
}

/* Takes in the bytes at in[l], len[l] of each message, in direction d to out[l]: the first `count` of BLOCKS are written. */
INLINE void run_text(variant v, direction d, aegis *a, const uint8_t *const in[BLOCKS], uint8_t *const out[BLOCKS],
                     const size_t len[BLOCKS], size_t count) {
    size_t least = SIZE_MAX, most = 0, at = 0;
    chunk c[BLOCKS];
    vb x[4], valid[4];
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        least = len[l] < least ? len[l] : least;
        most = len[l] > most ? len[l] : most;
    }
    for (; least - at >= 64 * AT_ONCE; at += 64 * AT_ONCE) {
        run_chunks(v, d, AT_ONCE, a, in, out, at, count);
    }
    for (; least - at >= 64; at += 64) {
        run_chunks(v, d, 1, a, in, out, at, count);
    }
    for (; at < most; at += 64) {
        chunk ones[BLOCKS];
        size_t here[BLOCKS];
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            here[l] = len[l] <= at ? 0 : len[l] - at < 64 ? len[l] - at : 64;
            c[l] = here[l] == 0 ? chunk_ones(0) : chunk_load_range(in[l] + at, 0, here[l]);
            ones[l] = chunk_ones(here[l]);
        }
        lanes_of_chunks(x, c);
        lanes_of_chunks(valid, ones);
        step64_part(v, d, a, x, valid);
        if (d != ABSORB) {
            chunks_of_lanes(c, x);
            UNROLL for (size_t l = 0; l < BLOCKS; l++) {
                if (l < count && here[l] > 0) {
                    chunk_store_part(out[l] + at, c[l], here[l]);
                }
            }
        }
    }
}

/* The same of one message, in the first block: whole chunks without the turns between messages and blocks. */
INLINE void run_text_one(variant v, direction d, aegis *a, const uint8_t *in, uint8_t *out, size_t len) {
    vb x[4];
    size_t at = 0;
    for (; len - at >= 64; at += 64) {
        UNROLL for (size_t j = 0; j < 4; j++) {
            x[j] = vb_of(load_block(in + at + 16 * j));
        }
        step64(v, d, a, x);
        if (d != ABSORB) {
            UNROLL for (size_t j = 0; j < 4; j++) {
                _mm_storeu_si128((__m128i *)(void *)(out + at + 16 * j), vb_first(x[j]));
            }
        }
    }
    if (at < len) {
        const uint8_t *from[BLOCKS];
        uint8_t *to[BLOCKS];
        size_t left[BLOCKS];
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            from[l] = in + at;
            to[l] = d == ABSORB ? NULL : out + at;
            left[l] = len - at;
        }
        run_text(v, d, a, from, to, left, 1);
    }
}

/* tag[g][i][l] = half i of the tag of group g's message l. */
INLINE void finish(variant v, size_t groups, aegis a[], const void *const item[][BLOCKS], __m128i tag[][2][BLOCKS]) {
    vb in[GROUPS][2];
    UNROLL for (size_t g = 0; g < groups; g++) {
        __m128i lengths[BLOCKS];
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            const uint64_t len = ITEM_BYTES(item[g][l], len), ad_len = ITEM_BYTES(item[g][l], ad_len);
            lengths[l] = _mm_set_epi64x((long long)(len * 8), (long long)(ad_len * 8));
        }
        in[g][0] = in[g][1] = vb_xor(a[g].s[v == AEGIS_128L ? 2 : 3], vb_gather(lengths));
    }
    for (size_t i = 0; i < 7; i++) {
        UNROLL for (size_t g = 0; g < groups; g++) {
            update(v, &a[g], in[g]);
        }
    }
    UNROLL for (size_t g = 0; g < groups; g++) {
        const vb *s = a[g].s;
        if (v == AEGIS_128L) {
            vb_scatter(tag[g][0], vb_xor(s[0], vb_xor3(s[1], s[2], s[3])));
            vb_scatter(tag[g][1], vb_xor(s[4], vb_xor3(s[5], s[6], s[7])));
        } else {
            vb_scatter(tag[g][0], vb_xor3(s[0], s[1], s[2]));
            vb_scatter(tag[g][1], vb_xor3(s[3], s[4], s[5]));
        }
    }
}

/* 1 if the two halves are the tag expected. */
INLINE int tag_equal(__m128i low, __m128i high, const uint8_t *expected) {
    const __m128i same_low = _mm_cmpeq_epi8(low, load_block(expected));
    const __m128i same_high = _mm_cmpeq_epi8(high, load_block(expected + 16));
    return (int)(ct_mask_zero32((uint32_t)_mm_movemask_epi8(_mm_and_si128(same_low, same_high)) ^ 0xffff) & 1);
}

/* The text of a group's messages, or to ABSORB their associated data; the first `count` are written. */
INLINE void run_group(variant v, direction d, aegis *from, const void *const item[BLOCKS], size_t count) {
    aegis state = *from, *a = &state; /* in registers */
    const uint8_t *in[BLOCKS];
    uint8_t *out[BLOCKS];
    size_t len[BLOCKS];
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        in[l] = d == ABSORB ? ITEM(item[l], ad) : ITEM(item[l], in);
        out[l] = ITEM(item[l], out);
        len[l] = d == ABSORB ? ITEM_BYTES(item[l], ad_len) : ITEM_BYTES(item[l], len);
    }
    if (count == 1) {
        run_text_one(v, d, a, in[0], out[0], len[0]);
    } else {
        run_text(v, d, a, in, out, len, count);
    }
    *from = state;
}

/* The n items at `items` fill `groups` groups but for the last; the blocks that are left repeat the group's first message, and
   write nothing. good: NULL to seal. */
INLINE void run_groups(variant v, direction d, size_t groups, const void *const items[], size_t n, uint8_t good[]) {
    aegis a[GROUPS];
    const void *item[GROUPS][BLOCKS];
    __m128i tag[GROUPS][2][BLOCKS];
    size_t ad_bytes = 0;
    UNROLL for (size_t g = 0; g < groups; g++) {
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            item[g][l] = items[BLOCKS * g + l < n ? BLOCKS * g + l : BLOCKS * g];
            ad_bytes |= ITEM_BYTES(item[g][l], ad_len);
        }
    }
    start(v, groups, a, item);
    for (size_t g = 0; g < groups; g++) {
        const size_t count = n - BLOCKS * g < BLOCKS ? n - BLOCKS * g : BLOCKS;
        if (ad_bytes > 0) {
            run_group(v, ABSORB, &a[g], item[g], count);
        }
        run_group(v, d, &a[g], item[g], count);
    }
    finish(v, groups, a, item, tag);
    UNROLL for (size_t i = 0; i < groups * BLOCKS; i++) {
        const __m128i low = tag[i / BLOCKS][0][i % BLOCKS], high = tag[i / BLOCKS][1][i % BLOCKS];
        if (i < n && d == SEAL) {
            store_block(ITEM(items[i], tag), low);
            store_block(ITEM(items[i], tag) + 16, high);
        } else if (i < n) {
            good[i] = (uint8_t)tag_equal(low, high, ITEM(items[i], tag));
            if (!good[i] && ITEM_BYTES(items[i], len) > 0) {
                memset(ITEM(items[i], out), 0, ITEM_BYTES(items[i], len));
            }
        }
    }
}

INLINE void run(variant v, direction d, const void *const items[], size_t n, uint8_t good[]) {
    for (size_t at = 0; at < n;) {
        const size_t left = n - at, count = left < GROUPS * BLOCKS ? left : GROUPS * BLOCKS;
        uint8_t *const verdicts = d == OPEN ? good + at : NULL;
        if (count > (GROUPS - 1) * BLOCKS) {
            run_groups(v, d, GROUPS, items + at, count, verdicts);
        } else {
            run_groups(v, d, 1, items + at, count, verdicts);
        }
        at += count;
    }
}

/* More than the calls have below their entries, when optimised. */
WIPE_DEAD_STACK(wipe_stack, 4096)

/* The calls of an algorithm and its ops. Each does its work in a function of its own and then wipes the stack that it used. */
#define AEGIS_OPS(name, v)                                                                                                     \
    OUTLINE void name##_seal_run(const void *const items[], size_t n) {                                                        \
        run(v, SEAL, items, n, NULL);                                                                                          \
    }                                                                                                                          \
    OUTLINE void name##_open_run(const void *const items[], size_t n, uint8_t good[]) {                                        \
        run(v, OPEN, items, n, good);                                                                                          \
    }                                                                                                                          \
    static void name##_seal_lanes(const sealane_aead_seal_item *const items[], size_t n) {                                     \
        const void *item[LANES_MAX];                                                                                           \
        for (size_t i = 0; i < n; i++) {                                                                                       \
            item[i] = items[i];                                                                                                \
        }                                                                                                                      \
        name##_seal_run(item, n);                                                                                              \
        wipe_stack();                                                                                                          \
    }                                                                                                                          \
    static void name##_open_lanes(const sealane_aead_open_item *const items[], size_t n, uint8_t good[]) {                     \
        const void *item[LANES_MAX];                                                                                           \
        for (size_t i = 0; i < n; i++) {                                                                                       \
            item[i] = items[i];                                                                                                \
        }                                                                                                                      \
        name##_open_run(item, n, good);                                                                                        \
        wipe_stack();                                                                                                          \
    }                                                                                                                          \
    static void name##_seal_one(const sealane_aead_seal_item *item) {                                                          \
        name##_seal_lanes(&item, 1);                                                                                           \
    }                                                                                                                          \
    static int name##_open_one(const sealane_aead_open_item *item) {                                                           \
        uint8_t good;                                                                                                          \
        name##_open_lanes(&item, 1, &good);                                                                                    \
        return good;                                                                                                           \
    }                                                                                                                          \
    const aead_ops sealane_##name = {                                                                                          \
        .lanes = LANES_MAX,                                                                                                    \
        .lanes_bytes_max = LANES_BYTES_MAX,                                                                                    \
        .seal_lanes = name##_seal_lanes,                                                                                       \
        .open_lanes = name##_open_lanes,                                                                                       \
        .seal_one = name##_seal_one,                                                                                           \
        .open_one = name##_open_one,                                                                                           \
    }

#endif
