/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes SHA-2: a batch of mixed lengths, hashed by every kernel and by the oracle.
 *
 * Input: function, number of items, alignment; then each item's length and contents.
 */
#include "core/hash/sha2.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define ITEMS_MAX 40U
/* Of many items, so that an input does not take long, and of few. */
#define BYTES_MAX(n) ((n) > 4 ? 600U : 4096U)

enum { SHA256, SHA512, FUNCTIONS };

static sealane_status run(unsigned function, const kernel_row *row, const sealane_hash_item items[], size_t n) {
    if (row == NULL) {
        return function == SHA256 ? sealane_sha256_batch(items, n) : sealane_sha512_batch(items, n);
    }
    const void *ops = kernels_ops(row);
    return function == SHA256 ? sealane_sha256_batch_with(ops, items, n) : sealane_sha512_batch_with(ops, items, n);
}

static void compare(unsigned function, const kernel_row *row, const sealane_hash_item expected[], size_t n, size_t offset) {
    const size_t bytes = function == SHA256 ? 32 : 64, mark = buffers_mark();
    sealane_hash_item items[ITEMS_MAX];
    for (size_t i = 0; i < n; i++) {
        items[i] = expected[i];
        items[i].out = buffer_new(bytes, offset);
    }
    REQUIRE(row, run(function, row, items, n) == SEALANE_OK);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(row, bytes_equal(items[i].out, expected[i].out, bytes));
    }
    buffers_free_from(mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static sealane_hash_item items[ITEMS_MAX];
    reader r = {data, size};
    const unsigned function = read_u8(&r) % FUNCTIONS;
    const size_t n = read_count(&r, ITEMS_MAX), offset = read_u8(&r) % 16;
    for (size_t i = 0; i < n; i++) {
        items[i].in = read_buffer(&r, &items[i].len, BYTES_MAX(n), offset);
        items[i].out = buffer_new(64, 0);
        if (function == SHA256) {
            oracle_sha256(&items[i]);
        } else {
            oracle_sha512(&items[i]);
        }
    }
    const kernel_list *kernels = kernels_of(function == SHA256 ? FAMILY_SHA256 : FAMILY_SHA512);
    for (size_t k = 0; k < kernels->n; k++) {
        compare(function, kernels->row[k], items, n, offset);
        if (n > 1) {
            compare(function, kernels->row[k], items, 1, 0);
        }
    }
    compare(function, NULL, items, n, offset);
    buffers_free();
    return 0;
}
