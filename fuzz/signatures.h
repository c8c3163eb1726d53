/* SPDX-License-Identifier: ISC */
/* Signatures that an input is made into: good ones, ones with torsion, damaged ones, and ones of edge encodings. */
#ifndef SEALANE_FUZZ_SIGNATURES_H
#define SEALANE_FUZZ_SIGNATURES_H

#include "fuzz/input.h"

#define SIGNED_BYTES_MAX 300U

typedef struct {
    uint8_t public_key[32];
    uint8_t signature[64];
    uint8_t message[SIGNED_BYTES_MAX]; /* what the library takes: hashed with SEALANE_ED25519_PREHASHED */
    size_t len;
    int key_good;
    uint8_t good[2]; /* by the cofactorless and the cofactored rule, as the oracle finds */
} signed_message;

/* flags: SEALANE_ED25519_PREHASHED or 0. Requires that what the cofactorless rule accepts, the cofactored one does. */
void read_signed(reader *r, unsigned flags, signed_message *s);

#endif
