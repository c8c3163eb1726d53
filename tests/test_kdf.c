/* SPDX-License-Identifier: ISC */
/* SHA-2, HMAC and HKDF: the RFCs' examples, every length against the oracle, batches of any size and mix, arguments. */
#include <stdlib.h>
#include <string.h>

#include "core/hash/sha2.h"
#include "tests/for_each_kernel.h"
#include "tests/support/figure.h"
#include "tests/support/guard.h"
#include "tests/support/hex.h"
#include "tests/support/oracle.h"
#include "tests/support/rng.h"
#include "tests/vectors/fips180.h"
#include "tests/vectors/rfc4231.h"
#include "tests/vectors/rfc5869.h"

/* One kernel's six calls under one shape, whatever the hash. */
typedef struct {
    const void *ops;
    int is_512;
    size_t bytes; /* of the hash */
    size_t block;
    int is_public; /* serves the public calls too */
} kdf_kernel;

static kdf_kernel kdf_kernel_of(void **state) {
    const kernel_row *row = kernel_of(state);
    int is_512 = row->family == FAMILY_SHA512;
    kernel_force(row);
    return (kdf_kernel){row->ops, is_512, is_512 ? 64 : 32, is_512 ? SHA512_BLOCK_BYTES : SHA256_BLOCK_BYTES, 1};
}

static sealane_status hash(const kdf_kernel *k, const sealane_hash_item *items, size_t n) {
    return k->is_512 ? sealane_sha512_batch_with(k->ops, items, n) : sealane_sha256_batch_with(k->ops, items, n);
}

static sealane_status hmac(const kdf_kernel *k, const sealane_hmac_item *items, size_t n) {
    return k->is_512 ? sealane_hmac_sha512_batch_with(k->ops, items, n) : sealane_hmac_sha256_batch_with(k->ops, items, n);
}

static sealane_status hkdf(const kdf_kernel *k, const sealane_hkdf_item *items, size_t n) {
    return k->is_512 ? sealane_hkdf_sha512_batch_with(k->ops, items, n) : sealane_hkdf_sha256_batch_with(k->ops, items, n);
}

static sealane_status hash_public(const kdf_kernel *k, const sealane_hash_item *items, size_t n) {
    return k->is_512 ? sealane_sha512_batch(items, n) : sealane_sha256_batch(items, n);
}

static sealane_status hmac_public(const kdf_kernel *k, const sealane_hmac_item *items, size_t n) {
    return k->is_512 ? sealane_hmac_sha512_batch(items, n) : sealane_hmac_sha256_batch(items, n);
}

static sealane_status hkdf_public(const kdf_kernel *k, const sealane_hkdf_item *items, size_t n) {
    return k->is_512 ? sealane_hkdf_sha512_batch(items, n) : sealane_hkdf_sha256_batch(items, n);
}

/* What is expected: from the oracle, or where it is absent from the portable kernel, one item a call. */
static void expect_hash(const kdf_kernel *k, uint8_t *out, const uint8_t *in, size_t len) {
    if (!(k->is_512 ? oracle_sha512(out, in, len) : oracle_sha256(out, in, len))) {
        kdf_kernel portable = *k;
        portable.ops = kernel_portable(k->is_512 ? FAMILY_SHA512 : FAMILY_SHA256)->ops;
        assert_int_equal(hash(&portable, &(sealane_hash_item){in, len, out}, 1), SEALANE_OK);
    }
}

static void expect_hmac(const kdf_kernel *k, uint8_t *out, const uint8_t *key, size_t key_len, const uint8_t *in, size_t len) {
    if (!(k->is_512 ? oracle_hmac_sha512(out, key, key_len, in, len) : oracle_hmac_sha256(out, key, key_len, in, len))) {
        kdf_kernel portable = *k;
        portable.ops = kernel_portable(k->is_512 ? FAMILY_SHA512 : FAMILY_SHA256)->ops;
        assert_int_equal(hmac(&portable, &(sealane_hmac_item){key, key_len, in, len, out}, 1), SEALANE_OK);
    }
}

