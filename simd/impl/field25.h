/* SPDX-License-Identifier: ISC */
/*
 * The field of 2^255 - 19 in radix 2^25.5, one element a lane, over the verbs of a lanes64 header with 32-bit multiplications.
 *
 * Limb i weighs 2^ceil(25.5 i): even limbs are of 26 bits, odd ones of 25. Two types keep the ranges apart:
 *
 *   fe    an operand of a multiplication: even limbs < 2^27, odd ones < 2^26;
 *   few   (wide) limbs < 2^64 - 2^40: what a multiplication or a sum yields. A product's limbs are < 2^61, which comments
 *         call W.
 *
 * A sum or difference of fe or few is few; fe_carry makes it an operand again. Neither type is canonical.
 */
#ifndef SEALANE_FIELD25_H
#define SEALANE_FIELD25_H

#define FE_LIMBS 10
#define FE_PACKED 5 /* words of a lane that hold an element in memory */
#define FE_BITS(i) (26 - (i) % 2)
#define FE_MASK(i) ((UINT64_C(1) << FE_BITS(i)) - 1)
/* Limb i of n p. */
#define FE_P(i, n) (((i) == 0 ? FE_MASK(0) - 18 : FE_MASK(i)) * (n))

#include "simd/impl/field_limbs.h"

/* a - b + 2^37 p for b in W: its limbs are between W and 2^63. */
INLINE few few_sub(few a, few b) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_sub(v64_add(a.l[i], v64_set1(FE_P(i, UINT64_C(1) << 37))), b.l[i]);
    }
    return a;
}

/* Carries limb i into the next. */
INLINE void fe_carry_limb(few *a, int i) {
    const v64 carry = v64_shr(a->l[i], FE_BITS(i));
    a->l[i] = v64_and(a->l[i], v64_set1(FE_MASK(i)));
    if (i < FE_LIMBS - 1) {
        a->l[i + 1] = v64_add(a->l[i + 1], carry);
    } else { /* the carry may have more than 32 bits */
        v64 twice = v64_add(carry, carry);
        __asm__("" : "+x"(twice)); /* or clang multiplies, in halves */
        a->l[0] = v64_add(a->l[0], v64_add(v64_add(carry, twice), v64_shl(twice, 3)));
    }
}

/*
 * Two chains of carries side by side, the second from limb 4. A carry is < 2^39; 19 times that in limb 0 carries < 2^18 into
 * limb 1, and limb 4 carries < 2^14 into limb 5 at last: limbs are < 2^26 and < 2^25, but limbs 1 and 5 < 2^25 + 2^18.
 */
INLINE fe fe_carry(few a) {
    fe_carry_limb(&a, 0);
    fe_carry_limb(&a, 4);
    fe_carry_limb(&a, 1);
    fe_carry_limb(&a, 5);
    fe_carry_limb(&a, 2);
    fe_carry_limb(&a, 6);
    fe_carry_limb(&a, 3);
    fe_carry_limb(&a, 7);
    fe_carry_limb(&a, 4);
    fe_carry_limb(&a, 8);
    fe_carry_limb(&a, 9);
    fe_carry_limb(&a, 0);
    fe r;
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        r.l[i] = a.l[i];
    }
    return r;
}

/*
 * Products are in assembly, which compilers spill their way through: ten sums stay in registers, rows of the product go in
 * pairs, of an even limb e and an odd one o, so that each limb of the other operand is loaded once for both. o2 is 2 o.
 *
 * FE_ADD: column k += x times limb j of an array. FE_PAIR: limb j of an array times e, and times o or o2, to two columns;
 * FE_PAIR_SETS the second of them for the first time.
 */
#define FE_LIMB(array, j) "32*" #j "(%[" #array "])"
#define FE_ADD(k, x, array, j) "vpmuludq " FE_LIMB(array, j) ", %[" #x "], %[t]\n\tvpaddq %[t], %[c" #k "], %[c" #k "]\n\t"
#define FE_PAIR_BEGIN(k, x, array, j)                                                                                          \
    "vmovdqa " FE_LIMB(array, j) ", %[t]\n\tvpmuludq %[t], %[" #x "], %[u]\n\tvpaddq %[u], %[c" #k "], %[c" #k "]\n\t"
#define FE_PAIR(k, x, l, y, array, j)                                                                                          \
    FE_PAIR_BEGIN(k, x, array, j) "vpmuludq %[t], %[" #y "], %[t]\n\tvpaddq %[t], %[c" #l "], %[c" #l "]\n\t"
