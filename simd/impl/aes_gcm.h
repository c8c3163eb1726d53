/* SPDX-License-Identifier: ISC */
/*
 * AES-128-GCM and AES-256-GCM (NIST SP 800-38D, nonces of 96 bits) over block verbs: many messages in one call, one long
 * message.
 *
 * Keys are set up for BLOCKS messages at once, a message a block. Counter mode always fills its vectors with blocks of one
 * message, under its round keys broadcast. GHASH of short messages goes by messages, with no more powers of H than they are
 * worth; that of long ones by blocks, beside the encryption of those that follow.
 *
 * An instantiation includes the block verbs, defines BULK, the vectors of a long message that are under way at once, and
 * BULK_IN_ORDER, whether the compiler is to keep to the order of the text between them and the hash; IN_TURN, whether short
 * messages are encrypted and hashed in turn, and TWO_CHUNKS, whether by two chunks where there are so many; QUADS_FROM, the
 * chunks up to which GHASH takes two blocks a reduction, LONG_BYTES_MIN and LANES_BYTES_MAX; includes this file and names its
 * two ops with AES_GCM_OPS.
 */
#ifndef SEALANE_IMPL_AES_GCM_H
#define SEALANE_IMPL_AES_GCM_H

#include <string.h>

#include "core/kernel/aes_gcm.h"
#include "core/kernel/kernels.h"
#include "core/util/ct.h"
#include "core/util/overlap.h"
#include "simd/impl/aes.h"
#include "simd/impl/ghash.h"
#include "simd/impl/wipe_stack.h"

/* Most messages of a lane call; their keys are set up SET at a time. */
#define LANES_MAX 64U
#define SET 16U
#define GROUPS (SET / BLOCKS)

#define WIDTH (16U * BLOCKS) /* bytes of a vector */

/* More than many messages, a short one and a long one take of the stack by gcc 12, clang 14 and clang 19. */
#define RUN_STACK (BLOCKS == 1 ? 7168U : 4352U + 2048U * BLOCKS)
#define SHORT_STACK (768U + 512U * BLOCKS)
#define LONG_STACK (1024U + 2048U * BLOCKS)

/* Both kinds of item have one layout; the tag of one to open is only read. */
typedef sealane_aead_seal_item message;

_Static_assert(sizeof(message) == sizeof(sealane_aead_open_item) &&
                   offsetof(message, in) == offsetof(sealane_aead_open_item, in) &&
                   offsetof(message, tag) == offsetof(sealane_aead_open_item, tag),
               "the items to seal and to open lie alike");

INLINE size_t blocks_in(size_t bytes) {
    return bytes / 16 + (bytes % 16 != 0);
}

/* The last block that is hashed. */
INLINE __m128i lengths_block(const message *m) {
    return _mm_set_epi64x((long long)((uint64_t)m->ad_len * 8), (long long)((uint64_t)m->len * 8));
}

/* 1 if the 16 bytes are the tag expected. */
INLINE int tag_equal(const uint8_t *tag, const uint8_t *expected) {
    const __m128i same = _mm_cmpeq_epi8(load_block(tag), load_block(expected));
    return (int)(ct_mask_zero32((uint32_t)_mm_movemask_epi8(same) ^ 0xffff) & 1);
}

/* ---- Keys ------------------------------------------------------------------------------------------------------------- */

/* BLOCKS messages: their round keys, H / x, and the block that encrypts their tags. */
typedef struct {
    vb rk[AES_ROUND_KEYS_MAX];
    vb h, mask;
} group;

/* Groups of the n messages at m: `sets` groups, of which the last may be partial; the blocks that are left repeat the first
   message. state: NULL, or the key of them all. */
INLINE void groups_start(size_t rounds, size_t sets, group g[], const message m[], size_t n, const aes_gcm_state *state) {
    const uint8_t *key[SETS_MAX][BLOCKS];
    vb *rk[SETS_MAX], x[SETS_MAX][2];
    const vb *same[SETS_MAX];
    UNROLL for (size_t i = 0; i < sets; i++) {
        __m128i first[BLOCKS];
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            const message *from = &m[BLOCKS * i + l < n ? BLOCKS * i + l : 0];
            key[i][l] = from->key;
            first[l] = _mm_insert_epi32(load_12_bytes(from->nonce), 0x01000000, 3);
        }
        x[i][0] = vb_gather(first);
        x[i][1] = vb_zero();
        same[i] = rk[i] = g[i].rk;
    }
    if (state == NULL) {
        expand_keys(rounds, sets, rk, key);
        encrypt_sets(rounds, sets, 2, x, same);
    } else {
        UNROLL for (size_t i = 0; i < sets; i++) {
            UNROLL for (size_t r = 0; r <= rounds; r++) {
                rk[i][r] = vb_broadcast(state->round_key[r]);
            }
        }
        encrypt_sets(rounds, sets, 1, x, same);
    }
    UNROLL for (size_t i = 0; i < sets; i++) {
        g[i].mask = x[i][0];
        g[i].h = state == NULL ? ghash_factor(ghash_turn(x[i][1])) : vb_broadcast(state->power[0]);
    }
}

INLINE lane_key group_key(const group *g, size_t l) {
    return (lane_key){(const uint8_t *)g->rk + 16 * l};
}

/* The first block's key in the form that all kernels read. */
INLINE void prepared_make(size_t rounds, aes_gcm_state *state, const group *g) {
    const factor h1 = factor_of(g->h);
    vb power[GHASH_POWERS];
    memset(state, 0, sizeof *state);
    UNROLL for (size_t r = 0; r <= rounds; r++) {
        memcpy(state->round_key[r], &g->rk[r], 16);
    }
    power[0] = g->h;
    for (size_t i = 1; i < GHASH_POWERS; i++) {
        power[i] = i % 2 == 1 ? ghash_square(power[i / 2]) : ghash_multiply(power[i - 1], h1);
    }
    for (size_t i = 0; i < GHASH_POWERS; i++) {
        memcpy(state->power[i], &power[i], 16);
    }
}

