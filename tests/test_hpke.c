/* SPDX-License-Identifier: ISC */
/* HPKE on every kernel that it is made of: the RFC's vectors, MLS's, and a plain composition of the oracle's primitives. */
#include "tests/for_each_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aead/aead.h"
#include "core/box/hpke.h"
#include "sealane/x25519.h"
#include "tests/support/guard.h"
#include "tests/support/hex.h"
#include "tests/support/no_random.h"
#include "tests/support/oracle.h"
#include "tests/support/rng.h"
#include "tests/support/vectors.h"
#include "tests/vectors/hpke_rfc9180.h"
#include "tests/vectors/x25519_rfc.h"

#define FAMILIES (FAMILY_BIT(FAMILY_X25519) | FAMILY_BIT(FAMILY_SHA256) | FAMILY_BIT(FAMILY_CHACHA20_POLY1305))
#define N_MAX 70U
#define LEN_MAX 300U
#define TAG SEALANE_HPKE_TAG_BYTES
#define AEAD SEALANE_CHACHA20_POLY1305

static const sealane_aead aeads[] = {SEALANE_AES128_GCM, SEALANE_AES256_GCM, SEALANE_CHACHA20_POLY1305};

static struct { uint8_t secret[32], public[32], ephemeral[32], ephemeral_public[32]; } people[N_MAX];
static uint8_t text[2 * LEN_MAX];

static void public_of(uint8_t out[32], const uint8_t secret[32]) {
    if (!oracle_x25519_base(out, secret)) {
        sealane_x25519_base_item item = {secret, out};
        assert_int_equal(sealane_x25519_base_batch(&item, 1), SEALANE_OK);
    }
}

static void setup(void **state) {
    kernel_force(kernel_of(state));
    rng r = rng_make(9180);
    rng_fill(&r, text, sizeof text);
    for (size_t i = 0; i < N_MAX; i++) {
        rng_fill(&r, people[i].secret, 32);
        rng_fill(&r, people[i].ephemeral, 32);
        public_of(people[i].public, people[i].secret);
        public_of(people[i].ephemeral_public, people[i].ephemeral);
    }
}

static hpke_kernels kernels(sealane_aead aead) {
    return (hpke_kernels){dispatch_x25519(), dispatch_sha256(), sealane_aead_dispatch(aead)};
}

static int is_zero(const uint8_t *p, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (p[i] != 0) {
            return 0;
        }
    }
    return 1;
}

/* The items of one sealing and its opening, of i to itself: `ephemeral` is i's. */
static sealane_hpke_seal_item to_seal(size_t i, size_t info_len, size_t ad_len, size_t len, uint8_t *enc, uint8_t *out) {
    return (sealane_hpke_seal_item){.public_key = people[i].public,
                                    .info = info_len == 0 ? NULL : text + i,
                                    .info_len = info_len,
                                    .ad = ad_len == 0 ? NULL : text + 2 * i,
                                    .ad_len = ad_len,
                                    .in = len == 0 ? NULL : text + 3 * i % 64,
                                    .len = len,
                                    .enc = enc,
                                    .out = out};
}

static sealane_hpke_open_item to_open(const sealane_hpke_seal_item *m, size_t i, uint8_t *out) {
    return (sealane_hpke_open_item){.public_key = m->public_key,
                                    .secret_key = people[i].secret,
                                    .info = m->info,
                                    .info_len = m->info_len,
                                    .ad = m->ad,
                                    .ad_len = m->ad_len,
                                    .enc = m->enc,
                                    .in = m->out,
                                    .len = m->len,
                                    .out = out};
}

