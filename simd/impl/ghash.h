/* SPDX-License-Identifier: ISC */
/*
 * GHASH (NIST SP 800-38D, 6.4) by carry-less multiplication, in the representation of core/kernel/aes_gcm.h: elements are
 * 128-bit integers whose top bit is the coefficient of 1, and factors are kept divided by x. See S. Gueron and M. Kounavis,
 * "Intel Carry-Less Multiplication Instruction and its Usage for Computing the GCM Mode" (2010).
 */
#ifndef SEALANE_IMPL_GHASH_H
#define SEALANE_IMPL_GHASH_H

/* The bytes of a block to an element and back. */
INLINE vb ghash_turn(vb a) {
    return vb_shuffle(a, vb_set1(_mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)));
}

/* x^63 + x^62 + x^57: what a 64-bit word below the element's lowest folds up by, besides itself. */
INLINE vb ghash_rest(void) {
    return vb_set1(_mm_set1_epi64x((long long)0xc200000000000000));
}

/* A factor for Karatsuba's multiplication: both halves, and in both words their sum. */
typedef struct {
    vb h, sum;
} factor;

INLINE vb halves_sum(vb a) {
    return vb_xor(a, vb_words(a, 0x4e));
}

INLINE factor factor_of(vb h) {
    return (factor){h, halves_sum(h)};
}

/* A sum of products of 256 bits: low and high words by words, and sums by sums. */
typedef struct {
    vb low, high, sums;
} product;

INLINE product product_of(vb a, factor f) {
    return (product){vb_clmul(a, f.h, 0x00), vb_clmul(a, f.h, 0x11), vb_clmul(halves_sum(a), f.sum, 0x00)};
}

INLINE product product_add(product p, vb a, factor f) {
    p.low = vb_xor(p.low, vb_clmul(a, f.h, 0x00));
    p.high = vb_xor(p.high, vb_clmul(a, f.h, 0x11));
    p.sums = vb_xor(p.sums, vb_clmul(halves_sum(a), f.sum, 0x00));
    return p;
}

/* Folds low + middle x^64 + high x^128, in the integers' order, from below: 64 bits, and 64 more. */
INLINE vb fold_up(vb low, vb middle, vb high) {
    const vb rest = ghash_rest();
    middle = vb_xor3(middle, vb_clmul(low, rest, 0x00), vb_words(low, 0x4e));
    return vb_xor3(high, vb_clmul(middle, rest, 0x00), vb_words(middle, 0x4e));
}

INLINE vb reduce(product p) {
    return fold_up(p.low, vb_xor3(p.sums, p.low, p.high), p.high);
}

/* Of two factors, or of an element and a factor. */
INLINE vb ghash_multiply(vb a, factor f) {
    return reduce(product_of(a, f));
}

INLINE vb ghash_square(vb a) {
    return fold_up(vb_clmul(a, a, 0x00), vb_zero(), vb_clmul(a, a, 0x11));
}

/* An element divided by x: the integer shifted to the left; its top bit, the constant, becomes x^127 + x^6 + x + 1. */
INLINE vb ghash_factor(vb h) {
    const vb constant = vb_sar32(vb_words(h, 0xff), 31);
    const vb carry = vb_shl_bytes(vb_shr64(h, 63), 8);
    const vb added = vb_and(constant, vb_set1(_mm_set_epi64x((long long)0xc200000000000000, 1)));
    return vb_xor3(vb_shl64(h, 1), carry, added);
}

#endif
