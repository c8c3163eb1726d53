/* SPDX-License-Identifier: ISC */
/*
 * ChaCha20-Poly1305 (RFC 8439, section 2.8), XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), and the secretboxes
 * XSalsa20-Poly1305 and XChaCha20-Poly1305, over lanes: many messages in one call, one long message, one short message.
 *
 * An instantiation includes the lane verbs, a radix of Poly1305, defines what keystream.h asks for, LANES_BYTES_MAX,
 * TILE_BLOCKS_MAX, what one message takes of the stack at most with any compiler (LEAST_STACK_BYTES up to LEAST_BYTES_MAX of
 * text, SHORT_STACK_BYTES, LONG_STACK_BYTES), includes this file and names its ops with AEAD_OPS.
 */
#ifndef SEALANE_CHACHA20_POLY1305_H
#define SEALANE_CHACHA20_POLY1305_H

#include <string.h>

#include "core/kernel/kernels.h"
#include "core/util/bytes.h"
#include "core/util/ct.h"
#include "core/util/wipe.h"
#include "simd/impl/keystream.h"
#include "simd/impl/poly1305.h"
#include "simd/impl/poly1305_one.h"
#include "simd/impl/wipe_stack.h"

typedef enum { SUITE_CHACHA20, SUITE_XCHACHA20, SUITE_XSALSA20, SUITE_XCHACHA20_SECRETBOX } suite;

#define CIPHER(s) ((s) == SUITE_XSALSA20 ? SALSA20 : CHACHA20)
#define SECRETBOX(s) ((s) == SUITE_XSALSA20 || (s) == SUITE_XCHACHA20_SECRETBOX)
#define PAD(s) (SECRETBOX(s) ? POLY_PAD_ONE : POLY_PAD_ZERO)

/* Most messages of a lane call, and of those that are worked on together. */
#define CALL 256U
#define CALL_MIN 3U /* two are done sooner one after the other, whatever their length */
#define GROUP (MAC_BESIDE ? 32U : 64U)

/* Authenticators beside the keystream are those of the group before. */
#define GROUPS (MAC_BESIDE ? 2U : 1U)
#if MAC_BESIDE
_Static_assert(GROUP *GROUPS == POLY_JOBS, "a place for each message of the groups that are worked on");
#endif

/* Block 0 of a message: 32 bytes of Poly1305 key; a secretbox adds the rest to the first 32 bytes of the message. */
#define FIRST_BYTES(s) (SECRETBOX(s) ? (size_t)32 : (size_t)0)

/* Of one message, what goes with little stack. */
#define LEAST_BYTES_MAX 256

/* More than the calls have below their entries, when optimised. */
WIPE_DEAD_STACK(wipe_stack_least, LEAST_STACK_BYTES)
WIPE_DEAD_STACK(wipe_stack_short, SHORT_STACK_BYTES)
WIPE_DEAD_STACK(wipe_stack_long, LONG_STACK_BYTES)
WIPE_DEAD_STACK(wipe_stack_group, 32768)

/* out = in + keystream, for len bytes; out may be in. */
OUTLINE void add_keystream(uint8_t *out, const uint8_t *in, const uint8_t *keystream, size_t len) {
    for (; len >= 32; out += 32, in += 32, keystream += 32, len -= 32) {
        __m256i k = _mm256_loadu_si256((const __m256i *)(const void *)keystream);
        __m256i m = _mm256_loadu_si256((const __m256i *)(const void *)in);
        _mm256_storeu_si256((__m256i *)(void *)out, _mm256_xor_si256(k, m));
    }
    if (len > 0) {
        uint8_t part[32];
        memcpy(part, in, len);
        for (size_t i = 0; i < 32; i++) {
            part[i] ^= keystream[i];
        }
        memcpy(out, part, len);
    }
}

/* The state with counter 0; of the extended suites, the input of the key derivation. */
INLINE void set_row(suite s, uint32_t row[16], const uint8_t *key, const uint8_t *nonce) {
    if (s == SUITE_XSALSA20) {
        row[0] = SIGMA0;
        memcpy(row + 1, key, 16);
        row[5] = SIGMA1;
        memcpy(row + 6, nonce, 16);
        row[10] = SIGMA2;
        memcpy(row + 11, key + 16, 16);
        row[15] = SIGMA3;
    } else {
        /* By four words at a time, as they may be read soon: a load waits if what it needs was stored in parts. */
        __m128i *to = (__m128i *)(void *)row;
        _mm_storeu_si128(to, _mm_set_epi32((int)SIGMA3, (int)SIGMA2, (int)SIGMA1, (int)SIGMA0));
        _mm_storeu_si128(to + 1, _mm_loadu_si128((const __m128i *)(const void *)key));
        _mm_storeu_si128(to + 2, _mm_loadu_si128((const __m128i *)(const void *)(key + 16)));
        if (s == SUITE_CHACHA20) {
            const uint64_t low = (uint64_t)load_le32(nonce) << 32;
            _mm_storeu_si128(to + 3, _mm_set_epi64x((long long)load_le64(nonce + 4), (long long)low));
        } else {
            _mm_storeu_si128(to + 3, _mm_loadu_si128((const __m128i *)(const void *)nonce));
        }
    }
}

