/* SPDX-License-Identifier: ISC */
/*
 * The acceptance rules of Ed25519, in words, and the checks that need bytes alone.
 *
 * A signature is R || S, 32 bytes each, and A is the public key. Encodings are RFC 8032's: 255 bits of y, then the sign of x. p
 * is 2^255 - 19 and L the prime order of the base point B. h is SHA-512(R || A || M) of the bytes as they were given, mod L;
 * for Ed25519ph, dom2(1, "") comes before R and M is the 64-byte hash of the message.
 *
 * Both rules accept a signature only if
 *   1. S < L;
 *   2. the y of A is below p;
 *   3. A is not of small order (one of the eight points whose order divides 8), whatever its sign bit;
 *   4. A decodes to a point of the curve;
 *   5. R is not of small order, in any encoding: y taken mod p, whatever its sign bit.
 *
 * SEALANE_ED25519_COFACTORLESS, beyond that:
 *   6. the encoding of S B - h A is R, byte for byte. An R whose y is not below p is refused by that.
 * This is crypto_sign_verify_detached of libsodium 1.0.18 to 1.0.22, built without ED25519_COMPAT.
 *
 * SEALANE_ED25519_COFACTORED, beyond 1 to 5:
 *   6. R decodes to a point of the curve, its y taken mod p;
 *   7. 8 (R - (S B - h A)) is the neutral element.
 *
 * A and R may have a component of small order beside one of order L: nothing above refuses that. The equation is always the one
 * of the single signature: no verdict depends on what else is in a batch, nor on the kernel. Points 1, 2, 3 and 5 are here; 4,
 * 6 and 7 are the kernel's.
 *
 * A coordinate x = 0 occurs with y = 1 and y = -1 only, which are of small order: what a decoder makes of x = 0 with the sign
 * bit set does not matter.
 */
#ifndef SEALANE_CURVE_RULE_H
#define SEALANE_CURVE_RULE_H

#include <stddef.h>
#include <string.h>

#include "core/curve/scalar.h"

/* Every 255-bit y, p or more included, of a point whose order divides 8: 0 and p (order 4), 1 and p + 1 (order 1), p - 1
   (order 2), and the two of order 8. */
static const uint8_t rule_small_order_y[7][32] = {
    {0},
    {1},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
     0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
     0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

static inline int rule_is_small_order_vartime(const uint8_t point[32]) {
    for (size_t i = 0; i < sizeof rule_small_order_y / sizeof rule_small_order_y[0]; i++) {
        const uint8_t *y = rule_small_order_y[i];
        if (memcmp(point, y, 31) == 0 && (point[31] & 0x7f) == y[31]) {
            return 1;
        }
    }
    return 0;
}

/* y < p = 2^255 - 19. */
static inline int rule_is_canonical_vartime(const uint8_t point[32]) {
    if (point[0] < 0xed || (point[31] & 0x7f) != 0x7f) {
        return 1;
    }
    for (size_t i = 1; i < 31; i++) {
        if (point[i] != 0xff) {
            return 1;
        }
    }
    return 0;
}

/* 2 and 3. */
static inline int rule_accepts_key_bytes_vartime(const uint8_t A[32]) {
    return rule_is_canonical_vartime(A) && !rule_is_small_order_vartime(A);
}

/* 1 and 5. */
static inline int rule_accepts_signature_bytes_vartime(const uint8_t signature[64]) {
    return sealane_scalar_is_canonical(signature + 32) && !rule_is_small_order_vartime(signature);
}

#endif
