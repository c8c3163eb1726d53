/* SPDX-License-Identifier: ISC */
/* HMAC (RFC 2104) and HKDF (RFC 5869): each of their hashes runs for many items at once. */
#include "core/dispatch/registry.h"
#include "core/hash/sha2.h"
#include "core/hash/streams.h"
#include "core/util/wipe.h"

#include <string.h>

#define INNER_PAD 0x36
#define OUTER_PAD 0x5c

/* Items whose keys are held at once: 4 KiB of stack for HMAC, and 15 KiB more for HKDF. */
#define HMAC_WINDOW HASH_STREAMS_MAX
#define HKDF_WINDOW HASH_STREAMS_MAX

static size_t at_most(size_t n, size_t most) {
    return n < most ? n : most;
}

/* The hashes of those keys that are longer than a block: a key each, in the order of the items. */
static void hash_long_keys(const hash_kernel *k, const sealane_hmac_item *items, size_t n,
                           uint8_t (*hashed)[HASH_DIGEST_BYTES_MAX]) {
    hash_stream streams[HMAC_WINDOW];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (items[i].key_len > k->block_bytes) {
            streams[count++] = (hash_stream){.part = {items[i].key}, .len = {items[i].key_len}, .out = hashed[i]};
        }
    }
    sealane_hash_streams(k, streams, count);
}

/* At most HMAC_WINDOW items. The inner hash lies in the item's out until the outer one replaces it. */
static void hmac_window(const hash_kernel *k, const sealane_hmac_item *items, size_t n) {
    uint8_t hashed[HMAC_WINDOW][HASH_DIGEST_BYTES_MAX];
    hash_stream streams[HMAC_WINDOW];
    size_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        longest = items[i].key_len > longest ? items[i].key_len : longest;
    }
    if (longest > k->block_bytes) {
        hash_long_keys(k, items, n, hashed);
    }
    for (int outer = 0; outer < 2; outer++) {
        for (size_t i = 0; i < n; i++) {
            const sealane_hmac_item *const item = &items[i];
            const int is_long = item->key_len > k->block_bytes;
            streams[i] = (hash_stream){.key = is_long ? hashed[i] : item->key,
                                       .key_len = is_long ? k->digest_bytes : item->key_len,
                                       .part = {outer ? item->out : item->in},
                                       .len = {outer ? k->digest_bytes : item->len},
                                       .out = item->out,
                                       .pad = outer ? OUTER_PAD : INNER_PAD};
        }
        sealane_hash_streams(k, streams, n);
    }
    if (longest > k->block_bytes) {
        wipe(hashed, n * sizeof hashed[0]);
    }
}

static void hmac_run(const hash_kernel *k, const sealane_hmac_item *items, size_t n) {
    for (size_t base = 0; base < n; base += HMAC_WINDOW) {
        hmac_window(k, items + base, at_most(n - base, HMAC_WINDOW));
    }
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

/* The states after the block that an item's pseudorandom key makes of each pad. */
static void expand_keys(const hash_kernel *k, hkdf_slot slots[], size_t n) {
    hash_stream streams[HKDF_WINDOW];
    for (int outer = 0; outer < 2; outer++) {
        for (size_t i = 0; i < n; i++) {
            streams[i] = (hash_stream){.key = slots[i].digest,
                                       .key_len = k->digest_bytes,
                                       .state_out = outer ? &slots[i].outer : &slots[i].inner,
                                       .pad = outer ? OUTER_PAD : INNER_PAD};
        }
        sealane_hash_streams(k, streams, n);
    }
}

/* T(i) = HMAC(key, T(i - 1) || info || i) for those items that want more than `done` bytes; T(i - 1) is whole, and ends the
   output so far. */
static void expand_step(const hash_kernel *k, const sealane_hkdf_item *items, hkdf_slot slots[], size_t n, size_t done,
                        const uint8_t *counter) {
    hash_stream streams[HKDF_WINDOW];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_hkdf_item *const item = &items[i];
        if (item->out_len > done) {
            const uint8_t *const before = done != 0 ? item->out + (done - k->digest_bytes) : NULL;
            streams[count++] = (hash_stream){.start = &slots[i].inner,
                                             .part = {before, item->info, counter},
                                             .len = {done != 0 ? k->digest_bytes : 0, item->info_len, 1},
                                             .out = slots[i].digest};
        }
    }
    sealane_hash_streams(k, streams, count);
    count = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_hkdf_item *const item = &items[i];
        if (item->out_len > done) {
            const int whole = item->out_len - done >= k->digest_bytes;
            streams[count++] = (hash_stream){.start = &slots[i].outer,
                                             .part = {slots[i].digest},
                                             .len = {k->digest_bytes},
                                             .out = whole ? item->out + done : slots[i].digest};
        }
    }
    sealane_hash_streams(k, streams, count);
}

/* At most HKDF_WINDOW items. */
static void hkdf_window(const hash_kernel *k, const sealane_hkdf_item *items, size_t n) {
    hkdf_slot slots[HKDF_WINDOW];
    sealane_hmac_item extract[HKDF_WINDOW];
    size_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_hkdf_item *const item = &items[i];
        extract[i] = (sealane_hmac_item){item->salt, item->salt_len, item->ikm, item->ikm_len, slots[i].digest};
        longest = item->out_len > longest ? item->out_len : longest;
    }
    hmac_run(k, extract, n);
    expand_keys(k, slots, n);
    uint8_t counter = 0;
    for (size_t done = 0; done < longest; done += k->digest_bytes) {
        counter++;
        expand_step(k, items, slots, n, done, &counter);
    }
    for (size_t i = 0; i < n; i++) {
        const size_t rest = items[i].out_len % k->digest_bytes;
        if (rest != 0) {
            memcpy(items[i].out + (items[i].out_len - rest), slots[i].digest, rest);
        }
    }
    wipe(slots, n * sizeof slots[0]);
}

static void hkdf_run(const hash_kernel *k, const sealane_hkdf_item *items, size_t n) {
    for (size_t base = 0; base < n; base += HKDF_WINDOW) {
        hkdf_window(k, items + base, at_most(n - base, HKDF_WINDOW));
    }
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