/* What remains of an extended nonce, once the key is derived. */
INLINE void set_row_end(suite s, uint32_t row[16], const uint8_t *nonce) {
    if (s == SUITE_XSALSA20) {
        memcpy(row + 6, nonce + 16, 8);
    } else {
        _mm_storeu_si128((__m128i *)(void *)(row + 12), _mm_set_epi64x((long long)load_le64(nonce + 16), 0));
    }
}

/* 1 if the tag is the one expected. */
INLINE int tag_equal(const uint64_t tag[2], const uint8_t *expected) {
    uint64_t diff = (tag[0] ^ load_le64(expected)) | (tag[1] ^ load_le64(expected + 8));
    return (int)(ct_mask_zero32((uint32_t)(diff | diff >> 32)) & 1);
}

INLINE void tag_store(uint8_t *to, const uint64_t tag[2]) {
    store_le64(to, tag[0]);
    store_le64(to + 8, tag[1]);
}

/* ---- Many messages ---------------------------------------------------------------------------------------------------- */

/* What seal and open items have in common. */
typedef struct {
    const uint8_t *key, *nonce, *ad, *in;
    size_t ad_len, len;
    uint8_t *out;
} message;

#define MESSAGE(item)                                                                                                          \
    { (item)->key, (item)->nonce, (item)->ad, (item)->in, (item)->ad_len, (item)->len, (item)->out }

/* The items of a lane call, of one of the two types. */
typedef struct {
    const sealane_aead_seal_item *const *seal;
    const sealane_aead_open_item *const *open; /* NULL to seal */
} batch;

INLINE message message_of(batch b, size_t i) {
    return b.open == NULL ? (message)MESSAGE(b.seal[i]) : (message)MESSAGE(b.open[i]);
}

typedef struct {
    _Alignas(64) uint32_t row[GROUP][16];
    _Alignas(64) uint8_t first[GROUPS * GROUP][64]; /* block 0 of each message; of groups in turns */
    uint64_t tag[GROUPS * GROUP][2];
    size_t done[GROUP]; /* how many blocks were run, of each message */
    queue q;
#if MAC_BESIDE
    poly_beside mac;
    poly_jobs jobs;
#endif
} calls;

/* The group that is worked on: its part of the above, whose message 0 is message `from` of the call. */
typedef struct {
    uint32_t (*row)[16];
    uint8_t (*first)[64];
    uint64_t (*tag)[2];
    size_t *done, from;
    queue *q;
    calls *all;
} group;

INLINE group group_at(calls *all, size_t from) {
    const size_t at = from % (GROUPS * GROUP);
    return (group){all->row, all->first + at, all->tag + at, all->done, from, &all->q, all};
}

/* What block 0 leaves to the other blocks begins here. */
INLINE size_t head_bytes(suite s, size_t len) {
    return FIRST_BYTES(s) < len ? FIRST_BYTES(s) : len;
}

INLINE void group_start(suite s, group *g, batch b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        /* Short messages lie apart; their lines are asked for long before the keystream meets them. */
        const message m = message_of(b, i);
        __builtin_prefetch(m.in);
        __builtin_prefetch((const void *)((uintptr_t)m.in + m.len));
        __builtin_prefetch(m.out, 1);
        __builtin_prefetch((const void *)((uintptr_t)m.out + m.len), 1);
        set_row(s, g->row[i], m.key, m.nonce);
        g->done[i] = 0;
    }
    if (s != SUITE_CHACHA20) {
        cipher_derive(CIPHER(s), g->row, n, g->q->mac);
        for (size_t i = 0; i < n; i++) {
            set_row_end(s, g->row[i], message_of(b, i).nonce);
        }
    }
}

/* Messages of a tile, which is two blocks of each. */
#define TILE (WIDTH / 2)

/* The next blocks of messages i … i + TILE - 1, up to block `end` and two at a time. All have them, and whole. Their states
   are transposed once, and nothing waits in the queue. */
