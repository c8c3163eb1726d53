/* SPDX-License-Identifier: ISC */
/*
 * Every call walks the batch in windows. A window's shared keys are made first, in one X25519 call; then its boxes are sealed
 * or opened in one AEAD call. A sealed box is a box under an ephemeral key, with a nonce made from the two public keys.
 */
#include "core/box/box.h"

#include <string.h>

#include "core/aead/aead.h"
#include "core/box/batch.h"
#include "core/box/keys.h"
#include "core/curve/curve.h"
#include "core/dispatch/registry.h"
#include "core/hash/blake2b.h"
#include "core/ref/salsa20.h"
#include "core/util/random.h"
#include "core/util/wipe.h"

/* Items at once: enough to fill lanes with messages of like length; what they need stays far below 64 KiB of stack. */
#define WINDOW 64U

#define TAG_BYTES SEALANE_BOX_TAG_BYTES
#define KEY_BYTES SEALANE_BOX_PUBLIC_KEY_BYTES

static size_t window_of(size_t left) {
    return left < WINDOW ? left : WINDOW;
}

static int apart(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len) {
    return a_len == 0 || b_len == 0 || (uintptr_t)a + a_len <= (uintptr_t)b || (uintptr_t)b + b_len <= (uintptr_t)a;
}

_Static_assert(SIZE_MAX - SEALANE_SEALED_BOX_BYTES <= SEALANE_BOX_MESSAGE_BYTES_MAX, "the limit is that of size_t");

static sealane_status check_length(size_t len) {
    return len > SIZE_MAX - SEALANE_SEALED_BOX_BYTES ? SEALANE_ELENGTH : SEALANE_OK;
}

/* What HSalsa20 has left. */
WIPE_BELOW(wipe_spilled, 512)

/* exchange[i].out = HSalsa20(X25519(scalar, point)), the shared key; zero, and good[i] = 0, where X25519 is. */
static void share_keys(const box_kernels *kernels, const sealane_x25519_item exchange[], size_t n, uint8_t good[]) {
    static const uint8_t zero[16];
    sealane_x25519_batch_with(kernels->x25519, exchange, n, good);
    for (size_t i = 0; i < n; i++) {
        if (good[i]) {
            sealane_hsalsa20(exchange[i].out, zero, exchange[i].out);
        }
    }
    wipe_spilled();
}

sealane_status sealane_box_prepare_batch_with(const box_kernels *kernels, const sealane_box_prepare_item *items, size_t n,
                                              uint8_t *verdicts) {
    batch_clear_verdicts(verdicts, n);
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        if (items[i].public_key == NULL || items[i].secret_key == NULL || items[i].key == NULL) {
            return SEALANE_EINVAL;
        }
    }
    int all_good = 1;
    for (size_t done = 0; done < n;) {
        sealane_x25519_item exchange[WINDOW];
        uint8_t good[WINDOW];
        size_t count = window_of(n - done);
        for (size_t i = 0; i < count; i++) {
            const sealane_box_prepare_item *item = &items[done + i];
            exchange[i] = (sealane_x25519_item){item->secret_key, item->public_key, item->key->opaque};
        }
        share_keys(kernels, exchange, count, good);
        all_good &= batch_report(good, count, verdicts, done);
        done += count;
    }
    return all_good ? SEALANE_OK : SEALANE_EVERIFY;
}

/* The shared keys that a window makes; those that came prepared, or from a cache, have no place in `exchange`. */
typedef struct {
    sealane_box_key key[WINDOW]; /* secret */
    sealane_x25519_item exchange[WINDOW];
    size_t n;
    size_t of[WINDOW]; /* which of them is an item's; NONE */
} window_keys;

#define NONE SIZE_MAX

/* Where the shared key of an item will be. */
static const sealane_box_key *add_key(window_keys *keys, size_t item, const uint8_t *secret_key, const uint8_t *public_key) {
    sealane_box_key *key = &keys->key[keys->n];
    keys->exchange[keys->n] = (sealane_x25519_item){secret_key, public_key, key->opaque};
    keys->of[item] = keys->n++;
    return key;
}

