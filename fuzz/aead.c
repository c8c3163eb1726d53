/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes sealing and opening: a batch of messages of mixed lengths, sealed by every kernel and by the oracle, then opened after
 * some of them were damaged.
 *
 * Input: algorithm, shape, number of messages, alignment; then for each message its lengths, key, nonce, contents and damage.
 */
#include "core/aead/aead.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define MESSAGES_MAX 40U
/* Of many messages, so that an input does not take long, and of few. */
#define MESSAGE_BYTES_MAX(n) ((n) > 8 ? 1100U : 4096U)
#define AD_BYTES_MAX 300U

enum { SHAPE_IN_PLACE = 1, SHAPE_ONE_KEY = 2 };

static const struct {
    sealane_aead id;
    kernel_family family;
} algorithms[] = {{SEALANE_CHACHA20_POLY1305, FAMILY_CHACHA20_POLY1305},
                  {SEALANE_XCHACHA20_POLY1305, FAMILY_XCHACHA20_POLY1305},
                  {SEALANE_XSALSA20_POLY1305, FAMILY_XSALSA20_POLY1305},
                  {SEALANE_AES128_GCM, FAMILY_AES128_GCM},
                  {SEALANE_AES256_GCM, FAMILY_AES256_GCM},
                  {SEALANE_AEGIS128L, FAMILY_AEGIS128L},
                  {SEALANE_AEGIS256, FAMILY_AEGIS256},
                  {SEALANE_XCHACHA20_POLY1305_SECRETBOX, FAMILY_XCHACHA20_POLY1305_SECRETBOX}};

/* One way to the library: a kernel, the public call, or the public call with a prepared key. */
typedef struct {
    sealane_aead algorithm;
    const kernel_row *row;
    const sealane_aead_prepared *prepared;
} route;

typedef struct {
    unsigned shape;
    size_t n;
    size_t in_offset;
    size_t out_offset;
    /* What is sealed, and what the oracle makes of it. */
    sealane_aead_seal_item seal[MESSAGES_MAX];
    /* The same with damage, and what the oracle makes of that: out is NULL where it was refused. */
    sealane_aead_open_item open[MESSAGES_MAX];
    uint8_t opened[MESSAGES_MAX];
} batch;

/* A copy of n bytes with one bit flipped. */
static const uint8_t *damaged(const uint8_t *from, size_t n, unsigned bit, size_t offset) {
    uint8_t *copy = buffer_copy(from, n, offset);
    if (n > 0) {
        copy[bit / 8 % n] ^= (uint8_t)(1U << bit % 8);
    }
    return copy;
}

static void read_message(reader *r, sealane_aead algorithm, batch *b, size_t i) {
    size_t nonce_bytes = sealane_aead_nonce_bytes(algorithm);
    size_t tag_bytes = sealane_aead_tag_bytes(algorithm);
    size_t len = read_length(r, MESSAGE_BYTES_MAX(b->n));
    const int secretbox = algorithm == SEALANE_XSALSA20_POLY1305 || algorithm == SEALANE_XCHACHA20_POLY1305_SECRETBOX;
    size_t ad_len = secretbox ? 0 : read_length(r, AD_BYTES_MAX);
    uint8_t *nonce = buffer_new(nonce_bytes, 0);
    uint8_t *ad = buffer_new(ad_len, b->out_offset);
    uint8_t *in = buffer_new(len, b->in_offset);
    sealane_aead_seal_item *s = &b->seal[i];
    *s = (sealane_aead_seal_item){.nonce = nonce, .ad = ad, .ad_len = ad_len, .in = in, .len = len};
    if (i > 0 && (b->shape & SHAPE_ONE_KEY)) {
        s->key = b->seal[0].key;
    } else {
        uint8_t *key = buffer_new(sealane_aead_key_bytes(algorithm), 0);
        read_contents(r, key, sealane_aead_key_bytes(algorithm));
        s->key = key;
    }
    read_contents(r, nonce, nonce_bytes);
    read_contents(r, ad, ad_len);
    read_contents(r, in, len);
    s->out = buffer_new(len, b->in_offset);
    s->tag = buffer_new(tag_bytes, 0);
    oracle_aead_seal(algorithm, s);

    sealane_aead_open_item *o = &b->open[i];
    *o = (sealane_aead_open_item){
        .key = s->key, .nonce = nonce, .ad = ad, .ad_len = ad_len, .in = s->out, .len = len, .tag = s->tag};
    unsigned part = read_u8(r) % 8;
    unsigned bit = part == 0 ? 0 : read_u16(r);
    if (part == 1) {
        o->in = damaged(s->out, len, bit, b->in_offset);
    } else if (part == 2) {
        o->tag = damaged(s->tag, tag_bytes, bit, 0);
    } else if (part == 3) {
        o->nonce = damaged(nonce, nonce_bytes, bit, 0);
    } else if (part == 4) {
        o->ad = damaged(ad, ad_len, bit, b->out_offset);
    } else if (part == 5 && (b->shape & SHAPE_ONE_KEY) == 0) {
        o->key = damaged(s->key, sealane_aead_key_bytes(algorithm), bit, 0);
    }
    o->out = buffer_new(len, 0);
    b->opened[i] = (uint8_t)oracle_aead_open(algorithm, o);
}

