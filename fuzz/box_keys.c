/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes the cache of shared keys: keys are looked up and put, boxes sealed and opened through it, beside a model that lists
 * who is in it, the one used last first. What is found has to be the key that was put, and who is pushed out the one used
 * longest ago of a set: of all where the cache is one set, else of those that were seen to push each other out.
 *
 * Input: capacity, where memory begins; then operations, each a kind and whom it is about.
 */
#include "core/box/keys.h"

#include <string.h>

#include "core/box/box.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define PEOPLE 64U
#define CAPACITY_MAX 48U
#define SET 8U /* places of a set; a cache of no more is one set */
#define BATCH_MAX 12U
#define MESSAGE_BYTES_MAX 80U
#define TAG SEALANE_BOX_TAG_BYTES

enum { SMALL_ORDER = 2 }; /* the first of the people have public keys of small order */

static uint8_t secret[32];
static struct {
    uint8_t public_key[32];
    uint8_t good;
    sealane_box_key shared;
} people[PEOPLE];

static void make_people(void) {
    if (people[PEOPLE - 1].good) {
        return;
    }
    memset(secret, 0x42, sizeof secret);
    for (unsigned i = 0; i < PEOPLE; i++) {
        uint8_t theirs[32] = {0, (uint8_t)i, 0x17}; /* not byte 0, whose low bits X25519 clears */
        if (i < SMALL_ORDER) {
            people[i].public_key[0] = (uint8_t)i; /* u = 0 and 1 */
        } else {
            oracle_x25519_base(&(sealane_x25519_base_item){theirs, people[i].public_key});
        }
        people[i].good = (uint8_t)oracle_box_share(&people[i].shared, people[i].public_key, secret);
        REQUIRE(NULL, people[i].good == (i >= SMALL_ORDER));
    }
}

typedef struct {
    sealane_box_keys *keys;
    size_t capacity;
    /* Who is in the cache, the one used last first. */
    uint8_t in[CAPACITY_MAX];
    size_t n;
    uint8_t set[PEOPLE]; /* equal where two are known to belong to one set */
} model;

static size_t place_of(const model *m, unsigned who) {
    size_t i = 0;
    while (i < m->n && m->in[i] != who) {
        i++;
    }
    return i;
}

/* who is used: at the front from now on. */
static void touch(model *m, size_t place, unsigned who) {
    memmove(m->in + 1, m->in, place);
    m->in[0] = (uint8_t)who;
}

static void same_set(model *m, unsigned a, unsigned b) {
    const uint8_t from = m->set[a], to = m->set[b];
    for (size_t i = 0; i < PEOPLE; i++) {
        m->set[i] = m->set[i] == from ? to : m->set[i];
    }
}

/* Looks everybody of the model up, the one used longest ago first, so that the order stays; returns the one that is missing,
   or PEOPLE. */
static unsigned look_all_up(model *m) {
    unsigned missing = PEOPLE;
    for (size_t i = m->n; i-- > 0;) {
        const sealane_box_key *found = sealane_box_keys_find(m->keys, people[m->in[i]].public_key);
        if (found == NULL) {
            REQUIRE(NULL, missing == PEOPLE); /* at most one went */
            missing = m->in[i];
        } else {
            REQUIRE(NULL, memcmp(found, &people[m->in[i]].shared, sizeof *found) == 0);
        }
    }
    return missing;
}

static void find(model *m, unsigned who) {
    const size_t place = place_of(m, who);
    const sealane_box_key *found = sealane_box_keys_find(m->keys, people[who].public_key);
    REQUIRE(NULL, (found != NULL) == (place < m->n));
    if (found != NULL) {
        REQUIRE(NULL, memcmp(found, &people[who].shared, sizeof *found) == 0);
        touch(m, place, who);
    }
}

static void put(model *m, unsigned who) {
    const size_t place = place_of(m, who), before = m->n;
    sealane_box_keys_put(m->keys, people[who].public_key, &people[who].shared);
    if (place < m->n) {
        touch(m, place, who);
        REQUIRE(NULL, sealane_box_keys_count(m->keys) == m->n);
        return;
    }
    const unsigned gone = look_all_up(m); /* before who comes to the front of the model, as who is of the cache */
    if (gone != PEOPLE) {
        const size_t at = place_of(m, gone);
        same_set(m, gone, who);
        /* Nobody of the same set was used longer ago. */
        for (size_t i = at + 1; i < m->n; i++) {
            REQUIRE(NULL, m->set[m->in[i]] != m->set[who]);
        }
        memmove(m->in + at, m->in + at + 1, m->n - at - 1);
        m->n--;
    }
    const size_t fewest =
        m->capacity < SET || m->capacity % SET == 0 ? (m->capacity < SET ? m->capacity : SET) : m->capacity % SET;
    REQUIRE(NULL, gone == PEOPLE || before >= fewest); /* somebody's set was full */
    touch(m, m->n++, who);
    find(m, who);
    REQUIRE(NULL, m->n <= m->capacity);
    REQUIRE(NULL, sealane_box_keys_count(m->keys) == m->n);
}

