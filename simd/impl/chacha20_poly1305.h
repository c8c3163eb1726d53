/* SPDX-License-Identifier: ISC */
/*
 * ChaCha20-Poly1305 (RFC 8439, section 2.8), XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), and the secretboxes
 * XSalsa20-Poly1305 and XChaCha20-Poly1305, over lanes: many messages in one call, one long message, one short message.
 *
 * An instantiation includes the lane verbs, a radix of Poly1305, defines SETS and LANES_BYTES_MAX, includes this file and names
 * its ops with AEAD_OPS.
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
#include "simd/impl/rows.h"
#include "simd/impl/wipe_stack.h"

typedef enum { SUITE_CHACHA20, SUITE_XCHACHA20, SUITE_XSALSA20, SUITE_XCHACHA20_SECRETBOX } suite;

#define CIPHER(s) ((s) == SUITE_XSALSA20 ? SALSA20 : CHACHA20)
#define SECRETBOX(s) ((s) == SUITE_XSALSA20 || (s) == SUITE_XCHACHA20_SECRETBOX)
#define PAD(s) (SECRETBOX(s) ? POLY_PAD_ONE : POLY_PAD_ZERO)

/* Most messages of a lane call. */
#define GROUP 64U

/* Block 0 of a message: 32 bytes of Poly1305 key; a secretbox adds the rest to the first 32 bytes of the message. */
#define FIRST_BYTES(s) (SECRETBOX(s) ? (size_t)32 : (size_t)0)

/* More than the calls have below their entries, when optimised. */
WIPE_DEAD_STACK(wipe_stack_short, 4096)
WIPE_DEAD_STACK(wipe_stack_long, 16384)
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
        row[0] = SIGMA0;
        row[1] = SIGMA1;
        row[2] = SIGMA2;
        row[3] = SIGMA3;
        memcpy(row + 4, key, 32);
        if (s == SUITE_CHACHA20) {
            row[12] = 0;
            memcpy(row + 13, nonce, 12);
        } else {
            memcpy(row + 12, nonce, 16);
        }
    }
}

/* What remains of an extended nonce, once the key is derived. */
INLINE void set_row_end(suite s, uint32_t row[16], const uint8_t *nonce) {
    memcpy(row + (s == SUITE_XSALSA20 ? 6 : 14), nonce + 16, 8);
}

