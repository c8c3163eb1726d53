/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes HMAC and HKDF: a batch of mixed lengths, computed by every kernel and by the oracle, which composes HKDF of
 * libsodium's HMAC.
 *
 * Input: function, number of items, alignment; then each item's lengths and contents.
 */
#include "core/hash/sha2.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define ITEMS_MAX 40U
/* Of many items, so that an input does not take long, and of few. */
#define BYTES_MAX(n) ((n) > 4 ? 300U : 2048U)

enum { HMAC_SHA256, HMAC_SHA512, HKDF_SHA256, HKDF_SHA512, FUNCTIONS };

/* HMAC's key is the salt, its text the input keying material. */
typedef struct {
    sealane_hkdf_item item; /* out is what the oracle made */
    sealane_hmac_item hmac;
} job;

static sealane_status run(unsigned function, const kernel_row *row, const sealane_hmac_item *hmac,
                          const sealane_hkdf_item *hkdf, size_t n) {
    const void *ops = row == NULL ? NULL : kernels_ops(row);
    switch (function) {
    case HMAC_SHA256:
        return ops == NULL ? sealane_hmac_sha256_batch(hmac, n) : sealane_hmac_sha256_batch_with(ops, hmac, n);
    case HMAC_SHA512:
        return ops == NULL ? sealane_hmac_sha512_batch(hmac, n) : sealane_hmac_sha512_batch_with(ops, hmac, n);
    case HKDF_SHA256:
        return ops == NULL ? sealane_hkdf_sha256_batch(hkdf, n) : sealane_hkdf_sha256_batch_with(ops, hkdf, n);
    default:
        return ops == NULL ? sealane_hkdf_sha512_batch(hkdf, n) : sealane_hkdf_sha512_batch_with(ops, hkdf, n);
    }
}

static void expect(unsigned function, const job *j) {
    switch (function) {
    case HMAC_SHA256:
        oracle_hmac_sha256(&j->hmac);
        break;
    case HMAC_SHA512:
        oracle_hmac_sha512(&j->hmac);
        break;
    case HKDF_SHA256:
        oracle_hkdf_sha256(&j->item);
        break;
    default:
        oracle_hkdf_sha512(&j->item);
    }
}

static void compare(unsigned function, const kernel_row *row, const job *jobs, size_t n, size_t offset) {
    sealane_hmac_item hmac[ITEMS_MAX];
    sealane_hkdf_item hkdf[ITEMS_MAX];
    const size_t mark = buffers_mark();
    for (size_t i = 0; i < n; i++) {
        hmac[i] = jobs[i].hmac;
        hkdf[i] = jobs[i].item;
        hmac[i].out = hkdf[i].out = buffer_new(jobs[i].item.out_len, offset);
    }
    REQUIRE(row, run(function, row, hmac, hkdf, n) == SEALANE_OK);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(row, bytes_equal(hkdf[i].out, jobs[i].item.out, jobs[i].item.out_len));
    }
    buffers_free_from(mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static job jobs[ITEMS_MAX];
    reader r = {data, size};
    const unsigned function = read_u8(&r) % FUNCTIONS;
    const size_t n = read_count(&r, ITEMS_MAX), offset = read_u8(&r) % 16;
    for (size_t i = 0; i < n; i++) {
        sealane_hkdf_item *item = &jobs[i].item;
        *item = (sealane_hkdf_item){.out_len = function % 2 == 0 ? 32 : 64};
        item->ikm = read_buffer(&r, &item->ikm_len, BYTES_MAX(n), offset);
        item->salt = read_buffer(&r, &item->salt_len, BYTES_MAX(n), offset);
        if (function >= HKDF_SHA256) {
            item->info = read_buffer(&r, &item->info_len, BYTES_MAX(n), offset);
            item->out_len = read_length(&r, n > 1 ? 200 : SEALANE_HKDF_SHA256_BYTES_MAX);
        }
        item->out = buffer_new(item->out_len, 0);
        jobs[i].hmac = (sealane_hmac_item){item->salt, item->salt_len, item->ikm, item->ikm_len, item->out};
        expect(function, &jobs[i]);
    }
    const kernel_list *kernels = kernels_of(function % 2 == 0 ? FAMILY_SHA256 : FAMILY_SHA512);
    for (size_t k = 0; k < kernels->n; k++) {
        compare(function, kernels->row[k], jobs, n, offset);
        if (n > 1) {
            compare(function, kernels->row[k], jobs, 1, 0);
        }
    }
    compare(function, NULL, jobs, n, offset);
    buffers_free();
    return 0;
}