/* RFC 5869, section 2, over expect_hmac. */
static void expect_hkdf(const kdf_kernel *k, const sealane_hkdf_item *item, uint8_t *out) {
    uint8_t prk[64], t[64];
    uint8_t *in = malloc(k->bytes + item->info_len + 1);
    assert_non_null(in);
    expect_hmac(k, prk, item->salt, item->salt_len, item->ikm, item->ikm_len);
    for (size_t done = 0, i = 1; done < item->out_len; done += k->bytes, i++) {
        size_t before = i == 1 ? 0 : k->bytes;
        memcpy(in, t, before);
        if (item->info_len > 0) {
            memcpy(in + before, item->info, item->info_len);
        }
        in[before + item->info_len] = (uint8_t)i;
        expect_hmac(k, t, prk, k->bytes, in, before + item->info_len + 1);
        size_t take = item->out_len - done < k->bytes ? item->out_len - done : k->bytes;
        memcpy(out + done, t, take);
    }
    free(in);
}

static void fips_180_examples(void **state) {
    kdf_kernel k = kdf_kernel_of(state);
    for (size_t v = 0; v < sizeof sha2_vectors / sizeof sha2_vectors[0]; v++) {
        const sha2_vector *vector = &sha2_vectors[v];
        size_t once = strlen(vector->text);
        uint8_t *in = malloc(once * vector->times + 1);
        assert_non_null(in);
        for (size_t i = 0; i < vector->times; i++) {
            memcpy(in + i * once, vector->text, once);
        }
        uint8_t want[64], got[3][64];
        hex_decode(want, k.bytes, k.is_512 ? vector->sha512 : vector->sha256);
        sealane_hash_item items[3];
        for (size_t i = 0; i < 3; i++) {
            items[i] = (sealane_hash_item){in, once * vector->times, got[i]};
        }
        assert_int_equal(hash(&k, items, 3), SEALANE_OK);
        for (size_t i = 0; i < 3; i++) {
            assert_memory_equal(got[i], want, k.bytes);
        }
        free(in);
    }
}

static void rfc_4231_examples(void **state) {
    kdf_kernel k = kdf_kernel_of(state);
    enum { N = sizeof hmac_vectors / sizeof hmac_vectors[0] };
    hex_bytes keys[N], messages[N];
    sealane_hmac_item items[N];
    uint8_t got[N][64];
    for (size_t v = 0; v < N; v++) {
        keys[v] = hex_alloc(hmac_vectors[v].key);
        messages[v] = hex_alloc(hmac_vectors[v].message);
        items[v] = (sealane_hmac_item){keys[v].p, keys[v].n, messages[v].p, messages[v].n, got[v]};
    }
    assert_int_equal(hmac(&k, items, N), SEALANE_OK);
    for (size_t v = 0; v < N; v++) {
        hex_bytes want = hex_alloc(k.is_512 ? hmac_vectors[v].sha512 : hmac_vectors[v].sha256);
        assert_memory_equal(got[v], want.p, want.n);
        free(want.p);
        free(keys[v].p);
        free(messages[v].p);
    }
}

static void rfc_5869_examples(void **state) {
    kdf_kernel k = kdf_kernel_of(state);
    for (size_t v = 0; v < sizeof hkdf_vectors / sizeof hkdf_vectors[0]; v++) {
        const hkdf_vector *vector = &hkdf_vectors[v];
        hex_bytes ikm = hex_alloc(vector->ikm), salt = hex_alloc(vector->salt), info = hex_alloc(vector->info);
        hex_bytes prk = hex_alloc(vector->prk), okm = hex_alloc(vector->okm);
        uint8_t got[128];
        assert_int_equal(hmac(&k, &(sealane_hmac_item){salt.p, salt.n, ikm.p, ikm.n, got}, 1), SEALANE_OK);
        assert_memory_equal(got, prk.p, prk.n);
        assert_int_equal(hkdf(&k, &(sealane_hkdf_item){salt.p, salt.n, ikm.p, ikm.n, info.p, info.n, got, okm.n}, 1),
                         SEALANE_OK);
        assert_memory_equal(got, okm.p, okm.n);
        hex_bytes *all[] = {&ikm, &salt, &info, &prk, &okm};
        for (size_t i = 0; i < 5; i++) {
            free(all[i]->p);
        }
    }
}