#define FE_PAIR_SETS(k, x, l, y, array, j) FE_PAIR_BEGIN(k, x, array, j) "vpmuludq %[t], %[" #y "], %[c" #l "]\n\t"
#define FE_COLUMNS(r)                                                                                                          \
    [c0] "=&x"((r).l[0]), [c1] "=&x"((r).l[1]), [c2] "=&x"((r).l[2]), [c3] "=&x"((r).l[3]), [c4] "=&x"((r).l[4]),              \
        [c5] "=&x"((r).l[5]), [c6] "=&x"((r).l[6]), [c7] "=&x"((r).l[7]), [c8] "=&x"((r).l[8]), [c9] "=&x"((r).l[9])

/*
 * Column k takes every a[i] b[j] with i + j = k or k + 10, the latter 19 times, and twice where i and j are odd: such limbs
 * weigh half a bit more each than 25.5 i. 19 b[j] < 2^31.3 and 2 a[i] fit 32 bits. Column 0 is the largest,
 * (1 + 19 (4 + 5 / 2)) 2^54 < 2^61: W.
 */
INLINE void fe_mul_by(few *product, const fe *a, const fe *b, const v64 b19[9]) {
    few r;
    v64 e, o, o2, t, u;
#define ROWS(i, j) "vmovdqa " FE_LIMB(a, i) ", %[e]\n\tvmovdqa " FE_LIMB(a, j) ", %[o]\n\tvpaddq %[o], %[o], %[o2]\n\t"
    /* clang-format off */
    __asm__(ROWS(0, 1)
            "vmovdqa (%[b]), %[t]\n\tvpmuludq %[t], %[e], %[c0]\n\tvpmuludq %[t], %[o], %[c1]\n\t"
            FE_PAIR_SETS(1, e, 2, o2, b, 1) FE_PAIR_SETS(2, e, 3, o, b, 2) FE_PAIR_SETS(3, e, 4, o2, b, 3)
            FE_PAIR_SETS(4, e, 5, o, b, 4) FE_PAIR_SETS(5, e, 6, o2, b, 5) FE_PAIR_SETS(6, e, 7, o, b, 6)
            FE_PAIR_SETS(7, e, 8, o2, b, 7) FE_PAIR_SETS(8, e, 9, o, b, 8)
            FE_ADD(9, e, b, 9) FE_ADD(0, o2, b19, 8)
            ROWS(2, 3)
            FE_PAIR(2, e, 3, o, b, 0) FE_PAIR(3, e, 4, o2, b, 1) FE_PAIR(4, e, 5, o, b, 2) FE_PAIR(5, e, 6, o2, b, 3)
            FE_PAIR(6, e, 7, o, b, 4) FE_PAIR(7, e, 8, o2, b, 5) FE_PAIR(8, e, 9, o, b, 6)
            FE_ADD(9, e, b, 7) FE_ADD(0, o2, b19, 6)
            FE_PAIR(0, e, 1, o, b19, 7) FE_PAIR(1, e, 2, o2, b19, 8)
            ROWS(4, 5)
            FE_PAIR(4, e, 5, o, b, 0) FE_PAIR(5, e, 6, o2, b, 1) FE_PAIR(6, e, 7, o, b, 2) FE_PAIR(7, e, 8, o2, b, 3)
            FE_PAIR(8, e, 9, o, b, 4)
            FE_ADD(9, e, b, 5) FE_ADD(0, o2, b19, 4)
            FE_PAIR(0, e, 1, o, b19, 5) FE_PAIR(1, e, 2, o2, b19, 6) FE_PAIR(2, e, 3, o, b19, 7) FE_PAIR(3, e, 4, o2, b19, 8)
            ROWS(6, 7)
            FE_PAIR(6, e, 7, o, b, 0) FE_PAIR(7, e, 8, o2, b, 1) FE_PAIR(8, e, 9, o, b, 2)
            FE_ADD(9, e, b, 3) FE_ADD(0, o2, b19, 2)
            FE_PAIR(0, e, 1, o, b19, 3) FE_PAIR(1, e, 2, o2, b19, 4) FE_PAIR(2, e, 3, o, b19, 5) FE_PAIR(3, e, 4, o2, b19, 6)
            FE_PAIR(4, e, 5, o, b19, 7) FE_PAIR(5, e, 6, o2, b19, 8)
            ROWS(8, 9)
            FE_PAIR(8, e, 9, o, b, 0)
            FE_ADD(9, e, b, 1) FE_ADD(0, o2, b19, 0)
            FE_PAIR(0, e, 1, o, b19, 1) FE_PAIR(1, e, 2, o2, b19, 2) FE_PAIR(2, e, 3, o, b19, 3) FE_PAIR(3, e, 4, o2, b19, 4)
            FE_PAIR(4, e, 5, o, b19, 5) FE_PAIR(5, e, 6, o2, b19, 6) FE_PAIR(6, e, 7, o, b19, 7) FE_PAIR(7, e, 8, o2, b19, 8)
            : FE_COLUMNS(r), [e] "=&x"(e), [o] "=&x"(o), [o2] "=&x"(o2), [t] "=&x"(t), [u] "=&x"(u)
            : [a] "r"(a->l), [b] "r"(b->l), [b19] "r"(b19), "m"(*a), "m"(*b), "m"(*(const v64(*)[9])b19));
    /* clang-format on */
#undef ROWS
    *product = r;
}

