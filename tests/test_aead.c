/* SPDX-License-Identifier: ISC */
/* Every length, alone and in lanes, against the oracle. */
#include <string.h>

#include "tests/support/aead.h"
#include "tests/support/big.h"
#include "tests/support/figure.h"
#include "tests/support/oracle.h"

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

/* p = 2^130 - 5 */
static const big prime = {{0xfffffffb, 0xffffffff, 0xffffffff, 0xffffffff, 3}};

/* h = (h + block + 2^128) r mod p for each block of n bytes, the last filled up with zeroes. */
static big poly_blocks(big h, const big *r, const uint8_t *in, size_t n) {
    for (size_t at = 0; at < n; at += 16) {
        big m = big_load(in + at, n - at < 16 ? n - at : 16);
        m.d[4] = 1;
        m = big_add(&m, &h);
        m = big_mul(&m, r);
        h = big_mod(&m, &prime);
    }
    return h;
}

/* 1 / r mod p, as r^(p - 2). */
static big poly_inverse(const big *r) {
    const big two = big_small(2), e = big_sub(&prime, &two);
    big x = big_small(1);
    for (size_t bit = 130; bit-- > 0;) {
        x = big_mul(&x, &x);
        x = big_mod(&x, &prime);
        if (e.d[bit / 32] >> bit % 32 & 1) {
            x = big_mul(&x, r);
            x = big_mod(&x, &prime);
        }
    }
    return x;
}

/* (a / r - b) mod p */
static big poly_before(const big *a, const big *inverse, const big *b) {
    big x = big_mul(a, inverse);
    x = big_mod(&x, &prime);
    x = big_add(&x, &prime);
    x = big_sub(&x, b);
    return big_mod(&x, &prime);
}

/* Changes the last block of a message of whole blocks so that Poly1305 ends at `aim` before s is added. Returns 0 where no
   block does that, as three of four times. */
static int poly_aim(aead_case *c, const aead_kernel *kernel, const uint8_t one_time[32], const big *aim) {
    static const uint8_t clamp[16] = {255, 255, 255, 15, 252, 255, 255, 15, 252, 255, 255, 15, 252, 255, 255, 15};
    uint8_t r_bytes[16], block[32];
    for (size_t i = 0; i < 16; i++) {
        r_bytes[i] = one_time[i] & clamp[i];
    }
    const big r = big_load(r_bytes, 16), inverse = poly_inverse(&r);
    big h = poly_blocks(big_small(0), &r, c->ad, c->ad_len), end = *aim;
    h = poly_blocks(h, &r, c->want, c->len - 16);
    if (aead_takes_ad(kernel)) {
        const big lengths = {{(uint32_t)c->ad_len, 0, (uint32_t)c->len, 0, 1}};
        end = poly_before(&end, &inverse, &lengths);
    }
    const big m = poly_before(&end, &inverse, &h);
    if (m.d[4] != 1) {
        return 0;
    }
    big_store(block, &m);
    for (size_t i = 0; i < 16; i++) {
        c->plain[c->len - 16 + i] ^= block[i] ^ c->want[c->len - 16 + i];
    }
    aead_case_expect(c, kernel);
    big tag = big_load(c->want_tag, 16);
    const big s = big_load(one_time + 16, 16);
    tag.d[4] = 1;
    tag = big_sub(&tag, &s);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(tag.d[i], aim->d[i]); /* the oracle was led there */
    }
    return 1;
}

/* Messages whose sum is just above or below a multiple of p where it is reduced for the last time. A kernel's number is then p
   to p + 4, as a fold leaves it, or almost p. */
static void tags_at_the_prime(void **state) {
    static const size_t blocks[] = {1, 2, 3, 4, 5, 8, 15, 16, 17, 20, 31, 32, 33, 40, 63, 64, 65, 100, 128, 257};
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(5);
    aead_case cases[GROUP];
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < GROUP; i++) {
            const big around = big_small(4), offset = big_small((uint32_t)rng_below(&random, 10));
            big aim = big_add(&prime, &offset); /* p - 4 … p + 5 mod p */
            aim = big_sub(&aim, &around);
            aim = big_mod(&aim, &prime);
            for (int aimed = 0; !aimed;) {
                uint8_t one_time[32];
                aead_case_make(&cases[i], &kernel, 16 * blocks[rng_below(&random, sizeof blocks / sizeof blocks[0])],
                               round * rng_below(&random, 40), &random);
                if (!oracle_poly1305_key(kernel.algorithm, one_time, cases[i].key, cases[i].nonce)) {
                    print_message("SKIPPED tags at the prime: no oracle to aim with\n");
                    aead_case_free(&cases[i]);
                    free_group(cases, i);
                    skip();
                }
                aimed = poly_aim(&cases[i], &kernel, one_time, &aim);
                if (!aimed) {
                    aead_case_free(&cases[i]);
                }
            }
        }
        check_group(&kernel, cases, GROUP);
        free_group(cases, GROUP);
    }
    figure_on(kernel_of(state), "%d tags whose sum is within 5 of a multiple of 2^130 - 5", 2 * GROUP);
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(seals_and_opens_every_length, FAMILIES_AEAD),
    FOR_EACH_KERNEL(seals_and_opens_far_lengths_together, FAMILIES_AEAD),
    FOR_EACH_KERNEL(seals_and_opens_long_messages, FAMILIES_AEAD),
    FOR_EACH_KERNEL(seals_and_opens_ciphertext_of_all_ones, FAMILIES_AEAD & ~FAMILIES_AEGIS),
    FOR_EACH_KERNEL(tags_at_the_prime, FAMILIES_AEAD & ~FAMILIES_AES_GCM & ~FAMILIES_AEGIS),
};

KERNEL_TESTS_MAIN(tests)
