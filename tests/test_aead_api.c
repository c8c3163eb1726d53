/* SPDX-License-Identifier: ISC */
/* Arguments: sizes, what is refused, and that a refused call touches nothing. */
#include <string.h>

#include "sealane/aead.h"
#include "tests/for_each_kernel.h"
#include "tests/support/guard.h"

static const sealane_aead here[] = {
    SEALANE_CHACHA20_POLY1305, SEALANE_XCHACHA20_POLY1305, SEALANE_XSALSA20_POLY1305, SEALANE_AES128_GCM,
    SEALANE_AES256_GCM,        SEALANE_AEGIS128L,          SEALANE_AEGIS256,          SEALANE_XCHACHA20_POLY1305_SECRETBOX,
};
static const sealane_aead none[] = {(sealane_aead)0, (sealane_aead)(SEALANE_XCHACHA20_POLY1305_SECRETBOX + 1),
                                    (sealane_aead)1000};
static const sealane_aead without_ad[] = {SEALANE_XSALSA20_POLY1305, SEALANE_XCHACHA20_POLY1305_SECRETBOX};
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int takes_ad(sealane_aead algorithm) {
    return algorithm != without_ad[0] && algorithm != without_ad[1];
}

static void sizes(void **state) {
    (void)state;
    static const struct {
        sealane_aead algorithm;
        size_t key, nonce, tag;
        uint64_t max;
    } table[] = {
        {SEALANE_CHACHA20_POLY1305, 32, 12, 16, (UINT64_C(1) << 38) - 64},
        {SEALANE_XCHACHA20_POLY1305, 32, 24, 16, (UINT64_C(1) << 38) - 64},
        {SEALANE_XSALSA20_POLY1305, 32, 24, 16, UINT64_MAX - 32},
        {SEALANE_XCHACHA20_POLY1305_SECRETBOX, 32, 24, 16, (UINT64_C(1) << 38) - 64},
        {SEALANE_AES128_GCM, 16, 12, 16, (UINT64_C(1) << 36) - 32},
        {SEALANE_AES256_GCM, 32, 12, 16, (UINT64_C(1) << 36) - 32},
        {SEALANE_AEGIS128L, 16, 16, 32, (UINT64_C(1) << 61) - 1},
        {SEALANE_AEGIS256, 32, 32, 32, (UINT64_C(1) << 61) - 1},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(sealane_aead_key_bytes(table[i].algorithm), table[i].key);
        assert_int_equal(sealane_aead_nonce_bytes(table[i].algorithm), table[i].nonce);
        assert_int_equal(sealane_aead_tag_bytes(table[i].algorithm), table[i].tag);
        assert_true(sealane_aead_message_bytes_max(table[i].algorithm) == table[i].max);
    }
    for (size_t i = 0; i < COUNT(none); i++) {
        assert_int_equal(sealane_aead_key_bytes(none[i]), 0);
        assert_int_equal(sealane_aead_nonce_bytes(none[i]), 0);
        assert_int_equal(sealane_aead_tag_bytes(none[i]), 0);
        assert_true(sealane_aead_message_bytes_max(none[i]) == 0);
    }
}

/* A batch of which one item at a time is spoilt. */
enum { N = 21, LEN = 40 };

typedef struct {
    uint8_t key[32], nonce[32], in[LEN], tag_in[32];
    uint8_t out[N][LEN], tag[N][32];
    sealane_aead_seal_item seal[N];
    sealane_aead_open_item open[N];
    uint8_t verdicts[N];
} batch;

static void reset(batch *b, int prepared) {
    memset(b, 0xa5, sizeof *b);
    for (size_t i = 0; i < N; i++) {
        const uint8_t *key = prepared ? NULL : b->key;
        b->seal[i] = (sealane_aead_seal_item){key, b->nonce, NULL, 0, b->in, LEN, b->out[i], b->tag[i]};
        b->open[i] = (sealane_aead_open_item){key, b->nonce, NULL, 0, b->in, LEN, b->out[i], b->tag_in};
    }
}

static void check_untouched(const batch *b) {
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < LEN; j++) {
            assert_int_equal(b->out[i][j], 0xa5);
        }
        for (size_t j = 0; j < 32; j++) {
            assert_int_equal(b->tag[i][j], 0xa5);
        }
    }
}

/* The batch's calls all give `status`, touch no output, and leave every verdict 0. */
static void check_batch_refused(sealane_aead algorithm, batch *b, sealane_status status) {
    assert_int_equal(sealane_aead_seal_batch(algorithm, b->seal, N), status);
    check_untouched(b);
    assert_int_equal(sealane_aead_open_batch(algorithm, b->open, N, NULL), status);
    memset(b->verdicts, 1, N);
    assert_int_equal(sealane_aead_open_batch(algorithm, b->open, N, b->verdicts), status);
    check_untouched(b);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(b->verdicts[i], 0);
    }
}

