/* SPDX-License-Identifier: ISC */
/*
 * Poly1305 of one message in general registers, radix 2^64: a chain of 15 cycles a block, which hides beside vectors that leave
 * those units of the core idle. h as in poly1305_one.h, before its last multiplication: h = h r + m.
 */
#ifndef SEALANE_POLY1305_BESIDE_H
#define SEALANE_POLY1305_BESIDE_H

__extension__ typedef unsigned __int128 uint128;

typedef struct {
    uint64_t h[3], r[2], wrap; /* h[2] < 8; wrap = r[1] / 4 * 5, as r[1] is a multiple of 4 */
    const uint8_t *in;
    size_t blocks; /* that are to be taken in at `in`; each has 16 bytes */
} poly_beside;

INLINE void poly_beside_step(poly_beside *p) {
    if (p->blocks == 0) {
        return;
    }
    uint128 d0 = (uint128)p->h[0] * p->r[0] + (uint128)p->h[1] * p->wrap;
    uint128 d1 = (uint128)p->h[0] * p->r[1] + (uint128)p->h[1] * p->r[0] + p->h[2] * p->wrap + (uint64_t)(d0 >> 64);
    uint64_t top = p->h[2] * p->r[0] + (uint64_t)(d1 >> 64);
    /* top 2^128 = (top / 4) 2^130 + …, and 2^130 = 5. */
    uint128 sum = (uint128)(uint64_t)d0 + ((top >> 2) + (top & ~UINT64_C(3)));
    uint128 high = (uint128)(uint64_t)d1 + (uint64_t)(sum >> 64);
    top = (top & 3) + (uint64_t)(high >> 64);
    sum = (uint128)(uint64_t)sum + load_le64(p->in);
    high = (uint128)(uint64_t)high + load_le64(p->in + 8) + (uint64_t)(sum >> 64);
    p->h[0] = (uint64_t)sum;
    p->h[1] = (uint64_t)high;
    p->h[2] = top + (uint64_t)(high >> 64) + 1;
    p->in += 16;
    p->blocks--;
}

#endif
