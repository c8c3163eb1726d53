/* SPDX-License-Identifier: ISC */
/* A batch of n is n single calls: for any n, any mix of lengths, any order, and whatever some of its items are. */
#include <stdlib.h>
#include <string.h>

#include "core/plan/plan.h"
#include "tests/support/aead.h"
#include "tests/support/figure.h"

/* Lengths as they come in a group chat, and those where loops turn; one message in 40 is long. */
static size_t mixed_length(rng *random) {
    static const size_t usual[] = {0,  1,  2,   15,  16,  17,  31,  33,  47,  63,  64,  65,  90,   127,  128,  129,
                                   17, 23, 140, 160, 255, 256, 257, 320, 400, 511, 512, 513, 1023, 1024, 1100, 2048};
    static const size_t long_ones[] = {4096, 5000, 8191, 16384, 32768};
    if (rng_below(random, 40) == 0) {
        return long_ones[rng_below(random, sizeof long_ones / sizeof long_ones[0])];
    }
    return usual[rng_below(random, sizeof usual / sizeof usual[0])];
}

static size_t mixed_ad_length(rng *random) {
    return rng_below(random, 4) == 0 ? rng_below(random, 300) : rng_below(random, 20);
}

static aead_case *make_mixed(const aead_kernel *kernel, size_t n, rng *random) {
    aead_case *cases = calloc(n + 1, sizeof *cases);
    assert_non_null(cases);
    for (size_t i = 0; i < n; i++) {
        aead_case_make(&cases[i], kernel, mixed_length(random), mixed_ad_length(random), random);
    }
    return cases;
}

static void free_cases(aead_case *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        aead_case_free(&cases[i]);
    }
    free(cases);
}

static void shuffle(aead_case *cases, size_t n, rng *random) {
    for (size_t i = n; i > 1; i--) {
        size_t j = rng_below(random, i);
        aead_case swap = cases[i - 1];
        cases[i - 1] = cases[j];
        cases[j] = swap;
    }
}

static void any_number_of_mixed_messages(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(30);
    for (size_t n = 0; n <= 70; n++) {
        aead_case *cases = make_mixed(&kernel, n, &random);
        for (size_t order = 0; order < 3; order++) {
            for (aead_path path = 0; path < AEAD_PATHS; path++) {
                aead_cases_check(path, &kernel, cases, n);
            }
            shuffle(cases, n, &random);
        }
        free_cases(cases, n);
    }
    figure_on(kernel_of(state), "batches of 0 to 70 mixed messages, in three orders and by every call: as single calls");
}

/* Around multiples of the lanes and of the planner's window, and odd numbers between. */
static void big_batches(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(31);
    size_t lanes = kernel.ops->lanes > 0 ? kernel.ops->lanes : 16;
    const size_t sizes[] = {lanes - 1,
                            lanes + 1,
                            2 * lanes - 1,
                            2 * lanes + 1,
                            3 * lanes,
                            8 * lanes + 1,
                            97,
                            251,
                            PLAN_WINDOW - 1,
                            PLAN_WINDOW,
                            PLAN_WINDOW + 1,
                            PLAN_WINDOW + lanes,
                            2 * PLAN_WINDOW - 1,
                            2 * PLAN_WINDOW + 1,
                            1000,
                            1777};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        aead_case *cases = make_mixed(&kernel, sizes[s], &random);
        aead_cases_check(AEAD_BATCH, &kernel, cases, sizes[s]);
        shuffle(cases, sizes[s], &random);
        aead_cases_check(AEAD_PUBLIC, &kernel, cases, sizes[s]);
        free_cases(cases, sizes[s]);
    }
}

/* Batches of one length only, but for one message in sixteen that is shorter or has associated data, and sorted ones both ways:
   the easy cases of the planner and of kernels have loops of their own. */
static void uniform_and_sorted_batches(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(32);
    enum { N = 131 };
    aead_case *cases = calloc(N, sizeof *cases);
    assert_non_null(cases);
    static const size_t lengths[] = {0, 1, 16, 64, 65, 128, 192, 256, 320, 960, 1000, 1024, 4096};
    for (size_t l = 0; l < sizeof lengths / sizeof lengths[0] + 4; l++) {
        size_t kinds = sizeof lengths / sizeof lengths[0];
        for (size_t i = 0; i < N; i++) {
            size_t other = i % 16 == 9, len = 0, ad_len = 0;
            if (l < kinds) {
                len = lengths[l];
            } else if (l < kinds + 2) {
                len = l == kinds ? 7 * i : 7 * (N - i);
            } else {
                len = 256 - (l == kinds + 2 ? other : 0);
                ad_len = aead_takes_ad(&kernel) && l == kinds + 3 ? other : 0;
            }
            aead_case_make(&cases[i], &kernel, len, ad_len, &random);
        }
        aead_cases_check(AEAD_BATCH, &kernel, cases, N);
        for (size_t i = 0; i < N; i++) {
            aead_case_free(&cases[i]);
        }
    }
    free(cases);
}

