/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes verification of batches: a few distinct signatures, good ones, damaged ones and ones made of edge encodings,
 * repeated over a batch and verified by every kernel, with and without prepared keys, under one of the rules.
 *
 * Input: shape, number of distinct signatures, number of items, where the odd one is hidden, which items have a prepared key;
 * then the distinct signatures.
 */
#include "core/curve/curve.h"
#include "fuzz/oracle.h"
#include "fuzz/signatures.h"

#define DISTINCT_MAX 6U
#define ITEMS_MAX 130U

enum { SHAPE_COFACTORED = 1, SHAPE_PREHASHED = 2, SHAPE_LANES_ONLY = 4, SHAPE_HIDDEN = 8 };

typedef struct {
    unsigned flags;
    size_t distinct;
    size_t n;
    sealane_ed25519_item item[DISTINCT_MAX];
    int key_good[DISTINCT_MAX];
    uint8_t good[DISTINCT_MAX];
    uint8_t pick[ITEMS_MAX]; /* which of the distinct ones an item of the batch is */
    unsigned prepared;       /* bit i % 8: item i has a prepared key */
} batch;

static void read_item(reader *r, batch *b, size_t i) {
    signed_message s;
    read_signed(r, b->flags & SEALANE_ED25519_PREHASHED, &s);
    b->key_good[i] = s.key_good;
    b->good[i] = s.good[b->flags & SEALANE_ED25519_COFACTORED];
    b->item[i] = (sealane_ed25519_item){.public_key = buffer_copy(s.public_key, 32, 0),
                                        .signature = buffer_copy(s.signature, 64, 1),
                                        .message = buffer_copy(s.message, s.len, 0),
                                        .message_len = s.len};
}

static sealane_status prepare(const kernel_row *row, sealane_ed25519_key *key, const uint8_t public_key[32]) {
    return row == NULL ? sealane_ed25519_key_prepare(key, public_key)
                       : sealane_ed25519_key_prepare_with(kernels_ops(row), key, public_key);
}

static sealane_status verify_batch(const kernel_row *row, const kernel_row *hash, unsigned flags,
                                   const sealane_ed25519_item *items, size_t n, uint8_t *verdicts) {
    return row == NULL ? sealane_ed25519_verify_batch(flags, items, n, verdicts)
                       : sealane_ed25519_verify_batch_with(kernels_ops(row), kernels_ops(hash), flags, items, n, verdicts);
}

static void verify_with(const kernel_row *row, const kernel_row *hash, const batch *b) {
    static sealane_ed25519_key keys[DISTINCT_MAX];
    sealane_ed25519_item items[ITEMS_MAX];
    sealane_ed25519_item prepared[DISTINCT_MAX];
    uint8_t *verdicts = buffer_new(b->n, 0);
    sealane_status expected = SEALANE_OK;
    for (size_t i = 0; i < b->distinct; i++) {
        REQUIRE(row, prepare(row, &keys[i], b->item[i].public_key) == (b->key_good[i] ? SEALANE_OK : SEALANE_EVERIFY));
        prepared[i] = b->item[i];
        prepared[i].public_key = NULL;
        prepared[i].prepared = &keys[i];
    }
    for (size_t i = 0; i < b->n; i++) {
        items[i] = (b->prepared >> i % 8 & 1) ? prepared[b->pick[i]] : b->item[b->pick[i]];
        if (!b->good[b->pick[i]]) {
            expected = SEALANE_EVERIFY;
        }
    }
    REQUIRE(row, verify_batch(row, hash, b->flags, items, b->n, verdicts) == expected);
    for (size_t i = 0; i < b->n; i++) {
        REQUIRE(row, verdicts[i] == b->good[b->pick[i]]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static batch b;
    reader r = {data, size};
    unsigned shape = read_u8(&r);
    b.flags = (shape & SHAPE_COFACTORED ? SEALANE_ED25519_COFACTORED : SEALANE_ED25519_COFACTORLESS) |
              (shape & SHAPE_PREHASHED ? SEALANE_ED25519_PREHASHED : 0) |
              (shape & SHAPE_LANES_ONLY ? SEALANE_ED25519_LANES_ONLY : 0);
    b.distinct = 1 + read_u8(&r) % DISTINCT_MAX;
    unsigned count = read_u8(&r);
    b.n = count == 0xff ? ITEMS_MAX : 1 + count % 24;
    size_t hiding_place = read_u8(&r) % b.n;
    b.prepared = read_u8(&r);
    for (size_t i = 0; i < b.distinct; i++) {
        read_item(&r, &b, i);
    }
    for (size_t i = 0; i < b.n; i++) {
        b.pick[i] = (uint8_t)(!(shape & SHAPE_HIDDEN) ? i % b.distinct : i == hiding_place ? b.distinct - 1 : 0);
    }

    const kernel_list *kernels = kernels_of(FAMILY_ED25519);
    const kernel_list *hashes = kernels_of(FAMILY_SHA512);
    for (size_t k = 0; k < kernels->n; k++) {
        verify_with(kernels->row[k], hashes->row[k % hashes->n], &b);
    }
    verify_with(NULL, NULL, &b);
    buffers_free();
    return 0;
}
