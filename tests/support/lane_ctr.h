/* SPDX-License-Identifier: ISC */
/* Counter mode of the vector kernels, from any block on: what no message can ask for, as each begins at block 2. */
#ifndef SEALANE_TESTS_SUPPORT_LANE_CTR_H
#define SEALANE_TESTS_SUPPORT_LANE_CTR_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *isa;
    uint32_t features; /* CPU_* */
    /* AES-256: out = in + the keystream of blocks start, start + 1, …; the first by short messages' way. */
    void (*crypt)(const uint8_t key[32], const uint8_t nonce[12], uint32_t start, const uint8_t *in, uint8_t *out, size_t len);
    /* bulk_bytes of it, by that of long ones. */
    void (*bulk)(const uint8_t key[32], const uint8_t nonce[12], uint32_t start, const uint8_t *in, uint8_t *out);
    size_t bulk_bytes;
} lane_ctr;

extern const lane_ctr lane_ctr_aesni, lane_ctr_vaes256, lane_ctr_avx512;

#endif