/* One forgery at each position of batches of every size; then every other message; then all of them. */
static void forgery_at_every_position(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(33);
    sealane_aead_open_item items[70];
    uint8_t verdicts[70];
    for (size_t n = 1; n <= 70; n++) {
        aead_case *cases = make_mixed(&kernel, n, &random);
        for (size_t bad = 0; bad < n + 2; bad++) {
            for (size_t i = 0; i < n; i++) {
                int forged = bad < n ? i == bad : bad == n ? i % 2 == 0 : 1;
                items[i] = aead_case_open_item(&cases[i]);
                cases[i].want_tag[(i + bad) % kernel.tag_bytes] ^= forged ? 0x10 : 0;
            }
            aead_path path = bad % 2 == 0 ? AEAD_BATCH : AEAD_PUBLIC;
            aead_open_by(path, &kernel, items, n, verdicts);
            for (size_t i = 0; i < n; i++) {
                int forged = bad < n ? i == bad : bad == n ? i % 2 == 0 : 1;
                cases[i].want_tag[(i + bad) % kernel.tag_bytes] ^= forged ? 0x10 : 0;
                if (verdicts[i] != !forged) {
                    fail_msg("item %zu of %zu has verdict %d, item %zu is forged", i, n, verdicts[i], bad);
                }
                if (forged) {
                    aead_case_check_refused(&cases[i], "batch");
                } else {
                    aead_case_check_opened(&cases[i], "batch");
                }
            }
        }
        /* Verdicts are not needed for the status. */
        for (size_t i = 0; i < n; i++) {
            items[i] = aead_case_open_item(&cases[i]);
        }
        assert_int_equal(sealane_aead_open_batch_with(kernel.ops, kernel.algorithm, items, n, NULL), SEALANE_OK);
        cases[n - 1].want_tag[0] ^= 1;
        assert_int_equal(sealane_aead_open_batch_with(kernel.ops, kernel.algorithm, items, n, NULL), SEALANE_EVERIFY);
        aead_case_check_refused(&cases[n - 1], "batch without verdicts");
        free_cases(cases, n);
    }
    figure_on(kernel_of(state), "a forgery at every position of batches of 1 to 70");
}

/* Forgeries at the edges of the planner's windows. */
static void forgeries_in_big_batches(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(34);
    enum { N = 2 * PLAN_WINDOW + 3 };
    static sealane_aead_open_item items[N];
    static uint8_t verdicts[N];
    static const size_t bad[] = {0,    1, PLAN_WINDOW - 1, PLAN_WINDOW, PLAN_WINDOW + 1, 2 * PLAN_WINDOW - 1, 2 * PLAN_WINDOW,
                                 N - 1};
    aead_case *cases = make_mixed(&kernel, N, &random);
    for (size_t b = 0; b < sizeof bad / sizeof bad[0]; b++) {
        for (size_t i = 0; i < N; i++) {
            items[i] = aead_case_open_item(&cases[i]);
        }
        cases[bad[b]].want_tag[b] ^= 0x80;
        aead_open_by(AEAD_BATCH, &kernel, items, N, verdicts);
        cases[bad[b]].want_tag[b] ^= 0x80;
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(verdicts[i], i != bad[b]);
        }
        aead_case_check_refused(&cases[bad[b]], "window");
    }
    free_cases(cases, N);
}