/* ---- Short messages --------------------------------------------------------------------------------------------------- */

/* Up to n vectors of a message; returns how many bytes these are. */
INLINE size_t crypt_vectors(size_t rounds, size_t n, lane_key key, vb *counter, const uint8_t *in, uint8_t *out, size_t len) {
    vb x[BULK];
    keystream(rounds, x, n, key, counter);
    UNROLL for (size_t i = 0; i < n; i++) {
        size_t at = WIDTH * i;
        if (len >= at + WIDTH) {
            vb_store(out + at, vb_xor(x[i], vb_load(in + at)));
        } else if (len > at) {
            vb_store_part(out + at, vb_xor(x[i], vb_load_part(in + at, len - at)), len - at);
        }
    }
    return len < WIDTH * n ? len : WIDTH * n;
}

INLINE void crypt(size_t rounds, lane_key key, const uint8_t *nonce, uint32_t start, const uint8_t *in, uint8_t *out,
                  size_t len) {
    vb counter = counter_start(nonce, start);
    while (len > 0) {
        size_t done;
        if (len > WIDTH * 4) {
            done = crypt_vectors(rounds, BULK, key, &counter, in, out, len);
        } else if (len > WIDTH * 2) {
            done = crypt_vectors(rounds, 4, key, &counter, in, out, len);
        } else if (len > WIDTH) {
            done = crypt_vectors(rounds, 2, key, &counter, in, out, len);
        } else {
            done = crypt_vectors(rounds, 1, key, &counter, in, out, len);
        }
        in += done;
        out += done;
        len -= done;
    }
}

/* 64 bytes of what is hashed of a message, but for its lengths: from block `first` on, which may be before the beginning, where
   there are zeroes. */
INLINE chunk hashed_chunk(const message *m, const uint8_t *text, size_t ad_blocks, ptrdiff_t first) {
    const ptrdiff_t at = first - (ptrdiff_t)ad_blocks;
    if (first <= -4) {
        return chunk_ones(0);
    }
    if (at >= 0 && m->len - 16 * (size_t)at >= 64) {
        return chunk_load(text + 16 * at);
    }
    /* Addresses are computed as numbers: they may lie outside of the buffer, where nothing is read. */
    chunk c = chunk_ones(0);
    if (first < (ptrdiff_t)ad_blocks) {
        const size_t from = first < 0 ? 16 * (size_t)-first : 0;
        const size_t left = m->ad_len - 16 * (size_t)first; /* past 64 if first is negative */
        const size_t to = first < 0 ? m->ad_len + from : left;
        c = chunk_load_range((const uint8_t *)((uintptr_t)m->ad + 16 * (uintptr_t)first), from, to < 64 ? to : 64);
    }
    if (at + 4 > 0) {
        const size_t from = at < 0 ? 16 * (size_t)-at : 0;
        const size_t to = at < 0 ? m->len + from : m->len - 16 * (size_t)at;
        c = chunk_xor(c, chunk_load_range((const uint8_t *)((uintptr_t)text + 16 * (uintptr_t)at), from, to < 64 ? to : 64));
    }
    return c;
}

/* Up to BLOCKS messages under the keys of a group. */
typedef struct {
    const group *g;
    const message *m;
    size_t count;
} part;

/*
 * GHASH of BLOCKS messages, one a block, in steps of 64 bytes each; text[l] is message l's ciphertext. Messages end together:
 * what precedes the shorter ones are zeroes, which leave a sum of zero as it is. The blocks that are left repeat the first.
 */
typedef struct {
    const message *m[BLOCKS];
    const uint8_t *text[BLOCKS];
    size_t ad_blocks[BLOCKS], blocks[BLOCKS];
    size_t chunks, left;
    factor h1, h2, h3, h4;
    int quads;
    vb y;
} hashing;

INLINE void hash_begin(hashing *s, const part *p, const uint8_t *const text[BLOCKS]) {
    size_t most = 0;
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        s->m[l] = &p->m[l < p->count ? l : 0];
        s->text[l] = text[l < p->count ? l : 0];
        s->ad_blocks[l] = blocks_in(s->m[l]->ad_len);
        s->blocks[l] = s->ad_blocks[l] + blocks_in(s->m[l]->len);
        most = s->blocks[l] > most ? s->blocks[l] : most;
    }
    s->left = s->chunks = (most + 3) / 4;
    s->quads = s->chunks > QUADS_FROM; /* before, two more powers cost more than they save */
    s->y = vb_zero();
    s->h1 = factor_of(p->g->h);
    if (s->chunks > 0) {
        s->h2 = factor_of(ghash_square(p->g->h));
    }
    if (s->quads) {
        s->h3 = factor_of(ghash_multiply(s->h2.h, s->h1));
        s->h4 = factor_of(ghash_square(s->h2.h));
    }
}

/* The next four blocks of each message, of which there are `left` times four. */
INLINE void hash_take(const hashing *s, size_t left, vb x[4]) {
    chunk c[BLOCKS];
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        c[l] = hashed_chunk(s->m[l], s->text[l], s->ad_blocks[l], (ptrdiff_t)s->blocks[l] - (ptrdiff_t)(4 * left));
    }
    lanes_of_chunks(x, c);
    UNROLL for (size_t b = 0; b < 4; b++) {
        x[b] = ghash_turn(x[b]);
    }
}

