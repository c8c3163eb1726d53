/* SPDX-License-Identifier: ISC */
#include "core/hash/blake2b.h"

#include "core/util/bytes.h"
#include "core/util/wipe.h"

#define BLOCK_BYTES 128U

static const uint64_t iv[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* Which message words each round takes; the last two rounds begin again. */
static const uint8_t sigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

static inline uint64_t rotr(uint64_t x, unsigned n) {
    return x >> n | x << (64 - n);
}

static inline void mix(uint64_t v[16], unsigned a, unsigned b, unsigned c, unsigned d, uint64_t x, uint64_t y) {
    v[a] += v[b] + x;
    v[d] = rotr(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = rotr(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = rotr(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = rotr(v[b] ^ v[c], 63);
}

/* `taken` bytes in all, this block's included. No input here reaches 2^64 bytes: the counter's high word stays 0. */
static void compress(uint64_t h[8], const uint8_t block[BLOCK_BYTES], uint64_t taken, int last) {
    uint64_t v[16], m[16];
    memcpy(v, h, 64);
    memcpy(v + 8, iv, 64);
    v[12] ^= taken;
    v[14] = last ? ~v[14] : v[14];
    for (unsigned i = 0; i < 16; i++) {
        m[i] = load_le64(block + 8 * i);
    }
    for (unsigned round = 0; round < 12; round++) {
        const uint8_t *s = sigma[round % 10];
        for (unsigned i = 0; i < 4; i++) {
            mix(v, i, i + 4, i + 8, i + 12, m[s[2 * i]], m[s[2 * i + 1]]);
        }
        for (unsigned i = 0; i < 4; i++) {
            mix(v, i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12, m[s[2 * i + 8]], m[s[2 * i + 9]]);
        }
    }
    for (unsigned i = 0; i < 8; i++) {
        h[i] ^= v[i] ^ v[i + 8];
    }
    wipe(v, sizeof v);
    wipe(m, sizeof m);
}

void sealane_blake2b(uint8_t *out, size_t out_len, const uint8_t *in, size_t in_len) {
    uint8_t bytes[BLOCK_BYTES] = {0};
    uint64_t h[8];
    memcpy(h, iv, sizeof h);
    h[0] ^= 0x01010000 ^ (uint64_t)out_len; /* depth 1, fanout 1, no key */
    size_t left = in_len;
    for (; left > BLOCK_BYTES; left -= BLOCK_BYTES) {
        compress(h, in + (in_len - left), in_len - left + BLOCK_BYTES, 0);
    }
    if (left != 0) {
        memcpy(bytes, in + (in_len - left), left);
    }
    compress(h, bytes, in_len, 1);
    for (unsigned i = 0; i < 8; i++) {
        store_le64(bytes + 8 * i, h[i]);
    }
    memcpy(out, bytes, out_len);
    wipe(bytes, sizeof bytes);
    wipe(h, sizeof h);
}
