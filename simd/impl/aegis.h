/* SPDX-License-Identifier: ISC */
/*
 * AEGIS-128L and AEGIS-256 (draft-irtf-cfrg-aegis-aead, tags of 256 bits) over block verbs: BLOCKS messages at once, one a
 * block of every vector of the state; or one long message, in the first block alone.
 *
 * An instantiation includes the block verbs, defines GROUPS(v), how many vectors of short messages go side by side (1 or 2),
 * AT_ONCE, how many chunks of a long message's text go at once, and LANES_BYTES_MAX, includes this file and names its ops with
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

#define GROUPS_MAX 2U

/* The stack that one message takes below its entry, and more. */
#define ONE_STACK 1024U

/* How far ahead text is fetched, in bytes: memory is slow to follow many messages at small steps. */
#define AHEAD 1024U

/* Messages up to this many bytes go by several groups side by side; longer ones group by group, as memory is slower at more
   places at once. */
#define BESIDE_BYTES_MAX 256U

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
    vb in[GROUPS_MAX][4];
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

/* A group's messages, or to ABSORB their associated data. The blocks that are left over repeat the first message, and write the
   same to the same place. */
typedef struct {
    const uint8_t *in[BLOCKS];
    uint8_t *out[BLOCKS];
    size_t len[BLOCKS], least, most;
} text;

INLINE text text_of(direction d, const void *const item[BLOCKS]) {
    text t = {.least = SIZE_MAX};
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        t.in[l] = d == ABSORB ? ITEM(item[l], ad) : ITEM(item[l], in);
        t.out[l] = ITEM(item[l], out);
        t.len[l] = d == ABSORB ? ITEM_BYTES(item[l], ad_len) : ITEM_BYTES(item[l], len);
        t.least = t.len[l] < t.least ? t.len[l] : t.least;
        t.most = t.len[l] > t.most ? t.len[l] : t.most;
    }
    return t;
}

/* `chunks` times 64 bytes of each message, from `at` on. ahead: NULL, or what to fetch meanwhile, as numbers less `at`. */
INLINE void run_chunks(variant v, direction d, size_t chunks, aegis *a, const text *t, size_t at, const uintptr_t *ahead) {
    chunk c[AT_ONCE][BLOCKS];
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        UNROLL for (size_t i = 0; i < chunks; i++) {
            c[i][l] = chunk_load(t->in[l] + at + 64 * i);
            if (ahead != NULL) {
                _mm_prefetch((const char *)(ahead[l] + at + 64 * i), _MM_HINT_T0);
            }
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
            UNROLL for (size_t i = 0; i < chunks; i++) {
                chunk_store(t->out[l] + at + 64 * i, c[i][l]);
            }
        }
    }
}

/* What there is from `at` on. */
INLINE void run_rest(variant v, direction d, aegis *from, const text *t, size_t at) {
    aegis state = *from, *a = &state; /* in registers */
    chunk c[BLOCKS];
    vb x[4], valid[4];
    for (; t->least >= at + 64; at += 64) {
        run_chunks(v, d, 1, a, t, at, NULL);
    }
    for (; at < t->most; at += 64) {
        chunk ones[BLOCKS];
        size_t here[BLOCKS];
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            const size_t len = t->len[l];
            here[l] = len <= at ? 0 : len - at < 64 ? len - at : 64;
            c[l] = here[l] == 0 ? chunk_ones(0) : chunk_load_range(t->in[l] + at, 0, here[l]);
            ones[l] = chunk_ones(here[l]);
        }
        lanes_of_chunks(x, c);
        lanes_of_chunks(valid, ones);
        step64_part(v, d, a, x, valid);
        if (d != ABSORB) {
            chunks_of_lanes(c, x);
            UNROLL for (size_t l = 0; l < BLOCKS; l++) {
                if (here[l] > 0) {
                    chunk_store_part(t->out[l] + at, c[l], here[l]);
                }
            }
        }
    }
    *from = state;
}

/* run_rest in a function of its own, one for each variant. */
typedef void rest_function(direction d, aegis *a, const text *t, size_t at);

INLINE void run_rest_any(variant v, direction d, aegis *a, const text *t, size_t at) {
    if (d == SEAL) {
        run_rest(v, SEAL, a, t, at);
    } else if (d == OPEN) {
        run_rest(v, OPEN, a, t, at);
    } else {
        run_rest(v, ABSORB, a, t, at);
    }
}

