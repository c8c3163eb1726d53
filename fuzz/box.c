/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes boxes and sealed boxes: n recipients, sealed and opened by every kernel and by the oracle, some of them damaged, some
 * under public keys of small order.
 *
 * Input: number of items, shape, which items have a prepared key; then each item's keys, nonce, contents and damage.
 */
#include <string.h>

#include "core/box/box.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define ITEMS_MAX 20U
#define MESSAGE_BYTES_MAX 1024U
#define TAG SEALANE_BOX_TAG_BYTES
#define SEALED SEALANE_SEALED_BOX_BYTES
#define SHIFT_MAX 64U /* where `in` begins in memory shared with out, which begins at half of it */

enum { SHAPE_OVERLAP = 0x40 }; /* the low bits are the shift, below SHIFT_MAX */

typedef struct {
    uint8_t mine[32]; /* secret keys */
    uint8_t theirs[32];
    uint8_t my_public[32];
    uint8_t their_public[32]; /* of theirs, or any bytes */
    int fits;                 /* 1: their_public is of theirs, as the oracle finds */
    uint8_t nonce[24];
    uint8_t *plain;
    size_t len;
    uint8_t *boxed;         /* the oracle's */
    const uint8_t *arrived; /* boxed, or a damaged copy */
    uint8_t sealed_good;
    uint8_t opened_good;
    const uint8_t *anonymous; /* the oracle's sealed box, or a damaged copy; NULL where the public key was refused */
    uint8_t anonymous_good;
} letter;

typedef struct {
    size_t n;
    unsigned shape;
    unsigned prepared; /* bit i % 8: item i has a prepared key */
    letter letters[ITEMS_MAX];
} batch;

/* One way to the library: a pair of kernels, row being the AEAD's; or the public calls, both NULL. */
typedef struct {
    const kernel_row *row;
    const box_kernels *kernels;
} route;

