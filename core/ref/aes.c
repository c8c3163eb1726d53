/* SPDX-License-Identifier: ISC */
#include "core/ref/aes.h"

#include <string.h>

#include "core/util/bytes.h"
#include "core/util/wipe.h"

/* The bytes of x, each followed by a zero byte. */
static uint64_t spread(uint32_t x) {
    uint64_t y = x;
    y = (y | y << 16) & UINT64_C(0x0000ffff0000ffff);
    return (y | y << 8) & UINT64_C(0x00ff00ff00ff00ff);
}

static uint32_t gather(uint64_t y) {
    y &= UINT64_C(0x00ff00ff00ff00ff);
    y = (y | y >> 8) & UINT64_C(0x0000ffff0000ffff);
    return (uint32_t)(y | y >> 16);
}

/* Swaps the bits of a that are in mask << shift with those of b in mask. */
static void swap_move(uint64_t *a, uint64_t *b, uint64_t mask, unsigned shift) {
    uint64_t t = (*a >> shift ^ *b) & mask;
    *b ^= t;
    *a ^= t << shift;
}

/* Of each byte position, an 8 by 8 square of bits over the eight words: turned about its diagonal. Its own inverse. */
static void transpose(uint64_t w[AES_SLICES]) {
    for (size_t i = 0; i < 8; i += 2) {
        swap_move(&w[i], &w[i + 1], UINT64_C(0x5555555555555555), 1);
    }
    for (size_t i = 0; i < 8; i += 4) {
        swap_move(&w[i], &w[i + 2], UINT64_C(0x3333333333333333), 2);
        swap_move(&w[i + 1], &w[i + 3], UINT64_C(0x3333333333333333), 2);
    }
    for (size_t i = 0; i < 4; i++) {
        swap_move(&w[i], &w[i + 4], UINT64_C(0x0f0f0f0f0f0f0f0f), 4);
    }
}

/* A column is a word of four rows. Words block and 4 + block take its even and odd columns, their rows interleaved. */
void sealane_aes_pack(uint64_t slice[AES_SLICES], const uint8_t blocks[AES_TOGETHER * AES_BLOCK_BYTES]) {
    for (size_t b = 0; b < AES_TOGETHER; b++) {
        const uint8_t *column = blocks + AES_BLOCK_BYTES * b;
        slice[b] = spread(load_le32(column)) | spread(load_le32(column + 8)) << 8;
        slice[4 + b] = spread(load_le32(column + 4)) | spread(load_le32(column + 12)) << 8;
    }
    transpose(slice);
}

void sealane_aes_unpack(uint8_t blocks[AES_TOGETHER * AES_BLOCK_BYTES], const uint64_t slice[AES_SLICES]) {
    uint64_t w[AES_SLICES];
    memcpy(w, slice, sizeof w);
    transpose(w);
    for (size_t b = 0; b < AES_TOGETHER; b++) {
        uint8_t *column = blocks + AES_BLOCK_BYTES * b;
        store_le32(column, gather(w[b]));
        store_le32(column + 8, gather(w[b] >> 8));
        store_le32(column + 4, gather(w[4 + b]));
        store_le32(column + 12, gather(w[4 + b] >> 8));
    }
    wipe(w, sizeof w);
}

