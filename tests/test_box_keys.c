/* SPDX-License-Identifier: ISC */
/* The cache of shared keys: the same boxes as without it; bounded; what it keeps, what makes room, and that it is wiped. */
#include "tests/for_each_kernel.h"

#include <stdlib.h>
#include <string.h>

#include "core/box/keys.h"
#include "sealane/x25519.h"
#include "tests/support/guard.h"
#include "tests/support/hex.h"
#include "tests/support/oracle.h"
#include "tests/support/rng.h"
#include "tests/vectors/x25519_rfc.h"

#define FAMILIES (FAMILY_BIT(FAMILY_X25519) | FAMILY_BIT(FAMILY_XSALSA20_POLY1305))
#define PEOPLE 300U
#define LEN_MAX 200U
#define TAG SEALANE_BOX_TAG_BYTES

static struct { uint8_t secret[32], public[32]; } people[PEOPLE];
static uint8_t nonces[PEOPLE][24], text[LEN_MAX];

static void setup(void **state) {
    kernel_force(kernel_of(state));
    rng r = rng_make(4);
    rng_fill(&r, (uint8_t *)nonces, sizeof nonces);
    rng_fill(&r, text, sizeof text);
    for (size_t i = 0; i < PEOPLE; i++) {
        rng_fill(&r, people[i].secret, 32);
        sealane_x25519_base_item item = {people[i].secret, people[i].public};
        assert_int_equal(sealane_x25519_base_batch(&item, 1), SEALANE_OK);
    }
}

/* A cache of person 0. */
static sealane_box_keys *cache_new(guard *g, size_t capacity) {
    sealane_box_keys *keys;
    const size_t bytes = SEALANE_BOX_KEYS_BYTES(capacity);
    *g = guard_make(bytes);
    assert_int_equal(sealane_box_keys_init(&keys, guard_end(g, bytes), bytes, people[0].secret), SEALANE_OK);
    assert_int_equal(sealane_box_keys_capacity(keys), capacity);
    assert_int_equal(sealane_box_keys_count(keys), 0);
    return keys;
}

/* Batches to and from people drawn at random, from caches of all sizes: the bytes and verdicts are those without a cache. */
static void same_as_without(void **state) {
    setup(state);
    static const size_t capacities[] = {1, 2, 7, 8, 9, 64, 257, 1000};
    enum { N_MAX = 300 };
    static uint8_t ours[N_MAX][LEN_MAX + TAG], theirs[N_MAX][LEN_MAX + TAG], opened[N_MAX][LEN_MAX];
    static sealane_box_seal_item seal[N_MAX], plain[N_MAX];
    static sealane_box_open_item open[N_MAX];
    static const uint8_t zero[32];
    rng r = rng_make(5);
    for (size_t c = 0; c < sizeof capacities / sizeof capacities[0]; c++) {
        guard g;
        sealane_box_keys *keys = cache_new(&g, capacities[c]);
        for (size_t round = 0; round < 6; round++) {
            const size_t n = rng_below(&r, N_MAX + 1), of = 1 + rng_below(&r, PEOPLE);
            uint8_t verdicts[N_MAX];
            int all_good = 1;
            for (size_t i = 0; i < n; i++) {
                const size_t to = rng_below(&r, of), len = rng_below(&r, LEN_MAX + 1);
                const int refused = rng_below(&r, 40) == 0;
                all_good &= !refused;
                plain[i] = (sealane_box_seal_item){.public_key = refused ? zero : people[to].public,
                                                   .secret_key = people[0].secret,
                                                   .nonce = nonces[i],
                                                   .in = text,
                                                   .len = len,
                                                   .out = theirs[i]};
                seal[i] = plain[i];
                seal[i].secret_key = NULL;
                seal[i].out = ours[i];
                open[i] = (sealane_box_open_item){
                    .public_key = plain[i].public_key, .nonce = nonces[i], .in = ours[i], .len = len, .out = opened[i]};
                if (refused) {
                    memset(theirs[i], 0, len + TAG);
                } else {
                    int good = 0;
                    if (!oracle_box_seal(theirs[i], &good, text, len, nonces[i], people[to].public, people[0].secret)) {
                        good = sealane_box_seal_batch(&plain[i], 1, NULL) == SEALANE_OK;
                    }
                    assert_true(good);
                }
            }
            assert_int_equal(sealane_box_keys_seal_batch(keys, seal, n, verdicts), all_good ? SEALANE_OK : SEALANE_EVERIFY);
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(verdicts[i], seal[i].public_key != zero);
                assert_memory_equal(ours[i], theirs[i], seal[i].len + TAG);
            }
            assert_int_equal(sealane_box_keys_open_batch(keys, open, n, verdicts), all_good ? SEALANE_OK : SEALANE_EVERIFY);
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(verdicts[i], seal[i].public_key != zero);
                assert_memory_equal(opened[i], verdicts[i] ? text : (const uint8_t[LEN_MAX]){0}, seal[i].len);
            }
            assert_true(sealane_box_keys_count(keys) <= capacities[c]);
            assert_null(sealane_box_keys_find(keys, zero));
        }
        guard_free(&g);
    }
}