/* b19[j] = 19 b[1 + j] */
INLINE void fe_times_19(v64 b19[9], const fe *b) {
    UNROLL for (int j = 0; j < 9; j++) {
        b19[j] = v64_mul32(b->l[1 + j], v64_set1(19));
    }
}

#define FE_OPERANDS_IN_MEMORY 1
INLINE few fe_mul_at(const fe *a, const fe *b) {
    few r;
    v64 b19[9];
    fe_times_19(b19, b);
    fe_mul_by(&r, a, b, b19);
    return r;
}

/* Called, not inlined, by what has so many products that their code would be too much for the CPU to hold decoded. */
OUTLINE __attribute__((unused)) void fe_mul_to(few *r, const fe *a, const fe *b) {
    *r = fe_mul_at(a, b);
}

/* r = a c, s = b c */
OUTLINE __attribute__((unused)) void fe_mul_two(few *r, few *s, const fe *a, const fe *b, const fe *c) {
    v64 c19[9];
    fe_times_19(c19, c);
    fe_mul_by(r, a, c, c19);
    fe_mul_by(s, b, c, c19);
}

INLINE few fe_mul(fe a, fe b) {
    return fe_mul_at(&a, &b);
}

/* As fe_mul(a, a): products with i < j count twice more. e2, o2 and o4 are multiples of limbs; 4 a[i] of an odd one < 2^28. */
INLINE void fe_sq_at(few *square, const fe *a) {
    few r;
    v64 a19[5], e2, o2, o4, t, u; /* a19 from limb 5 on */
    UNROLL for (int j = 0; j < 5; j++) {
        a19[j] = v64_mul32(a->l[5 + j], v64_set1(19));
    }
#define EVEN(i) "vmovdqa " FE_LIMB(a, i) ", %[t]\n\tvpaddq %[t], %[t], %[e2]\n\t"
#define ODD(i) "vmovdqa " FE_LIMB(a, i) ", %[t]\n\tvpaddq %[t], %[t], %[o2]\n\tvpaddq %[o2], %[o2], %[o4]\n\t"
#define SET(k, x) "vpmuludq %[t], %[" #x "], %[c" #k "]\n\t"
#define ADD(k, x) "vpmuludq %[t], %[" #x "], %[u]\n\tvpaddq %[u], %[c" #k "], %[c" #k "]\n\t"
    /* clang-format off */
    __asm__(EVEN(0) SET(0, t)
            ODD(1) SET(1, e2) SET(2, o2)
            "vmovdqa 64(%[a]), %[t]\n\t" ADD(2, e2) SET(3, o2)
            FE_PAIR_SETS(3, e2, 4, o4, a, 3) FE_PAIR_SETS(4, e2, 5, o2, a, 4) FE_PAIR_SETS(5, e2, 6, o4, a, 5)
            FE_PAIR_SETS(6, e2, 7, o2, a, 6) FE_PAIR_SETS(7, e2, 8, o4, a, 7) FE_PAIR_SETS(8, e2, 9, o2, a, 8)
            FE_ADD(9, e2, a, 9) FE_ADD(0, o4, a19, 4)
            EVEN(2) ADD(4, t)
            ODD(3) ADD(5, e2) ADD(6, o2)
            FE_PAIR(6, e2, 7, o2, a, 4) FE_PAIR(7, e2, 8, o4, a, 5) FE_PAIR(8, e2, 9, o2, a, 6)
            FE_ADD(9, e2, a, 7) FE_ADD(0, o4, a19, 2)
            FE_PAIR(0, e2, 1, o2, a19, 3) FE_PAIR(1, e2, 2, o4, a19, 4)
            EVEN(4) ADD(8, t)
            ODD(5) ADD(9, e2) FE_ADD(0, o2, a19, 0)
            FE_PAIR(0, e2, 1, o2, a19, 1) FE_PAIR(1, e2, 2, o4, a19, 2) FE_PAIR(2, e2, 3, o2, a19, 3)
            FE_PAIR(3, e2, 4, o4, a19, 4)
            EVEN(6) FE_ADD(2, t, a19, 1)
            ODD(7) FE_PAIR(3, e2, 4, o2, a19, 2)
            FE_PAIR(4, e2, 5, o2, a19, 3) FE_PAIR(5, e2, 6, o4, a19, 4)
            EVEN(8) FE_ADD(6, t, a19, 3)
            ODD(9) FE_PAIR(7, e2, 8, o2, a19, 4)
            : FE_COLUMNS(r), [e2] "=&x"(e2), [o2] "=&x"(o2), [o4] "=&x"(o4), [t] "=&x"(t), [u] "=&x"(u)
            : [a] "r"(a->l), [a19] "r"(a19), "m"(*a), "m"(a19));
    /* clang-format on */
#undef EVEN
#undef ODD
#undef SET
#undef ADD
    *square = r;
}