INLINE void group_tile(suite s, group *g, batch b, size_t i, size_t end) {
    v32 state[SETS / 2][16];
    const uint8_t *in[TILE];
    uint8_t *out[TILE];
    for (size_t j = 0; j < TILE; j++) {
        const message m = message_of(b, i + j);
        in[j] = m.in;
        out[j] = m.out;
    }
    for (size_t k = 0; k < SETS / 2; k++) {
        UNROLL for (size_t l = 0; l < LANES32; l++) {
            v32_block_load(state[k], l, g->row[i + k * LANES32 + l]);
        }
        v32_transpose16(state[k]);
    }
    size_t block = g->done[i];
    for (; end - block >= 2; block += 2) {
        v32 x[SETS][16];
        UNROLL for (size_t k = 0; k < SETS; k++) {
            UNROLL for (size_t w = 0; w < 16; w++) {
                x[k][w] = state[k / 2][w];
            }
            x[k][COUNTER_WORD(CIPHER(s))] = v32_set1(block + k % 2);
        }
        cipher_rounds(CIPHER(s), x, SETS, g->q->mac);
        UNROLL for (size_t k = 0; k < SETS; k++) {
            const size_t now = block + k % 2;
            v32 y[16];
            UNROLL for (size_t w = 0; w < 16; w++) {
                y[w] = v32_add(x[k][w], w == COUNTER_WORD(CIPHER(s)) ? v32_set1(now) : state[k / 2][w]);
            }
            v32_transpose16(y);
            UNROLL for (size_t l = 0; l < LANES32; l++) {
                const size_t j = i + k / 2 * LANES32 + l, at = 64 * now - 64 + FIRST_BYTES(s);
                if (now == 0) {
                    v32_block_store(y, l, g->first[j]);
                } else {
                    v32_block_xor(y, l, out[j - i] + at, in[j - i] + at);
                    __builtin_prefetch((const void *)((uintptr_t)in[j - i] + at + 128));
                    __builtin_prefetch((const void *)((uintptr_t)out[j - i] + at + 128), 1);
                }
            }
        }
    }
    for (size_t j = 0; j < TILE; j++) {
        g->done[i + j] = block;
    }
}

/* Up to which block messages i … i + TILE - 1 go as a tile; 0: not at all. Of long messages the blocks are best run one after
   the other, as they lie in memory. */
INLINE size_t group_tile_end(suite s, group *g, batch b, size_t i) {
    size_t end = SIZE_MAX, longest = 0;
    for (size_t j = i; j < i + TILE; j++) {
        const size_t len = message_of(b, j).len, blocks = 1 + (len - head_bytes(s, len)) / 64;
        end = blocks < end ? blocks : end;
        longest = blocks > longest ? blocks : longest;
    }
    return longest <= TILE_BLOCKS_MAX && end >= g->done[i] + 2 ? end : 0;
}

INLINE void group_try_tile(suite s, group *g, batch b, size_t i) {
    const size_t end = group_tile_end(s, g, b, i);
    if (end > 0) {
        group_tile(s, g, b, i, end);
    }
}

/* Block 0 of each message from `at` to before `end`. */
INLINE void group_first_blocks(suite s, group *g, size_t at, size_t end) {
    static const uint8_t zeroes[64];
    for (size_t i = at; i < end; i++) {
        if (g->done[i] == 0) {
            queue_push(CIPHER(s), g->q, g->row[i], 0, g->first[i], zeroes, 64);
            g->done[i] = 1;
        }
    }
}

/* Encrypts or decrypts what was not yet of message i; its block 0 must have been run if the suite uses it for data. */
INLINE void group_push(suite s, group *g, batch b, size_t i) {
    const message m = message_of(b, i);
    const size_t head = head_bytes(s, m.len);
    if (head > 0) {
        add_keystream(m.out, m.in, g->first[i] + 32, head);
    }
    uint64_t block = g->done[i];
    size_t at = head + (size_t)(block - 1) * 64;
    for (; at < m.len && m.len - at >= 64; at += 64) {
        queue_push(CIPHER(s), g->q, g->row[i], block++, m.out + at, m.in + at, 64);
    }
    if (at < m.len) {
        queue_push(CIPHER(s), g->q, g->row[i], block, m.out + at, m.in + at, m.len - at);
    }
}

/* Decrypts message i if it is good, else leaves zeroes. */
INLINE void open_push(suite s, group *g, batch b, size_t i, int good) {
    const message m = message_of(b, i);
    if (good) {
        group_push(s, g, b, i);
    } else if (m.len > 0) {
        memset(m.out, 0, m.len);
    }
}

#if MAC_BESIDE

/* The authenticator of message i of the group, to be made as soon as the queue says that its ciphertext is there. */
INLINE void group_job(group *g, batch b, size_t i) {
    const message m = message_of(b, i);
    g->all->jobs.job[(g->from + i) % POLY_JOBS] = (poly_job){
        .key = g->first[i],
        .ad = m.ad,
        .ad_len = m.ad_len,
        .in = b.open == NULL ? m.out : m.in,
        .len = m.len,
        .tag = (uint8_t *)g->tag[i],
    };
}

