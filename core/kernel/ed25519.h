/* SPDX-License-Identifier: ISC */
/*
 * The contract of an Ed25519 kernel: the group's work. Hashing, arithmetic mod L and the byte rules are done before, in
 * core/curve.
 */
#ifndef SEALANE_KERNEL_ED25519_H
#define SEALANE_KERNEL_ED25519_H

#include <stddef.h>
#include <stdint.h>

/* One equation to check; everything in it is public. */
typedef struct {
    const uint8_t *A;     /* 32 bytes, encoded; y < p and not of small order. Not read where neg_A is given */
    const uint8_t *neg_A; /* NULL, or -A decoded: affine x, then y, 32 bytes each, little endian, < p */
    const uint8_t *R;     /* 32 bytes, encoded; not of small order */
    const uint8_t *S;     /* 32 bytes, little endian, < L */
    uint8_t h[32];        /* little endian, < L */
} ed25519_check;

typedef struct {
    size_t lanes; /* most items of one call, at least 1 */
    /* good[i] = 1 where A decodes and, cofactored == 0: enc(S B - h A) == R byte for byte; cofactored == 1: R decodes (y
       taken mod p) and 8 (R - (S B - h A)) is the neutral element; else 0. Variable time. */
    void (*verify)(int cofactored, const ed25519_check checks[], size_t n, uint8_t good[]);
    /* out[i] = enc(scalar[i] B), 32 bytes each, scalar < 2^255 little endian. Constant time. out[i] may be scalar[i]. */
    void (*mult_base)(const uint8_t *const scalar[], uint8_t *const out[], size_t n);
    /* Decodes A, y < p, to -A (x, then y, as neg_A above) and returns 1; 0 where it is not on the curve. Variable time. */
    int (*decode_neg)(const uint8_t A[32], uint8_t neg_A[64]);
} ed25519_ops;

#endif
