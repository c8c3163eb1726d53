/* SPDX-License-Identifier: ISC */
/* A message that was changed in any bit is refused and leaves zeroes; its neighbours in the batch are not harmed. */
#include <string.h>

#include "tests/support/aead.h"
#include "tests/support/figure.h"

/* Which of a message's buffers a forger changes. */
typedef enum { TAG, NONCE, AD, CIPHERTEXT, PARTS } part;

static const char *const part_names[PARTS] = {"tag", "nonce", "associated data", "ciphertext"};

static size_t part_bytes(const aead_kernel *kernel, const aead_case *c, part which) {
    const size_t bytes[PARTS] = {kernel->tag_bytes, kernel->nonce_bytes, c->ad_len, c->len};
    return bytes[which];
}

enum { N = 48, LEN_MAX = 256, AD_MAX = 65, LONG_MAX_BYTES = 8192 };

/* Items that open one message, each with another bit of it changed; some not changed at all. */
typedef struct {
    sealane_aead_open_item items[N];
    uint8_t changed[N][LONG_MAX_BYTES];
    uint8_t out[N][LONG_MAX_BYTES + 1];
    uint8_t verdicts[N];
    int good[N];
    size_t n;
} forgeries;

static void add(forgeries *f, const aead_case *c, part which, size_t bytes, size_t bit) {
    size_t i = f->n++;
    sealane_aead_open_item *item = &f->items[i];
    *item = (sealane_aead_open_item){c->key, c->nonce, c->ad, c->ad_len, c->want, c->len, f->out[i], c->want_tag};
    memset(f->out[i], 0xa5, c->len + 1);
    f->good[i] = which == PARTS;
    const uint8_t **const at[PARTS] = {&item->tag, &item->nonce, &item->ad, &item->in};
    if (which != PARTS) {
        memcpy(f->changed[i], *at[which], bytes);
        f->changed[i][bit / 8] ^= (uint8_t)(1U << bit % 8);
        *at[which] = f->changed[i];
    }
}

static void check(forgeries *f, const aead_kernel *kernel, const aead_case *c, aead_path path, const char *what) {
    const char *how = aead_path_name(path);
    aead_open_by(path, kernel, f->items, f->n, f->verdicts);
    for (size_t i = 0; i < f->n; i++) {
        if (f->verdicts[i] != f->good[i]) {
            fail_msg("%s: a message of %zu bytes was %s, item %zu of a batch with changes of the %s", how, c->len,
                     f->good[i] ? "refused though good" : "opened though changed", i, what);
        }
        for (size_t b = 0; b < c->len; b++) {
            if (f->out[i][b] != (f->good[i] ? c->plain[b] : 0)) {
                fail_msg("%s: byte %zu of %zu is wrong after %s", how, b, c->len, f->good[i] ? "opening" : "refusing");
            }
        }
        assert_int_equal(f->out[i][c->len], 0xa5);
    }
    f->n = 0;
}

/* Opens c with each of the bits first, first + step, … of one buffer changed, in batches that hold a good message as well. */
static void check_bits(const aead_kernel *kernel, const aead_case *c, part which, size_t step, aead_path path, rng *random) {
    static forgeries f;
    size_t bytes = part_bytes(kernel, c, which);
    size_t slot = rng_below(random, N - 2);
    f.n = 0;
    for (size_t bit = rng_below(random, step); bit < 8 * bytes; bit += step) {
        if (f.n == slot) {
            add(&f, c, PARTS, 0, 0);
        }
        add(&f, c, which, bytes, bit);
        if (f.n >= N - 1 || bit + step >= 8 * bytes) {
            check(&f, kernel, c, path, part_names[which]);
            slot = rng_below(random, N - 2);
        }
    }
}

static void refuses_every_changed_bit(void **state) {
    static const size_t ad_lengths[] = {0, 1, 15, 16, 17, 64, AD_MAX};
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(20);
    for (size_t len = 0; len <= LEN_MAX; len++) {
        aead_case c;
        aead_case_make(&c, &kernel, len, ad_lengths[len % (sizeof ad_lengths / sizeof ad_lengths[0])], &random);
        for (part which = 0; which < PARTS; which++) {
            check_bits(&kernel, &c, which, 1, AEAD_BATCH, &random);
            check_bits(&kernel, &c, which, 1, AEAD_ONE, &random);
        }
        check_bits(&kernel, &c, TAG, 1, AEAD_LANES, &random);
        aead_case_free(&c);
    }
    figure_on(kernel_of(state),
              "every bit of tag, nonce, associated data and ciphertext changed at every length of 0 to 256: all refused, "
              "outputs zero");
}

/* Longer messages, where other loops run: one bit in 997 of the ciphertext, every bit of the tag. */
static void refuses_changed_long_messages(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(21);
    size_t lengths[AEAD_CRITICAL_MAX];
    size_t n = aead_critical_lengths(&kernel, lengths);
    for (size_t l = 0; l < n; l++) {
        if (lengths[l] > LEN_MAX && lengths[l] <= LONG_MAX_BYTES) {
            aead_case c;
            aead_case_make(&c, &kernel, lengths[l], 13, &random);
            for (aead_path path = 0; path <= AEAD_BATCH; path++) {
                check_bits(&kernel, &c, TAG, 1, path, &random);
                check_bits(&kernel, &c, CIPHERTEXT, 997, path, &random);
            }
            aead_case_free(&c);
        }
    }
}

/* The lengths are authenticated: a byte moved between associated data and ciphertext, or a byte less, is refused. */
static void refuses_moved_boundaries(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(22);
    for (size_t len = 1; len <= LEN_MAX; len++) {
        aead_case c;
        aead_case_make(&c, &kernel, len, 32, &random);
        uint8_t joined[32 + LEN_MAX];
        memcpy(joined, c.ad, c.ad_len);
        memcpy(joined + c.ad_len, c.want, len);
        sealane_aead_open_item items[3] = {aead_case_open_item(&c), aead_case_open_item(&c), aead_case_open_item(&c)};
        size_t n = 0;
        items[n++].len = len - 1;
        if (aead_takes_ad(&kernel)) {
            items[n] = (sealane_aead_open_item){c.key,   c.nonce, joined,    c.ad_len + 1, joined + c.ad_len + 1,
                                                len - 1, c.out,   c.want_tag};
            n++;
            items[n++].ad_len = c.ad_len - 1;
        }
        for (aead_path path = 0; path <= AEAD_BATCH; path++) {
            for (size_t i = 0; i < n; i++) {
                uint8_t verdict;
                aead_open_by(path, &kernel, &items[i], 1, &verdict);
                assert_int_equal(verdict, 0);
            }
        }
        aead_case_free(&c);
    }
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(refuses_every_changed_bit, FAMILIES_AEAD),
    FOR_EACH_KERNEL(refuses_changed_long_messages, FAMILIES_AEAD),
    FOR_EACH_KERNEL(refuses_moved_boundaries, FAMILIES_AEAD),
};

KERNEL_TESTS_MAIN(tests)