INLINE void hash_step(hashing *s) {
    vb x[4];
    hash_take(s, s->left, x);
    x[0] = vb_xor(x[0], s->y);
    if (s->quads) {
        s->y = reduce(product_add(product_add(product_add(product_of(x[1], s->h3), x[2], s->h2), x[3], s->h1), x[0], s->h4));
    } else {
        x[2] = vb_xor(x[2], reduce(product_add(product_of(x[1], s->h1), x[0], s->h2)));
        s->y = reduce(product_add(product_of(x[3], s->h1), x[2], s->h2));
    }
    s->left--;
}

/* The tags, 16 bytes each. */
INLINE void hash_end(const hashing *s, const group *g, uint8_t tags[WIDTH]) {
    __m128i lengths[BLOCKS];
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        lengths[l] = lengths_block(s->m[l]);
    }
    const vb y = ghash_multiply(vb_xor(s->y, vb_gather(lengths)), s->h1);
    vb_store(tags, vb_xor(ghash_turn(y), g->mask));
}

/* Counter mode of several messages, 64 bytes of each a step, so that the vectors of a step make one chunk a message. */
typedef struct {
    vb counter[BLOCKS];
    size_t at, most;
} crypting;

INLINE void crypt_begin(crypting *s, const part *p) {
    s->at = s->most = 0;
    UNROLL for (size_t l = 0; l < BLOCKS; l++) {
        const message *m = &p->m[l < p->count ? l : 0];
        s->counter[l] = counter_start(m->nonce, 2);
        s->most = m->len > s->most ? m->len : s->most;
    }
}

/* h: NULL, or a hash by quads that goes on meanwhile by as many chunks. */
INLINE void crypt_step(size_t rounds, size_t chunks, crypting *s, const part *p, hashing *h) {
    const size_t each = chunks * 4 / BLOCKS; /* vectors of a message: of message l, from x[l each] on */
    vb x[8], text[4];
    product sum = {vb_zero(), vb_zero(), vb_zero()};
    UNROLL for (size_t i = 0; i < 4 * chunks; i++) {
        const size_t l = i / each;
        x[i] = vb_xor(counter_block(s->counter[l]), lane_round(group_key(p->g, l), 0));
        s->counter[l] = vb_add32(s->counter[l], counter_step(BLOCKS));
    }
    UNROLL for (size_t r = 1; r < rounds; r++) {
        UNROLL for (size_t i = 0; i < 4 * chunks; i++) {
            x[i] = vb_aesenc(x[i], lane_round(group_key(p->g, i / each), r));
        }
        if (h != NULL && r <= 8) { /* four products a chunk, of which the last waits for the sum before */
            const size_t every = 2 / chunks, step = (r - 1) / every % 4;
            if (r % every == 0) {
                if (step == 0) {
                    hash_take(h, h->left, text);
                    h->left--;
                    sum = product_of(text[1], h->h3);
                } else if (step == 1) {
                    sum = product_add(sum, text[2], h->h2);
                } else if (step == 2) {
                    sum = product_add(sum, text[3], h->h1);
                } else {
                    sum = product_add(sum, vb_xor(text[0], h->y), h->h4);
                    h->y = reduce(sum);
                }
            }
        }
        if (h != NULL) {
            UNROLL for (size_t i = 0; i < 4 * chunks; i++) { /* see bulk_step */
                __asm__("" : VB_SAME(x[i]), VB_SAME(sum.low), VB_SAME(sum.high), VB_SAME(sum.sums));
            }
        }
    }
    UNROLL for (size_t i = 0; i < 4 * chunks; i++) {
        x[i] = vb_aesenclast(x[i], lane_round(group_key(p->g, i / each), rounds));
    }
    UNROLL for (size_t j = 0; j < chunks; j++) {
        UNROLL for (size_t l = 0; l < BLOCKS; l++) {
            chunk c;
            UNROLL for (size_t i = 0; i < 4 / BLOCKS; i++) {
                c.v[i] = x[l * each + j * 4 / BLOCKS + i];
            }
            if (l < p->count && p->m[l].len > s->at) {
                const size_t left = p->m[l].len - s->at;
                const uint8_t *in = p->m[l].in + s->at;
                uint8_t *out = p->m[l].out + s->at;
                if (left >= 64) {
                    chunk_store(out, chunk_xor(c, chunk_load(in)));
                } else {
                    chunk_store_part(out, chunk_xor(c, chunk_load_range(in, 0, left)), left);
                }
            }
        }
        s->at += 64;
    }
}

/* Counter mode of the messages of `coded`, and the tags of those of `hashed`, whose ciphertexts are at text; either may have no
   messages. In turn, so that rounds and multiplications overlap; vectors of four blocks rather share their keys. */
INLINE void work(size_t rounds, const part *coded, const part *hashed, const uint8_t *const text[BLOCKS], uint8_t tags[WIDTH]) {
    crypting c;
    hashing h;
    c.at = c.most = 0;
    h.left = 0;
    if (!IN_TURN || (coded->count == 1 && BLOCKS > 1)) { /* one message alone would leave most of a step empty */
        for (size_t l = 0; l < coded->count; l++) {
            const message *m = &coded->m[l];
            crypt(rounds, group_key(coded->g, l), m->nonce, 2, m->in, m->out, m->len);
        }
    } else if (coded->count > 0) {
        crypt_begin(&c, coded);
    }
    if (hashed->count > 0) {
        hash_begin(&h, hashed, text);
    }
    while (c.at < c.most || h.left > 0) {
        if (TWO_CHUNKS && c.at + 64 < c.most && h.left > 1 && h.quads) {
            crypt_step(rounds, 2, &c, coded, &h);
            continue;
        }
        if (c.at < c.most && h.left > 0 && h.quads) {
            crypt_step(rounds, 1, &c, coded, &h);
            continue;
        }
        if (c.at < c.most) {
            crypt_step(rounds, 1, &c, coded, NULL);
        }
        if (h.left > 0) {
            hash_step(&h);
        }
    }
    if (hashed->count > 0) {
        hash_end(&h, hashed->g, tags);
    }
}

