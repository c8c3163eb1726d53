/* SPDX-License-Identifier: ISC */
#ifndef SEALANE_REF_CHACHA20_H
#define SEALANE_REF_CHACHA20_H

#include <stdint.h>

/* HChaCha20 (draft-irtf-cfrg-xchacha-03, section 2.2). out may be in or key. Constant time. */
void sealane_hchacha20(uint8_t out[32], const uint8_t in[16], const uint8_t key[32]);

#endif