/* As above, with item `at` changed to seal and open, and for the single calls too. */
static void check_item_refused(sealane_aead algorithm, const sealane_aead_seal_item *seal, const sealane_aead_open_item *open,
                               sealane_status status) {
    static batch b;
    for (size_t at = 0; at < N; at += 5) {
        reset(&b, 0);
        b.seal[at] = *seal;
        b.open[at] = *open;
        check_batch_refused(algorithm, &b, status);
    }
    assert_int_equal(sealane_aead_seal(algorithm, seal), status);
    assert_int_equal(sealane_aead_open(algorithm, open), status);
}

/* One after the other, a pointer that must not be NULL is. */
static void null_pointers(void **state) {
    (void)state;
    static batch b;
    static const uint8_t ad[4];
    for (size_t a = 0; a < COUNT(here); a++) {
        for (size_t which = 0; which < 6; which++) {
            if (which == 5 && !takes_ad(here[a])) {
                continue;
            }
            reset(&b, 0);
            sealane_aead_seal_item seal = b.seal[3];
            sealane_aead_open_item open = b.open[3];
            if (which == 5) {
                seal.ad_len = open.ad_len = sizeof ad;
            }
            const uint8_t **const seal_in[] = {&seal.key, &seal.nonce, &seal.in, NULL, NULL, &seal.ad};
            uint8_t **const seal_out[] = {NULL, NULL, NULL, &seal.out, &seal.tag, NULL};
            const uint8_t **const open_in[] = {&open.key, &open.nonce, &open.in, NULL, &open.tag, &open.ad};
            uint8_t **const open_out[] = {NULL, NULL, NULL, &open.out, NULL, NULL};
            if (seal_in[which] != NULL) {
                *seal_in[which] = NULL;
            }
            if (seal_out[which] != NULL) {
                *seal_out[which] = NULL;
            }
            if (open_in[which] != NULL) {
                *open_in[which] = NULL;
            }
            if (open_out[which] != NULL) {
                *open_out[which] = NULL;
            }
            check_item_refused(here[a], &seal, &open, SEALANE_EINVAL);
        }
        assert_int_equal(sealane_aead_seal(here[a], NULL), SEALANE_EINVAL);
        assert_int_equal(sealane_aead_open(here[a], NULL), SEALANE_EINVAL);
        assert_int_equal(sealane_aead_seal_batch(here[a], NULL, 1), SEALANE_EINVAL);
        uint8_t verdicts[3] = {1, 1, 1};
        assert_int_equal(sealane_aead_open_batch(here[a], NULL, 3, verdicts), SEALANE_EINVAL);
        assert_int_equal(verdicts[0] | verdicts[1] | verdicts[2], 0);
    }
}

static void ad_with_secretbox(void **state) {
    (void)state;
    static batch b;
    static const uint8_t ad[4];
    for (size_t a = 0; a < COUNT(without_ad); a++) {
        reset(&b, 0);
        sealane_aead_seal_item seal = b.seal[3];
        sealane_aead_open_item open = b.open[3];
        seal.ad = open.ad = ad;
        seal.ad_len = open.ad_len = 1;
        check_item_refused(without_ad[a], &seal, &open, SEALANE_EINVAL);
        /* A pointer alone is nothing. */
        seal.ad_len = 0;
        seal.out = b.out[3];
        assert_int_equal(sealane_aead_seal(without_ad[a], &seal), SEALANE_OK);
    }
}

static void nothing_is_fine(void **state) {
    (void)state;
    static const uint8_t key[32], nonce[32];
    for (size_t a = 0; a < COUNT(here); a++) {
        uint8_t tag[32];
        sealane_aead_seal_item seal = {.key = key, .nonce = nonce, .tag = tag};
        assert_int_equal(sealane_aead_seal(here[a], &seal), SEALANE_OK);
        sealane_aead_open_item open = {.key = key, .nonce = nonce, .tag = tag};
        assert_int_equal(sealane_aead_open(here[a], &open), SEALANE_OK);
        tag[15] ^= 0x80;
        assert_int_equal(sealane_aead_open(here[a], &open), SEALANE_EVERIFY);
        assert_int_equal(sealane_aead_seal_batch(here[a], NULL, 0), SEALANE_OK);
        assert_int_equal(sealane_aead_open_batch(here[a], NULL, 0, NULL), SEALANE_OK);
    }
}

