/* SPDX-License-Identifier: ISC */
/* AEAD vectors on every kernel: those of the tree, and the larger sets where they are at hand. */
#include <stdlib.h>
#include <string.h>

#include "core/ref/chacha20.h"
#include "core/ref/poly1305.h"
#include "core/ref/salsa20.h"
#include "tests/support/aead.h"
#include "tests/support/hex.h"
#include "tests/support/vectors.h"
#include "tests/vectors/aead.h"
#include "tests/vectors/poly1305.h"

typedef struct {
    char name[64];
    hex_bytes key, nonce, ad, plain, cipher, tag;
    int good;
} vector;

typedef struct {
    vector *v;
    size_t n;
    size_t left_out; /* not for this API: another nonce size */
} vector_set;

static vector *set_add(vector_set *set) {
    set->v = realloc(set->v, (set->n + 1) * sizeof *set->v);
    assert_non_null(set->v);
    memset(&set->v[set->n], 0, sizeof *set->v);
    return &set->v[set->n++];
}

static void set_free(vector_set *set) {
    for (size_t i = 0; i < set->n; i++) {
        vector *v = &set->v[i];
        hex_bytes *const all[] = {&v->key, &v->nonce, &v->ad, &v->plain, &v->cipher, &v->tag};
        for (size_t b = 0; b < 6; b++) {
            free(all[b]->p);
        }
    }
    free(set->v);
}

static void fail_at(const char *set, const vector *v, const char *how, const char *what) {
    fail_msg("%s, %s (%s): %s", set, v->name, how, what);
}

/* Every vector sealed and opened in one batch, `rotate` places from its own, so that each comes to each lane. */
static void run_batch(const aead_kernel *kernel, const char *name, const vector_set *set, aead_path path, size_t rotate) {
    const char *how = aead_path_name(path);
    sealane_aead_seal_item *seal = calloc(set->n + 1, sizeof *seal);
    sealane_aead_open_item *open = calloc(set->n + 1, sizeof *open);
    uint8_t *verdicts = malloc(set->n + 1), *tags = malloc(set->n * kernel->tag_bytes + 1);
    assert_true(seal != NULL && open != NULL && verdicts != NULL && tags != NULL);
    for (size_t i = 0; i < set->n; i++) {
        const vector *v = &set->v[(i + rotate) % set->n];
        uint8_t *out = malloc(v->plain.n + 1);
        assert_non_null(out);
        seal[i] = (sealane_aead_seal_item){v->key.p,   v->nonce.p, v->ad.p, v->ad.n,
                                           v->plain.p, v->plain.n, out,     tags + i * kernel->tag_bytes};
        open[i] = (sealane_aead_open_item){v->key.p, v->nonce.p, v->ad.p, v->ad.n, v->cipher.p, v->cipher.n, out, v->tag.p};
    }
    aead_seal_by(path, kernel, seal, set->n);
    for (size_t i = 0; i < set->n; i++) {
        const vector *v = &set->v[(i + rotate) % set->n];
        if (v->good && memcmp(seal[i].out, v->cipher.p, v->cipher.n) != 0) {
            fail_at(name, v, how, "the ciphertext is wrong");
        }
        if (v->good != (memcmp(seal[i].tag, v->tag.p, v->tag.n) == 0)) {
            fail_at(name, v, how, v->good ? "the tag is wrong" : "the tag is one that must be refused");
        }
        memset(open[i].out, 0xff, open[i].len);
    }
    aead_open_by(path, kernel, open, set->n, verdicts);
    for (size_t i = 0; i < set->n; i++) {
        const vector *v = &set->v[(i + rotate) % set->n];
        if (verdicts[i] != v->good) {
            fail_at(name, v, how, v->good ? "refused" : "opened");
        }
        for (size_t b = 0; b < v->plain.n; b++) {
            if (open[i].out[b] != (v->good ? v->plain.p[b] : 0)) {
                fail_at(name, v, how, v->good ? "the plaintext is wrong" : "output is left though it was refused");
            }
        }
        free(open[i].out);
    }
    free(seal);
    free(open);
    free(verdicts);
    free(tags);
}

static void run_set(void **state, const aead_kernel *kernel, const char *name, vector_set *set) {
    for (size_t i = 0; i < set->n; i++) {
        const vector *v = &set->v[i];
        if (v->key.n != kernel->key_bytes || v->nonce.n != kernel->nonce_bytes || v->tag.n != kernel->tag_bytes ||
            v->plain.n != v->cipher.n) {
            fail_at(name, v, "reading", "sizes do not fit the algorithm");
        }
    }
    for (aead_path path = 0; path < AEAD_PATHS; path++) {
        size_t turns = kernel->ops->lanes > 0 && path != AEAD_ONE && path != AEAD_SINGLES ? kernel->ops->lanes : 1;
        for (size_t rotate = 0; rotate < turns; rotate++) {
            run_batch(kernel, name, set, path, rotate);
        }
    }
    char label[96];
    (void)snprintf(label, sizeof label, "%s/%s (%zu not applicable)", sealane_family_name(kernel->family),
                   kernel_of(state)->isa, set->left_out);
    vectors_ran(name, label, set->n);
    set_free(set);
}