/* Tags of the messages of this call before message `end`; those before message *known are written already. */
INLINE void seal_tags(calls *all, const sealane_aead_seal_item *const items[], size_t *known, size_t end) {
    poly_beside_run(&all->mac, end);
    for (; *known < end; ++*known) {
        memcpy(items[*known]->tag, all->tag[*known % POLY_JOBS], 16);
    }
}

/* The keystream of a group, and beside it the authenticators of the messages before. */
INLINE void seal_call(suite s, const sealane_aead_seal_item *const items[], size_t n) {
    calls all;
    size_t known = 0;
    all.q.n = all.q.full = 0;
    all.q.mac = &all.mac;
    poly_beside_start(&all.mac, &all.jobs, SECRETBOX(s));
    for (size_t from = 0; from < n; from += GROUP) {
        const batch b = {items + from, NULL};
        const size_t count = n - from < GROUP ? n - from : GROUP;
        group g = group_at(&all, from);
        if (from >= GROUP) {
            seal_tags(&all, items, &known, from - GROUP);
        }
        group_start(s, &g, b, count);
        for (size_t at = 0; at < count; at += TILE) {
            const size_t end = count - at < TILE ? count : at + TILE;
            if (end - at == TILE) {
                group_try_tile(s, &g, b, at);
            }
            group_first_blocks(s, &g, at, end);
            if (SECRETBOX(s)) {
                queue_flush(CIPHER(s), &all.q);
            }
            for (size_t i = at; i < end; i++) {
                group_push(s, &g, b, i);
                group_job(&g, b, i);
                all.q.full++;
            }
        }
        queue_flush(CIPHER(s), &all.q);
    }
    seal_tags(&all, items, &known, n);
}

/* A message is decrypted once its authenticator is known to be good, and beside that those of the messages after it are made.
 */
INLINE void open_call(suite s, const sealane_aead_open_item *const items[], size_t n, uint8_t good[]) {
    calls all;
    all.q.n = all.q.full = 0;
    all.q.mac = &all.mac;
    poly_beside_start(&all.mac, &all.jobs, SECRETBOX(s));
    for (size_t from = 0; from < n; from += GROUP) {
        const batch b = {NULL, items + from};
        const size_t count = n - from < GROUP ? n - from : GROUP;
        group g = group_at(&all, from);
        group_start(s, &g, b, count);
        group_first_blocks(s, &g, 0, count);
        for (size_t i = 0; i < count; i++) {
            group_job(&g, b, i);
        }
        all.q.full += count;
        queue_flush(CIPHER(s), &all.q);
        for (size_t at = 0, known = 0; at < count; at += TILE) {
            const size_t end = count - at < TILE ? count : at + TILE;
            const int tile = end - at == TILE && group_tile_end(s, &g, b, at) > 0;
            size_t all_good = 1;
            for (size_t i = at; i < end; i++) {
                if (i == known) {
                    known = tile ? end : i + 2 < end ? i + 2 : end; /* two at a time as there are two chains */
                    poly_beside_run(&all.mac, from + known);
                }
                good[from + i] = (uint8_t)tag_equal(g.tag[i], b.open[i]->tag);
                all_good &= good[from + i];
                if (!tile) {
                    open_push(s, &g, b, i, good[from + i]);
                }
            }
            if (tile && all_good) {
                group_try_tile(s, &g, b, at);
            }
            for (size_t i = at; i < end && tile; i++) {
                open_push(s, &g, b, i, good[from + i]);
            }
        }
        queue_flush(CIPHER(s), &all.q);
    }
}

#else

/* The authenticators that are made in turns, so that the CPU has work on one while it waits for another. */
#define TURNS 2U

/* g->tag[i] = authenticator of message i's associated data and of the ciphertext. Unused lanes repeat the first. */
INLINE void group_tags(suite s, group *g, batch b, size_t n) {
    for (size_t at = 0; at < n; at += TURNS * LANES64) {
        const uint8_t *key[TURNS][LANES64], *ad[TURNS][LANES64], *from[TURNS][LANES64];
        size_t ad_len[TURNS][LANES64], len[TURNS][LANES64], longest = 0, any_ad = 0;
        poly_lanes p[TURNS];
        const size_t turns = (n - at + LANES64 - 1) / LANES64 < TURNS ? (n - at + LANES64 - 1) / LANES64 : TURNS;
        for (size_t t = 0; t < turns; t++) {
            for (size_t l = 0; l < LANES64; l++) {
                const size_t first = at + t * LANES64, i = first + l < n ? first + l : first;
                const message m = message_of(b, i);
                key[t][l] = g->first[i];
                ad[t][l] = m.ad;
                from[t][l] = b.open == NULL ? m.out : m.in;
                ad_len[t][l] = m.ad_len;
                len[t][l] = m.len;
                any_ad |= ad_len[t][l];
                longest = longest < len[t][l] ? len[t][l] : longest;
            }
        }
        for (size_t t = 0; t < turns; t++) {
            poly_init(&p[t], key[t], longest > any_ad ? longest : any_ad);
        }
        for (size_t t = 0; t < turns && !SECRETBOX(s) && any_ad > 0; t++) {
            poly_absorb(&p[t], ad[t], ad_len[t], POLY_PAD_ZERO);
        }
        for (size_t t = 0; t < turns; t++) {
            poly_absorb(&p[t], from[t], len[t], PAD(s));
        }
        for (size_t t = 0; t < turns && !SECRETBOX(s); t++) {
            poly_absorb_block(&p[t], ad_len[t], len[t]);
        }
        for (size_t t = 0; t < turns; t++) {
            poly_tags(&p[t], g->tag + at + t * LANES64);
        }
    }
}