/* Where the shared key of an item is or will be, in the cache or among those that the window makes already. */
static const sealane_box_key *find_key(window_keys *keys, size_t item, sealane_box_keys *cache, const uint8_t *public_key) {
    const sealane_box_key *found = sealane_box_keys_find(cache, public_key);
    if (found != NULL) {
        return found;
    }
    for (size_t i = 0; i < keys->n; i++) {
        if (memcmp(keys->exchange[i].point, public_key, KEY_BYTES) == 0) {
            keys->of[item] = i;
            return &keys->key[i];
        }
    }
    return add_key(keys, item, sealane_box_keys_secret(cache), public_key);
}

/* What an item is sealed or opened with; cache may be NULL. */
static const sealane_box_key *key_of(window_keys *keys, size_t item, sealane_box_keys *cache, const sealane_box_key *prepared,
                                     const uint8_t *secret_key, const uint8_t *public_key) {
    keys->of[item] = NONE;
    if (prepared != NULL) {
        return prepared;
    }
    return cache != NULL ? find_key(keys, item, cache, public_key) : add_key(keys, item, secret_key, public_key);
}

/* key_good[i] = 0 for each key made whose public key is refused, else 1; good[] says so of the window's `count` items. */
static void make_keys(const box_kernels *kernels, const window_keys *keys, size_t count, uint8_t key_good[], uint8_t good[]) {
    share_keys(kernels, keys->exchange, keys->n, key_good);
    for (size_t i = 0; i < count; i++) {
        good[i] = keys->of[i] == NONE ? 1 : key_good[keys->of[i]];
    }
}

/* The end of a window's keys: those that are good go into the cache. */
static void end_keys(window_keys *keys, const uint8_t key_good[], sealane_box_keys *cache) {
    for (size_t i = 0; cache != NULL && i < keys->n; i++) {
        if (key_good[i]) {
            sealane_box_keys_put(cache, keys->exchange[i].point, &keys->key[i]);
        }
    }
    wipe(keys->key, keys->n * sizeof keys->key[0]);
}

/* Seals the good ones of n <= WINDOW items, all with `prepared`; zeroes the others. */
static void seal_window(const box_kernels *kernels, const sealane_box_seal_item items[], size_t n, const uint8_t good[]) {
    sealane_aead_seal_item ready[WINDOW];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_box_seal_item *item = &items[i];
        uint8_t *cipher = item->out + TAG_BYTES;
        const uint8_t *in = item->in;
        if (!good[i]) {
            batch_clear(item->out, item->len + TAG_BYTES);
            continue;
        }
        if (in != cipher && !apart(in, item->len, item->out, item->len + TAG_BYTES)) {
            memmove(cipher, in, item->len);
            in = cipher;
        }
        ready[count++] = (sealane_aead_seal_item){
            .key = item->prepared->opaque, .nonce = item->nonce, .in = in, .len = item->len, .out = cipher, .tag = item->out};
    }
    sealane_aead_seal_batch_with(kernels->aead, SEALANE_XSALSA20_POLY1305, ready, count);
}

/* Opens the good ones of n <= WINDOW items, all with `prepared`; good[i] becomes 0, and out is zeroed, where that fails. */
static void open_window(const box_kernels *kernels, const sealane_box_open_item items[], size_t n, uint8_t good[]) {
    sealane_aead_open_item ready[WINDOW];
    uint8_t tags[WINDOW][TAG_BYTES];
    uint8_t opened[WINDOW];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_box_open_item *item = &items[i];
        const uint8_t *tag = item->in;
        const uint8_t *cipher = item->in + TAG_BYTES;
        if (!good[i]) {
            batch_clear(item->out, item->len);
            continue;
        }
        if (cipher != item->out && !apart(item->in, item->len + TAG_BYTES, item->out, item->len)) {
            tag = memcpy(tags[count], tag, TAG_BYTES);
            cipher = memmove(item->out, cipher, item->len);
        }
        ready[count++] = (sealane_aead_open_item){
            .key = item->prepared->opaque, .nonce = item->nonce, .in = cipher, .len = item->len, .out = item->out, .tag = tag};
    }
    sealane_aead_open_batch_with(kernels->aead, SEALANE_XSALSA20_POLY1305, ready, count, opened);
    for (size_t i = 0, next = 0; i < n; i++) {
        if (good[i]) {
            good[i] = opened[next++];
        }
    }
}

