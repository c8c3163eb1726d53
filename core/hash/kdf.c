/* SPDX-License-Identifier: ISC */
/* HMAC (RFC 2104) and HKDF (RFC 5869): each of their hashes runs for many items at once. */
#include "core/dispatch/registry.h"
#include "core/hash/sha2.h"
#include "core/hash/streams.h"
#include "core/util/wipe.h"

#include <string.h>

#define INNER_PAD 0x36
#define OUTER_PAD 0x5c

/* Items whose keys are held at once: 8 KiB of stack for HMAC, and 15 KiB more for HKDF. */
#define HMAC_WINDOW 128U
#define HKDF_WINDOW 64U

static size_t at_most(size_t n, size_t most) {
    return n < most ? n : most;
}

typedef struct {
    const hash_kernel *k;
    const sealane_hmac_item *items;
    uint8_t (*hashed)[HASH_DIGEST_BYTES_MAX]; /* the hashes of those keys that are longer than a block */
} hmac_window;

static int long_key_source(const void *context, size_t i, hash_stream *s) {
    const hmac_window *const w = (const hmac_window *)context;
    s->part[0] = w->items[i].key;
    s->len[0] = w->items[i].key_len;
    s->out = w->hashed[i];
    return w->items[i].key_len > w->k->block_bytes;
}

static void hmac_stream(const hmac_window *w, size_t i, uint8_t pad, const uint8_t *in, size_t len, hash_stream *s) {
    const sealane_hmac_item *const item = &w->items[i];
    const int is_long = item->key_len > w->k->block_bytes;
    s->key = is_long ? w->hashed[i] : item->key;
    s->key_len = is_long ? w->k->digest_bytes : item->key_len;
    s->pad = pad;
    s->part[0] = in;
    s->len[0] = len;
    s->out = item->out;
}

static int inner_source(const void *context, size_t i, hash_stream *s) {
    const hmac_window *const w = (const hmac_window *)context;
    hmac_stream(w, i, INNER_PAD, w->items[i].in, w->items[i].len, s);
    return 1;
}

/* The inner hash lies in the item's out until the outer one replaces it. */
static int outer_source(const void *context, size_t i, hash_stream *s) {
    const hmac_window *const w = (const hmac_window *)context;
    hmac_stream(w, i, OUTER_PAD, w->items[i].out, w->k->digest_bytes, s);
    return 1;
}

static void hmac_run(const hash_kernel *k, const sealane_hmac_item *items, size_t n) {
    uint8_t hashed[HMAC_WINDOW][HASH_DIGEST_BYTES_MAX];
    for (size_t base = 0; base < n; base += HMAC_WINDOW) {
        const hmac_window w = {k, items + base, hashed};
        const size_t count = at_most(n - base, HMAC_WINDOW);
        sealane_hash_streams(k, long_key_source, &w, count);
        sealane_hash_streams(k, inner_source, &w, count);
        sealane_hash_streams(k, outer_source, &w, count);
    }
    wipe(hashed, at_most(n, HMAC_WINDOW) * sizeof hashed[0]);
}

static sealane_status hmac_batch(const hash_kernel *k, const sealane_hmac_item *items, size_t n) {
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        const sealane_hmac_item *const item = &items[i];
        if (item->out == NULL || (item->key == NULL && item->key_len != 0) || (item->in == NULL && item->len != 0)) {
            return SEALANE_EINVAL;
        }
        if (hash_too_long(item->key_len, 0) || hash_too_long(item->len, k->block_bytes)) {
            return SEALANE_ELENGTH;
        }
    }
    hmac_run(k, items, n);
    return SEALANE_OK;
}

sealane_status sealane_hmac_sha256_batch_with(const sha256_ops *ops, const sealane_hmac_item *items, size_t n) {
    const hash_kernel k = sealane_hash_sha256(ops);
    return hmac_batch(&k, items, n);
}

sealane_status sealane_hmac_sha512_batch_with(const sha512_ops *ops, const sealane_hmac_item *items, size_t n) {
    const hash_kernel k = sealane_hash_sha512(ops);
    return hmac_batch(&k, items, n);
}

sealane_status sealane_hmac_sha256_batch(const sealane_hmac_item *items, size_t n) {
    return sealane_hmac_sha256_batch_with(dispatch_sha256(), items, n);
}

sealane_status sealane_hmac_sha512_batch(const sealane_hmac_item *items, size_t n) {
    return sealane_hmac_sha512_batch_with(dispatch_sha512(), items, n);
}

/* What an item needs from Extract to the last step of Expand. */
typedef struct {
    hash_state inner, outer;               /* after the one block that the pseudorandom key makes of each */
    uint8_t digest[HASH_DIGEST_BYTES_MAX]; /* the pseudorandom key; then the inner hash, or T(i) that is cut short */
} hkdf_slot;

typedef struct {
    const hash_kernel *k;
    const sealane_hkdf_item *items;
    hkdf_slot *slots;
    size_t done;     /* bytes of output that come before this step's T(i) */
    uint8_t counter; /* i */
} hkdf_window;