/* The text of the groups, side by side as far as all messages reach. next: NULL, or messages that follow. */
INLINE void run_texts(variant v, direction d, size_t groups, aegis a[], const void *const item[][BLOCKS],
                      const void *const next[], rest_function *rest) {
    text t[GROUPS_MAX];
    size_t least = SIZE_MAX, most = 0, at = 0;
    UNROLL for (size_t g = 0; g < groups; g++) {
        t[g] = text_of(d, item[g]);
        least = t[g].least < least ? t[g].least : least;
        most = t[g].most > most ? t[g].most : most;
    }
    if (groups == 1) {
        const size_t whole = least - least % (64 * AT_ONCE), turn = whole < AHEAD ? 0 : whole - AHEAD;
        uintptr_t ahead[BLOCKS];
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            ahead[l] = (uintptr_t)t[0].in[l] + AHEAD;
        }
        for (; at < turn; at += 64 * AT_ONCE) {
            run_chunks(v, d, AT_ONCE, &a[0], &t[0], at, ahead);
        }
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            ahead[l] = (uintptr_t)ITEM(next != NULL ? next[l] : item[0][l], in) - at;
        }
        for (; at < whole; at += 64 * AT_ONCE) {
            run_chunks(v, d, AT_ONCE, &a[0], &t[0], at, ahead);
        }
    }
    for (; least - at >= 64; at += 64) {
        UNROLL for (size_t g = 0; g < groups; g++) {
            run_chunks(v, d, 1, &a[g], &t[g], at, NULL);
        }
    }
    if (at < most) {
        UNROLL for (size_t g = 0; g < groups; g++) {
            aegis state = a[g];
            rest(d, &state, &t[g], at);
            a[g] = state;
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
        const text t = {.in = {in + at}, .out = {d == ABSORB ? NULL : out + at}, .len = {len - at}, .most = len - at};
        run_rest(v, d, a, &t, 0); /* the other blocks, whose states are others by now, have no bytes */
    }
}

/* tag[g][i][l] = half i of the tag of group g's message l. */
INLINE void finish(variant v, size_t groups, aegis a[], const void *const item[][BLOCKS], __m128i tag[][2][BLOCKS]) {
    vb in[GROUPS_MAX][2];
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

/* The tag of a message that was run. */
INLINE void run_end(direction d, const void *item, __m128i low, __m128i high, uint8_t *good) {
    if (d == SEAL) {
        store_block(ITEM(item, tag), low);
        store_block(ITEM(item, tag) + 16, high);
        return;
    }
    *good = (uint8_t)tag_equal(low, high, ITEM(item, tag));
    if (!*good && ITEM_BYTES(item, len) > 0) {
        memset(ITEM(item, out), 0, ITEM_BYTES(item, len));
    }
}

/* The n items at `items` fill `groups` groups but for the last, whose blocks that are left repeat its first message. next:
   NULL, or BLOCKS items that follow. good: NULL to seal. */
INLINE void run_groups(variant v, direction d, size_t groups, const void *const items[], size_t n, const void *const next[],
                       uint8_t good[], rest_function *rest) {
    aegis a[GROUPS_MAX];
    const void *item[GROUPS_MAX][BLOCKS];
    __m128i tag[GROUPS_MAX][2][BLOCKS];
    size_t ad_bytes = 0;
    UNROLL for (size_t g = 0; g < groups; g++) {
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            item[g][l] = items[BLOCKS * g + l < n ? BLOCKS * g + l : BLOCKS * g];
            ad_bytes |= ITEM_BYTES(item[g][l], ad_len);
        }
    }
    start(v, groups, a, item);
    if (ad_bytes > 0) {
        UNROLL for (size_t g = 0; g < groups; g++) {
            const text t = text_of(ABSORB, item[g]);
            aegis state = a[g];
            rest(ABSORB, &state, &t, 0);
            a[g] = state;
        }
    }
    run_texts(v, d, groups, a, item, next, rest);
    finish(v, groups, a, item, tag);
    UNROLL for (size_t i = 0; i < groups * BLOCKS; i++) {
        if (i < n) {
            run_end(d, items[i], tag[i / BLOCKS][0][i % BLOCKS], tag[i / BLOCKS][1][i % BLOCKS], d == OPEN ? good + i : NULL);
        }
    }
}