INLINE void seal_group(suite s, calls *all, const sealane_aead_seal_item *const items[], size_t n) {
    const batch b = {items, NULL};
    group g = group_at(all, 0);
    group_start(s, &g, b, n);
    for (size_t i = 0; i + TILE <= n; i += TILE) {
        group_try_tile(s, &g, b, i);
    }
    group_first_blocks(s, &g, 0, n);
    if (SECRETBOX(s)) {
        queue_flush(CIPHER(s), g.q);
    }
    for (size_t i = 0; i < n; i++) {
        group_push(s, &g, b, i);
    }
    queue_flush(CIPHER(s), g.q);
    group_tags(s, &g, b, n);
    for (size_t i = 0; i < n; i++) {
        memcpy(items[i]->tag, g.tag[i], 16);
    }
}

INLINE void open_group(suite s, calls *all, const sealane_aead_open_item *const items[], size_t n, uint8_t good[]) {
    const batch b = {NULL, items};
    group g = group_at(all, 0);
    group_start(s, &g, b, n);
    group_first_blocks(s, &g, 0, n);
    queue_flush(CIPHER(s), g.q);
    group_tags(s, &g, b, n);
    for (size_t i = 0; i < n; i++) {
        good[i] = (uint8_t)tag_equal(g.tag[i], items[i]->tag);
    }
    for (size_t i = 0; i + TILE <= n; i += TILE) {
        size_t all_good = 1;
        for (size_t j = i; j < i + TILE; j++) {
            all_good &= good[j];
        }
        if (all_good) {
            group_try_tile(s, &g, b, i);
        }
    }
    for (size_t i = 0; i < n; i++) {
        open_push(s, &g, b, i, good[i]);
    }
    queue_flush(CIPHER(s), g.q);
}

/* A group after the other. */
INLINE void seal_call(suite s, const sealane_aead_seal_item *const items[], size_t n) {
    calls all;
    all.q.n = all.q.full = 0;
    all.q.mac = NULL;
    for (size_t i = 0; i < n; i += GROUP) {
        seal_group(s, &all, items + i, n - i < GROUP ? n - i : GROUP);
    }
}

INLINE void open_call(suite s, const sealane_aead_open_item *const items[], size_t n, uint8_t good[]) {
    calls all;
    all.q.n = all.q.full = 0;
    all.q.mac = NULL;
    for (size_t i = 0; i < n; i += GROUP) {
        open_group(s, &all, items + i, n - i < GROUP ? n - i : GROUP, good + i);
    }
}

#endif

/* ---- One message ------------------------------------------------------------------------------------------------------ */

/* From this length on the authenticator of one message goes in lanes: before, making the powers costs more than it saves. */
#define BULK_BYTES_MIN 256

/* The associated data and, after the text, what RFC 8439 adds. */
INLINE void one_tag_start(suite s, poly_one *p, const message *m) {
    if (!SECRETBOX(s)) {
        poly_one_absorb(p, m->ad, m->ad_len, POLY_PAD_ZERO);
    }
}

INLINE void one_tag_end(suite s, poly_one *p, const message *m, uint64_t tag[2]) {
    if (!SECRETBOX(s)) {
        poly_one_tag_block(p, m->ad_len, m->len, tag);
    } else {
        poly_one_tag(p, tag);
    }
}

/* The state of one message, counter 0. */
INLINE void one_state(suite s, uint32_t state[16], const message *m) {
    set_row(s, state, m->key, m->nonce);
    if (s != SUITE_CHACHA20) {
        block_one_derive(CIPHER(s), state);
        set_row_end(s, state, m->nonce);
    }
}

#if LANES32 == 16

#include "simd/impl/one_run.h"

/* What the short method takes, of text and of associated data. */
#define SHORT_BYTES_MAX RUN_BYTES_MAX
#define SHORT_AD_BYTES_MAX RUN_AD_BYTES_MAX

