/* SPDX-License-Identifier: ISC */
#include "tests/support/aead.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/oracle.h"

#define UNTOUCHED 0xa5

aead_kernel aead_kernel_of(void **state) {
    const kernel_row *row = kernel_of(state);
    aead_kernel kernel = {.family = row->family, .ops = (const aead_ops *)row->ops};
    switch (row->family) {
    case FAMILY_CHACHA20_POLY1305:
        kernel.algorithm = SEALANE_CHACHA20_POLY1305;
        break;
    case FAMILY_XCHACHA20_POLY1305:
        kernel.algorithm = SEALANE_XCHACHA20_POLY1305;
        break;
    case FAMILY_XSALSA20_POLY1305:
        kernel.algorithm = SEALANE_XSALSA20_POLY1305;
        break;
    case FAMILY_XCHACHA20_POLY1305_SECRETBOX:
        kernel.algorithm = SEALANE_XCHACHA20_POLY1305_SECRETBOX;
        break;
    case FAMILY_AES128_GCM:
        kernel.algorithm = SEALANE_AES128_GCM;
        break;
    case FAMILY_AES256_GCM:
        kernel.algorithm = SEALANE_AES256_GCM;
        break;
    case FAMILY_AEGIS128L:
        kernel.algorithm = SEALANE_AEGIS128L;
        break;
    case FAMILY_AEGIS256:
        kernel.algorithm = SEALANE_AEGIS256;
        break;
    default:
        fail_msg("%s is no AEAD", sealane_family_name(row->family));
    }
    kernel.key_bytes = sealane_aead_key_bytes(kernel.algorithm);
    kernel.nonce_bytes = sealane_aead_nonce_bytes(kernel.algorithm);
    kernel.tag_bytes = sealane_aead_tag_bytes(kernel.algorithm);
    kernel_force(row);
    return kernel;
}

int aead_takes_ad(const aead_kernel *kernel) {
    return kernel->algorithm != SEALANE_XSALSA20_POLY1305 && kernel->algorithm != SEALANE_XCHACHA20_POLY1305_SECRETBOX;
}

static uint8_t *allocate(size_t n) {
    uint8_t *p = malloc(n > 0 ? n : 1);
    if (p == NULL) {
        abort();
    }
    return p;
}

void aead_case_expect(aead_case *c, const aead_kernel *kernel) {
    sealane_aead_seal_item item = {c->key, c->nonce, c->ad, c->ad_len, c->plain, c->len, c->want, c->want_tag};
    if (!oracle_aead_seal(kernel->algorithm, &item, c->want, c->want_tag)) {
        const aead_ops *portable = (const aead_ops *)kernel_portable(kernel->family)->ops;
        portable->seal_one(&item);
    }
}

void aead_case_make(aead_case *c, const aead_kernel *kernel, size_t len, size_t ad_len, rng *random) {
    *c = (aead_case){.len = len, .ad_len = aead_takes_ad(kernel) ? ad_len : 0};
    c->key = allocate(kernel->key_bytes);
    c->nonce = allocate(kernel->nonce_bytes);
    c->ad = allocate(c->ad_len);
    c->plain = allocate(len);
    c->want = allocate(len);
    c->want_tag = allocate(kernel->tag_bytes);
    c->out = allocate(len);
    c->tag = allocate(kernel->tag_bytes);
    rng_fill(random, c->key, kernel->key_bytes);
    rng_fill(random, c->nonce, kernel->nonce_bytes);
    rng_fill(random, c->ad, c->ad_len);
    rng_fill(random, c->plain, len);
    memset(c->tag, UNTOUCHED, kernel->tag_bytes);
    aead_case_expect(c, kernel);
}

void aead_case_free(aead_case *c) {
    free(c->key);
    free(c->nonce);
    free(c->ad);
    free(c->plain);
    free(c->want);
    free(c->want_tag);
    free(c->out);
    free(c->tag);
}