#define CALL(way, function, items, n, verdicts)                                                                                \
    ((way)->kernels != NULL ? function##_with((way)->kernels, items, n, verdicts) : function(items, n, verdicts))

/* Memory in which an item's in (bytes at `from`) and out lie, apart or overlapping. */
static uint8_t *place(const batch *b, const uint8_t *from, size_t in_len, size_t out_len, const uint8_t **in) {
    if (b->shape & SHAPE_OVERLAP) {
        size_t most = in_len > out_len ? in_len : out_len;
        uint8_t *p = buffer_new(most + SHIFT_MAX, 0);
        uint8_t *shared = p + b->shape % SHIFT_MAX;
        if (in_len > 0) {
            memcpy(shared, from, in_len);
        }
        *in = shared;
        return p + SHIFT_MAX / 2;
    }
    *in = from;
    return buffer_new(out_len, 0);
}

static const uint8_t *damaged(const uint8_t *from, size_t n, reader *r) {
    if (read_u8(r) % 2 == 0) {
        return from;
    }
    uint8_t *copy = buffer_copy(from, n, 0);
    unsigned bit = read_u16(r);
    copy[bit / 8 % n] ^= (uint8_t)(1U << bit % 8);
    return copy;
}

static void public_key(uint8_t out[32], const uint8_t secret[32]) {
    oracle_x25519_base(&(sealane_x25519_base_item){secret, out});
}

/* The opening side's keys: the recipient's, or again the sender's where the recipient is no one. */
static sealane_box_open_item opening(const letter *l) {
    return (sealane_box_open_item){.public_key = l->fits ? l->my_public : l->their_public,
                                   .secret_key = l->fits ? l->theirs : l->mine,
                                   .nonce = l->nonce,
                                   .in = l->arrived,
                                   .len = l->len,
                                   .out = buffer_new(l->len, 0)};
}

static void read_letter(reader *r, letter *l) {
    read_contents(r, l->mine, 32);
    read_contents(r, l->theirs, 32);
    public_key(l->my_public, l->mine);
    if (read_u8(r) % 4 == 3) {
        read_contents(r, l->their_public, 32); /* zeroes are of small order */
    } else {
        public_key(l->their_public, l->theirs);
    }
    read_contents(r, l->nonce, sizeof l->nonce);
    l->len = read_length(r, MESSAGE_BYTES_MAX);
    l->plain = buffer_new(l->len, 0);
    read_contents(r, l->plain, l->len);

    uint8_t *anonymous = buffer_new(l->len + SEALED, 0);
    uint8_t *opened = buffer_new(l->len, 0);
    l->anonymous = NULL;
    l->fits = 0;
    if (oracle_sealed_box_seal(&(sealane_sealed_box_seal_item){l->their_public, l->plain, l->len, anonymous})) {
        sealane_sealed_box_open_item open = {l->their_public, l->theirs, anonymous, l->len, opened};
        l->fits = oracle_sealed_box_open(&open);
        l->anonymous = open.in = damaged(anonymous, l->len + SEALED, r);
        l->anonymous_good = (uint8_t)oracle_sealed_box_open(&open);
    }

    l->boxed = buffer_new(l->len + TAG, 0);
    l->sealed_good = (uint8_t)oracle_box_seal(&(sealane_box_seal_item){.public_key = l->their_public,
                                                                       .secret_key = l->mine,
                                                                       .nonce = l->nonce,
                                                                       .in = l->plain,
                                                                       .len = l->len,
                                                                       .out = l->boxed});
    l->arrived = damaged(l->boxed, l->len + TAG, r);
    sealane_box_open_item open = opening(l);
    l->opened_good = (uint8_t)oracle_box_open(&open);
}

static void box_and_unbox(const route *way, const batch *b) {
    static sealane_box_key keys[ITEMS_MAX];
    sealane_box_prepare_item prepare[ITEMS_MAX];
    sealane_box_seal_item seal[ITEMS_MAX];
    sealane_box_open_item open[ITEMS_MAX];
    uint8_t *key_good = buffer_new(b->n, 0);
    uint8_t *sealed = buffer_new(b->n, 0);
    uint8_t *opened = buffer_new(b->n, 0);
    sealane_status key_status = SEALANE_OK;
    sealane_status seal_status = SEALANE_OK;
    sealane_status open_status = SEALANE_OK;
    for (size_t i = 0; i < b->n; i++) {
        const letter *l = &b->letters[i];
        prepare[i] = (sealane_box_prepare_item){l->their_public, l->mine, &keys[i]};
        if (!l->sealed_good) {
            key_status = SEALANE_EVERIFY;
        }
    }
    REQUIRE(way->row, CALL(way, sealane_box_prepare_batch, prepare, b->n, key_good) == key_status);
    for (size_t i = 0; i < b->n; i++) {
        const letter *l = &b->letters[i];
        REQUIRE(way->row, key_good[i] == l->sealed_good);
        seal[i] =
            (sealane_box_seal_item){.public_key = l->their_public, .secret_key = l->mine, .nonce = l->nonce, .len = l->len};
        open[i] = opening(l);
        seal[i].out = place(b, l->plain, l->len, l->len + TAG, &seal[i].in);
        open[i].out = place(b, l->arrived, l->len + TAG, l->len, &open[i].in);
        if (key_good[i] && (b->prepared >> i % 8 & 1)) {
            seal[i].prepared = open[i].prepared = &keys[i];
            seal[i].public_key = open[i].public_key = NULL;
            seal[i].secret_key = open[i].secret_key = NULL;
        }
        seal_status = l->sealed_good ? seal_status : SEALANE_EVERIFY;
        open_status = l->opened_good ? open_status : SEALANE_EVERIFY;
    }
    REQUIRE(way->row, CALL(way, sealane_box_seal_batch, seal, b->n, sealed) == seal_status);
    REQUIRE(way->row, CALL(way, sealane_box_open_batch, open, b->n, opened) == open_status);
    for (size_t i = 0; i < b->n; i++) {
        const letter *l = &b->letters[i];
        REQUIRE(way->row, sealed[i] == l->sealed_good);
        REQUIRE(way->row, bytes_equal(seal[i].out, l->boxed, l->len + TAG));
        REQUIRE(way->row, opened[i] == l->opened_good);
        REQUIRE(way->row, l->opened_good ? bytes_equal(open[i].out, l->plain, l->len) : bytes_zero(open[i].out, l->len));
    }
}

/* Sealed boxes are random: ours are opened by the oracle, and the oracle's by us. */
static void seal_anonymously(const route *way, const batch *b) {
    sealane_sealed_box_seal_item seal[ITEMS_MAX];
    sealane_sealed_box_open_item open[ITEMS_MAX];
    const letter *of[ITEMS_MAX];
    uint8_t *sealed = buffer_new(b->n, 0);
    uint8_t *opened = buffer_new(b->n, 0);
    sealane_status seal_status = SEALANE_OK;
    sealane_status open_status = SEALANE_OK;
    size_t m = 0;
    for (size_t i = 0; i < b->n; i++) {
        const letter *l = &b->letters[i];
        seal[i] = (sealane_sealed_box_seal_item){.public_key = l->their_public, .len = l->len};
        seal[i].out = place(b, l->plain, l->len, l->len + SEALED, &seal[i].in);
        if (l->anonymous == NULL) {
            seal_status = SEALANE_EVERIFY;
            continue;
        }
        of[m] = l;
        open[m] = (sealane_sealed_box_open_item){.public_key = l->their_public, .secret_key = l->theirs, .len = l->len};
        open[m].out = place(b, l->anonymous, l->len + SEALED, l->len, &open[m].in);
        open_status = l->anonymous_good ? open_status : SEALANE_EVERIFY;
        m++;
    }
    REQUIRE(way->row, CALL(way, sealane_sealed_box_seal_batch, seal, b->n, sealed) == seal_status);
    REQUIRE(way->row, CALL(way, sealane_sealed_box_open_batch, open, m, opened) == open_status);
    for (size_t i = 0; i < b->n; i++) {
        const letter *l = &b->letters[i];
        REQUIRE(way->row, sealed[i] == (l->anonymous != NULL));
        if (!sealed[i]) {
            REQUIRE(way->row, bytes_zero(seal[i].out, l->len + SEALED));
            continue;
        }
        uint8_t *out = buffer_new(l->len, 0);
        sealane_sealed_box_open_item ours = {l->their_public, l->theirs, seal[i].out, l->len, out};
        REQUIRE(way->row, oracle_sealed_box_open(&ours) == l->fits);
        REQUIRE(way->row, !l->fits || bytes_equal(out, l->plain, l->len));
    }
    for (size_t i = 0; i < m; i++) {
        REQUIRE(way->row, opened[i] == of[i]->anonymous_good);
        REQUIRE(way->row, opened[i] ? bytes_equal(open[i].out, of[i]->plain, of[i]->len) : bytes_zero(open[i].out, of[i]->len));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static batch b;
    reader r = {data, size};
    b.n = read_count(&r, ITEMS_MAX);
    b.shape = read_u8(&r);
    b.prepared = read_u8(&r);
    for (size_t i = 0; i < b.n; i++) {
        read_letter(&r, &b.letters[i]);
    }
    /* Every X25519 kernel and every AEAD kernel at least once, in as few pairs as that takes. */
    const kernel_list *curves = kernels_of(FAMILY_X25519);
    const kernel_list *aeads = kernels_of(FAMILY_XSALSA20_POLY1305);
    for (size_t k = 0; k < curves->n || k < aeads->n; k++) {
        const kernel_row *row = aeads->row[k % aeads->n];
        box_kernels kernels = {kernels_ops(curves->row[k % curves->n]), kernels_ops(row)};
        const size_t mark = buffers_mark();
        box_and_unbox(&(route){row, &kernels}, &b);
        seal_anonymously(&(route){row, &kernels}, &b);
        buffers_free_from(mark);
    }
    box_and_unbox(&(route){NULL, NULL}, &b);
    seal_anonymously(&(route){NULL, NULL}, &b);
    buffers_free();
    return 0;
}
