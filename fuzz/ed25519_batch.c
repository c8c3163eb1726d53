/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes verification under both rules: a few distinct signatures, good ones, damaged ones and ones made of edge encodings,
 * repeated over a batch and verified by every kernel, with and without prepared keys.
 *
 * Input: shape, number of distinct signatures, number of items, where the odd one is hidden, which items have a prepared key;
 * then the distinct signatures.
 */
#include <string.h>

#include "core/curve/curve.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define DISTINCT_MAX 6U
#define ITEMS_MAX 130U
#define MESSAGE_BYTES_MAX 300U

enum { SHAPE_COFACTORED = 1, SHAPE_PREHASHED = 2, SHAPE_LANES_ONLY = 4, SHAPE_HIDDEN = 8 };

typedef struct {
    uint8_t public_key[32];
    uint8_t signature[64];
    uint8_t message[MESSAGE_BYTES_MAX];
    size_t len;
} signed_message;

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

/* The points of small order, then p + 0 to p + 18 for y with either sign, then any bytes. */
static void read_point(reader *r, uint8_t out[32]) {
    unsigned k = read_u8(r);
    if (k < 8) {
        memcpy(out, oracle_torsion[k], 32);
    } else if (k < 8 + 2 * 19) {
        memset(out, 0xff, 32);
        out[0] = (uint8_t)(0xed + (k - 8) / 2);
        out[31] = (k & 1) ? 0xff : 0x7f;
    } else {
        read_raw(r, out, 32);
    }
}

/* out = out + x, mod 2^256. */
static void add(uint8_t out[32], const uint8_t x[32]) {
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)out[i] + x[i];
        out[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

/* k L + {0, 1, -1} for k = 0 to 15, then any bytes. */
static void read_scalar(reader *r, uint8_t out[32]) {
    unsigned k = read_u8(r);
    if (k >= 48) {
        read_raw(r, out, 32);
        return;
    }
    memset(out, k % 3 == 2 ? 0xff : 0, 32);
    out[0] = (uint8_t)(k % 3 == 2 ? 0xff : k % 3);
    for (unsigned i = 0; i < k / 3; i++) {
        add(out, oracle_order);
    }
}

static void damage(reader *r, signed_message *s) {
    unsigned what = read_u8(r) % 7;
    if (what < 3) {
        unsigned bit = read_u16(r);
        uint8_t *of[] = {s->signature, s->public_key, s->message};
        size_t bytes[] = {64, 32, s->len};
        if (bytes[what] > 0) {
            of[what][bit / 8 % bytes[what]] ^= (uint8_t)(1U << bit % 8);
        }
    } else if (what == 3) {
        read_point(r, s->signature);
    } else if (what == 4) {
        read_scalar(r, s->signature + 32);
    } else if (what == 5) {
        read_point(r, s->public_key);
    } else {
        add(s->signature + 32, oracle_order);
    }
}

static void read_signed(reader *r, unsigned flags, signed_message *s) {
    s->len = read_length(r, MESSAGE_BYTES_MAX);
    read_contents(r, s->message, s->len);
    unsigned way = read_u8(r) % 4;
    if (way < 2) {
        uint8_t seed[32];
        memset(seed, read_u8(r), sizeof seed);
        unsigned torsion = way == 0 ? 0 : read_u8(r);
        oracle_ed25519_sign(flags, seed, torsion % 8, torsion / 8 % 8, s->message, s->len, s->public_key, s->signature);
    } else if (way == 2) {
        read_point(r, s->public_key);
        read_point(r, s->signature);
        read_scalar(r, s->signature + 32);
    } else {
        read_raw(r, s->public_key, 32);
        read_raw(r, s->signature, 64);
    }
    for (unsigned n = read_u8(r) % 4; n > 0; n--) {
        damage(r, s);
    }
}

static void read_item(reader *r, batch *b, size_t i) {
    signed_message s;
    read_signed(r, b->flags, &s);
    b->key_good[i] = oracle_ed25519_key(s.public_key);
    b->good[i] = (uint8_t)oracle_ed25519_verify(b->flags, s.public_key, s.signature, s.message, s.len);
    /* What the cofactorless rule accepts, the cofactored one accepts. */
    REQUIRE(NULL,
            (b->flags & SEALANE_ED25519_COFACTORED) || !b->good[i] ||
                oracle_ed25519_verify(b->flags | SEALANE_ED25519_COFACTORED, s.public_key, s.signature, s.message, s.len));
    if (b->flags & SEALANE_ED25519_PREHASHED) {
        uint8_t hash[64];
        oracle_sha512(&(sealane_hash_item){s.message, s.len, hash});
        memcpy(s.message, hash, sizeof hash);
        s.len = sizeof hash;
    }
    b->item[i] = (sealane_ed25519_item){.public_key = buffer_copy(s.public_key, 32, 0),
                                        .signature = buffer_copy(s.signature, 64, 1),
                                        .message = buffer_copy(s.message, s.len, 0),
                                        .message_len = s.len};
}

static sealane_status prepare(const kernel_row *row, sealane_ed25519_key *key, const uint8_t public_key[32]) {
    return row == NULL ? sealane_ed25519_key_prepare(key, public_key)
                       : sealane_ed25519_key_prepare_with(row->ops, key, public_key);
}

static sealane_status verify_batch(const kernel_row *row, const kernel_row *hash, unsigned flags,
                                   const sealane_ed25519_item *items, size_t n, uint8_t *verdicts) {
    return row == NULL ? sealane_ed25519_verify_batch(flags, items, n, verdicts)
                       : sealane_ed25519_verify_batch_with(row->ops, hash->ops, flags, items, n, verdicts);
}

/* Verifies the batch, then each distinct signature by itself, with its key and with its prepared key. */
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
    for (size_t i = 0; i < b->distinct; i++) {
        expected = b->good[i] ? SEALANE_OK : SEALANE_EVERIFY;
        REQUIRE(row, verify_batch(row, hash, b->flags, &b->item[i], 1, NULL) == expected);
        REQUIRE(row, verify_batch(row, hash, b->flags, &prepared[i], 1, NULL) == expected);
        REQUIRE(row, row != NULL || sealane_ed25519_verify(b->flags, &b->item[i]) == expected);
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

    const oracle_kernels *kernels = oracle_kernels_of(FAMILY_ED25519);
    const oracle_kernels *hashes = oracle_kernels_of(FAMILY_SHA512);
    for (size_t k = 0; k < kernels->n; k++) {
        verify_with(kernels->row[k], hashes->row[k % hashes->n], &b);
    }
    verify_with(NULL, NULL, &b);
    buffers_free();
    return 0;
}