sealane_aead_seal_item aead_case_seal_item(aead_case *c) {
    memset(c->out, UNTOUCHED, c->len);
    return (sealane_aead_seal_item){c->key, c->nonce, c->ad, c->ad_len, c->plain, c->len, c->out, c->tag};
}

sealane_aead_open_item aead_case_open_item(aead_case *c) {
    memset(c->out, UNTOUCHED, c->len);
    return (sealane_aead_open_item){c->key, c->nonce, c->ad, c->ad_len, c->want, c->len, c->out, c->want_tag};
}

static void same(const aead_case *c, const uint8_t *got, const uint8_t *want, size_t n, const char *what, const char *how) {
    if (memcmp(got, want, n) == 0) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (got[i] != want[i]) {
            fail_msg("%s: byte %zu of the %s is wrong, message of %zu bytes, %zu bytes of associated data", how, i, what,
                     c->len, c->ad_len);
        }
    }
}

void aead_case_check_sealed(const aead_case *c, const aead_kernel *kernel, const char *how) {
    same(c, c->out, c->want, c->len, "ciphertext", how);
    same(c, c->tag, c->want_tag, kernel->tag_bytes, "tag", how);
}

void aead_case_check_opened(const aead_case *c, const char *how) {
    same(c, c->out, c->plain, c->len, "plaintext", how);
}

void aead_case_check_refused(const aead_case *c, const char *how) {
    for (size_t i = 0; i < c->len; i++) {
        if (c->out[i] != 0) {
            fail_msg("%s: byte %zu is not zero though the message was refused, message of %zu bytes, %zu bytes of associated "
                     "data",
                     how, i, c->len, c->ad_len);
        }
    }
}

const char *aead_path_name(aead_path path) {
    static const char *const names[AEAD_PATHS] = {"one", "lanes", "batch", "singles", "public"};
    return names[path];
}

aead_path aead_last_direct_path(const aead_kernel *kernel) {
    return kernel->ops->lanes > 0 ? AEAD_LANES : AEAD_ONE;
}

/* Items of the next lane call: often all that the lanes take, else any number; the same for the same batch. */
static size_t lane_call(size_t lanes, size_t left, rng *random) {
    size_t n = rng_below(random, 3) == 0 ? lanes : 1 + rng_below(random, lanes);
    return n < left ? n : left;
}

enum { LANES_MAX = 256 };

static void seal_lanes(const aead_ops *ops, const sealane_aead_seal_item *items, size_t n) {
    const sealane_aead_seal_item *lanes[LANES_MAX];
    rng random = rng_make(n > 0 ? items[0].len : 0);
    assert_true(ops->lanes <= LANES_MAX);
    for (size_t done = 0; done < n;) {
        size_t take = lane_call(ops->lanes, n - done, &random);
        for (size_t i = 0; i < take; i++) {
            lanes[i] = &items[done + i];
        }
        ops->seal_lanes(lanes, take);
        done += take;
    }
}

static void open_lanes(const aead_ops *ops, const sealane_aead_open_item *items, size_t n, uint8_t *verdicts) {
    const sealane_aead_open_item *lanes[LANES_MAX];
    rng random = rng_make(n > 0 ? items[0].len : 0);
    assert_true(ops->lanes <= LANES_MAX);
    for (size_t done = 0; done < n;) {
        size_t take = lane_call(ops->lanes, n - done, &random);
        for (size_t i = 0; i < take; i++) {
            lanes[i] = &items[done + i];
        }
        ops->open_lanes(lanes, take, verdicts + done);
        done += take;
    }
}

