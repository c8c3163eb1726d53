/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes X25519: a batch of scalars and points, edge values among them, multiplied by every kernel and by the oracle.
 *
 * Input: shape, number of items; then each item's scalar and point.
 */
#include <string.h>

#include "core/curve/curve.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define ITEMS_MAX 20U

/* Where the results go: to a buffer of their own, onto the scalar, or onto the point. */
enum { OUT_OWN, OUT_SCALAR, OUT_POINT };

typedef struct {
    size_t n;
    unsigned out;
    uint8_t scalar[ITEMS_MAX][32];
    uint8_t point[ITEMS_MAX][32];
    /* The oracle's. */
    uint8_t product[ITEMS_MAX][32];
    uint8_t base_product[ITEMS_MAX][32];
    uint8_t good[ITEMS_MAX];
} batch;

/* u = 0, 1, p - 1 to p + 18 with bit 255 clear or set, the two of order 8, or any contents. */
static void read_point(reader *r, uint8_t out[32]) {
    static const uint8_t order8[2][32] = {
        {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
         0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
        {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b,
         0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57}};
    unsigned k = read_u8(r);
    unsigned kind = k % 128;
    if (kind < 2) {
        memset(out, 0, 32);
        out[0] = (uint8_t)kind;
    } else if (kind < 2 + 20) {
        memset(out, 0xff, 32);
        out[0] = (uint8_t)(0xec + kind - 2);
        out[31] = 0x7f;
    } else if (kind < 2 + 20 + 2) {
        memcpy(out, order8[kind - 22], 32);
    } else {
        read_contents(r, out, 32);
    }
    if (k >= 128) {
        out[31] ^= 0x80;
    }
}

static uint8_t *result_buffer(const batch *b, const uint8_t *scalar, const uint8_t *point) {
    const uint8_t *place[] = {[OUT_OWN] = NULL, [OUT_SCALAR] = scalar, [OUT_POINT] = point};
    return place[b->out] == NULL ? buffer_new(32, 1) : buffer_copy(place[b->out], 32, 1);
}

static void multiply_with(const kernel_row *row, const batch *b, size_t n) {
    sealane_x25519_item items[ITEMS_MAX];
    sealane_x25519_base_item base_items[ITEMS_MAX];
    uint8_t *verdicts = buffer_new(n, 0);
    sealane_status expected = SEALANE_OK;
    for (size_t i = 0; i < n; i++) {
        uint8_t *out = result_buffer(b, b->scalar[i], b->point[i]);
        items[i].scalar = b->out == OUT_SCALAR ? out : b->scalar[i];
        items[i].point = b->out == OUT_POINT ? out : b->point[i];
        items[i].out = out;
        base_items[i].out = result_buffer(b, b->scalar[i], NULL);
        base_items[i].scalar = b->out == OUT_SCALAR ? base_items[i].out : b->scalar[i];
        if (!b->good[i]) {
            expected = SEALANE_EVERIFY;
        }
    }
    sealane_status status = row == NULL ? sealane_x25519_batch(items, n, verdicts)
                                        : sealane_x25519_batch_with(kernels_ops(row), items, n, verdicts);
    sealane_status base_status = row == NULL ? sealane_x25519_base_batch(base_items, n)
                                             : sealane_x25519_base_batch_with(kernels_ops(row), base_items, n);
    REQUIRE(row, status == expected);
    REQUIRE(row, base_status == SEALANE_OK);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(row, verdicts[i] == b->good[i]);
        REQUIRE(row, bytes_equal(items[i].out, b->product[i], 32));
        REQUIRE(row, bytes_equal(base_items[i].out, b->base_product[i], 32));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static batch b;
    reader r = {data, size};
    b.out = read_u8(&r) % 3;
    b.n = read_count(&r, ITEMS_MAX);
    for (size_t i = 0; i < b.n; i++) {
        read_contents(&r, b.scalar[i], 32);
        read_point(&r, b.point[i]);
        b.good[i] = (uint8_t)oracle_x25519(&(sealane_x25519_item){b.scalar[i], b.point[i], b.product[i]});
        oracle_x25519_base(&(sealane_x25519_base_item){b.scalar[i], b.base_product[i]});
    }

    const kernel_list *kernels = kernels_of(FAMILY_X25519);
    for (size_t k = 0; k < kernels->n; k++) {
        multiply_with(kernels->row[k], &b, b.n);
        if (b.n > 1) {
            multiply_with(kernels->row[k], &b, 1);
        }
    }
    multiply_with(NULL, &b, b.n);
    buffers_free();
    return 0;
}
