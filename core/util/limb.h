/* SPDX-License-Identifier: ISC */
/*
 * Multi-word arithmetic in the widest word whose double product the compiler has: little-endian limbs, constant time. One
 * text serves 64-bit and 32-bit machines of either byte order.
 */
#ifndef SEALANE_UTIL_LIMB_H
#define SEALANE_UTIL_LIMB_H

#include <stddef.h>

#include "core/util/bytes.h"
#include "core/util/ct.h"

#ifdef __SIZEOF_INT128__
typedef uint64_t limb;
__extension__ typedef unsigned __int128 limb_pair;
__extension__ typedef __int128 limb_signed_pair;
#define LIMB_BITS 64
#define LIMB_OF_64(x) UINT64_C(x)
#define limb_load load_le64
#define limb_store store_le64
#else
typedef uint32_t limb;
typedef uint64_t limb_pair;
typedef int64_t limb_signed_pair;
#define LIMB_BITS 32
#define LIMB_OF_64(x) (uint32_t) UINT64_C(x), (uint32_t)(UINT64_C(x) >> 32)
#define limb_load load_le32
#define limb_store store_le32
#endif

#define LIMBS_256 (256 / LIMB_BITS)
#define LIMB_BYTES (LIMB_BITS / 8)

/* An initialiser of 256 bits, least significant 64 first. */
#define LIMBS_OF_64(x0, x1, x2, x3) LIMB_OF_64(x0), LIMB_OF_64(x1), LIMB_OF_64(x2), LIMB_OF_64(x3)

static inline limb limb_barrier(limb x) {
#if LIMB_BITS == 64
    return ct_barrier64(x);
#else
    return ct_barrier32(x);
#endif
}

/* Word counts are constants where these are called: loops become straight code. */
#ifdef __clang__
#define LIMB_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LIMB_UNROLL _Pragma("GCC unroll 9")
#endif
#define LIMB_INLINE static inline __attribute__((always_inline))

/* r = a + b; the carry out, 0 or 1. */
LIMB_INLINE limb limbs_add(limb r[], const limb a[], const limb b[], size_t n) {
    limb_pair acc = 0;
    LIMB_UNROLL for (size_t i = 0; i < n; i++) {
        acc += (limb_pair)a[i] + b[i];
        r[i] = (limb)acc;
        acc >>= LIMB_BITS;
    }
    return (limb)acc;
}

/* r = a - b; the borrow out, 0 or 1. acc is 0 or -1 between words: >> of a negative number keeps its sign here. */
LIMB_INLINE limb limbs_sub(limb r[], const limb a[], const limb b[], size_t n) {
    limb_signed_pair acc = 0;
    LIMB_UNROLL for (size_t i = 0; i < n; i++) {
        acc += (limb_signed_pair)a[i] - b[i];
        r[i] = (limb)acc;
        acc >>= LIMB_BITS;
    }
    return (limb)-acc;
}

/* r[0..na+nb-1] = a b, disjoint from both. No sum overflows: (2^w - 1)^2 + 2 (2^w - 1) = 2^2w - 1. */
LIMB_INLINE void limbs_mul(limb *restrict r, const limb *a, size_t na, const limb *b, size_t nb) {
    LIMB_UNROLL for (size_t i = 0; i < na; i++) {
        limb carry = 0;
        LIMB_UNROLL for (size_t j = 0; j < nb; j++) {
            limb_pair acc = (limb_pair)a[i] * b[j] + (i == 0 ? 0 : r[i + j]) + carry;
            r[i + j] = (limb)acc;
            carry = (limb)(acc >> LIMB_BITS);
        }
        r[i + nb] = carry;
    }
}

LIMB_INLINE void limbs_load(limb r[], const uint8_t *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        r[i] = limb_load(bytes + LIMB_BYTES * i);
    }
}

LIMB_INLINE void limbs_store(uint8_t *bytes, const limb a[], size_t n) {
    for (size_t i = 0; i < n; i++) {
        limb_store(bytes + LIMB_BYTES * i, a[i]);
    }
}

#endif