/* ---- Long messages ---------------------------------------------------------------------------------------------------- */

/* Powers of H / x, lane by lane: H to BLOCKS + 1, and BLOCKS times 1 to BULK. */
typedef struct {
    vb low[BLOCKS + 1], wide[BULK];
} group_powers;

/* state: NULL, or where the powers are at hand. */
INLINE void powers_make(group_powers *p, vb h, const aes_gcm_state *state) {
    if (state != NULL) {
        UNROLL for (size_t i = 0; i <= BLOCKS; i++) {
            p->low[i] = vb_broadcast(state->power[i]);
        }
        UNROLL for (size_t i = 0; i < BULK; i++) {
            if (BLOCKS * (i + 1) <= GHASH_POWERS) {
                p->wide[i] = vb_broadcast(state->power[BLOCKS * (i + 1) - 1]);
            }
        }
    } else {
        const factor h1 = factor_of(h);
        p->low[0] = h;
        p->low[1] = ghash_square(h);
        UNROLL for (size_t i = 2; i <= BLOCKS; i++) {
            p->low[i] = i == 3 ? ghash_square(p->low[1]) : ghash_multiply(p->low[i - 1], h1);
        }
        const factor w1 = factor_of(p->low[BLOCKS - 1]);
        p->wide[0] = w1.h;
        p->wide[1] = ghash_square(w1.h);
        p->wide[2] = ghash_multiply(p->wide[1], w1);
        p->wide[3] = ghash_square(p->wide[1]);
    }
    if (state == NULL || 5 * BLOCKS > GHASH_POWERS) {
        const factor w4 = factor_of(p->wide[3]);
        UNROLL for (size_t i = 4; i < BULK; i++) {
            p->wide[i] = ghash_multiply(p->wide[i - 4], w4);
        }
    }
}

/* One message's powers. falling: H to BLOCKS + 1, …, H, and BLOCKS zeroes. wide[i]: H to BLOCKS (i + 1), in every block. */
typedef struct {
    factor wide[BULK];
    uint8_t falling[16 * (2 * BLOCKS + 1)];
} bulk_powers;

INLINE void bulk_start(bulk_powers *p, const group_powers *from, size_t l) {
    UNROLL for (size_t i = 0; i < BULK; i++) {
        p->wide[i] = factor_of(vb_broadcast((const uint8_t *)&from->wide[i] + 16 * l));
    }
    memset(p->falling, 0, sizeof p->falling);
    UNROLL for (size_t i = 0; i <= BLOCKS; i++) {
        memcpy(p->falling + 16 * (BLOCKS - i), (const uint8_t *)&from->low[i] + 16 * l, 16);
    }
}

/* H to `power` in the first block, and falling in those that follow; power <= BLOCKS + 1. */
INLINE factor falling_from(const bulk_powers *p, size_t power) {
    return factor_of(vb_load(p->falling + 16 * (BLOCKS + 1 - power)));
}

/* y's blocks joined in the first: those of whole vectors, of which the last begins BLOCKS blocks before the end. */
INLINE vb joined(vb y, const bulk_powers *p) {
    return vb_of(vb_fold(ghash_multiply(y, falling_from(p, BLOCKS))));
}

/*
 * BULK vectors of counter mode under rk, from in to out (in may be NULL: none), while y takes in BULK vectors of ciphertext at
 * text (may be NULL: none), the first of them with `begin` added. Reads text before it writes.
 */
INLINE vb bulk_step(size_t rounds, const vb rk[], const bulk_powers *p, vb *counter, const uint8_t *in, uint8_t *out, vb y,
                    vb begin, const uint8_t *text) {
    vb x[BULK];
    product sum = {vb_zero(), vb_zero(), vb_zero()};
    if (in != NULL) {
        UNROLL for (size_t i = 0; i < BULK; i++) {
            x[i] = vb_xor(counter_block(*counter), rk[0]);
            *counter = vb_add32(*counter, counter_step(BLOCKS));
        }
    }
    UNROLL for (size_t r = 1; r < rounds; r++) {
        if (in != NULL) {
            UNROLL for (size_t i = 0; i < BULK; i++) {
                x[i] = vb_aesenc(x[i], rk[r]);
            }
        }
        if (text != NULL) {
            if (r == 1) {
                sum = product_of(vb_xor(begin, ghash_turn(vb_load(text))), p->wide[BULK - 2]);
            } else if (r < BULK) {
                sum = product_add(sum, ghash_turn(vb_load(text + WIDTH * (r - 1))), p->wide[BULK - 1 - r]);
            } else if (r == BULK) { /* y last: it may be late */
                sum = product_add(sum, y, p->wide[BULK - 1]);
            }
            if (in != NULL && BULK_IN_ORDER) {
                /* Holds the compiler to this order, in which the multiplications hide behind the rounds. */
                UNROLL for (size_t i = 0; i < BULK; i++) {
                    __asm__("" : VB_SAME(x[i]), VB_SAME(sum.low), VB_SAME(sum.high), VB_SAME(sum.sums));
                }
            }
        }
    }
    if (text != NULL) {
        y = vb_xor(reduce(sum), ghash_turn(vb_load(text + WIDTH * (BULK - 1))));
    }
    if (in != NULL) {
        UNROLL for (size_t i = 0; i < BULK; i++) {
            x[i] = vb_aesenclast(x[i], vb_xor(rk[rounds], vb_load(in + WIDTH * i)));
        }
        UNROLL for (size_t i = 0; i < BULK; i++) {
            vb_store(out + WIDTH * i, x[i]);
        }
    }
    return y;
}

