/* SPDX-License-Identifier: ISC */
/* The larger sets of SHA-2, HMAC and HKDF vectors, on every kernel. */
#include <stdlib.h>
#include <string.h>

#include "core/hash/sha2.h"
#include "tests/for_each_kernel.h"
#include "tests/support/hex.h"
#include "tests/support/vectors.h"

static int is_512(void **state) {
    return kernel_of(state)->family == FAMILY_SHA512;
}

static void ran(void **state, const char *name, size_t cases) {
    char label[64];
    (void)snprintf(label, sizeof label, "%s/%s", sealane_family_name(kernel_of(state)->family), kernel_of(state)->isa);
    vectors_ran(name, label, cases);
}

static void hash_one(void **state, const uint8_t *in, size_t len, uint8_t *out) {
    const sealane_hash_item item = {in, len, out};
    const void *ops = kernel_of(state)->ops;
    assert_int_equal(is_512(state) ? sealane_sha512_batch_with(ops, &item, 1) : sealane_sha256_batch_with(ops, &item, 1),
                     SEALANE_OK);
}

/* A file of NIST's in SEALANE_VECTORS_DIR or in the Debian package; skips the test where there is neither. */
static vectors_text nist_open(void **state, const char *kind, char name[64]) {
    char pyca[64];
    int bits = is_512(state) ? 512 : 256;
    (void)snprintf(name, 64, "nist-sha2/SHA%d%s.rsp", bits, kind);
    (void)snprintf(pyca, sizeof pyca, "hashes/SHA2/SHA%d%s.rsp", bits, kind);
    vectors_text text = {.file = vectors_open(name, pyca)};
    if (text.file == NULL) {
        skip();
    }
    return text;
}

static void nist_messages(void **state, const char *kind) {
    char name[64];
    vectors_text text = nist_open(state, kind, name);
    size_t bytes = is_512(state) ? 64 : 32, len = 0, cases = 0;
    hex_bytes message = {0};
    for (const char *key, *value; vectors_next(&text, &key, &value);) {
        if (strcmp(key, "Len") == 0) {
            len = strtoul(value, NULL, 10) / 8;
        } else if (strcmp(key, "Msg") == 0) {
            free(message.p);
            message = hex_alloc(value);
        } else if (strcmp(key, "MD") == 0) {
            uint8_t want[64], got[64];
            assert_true(message.n >= len);
            hex_decode(want, bytes, value);
            hash_one(state, message.p, len, got);
            assert_memory_equal(got, want, bytes);
            cases++;
        } else {
            fail_msg("%s: what is %s?", name, key);
        }
    }
    free(message.p);
    vectors_close(&text);
    ran(state, name, cases);
}

static void nist_short_messages(void **state) {
    nist_messages(state, "ShortMsg");
}

static void nist_long_messages(void **state) {
    nist_messages(state, "LongMsg");
}

/* NIST's chain: each of 100 checkpoints is 1000 hashes, each of the three before it joined. */
static void nist_monte_carlo(void **state) {
    char name[64];
    vectors_text text = nist_open(state, "Monte", name);
    size_t bytes = is_512(state) ? 64 : 32, cases = 0;
    uint8_t seed[64];
    for (const char *key, *value; vectors_next(&text, &key, &value);) {
        if (strcmp(key, "Seed") == 0) {
            hex_decode(seed, bytes, value);
        } else if (strcmp(key, "MD") == 0) {
            uint8_t chain[3 * 64], want[64];
            for (size_t i = 0; i < 3; i++) {
                memcpy(chain + i * bytes, seed, bytes);
            }
            for (size_t i = 0; i < 1000; i++) {
                hash_one(state, chain, 3 * bytes, seed);
                memmove(chain, chain + bytes, 2 * bytes);
                memcpy(chain + 2 * bytes, seed, bytes);
            }
            hex_decode(want, bytes, value);
            assert_memory_equal(seed, want, bytes);
            cases++;
        }
    }
    vectors_close(&text);
    ran(state, name, cases);
}

static sealane_status hkdf(void **state, const sealane_hkdf_item *items, size_t n) {
    const void *ops = kernel_of(state)->ops;
    return is_512(state) ? sealane_hkdf_sha512_batch_with(ops, items, n) : sealane_hkdf_sha256_batch_with(ops, items, n);
}

/* pyca's long outputs: SHA-256 only. */
static void pyca_hkdf(void **state) {
    static const char name[] = "pyca/hkdf-generated.txt";
    vectors_text text = {.file = vectors_open(name, "KDF/hkdf-generated.txt")};
    if (text.file == NULL) {
        skip();
    }
    hex_bytes ikm = {0}, salt = {0}, info = {0};
    size_t cases = 0;
    for (const char *key, *value; vectors_next(&text, &key, &value);) {
        hex_bytes *to = strcmp(key, "IKM") == 0    ? &ikm
                        : strcmp(key, "salt") == 0 ? &salt
                        : strcmp(key, "info") == 0 ? &info
                                                   : NULL;
        if (to != NULL) {
            free(to->p);
            *to = hex_alloc(value);
        } else if (strcmp(key, "Hash") == 0) {
            assert_string_equal(value, "SHA-256");
        } else if (strcmp(key, "OKM") == 0) {
            hex_bytes want = hex_alloc(value), got = hex_alloc(value);
            memset(got.p, 0, got.n);
            sealane_hkdf_item item = {salt.p, salt.n, ikm.p, ikm.n, info.p, info.n, got.p, got.n};
            assert_int_equal(hkdf(state, &item, 1), SEALANE_OK);
            assert_memory_equal(got.p, want.p, want.n);
            free(want.p);
            free(got.p);
            cases++;
        }
    }
    free(ikm.p);
    free(salt.p);
    free(info.p);
    vectors_close(&text);
    ran(state, name, cases);
}