static void rfc9180(void **state) {
    const kernel_row *row = kernel_of(state);
    kernel_force(row);
    for (size_t v = 0; v < sizeof hpke_rfc9180 / sizeof hpke_rfc9180[0]; v++) {
        const sealane_aead aead = hpke_rfc9180[v].aead;
        hex_bytes info = hex_alloc(hpke_rfc9180[v].info), plaintext = hex_alloc(hpke_rfc9180[v].plaintext),
                  ad = hex_alloc(hpke_rfc9180[v].ad), ciphertext = hex_alloc(hpke_rfc9180[v].ciphertext);
        uint8_t ephemeral[32], secret[32], public[32], want_enc[32], enc[32], out[64], opened[64];
        hex_decode(ephemeral, 32, hpke_rfc9180[v].ephemeral_secret);
        hex_decode(secret, 32, hpke_rfc9180[v].recipient_secret);
        hex_decode(public, 32, hpke_rfc9180[v].recipient_public);
        hex_decode(want_enc, 32, hpke_rfc9180[v].enc);
        const sealane_hpke_seal_item seal = {public, info.p, info.n, ad.p, ad.n, plaintext.p, plaintext.n, enc, out};
        const sealane_hpke_open_item open = {public, secret,   info.p,       info.n,      ad.p,
                                             ad.n,   want_enc, ciphertext.p, plaintext.n, opened};
        const hpke_kernels k = kernels(aead);
        if (k.aead == NULL) {
            assert_int_equal(sealane_hpke_seal_batch(aead, &seal, 1, NULL), SEALANE_EUNSUPPORTED);
            assert_int_equal(sealane_hpke_open_batch(aead, &open, 1, NULL), SEALANE_EUNSUPPORTED);
            printf("RFC 9180 %s on %s: SKIPPED, no kernel of its AEAD\n", hpke_rfc9180[v].section, row->isa);
        } else {
            assert_int_equal(sealane_hpke_seal_batch_with(&k, ephemeral, aead, &seal, 1, NULL), SEALANE_OK);
            assert_memory_equal(enc, want_enc, 32);
            assert_int_equal(ciphertext.n, plaintext.n + TAG);
            assert_memory_equal(out, ciphertext.p, ciphertext.n);
            assert_int_equal(sealane_hpke_open_batch(aead, &open, 1, NULL), SEALANE_OK);
            assert_memory_equal(opened, plaintext.p, plaintext.n);
        }
        free(info.p);
        free(plaintext.p);
        free(ad.p);
        free(ciphertext.p);
    }
}

#if SEALANE_JANSSON
/* EncryptWithLabel of RFC 9420, section 5.1.3: info is label and context, each behind its length; no associated data. */
static void mls(void **state) {
    static const char name[] = "mls/crypto-basics.json";
    const kernel_row *row = kernel_of(state);
    kernel_force(row);
    json_t *root = vectors_json(name, NULL), *suite;
    if (root == NULL) {
        skip();
    }
    size_t i, n = 0;
    json_array_foreach(root, i, suite) {
        const json_int_t id = json_integer_value(json_object_get(suite, "cipher_suite"));
        const sealane_aead aead = id == 1 ? SEALANE_AES128_GCM : SEALANE_CHACHA20_POLY1305;
        const json_t *test = json_object_get(suite, "encrypt_with_label");
        if ((id != 1 && id != 3) || sealane_aead_dispatch(aead) == NULL) {
            continue;
        }
        hex_bytes secret = vectors_hex(test, "priv"), public = vectors_hex(test, "pub"), context = vectors_hex(test, "context"),
                  plaintext = vectors_hex(test, "plaintext"), enc = vectors_hex(test, "kem_output"),
                  ciphertext = vectors_hex(test, "ciphertext");
        char info[256];
        int len = snprintf(info, sizeof info, "%cMLS 1.0 %s%c", (int)(8 + strlen(vectors_string(test, "label"))),
                           vectors_string(test, "label"), (int)context.n);
        assert_true(len > 0 && context.n < 64 && (size_t)len + context.n <= sizeof info);
        memcpy(info + len, context.p, context.n);
        uint8_t out[256];
        assert_true(ciphertext.n <= sizeof out && ciphertext.n == plaintext.n + TAG);
        const sealane_hpke_open_item open = {.public_key = public.p,
                                             .secret_key = secret.p,
                                             .info = (const uint8_t *)info,
                                             .info_len = (size_t)len + context.n,
                                             .enc = enc.p,
                                             .in = ciphertext.p,
                                             .len = plaintext.n,
                                             .out = out};
        assert_int_equal(sealane_hpke_open_batch(aead, &open, 1, NULL), SEALANE_OK);
        assert_memory_equal(out, plaintext.p, plaintext.n);
        hex_bytes *all[] = {&secret, &public, &context, &plaintext, &enc, &ciphertext};
        for (size_t b = 0; b < sizeof all / sizeof all[0]; b++) {
            free(all[b]->p);
        }
        n++;
    }
    vectors_ran(name, row->isa, n);
    json_decref(root);
}
#endif

