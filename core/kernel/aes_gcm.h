/* SPDX-License-Identifier: ISC */
/*
 * A prepared AES-GCM key, the same whichever kernel made it and whichever uses it.
 *
 * GHASH elements are 128-bit integers, little endian in memory, whose bit 127 - k is the coefficient of x^k: the bytes of a
 * block, last first. A carry-less product of two such integers is that of the elements times x, so that one factor is kept
 * divided by x.
 */
#ifndef SEALANE_KERNEL_AES_GCM_H
#define SEALANE_KERNEL_AES_GCM_H

#include <stdint.h>

enum { AES_BLOCK_BYTES = 16, AES_ROUND_KEYS_MAX = 15, GHASH_POWERS = 16 };

typedef struct {
    uint8_t round_key[AES_ROUND_KEYS_MAX]
                     [AES_BLOCK_BYTES];           /* in the order of their use (FIPS 197); AES-128 has 11, then zeroes */
    uint8_t power[GHASH_POWERS][AES_BLOCK_BYTES]; /* power[i - 1] = H^i / x */
} aes_gcm_state;

#endif