/* y, in the first block, with n bytes more. */
INLINE vb hash_bytes(size_t rounds, vb y, const bulk_powers *p, const uint8_t *at, size_t n) {
    if (n >= BULK * WIDTH) {
        vb lanes = vb_zero();
        for (; n >= BULK * WIDTH; n -= BULK * WIDTH, at += BULK * WIDTH) {
            lanes = bulk_step(rounds, NULL, p, NULL, NULL, NULL, lanes, y, at);
            y = vb_zero();
        }
        y = joined(lanes, p);
    }
    while (n > 0) {
        const size_t take = n < WIDTH ? n : WIDTH;
        const vb x = take == WIDTH ? vb_load(at) : vb_load_part(at, take);
        y = vb_of(vb_fold(ghash_multiply(vb_xor(y, ghash_turn(x)), falling_from(p, blocks_in(take)))));
        at += take;
        n -= take;
    }
    return y;
}

/* n vectors of keystream, n <= BULK; those up to the next power of two may be overwritten. */
INLINE void tail_keystream(size_t rounds, vb x[BULK], size_t n, const vb rk[], vb counter) {
    UNROLL for (size_t i = 0; i < BULK; i++) {
        x[i] = counter_block(counter);
        counter = vb_add32(counter, counter_step(BLOCKS));
    }
    if (n > 4) {
        encrypt(rounds, x, BULK, rk);
    } else if (n > 2) {
        encrypt(rounds, x, 4, rk);
    } else if (n > 0) {
        encrypt(rounds, x, 2, rk);
    }
}

/* A message of any length under the key of block l of its group: the text, and its tag. */
INLINE void one_long(size_t rounds, int sealing, const message *m, const group *g, const group_powers *powers, size_t l,
                     uint8_t tag[16]) {
    bulk_powers p;
    vb rk[AES_ROUND_KEYS_MAX], x[BULK];
    UNROLL for (size_t r = 0; r <= rounds; r++) {
        rk[r] = lane_round(group_key(g, l), r);
    }
    bulk_start(&p, powers, l);
    vb begin = hash_bytes(rounds, vb_zero(), &p, m->ad, m->ad_len); /* what the text's first vector is added to */
    vb counter = counter_start(m->nonce, 2), y = vb_zero();
    const uint8_t *in = m->in;
    uint8_t *out = m->out;
    size_t left = m->len;
    if (left >= BULK * WIDTH) {
        if (sealing) {
            (void)bulk_step(rounds, rk, &p, &counter, in, out, y, begin, NULL);
        } else {
            y = bulk_step(rounds, rk, &p, &counter, in, out, y, begin, in);
            begin = vb_zero();
        }
        for (left -= BULK * WIDTH; left >= BULK * WIDTH; left -= BULK * WIDTH) {
            in += BULK * WIDTH;
            y = bulk_step(rounds, rk, &p, &counter, in, out + BULK * WIDTH, y, begin, sealing ? out : in);
            out += BULK * WIDTH;
            begin = vb_zero();
        }
        if (sealing) {
            y = bulk_step(rounds, rk, &p, NULL, NULL, NULL, y, begin, out);
            begin = vb_zero();
        }
        in += BULK * WIDTH;
        out += BULK * WIDTH;
    }
    const size_t whole = left / WIDTH, rest = left % WIDTH;
    tail_keystream(rounds, x, whole + (rest > 0), rk, counter);
    if (whole > 0) {
        product sum = product_of(y, p.wide[whole - 1]);
        for (size_t i = 0; i < whole; i++) {
            const vb from = vb_load(in + WIDTH * i), to = vb_xor(from, x[i]);
            y = vb_xor(begin, ghash_turn(sealing ? to : from));
            begin = vb_zero();
            vb_store(out + WIDTH * i, to);
            if (i + 1 < whole) {
                sum = product_add(sum, y, p.wide[whole - 2 - i]);
            }
        }
        y = vb_xor(reduce(sum), y);
    }
    if (m->len >= WIDTH) {
        begin = joined(y, &p);
    }
    vb last = vb_zero();
    if (rest > 0) {
        const vb from = vb_load_part(in + WIDTH * whole, rest), to = vb_part(vb_xor(from, x[whole]), rest);
        last = ghash_turn(sealing ? to : from);
        vb_store_part(out + WIDTH * whole, to, rest);
    }
    product sum = product_of(vb_xor(begin, last), falling_from(&p, blocks_in(rest) + 1));
    sum = product_add(sum, vb_of(lengths_block(m)), falling_from(&p, 1));
    const __m128i hash = vb_fold(ghash_turn(reduce(sum)));
    const __m128i mask = load_block((const uint8_t *)&g->mask + 16 * l);
    _mm_storeu_si128((__m128i *)(void *)tag, _mm_xor_si128(hash, mask));
}

/* ---- Calls ------------------------------------------------------------------------------------------------------------ */

/* Whether one of the messages is to go by itself: a long one, or one whose associated data lies in its output, as the hash of
   short messages reads it when the text is written. */
INLINE int has_long(const message m[], size_t count) {
    size_t longest = 0;
    for (size_t l = 0; l < count; l++) {
        longest = m[l].len > longest ? m[l].len : longest;
        longest = m[l].ad_len > longest ? m[l].ad_len : longest;
        if (m[l].ad_len > 0 && ranges_overlap(m[l].ad, m[l].ad_len, m[l].out, m[l].len)) {
            return 1;
        }
    }
    return longest >= LONG_BYTES_MIN;
}

/* Messages of a group of which one is long: each by itself. */
INLINE void seal_long(size_t rounds, const part *p, const aes_gcm_state *state) {
    group_powers powers;
    powers_make(&powers, p->g->h, state);
    for (size_t l = 0; l < p->count; l++) {
        one_long(rounds, 1, &p->m[l], p->g, &powers, l, p->m[l].tag);
    }
}