/* A group message: one plaintext, one associated data, one key for all or a few keys, and a nonce for each. */
static void shared_inputs(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(35);
    enum { N = 70 };
    for (size_t len = 0; len <= 1200; len += 37) {
        aead_case cases[N];
        sealane_aead_seal_item seal[N];
        sealane_aead_open_item open[N];
        uint8_t verdicts[N];
        for (size_t i = 0; i < N; i++) {
            aead_case_make(&cases[i], &kernel, len, 21, &random);
            memcpy(cases[i].plain, cases[0].plain, len);
            memcpy(cases[i].ad, cases[0].ad, cases[i].ad_len);
            memcpy(cases[i].key, cases[i % 5].key, kernel.key_bytes);
            aead_case_expect(&cases[i], &kernel);
        }
        for (size_t i = 0; i < N; i++) {
            seal[i] = aead_case_seal_item(&cases[i]);
            seal[i].key = cases[i % 5].key;
            seal[i].ad = cases[0].ad;
            seal[i].in = cases[0].plain;
        }
        aead_seal_by(AEAD_BATCH, &kernel, seal, N);
        for (size_t i = 0; i < N; i++) {
            aead_case_check_sealed(&cases[i], &kernel, "shared inputs");
        }
        /* One ciphertext opened by all: the same item many times, into different memory. */
        for (size_t i = 0; i < N; i++) {
            open[i] = aead_case_open_item(&cases[0]);
            memset(cases[i].out, 0, len);
            open[i].out = cases[i].out;
        }
        aead_open_by(AEAD_BATCH, &kernel, open, N, verdicts);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(verdicts[i], 1);
            aead_case_check_opened(&cases[i], "shared ciphertext");
        }
        for (size_t i = 0; i < N; i++) {
            aead_case_free(&cases[i]);
        }
    }
}

/* libsodium's combined forms: the tag right behind the ciphertext, or right before it. */
static void tag_beside_ciphertext(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(36);
    enum { N = 33 };
    aead_case *cases = make_mixed(&kernel, N, &random);
    uint8_t *memory = malloc(N * (32768 + 32));
    assert_non_null(memory);
    for (int first = 0; first < 2; first++) {
        sealane_aead_seal_item seal[N];
        sealane_aead_open_item open[N];
        uint8_t verdicts[N];
        uint8_t *at = memory;
        for (size_t i = 0; i < N; i++) {
            seal[i] = aead_case_seal_item(&cases[i]);
            seal[i].out = first ? at + kernel.tag_bytes : at;
            seal[i].tag = first ? at : at + cases[i].len;
            at += cases[i].len + kernel.tag_bytes;
        }
        aead_seal_by(AEAD_BATCH, &kernel, seal, N);
        for (size_t i = 0; i < N; i++) {
            assert_memory_equal(seal[i].out, cases[i].want, cases[i].len);
            assert_memory_equal(seal[i].tag, cases[i].want_tag, kernel.tag_bytes);
            open[i] = aead_case_open_item(&cases[i]);
            open[i].in = seal[i].out;
            open[i].out = seal[i].out;
            open[i].tag = seal[i].tag;
        }
        aead_open_by(AEAD_BATCH, &kernel, open, N, verdicts);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(verdicts[i], 1);
            assert_memory_equal(open[i].out, cases[i].plain, cases[i].len);
            assert_memory_equal(open[i].tag, cases[i].want_tag, kernel.tag_bytes);
        }
    }
    free(memory);
    free_cases(cases, N);
}

/* Single and batch calls under a prepared key. */
static void prepared_keys(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(37);
    enum { N = 75 };
    aead_case *cases = make_mixed(&kernel, N, &random);
    sealane_aead_seal_item seal[N];
    sealane_aead_open_item open[N];
    uint8_t verdicts[N];
    sealane_aead_prepared prepared;
    memset(&prepared, 0xee, sizeof prepared);
    assert_int_equal(sealane_aead_prepare(&prepared, kernel.algorithm, cases[0].key), SEALANE_OK);
    sealane_aead_prepared copy = prepared;
    for (size_t i = 0; i < N; i++) {
        memcpy(cases[i].key, cases[0].key, kernel.key_bytes);
        aead_case_expect(&cases[i], &kernel);
        seal[i] = aead_case_seal_item(&cases[i]);
        seal[i].key = NULL;
    }
    assert_int_equal(sealane_aead_seal_prepared_batch(&prepared, seal, N), SEALANE_OK);
    for (size_t i = 0; i < N; i++) {
        aead_case_check_sealed(&cases[i], &kernel, "prepared batch");
        seal[i] = aead_case_seal_item(&cases[i]);
        seal[i].key = NULL;
        assert_int_equal(sealane_aead_seal_prepared(&copy, &seal[i]), SEALANE_OK);
        aead_case_check_sealed(&cases[i], &kernel, "prepared single");
        open[i] = aead_case_open_item(&cases[i]);
        open[i].key = NULL;
        assert_int_equal(sealane_aead_open_prepared(&prepared, &open[i]), SEALANE_OK);
        aead_case_check_opened(&cases[i], "prepared single");
        cases[i].want_tag[5] ^= 1;
        assert_int_equal(sealane_aead_open_prepared(&prepared, &open[i]), SEALANE_EVERIFY);
        aead_case_check_refused(&cases[i], "prepared single");
        cases[i].want_tag[5] ^= i % 3 == 0 ? 0 : 1;
    }
    assert_int_equal(sealane_aead_open_prepared_batch(&copy, open, N, verdicts), SEALANE_EVERIFY);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(verdicts[i], i % 3 != 0);
        if (verdicts[i]) {
            aead_case_check_opened(&cases[i], "prepared batch");
        } else {
            aead_case_check_refused(&cases[i], "prepared batch");
            cases[i].want_tag[5] ^= 1;
        }
    }
    assert_int_equal(sealane_aead_open_prepared_batch(&copy, open, N, verdicts), SEALANE_OK);
    assert_int_equal(sealane_aead_seal_prepared_batch(&prepared, NULL, 0), SEALANE_OK);
    assert_int_equal(sealane_aead_open_prepared_batch(&prepared, NULL, 0, NULL), SEALANE_OK);
    sealane_aead_prepared_wipe(&prepared);
    static const sealane_aead_prepared zero;
    assert_memory_equal(&prepared, &zero, sizeof zero);
    free_cases(cases, N);
}

