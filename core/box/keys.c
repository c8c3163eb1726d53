/* SPDX-License-Identifier: ISC */
/*
 * A set-associative table: a public key's bytes choose a set, and it may lie in any place of that set. So a look-up compares
 * at most WAYS keys, and whoever makes public keys that fall into one set only pushes out others of that set.
 */
#include "core/box/keys.h"

#include <stdalign.h>
#include <string.h>

#include "core/util/bytes.h"
#include "core/util/wipe.h"

#define WAYS 8U
#define KEY_BYTES SEALANE_BOX_PUBLIC_KEY_BYTES

typedef struct {
    uint64_t used; /* when: the cache's clock; 0: the place is empty */
    uint8_t public_key[KEY_BYTES];
    sealane_box_key shared; /* secret */
} entry;

struct sealane_box_keys {
    uint64_t clock;
    size_t capacity;
    size_t sets; /* of WAYS places each, but for the last, which has what is left */
    uint8_t secret_key[KEY_BYTES];
    entry entries[];
};

_Static_assert(sizeof(struct sealane_box_keys) + alignof(struct sealane_box_keys) <= SEALANE_BOX_KEYS_BYTES(0) &&
                   sizeof(entry) == SEALANE_BOX_KEYS_BYTES(1) - SEALANE_BOX_KEYS_BYTES(0),
               "SEALANE_BOX_KEYS_BYTES holds the cache, wherever memory begins");

sealane_status sealane_box_keys_init(sealane_box_keys **keys, void *memory, size_t bytes, const uint8_t *secret_key) {
    if (keys == NULL || memory == NULL || secret_key == NULL) {
        return SEALANE_EINVAL;
    }
    if (bytes < SEALANE_BOX_KEYS_BYTES(1)) {
        return SEALANE_ELENGTH;
    }
    uint8_t secret[KEY_BYTES]; /* it may lie in memory */
    memcpy(secret, secret_key, KEY_BYTES);
    memset(memory, 0, bytes);
    const size_t align = alignof(struct sealane_box_keys), skip = (align - (uintptr_t)memory % align) % align;
    sealane_box_keys *made = (sealane_box_keys *)(void *)((uint8_t *)memory + skip);
    made->capacity = (bytes - SEALANE_BOX_KEYS_BYTES(0)) / sizeof(entry);
    made->sets = (made->capacity + WAYS - 1) / WAYS;
    memcpy(made->secret_key, secret, KEY_BYTES);
    wipe(secret, KEY_BYTES);
    *keys = made;
    return SEALANE_OK;
}

size_t sealane_box_keys_capacity(const sealane_box_keys *keys) {
    return keys == NULL ? 0 : keys->capacity;
}

size_t sealane_box_keys_count(const sealane_box_keys *keys) {
    size_t n = 0;
    for (size_t i = 0; i < sealane_box_keys_capacity(keys); i++) {
        n += keys->entries[i].used != 0;
    }
    return n;
}

void sealane_box_keys_wipe(sealane_box_keys *keys) {
    if (keys != NULL) {
        wipe(keys, sizeof *keys + keys->capacity * sizeof(entry));
    }
}

const uint8_t *sealane_box_keys_secret(const sealane_box_keys *keys) {
    return keys->secret_key;
}

/* The places of the set that a public key belongs to; returns how many. */
static size_t set_of(sealane_box_keys *keys, const uint8_t public_key[KEY_BYTES], entry **places) {
    uint64_t mixed = 0;
    for (size_t i = 0; i < KEY_BYTES; i += 8) {
        mixed = (mixed ^ load_le64(public_key + i)) * UINT64_C(0x9e3779b97f4a7c15);
        mixed ^= mixed >> 32;
    }
    const size_t set = (size_t)(mixed % keys->sets), first = set * WAYS, left = keys->capacity - first;
    *places = &keys->entries[first];
    return left < WAYS ? left : WAYS;
}

const sealane_box_key *sealane_box_keys_find(sealane_box_keys *keys, const uint8_t public_key[KEY_BYTES]) {
    entry *places;
    const size_t n = set_of(keys, public_key, &places);
    for (size_t i = 0; i < n; i++) {
        if (places[i].used != 0 && memcmp(places[i].public_key, public_key, KEY_BYTES) == 0) {
            places[i].used = ++keys->clock;
            return &places[i].shared;
        }
    }
    return NULL;
}

void sealane_box_keys_put(sealane_box_keys *keys, const uint8_t public_key[KEY_BYTES], const sealane_box_key *key) {
    entry *places, *oldest;
    const size_t n = set_of(keys, public_key, &places);
    if (sealane_box_keys_find(keys, public_key) != NULL) { /* made twice in one window */
        return;
    }
    oldest = places;
    for (size_t i = 1; i < n; i++) {
        oldest = places[i].used < oldest->used ? &places[i] : oldest;
    }
    oldest->used = ++keys->clock;
    memcpy(oldest->public_key, public_key, KEY_BYTES);
    oldest->shared = *key;
}
