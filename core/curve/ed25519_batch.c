/* SPDX-License-Identifier: ISC */
/*
 * One equation for up to ED25519_BATCH_MAX signatures. Items whose bytes, key or R are refused are out before the equation.
 * What remains is walked in windows: the hashes of a window are one SHA-512 call, its points go to the kernel, and its scalars
 * are added up, in full, to one coefficient a key and one of B, which are reduced mod L once.
 */
#include "core/curve/ed25519_batch.h"

#include <stdlib.h>
#include <string.h>

#include "core/curve/ed25519_item.h"
#include "core/curve/rule.h"
#include "core/curve/scalar.h"
#include "core/hash/sha2.h"
#include "core/util/bytes.h"
#include "core/util/limb.h"
#include "core/util/random.h"

#define WINDOW ED25519_BATCH_ADD_MAX
#define NO_KEY UINT16_MAX
#define Z_SEED_BYTES 32U
#define Z_BYTES 16U
#define ZS_OF_HASH (64U / Z_BYTES)

/* A sum of up to 4096 products of 128 and 253 bits is below 2^393. */
typedef limb scalar_sum[2 * LIMBS_256];

typedef struct {
    const uint8_t *item_seed; /* ED25519_BATCH_SEED_BYTES */
    size_t keys, slots;
    uint16_t *slot;   /* hash table of keys: 1 + index, or 0 */
    uint16_t *key_of; /* by items; NO_KEY where the item is refused */
    ed25519_batch_key *key;
    uint8_t *key_good;
    scalar_sum *coefficient; /* of each key */
    scalar_sum S;            /* of B */
    /* A window. */
    ed25519_batch_item *point;
    uint8_t (*head)[64]; /* R || A */
    uint8_t (*digest)[64];
    uint8_t (*h)[32];
    uint8_t (*random)[64];
    sha512_job *job;
    size_t *owner;
    void *kernel; /* the kernel's scratch */
} batch;

static void *carve(uint8_t *memory, size_t *used, size_t bytes) {
    void *const p = memory != NULL ? memory + *used : NULL;
    *used += (bytes + 63) / 64 * 64;
    return p;
}

/* Lays out what n items need; returns how many bytes that takes. */
static size_t layout(batch *b, const ed25519_batch_ops *ops, uint8_t *memory, size_t n) {
    size_t used = 0;
    for (b->slots = 1; b->slots < 2 * n;) {
        b->slots *= 2;
    }
    b->slot = carve(memory, &used, b->slots * sizeof *b->slot);
    b->key_of = carve(memory, &used, n * sizeof *b->key_of);
    b->key = carve(memory, &used, n * sizeof *b->key);
    b->key_good = carve(memory, &used, n);
    b->coefficient = carve(memory, &used, n * sizeof *b->coefficient);
    b->point = carve(memory, &used, WINDOW * sizeof *b->point);
    b->head = carve(memory, &used, WINDOW * sizeof *b->head);
    b->digest = carve(memory, &used, WINDOW * sizeof *b->digest);
    b->h = carve(memory, &used, WINDOW * sizeof *b->h);
    b->random = carve(memory, &used, WINDOW / ZS_OF_HASH * sizeof *b->random);
    b->job = carve(memory, &used, WINDOW * sizeof *b->job);
    b->owner = carve(memory, &used, WINDOW * sizeof *b->owner);
    b->kernel = carve(memory, &used, ops->scratch_bytes(n));
    return used;
}