INLINE void open_long(size_t rounds, const part *p, uint8_t good[], const aes_gcm_state *state) {
    group_powers powers;
    powers_make(&powers, p->g->h, state);
    for (size_t l = 0; l < p->count; l++) {
        uint8_t tag[16];
        one_long(rounds, 0, &p->m[l], p->g, &powers, l, tag);
        good[l] = (uint8_t)tag_equal(tag, p->m[l].tag);
        if (!good[l] && p->m[l].len > 0) {
            memset(p->m[l].out, 0, p->m[l].len);
        }
    }
}

static const part nobody;

/* The parts of a set of messages whose keys are set up, g[0] for the first BLOCKS. One part is encrypted while the one before
   it is hashed. */
INLINE void seal_set(size_t rounds, const group g[], const message m[], size_t n, const aes_gcm_state *state) {
    part before = nobody;
    for (size_t at = 0; at < n || before.count > 0; at += BLOCKS) {
        part here = nobody;
        const uint8_t *text[BLOCKS] = {NULL};
        uint8_t tags[WIDTH];
        if (at < n) {
            here = (part){&g[at / BLOCKS], m + at, n - at < BLOCKS ? n - at : BLOCKS};
            if (has_long(here.m, here.count)) {
                seal_long(rounds, &here, state);
                here = nobody;
            }
        }
        for (size_t l = 0; l < before.count; l++) {
            text[l] = before.m[l].out;
        }
        work(rounds, &here, &before, text, tags);
        for (size_t l = 0; l < before.count; l++) {
            memcpy(before.m[l].tag, tags + 16 * l, 16);
        }
        before = here;
    }
}

/* One part is hashed while the one before it, as far as it was accepted, is decrypted. */
INLINE void open_set(size_t rounds, const group g[], const message m[], size_t n, uint8_t good[], const aes_gcm_state *state) {
    part before = nobody;
    message accepted[BLOCKS]; /* of the part before; what was refused has no length */
    for (size_t at = 0; at < n || before.count > 0; at += BLOCKS) {
        part here = nobody;
        const uint8_t *text[BLOCKS] = {NULL};
        uint8_t tags[WIDTH];
        if (at < n) {
            here = (part){&g[at / BLOCKS], m + at, n - at < BLOCKS ? n - at : BLOCKS};
            if (has_long(here.m, here.count)) {
                open_long(rounds, &here, good + at, state);
                here = nobody;
            }
        }
        for (size_t l = 0; l < here.count; l++) {
            text[l] = here.m[l].in;
        }
        work(rounds, &before, &here, text, tags);
        for (size_t l = 0; l < here.count; l++) {
            accepted[l] = here.m[l];
            good[at + l] = (uint8_t)tag_equal(tags + 16 * l, here.m[l].tag);
            if (!good[at + l]) {
                accepted[l].len = 0;
                if (here.m[l].len > 0) {
                    memset(here.m[l].out, 0, here.m[l].len);
                }
            }
        }
        before = (part){here.g, accepted, here.count};
    }
}

/* ---- Short messages alike --------------------------------------------------------------------------------------------- */

#if BLOCKS == 1

/* H / x and its powers to the fourth. */
typedef struct {
    vb h[4];
} quad_powers;

INLINE void quad_powers_make(quad_powers *p, vb h, const aes_gcm_state *state) {
    if (state != NULL) {
        UNROLL for (size_t i = 0; i < 4; i++) {
            p->h[i] = vb_broadcast(state->power[i]);
        }
    } else {
        const factor h2 = factor_of(ghash_square(h));
        p->h[0] = h;
        p->h[1] = h2.h;
        p->h[2] = ghash_multiply(h, h2);
        p->h[3] = ghash_square(h2.h);
    }
}

/* Counters as they stand in blocks, in their last bytes: from 2 on, as many as a message that is not long may take. */
#define COUNTER(i) 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, i
#define COUNTERS_4(i) COUNTER(i), COUNTER((i) + 1), COUNTER((i) + 2), COUNTER((i) + 3)
#define COUNTERS_16(i) COUNTERS_4(i), COUNTERS_4((i) + 4), COUNTERS_4((i) + 8), COUNTERS_4((i) + 12)

static const uint8_t counters[] = {COUNTERS_16(2), COUNTERS_16(18), COUNTERS_16(34), COUNTERS_16(50)};

_Static_assert(LONG_BYTES_MIN <= sizeof counters, "there are counters for every block");

/* What a message that is encrypted, and one that is hashed, have come to. */
typedef struct {
    const vb *rk;
    vb first; /* the nonce with the first round key added */
    const uint8_t *counter, *in;
    uint8_t *out;
} alike_crypt;

typedef struct {
    factor power[4];
    vb y;
    const uint8_t *text;
} alike_hash;

/* n blocks of counter mode, if `crypts`, while n blocks of ciphertext are hashed, if `hashes`; n is 4 or 8. No branches: that
   is what makes it worth a path of its own. */
INLINE void alike_step(size_t rounds, size_t n, int crypts, int hashes, alike_crypt *c, alike_hash *h) {
    vb x[8];
    product sum = {vb_zero(), vb_zero(), vb_zero()};
    if (crypts) {
        UNROLL for (size_t i = 0; i < n; i++) {
            x[i] = vb_xor(c->first, vb_load(c->counter + 16 * i));
        }
    }
    UNROLL for (size_t r = 1; r < rounds; r++) {
        if (crypts) {
            UNROLL for (size_t i = 0; i < n; i++) {
                x[i] = vb_aesenc(x[i], c->rk[r]);
            }
        }
        if (hashes && r <= n) { /* four products a reduction: the first block's last, as it waits for the sum before */
            const size_t q = r % 4;
            const vb text = ghash_turn(vb_load(h->text + 16 * ((r - 1) / 4 * 4 + q)));
            if (q == 1) {
                sum = product_of(text, h->power[2]);
            } else if (q > 1) {
                sum = product_add(sum, text, h->power[3 - q]);
            } else {
                h->y = reduce(product_add(sum, vb_xor(text, h->y), h->power[3]));
            }
        }
        if (crypts && hashes) {
            UNROLL for (size_t i = 0; i < n; i++) { /* see bulk_step */
                __asm__("" : VB_SAME(x[i]), VB_SAME(sum.low), VB_SAME(sum.high), VB_SAME(sum.sums));
            }
        }
    }
    if (crypts) {
        UNROLL for (size_t i = 0; i < n; i++) {
            x[i] = vb_aesenclast(x[i], vb_xor(c->rk[rounds], vb_load(c->in + 16 * i)));
        }
        UNROLL for (size_t i = 0; i < n; i++) {
            vb_store(c->out + 16 * i, x[i]);
        }
        c->counter += 16 * n;
        c->in += 16 * n;
        c->out += 16 * n;
    }
    if (hashes) {
        h->text += 16 * n;
    }
}