enum { LENGTH_MAX = 1100, POOL = 4 * LENGTH_MAX };

/* A piece of the pool that ends where the pool's memory ends now and then, so that sanitizers see an over-read. */
static const uint8_t *piece(const uint8_t *pool, size_t len, rng *random) {
    return pool + (rng_below(random, 4) == 0 ? POOL - len : rng_below(random, POOL - len + 1));
}

/* Lengths 0 to 1100 of one argument, in batches in which neighbours have other lengths. */
static void check_every_length(const kdf_kernel *k) {
    rng random = rng_make(50);
    uint8_t *pool = malloc(POOL);
    assert_non_null(pool);
    rng_fill(&random, pool, POOL);
    enum { N = LENGTH_MAX + 1 };
    static sealane_hash_item hashes[N];
    static sealane_hmac_item by_key[N], by_message[N];
    static uint8_t got[3][N][64];
    for (size_t i = 0; i < N; i++) {
        size_t len = i * 353 % N; /* 353 and 1101 have no common factor: each length once */
        hashes[i] = (sealane_hash_item){piece(pool, len, &random), len, got[0][i]};
        size_t other = rng_below(&random, 200);
        by_key[i] = (sealane_hmac_item){piece(pool, len, &random), len, piece(pool, other, &random), other, got[1][i]};
        by_message[i] = (sealane_hmac_item){piece(pool, other, &random), other, piece(pool, len, &random), len, got[2][i]};
    }
    assert_int_equal(hash(k, hashes, N), SEALANE_OK);
    assert_int_equal(hmac(k, by_key, N), SEALANE_OK);
    assert_int_equal(hmac(k, by_message, N), SEALANE_OK);
    for (size_t i = 0; i < N; i++) {
        uint8_t want[64];
        expect_hash(k, want, hashes[i].in, hashes[i].len);
        assert_memory_equal(got[0][i], want, k->bytes);
        const sealane_hmac_item *const items[] = {&by_key[i], &by_message[i]};
        for (size_t m = 0; m < 2; m++) {
            expect_hmac(k, want, items[m]->key, items[m]->key_len, items[m]->in, items[m]->len);
            assert_memory_equal(items[m]->out, want, k->bytes);
        }
    }
    free(pool);
}

static sealane_hkdf_item hkdf_item(const uint8_t *pool, size_t salt, size_t ikm, size_t info, uint8_t *out, size_t out_len,
                                   rng *random) {
    return (sealane_hkdf_item){
        piece(pool, salt, random), salt, piece(pool, ikm, random), ikm, piece(pool, info, random), info, out, out_len};
}

