/* SPDX-License-Identifier: ISC */
/*
 * AES in bit slices (FIPS 197): four blocks as eight 64-bit words, word b holding bit b of every byte. No tables, and no
 * branch or index that depends on what is encrypted.
 */
#ifndef SEALANE_REF_AES_H
#define SEALANE_REF_AES_H

#include <stddef.h>
#include <stdint.h>

#include "core/kernel/aes_gcm.h"

enum { AES_SLICES = 8, AES_TOGETHER = 4 /* blocks */ };

/* Four blocks, one behind the other, to slices and back. Bit 16 row + 4 column + block of each slice is one byte's. */
void sealane_aes_pack(uint64_t slice[AES_SLICES], const uint8_t blocks[AES_TOGETHER * AES_BLOCK_BYTES]);
void sealane_aes_unpack(uint8_t blocks[AES_TOGETHER * AES_BLOCK_BYTES], const uint64_t slice[AES_SLICES]);

/* SubBytes, ShiftRows and MixColumns of four blocks: a round without its key. */
void sealane_aes_round(uint64_t slice[AES_SLICES]);

typedef struct {
    size_t rounds;                                      /* 10 or 14 */
    uint64_t round_key[AES_ROUND_KEYS_MAX][AES_SLICES]; /* each four times */
} aes_key;

/* round_key[0..rounds] of a key of 4 (rounds - 6) bytes: 10 rounds for AES-128, 14 for AES-256. */
void sealane_aes_expand(uint8_t round_key[][AES_BLOCK_BYTES], const uint8_t *key, size_t rounds);

void sealane_aes_key_load(aes_key *key, const uint8_t round_key[][AES_BLOCK_BYTES], size_t rounds);

/* Encrypts four blocks in place. */
void sealane_aes_encrypt(const aes_key *key, uint8_t blocks[AES_TOGETHER * AES_BLOCK_BYTES]);

#endif