/* 1 if the tag is the one expected. */
INLINE int tag_equal(const uint64_t tag[2], const uint8_t *expected) {
    uint64_t diff = (tag[0] ^ load_le64(expected)) | (tag[1] ^ load_le64(expected + 8));
    return (int)(ct_mask_zero32((uint32_t)(diff | diff >> 32)) & 1);
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

typedef struct {
    _Alignas(64) uint32_t row[GROUP][16];
    _Alignas(64) uint8_t first[GROUP][64]; /* block 0 of each message */
    uint64_t tag[GROUP][2];
    queue q;
} group;

INLINE void group_start(suite s, group *g, const message m[], size_t n) {
    static const uint8_t zeroes[64];
    for (size_t i = 0; i < n; i++) {
        /* Short messages lie apart; their lines are asked for long before the keystream meets them. */
        __builtin_prefetch(m[i].in);
        __builtin_prefetch((const void *)((uintptr_t)m[i].in + m[i].len));
        __builtin_prefetch(m[i].out, 1);
        __builtin_prefetch((const void *)((uintptr_t)m[i].out + m[i].len), 1);
        set_row(s, g->row[i], m[i].key, m[i].nonce);
    }
    if (s != SUITE_CHACHA20) {
        cipher_derive(CIPHER(s), g->row, n);
        for (size_t i = 0; i < n; i++) {
            set_row_end(s, g->row[i], m[i].nonce);
        }
    }
    g->q.n = 0;
    for (size_t i = 0; i < n; i++) {
        queue_push(CIPHER(s), &g->q, g->row[i], 0, g->first[i], zeroes, 64);
    }
}

/* Encrypts or decrypts message i; its block 0 must have been run if the suite uses it for data. */
INLINE void group_push(suite s, group *g, size_t i, const message *m) {
    size_t at = FIRST_BYTES(s) < m->len ? FIRST_BYTES(s) : m->len;
    uint64_t block = 1;
    if (at > 0) {
        add_keystream(m->out, m->in, g->first[i] + 32, at);
    }
    for (; m->len - at >= 64; at += 64) {
        queue_push(CIPHER(s), &g->q, g->row[i], block++, m->out + at, m->in + at, 64);
    }
    if (m->len > at) {
        queue_push(CIPHER(s), &g->q, g->row[i], block, m->out + at, m->in + at, m->len - at);
    }
}

/* tag[i] = authenticator of message i's associated data and of the ciphertext at text[i]. Unused lanes repeat the first. */
INLINE void group_tags(suite s, group *g, const message m[], const uint8_t *const text[], size_t n) {
    for (size_t at = 0; at < n; at += LANES64) {
        const uint8_t *key[LANES64], *ad[LANES64], *from[LANES64];
        size_t ad_len[LANES64], len[LANES64], longest = 0, any_ad = 0;
        for (size_t l = 0; l < LANES64; l++) {
            size_t i = at + l < n ? at + l : at;
            key[l] = g->first[i];
            ad[l] = m[i].ad;
            from[l] = text[i];
            ad_len[l] = m[i].ad_len;
            len[l] = m[i].len;
            any_ad |= ad_len[l];
            longest = longest < len[l] ? len[l] : longest;
        }
        poly_lanes p;
        poly_init(&p, key, longest >= 64 || any_ad >= 64);
        if (!SECRETBOX(s) && any_ad > 0) {
            poly_absorb(&p, ad, ad_len, POLY_PAD_ZERO);
        }
        poly_absorb(&p, from, len, PAD(s));
        if (!SECRETBOX(s)) {
            poly_absorb_block(&p, ad_len, len);
        }
        poly_tags(&p, g->tag + at);
    }
}

INLINE void seal_group(suite s, const sealane_aead_seal_item *const items[], size_t n) {
    group g;
    message m[GROUP];
    const uint8_t *text[GROUP];
    for (size_t i = 0; i < n; i++) {
        m[i] = (message)MESSAGE(items[i]);
        text[i] = items[i]->out;
    }
    group_start(s, &g, m, n);
    if (SECRETBOX(s)) {
        queue_flush(CIPHER(s), &g.q);
    }
    for (size_t i = 0; i < n; i++) {
        group_push(s, &g, i, &m[i]);
    }
    queue_flush(CIPHER(s), &g.q);
    group_tags(s, &g, m, text, n);
    for (size_t i = 0; i < n; i++) {
        memcpy(items[i]->tag, g.tag[i], 16);
    }
}

INLINE void open_group(suite s, const sealane_aead_open_item *const items[], size_t n, uint8_t good[]) {
    group g;
    message m[GROUP];
    const uint8_t *text[GROUP];
    for (size_t i = 0; i < n; i++) {
        m[i] = (message)MESSAGE(items[i]);
        text[i] = items[i]->in;
    }
    group_start(s, &g, m, n);
    queue_flush(CIPHER(s), &g.q);
    group_tags(s, &g, m, text, n);
    for (size_t i = 0; i < n; i++) {
        good[i] = (uint8_t)tag_equal(g.tag[i], items[i]->tag);
    }
    for (size_t i = 0; i < n; i++) {
        if (good[i]) {
            group_push(s, &g, i, &m[i]);
        } else if (m[i].len > 0) {
            memset(m[i].out, 0, m[i].len);
        }
    }
    queue_flush(CIPHER(s), &g.q);
}

/* ---- One message ------------------------------------------------------------------------------------------------------ */

/* Data bytes that the short method takes after block 0. */
#define SHORT_BYTES_MAX (ROWS_BLOCKS_MAX * 64)

/* From this length on the authenticator of one message goes in lanes: before, making the powers costs more than it saves. */
#define BULK_BYTES_MIN 256

/* The associated data and, after the text, what RFC 8439 adds. */
INLINE void one_tag_start(suite s, poly_one *p, const message *m, const uint8_t *key) {
    poly_one_init(p, key);
    if (!SECRETBOX(s)) {
        poly_one_absorb(p, m->ad, m->ad_len, POLY_PAD_ZERO);
    }
}

INLINE void one_tag_end(suite s, poly_one *p, const message *m, uint64_t tag[2]) {
    if (s != SUITE_XSALSA20) {
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

/* A short message of the ChaCha suites: all its blocks in one run. expected: NULL to seal. */
INLINE int one_short(suite s, const message *m, const uint8_t *expected, uint64_t tag[2]) {
    uint32_t state[16];
    uint64_t first[8];
    _Alignas(32) uint8_t keystream[64 * ROWS_BLOCKS_MAX];
    int good = 1;
    one_state(s, state, m);
    rows_blocks(state, (m->len + 127) / 128, first, keystream); /* two blocks a pair */
    poly_one p;
    one_tag_start(s, &p, m, (const uint8_t *)first);
    if (expected == NULL) {
        add_keystream(m->out, m->in, keystream, m->len);
        poly_one_absorb(&p, m->out, m->len, PAD(s));
        one_tag_end(s, &p, m, tag);
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

/* sets LANES32 blocks of one state from `counter` on: lane l's block of set s is block s LANES32 + l. Afterwards transposed.
   first: NULL, or becomes block 0. */
OUTLINE void broadcast_blocks(cipher c, const uint32_t state[16], uint64_t counter, v32 x[SETS][16], size_t sets,
                              uint64_t first[8]) {
    uint32_t low[LANES32], high[LANES32];
    for (size_t k = 0; k < sets; k++) {
        for (size_t i = 0; i < LANES32; i++, counter++) {
            low[i] = (uint32_t)counter;
            high[i] = (uint32_t)(counter >> 32);
        }
        UNROLL for (size_t i = 0; i < 16; i++) {
            x[k][i] = v32_set1(state[i]);
        }
        if (c == CHACHA20) {
            x[k][12] = v32_load(low);
        } else {
            x[k][8] = v32_load(low);
            x[k][9] = v32_load(high);
        }
    }
    if (first != NULL) {
        cipher_blocks_beside(c, x, sets, state, first);
    } else {
        cipher_blocks(c, x, sets);
    }
    for (size_t k = 0; k < sets; k++) {
        v32_transpose16(x[k]);
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
    int in_bulk, done;
} one_mac;

INLINE void one_mac_start(suite s, one_mac *a, const message *m, const uint8_t *text, const uint8_t *key) {
    one_tag_start(s, &a->p, m, key);
    a->text = text;
    a->len = m->len;
    a->taken = 0;
    a->done = 0;
    a->in_bulk = m->len >= BULK_BYTES_MIN;
    if (a->in_bulk) {
        poly_bulk_start(&a->bulk, &a->p);
    }
}

INLINE void one_mac_finish(suite s, one_mac *a) {
    if (a->in_bulk) {
        size_t times = (a->len - a->taken) / POLY_BULK_BYTES;
        poly_bulk_absorb1(&a->bulk, a->text + a->taken, times);
        a->taken += times * POLY_BULK_BYTES;
        poly_bulk_collapse(&a->bulk, &a->p);
    }
    if (a->len > a->taken) {
        poly_one_absorb(&a->p, a->text + a->taken, a->len - a->taken, PAD(s));
    }
    a->taken = a->len;
    a->done = 1;
}

/* Takes in the first `ready` bytes but for a part that is left for later. */
INLINE void one_mac_advance(one_mac *a, size_t ready) {
    if (a->in_bulk) {
        size_t times = (ready - a->taken) / (4 * POLY_BULK_BYTES);
        poly_bulk_absorb4(&a->bulk, a->text + a->taken, times);
        a->taken += times * 4 * POLY_BULK_BYTES;
    }
}

/* Opening: the first `due` bytes are about to be overwritten, and are taken in before, with what follows to a whole step. */
INLINE void one_mac_ahead(suite s, one_mac *a, size_t due) {
    size_t whole = due + 4 * POLY_BULK_BYTES - 1;
    one_mac_advance(a, whole < a->len ? whole : a->len);
    if (a->taken < due) {
        one_mac_finish(s, a);
    }
}

/* A message of any length: up to WIDTH blocks at a time, its authenticator in lanes beside. expected: NULL to seal. */
INLINE int one_long(suite s, const message *m, const uint8_t *expected, uint64_t tag[2]) {
    uint32_t state[16];
    uint64_t first[8];
    one_mac a;
    size_t coded = 0; /* bytes encrypted or decrypted */
    int good = 1;
    one_state(s, state, m);
    for (uint64_t counter = 1; counter == 1 || coded < m->len; counter += WIDTH) {
        const size_t head = counter > 1 ? 0 : FIRST_BYTES(s) < m->len ? FIRST_BYTES(s) : m->len; /* by block 0 */
        const size_t at = coded + head, left = m->len - at, len = left < 64 * WIDTH ? left : 64 * WIDTH;
        v32 x[SETS][16];
        broadcast_blocks(CIPHER(s), state, counter, x, sets_for((len + 63) / 64), counter == 1 ? first : NULL);
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
    if (!a.done) {
        one_mac_finish(s, &a);
    }
    one_tag_end(s, &a.p, m, tag);
    if (expected != NULL) {
        good = tag_equal(tag, expected);
        if (!good && m->len > 0) {
            memset(m->out, 0, m->len);
        }
    }
    return good;
}

/* Whether the short method serves. */
INLINE int is_short(suite s, const message *m) {
    return !SECRETBOX(s) && m->len <= SHORT_BYTES_MAX;
}

/*
 * The four calls of a suite and its ops. Each does its work in a function of its own and then wipes the stack that it used.
 * expected: the tag of a message to open; made: where that of a message to seal goes.
 */
#define AEAD_OPS(name, s)                                                                                                      \
    OUTLINE int name##_short(const message *m, const uint8_t *expected, uint8_t *made) {                                       \
        uint64_t tag[2];                                                                                                       \
        int good = one_short(s, m, expected, tag);                                                                             \
        if (made != NULL) {                                                                                                    \
            memcpy(made, tag, 16);                                                                                             \
        }                                                                                                                      \
        return good;                                                                                                           \
    }                                                                                                                          \
    OUTLINE int name##_long(const message *m, const uint8_t *expected, uint8_t *made) {                                        \
        uint64_t tag[2];                                                                                                       \
        int good = one_long(s, m, expected, tag);                                                                              \
        if (made != NULL) {                                                                                                    \
            memcpy(made, tag, 16);                                                                                             \
        }                                                                                                                      \
        return good;                                                                                                           \
    }                                                                                                                          \
    OUTLINE void name##_seal_group(const sealane_aead_seal_item *const items[], size_t n) {                                    \
        seal_group(s, items, n);                                                                                               \
    }                                                                                                                          \
    OUTLINE void name##_open_group(const sealane_aead_open_item *const items[], size_t n, uint8_t good[]) {                    \
        open_group(s, items, n, good);                                                                                         \
    }                                                                                                                          \
    static int name##_one(const message *m, const uint8_t *expected, uint8_t *made) {                                          \
        int good;                                                                                                              \
        if (is_short(s, m)) {                                                                                                  \
            good = name##_short(m, expected, made);                                                                            \
            wipe_stack_short();                                                                                                \
        } else {                                                                                                               \
            good = name##_long(m, expected, made);                                                                             \
            wipe_stack_long();                                                                                                 \
        }                                                                                                                      \
        return good;                                                                                                           \
    }                                                                                                                          \
    static void name##_seal_lanes(const sealane_aead_seal_item *const items[], size_t n) {                                     \
        name##_seal_group(items, n);                                                                                           \
        wipe_stack_group();                                                                                                    \
    }                                                                                                                          \
    static void name##_open_lanes(const sealane_aead_open_item *const items[], size_t n, uint8_t good[]) {                     \
        name##_open_group(items, n, good);                                                                                     \
        wipe_stack_group();                                                                                                    \
    }                                                                                                                          \
    static void name##_seal_one(const sealane_aead_seal_item *item) {                                                          \
        const message m = MESSAGE(item);                                                                                       \
        (void)name##_one(&m, NULL, item->tag);                                                                                 \
    }                                                                                                                          \
    static int name##_open_one(const sealane_aead_open_item *item) {                                                           \
        const message m = MESSAGE(item);                                                                                       \
        return name##_one(&m, item->tag, NULL);                                                                                \
    }                                                                                                                          \
    const aead_ops sealane_##name = {                                                                                          \
        .lanes = GROUP,                                                                                                        \
        .lanes_bytes_max = LANES_BYTES_MAX,                                                                                    \
        .seal_lanes = name##_seal_lanes,                                                                                       \
        .open_lanes = name##_open_lanes,                                                                                       \
        .seal_one = name##_seal_one,                                                                                           \
        .open_one = name##_open_one,                                                                                           \
    }

#endif