void aead_seal_by(aead_path path, const aead_kernel *kernel, const sealane_aead_seal_item *items, size_t n) {
    const aead_ops *ops = kernel->ops;
    if (path == AEAD_LANES && ops->lanes > 0) {
        seal_lanes(ops, items, n);
    } else if (path == AEAD_BATCH) {
        assert_int_equal(sealane_aead_seal_batch_with(ops, kernel->algorithm, items, n), SEALANE_OK);
    } else if (path == AEAD_PUBLIC) {
        assert_int_equal(sealane_aead_seal_batch(kernel->algorithm, items, n), SEALANE_OK);
    } else {
        for (size_t i = 0; i < n; i++) {
            if (path == AEAD_SINGLES) {
                assert_int_equal(sealane_aead_seal_batch_with(ops, kernel->algorithm, &items[i], 1), SEALANE_OK);
            } else {
                ops->seal_one(&items[i]);
            }
        }
    }
}

void aead_open_by(aead_path path, const aead_kernel *kernel, const sealane_aead_open_item *items, size_t n, uint8_t *verdicts) {
    const aead_ops *ops = kernel->ops;
    memset(verdicts, UNTOUCHED, n);
    int has_status = path == AEAD_BATCH || path == AEAD_PUBLIC;
    sealane_status status = SEALANE_OK;
    if (path == AEAD_LANES && ops->lanes > 0) {
        open_lanes(ops, items, n, verdicts);
    } else if (path == AEAD_BATCH) {
        status = sealane_aead_open_batch_with(ops, kernel->algorithm, items, n, verdicts);
    } else if (path == AEAD_PUBLIC) {
        status = sealane_aead_open_batch(kernel->algorithm, items, n, verdicts);
    } else {
        for (size_t i = 0; i < n; i++) {
            if (path == AEAD_SINGLES) {
                status = sealane_aead_open_batch_with(ops, kernel->algorithm, &items[i], 1, &verdicts[i]);
                assert_int_equal(status, verdicts[i] == 1 ? SEALANE_OK : SEALANE_EVERIFY);
            } else {
                verdicts[i] = (uint8_t)ops->open_one(&items[i]);
            }
        }
    }
    int all = 1;
    for (size_t i = 0; i < n; i++) {
        assert_in_range(verdicts[i], 0, 1);
        all &= verdicts[i];
    }
    if (has_status) {
        assert_int_equal(status, all ? SEALANE_OK : SEALANE_EVERIFY);
    }
}

void aead_cases_check(aead_path path, const aead_kernel *kernel, aead_case cases[], size_t n) {
    static sealane_aead_seal_item seal[AEAD_CASES_MAX];
    static sealane_aead_open_item open[AEAD_CASES_MAX];
    static uint8_t verdicts[AEAD_CASES_MAX];
    const char *how = aead_path_name(path);
    assert_true(n <= AEAD_CASES_MAX);
    for (size_t i = 0; i < n; i++) {
        seal[i] = aead_case_seal_item(&cases[i]);
    }
    aead_seal_by(path, kernel, seal, n);
    for (size_t i = 0; i < n; i++) {
        aead_case_check_sealed(&cases[i], kernel, how);
        open[i] = aead_case_open_item(&cases[i]);
    }
    aead_open_by(path, kernel, open, n, verdicts);
    for (size_t i = 0; i < n; i++) {
        if (verdicts[i] != 1) {
            fail_msg("%s: a good message of %zu bytes was refused, item %zu of %zu", how, cases[i].len, i, n);
        }
        aead_case_check_opened(&cases[i], how);
    }
}

size_t aead_critical_lengths(const aead_kernel *kernel, size_t list[AEAD_CRITICAL_MAX]) {
    static const size_t turns[] = {16, 32, 64, 128, 192, 256, 320, 512, 768, 1024, 1536, 2048, 4096};
    size_t n = 0;
    list[n++] = 0;
    list[n++] = 1;
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        for (size_t d = 0; d < 3; d++) {
            list[n++] = turns[i] - 1 + d;
        }
    }
    size_t turn = kernel->ops->lanes_bytes_max;
    if (turn > 0 && turn < 65536) {
        list[n++] = turn - 1;
        list[n++] = turn;
        list[n++] = turn + 1;
    }
    return n;
}
