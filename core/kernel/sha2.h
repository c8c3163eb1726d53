/* SPDX-License-Identifier: ISC */
/*
 * The contract of a SHA-256 or SHA-512 kernel: the compression function over several independent streams.
 *
 * Padding, HMAC and HKDF are built on it in core/hash. Block counts are public; states and data are secret.
 */
#ifndef SEALANE_KERNEL_SHA2_H
#define SEALANE_KERNEL_SHA2_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BLOCK_BYTES 64U
#define SHA512_BLOCK_BYTES 128U

/* The constants of the rounds, which core/ref holds. */
extern const uint32_t sealane_sha256_k[64];
extern const uint64_t sealane_sha512_k[80];

/* Blocks that lie one after the other; with none of them, data may be NULL. */
typedef struct {
    const uint8_t *data;
    size_t blocks;
} sha2_run;

typedef struct {
    size_t lanes; /* most streams that one call takes, at least 1 */
    /* For each i < n, 1 <= n <= lanes: state[i], eight words in host order, takes in the blocks of run[i][0], then those of
       run[i][1]: what lies in a message, and its padded end. States are distinct; data may be shared, and a block that all
       streams share takes less time. */
    void (*compress)(uint32_t *const state[], const sha2_run run[][2], size_t n);
} sha256_ops;

typedef struct {
    size_t lanes;
    void (*compress)(uint64_t *const state[], const sha2_run run[][2], size_t n);
} sha512_ops;

#endif
