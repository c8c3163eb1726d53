/* SPDX-License-Identifier: ISC */
#ifndef SEALANE_REF_SALSA20_H
#define SEALANE_REF_SALSA20_H

#include <stdint.h>

/* HSalsa20 ("Extending the Salsa20 nonce", section 2). out may be in or key. Constant time. */
void sealane_hsalsa20(uint8_t out[32], const uint8_t in[16], const uint8_t key[32]);

#endif