/* Items that all point to one key, whose set-up is then shared. */
static void one_key_for_all(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(38);
    enum { N = 75 };
    for (size_t n = 1; n <= N; n += n < 5 ? 1 : 35) {
        aead_case *cases = make_mixed(&kernel, n, &random);
        sealane_aead_seal_item seal[N];
        sealane_aead_open_item open[N];
        uint8_t verdicts[N];
        for (size_t i = 0; i < n; i++) {
            memcpy(cases[i].key, cases[0].key, kernel.key_bytes);
            aead_case_expect(&cases[i], &kernel);
            seal[i] = aead_case_seal_item(&cases[i]);
            seal[i].key = cases[0].key;
        }
        aead_seal_by(AEAD_BATCH, &kernel, seal, n);
        for (size_t i = 0; i < n; i++) {
            aead_case_check_sealed(&cases[i], &kernel, "one key");
            open[i] = aead_case_open_item(&cases[i]);
            open[i].key = cases[0].key;
        }
        cases[n - 1].want_tag[3] ^= 4;
        aead_open_by(AEAD_BATCH, &kernel, open, n, verdicts);
        for (size_t i = 0; i + 1 < n; i++) {
            assert_int_equal(verdicts[i], 1);
            aead_case_check_opened(&cases[i], "one key");
        }
        assert_int_equal(verdicts[n - 1], 0);
        aead_case_check_refused(&cases[n - 1], "one key");
        free_cases(cases, n);
    }
}

/* Whichever kernel prepares a key, the state is the same: a ceiling may change between the calls. */
static void prepared_states_agree(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    const aead_ops *portable = (const aead_ops *)kernel_portable(kernel.family)->ops;
    rng random = rng_make(39);
    assert_int_equal(kernel.ops->prepare != NULL, portable->prepare != NULL);
    for (size_t i = 0; i < 100 && portable->prepare != NULL; i++) {
        _Alignas(16) uint8_t mine[AEAD_STATE_BYTES], theirs[AEAD_STATE_BYTES];
        uint8_t key[SEALANE_AEAD_KEY_BYTES_MAX];
        rng_fill(&random, key, sizeof key);
        memset(mine, 0xee, sizeof mine);
        memset(theirs, 0x11, sizeof theirs);
        kernel.ops->prepare(mine, key);
        portable->prepare(theirs, key);
        assert_memory_equal(mine, theirs, sizeof mine);
    }
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(one_key_for_all, FAMILIES_AEAD),
    FOR_EACH_KERNEL(prepared_states_agree, FAMILIES_AEAD),
    FOR_EACH_KERNEL(any_number_of_mixed_messages, FAMILIES_AEAD),
    FOR_EACH_KERNEL(big_batches, FAMILIES_AEAD),
    FOR_EACH_KERNEL(uniform_and_sorted_batches, FAMILIES_AEAD),
    FOR_EACH_KERNEL(forgery_at_every_position, FAMILIES_AEAD),
    FOR_EACH_KERNEL(forgeries_in_big_batches, FAMILIES_AEAD),
    FOR_EACH_KERNEL(shared_inputs, FAMILIES_AEAD),
    FOR_EACH_KERNEL(tag_beside_ciphertext, FAMILIES_AEAD),
    FOR_EACH_KERNEL(prepared_keys, FAMILIES_AEAD),
};

KERNEL_TESTS_MAIN(tests)
