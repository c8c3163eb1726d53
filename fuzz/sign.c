/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes key pairs and signing: a batch of seeds and messages, made and signed by every kernel and by the oracle; results that
 * lie on their own inputs, and public keys that do not belong to their seed, which signing takes as they are.
 *
 * Input: shape, number of items; then each item's seed, public key and message.
 */
#include <string.h>

#include "core/curve/curve.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define ITEMS_MAX 20U
#define MESSAGE_BYTES_MAX 600U

/* Prehashed; the seed is where the secret key goes; the signature goes onto the secret key, or onto the message. */
enum { SHAPE_PREHASHED = 1, SHAPE_SEED_IN_KEY = 2, SHAPE_ONTO_KEY = 4, SHAPE_ONTO_MESSAGE = 8 };

typedef struct {
    uint8_t seed[32];
    uint8_t *message;
    size_t len;
    /* What signing is given: the oracle's key, or its seed with another public key. */
    uint8_t secret_key[64];
    /* The oracle's. */
    uint8_t made_public[32], made_secret[64], signature[64];
} letter;

typedef struct {
    unsigned shape, flags;
    size_t n;
    letter letters[ITEMS_MAX];
} batch;

static void read_letter(reader *r, const batch *b, letter *l) {
    uint8_t hash[64];
    read_contents(r, l->seed, 32);
    oracle_ed25519_keypair(&(sealane_ed25519_keypair_item){l->seed, l->made_public, l->made_secret});
    memcpy(l->secret_key, l->made_secret, 64);
    if (read_u8(r) % 8 == 7) {
        read_contents(r, l->secret_key + 32, 32);
    }
    l->len = read_length(r, MESSAGE_BYTES_MAX);
    l->message = buffer_new(l->len, 0);
    read_contents(r, l->message, l->len);
    oracle_ed25519_sign(b->flags, l->secret_key, l->message, l->len, l->signature);
    if (b->flags & SEALANE_ED25519_PREHASHED) {
        oracle_sha512(&(sealane_hash_item){l->message, l->len, hash});
        l->message = buffer_copy(hash, sizeof hash, 0);
        l->len = sizeof hash;
    }
}

static void make_keys(const kernel_row *row, const kernel_row *hash, const batch *b, size_t n) {
    sealane_ed25519_keypair_item items[ITEMS_MAX];
    for (size_t i = 0; i < n; i++) {
        const letter *l = &b->letters[i];
        items[i] = (sealane_ed25519_keypair_item){l->seed, buffer_new(32, 1), buffer_new(64, 3)};
        if (b->shape & SHAPE_SEED_IN_KEY) {
            items[i].seed = memcpy(items[i].secret_key, l->seed, 32);
        }
    }
    REQUIRE(row,
            (row == NULL ? sealane_ed25519_keypair_batch(items, n)
                         : sealane_ed25519_keypair_batch_with(kernels_ops(row), kernels_ops(hash), items, n)) == SEALANE_OK);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(row, memcmp(items[i].public_key, b->letters[i].made_public, 32) == 0);
        REQUIRE(row, memcmp(items[i].secret_key, b->letters[i].made_secret, 64) == 0);
    }
}

static void sign(const kernel_row *row, const kernel_row *hash, const batch *b, size_t n) {
    sealane_ed25519_sign_item items[ITEMS_MAX];
    for (size_t i = 0; i < n; i++) {
        const letter *l = &b->letters[i];
        items[i] = (sealane_ed25519_sign_item){l->secret_key, l->message, l->len, NULL};
        if (b->shape & SHAPE_ONTO_KEY) {
            items[i].secret_key = items[i].signature = buffer_copy(l->secret_key, 64, 1);
        } else if ((b->shape & SHAPE_ONTO_MESSAGE) && l->len >= 64) {
            items[i].message = items[i].signature = buffer_copy(l->message, l->len, 1);
        } else {
            items[i].signature = buffer_new(64, 1);
        }
    }
    REQUIRE(row, (row == NULL ? sealane_ed25519_sign_batch(b->flags, items, n)
                              : sealane_ed25519_sign_batch_with(kernels_ops(row), kernels_ops(hash), b->flags, items, n)) ==
                     SEALANE_OK);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(row, memcmp(items[i].signature, b->letters[i].signature, 64) == 0);
    }
}

static void make_and_sign(const kernel_row *row, const kernel_row *hash, const batch *b, size_t n) {
    const size_t mark = buffers_mark();
    make_keys(row, hash, b, n);
    sign(row, hash, b, n);
    buffers_free_from(mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static batch b;
    reader r = {data, size};
    b.shape = read_u8(&r);
    b.flags = b.shape & SHAPE_PREHASHED ? SEALANE_ED25519_PREHASHED : 0;
    b.n = read_count(&r, ITEMS_MAX);
    for (size_t i = 0; i < b.n; i++) {
        read_letter(&r, &b, &b.letters[i]);
    }
    const kernel_list *kernels = kernels_of(FAMILY_ED25519), *hashes = kernels_of(FAMILY_SHA512);
    for (size_t k = 0; k < kernels->n; k++) {
        make_and_sign(kernels->row[k], hashes->row[k % hashes->n], &b, b.n);
        if (b.n > 1) {
            make_and_sign(kernels->row[k], hashes->row[k % hashes->n], &b, 1);
        }
    }
    make_and_sign(NULL, NULL, &b, b.n);
    buffers_free();
    return 0;
}