static void examples_of_the_specifications(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    vector_set set = {0};
    for (size_t i = 0; i < sizeof aead_vectors / sizeof aead_vectors[0]; i++) {
        const aead_vector *from = &aead_vectors[i];
        for (int good = 1; good >= 0 && from->algorithm == kernel.algorithm; good--) {
            vector *v = set_add(&set);
            (void)snprintf(v->name, sizeof v->name, "%s%s", from->name, good ? "" : ", tag changed");
            v->key = hex_alloc(from->key);
            v->nonce = hex_alloc(from->nonce);
            v->ad = hex_alloc(from->ad);
            v->plain = hex_alloc(from->plain);
            v->cipher = hex_alloc(from->cipher);
            v->tag = hex_alloc(from->tag);
            v->tag.p[i] ^= good ? 0 : 1;
            v->good = good;
        }
    }
    run_set(state, &kernel, "the specifications' examples", &set);
}

#if SEALANE_JANSSON

static void wycheproof(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    const char *name = kernel.algorithm == SEALANE_CHACHA20_POLY1305 ? "wycheproof/testvectors_v1/chacha20_poly1305_test.json"
                                                                     : "wycheproof/testvectors_v1/xchacha20_poly1305_test.json";
    json_t *root = vectors_json(name, NULL);
    if (root == NULL) {
        skip();
    }
    vector_set set = {0};
    size_t g, t;
    json_t *group, *test;
    json_array_foreach(json_object_get(root, "testGroups"), g, group) {
        json_array_foreach(json_object_get(group, "tests"), t, test) {
            if (json_integer_value(json_object_get(group, "ivSize")) != (json_int_t)(8 * kernel.nonce_bytes)) {
                set.left_out++;
                continue;
            }
            vector *v = set_add(&set);
            (void)snprintf(v->name, sizeof v->name, "tcId %d", (int)json_integer_value(json_object_get(test, "tcId")));
            v->key = vectors_hex(test, "key");
            v->nonce = vectors_hex(test, "iv");
            v->ad = vectors_hex(test, "aad");
            v->plain = vectors_hex(test, "msg");
            v->cipher = vectors_hex(test, "ct");
            v->tag = vectors_hex(test, "tag");
            v->good = strcmp(vectors_string(test, "result"), "valid") == 0;
        }
    }
    json_decref(root);
    run_set(state, &kernel, name, &set);
}

/* Bytes of base64 text, padded. */
static hex_bytes base64_alloc(const char *text) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    hex_bytes out = {.p = malloc(strlen(text) + 1), .n = 0};
    assert_non_null(out.p);
    uint32_t bits = 0, have = 0;
    for (; *text != '\0' && *text != '='; text++) {
        const char *digit = strchr(digits, *text);
        assert_non_null(digit);
        bits = bits << 6 | (uint32_t)(digit - digits);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out.p[out.n++] = (uint8_t)(bits >> have);
        }
    }
    return out;
}

/* Rows of key, nonce, message and box, of which the tag is the first 16 bytes. */
static void tweetnacl_secretbox(void **state) {
    static const char name[] = "noble/tweetnacl_secretbox.json";
    aead_kernel kernel = aead_kernel_of(state);
    json_t *root = vectors_json(name, NULL);
    if (root == NULL) {
        skip();
    }
    vector_set set = {0};
    size_t i;
    json_t *row;
    json_array_foreach(root, i, row) {
        vector *v = set_add(&set);
        (void)snprintf(v->name, sizeof v->name, "row %zu", i);
        v->key = base64_alloc(json_string_value(json_array_get(row, 0)));
        v->nonce = base64_alloc(json_string_value(json_array_get(row, 1)));
        v->plain = base64_alloc(json_string_value(json_array_get(row, 2)));
        v->cipher = base64_alloc(json_string_value(json_array_get(row, 3)));
        v->ad = hex_alloc("");
        assert_true(v->cipher.n >= 16);
        v->tag = (hex_bytes){.p = malloc(16), .n = 16};
        assert_non_null(v->tag.p);
        memcpy(v->tag.p, v->cipher.p, 16);
        v->cipher.n -= 16;
        memmove(v->cipher.p, v->cipher.p + 16, v->cipher.n);
        v->good = 1;
    }
    json_decref(root);
    run_set(state, &kernel, name, &set);
}

#endif

/* Hexadecimal, or "text" in quotes. */
static hex_bytes text_or_hex(const char *value) {
    size_t n = strlen(value);
    if (n < 2 || value[0] != '"' || value[n - 1] != '"') {
        return hex_alloc(value);
    }
    hex_bytes bytes = {.p = malloc(n), .n = n - 2};
    assert_non_null(bytes.p);
    memcpy(bytes.p, value + 1, n - 2);
    return bytes;
}