#if SEALANE_JANSSON

typedef struct {
    hex_bytes part[4];
    size_t size;
    int good;
} loaded;

/* All tests of a Wycheproof file, with the members named; skips the test where the file is absent. */
static loaded *wycheproof_load(const char *name, const char *const members[4], const char *size_of_group, size_t *n) {
    json_t *root = vectors_json(name, NULL);
    if (root == NULL) {
        skip();
    }
    loaded *all = NULL;
    *n = 0;
    size_t g, t;
    json_t *group, *test;
    json_array_foreach(json_object_get(root, "testGroups"), g, group) {
        json_array_foreach(json_object_get(group, "tests"), t, test) {
            all = realloc(all, (*n + 1) * sizeof *all);
            assert_non_null(all);
            loaded *v = &all[(*n)++];
            memset(v, 0, sizeof *v);
            for (size_t m = 0; m < 4 && members[m] != NULL; m++) {
                v->part[m] = vectors_hex(test, members[m]);
            }
            const json_t *size = size_of_group != NULL ? json_object_get(group, size_of_group) : json_object_get(test, "size");
            assert_true(json_is_integer(size));
            v->size = (size_t)json_integer_value(size);
            v->good = strcmp(vectors_string(test, "result"), "valid") == 0;
        }
    }
    json_decref(root);
    return all;
}

static void wycheproof_free(loaded *all, size_t n) {
    for (size_t i = 0; i < n; i++) {
        for (size_t m = 0; m < 4; m++) {
            free(all[i].part[m].p);
        }
    }
    free(all);
}

/* In one batch; tags of 128 bits are the first half of SHA-256's. */
static void wycheproof_hmac(void **state) {
    const char *name =
        is_512(state) ? "wycheproof/testvectors_v1/hmac_sha512_test.json" : "wycheproof/testvectors_v1/hmac_sha256_test.json";
    size_t n;
    loaded *all = wycheproof_load(name, (const char *const[4]){"key", "msg", "tag", NULL}, "tagSize", &n);
    sealane_hmac_item *items = calloc(n + 1, sizeof *items);
    uint8_t *out = malloc(64 * n + 1);
    assert_true(items != NULL && out != NULL);
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_hmac_item){all[i].part[0].p, all[i].part[0].n, all[i].part[1].p, all[i].part[1].n, out + 64 * i};
    }
    const void *ops = kernel_of(state)->ops;
    assert_int_equal(is_512(state) ? sealane_hmac_sha512_batch_with(ops, items, n)
                                   : sealane_hmac_sha256_batch_with(ops, items, n),
                     SEALANE_OK);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(all[i].part[2].n, all[i].size / 8);
        if (all[i].good != (memcmp(out + 64 * i, all[i].part[2].p, all[i].part[2].n) == 0)) {
            fail_msg("%s: test %zu of the file has the wrong verdict", name, i + 1);
        }
    }
    free(items);
    free(out);
    wycheproof_free(all, n);
    ran(state, name, n);
}

/* Each alone; what is invalid asks for more than 255 blocks. */
static void wycheproof_hkdf(void **state) {
    const char *name =
        is_512(state) ? "wycheproof/testvectors_v1/hkdf_sha512_test.json" : "wycheproof/testvectors_v1/hkdf_sha256_test.json";
    size_t n;
    loaded *all = wycheproof_load(name, (const char *const[4]){"salt", "ikm", "info", "okm"}, NULL, &n);
    for (size_t i = 0; i < n; i++) {
        const loaded *v = &all[i];
        uint8_t *out = malloc(v->size + 1);
        assert_non_null(out);
        sealane_hkdf_item item = {v->part[0].p, v->part[0].n, v->part[1].p, v->part[1].n,
                                  v->part[2].p, v->part[2].n, out,          v->size};
        assert_int_equal(hkdf(state, &item, 1), v->good ? SEALANE_OK : SEALANE_ELENGTH);
        if (v->good) {
            assert_int_equal(v->size, v->part[3].n);
            assert_memory_equal(out, v->part[3].p, v->size);
        }
        free(out);
    }
    wycheproof_free(all, n);
    ran(state, name, n);
}

#endif

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(nist_short_messages, FAMILIES_HASH), FOR_EACH_KERNEL(nist_long_messages, FAMILIES_HASH),
    FOR_EACH_KERNEL(nist_monte_carlo, FAMILIES_HASH),    FOR_EACH_KERNEL(pyca_hkdf, FAMILY_BIT(FAMILY_SHA256)),
#if SEALANE_JANSSON
    FOR_EACH_KERNEL(wycheproof_hmac, FAMILIES_HASH),     FOR_EACH_KERNEL(wycheproof_hkdf, FAMILIES_HASH),
#endif
};

KERNEL_TESTS_MAIN(tests)