/* RFC 9180 word for word, over the oracle's X25519, HMAC and AEAD. */

typedef struct {
    uint8_t bytes[LEN_MAX + 256];
    size_t n;
} string;

static void add(string *s, const void *bytes, size_t n) {
    if (n > 0) {
        memcpy(s->bytes + s->n, bytes, n);
    }
    s->n += n;
}

static void labeled_extract(uint8_t prk[32], const uint8_t *salt, size_t salt_len, const string *suite_id, const char *label,
                            const uint8_t *ikm, size_t ikm_len) {
    string s = {.n = 0};
    add(&s, "HPKE-v1", 7);
    add(&s, suite_id->bytes, suite_id->n);
    add(&s, label, strlen(label));
    add(&s, ikm, ikm_len);
    assert_true(oracle_hmac_sha256(prk, salt, salt_len, s.bytes, s.n));
}

static void labeled_expand(uint8_t *out, size_t len, const uint8_t prk[32], const string *suite_id, const char *label,
                           const string *info) {
    const uint8_t length[2] = {0, (uint8_t)len}, counter = 1;
    uint8_t block[32];
    string s = {.n = 0};
    add(&s, length, 2);
    add(&s, "HPKE-v1", 7);
    add(&s, suite_id->bytes, suite_id->n);
    add(&s, label, strlen(label));
    add(&s, info->bytes, info->n);
    add(&s, &counter, 1);
    assert_true(oracle_hmac_sha256(block, prk, 32, s.bytes, s.n));
    memcpy(out, block, len);
}

/* What sealing to a person with that ephemeral secret key gives. 0 where there is no oracle for the AEAD. */
static int reference_seal(sealane_aead aead, const sealane_hpke_seal_item *m, const uint8_t ephemeral[32], uint8_t enc[32],
                          uint8_t *out) {
    static const uint8_t mode = 0, kem_id[2] = {0x00, 0x20}, kdf_id[2] = {0x00, 0x01};
    const uint8_t aead_id[2] = {0, aead == SEALANE_AES128_GCM ? 1 : aead == SEALANE_AES256_GCM ? 2 : 3};
    const size_t Nk = aead == SEALANE_AES128_GCM ? 16 : 32;
    uint8_t dh[32], prk[32], shared_secret[32], psk_id_hash[32], info_hash[32], secret[32], key[32], nonce[12];
    int good;
    if (!oracle_x25519_base(enc, ephemeral) || !oracle_x25519(dh, &good, ephemeral, m->public_key)) {
        return 0;
    }
    string suite_id = {.n = 0}, context = {.n = 0};
    add(&suite_id, "KEM", 3);
    add(&suite_id, kem_id, 2);
    add(&context, enc, 32);
    add(&context, m->public_key, 32);
    labeled_extract(prk, NULL, 0, &suite_id, "eae_prk", dh, 32);
    labeled_expand(shared_secret, 32, prk, &suite_id, "shared_secret", &context);
    suite_id.n = context.n = 0;
    add(&suite_id, "HPKE", 4);
    add(&suite_id, kem_id, 2);
    add(&suite_id, kdf_id, 2);
    add(&suite_id, aead_id, 2);
    labeled_extract(psk_id_hash, NULL, 0, &suite_id, "psk_id_hash", NULL, 0);
    labeled_extract(info_hash, NULL, 0, &suite_id, "info_hash", m->info, m->info_len);
    add(&context, &mode, 1);
    add(&context, psk_id_hash, 32);
    add(&context, info_hash, 32);
    labeled_extract(secret, shared_secret, 32, &suite_id, "secret", NULL, 0);
    labeled_expand(key, Nk, secret, &suite_id, "key", &context);
    labeled_expand(nonce, 12, secret, &suite_id, "base_nonce", &context);
    const sealane_aead_seal_item item = {
        .key = key, .nonce = nonce, .ad = m->ad, .ad_len = m->ad_len, .in = m->in, .len = m->len};
    return oracle_aead_seal(aead, &item, out, out + m->len);
}