/* Lengths 0 to 1100 of each of HKDF's inputs and of its output, then the longest outputs. */
static void check_every_length_of_hkdf(const kdf_kernel *k) {
    rng random = rng_make(51);
    uint8_t *pool = malloc(POOL);
    assert_non_null(pool);
    rng_fill(&random, pool, POOL);
    enum { N = LENGTH_MAX + 1, ROOM = 255 * 64 };
    static sealane_hkdf_item items[N];
    uint8_t *out = malloc((size_t)N * (LENGTH_MAX + 1)), *want = malloc(ROOM), *longest = malloc(4 * (size_t)ROOM);
    assert_true(out != NULL && want != NULL && longest != NULL);
    for (size_t which = 0; which < 4; which++) {
        for (size_t i = 0; i < N; i++) {
            size_t len = i * 353 % N;
            size_t usual[4] = {rng_below(&random, 70), rng_below(&random, 70), rng_below(&random, 70),
                               1 + rng_below(&random, 140)};
            usual[which] = len;
            out[i * N + usual[3]] = 0x5a;
            items[i] = hkdf_item(pool, usual[0], usual[1], usual[2], out + i * N, usual[3], &random);
        }
        assert_int_equal(hkdf(k, items, N), SEALANE_OK);
        for (size_t i = 0; i < N; i++) {
            expect_hkdf(k, &items[i], want);
            assert_memory_equal(items[i].out, want, items[i].out_len);
            assert_int_equal(items[i].out[items[i].out_len], 0x5a);
        }
    }
    for (size_t i = 0; i < 4; i++) {
        items[i] = hkdf_item(pool, 20, 20, 20, longest + i * ROOM, 255 * k->bytes - i * 17, &random);
    }
    assert_int_equal(hkdf(k, items, 4), SEALANE_OK);
    for (size_t i = 0; i < 4; i++) {
        expect_hkdf(k, &items[i], want);
        assert_memory_equal(items[i].out, want, items[i].out_len);
    }
    free(pool);
    free(out);
    free(want);
    free(longest);
}

/* Batches of 0 to 70 and odd bigger ones, of any mix of lengths, through the kernel and through the public calls. */
static void check_any_number_of_mixed_inputs(const kdf_kernel *k) {
    rng random = rng_make(52);
    uint8_t *pool = malloc(POOL);
    assert_non_null(pool);
    rng_fill(&random, pool, POOL);
    enum { N = 1031 };
    static sealane_hash_item hashes[N];
    static sealane_hmac_item hmacs[N];
    static sealane_hkdf_item hkdfs[N];
    static uint8_t got[3][N][192];
    static const size_t big[] = {97, 128, 129, 255, 511, 512, 513, 1024, 1025, N};
    for (size_t round = 0; round < 71 + sizeof big / sizeof big[0]; round++) {
        size_t n = round <= 70 ? round : big[round - 71];
        for (size_t i = 0; i < n; i++) {
            size_t a = rng_below(&random, rng_below(&random, 20) == 0 ? POOL : 300), b = rng_below(&random, 150);
            if (round % 4 == 3) { /* whole blocks, so that the last one, of padding, is that of other streams too */
                a = k->block * rng_below(&random, 4);
            }
            hashes[i] = (sealane_hash_item){piece(pool, a, &random), a, got[0][i]};
            hmacs[i] = (sealane_hmac_item){piece(pool, b, &random), b, piece(pool, a, &random), a, got[1][i]};
            hkdfs[i] = hkdf_item(pool, rng_below(&random, 40), b, rng_below(&random, 200), got[2][i], rng_below(&random, 193),
                                 &random);
        }
        for (int is_public = 0; is_public <= k->is_public; is_public++) {
            memset(got, 0, sizeof got);
            assert_int_equal(is_public ? hash_public(k, hashes, n) : hash(k, hashes, n), SEALANE_OK);
            assert_int_equal(is_public ? hmac_public(k, hmacs, n) : hmac(k, hmacs, n), SEALANE_OK);
            assert_int_equal(is_public ? hkdf_public(k, hkdfs, n) : hkdf(k, hkdfs, n), SEALANE_OK);
            for (size_t i = 0; i < n; i++) {
                uint8_t want[192];
                expect_hash(k, want, hashes[i].in, hashes[i].len);
                assert_memory_equal(got[0][i], want, k->bytes);
                expect_hmac(k, want, hmacs[i].key, hmacs[i].key_len, hmacs[i].in, hmacs[i].len);
                assert_memory_equal(got[1][i], want, k->bytes);
                expect_hkdf(k, &hkdfs[i], want);
                assert_memory_equal(got[2][i], want, hkdfs[i].out_len);
            }
        }
    }
    free(pool);
}

