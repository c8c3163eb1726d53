/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes SHA-2, HMAC and HKDF: a batch of mixed lengths, computed by every kernel and by the oracle.
 *
 * Input: function, number of items, alignment; then each item's lengths and contents.
 */
#include "core/hash/sha2.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define ITEMS_MAX 40U
#define BYTES_MAX 2048U
#define OUT_BYTES_MAX SEALANE_HKDF_SHA256_BYTES_MAX

enum { SHA256, SHA512, HMAC_SHA256, HMAC_SHA512, HKDF_SHA256, HKDF_SHA512, FUNCTIONS };

/* Three inputs, of which the functions use the first one, two or three. */
typedef struct {
    const uint8_t *a, *b, *c;
    size_t a_len, b_len, c_len, out_len;
    uint8_t *expected;
} job;

/* The items of each function, made from the jobs with their results to out[]. */
typedef struct {
    sealane_hash_item hash[ITEMS_MAX];
    sealane_hmac_item hmac[ITEMS_MAX];
    sealane_hkdf_item hkdf[ITEMS_MAX];
} items;

static void fill(items *to, const job *jobs, uint8_t *const out[], size_t n) {
    for (size_t i = 0; i < n; i++) {
        const job *j = &jobs[i];
        to->hash[i] = (sealane_hash_item){j->a, j->a_len, out[i]};
        to->hmac[i] = (sealane_hmac_item){j->b, j->b_len, j->a, j->a_len, out[i]};
        to->hkdf[i] = (sealane_hkdf_item){j->c, j->c_len, j->b, j->b_len, j->a, j->a_len, out[i], j->out_len};
    }
}

static sealane_status run(unsigned function, const kernel_row *row, const items *it, size_t n) {
    const void *ops = row == NULL ? NULL : row->ops;
    switch (function) {
    case SHA256:
        return ops == NULL ? sealane_sha256_batch(it->hash, n) : sealane_sha256_batch_with(ops, it->hash, n);
    case SHA512:
        return ops == NULL ? sealane_sha512_batch(it->hash, n) : sealane_sha512_batch_with(ops, it->hash, n);
    case HMAC_SHA256:
        return ops == NULL ? sealane_hmac_sha256_batch(it->hmac, n) : sealane_hmac_sha256_batch_with(ops, it->hmac, n);
    case HMAC_SHA512:
        return ops == NULL ? sealane_hmac_sha512_batch(it->hmac, n) : sealane_hmac_sha512_batch_with(ops, it->hmac, n);
    case HKDF_SHA256:
        return ops == NULL ? sealane_hkdf_sha256_batch(it->hkdf, n) : sealane_hkdf_sha256_batch_with(ops, it->hkdf, n);
    default:
        return ops == NULL ? sealane_hkdf_sha512_batch(it->hkdf, n) : sealane_hkdf_sha512_batch_with(ops, it->hkdf, n);
    }
}

static void expect(unsigned function, const items *it, size_t n) {
    for (size_t i = 0; i < n; i++) {
        switch (function) {
        case SHA256:
            oracle_sha256(&it->hash[i]);
            break;
        case SHA512:
            oracle_sha512(&it->hash[i]);
            break;
        case HMAC_SHA256:
            oracle_hmac_sha256(&it->hmac[i]);
            break;
        case HMAC_SHA512:
            oracle_hmac_sha512(&it->hmac[i]);
            break;
        case HKDF_SHA256:
            oracle_hkdf_sha256(&it->hkdf[i]);
            break;
        default:
            oracle_hkdf_sha512(&it->hkdf[i]);
        }
    }
}

static void compare(unsigned function, const kernel_row *row, const job *jobs, size_t n, size_t offset) {
    items it;
    uint8_t *out[ITEMS_MAX];
    for (size_t i = 0; i < n; i++) {
        out[i] = buffer_new(jobs[i].out_len, offset);
    }
    fill(&it, jobs, out, n);
    REQUIRE(row, run(function, row, &it, n) == SEALANE_OK);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(row, oracle_equal(out[i], jobs[i].expected, jobs[i].out_len));
    }
}

static const uint8_t *read_buffer(reader *r, size_t *len, size_t max, size_t offset) {
    *len = read_length(r, max);
    uint8_t *p = buffer_new(*len, offset);
    read_contents(r, p, *len);
    return p;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const kernel_family family[] = {FAMILY_SHA256, FAMILY_SHA512};
    reader r = {data, size};
    unsigned function = read_u8(&r) % FUNCTIONS;
    size_t n = 1 + read_u8(&r) % ITEMS_MAX;
    size_t offset = read_u8(&r) % 16;
    size_t hash_len = function % 2 == 0 ? 32 : 64;
    job jobs[ITEMS_MAX];
    for (size_t i = 0; i < n; i++) {
        job *j = &jobs[i];
        *j = (job){.out_len = hash_len};
        j->a = read_buffer(&r, &j->a_len, BYTES_MAX, offset);
        if (function >= HMAC_SHA256) {
            j->b = read_buffer(&r, &j->b_len, BYTES_MAX, offset);
        }
        if (function >= HKDF_SHA256) {
            j->c = read_buffer(&r, &j->c_len, BYTES_MAX, offset);
            j->out_len = read_length(&r, OUT_BYTES_MAX);
        }
        j->expected = buffer_new(j->out_len, 0);
    }
    uint8_t *expected[ITEMS_MAX];
    for (size_t i = 0; i < n; i++) {
        expected[i] = jobs[i].expected;
    }
    items it;
    fill(&it, jobs, expected, n);
    expect(function, &it, n);

    const oracle_kernels *kernels = oracle_kernels_of(family[function % 2]);
    for (size_t k = 0; k < kernels->n; k++) {
        compare(function, kernels->row[k], jobs, n, offset);
        compare(function, kernels->row[k], jobs, 1, 0);
    }
    compare(function, NULL, jobs, n, offset);
    buffers_free();
    return 0;
}