/* A short message of the ChaCha suites: all its blocks in one run. expected: NULL to seal. */
INLINE int one_short(suite s, const message *m, const uint8_t *expected, uint8_t *made) {
    uint32_t state[16];
    one_state(s, state, m);
    return m->len <= 128   ? run_message1(state, m, expected, made)
           : m->len <= 256 ? run_message2(state, m, expected, made)
           : m->len <= 512 ? run_message4(state, m, expected, made)
           : m->len <= 768 ? run_message6(state, m, expected, made)
                           : run_message8(state, m, expected, made);
}

#else

#include "simd/impl/rows.h"

#define SHORT_BYTES_MAX (ROWS_BLOCKS_MAX * 64)
#define SHORT_AD_BYTES_MAX SIZE_MAX

/* The same for vectors of 256 bits. */
INLINE int one_short(suite s, const message *m, const uint8_t *expected, uint8_t *made) {
    uint32_t state[16];
    _Alignas(32) uint8_t keystream[64 * ROWS_BLOCKS_MAX];
    uint64_t tag[2];
    int good = 1;
    one_state(s, state, m);
    poly_one p;
    rows_blocks(state, (m->len + 127) / 128, &p, keystream); /* two blocks a pair */
    one_tag_start(s, &p, m);
    if (expected == NULL) {
        add_keystream(m->out, m->in, keystream, m->len);
        poly_one_absorb(&p, m->out, m->len, PAD(s));
        one_tag_end(s, &p, m, tag);
        tag_store(made, tag);
    } else {
        poly_one_absorb(&p, m->in, m->len, PAD(s));
        one_tag_end(s, &p, m, tag);
        good = tag_equal(tag, expected);
        if (good) {
            add_keystream(m->out, m->in, keystream, m->len);
        } else if (m->len > 0) {
            memset(m->out, 0, m->len);
        }
    }
    return good;
}

#endif

/* sets LANES32 blocks of one state from `counter` on: lane l's block of set s is block s LANES32 + l. Afterwards transposed.
   first: NULL, or becomes block 0. mac: NULL, or with sets = SETS what goes beside. */
OUTLINE void broadcast_blocks(cipher c, const uint32_t state[16], uint64_t counter, v32 x[SETS][16], size_t sets,
                              uint64_t first[8], poly_beside *mac) {
    uint32_t low[SETS][LANES32], high[SETS][LANES32];
    for (size_t k = 0; k < sets; k++) {
        for (size_t i = 0; i < LANES32; i++, counter++) {
            low[k][i] = (uint32_t)counter;
            high[k][i] = (uint32_t)(counter >> 32);
        }
        UNROLL for (size_t i = 0; i < 16; i++) {
            x[k][i] = v32_set1(state[i]);
        }
        if (c == CHACHA20) {
            x[k][12] = v32_load(low[k]);
        } else {
            x[k][8] = v32_load(low[k]);
            x[k][9] = v32_load(high[k]);
        }
    }
    if (first != NULL) {
        cipher_rounds_beside(c, x, sets, state, first);
    } else {
        cipher_rounds(c, x, sets, mac);
    }
    for (size_t k = 0; k < sets; k++) {
        v32 y[16];
        UNROLL for (size_t i = 0; i < 16; i++) {
            const int low_word = i == COUNTER_WORD(c), high_word = c == SALSA20 && i == 9;
            y[i] = v32_add(x[k][i], low_word ? v32_load(low[k]) : high_word ? v32_load(high[k]) : v32_set1(state[i]));
        }
        v32_transpose16(y);
        UNROLL for (size_t i = 0; i < 16; i++) {
            x[k][i] = y[i];
        }
    }
}

/* out = in + the blocks in x, for len bytes. */
INLINE void add_blocks(uint8_t *out, const uint8_t *in, const v32 x[SETS][16], size_t len) {
    for (size_t k = 0; 64 * k * LANES32 < len; k++) {
        UNROLL for (size_t l = 0; l < LANES32; l++) {
            const size_t at = 64 * (k * LANES32 + l);
            if (at + 64 <= len) {
                v32_block_xor(x[k], l, out + at, in + at);
            } else {
                if (at < len) {
                    v32_block_xor_partial(x[k], l, out + at, in + at, len - at);
                }
                break;
            }
        }
    }
}

/* The authenticator of one message while its text is worked on. */
typedef struct {
    poly_one p;
    poly_bulk bulk;
    const uint8_t *text; /* ciphertext */
    size_t len, taken;   /* taken: bytes authenticated */
    int in_bulk;
#if MAC_BESIDE
    size_t half;       /* blocks of each of two chains, 0 at first, */
    mult44 half_power; /* and r to that power */
#endif
} one_mac;

INLINE void one_mac_bulk_start(one_mac *a) {
    poly_bulk_start(&a->bulk, &a->p);
    a->in_bulk = 1;
}

/* Takes in `times` blocks of lanes and leaves the lanes. */
INLINE void one_mac_bulk_end(one_mac *a, size_t times) {
    poly_bulk_absorb1(&a->bulk, a->text + a->taken, times);
    a->taken += times * POLY_BULK_BYTES;
    poly_bulk_collapse(&a->bulk, &a->p);
    a->in_bulk = 0;
}

