/* SPDX-License-Identifier: ISC */
/* Poly1305 (RFC 8439, section 2.5): the sum of message blocks times powers of r, mod 2^130 - 5, plus s. */
#ifndef SEALANE_REF_POLY1305_H
#define SEALANE_REF_POLY1305_H

#include "core/util/limb.h"

#define POLY1305_KEY_BYTES 32U
#define POLY1305_TAG_BYTES 16U
#define POLY1305_BLOCK_BYTES 16U

#define POLY1305_LIMBS (128 / LIMB_BITS)

typedef struct {
    limb h[POLY1305_LIMBS + 1]; /* < 2^131 between calls */
    limb r[POLY1305_LIMBS];     /* clamped: < 2^124 */
    limb s[POLY1305_LIMBS];
} poly1305;

void sealane_poly1305_init(poly1305 *p, const uint8_t key[POLY1305_KEY_BYTES]);

/* Takes in data, all of whose blocks but the last call's are whole: a shorter last block ends the message. */
void sealane_poly1305_update(poly1305 *p, const uint8_t *data, size_t len);

/* Takes in data and the zeroes that fill its last block: AEAD's sections. */
void sealane_poly1305_update_padded(poly1305 *p, const uint8_t *data, size_t len);

/* Writes the tag and wipes p. */
void sealane_poly1305_finish(poly1305 *p, uint8_t tag[POLY1305_TAG_BYTES]);

#endif
