/* SPDX-License-Identifier: ISC */
/*
 * The contract of an Ed25519 kernel: the group's work. Hashing, arithmetic mod L and the byte rules are done before, in
 * core/curve.
 */
#ifndef SEALANE_KERNEL_ED25519_H
#define SEALANE_KERNEL_ED25519_H

#include <stddef.h>
#include <stdint.h>

/* Multiples of a point P that a comb of five teeth takes: [u] is (2^204 + 2^(51 t) for each bit t of u that is set, - 2^(51 t)
   for each that is not, t = 0 … 3) P as affine y + x, y - x, 2dxy, 32 bytes each, little endian, < p. */
typedef uint8_t ed25519_comb[16][96];

/* A public key made ready for many checks: by whatever kernel, for every kernel. */
typedef struct {
    uint8_t neg_A[64]; /* -A: affine x, then y, 32 bytes each, little endian, < p */
    ed25519_comb comb; /* of -A */
} ed25519_key_table;

/* One equation to check; everything in it is public. */
typedef struct {
    const uint8_t *A;         /* 32 bytes, encoded; y < p and not of small order. Not read where neg_A is given */
    const uint8_t *neg_A;     /* NULL, or -A decoded, as in the table */
    const ed25519_comb *comb; /* NULL, or the table's, if neg_A is given. A kernel need not read it */
    const uint8_t *R;         /* 32 bytes, encoded; not of small order */
    const uint8_t *S;         /* 32 bytes, little endian, < L */
    uint8_t h[32];            /* little endian, < L */
} ed25519_check;

/* A public key of a batch. */
typedef struct {
    const uint8_t *A, *neg_A; /* as in ed25519_check */
} ed25519_batch_key;

/* One signature of a batch. */
typedef struct {
    const uint8_t *R; /* 32 bytes, encoded; not of small order */
    uint8_t z[16];    /* its random coefficient, little endian */
    uint16_t key;     /* index of A */
    int8_t t;         /* -3 ... 4: P = R + t A */
} ed25519_batch_item;

#define ED25519_BATCH_MAX ((size_t)4096)    /* items of one equation */
#define ED25519_BATCH_ADD_MAX ((size_t)256) /* items of one call of add */

/*
 * One equation for many signatures (docs/exact-batch.md): start, add until all items are in, holds. Variable time. `scratch` is
 * aligned to 64 bytes and belongs to these calls from start to holds.
 */
typedef struct {
    size_t least; /* items from which on this is faster than verify */
    /* For n <= ED25519_BATCH_MAX items under no more than n keys. */
    size_t (*scratch_bytes)(size_t n);
    /* exact: for the cofactorless rule; else all t are 0. good[k] = 0 where key k does not decode, 2 where it is known to be
       in the prime-order subgroup, else 1. */
    void (*start)(void *scratch, int exact, size_t n, const ed25519_batch_key keys[], size_t count, uint8_t good[]);
    /* good[i] = 1 where R decodes, y taken mod p; only then the item takes part. Its key is good. */
    void (*add)(void *scratch, const ed25519_batch_item items[], size_t n, uint8_t good[]);
    /* Whether 8 (sum z P + sum c A - s B) is neutral and, exact, each of the 128 sums of the P whose z has a given bit is in
       the prime-order subgroup. c, one for each key, and s are < L, 32 bytes each, little endian. */
    int (*holds)(void *scratch, const uint8_t (*c)[32], const uint8_t s[32]);
} ed25519_batch_ops;

typedef struct {
    size_t lanes; /* most items of one call, at least 1 */
    /* good[i] = 1 where A decodes and, cofactored == 0: enc(S B - h A) == R byte for byte; cofactored == 1: R decodes (y
       taken mod p) and 8 (R - (S B - h A)) is the neutral element; else 0. Variable time. */
    void (*verify)(int cofactored, const ed25519_check checks[], size_t n, uint8_t good[]);
    /* out[i] = enc(scalar[i] B), 32 bytes each, scalar < 2^255 little endian. Constant time. out[i] may be scalar[i]. */
    void (*mult_base)(const uint8_t *const scalar[], uint8_t *const out[], size_t n);
    /* table[i] for the key A[i], 32 bytes, y < p, and ok[i] = 1; ok[i] = 0, and table[i] anything, where A[i] is not on the
       curve. 1 <= n <= keys. Variable time. */
    void (*prepare)(const uint8_t *const A[], size_t n, ed25519_key_table table[], uint8_t ok[]);
    size_t keys;        /* most keys of one prepare call, at least 1 */
    size_t prepared_by; /* checks under the keys of a full prepare call that make up for its time; SIZE_MAX if none do */
    const ed25519_batch_ops *batch; /* NULL: none */
} ed25519_ops;

#endif
