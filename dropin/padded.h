/* SPDX-License-Identifier: ISC */
/* NaCl's first calling convention, in which messages begin with 32 zero bytes and boxes with 16. */
#ifndef SEALANE_DROPIN_PADDED_H
#define SEALANE_DROPIN_PADDED_H

#include <stdint.h>

#define ZERO_BYTES 32U     /* before a message */
#define BOX_ZERO_BYTES 16U /* before a box */

/* crypto_secretbox and crypto_secretbox_open, lengths with the padding. They return 0 or -1. */
int dropin_padded_seal(uint8_t *c, const uint8_t *m, uint64_t mlen, const uint8_t *n, const uint8_t *k);
int dropin_padded_open(uint8_t *m, const uint8_t *c, uint64_t clen, const uint8_t *n, const uint8_t *k);

#endif