/* J. Boyar and R. Peralta, "A depth-16 circuit for the AES S-box" (2011): their variables, x0 and s0 being the top bits. */
static void sub_bytes(uint64_t q[AES_SLICES]) {
    const uint64_t x0 = q[7], x1 = q[6], x2 = q[5], x3 = q[4], x4 = q[3], x5 = q[2], x6 = q[1], x7 = q[0];
    /* Top linear layer: into the tower field. */
    const uint64_t y14 = x3 ^ x5, y13 = x0 ^ x6, y9 = x0 ^ x3, y8 = x0 ^ x5;
    const uint64_t t0 = x1 ^ x2, y1 = t0 ^ x7, y4 = y1 ^ x3, y12 = y13 ^ y14;
    const uint64_t y2 = y1 ^ x0, y5 = y1 ^ x6, y3 = y5 ^ y8, t1 = x4 ^ y12;
    const uint64_t y15 = t1 ^ x5, y20 = t1 ^ x1, y6 = y15 ^ x7, y10 = y15 ^ t0;
    const uint64_t y11 = y20 ^ y9, y7 = x7 ^ y11, y17 = y10 ^ y11, y19 = y10 ^ y8;
    const uint64_t y16 = t0 ^ y11, y21 = y13 ^ y16, y18 = x0 ^ y16;
    /* The inverse. */
    const uint64_t t2 = y12 & y15, t3 = y3 & y6, t4 = t3 ^ t2, t5 = y4 & x7, t6 = t5 ^ t2;
    const uint64_t t7 = y13 & y16, t8 = y5 & y1, t9 = t8 ^ t7, t10 = y2 & y7, t11 = t10 ^ t7;
    const uint64_t t12 = y9 & y11, t13 = y14 & y17, t14 = t13 ^ t12, t15 = y8 & y10, t16 = t15 ^ t12;
    const uint64_t t17 = t4 ^ t14, t18 = t6 ^ t16, t19 = t9 ^ t14, t20 = t11 ^ t16;
    const uint64_t t21 = t17 ^ y20, t22 = t18 ^ y19, t23 = t19 ^ y21, t24 = t20 ^ y18;
    const uint64_t t25 = t21 ^ t22, t26 = t21 & t23, t27 = t24 ^ t26, t28 = t25 & t27, t29 = t28 ^ t22;
    const uint64_t t30 = t23 ^ t24, t31 = t22 ^ t26, t32 = t31 & t30, t33 = t32 ^ t24, t34 = t23 ^ t33;
    const uint64_t t35 = t27 ^ t33, t36 = t24 & t35, t37 = t36 ^ t34, t38 = t27 ^ t36, t39 = t29 & t38;
    const uint64_t t40 = t25 ^ t39, t41 = t40 ^ t37, t42 = t29 ^ t33, t43 = t29 ^ t40, t44 = t33 ^ t37, t45 = t42 ^ t41;
    const uint64_t z0 = t44 & y15, z1 = t37 & y6, z2 = t33 & x7, z3 = t43 & y16, z4 = t40 & y1, z5 = t29 & y7;
    const uint64_t z6 = t42 & y11, z7 = t45 & y17, z8 = t41 & y10, z9 = t44 & y12, z10 = t37 & y3, z11 = t33 & y4;
    const uint64_t z12 = t43 & y13, z13 = t40 & y5, z14 = t29 & y2, z15 = t42 & y9, z16 = t45 & y14, z17 = t41 & y8;
    /* Bottom linear layer: back, with the affine map. */
    const uint64_t t46 = z15 ^ z16, t47 = z10 ^ z11, t48 = z5 ^ z13, t49 = z9 ^ z10, t50 = z2 ^ z12, t51 = z2 ^ z5;
    const uint64_t t52 = z7 ^ z8, t53 = z0 ^ z3, t54 = z6 ^ z7, t55 = z16 ^ z17, t56 = z12 ^ t48, t57 = t50 ^ t53;
    const uint64_t t58 = z4 ^ t46, t59 = z3 ^ t54, t60 = t46 ^ t57, t61 = z14 ^ t57, t62 = t52 ^ t58, t63 = t49 ^ t58;
    const uint64_t t64 = z4 ^ t59, t65 = t61 ^ t62, t66 = z1 ^ t63, t67 = t64 ^ t65, s3 = t53 ^ t66;
    q[7] = t59 ^ t63;
    q[6] = t64 ^ ~s3;
    q[5] = t55 ^ ~t67;
    q[4] = s3;
    q[3] = t51 ^ t66;
    q[2] = t47 ^ t65;
    q[1] = t56 ^ ~t62;
    q[0] = t48 ^ ~t60;
}

/* Row r is turned by r columns, 4 bits each. */
static void shift_rows(uint64_t q[AES_SLICES]) {
    for (size_t i = 0; i < AES_SLICES; i++) {
        uint64_t x = q[i];
        q[i] = (x & UINT64_C(0x000000000000ffff)) | (x >> 4 & UINT64_C(0x000000000fff0000)) |
               (x << 12 & UINT64_C(0x00000000f0000000)) | (x >> 8 & UINT64_C(0x000000ff00000000)) |
               (x << 8 & UINT64_C(0x0000ff0000000000)) | (x >> 12 & UINT64_C(0x000f000000000000)) |
               (x << 4 & UINT64_C(0xfff0000000000000));
    }
}

