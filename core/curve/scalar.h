/* SPDX-License-Identifier: ISC */
/* Scalars mod L = 2^252 + 27742317777372353535851937790883648493, the order of B: 32 bytes, little endian. Constant time. */
#ifndef SEALANE_CURVE_SCALAR_H
#define SEALANE_CURVE_SCALAR_H

#include <stdint.h>

/* out = in mod L. out may be in. */
void sealane_scalar_reduce(uint8_t out[32], const uint8_t in[64]);

/* out = a b + c mod L, for any 256-bit a, b, c. out may be any of them. */
void sealane_scalar_mul_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32], const uint8_t c[32]);

/* 1 if s < L, else 0. */
int sealane_scalar_is_canonical(const uint8_t s[32]);

#endif