/* After boxes went through the cache: the model learns who is in it, and in an order that this look-up makes. */
static void learn(model *m) {
    m->n = 0;
    for (unsigned who = 0; who < PEOPLE; who++) {
        const sealane_box_key *found = sealane_box_keys_find(m->keys, people[who].public_key);
        if (found != NULL) {
            REQUIRE(NULL, people[who].good && memcmp(found, &people[who].shared, sizeof *found) == 0);
            REQUIRE(NULL, m->n < m->capacity);
            touch(m, m->n++, who);
        }
    }
    REQUIRE(NULL, sealane_box_keys_count(m->keys) == m->n);
}

/* Boxes to and from several people, as the oracle makes them under the shared keys. */
static void exchange(reader *r, model *m) {
    sealane_box_seal_item seal[BATCH_MAX];
    sealane_box_open_item open[BATCH_MAX];
    uint8_t *expected[BATCH_MAX], good[BATCH_MAX], verdicts[BATCH_MAX];
    const unsigned which = read_u8(r);
    const size_t n = 1 + which / 16 % BATCH_MAX;
    const kernel_list *curves = kernels_of(FAMILY_X25519), *aeads = kernels_of(FAMILY_XSALSA20_POLY1305);
    const kernel_row *row = aeads->row[which % aeads->n];
    const box_kernels kernels = {kernels_ops(curves->row[which % curves->n]), kernels_ops(row)};
    sealane_status status = SEALANE_OK;
    for (size_t i = 0; i < n; i++) {
        const unsigned who = read_u8(r) % PEOPLE;
        uint8_t *nonce = buffer_new(24, 0);
        size_t len;
        const uint8_t *text = read_buffer(r, &len, MESSAGE_BYTES_MAX, 0);
        memset(nonce, (int)i, 24);
        expected[i] = buffer_new(TAG + len, 0);
        good[i] = people[who].good;
        if (good[i]) {
            oracle_aead_seal(SEALANE_XSALSA20_POLY1305, &(sealane_aead_seal_item){.key = people[who].shared.opaque,
                                                                                  .nonce = nonce,
                                                                                  .in = text,
                                                                                  .len = len,
                                                                                  .out = expected[i] + TAG,
                                                                                  .tag = expected[i]});
        } else {
            memset(expected[i], 0, TAG + len);
            status = SEALANE_EVERIFY;
        }
        seal[i] = (sealane_box_seal_item){
            .public_key = people[who].public_key, .nonce = nonce, .in = text, .len = len, .out = buffer_new(TAG + len, 0)};
        open[i] = (sealane_box_open_item){
            .public_key = people[who].public_key, .nonce = nonce, .in = expected[i], .len = len, .out = buffer_new(len, 0)};
    }
    REQUIRE(row, sealane_box_keys_seal_batch_with(&kernels, m->keys, seal, n, verdicts) == status);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(row, verdicts[i] == good[i] && bytes_equal(seal[i].out, expected[i], TAG + seal[i].len));
    }
    REQUIRE(row, sealane_box_keys_open_batch_with(&kernels, m->keys, open, n, verdicts) == status);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(row, verdicts[i] == good[i]);
        REQUIRE(row, good[i] ? bytes_equal(open[i].out, seal[i].in, open[i].len) : bytes_zero(open[i].out, open[i].len));
    }
    learn(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static model m;
    reader r = {data, size};
    make_people();
    m.capacity = 1 + read_u8(&r) % CAPACITY_MAX;
    m.n = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        m.set[i] = (uint8_t)(m.capacity <= SET ? 0 : i);
    }
    const size_t bytes = SEALANE_BOX_KEYS_BYTES(m.capacity);
    uint8_t *memory = buffer_new(bytes, read_u8(&r) % 16);
    REQUIRE(NULL, sealane_box_keys_init(&m.keys, memory, bytes, secret) == SEALANE_OK);
    REQUIRE(NULL, sealane_box_keys_capacity(m.keys) == m.capacity);
    while (r.left > 0) {
        const unsigned what = read_u8(&r);
        if (what < 0x70) {
            put(&m, SMALL_ORDER + read_u8(&r) % (PEOPLE - SMALL_ORDER));
        } else if (what < 0xf0) {
            find(&m, read_u8(&r) % PEOPLE);
        } else {
            const size_t mark = buffers_mark();
            exchange(&r, &m);
            buffers_free_from(mark);
        }
    }
    sealane_box_keys_wipe(m.keys);
    REQUIRE(NULL, bytes_zero(memory, bytes));
    buffers_free();
    return 0;
}