/* One message, in the first block. */
INLINE void run_one(variant v, direction d, const void *item, uint8_t *good) {
    const void *items[1][BLOCKS];
    __m128i tag[1][2][BLOCKS];
    aegis a;
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        items[0][l] = item;
    }
    start(v, 1, &a, items);
    if (ITEM_BYTES(item, ad_len) > 0) {
        run_text_one(v, ABSORB, &a, ITEM(item, ad), NULL, ITEM_BYTES(item, ad_len));
    }
    run_text_one(v, d, &a, ITEM(item, in), ITEM(item, out), ITEM_BYTES(item, len));
    finish(v, 1, &a, items, tag);
    run_end(d, item, tag[0][0][0], tag[0][1][0], good);
}

/* run_one in a function of its own. */
typedef void one_function(const void *item, uint8_t *good);

INLINE void run(variant v, direction d, const void *const items[], size_t n, uint8_t good[], rest_function *rest,
                one_function *one) {
    for (size_t at = 0; at < n;) {
        const size_t left = n - at, groups = ITEM_BYTES(items[at], len) > BESIDE_BYTES_MAX ? 1 : GROUPS(v);
        const size_t count = left < groups * BLOCKS ? left : groups * BLOCKS;
        const void *const *const next = left - count >= BLOCKS ? items + at + count : NULL;
        uint8_t *const verdicts = d == OPEN ? good + at : NULL;
        if (count == 1 && BLOCKS > 1) {
            one(items[at], verdicts);
        } else if (GROUPS(v) > 1 && count > (GROUPS(v) - 1) * BLOCKS) {
            run_groups(v, d, GROUPS(v), items + at, count, next, verdicts, rest);
        } else {
            run_groups(v, d, 1, items + at, count, next, verdicts, rest);
        }
        at += count;
    }
}

/* More than the calls have below their entries, when optimised: lanes, and one message alone. */
WIPE_DEAD_STACK(wipe_stack, 5120)
WIPE_DEAD_STACK(wipe_stack_one, ONE_STACK)

/* The calls of an algorithm and its ops. Each does its work in a function of its own and then wipes the stack that it used. */
#define AEGIS_OPS(name, v)                                                                                                     \
    OUTLINE void name##_rest(direction d, aegis *a, const text *t, size_t at) {                                                \
        run_rest_any(v, d, a, t, at);                                                                                          \
    }                                                                                                                          \
    OUTLINE void name##_seal_one_run(const void *item, uint8_t *good) {                                                        \
        run_one(v, SEAL, item, good);                                                                                          \
    }                                                                                                                          \
    OUTLINE void name##_open_one_run(const void *item, uint8_t *good) {                                                        \
        run_one(v, OPEN, item, good);                                                                                          \
    }                                                                                                                          \
    OUTLINE void name##_seal_run(const void *const items[], size_t n) {                                                        \
        run(v, SEAL, items, n, NULL, name##_rest, name##_seal_one_run);                                                        \
    }                                                                                                                          \
    OUTLINE void name##_open_run(const void *const items[], size_t n, uint8_t good[]) {                                        \
        run(v, OPEN, items, n, good, name##_rest, name##_open_one_run);                                                        \
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
        name##_seal_one_run(item, NULL);                                                                                       \
        wipe_stack_one();                                                                                                      \
    }                                                                                                                          \
    static int name##_open_one(const sealane_aead_open_item *item) {                                                           \
        uint8_t good;                                                                                                          \
        name##_open_one_run(item, &good);                                                                                      \
        wipe_stack_one();                                                                                                      \
        return good;                                                                                                           \
    }                                                                                                                          \
    const aead_ops sealane_##name = {                                                                                          \
        .lanes = LANES_MAX,                                                                                                    \
        .lanes_bytes_max = LANES_BYTES_MAX,                                                                                    \
        .call_bytes = SIZE_MAX, /* one pass */                                                                                 \
        .seal_lanes = name##_seal_lanes,                                                                                       \
        .open_lanes = name##_open_lanes,                                                                                       \
        .seal_one = name##_seal_one,                                                                                           \
        .open_one = name##_open_one,                                                                                           \
    }

#endif