/* out == in, and inputs of which the last byte touches a guard page. */
static void every_length(void **state) {
    kdf_kernel k = kdf_kernel_of(state);
    check_every_length(&k);
    figure_on(kernel_of(state), "hash and HMAC of every length of 0 to %d, key or message, against libsodium", LENGTH_MAX);
}

static void every_length_of_hkdf(void **state) {
    kdf_kernel k = kdf_kernel_of(state);
    check_every_length_of_hkdf(&k);
}

static void any_number_of_mixed_inputs(void **state) {
    kdf_kernel k = kdf_kernel_of(state);
    check_any_number_of_mixed_inputs(&k);
}

/* The portable kernels as if they took many streams a call: what is built on lanes is tested on every CPU. */
static void compress256(uint32_t *const state[], const sha2_run run[][2], size_t n) {
    const sha256_ops *portable = (const sha256_ops *)kernel_portable(FAMILY_SHA256)->ops;
    for (size_t i = 0; i < n; i++) {
        portable->compress(&state[i], &run[i], 1);
    }
}

static void compress512(uint64_t *const state[], const sha2_run run[][2], size_t n) {
    const sha512_ops *portable = (const sha512_ops *)kernel_portable(FAMILY_SHA512)->ops;
    for (size_t i = 0; i < n; i++) {
        portable->compress(&state[i], &run[i], 1);
    }
}

static void lanes_of_any_number(void **state) {
    (void)state;
    static const size_t lanes[] = {2, 3, 8, 16, 32, 100};
    for (size_t i = 0; i < sizeof lanes / sizeof lanes[0]; i++) {
        const sha256_ops ops256 = {lanes[i], compress256};
        const sha512_ops ops512 = {lanes[i], compress512};
        const kdf_kernel kernels[] = {{&ops256, 0, 32, SHA256_BLOCK_BYTES, 0}, {&ops512, 1, 64, SHA512_BLOCK_BYTES, 0}};
        for (size_t k = 0; k < 2; k++) {
            check_every_length(&kernels[k]);
            check_every_length_of_hkdf(&kernels[k]);
            check_any_number_of_mixed_inputs(&kernels[k]);
        }
    }
}

static void in_place_and_guard_pages(void **state) {
    kdf_kernel k = kdf_kernel_of(state);
    rng random = rng_make(53);
    guard in = guard_make(LENGTH_MAX), out = guard_make(64);
    for (size_t len = 0; len <= LENGTH_MAX; len++) {
        uint8_t *p = guard_end(&in, len), *q = guard_end(&out, k.bytes);
        uint8_t want[64];
        rng_fill(&random, p, len);
        expect_hash(&k, want, p, len);
        assert_int_equal(hash(&k, &(sealane_hash_item){p, len, q}, 1), SEALANE_OK);
        assert_memory_equal(q, want, k.bytes);
        uint8_t *begin = guard_begin(&in, 0), *begin_out = guard_begin(&out, 0);
        memmove(begin, p, len);
        assert_int_equal(hash(&k, &(sealane_hash_item){begin, len, begin_out}, 1), SEALANE_OK);
        assert_memory_equal(begin_out, want, k.bytes);
        if (len >= k.bytes) {
            assert_int_equal(hash(&k, &(sealane_hash_item){begin, len, begin}, 1), SEALANE_OK);
            assert_memory_equal(begin, want, k.bytes);
            rng_fill(&random, begin, len);
            expect_hmac(&k, want, q, k.bytes, begin, len);
            assert_int_equal(hmac(&k, &(sealane_hmac_item){q, k.bytes, begin, len, begin}, 1), SEALANE_OK);
            assert_memory_equal(begin, want, k.bytes);
        }
    }
    guard_free(&in);
    guard_free(&out);
}