/* NH of UMAC (RFC 4418), so that whoever chooses keys cannot choose collisions; then as many bits as there are slots. */
static size_t slot_of(const batch *b, const uint8_t A[32]) {
    const uint8_t *seed = b->item_seed + Z_SEED_BYTES;
    uint64_t sum = 0;
    for (size_t i = 0; i < 32; i += 8) {
        sum += (uint64_t)(load_le32(A + i) + load_le32(seed + i)) * (load_le32(A + i + 4) + load_le32(seed + i + 4));
    }
    return (size_t)((sum * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (b->slots - 1);
}

static uint16_t key_index(batch *b, const sealane_ed25519_item *item) {
    const ed25519_batch_key key = sealane_ed25519_key_of(item);
    size_t at = slot_of(b, key.A);
    for (; b->slot[at] != 0; at = (at + 1) & (b->slots - 1)) {
        ed25519_batch_key *known = &b->key[b->slot[at] - 1];
        if (memcmp(known->A, key.A, 32) == 0) {
            if (known->neg_A == NULL) {
                known->neg_A = key.neg_A;
            }
            return (uint16_t)(b->slot[at] - 1);
        }
    }
    b->key[b->keys] = key;
    b->slot[at] = (uint16_t)++b->keys;
    return (uint16_t)(b->keys - 1);
}

static void add_product(scalar_sum sum, const uint8_t z[Z_BYTES], const uint8_t x[32]) {
    limb Z[LIMBS_256 / 2], X[LIMBS_256], product[2 * LIMBS_256] = {0};
    limbs_load(Z, z, LIMBS_256 / 2);
    limbs_load(X, x, LIMBS_256);
    limbs_mul(product, X, LIMBS_256, Z, LIMBS_256 / 2);
    (void)limbs_add(sum, sum, product, 2 * LIMBS_256);
}

static void reduce_sum(uint8_t out[32], const scalar_sum sum) {
    uint8_t bytes[64];
    limbs_store(bytes, sum, 2 * LIMBS_256);
    sealane_scalar_reduce(out, bytes);
}

/* Returns t = h mod 8 or, where that is over 4, 8 less, and takes it from h < L: 8 divides what is left, which is < 2^253. */
static int8_t take_torsion(uint8_t h[32]) {
    const int t = h[0] & 7;
    h[0] = (uint8_t)(h[0] & 0xf8);
    unsigned carry = t > 4 ? 8 : 0;
    for (size_t k = 0; carry != 0; k++) {
        carry += h[k];
        h[k] = (uint8_t)carry;
        carry >>= 8;
    }
    return (int8_t)(t > 4 ? t - 8 : t);
}

/* count items of the window, of which b->owner are the indices. `drawn` z were taken from the stream before. */
static void add_window(batch *b, const ed25519_ops *ops, const sha512_ops *hash, unsigned flags,
                       const sealane_ed25519_item items[], size_t count, size_t drawn, uint8_t good[]) {
    const size_t hashes = (count + ZS_OF_HASH - 1) / ZS_OF_HASH;
    const int exact = (flags & SEALANE_ED25519_COFACTORED) == 0;
    uint8_t counter[WINDOW / ZS_OF_HASH][8], holds[WINDOW];
    for (size_t i = 0; i < hashes; i++) {
        store_le64(counter[i], drawn + i);
        b->job[i] = (sha512_job){{b->item_seed, counter[i]}, {Z_SEED_BYTES, 8}, b->random[i]};
    }
    sealane_sha512_jobs_with(hash, b->job, hashes);
    for (size_t i = 0; i < count; i++) {
        const sealane_ed25519_item *item = &items[b->owner[i]];
        memcpy(b->head[i], item->signature, 32);
        memcpy(b->head[i] + 32, b->key[b->key_of[b->owner[i]]].A, 32);
        b->job[i] = sealane_ed25519_hash_job(flags, b->head[i], 64, item->message, item->message_len, b->digest[i]);
    }
    sealane_sha512_jobs_with(hash, b->job, count);
    for (size_t i = 0; i < count; i++) {
        ed25519_batch_item *point = &b->point[i];
        sealane_scalar_reduce(b->h[i], b->digest[i]);
        point->R = items[b->owner[i]].signature;
        memcpy(point->z, b->random[i / ZS_OF_HASH] + i % ZS_OF_HASH * Z_BYTES, Z_BYTES);
        point->key = b->key_of[b->owner[i]];
        point->t = exact && b->key_good[point->key] == 1 ? take_torsion(b->h[i]) : 0;
    }
    ops->batch->add(b->kernel, b->point, count, holds);
    for (size_t i = 0; i < count; i++) {
        good[b->owner[i]] = holds[i];
        if (holds[i]) {
            add_product(b->coefficient[b->point[i].key], b->point[i].z, b->h[i]);
            add_product(b->S, b->point[i].z, items[b->owner[i]].signature + 32);
        }
    }
}

static int run(batch *b, const ed25519_ops *ops, const sha512_ops *hash, unsigned flags, const sealane_ed25519_item items[],
               size_t n, uint8_t good[]) {
    const int exact = (flags & SEALANE_ED25519_COFACTORED) == 0;
    memset(b->slot, 0, b->slots * sizeof *b->slot);
    memset(b->S, 0, sizeof b->S);
    b->keys = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_ed25519_item *item = &items[i];
        const int accepted = sealane_ed25519_accepts_bytes_vartime(item) &&
                             (!exact || rule_is_canonical_vartime(item->signature)); /* else it is no encoding of a point */
        b->key_of[i] = accepted ? key_index(b, item) : NO_KEY;
    }
    ops->batch->start(b->kernel, exact, n, b->key, b->keys, b->key_good);
    memset(b->coefficient, 0, b->keys * sizeof *b->coefficient);
    for (size_t i = 0, drawn = 0; i < n;) {
        size_t count = 0;
        for (; i < n && count < WINDOW; i++) {
            good[i] = 0;
            if (b->key_of[i] != NO_KEY && b->key_good[b->key_of[i]]) {
                b->owner[count++] = i;
            }
        }
        if (count > 0) {
            add_window(b, ops, hash, flags, items, count, drawn, good);
            drawn += WINDOW / ZS_OF_HASH;
        }
    }
    /* The coefficients, 32 bytes each, take the place of the sums, 64 bytes each, from the front. */
    uint8_t(*const c)[32] = (uint8_t(*)[32])(void *)b->coefficient;
    for (size_t k = 0; k < b->keys; k++) {
        reduce_sum(c[k], b->coefficient[k]);
    }
    uint8_t s[32];
    reduce_sum(s, b->S);
    return ops->batch->holds(b->kernel, (const uint8_t(*)[32])c, s);
}

int sealane_ed25519_batch_vartime(const ed25519_ops *ops, const sha512_ops *hash, unsigned flags,
                                  const sealane_ed25519_item items[], size_t n, const uint8_t *seed, uint8_t good[]) {
    uint8_t drawn[ED25519_BATCH_SEED_BYTES];
    batch b;
    const size_t bytes = layout(&b, ops->batch, NULL, n);
    if (seed == NULL && sealane_random_fill(drawn, sizeof drawn) != SEALANE_OK) {
        return 0;
    }
    uint8_t *const memory = malloc(bytes + 63);
    if (memory == NULL) {
        return 0;
    }
    (void)layout(&b, ops->batch, memory + (-(uintptr_t)memory & 63), n);
    b.item_seed = seed != NULL ? seed : drawn;
    const int holds = run(&b, ops, hash, flags, items, n, good);
    free(memory);
    return holds;
}