/* Batches of every size: infos alone, and shared by runs of items; all lengths mixed. Byte for byte, and back. */
static void batches(void **state) {
    setup(state);
    static uint8_t enc[N_MAX][32], out[N_MAX][LEN_MAX + TAG + 1], back[N_MAX][LEN_MAX + 1], ephemeral[N_MAX][32];
    rng r = rng_make(2);
    for (size_t a = 0; a < sizeof aeads / sizeof aeads[0]; a++) {
        const hpke_kernels k = kernels(aeads[a]);
        for (size_t n = 0; k.aead != NULL && n <= N_MAX; n++) {
            sealane_hpke_seal_item seal[N_MAX];
            sealane_hpke_open_item open[N_MAX];
            uint8_t verdicts[N_MAX + 1];
            memset(out, 0xa5, sizeof out);
            memset(back, 0xa5, sizeof back);
            memset(verdicts, 0xa5, sizeof verdicts);
            for (size_t i = 0; i < n; i++) {
                seal[i] = to_seal(i, rng_below(&r, LEN_MAX), rng_below(&r, 80), rng_below(&r, LEN_MAX + 1), enc[i], out[i]);
                if (i > 0 && rng_below(&r, 3) != 0) {
                    seal[i].info = seal[i - 1].info;
                    seal[i].info_len = seal[i - 1].info_len - (seal[i - 1].info_len > 0 && rng_below(&r, 4) == 0);
                }
                memcpy(ephemeral[i], people[i].ephemeral, 32);
                open[i] = to_open(&seal[i], i, back[i]);
            }
            assert_int_equal(sealane_hpke_seal_batch_with(&k, ephemeral[0], aeads[a], seal, n, verdicts), SEALANE_OK);
            for (size_t i = 0; i < n; i++) {
                uint8_t want_enc[32], want[LEN_MAX + TAG];
                assert_int_equal(verdicts[i], 1);
                assert_int_equal(out[i][seal[i].len + TAG], 0xa5);
                if (reference_seal(aeads[a], &seal[i], people[i].ephemeral, want_enc, want)) {
                    assert_memory_equal(enc[i], want_enc, 32);
                    assert_memory_equal(out[i], want, seal[i].len + TAG);
                }
            }
            memset(verdicts, 0xa5, sizeof verdicts);
            assert_int_equal(sealane_hpke_open_batch_with(&k, aeads[a], open, n, verdicts), SEALANE_OK);
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(verdicts[i], 1);
                assert_true(seal[i].len == 0 || memcmp(back[i], seal[i].in, seal[i].len) == 0);
                assert_int_equal(back[i][seal[i].len], 0xa5);
            }
            assert_int_equal(verdicts[n], 0xa5);
        }
    }
}