/* Batches that fill lanes, of lengths around every length, each input ending at a guard page or beginning behind one. */
static void guard_pages_in_lanes(void **state) {
    kdf_kernel k = kdf_kernel_of(state);
    rng random = rng_make(55);
    enum { N = 33 };
    guard in = guard_make(LENGTH_MAX);
    static uint8_t got[N][64];
    sealane_hash_item items[N];
    rng_fill(&random, in.map + in.page, in.room);
    for (size_t len = 0; len <= LENGTH_MAX; len += 1 + rng_below(&random, 3)) {
        for (size_t i = 0; i < N; i++) {
            const size_t n = rng_below(&random, 3) == 0 ? rng_below(&random, len + 1) : len;
            items[i] = (sealane_hash_item){i % 2 == 0 ? guard_end(&in, n) : guard_begin(&in, 0), n, got[i]};
        }
        assert_int_equal(hash(&k, items, N), SEALANE_OK);
        for (size_t i = 0; i < N; i++) {
            uint8_t want[64];
            expect_hash(&k, want, items[i].in, items[i].len);
            assert_memory_equal(got[i], want, k.bytes);
        }
    }
    guard_free(&in);
}

/* A message in three parts, of any split, out over any of them. */
static void sha512_of_parts(void **state) {
    kdf_kernel k = kdf_kernel_of(state);
    rng random = rng_make(54);
    enum { N = 37, LEN = 500 };
    static uint8_t data[N][LEN], out[N][64], want[N][64];
    sha512_job jobs[N];
    for (size_t round = 0; round < 60; round++) {
        size_t n = 1 + round % N;
        for (size_t i = 0; i < n; i++) {
            rng_fill(&random, data[i], LEN);
            size_t len = rng_below(&random, LEN + 1), a = rng_below(&random, len + 1), b = a + rng_below(&random, len - a + 1);
            expect_hash(&k, want[i], data[i], len);
            jobs[i] = (sha512_job){.part = {a > 0 ? data[i] : NULL, b > a ? data[i] + a : NULL, len > b ? data[i] + b : NULL},
                                   .len = {a, b - a, len - b},
                                   .out = round % 2 == 0 ? out[i] : data[i] + rng_below(&random, LEN - 63)};
        }
        sealane_sha512_jobs_with(k.ops, jobs, n);
        for (size_t i = 0; i < n; i++) {
            assert_memory_equal(jobs[i].out, want[i], 64);
        }
    }
}