static int has_keys(const sealane_box_key *prepared, const uint8_t *public_key, const uint8_t *secret_key,
                    const sealane_box_keys *cache) {
    return prepared != NULL || (public_key != NULL && (secret_key != NULL || cache != NULL));
}

/* With a cache or, where it is NULL, the items' secret keys. */
static sealane_status seal_batch(const box_kernels *kernels, sealane_box_keys *cache, const sealane_box_seal_item *items,
                                 size_t n, uint8_t *verdicts) {
    batch_clear_verdicts(verdicts, n);
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        const sealane_box_seal_item *item = &items[i];
        if (!has_keys(item->prepared, item->public_key, item->secret_key, cache) || item->nonce == NULL || item->out == NULL ||
            (item->in == NULL && item->len != 0)) {
            return SEALANE_EINVAL;
        }
        if (check_length(item->len) != SEALANE_OK) {
            return SEALANE_ELENGTH;
        }
    }
    int all_good = 1;
    for (size_t done = 0; done < n;) {
        window_keys keys;
        sealane_box_seal_item window[WINDOW];
        uint8_t key_good[WINDOW], good[WINDOW];
        size_t count = window_of(n - done);
        keys.n = 0;
        for (size_t i = 0; i < count; i++) {
            const sealane_box_seal_item *item = &items[done + i];
            window[i] = *item;
            window[i].prepared = key_of(&keys, i, cache, item->prepared, item->secret_key, item->public_key);
        }
        make_keys(kernels, &keys, count, key_good, good);
        seal_window(kernels, window, count, good);
        end_keys(&keys, key_good, cache);
        all_good &= batch_report(good, count, verdicts, done);
        done += count;
    }
    return all_good ? SEALANE_OK : SEALANE_EVERIFY;
}

/* With a cache or, where it is NULL, the items' secret keys. */
static sealane_status open_batch(const box_kernels *kernels, sealane_box_keys *cache, const sealane_box_open_item *items,
                                 size_t n, uint8_t *verdicts) {
    batch_clear_verdicts(verdicts, n);
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        const sealane_box_open_item *item = &items[i];
        if (!has_keys(item->prepared, item->public_key, item->secret_key, cache) || item->nonce == NULL || item->in == NULL ||
            (item->out == NULL && item->len != 0)) {
            return SEALANE_EINVAL;
        }
        if (check_length(item->len) != SEALANE_OK) {
            return SEALANE_ELENGTH;
        }
    }
    int all_good = 1;
    for (size_t done = 0; done < n;) {
        window_keys keys;
        sealane_box_open_item window[WINDOW];
        uint8_t key_good[WINDOW], good[WINDOW];
        size_t count = window_of(n - done);
        keys.n = 0;
        for (size_t i = 0; i < count; i++) {
            const sealane_box_open_item *item = &items[done + i];
            window[i] = *item;
            window[i].prepared = key_of(&keys, i, cache, item->prepared, item->secret_key, item->public_key);
        }
        make_keys(kernels, &keys, count, key_good, good);
        open_window(kernels, window, count, good);
        end_keys(&keys, key_good, cache);
        all_good &= batch_report(good, count, verdicts, done);
        done += count;
    }
    return all_good ? SEALANE_OK : SEALANE_EVERIFY;
}

sealane_status sealane_box_seal_batch_with(const box_kernels *kernels, const sealane_box_seal_item *items, size_t n,
                                           uint8_t *verdicts) {
    return seal_batch(kernels, NULL, items, n, verdicts);
}

sealane_status sealane_box_open_batch_with(const box_kernels *kernels, const sealane_box_open_item *items, size_t n,
                                           uint8_t *verdicts) {
    return open_batch(kernels, NULL, items, n, verdicts);
}

sealane_status sealane_box_keys_seal_batch_with(const box_kernels *kernels, sealane_box_keys *keys,
                                                const sealane_box_seal_item *items, size_t n, uint8_t *verdicts) {
    if (keys == NULL) {
        batch_clear_verdicts(verdicts, n);
        return SEALANE_EINVAL;
    }
    return seal_batch(kernels, keys, items, n, verdicts);
}