/* The public call: every ephemeral key is new, what it seals opens, also in place. */
static void fresh_keys(void **state) {
    setup(state);
    static uint8_t enc[2 * N_MAX][32], out[2 * N_MAX][LEN_MAX + TAG];
    sealane_hpke_seal_item seal[N_MAX];
    sealane_hpke_open_item open[N_MAX];
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < N_MAX; i++) {
            seal[i] = to_seal(i, 20, i, 100 + i, enc[round * N_MAX + i], out[round * N_MAX + i]);
            memcpy(seal[i].out, seal[i].in, seal[i].len);
            seal[i].in = seal[i].out;
            open[i] = to_open(&seal[i], i, seal[i].out);
        }
        assert_int_equal(sealane_hpke_seal_batch(AEAD, seal, N_MAX, NULL), SEALANE_OK);
        assert_int_equal(sealane_hpke_open_batch(AEAD, open, N_MAX, NULL), SEALANE_OK);
        for (size_t i = 0; i < N_MAX; i++) {
            assert_memory_equal(seal[i].out, text + 3 * i % 64, seal[i].len);
        }
    }
    for (size_t i = 0; i < 2 * N_MAX; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(enc[i], enc[j], 32);
        }
    }
}

/* One item of a batch damaged in each of its parts, at every position: refused and zeroed, the others open. */
static void forgeries(void **state) {
    setup(state);
    enum { N = 35, LEN = 50, PARTS = 8 };
    static uint8_t enc[N][32], out[N][LEN + TAG], back[N][LEN], wrong[LEN_MAX];
    sealane_hpke_seal_item seal[N];
    for (size_t i = 0; i < N; i++) {
        seal[i] = to_seal(i, 11, 13, LEN, enc[i], out[i]);
    }
    assert_int_equal(sealane_hpke_seal_batch(AEAD, seal, N, NULL), SEALANE_OK);
    for (size_t at = 0; at < N; at++) {
        for (unsigned part = 0; part < PARTS; part++) {
            sealane_hpke_open_item open[N];
            uint8_t verdicts[N];
            for (size_t i = 0; i < N; i++) {
                open[i] = to_open(&seal[i], i, back[i]);
            }
            const uint8_t **pointers[PARTS] = {&open[at].enc,  &open[at].in,         &open[at].in,         &open[at].ad,
                                               &open[at].info, &open[at].secret_key, &open[at].public_key, &open[at].enc};
            const size_t bytes[PARTS] = {32, LEN + TAG, LEN + TAG, 13, 11, 32, 32, 32};
            memcpy(wrong, *pointers[part], bytes[part]);
            if (part == PARTS - 1) {
                memset(wrong, 0, 32); /* of small order */
            } else if (part == 2) {
                wrong[LEN + at % TAG] ^= (uint8_t)(1U << at % 8);
            } else {
                wrong[(at + 1) % (part == 1 ? LEN : bytes[part] - 1)] ^= 0x10;
            }
            *pointers[part] = wrong;
            memset(back, 0xa5, sizeof back);
            memset(verdicts, 0xa5, sizeof verdicts);
            assert_int_equal(sealane_hpke_open_batch(AEAD, open, N, verdicts), SEALANE_EVERIFY);
            for (size_t i = 0; i < N; i++) {
                assert_int_equal(verdicts[i], i != at);
                assert_true(i == at ? is_zero(back[i], LEN) : memcmp(back[i], seal[i].in, LEN) == 0);
            }
        }
    }
}

