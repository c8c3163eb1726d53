/* SPDX-License-Identifier: ISC */
/* The functions of single words in the message schedules of SHA-256 and SHA-512 (FIPS 180-4, sections 4.1.2 and 4.1.3). */
#ifndef SEALANE_IMPL_SHA2_WORDS_H
#define SEALANE_IMPL_SHA2_WORDS_H

#define ROR32(x, n) ((x) >> (n) | (x) << (32 - (n)))
#define ROR64(x, n) ((x) >> (n) | (x) << (64 - (n)))

#define SHA256_SIGMA_0(x) (ROR32(x, 7) ^ ROR32(x, 18) ^ (x) >> 3)
#define SHA256_SIGMA_1(x) (ROR32(x, 17) ^ ROR32(x, 19) ^ (x) >> 10)
#define SHA512_SIGMA_0(x) (ROR64(x, 1) ^ ROR64(x, 8) ^ (x) >> 7)
#define SHA512_SIGMA_1(x) (ROR64(x, 19) ^ ROR64(x, 61) ^ (x) >> 6)

#endif