sealane_status sealane_box_keys_open_batch_with(const box_kernels *kernels, sealane_box_keys *keys,
                                                const sealane_box_open_item *items, size_t n, uint8_t *verdicts) {
    if (keys == NULL) {
        batch_clear_verdicts(verdicts, n);
        return SEALANE_EINVAL;
    }
    return open_batch(kernels, keys, items, n, verdicts);
}

/* nonce = BLAKE2b-192(ephemeral public key || recipient's public key) */
static void sealed_box_nonce(uint8_t nonce[SEALANE_BOX_NONCE_BYTES], const uint8_t ephemeral[KEY_BYTES],
                             const uint8_t recipient[KEY_BYTES]) {
    uint8_t both[2 * KEY_BYTES];
    memcpy(both, ephemeral, KEY_BYTES);
    memcpy(both + KEY_BYTES, recipient, KEY_BYTES);
    sealane_blake2b(nonce, SEALANE_BOX_NONCE_BYTES, both, sizeof both);
}

/* n <= WINDOW fresh key pairs; SEALANE_ERANDOM where there is no randomness. */
static sealane_status make_ephemerals(const box_kernels *kernels, uint8_t secret[][SEALANE_BOX_SECRET_KEY_BYTES],
                                      uint8_t ephemeral[][KEY_BYTES], size_t n) {
    sealane_x25519_base_item pair[WINDOW];
    if (sealane_random_fill(secret[0], n * sizeof secret[0]) != SEALANE_OK) {
        return SEALANE_ERANDOM;
    }
    for (size_t i = 0; i < n; i++) {
        pair[i] = (sealane_x25519_base_item){secret[i], ephemeral[i]};
    }
    return sealane_x25519_base_batch_with(kernels->x25519, pair, n);
}

sealane_status sealane_sealed_box_seal_batch_with(const box_kernels *kernels, const sealane_sealed_box_seal_item *items,
                                                  size_t n, uint8_t *verdicts) {
    batch_clear_verdicts(verdicts, n);
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        const sealane_sealed_box_seal_item *item = &items[i];
        if (item->public_key == NULL || item->out == NULL || (item->in == NULL && item->len != 0)) {
            return SEALANE_EINVAL;
        }
        if (check_length(item->len) != SEALANE_OK) {
            return SEALANE_ELENGTH;
        }
    }
    int all_good = 1;
    for (size_t done = 0; done < n;) {
        uint8_t secret[WINDOW][SEALANE_BOX_SECRET_KEY_BYTES], ephemeral[WINDOW][KEY_BYTES],
            nonce[WINDOW][SEALANE_BOX_NONCE_BYTES];
        window_keys keys;
        sealane_box_seal_item window[WINDOW];
        uint8_t key_good[WINDOW], good[WINDOW];
        size_t count = window_of(n - done);
        if (make_ephemerals(kernels, secret, ephemeral, count) != SEALANE_OK) {
            for (size_t i = 0; i < n; i++) {
                batch_clear(items[i].out, items[i].len + SEALANE_SEALED_BOX_BYTES);
            }
            batch_clear_verdicts(verdicts, n);
            return SEALANE_ERANDOM;
        }
        keys.n = 0;
        for (size_t i = 0; i < count; i++) {
            const sealane_sealed_box_seal_item *item = &items[done + i];
            sealed_box_nonce(nonce[i], ephemeral[i], item->public_key);
            window[i] = (sealane_box_seal_item){.nonce = nonce[i],
                                                .in = item->in,
                                                .len = item->len,
                                                .out = item->out + KEY_BYTES,
                                                .prepared = add_key(&keys, i, secret[i], item->public_key)};
        }
        make_keys(kernels, &keys, count, key_good, good);
        seal_window(kernels, window, count, good);
        /* Last, as `in` may lie there. */
        for (size_t i = 0; i < count; i++) {
            if (good[i]) {
                memcpy(items[done + i].out, ephemeral[i], KEY_BYTES);
            } else {
                memset(items[done + i].out, 0, KEY_BYTES);
            }
        }
        wipe(secret, count * sizeof secret[0]);
        wipe(nonce, count * sizeof nonce[0]); /* public; so nothing is left that depends on the ephemeral keys */
        end_keys(&keys, key_good, NULL);
        all_good &= batch_report(good, count, verdicts, done);
        done += count;
    }
    return all_good ? SEALANE_OK : SEALANE_EVERIFY;
}