/* Recipients of small order among others: refused and zeroed; nothing of theirs is sealed. */
static void small_order(void **state) {
    setup(state);
    enum { N = 40, LEN = 20 };
    static uint8_t enc[N][32], out[N][LEN + TAG], back[N][LEN], bad_key[32];
    for (size_t p = 0; p < sizeof x25519_small_order / sizeof x25519_small_order[0]; p++) {
        hex_decode(bad_key, 32, x25519_small_order[p]);
        sealane_hpke_seal_item seal[N];
        uint8_t verdicts[N];
        memset(enc, 0xa5, sizeof enc);
        memset(out, 0xa5, sizeof out);
        for (size_t i = 0; i < N; i++) {
            seal[i] = to_seal(i, 7, 0, LEN, enc[i], out[i]);
            if (i % 5 == p % 5) {
                seal[i].public_key = bad_key;
            }
        }
        assert_int_equal(sealane_hpke_seal_batch(AEAD, seal, N, verdicts), SEALANE_EVERIFY);
        for (size_t i = 0; i < N; i++) {
            const int bad = i % 5 == p % 5;
            assert_int_equal(verdicts[i], !bad);
            if (bad) {
                assert_true(is_zero(enc[i], 32) && is_zero(out[i], LEN + TAG));
            } else {
                const sealane_hpke_open_item open = to_open(&seal[i], i, back[i]);
                assert_int_equal(sealane_hpke_open_batch(AEAD, &open, 1, NULL), SEALANE_OK);
            }
        }
    }
}

/* Every buffer ends at a page that cannot be touched. */
static void guard_pages(void **state) {
    setup(state);
    for (size_t len = 0; len <= 200; len += len < 70 ? 1 : 13) {
        const size_t sizes[] = {32, 32, len % 40, len % 23, len, 32, len + TAG};
        guard g[7];
        uint8_t *p[7];
        for (size_t i = 0; i < 7; i++) {
            g[i] = guard_make(sizes[i]);
            p[i] = guard_end(&g[i], sizes[i]);
        }
        memcpy(p[0], people[0].public, 32);
        memcpy(p[1], people[0].secret, 32);
        memcpy(p[4], text, len);
        const sealane_hpke_seal_item seal = {p[0], p[2], sizes[2], p[3], sizes[3], p[4], len, p[5], p[6]};
        assert_int_equal(sealane_hpke_seal_batch(AEAD, &seal, 1, NULL), SEALANE_OK);
        const sealane_hpke_open_item open = {p[0], p[1], p[2], sizes[2], p[3], sizes[3], p[5], p[6], len, p[4]};
        memset(p[4], 0, len);
        assert_int_equal(sealane_hpke_open_batch(AEAD, &open, 1, NULL), SEALANE_OK);
        assert_memory_equal(p[4], text, len);
        for (size_t i = 0; i < 7; i++) {
            guard_free(&g[i]);
        }
    }
}