static sealane_status seal_to(sealane_box_keys *keys, const uint8_t public_key[32], uint8_t out[TAG]) {
    const sealane_box_seal_item item = {.public_key = public_key, .nonce = nonces[0], .out = out};
    return sealane_box_keys_seal_batch(keys, &item, 1, NULL);
}

/* What was put in is used: a key altered in the cache gives other boxes. What is used least recently makes room. */
static void keeps_and_replaces(void **state) {
    setup(state);
    guard g;
    sealane_box_keys *keys = cache_new(&g, 4);
    uint8_t first[TAG], again[TAG];
    for (size_t i = 1; i <= 4; i++) {
        assert_int_equal(seal_to(keys, people[i].public, first), SEALANE_OK);
        assert_int_equal(sealane_box_keys_count(keys), i);
    }
    assert_int_equal(seal_to(keys, people[1].public, first), SEALANE_OK); /* 2 is now the one used longest ago */
    assert_int_equal(seal_to(keys, people[5].public, again), SEALANE_OK);
    assert_int_equal(sealane_box_keys_count(keys), 4);
    assert_null(sealane_box_keys_find(keys, people[2].public));
    for (size_t i = 1; i <= 5; i++) {
        assert_true(i == 2 || sealane_box_keys_find(keys, people[i].public) != NULL);
    }
    sealane_box_key *kept = (sealane_box_key *)(uintptr_t)sealane_box_keys_find(keys, people[1].public);
    kept->opaque[7] ^= 1;
    assert_int_equal(seal_to(keys, people[1].public, again), SEALANE_OK);
    assert_memory_not_equal(first, again, TAG);
    kept->opaque[7] ^= 1;
    assert_int_equal(seal_to(keys, people[1].public, again), SEALANE_OK);
    assert_memory_equal(first, again, TAG);

    /* Of public keys every byte counts. */
    for (size_t i = 0; i < 32; i++) {
        uint8_t other[32];
        memcpy(other, people[1].public, 32);
        other[i] ^= 1;
        assert_null(sealane_box_keys_find(keys, other));
    }

    /* A batch to one new person makes its key once. */
    sealane_box_seal_item many[50];
    static uint8_t out[50][TAG];
    for (size_t i = 0; i < 50; i++) {
        many[i] = (sealane_box_seal_item){.public_key = people[6].public, .nonce = nonces[i], .out = out[i]};
    }
    assert_int_equal(sealane_box_keys_seal_batch(keys, many, 50, NULL), SEALANE_OK);
    assert_int_equal(sealane_box_keys_count(keys), 4);
    assert_non_null(sealane_box_keys_find(keys, people[6].public));
    assert_non_null(sealane_box_keys_find(keys, people[1].public)); /* one place was taken, not four */
    guard_free(&g);
}

static void refused_keys_stay_out(void **state) {
    setup(state);
    guard g;
    sealane_box_keys *keys = cache_new(&g, 20);
    uint8_t out[TAG], bad_key[32];
    for (size_t p = 0; p < sizeof x25519_small_order / sizeof x25519_small_order[0]; p++) {
        hex_decode(bad_key, 32, x25519_small_order[p]);
        assert_int_equal(seal_to(keys, bad_key, out), SEALANE_EVERIFY);
        assert_int_equal(sealane_box_keys_count(keys), 0);
    }
    guard_free(&g);
}