INLINE few fe_sq(fe a) {
    few r;
    fe_sq_at(&r, &a);
    return r;
}

/* a + k b for a in W, k < 2^20. */
INLINE few few_add_mul_small(few a, fe b, uint32_t k) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_add(a.l[i], v64_mul32(b.l[i], v64_set1(k)));
    }
    return a;
}

/* -a for limbs of a at most those of 2p, as a canonical one's or a carried one's are. */
INLINE fe fe_neg(fe a) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = v64_sub(v64_set1(FE_P(i, 2)), a.l[i]);
    }
    return a;
}

/* Reads numbers of 255 bits, 64-bit words w[0] … w[3] of a lane; bit 255 is ignored. */
INLINE fe fe_from_words(const v64 w[4]) {
    const v64 even = v64_set1(FE_MASK(0)), odd = v64_set1(FE_MASK(1));
    fe r;
    r.l[0] = v64_and(w[0], even);
    r.l[1] = v64_and(v64_shr(w[0], 26), odd);
    r.l[2] = v64_and(v64_or(v64_shr(w[0], 51), v64_shl(w[1], 13)), even);
    r.l[3] = v64_and(v64_shr(w[1], 13), odd);
    r.l[4] = v64_shr(w[1], 38);
    r.l[5] = v64_and(w[2], odd);
    r.l[6] = v64_and(v64_shr(w[2], 25), even);
    r.l[7] = v64_and(v64_or(v64_shr(w[2], 51), v64_shl(w[3], 13)), odd);
    r.l[8] = v64_and(v64_shr(w[3], 12), even);
    r.l[9] = v64_and(v64_shr(w[3], 38), odd);
    return r;
}

/* The canonical value, < p, as words. */
INLINE void fe_to_words(v64 w[4], fe a) {
    few t = fe_wide(a);
    /* One carry in sequence leaves limbs of 26 and 25 bits, but for limb 0 < 2^26 + 2 * 19, and so a value < 2p. */
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        fe_carry_limb(&t, i);
    }
    /* q = 1 where a >= p, which is where a + 19 reaches 2^255; adding 19 q and dropping bit 255 subtracts q p. */
    v64 q = v64_set1(19);
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        q = v64_shr(v64_add(t.l[i], q), FE_BITS(i));
    }
    t.l[0] = v64_add(t.l[0], v64_mul32(q, v64_set1(19)));
    UNROLL for (int i = 0; i < FE_LIMBS - 1; i++) {
        fe_carry_limb(&t, i);
    }
    t.l[9] = v64_and(t.l[9], v64_set1(FE_MASK(9)));
    w[0] = v64_or(v64_or(t.l[0], v64_shl(t.l[1], 26)), v64_shl(t.l[2], 51));
    w[1] = v64_or(v64_or(v64_shr(t.l[2], 13), v64_shl(t.l[3], 13)), v64_shl(t.l[4], 38));
    w[2] = v64_or(v64_or(t.l[5], v64_shl(t.l[6], 25)), v64_shl(t.l[7], 51));
    w[3] = v64_or(v64_or(v64_shr(t.l[7], 13), v64_shl(t.l[8], 12)), v64_shl(t.l[9], 38));
}

/* Elements in memory: limbs i and i + 5, each < 2^32, as one word. What is wide is carried first. */
INLINE void fe_pack(v64 w[FE_PACKED], fe a) {
    UNROLL for (int i = 0; i < FE_PACKED; i++) {
        w[i] = v64_or(a.l[i], v64_shl(a.l[i + FE_PACKED], 32));
    }
}

INLINE fe fe_unpack(const v64 w[FE_PACKED]) {
    fe r;
    UNROLL for (int i = 0; i < FE_PACKED; i++) {
        r.l[i] = v64_and(w[i], v64_set1(UINT32_MAX));
        r.l[i + FE_PACKED] = v64_shr(w[i], 32);
    }
    return r;
}

INLINE void few_pack(v64 w[FE_PACKED], few a) {
    fe_pack(w, fe_carry(a));
}

INLINE few few_unpack(const v64 w[FE_PACKED]) {
    return fe_wide(fe_unpack(w));
}

#endif
