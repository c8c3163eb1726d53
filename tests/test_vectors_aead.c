/* SPDX-License-Identifier: ISC */
/* AEAD vectors on every kernel: those of the tree, and the larger sets where they are at hand. */
#include <stdlib.h>
#include <string.h>

#include "core/ref/chacha20.h"
#include "core/ref/poly1305.h"
#include "core/ref/salsa20.h"
#include "sealane/kdf.h"
#include "tests/support/aead.h"
#include "tests/support/hex.h"
#include "tests/support/vectors.h"
#include "tests/vectors/aead.h"
#include "tests/vectors/aegis_libsodium.h"
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
            v->tag.p[i % v->tag.n] ^= good ? 0 : 1;
            v->good = good;
        }
    }
    run_set(state, &kernel, "the specifications' examples", &set);
}

#if SEALANE_JANSSON

static void wycheproof(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    const char *name = kernel.algorithm == SEALANE_CHACHA20_POLY1305 ? "wycheproof/testvectors_v1/chacha20_poly1305_test.json"
                       : kernel.algorithm == SEALANE_XCHACHA20_POLY1305
                           ? "wycheproof/testvectors_v1/xchacha20_poly1305_test.json"
                           : "wycheproof/testvectors_v1/aes_gcm_test.json";
    json_t *root = vectors_json(name, NULL);
    if (root == NULL) {
        skip();
    }
    vector_set set = {0};
    size_t g, t;
    json_t *group, *test;
    json_array_foreach(json_object_get(root, "testGroups"), g, group) {
        json_array_foreach(json_object_get(group, "tests"), t, test) {
            /* Other sizes of nonces, and of AES keys. */
            if (json_integer_value(json_object_get(group, "ivSize")) != (json_int_t)(8 * kernel.nonce_bytes) ||
                json_integer_value(json_object_get(group, "keySize")) != (json_int_t)(8 * kernel.key_bytes) ||
                json_integer_value(json_object_get(group, "tagSize")) != (json_int_t)(8 * kernel.tag_bytes)) {
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

/* The draft's vectors. Those with an error have a changed byte somewhere, and no plaintext. */
static void aegis_draft(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    const char *name = kernel.algorithm == SEALANE_AEGIS128L ? "aegis-draft/aegis-128l-test-vectors.json"
                                                             : "aegis-draft/aegis-256-test-vectors.json";
    json_t *root = vectors_json(name, NULL);
    if (root == NULL) {
        skip();
    }
    vector_set set = {0};
    size_t i;
    json_t *test;
    json_array_foreach(root, i, test) {
        if (json_object_get(test, "tag256") == NULL) {
            set.left_out++; /* a step of the state */
            continue;
        }
        vector *v = set_add(&set);
        (void)snprintf(v->name, sizeof v->name, "%s", vectors_string(test, "name"));
        v->good = json_object_get(test, "error") == NULL;
        v->key = vectors_hex(test, "key");
        v->nonce = vectors_hex(test, "nonce");
        v->ad = vectors_hex(test, "ad");
        v->cipher = vectors_hex(test, "ct");
        v->plain = vectors_hex(test, v->good ? "msg" : "ct"); /* of the same length */
        v->tag = vectors_hex(test, "tag256");
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

/* NIST's sets (CAVP), with nonces of 96 bits. Short tags are those that a whole one begins with: so these are sealed and
   compared as far as they go, and opened only if whole. */
static void nist_gcm_file(void **state, const aead_kernel *kernel, const char *name, const char *pyca, size_t *cases) {
    vectors_text text = {.file = vectors_open(name, pyca)};
    if (text.file == NULL) {
        return;
    }
    vector_set whole = {0};
    vector v = {.good = 0};
    const char *key, *value;
    int more;
    do {
        more = vectors_next(&text, &key, &value);
        if ((!more || strcmp(key, "Count") == 0) && v.tag.p != NULL) {
            if (v.nonce.n != kernel->nonce_bytes) {
                whole.left_out++;
            } else {
                (*cases)++;
                uint8_t tag[32];
                hex_bytes out = {.p = malloc(v.plain.n + 1), .n = v.plain.n};
                assert_non_null(out.p);
                const sealane_aead_seal_item seal = {v.key.p, v.nonce.p, v.ad.p, v.ad.n, v.plain.p, v.plain.n, out.p, tag};
                v.good = v.plain.p != NULL; /* else the file says FAIL in its place */
                if (v.good) {
                    assert_int_equal(sealane_aead_seal_batch_with(kernel->ops, kernel->algorithm, &seal, 1), SEALANE_OK);
                    if (memcmp(out.p, v.cipher.p, out.n) != 0 || memcmp(tag, v.tag.p, v.tag.n) != 0) {
                        fail_at(name, &v, "sealing", "another ciphertext or tag");
                    }
                }
                if (v.tag.n == kernel->tag_bytes) {
                    vector *kept = set_add(&whole);
                    *kept = v;
                    if (!v.good) { /* of the ciphertext's length */
                        kept->plain = (hex_bytes){.p = malloc(v.cipher.n + 1), .n = v.cipher.n};
                        assert_non_null(kept->plain.p);
                        memset(kept->plain.p, 0, v.cipher.n);
                    }
                    v = (vector){.good = 0};
                }
                free(out.p);
            }
            hex_bytes *const all[] = {&v.key, &v.nonce, &v.ad, &v.plain, &v.cipher, &v.tag};
            for (size_t b = 0; b < 6; b++) {
                free(all[b]->p);
            }
            v = (vector){.good = 0};
        }
        if (!more) {
            break;
        }
        (void)snprintf(v.name, sizeof v.name, "%s", strcmp(key, "Count") == 0 ? value : v.name);
        const struct {
            const char *name;
            hex_bytes *bytes;
        } members[] = {{"Key", &v.key}, {"IV", &v.nonce}, {"AAD", &v.ad}, {"PT", &v.plain}, {"CT", &v.cipher}, {"Tag", &v.tag}};
        for (size_t m = 0; m < sizeof members / sizeof members[0]; m++) {
            if (strcmp(key, members[m].name) == 0) {
                assert_null(members[m].bytes->p);
                *members[m].bytes = hex_alloc(value);
            }
        }
    } while (more);
    vectors_close(&text);
    run_set(state, kernel, name, &whole);
}

static void nist_gcm(void **state) {
    static const char *const files[2][2] = {{"gcmEncryptExtIV128.rsp", "gcmDecrypt128.rsp"},
                                            {"gcmEncryptExtIV256.rsp", "gcmDecrypt256.rsp"}};
    aead_kernel kernel = aead_kernel_of(state);
    size_t cases = 0;
    for (size_t f = 0; f < 2; f++) {
        const char *file = files[kernel.algorithm == SEALANE_AES256_GCM][f];
        char name[64], pyca[64];
        (void)snprintf(name, sizeof name, "nist-gcm/%s", file);
        (void)snprintf(pyca, sizeof pyca, "ciphers/AES/GCM/%s", file);
        nist_gcm_file(state, &kernel, name, pyca, &cases);
    }
    if (cases == 0) {
        skip();
    }
    printf("vectors: %zu of NIST's cases with a 96-bit nonce\n", cases);
    assert_int_equal(cases, 5250);
}

/* The stream that tests/aegis_libsodium.mjs fills its inputs from. */
static void stream_fill(uint32_t *x, uint8_t *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        *x = *x * UINT32_C(1664525) + UINT32_C(1013904223);
        out[i] = (uint8_t)(*x >> 24);
    }
}

/* Every length from 0 to 4096 with each length of associated data, as libsodium 1.0.22 seals it. */
static void aegis_libsodium(void **state) {
    enum { LEN_MAX = 4096, AD_MAX = 257, TOGETHER = 64 };
    aead_kernel kernel = aead_kernel_of(state);
    size_t room = 0;
    for (size_t len = 0; len <= LEN_MAX; len++) {
        room += len + kernel.tag_bytes;
    }
    uint8_t *record = malloc(room), *in = malloc((size_t)TOGETHER * LEN_MAX);
    assert_true(record != NULL && in != NULL);
    for (size_t r = 0; r < sizeof aegis_libsodium_rows / sizeof aegis_libsodium_rows[0]; r++) {
        const aegis_libsodium_row *row = &aegis_libsodium_rows[r];
        if (row->algorithm != kernel.algorithm) {
            continue;
        }
        static uint8_t key[TOGETHER][32], nonce[TOGETHER][32], ad[TOGETHER][AD_MAX];
        sealane_aead_seal_item items[TOGETHER];
        size_t n = 0, used = 0;
        for (size_t len = 0; len <= LEN_MAX; len++) {
            uint32_t x = (uint32_t)(len * 1000 + row->ad_len);
            stream_fill(&x, key[n], kernel.key_bytes);
            stream_fill(&x, nonce[n], kernel.nonce_bytes);
            stream_fill(&x, ad[n], row->ad_len);
            stream_fill(&x, in + n * LEN_MAX, len);
            items[n] = (sealane_aead_seal_item){key[n],           nonce[n], ad[n],         row->ad_len,
                                                in + n * LEN_MAX, len,      record + used, record + used + len};
            used += len + kernel.tag_bytes;
            if (++n == TOGETHER || len == LEN_MAX) {
                assert_int_equal(sealane_aead_seal_batch_with(kernel.ops, kernel.algorithm, items, n), SEALANE_OK);
                n = 0;
            }
        }
        uint8_t digest[32], want[32];
        const sealane_hash_item hash = {record, used, digest};
        assert_int_equal(sealane_sha256_batch(&hash, 1), SEALANE_OK);
        hex_decode(want, 32, row->sha256);
        if (memcmp(digest, want, 32) != 0) {
            fail_msg("not as libsodium seals, with %zu bytes of associated data", row->ad_len);
        }
    }
    free(record);
    free(in);
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
    FOR_EACH_KERNEL(wycheproof,
                    FAMILY_BIT(FAMILY_CHACHA20_POLY1305) | FAMILY_BIT(FAMILY_XCHACHA20_POLY1305) | FAMILIES_AES_GCM),
    FOR_EACH_KERNEL(aegis_draft, FAMILIES_AEGIS),
    FOR_EACH_KERNEL(tweetnacl_secretbox, FAMILY_BIT(FAMILY_XSALSA20_POLY1305)),
#endif
    FOR_EACH_KERNEL(nist_gcm, FAMILIES_AES_GCM),
    FOR_EACH_KERNEL(aegis_libsodium, FAMILIES_AEGIS),
    FOR_EACH_KERNEL(boringssl, FAMILY_BIT(FAMILY_CHACHA20_POLY1305)),
    FOR_EACH_KERNEL(openssl, FAMILY_BIT(FAMILY_CHACHA20_POLY1305)),
};

KERNEL_TESTS_MAIN(tests)