INLINE void alike_steps(size_t rounds, size_t len, int crypts, int hashes, alike_crypt *c, alike_hash *h) {
    for (; len >= 128; len -= 128) {
        alike_step(rounds, 8, crypts, hashes, c, h);
    }
    if (len > 0) {
        alike_step(rounds, 4, crypts, hashes, c, h);
    }
}

/* Whether they go by seal_alike: of one length, which is of whole steps and not a long one, and without associated data. */
INLINE int are_alike(const message m[], size_t n) {
    const size_t len = m[0].len;
    if (n % SETS != 0 || len % 64 != 0 || len < 128 || len >= LONG_BYTES_MIN) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (m[i].len != len || m[i].ad_len != 0) {
            return 0;
        }
    }
    return 1;
}

/* Up to SET messages that are alike: each is encrypted while the one before it is hashed. g: room for their groups. */
INLINE void seal_alike(size_t rounds, group g[], const message m[], size_t n, const aes_gcm_state *state) {
    quad_powers powers[SET];
    for (size_t i = 0; i < n; i += SETS) {
        groups_start(rounds, SETS, &g[i], &m[i], SETS, state);
        UNROLL for (size_t k = 0; k < SETS; k++) {
            quad_powers_make(&powers[i + k], g[i + k].h, state);
        }
    }
    for (size_t i = 0; i <= n; i++) {
        alike_crypt c;
        alike_hash h;
        if (i < n) {
            c = (alike_crypt){g[i].rk, vb_xor(load_12_bytes(m[i].nonce), g[i].rk[0]), counters, m[i].in, m[i].out};
        }
        if (i == 0) {
            alike_steps(rounds, m[0].len, 1, 0, &c, &h);
            continue;
        }
        UNROLL for (size_t k = 0; k < 4; k++) {
            h.power[k] = factor_of(powers[i - 1].h[k]);
        }
        h.y = vb_zero();
        h.text = m[i - 1].out;
        if (i < n) {
            alike_steps(rounds, m[0].len, 1, 1, &c, &h);
        } else {
            alike_steps(rounds, m[0].len, 0, 1, &c, &h);
        }
        const vb y = ghash_multiply(vb_xor(h.y, lengths_block(&m[i - 1])), h.power[0]);
        vb_store(m[i - 1].tag, vb_xor(ghash_turn(y), g[i - 1].mask));
    }
}

#endif

/* good: for the verdicts, unless they are sealed. */
INLINE void run(size_t rounds, int sealing, const message m[], size_t n, const aes_gcm_state *state, uint8_t good[]) {
    group g[GROUPS];
    for (size_t at = 0; at < n; at += SET) {
        const size_t count = n - at < SET ? n - at : SET;
#if BLOCKS == 1
        if (sealing && are_alike(m + at, count)) {
            seal_alike(rounds, g, m + at, count, state);
            continue;
        }
#endif
        for (size_t i = 0; i < count;) {
            const size_t sets = count - i > BLOCKS ? SETS : 1;
            if (sets == 1) {
                groups_start(rounds, 1, &g[i / BLOCKS], m + at + i, count - i, state);
            } else {
                groups_start(rounds, SETS, &g[i / BLOCKS], m + at + i, count - i, state);
            }
            i += BLOCKS * sets;
        }
        if (sealing) {
            seal_set(rounds, g, m + at, count, state);
        } else {
            open_set(rounds, g, m + at, count, good + at, state);
        }
    }
}

/* One message alone, in frames of its own: little is to be wiped then. good: NULL to seal. */
INLINE void run_short(size_t rounds, const message *m, const aes_gcm_state *state, uint8_t *good) {
    group g;
    const part p = {&g, m, 1};
    const uint8_t *text[BLOCKS] = {good == NULL ? m->out : m->in};
    uint8_t tags[WIDTH];
    groups_start(rounds, 1, &g, m, 1, state);
    if (good == NULL) {
        work(rounds, &p, &nobody, text, tags);
    }
    work(rounds, &nobody, &p, text, tags);
    if (good == NULL) {
        memcpy(m->tag, tags, 16);
        return;
    }
    *good = (uint8_t)tag_equal(tags, m->tag);
    if (*good) {
        work(rounds, &p, &nobody, text, tags);
    } else if (m->len > 0) {
        memset(m->out, 0, m->len);
    }
}

INLINE void run_long(size_t rounds, const message *m, const aes_gcm_state *state, uint8_t *good) {
    group g;
    const part p = {&g, m, 1};
    groups_start(rounds, 1, &g, m, 1, state);
    if (good == NULL) {
        seal_long(rounds, &p, state);
    } else {
        open_long(rounds, &p, good, state);
    }
}

WIPE_DEAD_STACK(wipe_stack, RUN_STACK)
WIPE_DEAD_STACK(wipe_stack_short, SHORT_STACK)
WIPE_DEAD_STACK(wipe_stack_long, LONG_STACK)