/* BoringSSL's and OpenSSL's sets, as pyca keeps them: COUNT begins a vector, the names of the rest differ. */
static void run_text(void **state, const char *name, const char *pyca) {
    aead_kernel kernel = aead_kernel_of(state);
    vectors_text text = {.file = vectors_open(name, pyca)};
    if (text.file == NULL) {
        skip();
    }
    vector_set set = {0};
    const char *key, *value;
    while (vectors_next(&text, &key, &value)) {
        if (strcmp(key, "COUNT") == 0) {
            vector *v = set_add(&set);
            (void)snprintf(v->name, sizeof v->name, "COUNT %s", value);
            v->good = 1;
            continue;
        }
        assert_true(set.n > 0);
        vector *v = &set.v[set.n - 1];
        const struct {
            const char *names[3];
            hex_bytes *bytes;
        } members[] = {
            {{"KEY", "Key", "Key"}, &v->key}, {{"NONCE", "IV", "IV"}, &v->nonce},       {{"IN", "Plaintext", "IN"}, &v->plain},
            {{"AD", "AAD", "AD"}, &v->ad},    {{"CT", "Ciphertext", "CT"}, &v->cipher}, {{"TAG", "Tag", "TAG"}, &v->tag},
        };
        hex_bytes *bytes = NULL;
        for (size_t m = 0; m < sizeof members / sizeof members[0]; m++) {
            for (size_t i = 0; i < 3; i++) {
                bytes = strcmp(key, members[m].names[i]) == 0 ? members[m].bytes : bytes;
            }
        }
        if (bytes != NULL) {
            assert_null(bytes->p);
            *bytes = text_or_hex(value);
        } else if (strcmp(key, "Result") == 0) {
            v->good = 0;
        } else {
            fail_at(name, v, "reading", key);
        }
    }
    vectors_close(&text);
    run_set(state, &kernel, name, &set);
}

static void boringssl(void **state) {
    run_text(state, "pyca/chacha20poly1305-boringssl.txt", "ciphers/ChaCha20Poly1305/boringssl.txt");
}

static void openssl(void **state) {
    run_text(state, "pyca/chacha20poly1305-openssl.txt", "ciphers/ChaCha20Poly1305/openssl.txt");
}

static void poly1305_examples(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof poly1305_vectors / sizeof poly1305_vectors[0]; i++) {
        uint8_t key[32], want[16], tag[16];
        hex_decode(key, 32, poly1305_vectors[i].key);
        hex_decode(want, 16, poly1305_vectors[i].tag);
        hex_bytes message = hex_alloc(poly1305_vectors[i].message);
        poly1305 p;
        sealane_poly1305_init(&p, key);
        sealane_poly1305_update(&p, message.p, message.n);
        sealane_poly1305_finish(&p, tag);
        if (memcmp(tag, want, 16) != 0) {
            fail_msg("%s", poly1305_vectors[i].name);
        }
        free(message.p);
    }
}

/* draft-irtf-cfrg-xchacha-03, section 2.2.1; "Cryptography in NaCl", section 8: the second key from the first. */
static void derived_key_examples(void **state) {
    (void)state;
    static const struct {
        void (*derive)(uint8_t out[32], const uint8_t in[16], const uint8_t key[32]);
        const char *key, *in, *out;
    } table[] = {
        {sealane_hchacha20, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
         "000000090000004a0000000031415927", "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"},
        {sealane_hsalsa20, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
         "00000000000000000000000000000000", "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        uint8_t key[32], in[16], want[32], got[32];
        hex_decode(key, 32, table[i].key);
        hex_decode(in, 16, table[i].in);
        hex_decode(want, 32, table[i].out);
        table[i].derive(got, in, key);
        assert_memory_equal(got, want, 32);
        table[i].derive(key, in, key);
        assert_memory_equal(key, want, 32);
    }
}

static const kernel_test tests[] = {
    ONCE(poly1305_examples),
    ONCE(derived_key_examples),
    FOR_EACH_KERNEL(examples_of_the_specifications, FAMILIES_AEAD),
#if SEALANE_JANSSON
    FOR_EACH_KERNEL(wycheproof, FAMILY_BIT(FAMILY_CHACHA20_POLY1305) | FAMILY_BIT(FAMILY_XCHACHA20_POLY1305)),
    FOR_EACH_KERNEL(tweetnacl_secretbox, FAMILY_BIT(FAMILY_XSALSA20_POLY1305)),
#endif
    FOR_EACH_KERNEL(boringssl, FAMILY_BIT(FAMILY_CHACHA20_POLY1305)),
    FOR_EACH_KERNEL(openssl, FAMILY_BIT(FAMILY_CHACHA20_POLY1305)),
};

KERNEL_TESTS_MAIN(tests)