/* Streams 2i and 2i + 1 are the inner and the outer block of item i. */
static int expand_key_source(const void *context, size_t i, hash_stream *s) {
    const hkdf_window *const w = (const hkdf_window *)context;
    hkdf_slot *const slot = &w->slots[i / 2];
    s->key = slot->digest;
    s->key_len = w->k->digest_bytes;
    s->pad = i % 2 == 0 ? INNER_PAD : OUTER_PAD;
    s->state_out = i % 2 == 0 ? &slot->inner : &slot->outer;
    return 1;
}

/* T(i) = HMAC(key, T(i - 1) || info || i); T(i - 1) is whole, and ends the output so far. */
static int expand_inner_source(const void *context, size_t i, hash_stream *s) {
    const hkdf_window *const w = (const hkdf_window *)context;
    const sealane_hkdf_item *const item = &w->items[i];
    if (item->out_len <= w->done) {
        return 0;
    }
    s->start = &w->slots[i].inner;
    if (w->done != 0) {
        s->part[0] = item->out + (w->done - w->k->digest_bytes);
        s->len[0] = w->k->digest_bytes;
    }
    s->part[1] = item->info;
    s->len[1] = item->info_len;
    s->part[2] = &w->counter;
    s->len[2] = 1;
    s->out = w->slots[i].digest;
    return 1;
}

static int expand_outer_source(const void *context, size_t i, hash_stream *s) {
    const hkdf_window *const w = (const hkdf_window *)context;
    const sealane_hkdf_item *const item = &w->items[i];
    if (item->out_len <= w->done) {
        return 0;
    }
    s->start = &w->slots[i].outer;
    s->part[0] = w->slots[i].digest;
    s->len[0] = w->k->digest_bytes;
    s->out = item->out_len - w->done >= w->k->digest_bytes ? item->out + w->done : w->slots[i].digest;
    return 1;
}

static void hkdf_run(const hash_kernel *k, const sealane_hkdf_item *items, size_t n) {
    hkdf_slot slots[HKDF_WINDOW];
    for (size_t base = 0; base < n; base += HKDF_WINDOW) {
        hkdf_window w = {.k = k, .items = items + base, .slots = slots};
        const size_t count = at_most(n - base, HKDF_WINDOW);
        sealane_hmac_item extract[HKDF_WINDOW];
        size_t longest = 0;
        for (size_t i = 0; i < count; i++) {
            const sealane_hkdf_item *const item = &w.items[i];
            extract[i] = (sealane_hmac_item){item->salt, item->salt_len, item->ikm, item->ikm_len, slots[i].digest};
            longest = item->out_len > longest ? item->out_len : longest;
        }
        hmac_run(k, extract, count);
        sealane_hash_streams(k, expand_key_source, &w, 2 * count);
        for (; w.done < longest; w.done += k->digest_bytes) {
            w.counter++;
            sealane_hash_streams(k, expand_inner_source, &w, count);
            sealane_hash_streams(k, expand_outer_source, &w, count);
        }
        for (size_t i = 0; i < count; i++) {
            const size_t rest = w.items[i].out_len % k->digest_bytes;
            if (rest != 0) {
                memcpy(w.items[i].out + (w.items[i].out_len - rest), slots[i].digest, rest);
            }
        }
    }
    wipe(slots, at_most(n, HKDF_WINDOW) * sizeof slots[0]);
}

static sealane_status hkdf_batch(const hash_kernel *k, const sealane_hkdf_item *items, size_t n) {
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        const sealane_hkdf_item *const item = &items[i];
        if ((item->salt == NULL && item->salt_len != 0) || (item->ikm == NULL && item->ikm_len != 0) ||
            (item->info == NULL && item->info_len != 0) || (item->out == NULL && item->out_len != 0)) {
            return SEALANE_EINVAL;
        }
        if (hash_too_long(item->salt_len, 0) || hash_too_long(item->ikm_len, k->block_bytes) ||
            hash_too_long(item->info_len, k->block_bytes + k->digest_bytes + 1) || item->out_len > 255 * k->digest_bytes) {
            return SEALANE_ELENGTH;
        }
    }
    hkdf_run(k, items, n);
    return SEALANE_OK;
}

sealane_status sealane_hkdf_sha256_batch_with(const sha256_ops *ops, const sealane_hkdf_item *items, size_t n) {
    const hash_kernel k = sealane_hash_sha256(ops);
    return hkdf_batch(&k, items, n);
}

sealane_status sealane_hkdf_sha512_batch_with(const sha512_ops *ops, const sealane_hkdf_item *items, size_t n) {
    const hash_kernel k = sealane_hash_sha512(ops);
    return hkdf_batch(&k, items, n);
}

sealane_status sealane_hkdf_sha256_batch(const sealane_hkdf_item *items, size_t n) {
    return sealane_hkdf_sha256_batch_with(dispatch_sha256(), items, n);
}

sealane_status sealane_hkdf_sha512_batch(const sealane_hkdf_item *items, size_t n) {
    return sealane_hkdf_sha512_batch_with(dispatch_sha512(), items, n);
}