/* Makes out the items' own, and in the same buffer where the shape says so. */
static void seal_with(const route *way, const batch *b, size_t n) {
    size_t tag_bytes = sealane_aead_tag_bytes(way->algorithm);
    sealane_aead_seal_item items[MESSAGES_MAX];
    for (size_t i = 0; i < n; i++) {
        items[i] = b->seal[i];
        items[i].tag = buffer_new(tag_bytes, b->out_offset);
        if (b->shape & SHAPE_IN_PLACE) {
            items[i].out = buffer_copy(items[i].in, items[i].len, b->out_offset);
            items[i].in = items[i].out;
        } else {
            items[i].out = buffer_new(items[i].len, b->out_offset);
        }
        if (way->prepared != NULL) {
            items[i].key = NULL;
        }
    }
    sealane_status status;
    if (way->row != NULL) {
        status = sealane_aead_seal_batch_with(kernels_ops(way->row), way->algorithm, items, n);
    } else if (way->prepared != NULL) {
        status = n == 1 ? sealane_aead_seal_prepared(way->prepared, items)
                        : sealane_aead_seal_prepared_batch(way->prepared, items, n);
    } else {
        status = n == 1 ? sealane_aead_seal(way->algorithm, items) : sealane_aead_seal_batch(way->algorithm, items, n);
    }
    REQUIRE(way->row, status == SEALANE_OK);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(way->row, bytes_equal(items[i].out, b->seal[i].out, items[i].len));
        REQUIRE(way->row, bytes_equal(items[i].tag, b->seal[i].tag, tag_bytes));
    }
}

static void open_with(const route *way, const batch *b, size_t n) {
    sealane_aead_open_item items[MESSAGES_MAX];
    uint8_t *verdicts = buffer_new(n, 0);
    sealane_status expected = SEALANE_OK;
    for (size_t i = 0; i < n; i++) {
        items[i] = b->open[i];
        if (b->shape & SHAPE_IN_PLACE) {
            items[i].out = buffer_copy(items[i].in, items[i].len, b->out_offset);
            items[i].in = items[i].out;
        } else {
            items[i].out = buffer_new(items[i].len, b->out_offset);
        }
        if (way->prepared != NULL) {
            items[i].key = NULL;
        }
        if (!b->opened[i]) {
            expected = SEALANE_EVERIFY;
        }
    }
    sealane_status status;
    if (way->row != NULL) {
        status = sealane_aead_open_batch_with(kernels_ops(way->row), way->algorithm, items, n, verdicts);
    } else if (n == 1) {
        status =
            way->prepared != NULL ? sealane_aead_open_prepared(way->prepared, items) : sealane_aead_open(way->algorithm, items);
        verdicts[0] = status == SEALANE_OK;
    } else {
        status = way->prepared != NULL ? sealane_aead_open_prepared_batch(way->prepared, items, n, verdicts)
                                       : sealane_aead_open_batch(way->algorithm, items, n, verdicts);
    }
    REQUIRE(way->row, status == expected);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(way->row, verdicts[i] == b->opened[i]);
        if (b->opened[i]) {
            REQUIRE(way->row, bytes_equal(items[i].out, b->open[i].out, items[i].len));
        } else {
            REQUIRE(way->row, bytes_zero(items[i].out, items[i].len));
        }
    }
}

static void seal_and_open(const route *way, const batch *b) {
    const size_t mark = buffers_mark();
    seal_with(way, b, b->n);
    open_with(way, b, b->n);
    if (b->n > 1) {
        seal_with(way, b, 1);
        open_with(way, b, 1);
    }
    buffers_free_from(mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static batch b;
    reader r = {data, size};
    size_t which = read_u8(&r) % (sizeof algorithms / sizeof algorithms[0]);
    sealane_aead algorithm = algorithms[which].id;
    b.shape = read_u8(&r);
    b.n = read_count(&r, MESSAGES_MAX);
    unsigned alignment = read_u8(&r);
    b.in_offset = alignment % 16;
    b.out_offset = alignment / 16;
    for (size_t i = 0; i < b.n; i++) {
        read_message(&r, algorithm, &b, i);
    }

    const kernel_list *kernels = kernels_of(algorithms[which].family);
    for (size_t k = 0; k < kernels->n; k++) {
        seal_and_open(&(route){algorithm, kernels->row[k], NULL}, &b);
    }
    seal_and_open(&(route){algorithm, NULL, NULL}, &b);
    if (b.shape & SHAPE_ONE_KEY) {
        sealane_aead_prepared prepared;
        REQUIRE(NULL, sealane_aead_prepare(&prepared, algorithm, b.seal[0].key) == SEALANE_OK);
        seal_and_open(&(route){algorithm, NULL, &prepared}, &b);
        sealane_aead_prepared_wipe(&prepared);
    }
    buffers_free();
    return 0;
}