/* Whatever is wrong with one item, nothing is written for any. */
static void arguments(void **state) {
    kdf_kernel k = kdf_kernel_of(state);
    guard g = guard_make(1);
    uint8_t *p = guard_forbidden(&g);
    const uint64_t limit = (UINT64_C(1) << 61) - 1;
    enum { N = 5 };
    uint8_t out[N][64];
    static const uint8_t in[8];
    memset(out, 0xa5, sizeof out);
    assert_int_equal(hash_public(&k, NULL, 0), SEALANE_OK);
    assert_int_equal(hmac_public(&k, NULL, 0), SEALANE_OK);
    assert_int_equal(hkdf_public(&k, NULL, 0), SEALANE_OK);
    assert_int_equal(hash_public(&k, NULL, 1), SEALANE_EINVAL);
    assert_int_equal(hmac_public(&k, NULL, 1), SEALANE_EINVAL);
    assert_int_equal(hkdf_public(&k, NULL, 1), SEALANE_EINVAL);
    for (size_t at = 0; at < N; at++) {
        sealane_hash_item h[N];
        sealane_hmac_item m[N];
        sealane_hkdf_item d[N];
        for (size_t i = 0; i < N; i++) {
            h[i] = (sealane_hash_item){in, 8, out[i]};
            m[i] = (sealane_hmac_item){in, 8, in, 8, out[i]};
            d[i] = (sealane_hkdf_item){in, 8, in, 8, in, 8, out[i], 64};
        }
        const sealane_hash_item bad_hash[] = {{NULL, 1, p}, {p, 0, NULL}};
        for (size_t b = 0; b < 2; b++) {
            h[at] = bad_hash[b];
            assert_int_equal(hash_public(&k, h, N), SEALANE_EINVAL);
        }
        const sealane_hmac_item bad_hmac[] = {{NULL, 1, p, 1, p}, {p, 1, NULL, 1, p}, {p, 1, p, 1, NULL}};
        for (size_t b = 0; b < 3; b++) {
            m[at] = bad_hmac[b];
            assert_int_equal(hmac_public(&k, m, N), SEALANE_EINVAL);
        }
        const sealane_hkdf_item bad_hkdf[] = {
            {NULL, 1, p, 1, p, 1, p, 1}, {p, 1, NULL, 1, p, 1, p, 1}, {p, 1, p, 1, NULL, 1, p, 1}, {p, 1, p, 1, p, 1, NULL, 1}};
        for (size_t b = 0; b < 4; b++) {
            d[at] = bad_hkdf[b];
            assert_int_equal(hkdf_public(&k, d, N), SEALANE_EINVAL);
        }
        d[at] = (sealane_hkdf_item){p, 1, p, 1, p, 1, p, 255 * k.bytes + 1};
        assert_int_equal(hkdf_public(&k, d, N), SEALANE_ELENGTH);
        if (limit < SIZE_MAX) {
            const size_t over[] = {(size_t)limit + 1, SIZE_MAX};
            for (size_t b = 0; b < 2; b++) {
                h[at] = (sealane_hash_item){p, over[b], p};
                assert_int_equal(hash_public(&k, h, N), SEALANE_ELENGTH);
                m[at] = (sealane_hmac_item){p, over[b], p, 1, p};
                assert_int_equal(hmac_public(&k, m, N), SEALANE_ELENGTH);
                m[at] = (sealane_hmac_item){p, 1, p, over[b], p};
                assert_int_equal(hmac_public(&k, m, N), SEALANE_ELENGTH);
                /* What HMAC hashes before the message counts as well. */
                m[at] = (sealane_hmac_item){p, 1, p, over[b] - k.block, p};
                assert_int_equal(hmac_public(&k, m, N), SEALANE_ELENGTH);
                d[at] = (sealane_hkdf_item){p, over[b], p, 1, p, 1, p, 1};
                assert_int_equal(hkdf_public(&k, d, N), SEALANE_ELENGTH);
                d[at] = (sealane_hkdf_item){p, 1, p, over[b], p, 1, p, 1};
                assert_int_equal(hkdf_public(&k, d, N), SEALANE_ELENGTH);
                d[at] = (sealane_hkdf_item){p, 1, p, 1, p, over[b], p, 1};
                assert_int_equal(hkdf_public(&k, d, N), SEALANE_ELENGTH);
            }
        }
    }
    for (size_t i = 0; i < sizeof out; i++) {
        assert_int_equal(out[i / 64][i % 64], 0xa5);
    }
    guard_free(&g);
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(fips_180_examples, FAMILIES_HASH),
    FOR_EACH_KERNEL(rfc_4231_examples, FAMILIES_HASH),
    FOR_EACH_KERNEL(rfc_5869_examples, FAMILY_BIT(FAMILY_SHA256)),
    FOR_EACH_KERNEL(every_length, FAMILIES_HASH),
    FOR_EACH_KERNEL(every_length_of_hkdf, FAMILIES_HASH),
    FOR_EACH_KERNEL(any_number_of_mixed_inputs, FAMILIES_HASH),
    ONCE(lanes_of_any_number),
    FOR_EACH_KERNEL(in_place_and_guard_pages, FAMILIES_HASH),
    FOR_EACH_KERNEL(guard_pages_in_lanes, FAMILIES_HASH),
    FOR_EACH_KERNEL(sha512_of_parts, FAMILY_BIT(FAMILY_SHA512)),
    FOR_EACH_KERNEL(arguments, FAMILIES_HASH),
};

KERNEL_TESTS_MAIN(tests)