/* Memory of any alignment; nothing outside it is touched; after the wipe no key is left in it. */
static void memory_and_wipe(void **state) {
    setup(state);
    enum { CAPACITY = 30, BYTES = SEALANE_BOX_KEYS_BYTES(CAPACITY) };
    static uint8_t memory[64 + BYTES + 64];
    for (size_t offset = 0; offset < 64; offset++) {
        memset(memory, 0xa5, sizeof memory);
        uint8_t *at = memory + offset, out[TAG];
        sealane_box_keys *keys;
        assert_int_equal(sealane_box_keys_init(&keys, at, BYTES, people[0].secret), SEALANE_OK);
        assert_int_equal(sealane_box_keys_capacity(keys), CAPACITY);
        for (size_t i = 1; i <= 2 * CAPACITY; i++) {
            assert_int_equal(seal_to(keys, people[i].public, out), SEALANE_OK);
        }
        assert_int_equal(sealane_box_keys_count(keys), CAPACITY);
        sealane_box_keys_wipe(keys);
        for (size_t i = 0; i < sizeof memory; i++) {
            assert_int_equal(memory[i], i < offset || i >= offset + BYTES ? 0xa5 : 0);
        }
    }
    sealane_box_keys_wipe(NULL);
}

static void errors(void **state) {
    setup(state);
    static uint8_t memory[SEALANE_BOX_KEYS_BYTES(2)];
    sealane_box_keys *keys = NULL;
    assert_int_equal(sealane_box_keys_init(NULL, memory, sizeof memory, people[0].secret), SEALANE_EINVAL);
    assert_int_equal(sealane_box_keys_init(&keys, NULL, sizeof memory, people[0].secret), SEALANE_EINVAL);
    assert_int_equal(sealane_box_keys_init(&keys, memory, sizeof memory, NULL), SEALANE_EINVAL);
    assert_int_equal(sealane_box_keys_init(&keys, memory, SEALANE_BOX_KEYS_BYTES(1) - 1, people[0].secret), SEALANE_ELENGTH);
    assert_null(keys);
    assert_int_equal(sealane_box_keys_capacity(NULL) + sealane_box_keys_count(NULL), 0);
    uint8_t out[TAG], verdicts[2] = {0xa5, 0xa5};
    memset(out, 0xa5, sizeof out);
    sealane_box_seal_item seal[2] = {{.public_key = people[1].public, .nonce = nonces[0], .out = out}};
    sealane_box_open_item open[2] = {{.public_key = people[1].public, .nonce = nonces[0], .in = text, .out = NULL}};
    seal[1] = seal[0];
    open[1] = open[0];
    assert_int_equal(sealane_box_keys_seal_batch(NULL, seal, 2, verdicts), SEALANE_EINVAL);
    assert_true(verdicts[0] == 0 && verdicts[1] == 0);
    memset(verdicts, 0xa5, sizeof verdicts);
    assert_int_equal(sealane_box_keys_open_batch(NULL, open, 2, verdicts), SEALANE_EINVAL);
    assert_true(verdicts[0] == 0 && verdicts[1] == 0);
    assert_int_equal(sealane_box_keys_init(&keys, memory, sizeof memory, people[0].secret), SEALANE_OK);
    seal[1].public_key = open[1].public_key = NULL;
    assert_int_equal(sealane_box_keys_seal_batch(keys, seal, 2, verdicts), SEALANE_EINVAL);
    assert_int_equal(sealane_box_keys_open_batch(keys, open, 2, verdicts), SEALANE_EINVAL);
    assert_int_equal(sealane_box_keys_count(keys), 0);
    assert_int_equal(out[3], 0xa5);
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(same_as_without, FAMILIES),
    FOR_EACH_KERNEL(keeps_and_replaces, FAMILIES),
    FOR_EACH_KERNEL(refused_keys_stay_out, FAMILIES),
    FOR_EACH_KERNEL(memory_and_wipe, FAMILIES),
    FOR_EACH_KERNEL(errors, FAMILIES),
};
KERNEL_TESTS_MAIN(tests)