static void errors(void **state) {
    setup(state);
    enum { N = 40, LEN = 9 };
    static uint8_t enc[N][32], out[N][LEN + TAG];
    static const uint8_t input[LEN + TAG], zero[N];
    static const size_t at[] = {0, 1, 31, 32, N - 1};
    for (size_t a = 0; a < sizeof at / sizeof at[0]; a++) {
        for (unsigned way = 0; way < 10; way++) {
            sealane_hpke_seal_item seal[N];
            sealane_hpke_open_item open[N];
            uint8_t verdicts[N];
            memset(enc, 0xa5, sizeof enc);
            memset(out, 0xa5, sizeof out);
            for (size_t i = 0; i < N; i++) {
                seal[i] = to_seal(i, 3, 3, LEN, enc[i], out[i]);
                open[i] = to_open(&seal[i], i, out[i]);
                open[i].enc = people[0].public;
                open[i].in = input;
            }
            sealane_hpke_seal_item *s = &seal[at[a]];
            sealane_hpke_open_item *o = &open[at[a]];
            const int seal_bad = way != 8, open_bad = way != 9;
            sealane_status want = way < 5 || way > 7 ? SEALANE_EINVAL : SEALANE_ELENGTH;
            switch (way) {
            case 0:
                s->public_key = o->public_key = NULL;
                break;
            case 1:
                s->info = o->info = NULL;
                break;
            case 2:
                s->ad = o->ad = NULL;
                break;
            case 3:
                s->in = o->in = NULL;
                break;
            case 4:
                s->out = o->out = NULL;
                break;
            case 5:
                s->len = o->len = SIZE_MAX - at[a] % TAG;
                break;
            case 6:
                s->info_len = o->info_len = SIZE_MAX;
                break;
            case 7:
                s->ad_len = o->ad_len = SIZE_MAX;
                break;
            case 8:
                o->secret_key = NULL;
                break;
            default:
                s->enc = NULL;
            }
            if ((way == 6 || way == 7) && SIZE_MAX <= UINT32_MAX) { /* no length is too long there */
                continue;
            }
            for (int call = 0; call < 2; call++) {
                if (call == 0 ? seal_bad : open_bad) {
                    memset(verdicts, 0xa5, sizeof verdicts);
                    assert_int_equal(call == 0 ? sealane_hpke_seal_batch(AEAD, seal, N, verdicts)
                                               : sealane_hpke_open_batch(AEAD, open, N, verdicts),
                                     want);
                    assert_memory_equal(verdicts, zero, N);
                }
            }
            for (size_t i = 0; i < N; i++) {
                for (size_t b = 0; b < LEN + TAG; b++) {
                    assert_true(out[i][b] == 0xa5 && enc[i][b % 32] == 0xa5);
                }
            }
        }
    }
    sealane_hpke_seal_item seal = to_seal(0, 3, 3, LEN, enc[0], out[0]);
    sealane_hpke_open_item open = to_open(&seal, 0, out[0]);
    static const sealane_aead others[] = {(sealane_aead)0, SEALANE_XCHACHA20_POLY1305, SEALANE_AEGIS256, (sealane_aead)99};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(sealane_hpke_seal_batch(others[i], &seal, 1, NULL), SEALANE_EINVAL);
        assert_int_equal(sealane_hpke_open_batch(others[i], &open, 1, NULL), SEALANE_EINVAL);
    }
    assert_int_equal(sealane_hpke_seal_batch(AEAD, NULL, 1, NULL), SEALANE_EINVAL);
    assert_int_equal(sealane_hpke_open_batch(AEAD, NULL, 1, NULL), SEALANE_EINVAL);
    assert_int_equal(sealane_hpke_seal_batch(AEAD, NULL, 0, NULL), SEALANE_OK);
    assert_int_equal(sealane_hpke_open_batch(AEAD, NULL, 0, NULL), SEALANE_OK);
}

static int erandom_and_zeroes(void) {
    enum { N = 70, LEN = 33 };
    static uint8_t enc[N][32], out[N][LEN + TAG], verdicts[N];
    static sealane_hpke_seal_item items[N];
    memset(enc, 0xa5, sizeof enc);
    memset(out, 0xa5, sizeof out);
    memset(verdicts, 0xa5, sizeof verdicts);
    for (size_t i = 0; i < N; i++) {
        items[i] = to_seal(i, 5, 5, LEN, enc[i], out[i]);
    }
    int good = sealane_hpke_seal_batch(AEAD, items, N, verdicts) == SEALANE_ERANDOM;
    return good && is_zero(enc[0], sizeof enc) && is_zero(out[0], sizeof out) && is_zero(verdicts, N) ? 0 : 1;
}

static void no_randomness(void **state) {
    setup(state);
    int result = without_randomness(erandom_and_zeroes);
    if (result == 2) {
        printf("no_randomness: seccomp is not allowed here\n");
        skip();
    }
    assert_int_equal(result, 0);
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(rfc9180, FAMILIES),
#if SEALANE_JANSSON
    FOR_EACH_KERNEL(mls, FAMILIES),
#endif
    FOR_EACH_KERNEL(batches, FAMILIES),       FOR_EACH_KERNEL(fresh_keys, FAMILIES),  FOR_EACH_KERNEL(forgeries, FAMILIES),
    FOR_EACH_KERNEL(small_order, FAMILIES),   FOR_EACH_KERNEL(guard_pages, FAMILIES), FOR_EACH_KERNEL(errors, FAMILIES),
    FOR_EACH_KERNEL(no_randomness, FAMILIES),
};
KERNEL_TESTS_MAIN(tests)