/* The calls of an algorithm and its ops. Each does its work in a function of its own and then wipes the stack that it used. */
#define AES_GCM_OPS(name, rounds)                                                                                              \
    OUTLINE void name##_seal_run(const message m[], size_t n, const aes_gcm_state *state) {                                    \
        run(rounds, 1, m, n, state, NULL);                                                                                     \
    }                                                                                                                          \
    OUTLINE void name##_open_run(const message m[], size_t n, const aes_gcm_state *state, uint8_t good[]) {                    \
        run(rounds, 0, m, n, state, good);                                                                                     \
    }                                                                                                                          \
    OUTLINE void name##_seal_short(const message *m, const aes_gcm_state *state) {                                             \
        run_short(rounds, m, state, NULL);                                                                                     \
    }                                                                                                                          \
    OUTLINE void name##_open_short(const message *m, const aes_gcm_state *state, uint8_t *good) {                              \
        run_short(rounds, m, state, good);                                                                                     \
    }                                                                                                                          \
    OUTLINE void name##_seal_long(const message *m, const aes_gcm_state *state) {                                              \
        run_long(rounds, m, state, NULL);                                                                                      \
    }                                                                                                                          \
    OUTLINE void name##_open_long(const message *m, const aes_gcm_state *state, uint8_t *good) {                               \
        run_long(rounds, m, state, good);                                                                                      \
    }                                                                                                                          \
    INLINE void name##_seal_single(const message *m, const aes_gcm_state *state) {                                             \
        if (has_long(m, 1)) {                                                                                                  \
            name##_seal_long(m, state);                                                                                        \
            wipe_stack_long();                                                                                                 \
        } else {                                                                                                               \
            name##_seal_short(m, state);                                                                                       \
            wipe_stack_short();                                                                                                \
        }                                                                                                                      \
    }                                                                                                                          \
    INLINE void name##_open_single(const message *m, const aes_gcm_state *state, uint8_t *good) {                              \
        if (has_long(m, 1)) {                                                                                                  \
            name##_open_long(m, state, good);                                                                                  \
            wipe_stack_long();                                                                                                 \
        } else {                                                                                                               \
            name##_open_short(m, state, good);                                                                                 \
            wipe_stack_short();                                                                                                \
        }                                                                                                                      \
    }                                                                                                                          \
    static void name##_seal_prepared(const void *state, const sealane_aead_seal_item *const items[], size_t n) {               \
        if (n == 1) {                                                                                                          \
            name##_seal_single(items[0], state);                                                                               \
            return;                                                                                                            \
        }                                                                                                                      \
        message m[LANES_MAX];                                                                                                  \
        for (size_t i = 0; i < n; i++) {                                                                                       \
            m[i] = *items[i];                                                                                                  \
        }                                                                                                                      \
        name##_seal_run(m, n, state);                                                                                          \
        wipe_stack();                                                                                                          \
    }                                                                                                                          \
    static void name##_open_prepared(const void *state, const sealane_aead_open_item *const items[], size_t n,                 \
                                     uint8_t good[]) {                                                                         \
        message m[LANES_MAX];                                                                                                  \
        for (size_t i = 0; i < n; i++) {                                                                                       \
            memcpy(&m[i], items[i], sizeof m[i]);                                                                              \
        }                                                                                                                      \
        if (n == 1) {                                                                                                          \
            name##_open_single(m, state, good);                                                                                \
            return;                                                                                                            \
        }                                                                                                                      \
        name##_open_run(m, n, state, good);                                                                                    \
        wipe_stack();                                                                                                          \
    }                                                                                                                          \
    static void name##_seal_lanes(const sealane_aead_seal_item *const items[], size_t n) {                                     \
        name##_seal_prepared(NULL, items, n);                                                                                  \
    }                                                                                                                          \
    static void name##_open_lanes(const sealane_aead_open_item *const items[], size_t n, uint8_t good[]) {                     \
        name##_open_prepared(NULL, items, n, good);                                                                            \
    }                                                                                                                          \
    static void name##_seal_one(const sealane_aead_seal_item *item) {                                                          \
        name##_seal_single(item, NULL);                                                                                        \
    }                                                                                                                          \
    static int name##_open_one(const sealane_aead_open_item *item) {                                                           \
        message m;                                                                                                             \
        uint8_t good;                                                                                                          \
        memcpy(&m, item, sizeof m);                                                                                            \
        name##_open_single(&m, NULL, &good);                                                                                   \
        return good;                                                                                                           \
    }                                                                                                                          \
    OUTLINE void name##_prepare_run(void *state, const uint8_t *key) {                                                         \
        static const uint8_t nonce[12];                                                                                        \
        const message m = {.key = key, .nonce = nonce};                                                                        \
        group g;                                                                                                               \
        groups_start(rounds, 1, &g, &m, 1, NULL);                                                                              \
        prepared_make(rounds, state, &g);                                                                                      \
    }                                                                                                                          \
    static void name##_prepare(void *state, const uint8_t *key) {                                                              \
        name##_prepare_run(state, key);                                                                                        \
        wipe_stack();                                                                                                          \
    }                                                                                                                          \
    const aead_ops sealane_##name = {                                                                                          \
        .lanes = LANES_MAX,                                                                                                    \
        .lanes_bytes_max = LANES_BYTES_MAX,                                                                                    \
        .seal_lanes = name##_seal_lanes,                                                                                       \
        .open_lanes = name##_open_lanes,                                                                                       \
        .seal_one = name##_seal_one,                                                                                           \
        .open_one = name##_open_one,                                                                                           \
        .prepare = name##_prepare,                                                                                             \
        .seal_prepared = name##_seal_prepared,                                                                                 \
        .open_prepared = name##_open_prepared,                                                                                 \
    }

#endif
