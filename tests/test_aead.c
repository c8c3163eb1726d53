/* SPDX-License-Identifier: ISC */
/* Every length, alone and in lanes, against the oracle. */
#include <string.h>

#include "tests/support/aead.h"
#include "tests/support/figure.h"

static const size_t ad_lengths[] = {0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 257};
#define AD_LENGTHS (sizeof ad_lengths / sizeof ad_lengths[0])

#define GROUP 64

static void check_group(const aead_kernel *kernel, aead_case cases[], size_t n) {
    for (aead_path path = AEAD_ONE; path <= aead_last_direct_path(kernel); path++) {
        aead_cases_check(path, kernel, cases, n);
    }
    aead_cases_check(AEAD_BATCH, kernel, cases, n);
}

static void free_group(aead_case cases[], size_t n) {
    for (size_t i = 0; i < n; i++) {
        aead_case_free(&cases[i]);
    }
}

/* Lengths 0 to 4096 with each length of associated data. Neighbours share a lane call, so that lanes end one by one. */
static void seals_and_opens_every_length(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(1);
    aead_case cases[GROUP];
    const size_t each = random_count(AD_LENGTHS, AD_LENGTHS); /* else one with each group */
    for (size_t a = 0; a < (aead_takes_ad(&kernel) ? AD_LENGTHS : 1); a++) {
        for (size_t first = 0; first <= 4096; first += GROUP) {
            size_t n = 0;
            if (each == 0 && aead_takes_ad(&kernel) && first / GROUP % AD_LENGTHS != a) {
                continue;
            }
            for (; n < GROUP && first + n <= 4096; n++) {
                aead_case_make(&cases[n], &kernel, first + n, ad_lengths[a], &random);
            }
            check_group(&kernel, cases, n);
            free_group(cases, n);
        }
    }
    figure_on(
        kernel_of(state),
        "sealed and opened at every length of 0 to 4096 with %zu lengths of associated data, alone, in lanes and in batches, "
        "as the oracle does",
        aead_takes_ad(&kernel) ? AD_LENGTHS : 1);
}

/* The same lengths in an order in which long and short share a lane call. */
static void seals_and_opens_far_lengths_together(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(2);
    aead_case cases[GROUP];
    for (size_t first = 0; first < 4096; first += GROUP) {
        for (size_t i = 0; i < GROUP; i++) {
            size_t len = (first + i) * 1537 % 4096; /* 1537 is odd: each length once */
            aead_case_make(&cases[i], &kernel, len, rng_below(&random, 300), &random);
        }
        check_group(&kernel, cases, GROUP);
        free_group(cases, GROUP);
    }
}

static void seals_and_opens_long_messages(void **state) {
    static const size_t lengths[] = {8191,  8192,  8193,  16383, 16384, 16385,  32767,
                                     32768, 32769, 65535, 65536, 65537, 262145, 1048583};
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(3);
    aead_case cases[sizeof lengths / sizeof lengths[0]];
    size_t n = sizeof lengths / sizeof lengths[0];
    for (size_t i = 0; i < n; i++) {
        aead_case_make(&cases[i], &kernel, lengths[i], i % 2 == 0 ? 13 : lengths[i] / 2, &random);
    }
    check_group(&kernel, cases, n);
    free_group(cases, n);
}

/* A ciphertext and associated data of all ones give Poly1305 its largest limbs, and so its longest carries. Not
   for AEGIS, whose keystream depends on the plaintext. */
static void seals_and_opens_ciphertext_of_all_ones(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(4);
    aead_case cases[GROUP];
    for (size_t first = 0; first < 1088; first += GROUP) {
        for (size_t i = 0; i < GROUP; i++) {
            aead_case *c = &cases[i];
            aead_case_make(c, &kernel, first + i, 16 * rng_below(&random, 20), &random);
            memset(c->ad, 0xff, c->ad_len);
            for (size_t b = 0; b < c->len; b++) {
                c->plain[b] ^= (uint8_t)~c->want[b];
            }
            aead_case_expect(c, &kernel);
            for (size_t b = 0; b < c->len; b++) {
                assert_int_equal(c->want[b], 0xff);
            }
        }
        check_group(&kernel, cases, GROUP);
        free_group(cases, GROUP);
    }
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(seals_and_opens_every_length, FAMILIES_AEAD),
    FOR_EACH_KERNEL(seals_and_opens_far_lengths_together, FAMILIES_AEAD),
    FOR_EACH_KERNEL(seals_and_opens_long_messages, FAMILIES_AEAD),
    FOR_EACH_KERNEL(seals_and_opens_ciphertext_of_all_ones, FAMILIES_AEAD & ~FAMILIES_AEGIS),
};

KERNEL_TESTS_MAIN(tests)