sealane_status sealane_sealed_box_open_batch_with(const box_kernels *kernels, const sealane_sealed_box_open_item *items,
                                                  size_t n, uint8_t *verdicts) {
    batch_clear_verdicts(verdicts, n);
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        const sealane_sealed_box_open_item *item = &items[i];
        if (item->public_key == NULL || item->secret_key == NULL || item->in == NULL || (item->out == NULL && item->len != 0)) {
            return SEALANE_EINVAL;
        }
        if (check_length(item->len) != SEALANE_OK) {
            return SEALANE_ELENGTH;
        }
    }
    int all_good = 1;
    for (size_t done = 0; done < n;) {
        uint8_t nonce[WINDOW][SEALANE_BOX_NONCE_BYTES];
        window_keys keys;
        sealane_box_open_item window[WINDOW];
        uint8_t key_good[WINDOW], good[WINDOW];
        size_t count = window_of(n - done);
        keys.n = 0;
        for (size_t i = 0; i < count; i++) {
            const sealane_sealed_box_open_item *item = &items[done + i];
            sealed_box_nonce(nonce[i], item->in, item->public_key);
            window[i] = (sealane_box_open_item){.nonce = nonce[i],
                                                .in = item->in + KEY_BYTES,
                                                .len = item->len,
                                                .out = item->out,
                                                .prepared = add_key(&keys, i, item->secret_key, item->in)};
        }
        make_keys(kernels, &keys, count, key_good, good);
        open_window(kernels, window, count, good);
        wipe(nonce, count * sizeof nonce[0]);
        end_keys(&keys, key_good, NULL);
        all_good &= batch_report(good, count, verdicts, done);
        done += count;
    }
    return all_good ? SEALANE_OK : SEALANE_EVERIFY;
}

void sealane_box_key_wipe(sealane_box_key *key) {
    if (key != NULL) {
        wipe(key, sizeof *key);
    }
}

static box_kernels dispatch(void) {
    return (box_kernels){dispatch_x25519(), sealane_aead_dispatch(SEALANE_XSALSA20_POLY1305)};
}

sealane_status sealane_box_prepare_batch(const sealane_box_prepare_item *items, size_t n, uint8_t *verdicts) {
    const box_kernels kernels = dispatch();
    return sealane_box_prepare_batch_with(&kernels, items, n, verdicts);
}

sealane_status sealane_box_seal_batch(const sealane_box_seal_item *items, size_t n, uint8_t *verdicts) {
    const box_kernels kernels = dispatch();
    return sealane_box_seal_batch_with(&kernels, items, n, verdicts);
}

sealane_status sealane_box_open_batch(const sealane_box_open_item *items, size_t n, uint8_t *verdicts) {
    const box_kernels kernels = dispatch();
    return sealane_box_open_batch_with(&kernels, items, n, verdicts);
}

sealane_status sealane_box_keys_seal_batch(sealane_box_keys *keys, const sealane_box_seal_item *items, size_t n,
                                           uint8_t *verdicts) {
    const box_kernels kernels = dispatch();
    return sealane_box_keys_seal_batch_with(&kernels, keys, items, n, verdicts);
}

sealane_status sealane_box_keys_open_batch(sealane_box_keys *keys, const sealane_box_open_item *items, size_t n,
                                           uint8_t *verdicts) {
    const box_kernels kernels = dispatch();
    return sealane_box_keys_open_batch_with(&kernels, keys, items, n, verdicts);
}

sealane_status sealane_sealed_box_seal_batch(const sealane_sealed_box_seal_item *items, size_t n, uint8_t *verdicts) {
    const box_kernels kernels = dispatch();
    return sealane_sealed_box_seal_batch_with(&kernels, items, n, verdicts);
}

sealane_status sealane_sealed_box_open_batch(const sealane_sealed_box_open_item *items, size_t n, uint8_t *verdicts) {
    const box_kernels kernels = dispatch();
    return sealane_sealed_box_open_batch_with(&kernels, items, n, verdicts);
}