INLINE void one_mac_start(suite s, one_mac *a, const message *m, const uint8_t *text, const uint8_t *key) {
    poly_one_init(&a->p, key);
    one_tag_start(s, &a->p, m);
    a->text = text;
    a->len = m->len;
    a->taken = 0;
    a->in_bulk = 0;
    if (!MAC_BESIDE && m->len >= BULK_BYTES_MIN) {
        one_mac_bulk_start(a);
    }
}

/* Takes in the first `ready` bytes but for a part that is left for later. */
INLINE void one_mac_advance(one_mac *a, size_t ready) {
    if (a->in_bulk) {
        size_t times = (ready - a->taken) / (4 * POLY_BULK_BYTES);
        poly_bulk_absorb4(&a->bulk, a->text + a->taken, times);
        a->taken += times * 4 * POLY_BULK_BYTES;
    }
}

/* Takes in the first `ready` bytes, which end a block or the text. */
INLINE void one_mac_take(suite s, one_mac *a, size_t ready) {
    if (!a->in_bulk && ready - a->taken >= BULK_BYTES_MIN) {
        one_mac_bulk_start(a);
    }
    if (a->in_bulk) {
        one_mac_advance(a, ready);
        one_mac_bulk_end(a, (ready - a->taken) / POLY_BULK_BYTES);
    }
    if (ready > a->taken) {
        poly_one_absorb(&a->p, a->text + a->taken, ready - a->taken, PAD(s));
    }
    a->taken = ready;
}

/* Opening: the first `due` bytes are about to be overwritten, and are taken in before, with what follows to a whole step. */
INLINE void one_mac_ahead(suite s, one_mac *a, size_t due) {
    if (MAC_BESIDE) {
        const size_t whole = a->len - due < 16 ? a->len : (due + 15) / 16 * 16;
        if (a->taken < due) {
            one_mac_take(s, a, whole);
        }
    } else {
        const size_t whole = due + 4 * POLY_BULK_BYTES - 1;
        one_mac_advance(a, whole < a->len ? whole : a->len);
        if (a->taken < due) {
            one_mac_take(s, a, a->len);
        }
    }
}

/* Blocks of one message; beside the first the key's block, beside the others, where the kernel does that, what is ready of the
   text. */
INLINE void one_blocks(suite s, one_mac *a, const uint32_t state[16], uint64_t counter, v32 x[SETS][16], size_t sets,
                       uint64_t first[8], size_t ready) {
#if MAC_BESIDE
    const size_t half = (ready - a->taken) / 32 < MAC_BESIDE_STEPS ? (ready - a->taken) / 32 : MAC_BESIDE_STEPS;
    if (counter > 1 && sets == SETS && half > 0) {
        poly_beside b;
        if (half != a->half) {
            poly_one_power(&a->p, half, &a->half_power);
            a->half = half;
        }
        poly_one_to_beside(&a->p, &b, a->text + a->taken, half);
        a->taken += 32 * half;
        broadcast_blocks(CIPHER(s), state, counter, x, sets, NULL, &b);
        poly_one_from_beside(&a->p, &b, &a->half_power);
        return;
    }
#endif
    (void)a;
    (void)ready;
    broadcast_blocks(CIPHER(s), state, counter, x, sets, counter == 1 ? first : NULL, NULL);
}

/* A message of any length: up to WIDTH blocks at a time, its authenticator in lanes beside. expected: NULL to seal. */
INLINE int one_long(suite s, const message *m, const uint8_t *expected, uint8_t *made) {
    uint32_t state[16];
    uint64_t first[8], tag[2];
    one_mac a;
    a.taken = 0;
#if MAC_BESIDE
    a.half = 0;
#endif
    size_t coded = 0; /* bytes encrypted or decrypted */
    int good = 1;
    one_state(s, state, m);
    for (uint64_t counter = 1; counter == 1 || coded < m->len; counter += WIDTH) {
        const size_t head = counter > 1 ? 0 : FIRST_BYTES(s) < m->len ? FIRST_BYTES(s) : m->len; /* by block 0 */
        const size_t at = coded + head, left = m->len - at, len = left < 64 * WIDTH ? left : 64 * WIDTH;
        v32 x[SETS][16];
        /* Lines that are not in the cache arrive while the keystream is made. */
        for (size_t i = 0; i < len; i += 64) {
            __builtin_prefetch(m->out + at + i, 1);
        }
        one_blocks(s, &a, state, counter, x, sets_for((len + 63) / 64), first, expected == NULL ? coded : at + len);
        if (counter == 1) {
            one_mac_start(s, &a, m, expected == NULL ? m->out : m->in, (const uint8_t *)first);
        }
        if (expected != NULL) {
            one_mac_ahead(s, &a, at + len);
        }
        if (head > 0) {
            add_keystream(m->out, m->in, (const uint8_t *)first + 32, head);
        }
        if (len > 0) {
            add_blocks(m->out + at, m->in + at, (const v32(*)[16])x, len);
        }
        coded = at + len;
        if (expected == NULL) {
            one_mac_advance(&a, coded);
        }
    }
    if (a.in_bulk || a.taken < m->len) {
        one_mac_take(s, &a, m->len);
    }
    one_tag_end(s, &a.p, m, tag);
    if (expected == NULL) {
        tag_store(made, tag);
    } else {
        good = tag_equal(tag, expected);
        if (!good && m->len > 0) {
            memset(m->out, 0, m->len);
        }
    }
    return good;
}

