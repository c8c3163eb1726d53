/* SPDX-License-Identifier: ISC */
/*
 * Schoolbook arithmetic on full words: a 256-bit product, then one fold of what lies above bit 130. The widening multiply
 * must take the same time for all operands, as it does on the CPUs that this library is meant for.
 */
#include "core/ref/poly1305.h"

#include "core/util/wipe.h"

#define N POLY1305_LIMBS

void sealane_poly1305_init(poly1305 *p, const uint8_t key[POLY1305_KEY_BYTES]) {
    static const limb clamp[] = {LIMB_OF_64(0x0ffffffc0fffffff), LIMB_OF_64(0x0ffffffc0ffffffc)};
    limbs_load(p->r, key, N);
    for (size_t i = 0; i < N; i++) {
        p->r[i] &= clamp[i];
    }
    limbs_load(p->s, key + 16, N);
    memset(p->h, 0, sizeof p->h);
}

/* h = a + 5 b for N + 1 limbs each, the sum less than 2^131. */
static void fold(limb h[], const limb a[], const limb b[]) {
    limb_pair acc = 0;
    for (size_t i = 0; i <= N; i++) {
        acc += (limb_pair)b[i] * 5 + a[i];
        h[i] = (limb)acc;
        acc >>= LIMB_BITS;
    }
}

/* h = (h + block + top 2^128) r mod p, top 0 or 1. */
static inline void absorb(limb h[], const limb r[], const uint8_t block[POLY1305_BLOCK_BYTES], limb top) {
    limb sum[N + 1], product[2 * N + 1], high[N + 1];

    limbs_load(sum, block, N);
    sum[N] = top;
    limbs_add(sum, sum, h, N + 1); /* < 2^131 + 2^129 < 2^132 */
    limbs_mul(product, sum, N + 1, r, N);

    /* The product is < 2^132 2^124 = 2^256: its last limb is 0. high = product >> 130 is < 2^126, so that
       2^130 + 5 high < 2^131. */
    for (size_t i = 0; i <= N; i++) {
        high[i] = product[N + i] >> 2;
        if (i < N) {
            high[i] |= product[N + i + 1] << (LIMB_BITS - 2);
        }
    }
    product[N] &= 3;
    fold(h, product, high);
}

void sealane_poly1305_update(poly1305 *p, const uint8_t *data, size_t len) {
    for (; len >= POLY1305_BLOCK_BYTES; len -= POLY1305_BLOCK_BYTES) {
        absorb(p->h, p->r, data, 1);
        data += POLY1305_BLOCK_BYTES;
    }
    if (len != 0) {
        uint8_t block[POLY1305_BLOCK_BYTES] = {0};
        memcpy(block, data, len);
        block[len] = 1;
        absorb(p->h, p->r, block, 0);
        wipe(block, sizeof block);
    }
}

void sealane_poly1305_update_padded(poly1305 *p, const uint8_t *data, size_t len) {
    const size_t rest = len % POLY1305_BLOCK_BYTES;
    sealane_poly1305_update(p, data, len - rest);
    if (rest != 0) {
        uint8_t block[POLY1305_BLOCK_BYTES] = {0};
        memcpy(block, data + (len - rest), rest);
        absorb(p->h, p->r, block, 1);
        wipe(block, sizeof block);
    }
}

void sealane_poly1305_finish(poly1305 *p, uint8_t tag[POLY1305_TAG_BYTES]) {
    static const limb one[N + 1] = {1};
    limb times[N + 1] = {0};
    limb sum[N + 1];

    /* absorb left h < 2^130 + 5 2^126 < 2 p, so h mod p is h or h - p = h + 5 - 2^130. p goes into h as often, 0 or 1 times,
       as 2^130 goes into h + 5. Only the low 128 bits of the rest count. */
    fold(sum, p->h, one);
    times[0] = sum[N] >> 2;
    fold(sum, p->h, times);
    limbs_add(sum, sum, p->s, N);
    limbs_store(tag, sum, N);

    wipe(sum, sizeof sum);
    wipe(p, sizeof *p);
}
