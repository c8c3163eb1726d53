/* SPDX-License-Identifier: ISC */
#include "core/ref/ghash.h"

#include <string.h>

#include "core/util/bytes.h"
#include "core/util/ct.h"
#include "core/util/wipe.h"

/*
 * The low 64 bits of a carry-less product, by integer products of numbers with three zero bits between any two others: up to
 * 15 terms meet in a place before the carry leaves its hole, and at the top place, where 16 may, the carry leaves the word.
 */
static uint64_t multiply_low(uint64_t a, uint64_t b) {
    const uint64_t every_fourth = UINT64_C(0x1111111111111111);
    uint64_t p[4], q[4], sum = 0;
    for (unsigned i = 0; i < 4; i++) {
        p[i] = a & every_fourth << i;
        q[i] = b & every_fourth << i;
    }
    for (unsigned k = 0; k < 4; k++) {
        uint64_t column = 0;
        for (unsigned i = 0; i < 4; i++) {
            column ^= p[i] * q[(k - i) & 3];
        }
        sum |= column & every_fourth << k;
    }
    return sum;
}

/* The bits of a word, last first. */
static uint64_t reversed(uint64_t x) {
    x = (x & UINT64_C(0x5555555555555555)) << 1 | (x >> 1 & UINT64_C(0x5555555555555555));
    x = (x & UINT64_C(0x3333333333333333)) << 2 | (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x & UINT64_C(0x0f0f0f0f0f0f0f0f)) << 4 | (x >> 4 & UINT64_C(0x0f0f0f0f0f0f0f0f));
    return __builtin_bswap64(x);
}

/* The 128-bit carry-less product of two words, low word first: the high half is the low half of the words reversed. */
static void multiply_words(uint64_t r[2], uint64_t a, uint64_t b) {
    r[0] = multiply_low(a, b);
    r[1] = reversed(multiply_low(reversed(a), reversed(b))) >> 1;
}

/* Adds v (x^63 + x^62 + x^57) at words 0 and 1 of r: v times the polynomial's rest, as x^64 is the integer's 0. */
static void fold(uint64_t r[2], uint64_t v) {
    r[0] ^= v << 63 ^ v << 62 ^ v << 57;
    r[1] ^= v ^ v >> 1 ^ v >> 2 ^ v >> 7;
}

/* y = y h x, for a factor h that was divided by x. */
static void multiply(uint64_t y[2], const uint64_t h[2]) {
    uint64_t low[2], high[2], middle[2], product[4];
    multiply_words(low, y[0], h[0]);
    multiply_words(high, y[1], h[1]);
    multiply_words(middle, y[0] ^ y[1], h[0] ^ h[1]);
    product[0] = low[0];
    product[1] = low[1] ^ middle[0] ^ low[0] ^ high[0];
    product[2] = high[0] ^ middle[1] ^ low[1] ^ high[1];
    product[3] = high[1];
    fold(product + 1, product[0]);
    fold(product + 2, product[1]);
    y[0] = product[2];
    y[1] = product[3];
}

void sealane_ghash_powers(uint8_t power[][AES_BLOCK_BYTES], size_t n, const uint8_t hash_key[AES_BLOCK_BYTES]) {
    /* Dividing by x shifts the integer to the left; the constant term becomes x^127 + x^6 + x + 1. */
    uint64_t h[2] = {load_be64(hash_key + 8), load_be64(hash_key)}, y[2];
    const uint64_t constant = ct_barrier64(0 - (h[1] >> 63));
    h[1] = (h[1] << 1 | h[0] >> 63) ^ (constant & UINT64_C(0xc200000000000000));
    h[0] = h[0] << 1 ^ (constant & 1);
    memcpy(y, h, sizeof y);
    for (size_t i = 0; i < n; i++) {
        store_le64(power[i], y[0]);
        store_le64(power[i] + 8, y[1]);
        multiply(y, h);
    }
    wipe(h, sizeof h);
    wipe(y, sizeof y);
}

void sealane_ghash_init(ghash *g, const uint8_t first_power[AES_BLOCK_BYTES]) {
    g->h[0] = load_le64(first_power);
    g->h[1] = load_le64(first_power + 8);
    g->y[0] = g->y[1] = 0;
}

void sealane_ghash_update(ghash *g, const uint8_t *in, size_t n) {
    uint8_t last[AES_BLOCK_BYTES] = {0};
    while (n > 0) {
        const uint8_t *block = in;
        const size_t take = n < AES_BLOCK_BYTES ? n : AES_BLOCK_BYTES;
        if (take < AES_BLOCK_BYTES) {
            memcpy(last, in, take);
            block = last;
        }
        g->y[0] ^= load_be64(block + 8);
        g->y[1] ^= load_be64(block);
        multiply(g->y, g->h);
        in += take;
        n -= take;
    }
    wipe(last, sizeof last);
}

void sealane_ghash_finish(ghash *g, uint8_t out[AES_BLOCK_BYTES]) {
    store_be64(out, g->y[1]);
    store_be64(out + 8, g->y[0]);
    wipe(g, sizeof *g);
}