/* Whether the short method serves. */
INLINE int is_short(suite s, const message *m) {
    return !SECRETBOX(s) && m->len <= SHORT_BYTES_MAX && m->ad_len <= SHORT_AD_BYTES_MAX;
}

/*
 * The four calls of a suite and its ops. Each does its work in a function of its own and then wipes the stack that it used.
 * expected: the tag of a message to open; made: where that of a message to seal goes.
 */
#define AEAD_OPS(name, s)                                                                                                      \
    OUTLINE int name##_short(const message *m, const uint8_t *expected, uint8_t *made) {                                       \
        return one_short(s, m, expected, made);                                                                                \
    }                                                                                                                          \
    OUTLINE int name##_long(const message *m, const uint8_t *expected, uint8_t *made) {                                        \
        return one_long(s, m, expected, made);                                                                                 \
    }                                                                                                                          \
    OUTLINE void name##_seal_call(const sealane_aead_seal_item *const items[], size_t n) {                                     \
        seal_call(s, items, n);                                                                                                \
    }                                                                                                                          \
    OUTLINE void name##_open_call(const sealane_aead_open_item *const items[], size_t n, uint8_t good[]) {                     \
        open_call(s, items, n, good);                                                                                          \
    }                                                                                                                          \
    static int name##_one(const message *m, const uint8_t *expected, uint8_t *made) {                                          \
        int good;                                                                                                              \
        if (is_short(s, m)) {                                                                                                  \
            good = name##_short(m, expected, made);                                                                            \
            if (m->len <= LEAST_BYTES_MAX) {                                                                                   \
                wipe_stack_least();                                                                                            \
            } else {                                                                                                           \
                wipe_stack_short();                                                                                            \
            }                                                                                                                  \
        } else {                                                                                                               \
            good = name##_long(m, expected, made);                                                                             \
            wipe_stack_long();                                                                                                 \
        }                                                                                                                      \
        return good;                                                                                                           \
    }                                                                                                                          \
    static void name##_seal_one(const sealane_aead_seal_item *item) {                                                          \
        const message m = MESSAGE(item);                                                                                       \
        (void)name##_one(&m, NULL, item->tag);                                                                                 \
    }                                                                                                                          \
    static int name##_open_one(const sealane_aead_open_item *item) {                                                           \
        const message m = MESSAGE(item);                                                                                       \
        return name##_one(&m, item->tag, NULL);                                                                                \
    }                                                                                                                          \
    static void name##_seal_lanes(const sealane_aead_seal_item *const items[], size_t n) {                                     \
        if (n >= CALL_MIN) {                                                                                                   \
            name##_seal_call(items, n);                                                                                        \
            wipe_stack_group();                                                                                                \
            return;                                                                                                            \
        }                                                                                                                      \
        for (size_t i = 0; i < n; i++) {                                                                                       \
            name##_seal_one(items[i]);                                                                                         \
        }                                                                                                                      \
    }                                                                                                                          \
    static void name##_open_lanes(const sealane_aead_open_item *const items[], size_t n, uint8_t good[]) {                     \
        if (n >= CALL_MIN) {                                                                                                   \
            name##_open_call(items, n, good);                                                                                  \
            wipe_stack_group();                                                                                                \
            return;                                                                                                            \
        }                                                                                                                      \
        for (size_t i = 0; i < n; i++) {                                                                                       \
            good[i] = (uint8_t)name##_open_one(items[i]);                                                                      \
        }                                                                                                                      \
    }                                                                                                                          \
    const aead_ops sealane_##name = {                                                                                          \
        .lanes = CALL,                                                                                                         \
        .lanes_bytes_max = LANES_BYTES_MAX,                                                                                    \
        .call_bytes = MAC_BESIDE ? 262144U : 0U, /* one pass */                                                                \
        .seal_lanes = name##_seal_lanes,                                                                                       \
        .open_lanes = name##_open_lanes,                                                                                       \
        .seal_one = name##_seal_one,                                                                                           \
        .open_one = name##_open_one,                                                                                           \
    }

#endif