static uint64_t rows_turned(uint64_t x, unsigned rows) {
    return x >> 16 * rows | x << (64 - 16 * rows);
}

/* 2 a0 + 3 a1 + a2 + a3 = 2 (a0 + a1) + a1 + (a2 + a3), for the rows from each on. */
static void mix_columns(uint64_t q[AES_SLICES]) {
    uint64_t next[AES_SLICES], sum[AES_SLICES];
    for (size_t i = 0; i < AES_SLICES; i++) {
        next[i] = rows_turned(q[i], 1);
        sum[i] = q[i] ^ next[i];
    }
    for (size_t i = 0; i < AES_SLICES; i++) {
        /* Doubling moves each bit one up; the top one comes back as x^4 + x^3 + x + 1. */
        uint64_t twice = i == 0 ? sum[7] : sum[i - 1] ^ (i == 1 || i == 3 || i == 4 ? sum[7] : 0);
        q[i] = twice ^ next[i] ^ rows_turned(sum[i], 2);
    }
}

void sealane_aes_round(uint64_t slice[AES_SLICES]) {
    sub_bytes(slice);
    shift_rows(slice);
    mix_columns(slice);
}

/* The S-box on four bytes. */
static void sub_word(uint8_t word[4]) {
    uint8_t blocks[AES_TOGETHER * AES_BLOCK_BYTES] = {0};
    uint64_t slice[AES_SLICES];
    memcpy(blocks, word, 4);
    sealane_aes_pack(slice, blocks);
    sub_bytes(slice);
    sealane_aes_unpack(blocks, slice);
    memcpy(word, blocks, 4);
    wipe(blocks, sizeof blocks);
    wipe(slice, sizeof slice);
}

void sealane_aes_expand(uint8_t round_key[][AES_BLOCK_BYTES], const uint8_t *key, size_t rounds) {
    uint8_t *w = round_key[0], temp[4];
    const size_t key_words = rounds - 6;
    uint8_t constant = 1;
    memcpy(w, key, 4 * key_words);
    for (size_t i = key_words; i < 4 * (rounds + 1); i++) {
        memcpy(temp, w + 4 * i - 4, 4);
        if (i % key_words == 0) {
            const uint8_t first = temp[0];
            memmove(temp, temp + 1, 3);
            temp[3] = first;
            sub_word(temp);
            temp[0] ^= constant;
            constant = (uint8_t)(constant << 1 ^ (constant >> 7) * 0x1b); /* public */
        } else if (key_words == 8 && i % 8 == 4) {
            sub_word(temp);
        }
        for (size_t b = 0; b < 4; b++) {
            w[4 * i + b] = w[4 * (i - key_words) + b] ^ temp[b];
        }
    }
    wipe(temp, sizeof temp);
}

void sealane_aes_key_load(aes_key *key, const uint8_t round_key[][AES_BLOCK_BYTES], size_t rounds) {
    uint8_t blocks[AES_TOGETHER * AES_BLOCK_BYTES];
    key->rounds = rounds;
    for (size_t r = 0; r <= rounds; r++) {
        for (size_t b = 0; b < AES_TOGETHER; b++) {
            memcpy(blocks + AES_BLOCK_BYTES * b, round_key[r], AES_BLOCK_BYTES);
        }
        sealane_aes_pack(key->round_key[r], blocks);
    }
    wipe(blocks, sizeof blocks);
}

static void add_key(uint64_t slice[AES_SLICES], const uint64_t round_key[AES_SLICES]) {
    for (size_t i = 0; i < AES_SLICES; i++) {
        slice[i] ^= round_key[i];
    }
}

void sealane_aes_encrypt(const aes_key *key, uint8_t blocks[AES_TOGETHER * AES_BLOCK_BYTES]) {
    uint64_t slice[AES_SLICES];
    sealane_aes_pack(slice, blocks);
    add_key(slice, key->round_key[0]);
    for (size_t r = 1; r < key->rounds; r++) {
        sealane_aes_round(slice);
        add_key(slice, key->round_key[r]);
    }
    sub_bytes(slice);
    shift_rows(slice);
    add_key(slice, key->round_key[key->rounds]);
    sealane_aes_unpack(blocks, slice);
    wipe(slice, sizeof slice);
}