/* Lengths over the limit are refused by the number alone: every pointer is one that cannot be touched. */
static void over_long(void **state) {
    (void)state;
    guard g = guard_make(1);
    uint8_t *p = guard_forbidden(&g);
    for (size_t a = 0; a < COUNT(here); a++) {
        uint64_t max = sealane_aead_message_bytes_max(here[a]);
        const uint64_t lengths[] = {max + 1, max + 63, max + 64, UINT64_MAX};
        for (size_t l = 0; l < COUNT(lengths); l++) {
            if (lengths[l] > max && lengths[l] <= SIZE_MAX) {
                sealane_aead_seal_item seal = {p, p, p, 0, p, (size_t)lengths[l], p, p};
                sealane_aead_open_item open = {p, p, p, 0, p, (size_t)lengths[l], p, p};
                check_item_refused(here[a], &seal, &open, SEALANE_ELENGTH);
            }
        }
        const uint64_t ad_max = (UINT64_C(1) << 61) - 1;
        if (takes_ad(here[a]) && ad_max < SIZE_MAX) {
            sealane_aead_seal_item seal = {p, p, p, (size_t)(ad_max + 1), p, 1, p, p};
            sealane_aead_open_item open = {p, p, p, (size_t)(ad_max + 1), p, 1, p, p};
            check_item_refused(here[a], &seal, &open, SEALANE_ELENGTH);
            seal.ad_len = open.ad_len = SIZE_MAX;
            check_item_refused(here[a], &seal, &open, SEALANE_ELENGTH);
        }
    }
    guard_free(&g);
}

static void algorithms_that_are_not_there(void **state) {
    (void)state;
    static batch b;
    sealane_aead_prepared prepared;
    for (size_t a = 0; a < COUNT(none); a++) {
        reset(&b, 0);
        check_batch_refused(none[a], &b, SEALANE_EINVAL);
        assert_int_equal(sealane_aead_seal(none[a], &b.seal[0]), SEALANE_EINVAL);
        assert_int_equal(sealane_aead_open(none[a], &b.open[0]), SEALANE_EINVAL);
        check_untouched(&b);
        assert_int_equal(sealane_aead_prepare(&prepared, none[a], b.key), SEALANE_EINVAL);
    }
}

static void prepared_arguments(void **state) {
    (void)state;
    static batch b;
    sealane_aead_prepared prepared;
    reset(&b, 1);
    assert_int_equal(sealane_aead_prepare(NULL, here[0], b.key), SEALANE_EINVAL);
    assert_int_equal(sealane_aead_prepare(&prepared, here[0], NULL), SEALANE_EINVAL);
    sealane_aead_prepared_wipe(NULL);
    memset(&prepared, 0, sizeof prepared);
    for (size_t a = 0; a <= COUNT(here); a++) {
        /* The last time round: a state that nothing prepared. */
        int is_prepared = a < COUNT(here);
        if (is_prepared) {
            assert_int_equal(sealane_aead_prepare(&prepared, here[a], b.key), SEALANE_OK);
        } else {
            memset(&prepared, 0, sizeof prepared);
        }
        for (size_t at = 0; at < N; at += 10) {
            reset(&b, 1);
            if (is_prepared) {
                b.seal[at].key = b.open[at].key = b.key;
            }
            memset(b.verdicts, 1, N);
            assert_int_equal(sealane_aead_seal_prepared_batch(&prepared, b.seal, N), SEALANE_EINVAL);
            assert_int_equal(sealane_aead_open_prepared_batch(&prepared, b.open, N, b.verdicts), SEALANE_EINVAL);
            assert_int_equal(sealane_aead_seal_prepared(&prepared, &b.seal[at]), SEALANE_EINVAL);
            assert_int_equal(sealane_aead_open_prepared(&prepared, &b.open[at]), SEALANE_EINVAL);
            check_untouched(&b);
            for (size_t i = 0; i < N; i++) {
                assert_int_equal(b.verdicts[i], 0);
            }
        }
    }
    assert_int_equal(sealane_aead_prepare(&prepared, here[0], b.key), SEALANE_OK);
    reset(&b, 1);
    assert_int_equal(sealane_aead_seal_prepared(&prepared, NULL), SEALANE_EINVAL);
    assert_int_equal(sealane_aead_open_prepared(&prepared, NULL), SEALANE_EINVAL);
    assert_int_equal(sealane_aead_seal_prepared(NULL, &b.seal[0]), SEALANE_EINVAL);
    assert_int_equal(sealane_aead_open_prepared(NULL, &b.open[0]), SEALANE_EINVAL);
    assert_int_equal(sealane_aead_seal_prepared_batch(NULL, b.seal, N), SEALANE_EINVAL);
    assert_int_equal(sealane_aead_open_prepared_batch(NULL, b.open, N, NULL), SEALANE_EINVAL);
    check_untouched(&b);
}

static void status_strings(void **state) {
    (void)state;
    for (int s = SEALANE_ERANDOM - 3; s <= 3; s++) {
        const char *text = sealane_status_string((sealane_status)s);
        assert_non_null(text);
        assert_true(strlen(text) > 0);
        for (int t = SEALANE_ERANDOM; t < s && s <= 0; t++) {
            assert_string_not_equal(text, sealane_status_string((sealane_status)t));
        }
    }
}

static const kernel_test tests[] = {
    ONCE(sizes),
    ONCE(null_pointers),
    ONCE(ad_with_secretbox),
    ONCE(nothing_is_fine),
    ONCE(over_long),
    ONCE(algorithms_that_are_not_there),
    ONCE(prepared_arguments),
    ONCE(status_strings),
};

KERNEL_TESTS_MAIN(tests)
