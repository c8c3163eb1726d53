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
        a->l[0] = v64_add(a->l[0], v64_add(v64_add(carry, v64_shl(carry, 1)), v64_shl(carry, 4)));
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
 * Column k takes every a[i] b[j] with i + j = k or k + 10, the latter 19 times, and twice where i and j are odd: such limbs
 * weigh half a bit more each than 25.5 i. 19 b[j] < 2^31.3 and 2 a[i] fit 32 bits. Column 0 is the largest,
 * (1 + 19 (4 + 5 / 2)) 2^54 < 2^61: W.
 */
INLINE few fe_mul(fe a, fe b) {
    v64 odd2[FE_LIMBS], b19[FE_LIMBS];
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        odd2[i] = v64_add(a.l[i], a.l[i]);
        b19[i] = v64_mul32(b.l[i], v64_set1(19));
    }
    few r;
    UNROLL for (int k = 0; k < FE_LIMBS; k++) {
        v64 sum = v64_zero();
        UNROLL for (int i = 0; i < FE_LIMBS; i++) {
            const int j = i <= k ? k - i : k - i + FE_LIMBS;
            const v64 x = i % 2 == 1 && j % 2 == 1 ? odd2[i] : a.l[i];
            sum = v64_add(sum, v64_mul32(x, i <= k ? b.l[j] : b19[j]));
        }
        r.l[k] = sum;
    }
    return r;
}

/* As fe_mul(a, a): products with i < j count twice more. 4 a[i] of an odd limb < 2^28. */
INLINE few fe_sq(fe a) {
    v64 a2[FE_LIMBS], a4[FE_LIMBS], a19[FE_LIMBS];
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a2[i] = v64_add(a.l[i], a.l[i]);
        a4[i] = v64_add(a2[i], a2[i]);
        a19[i] = v64_mul32(a.l[i], v64_set1(19));
    }
    few r;
    UNROLL for (int k = 0; k < FE_LIMBS; k++) {
        v64 sum = v64_zero();
        UNROLL for (int i = 0; i < FE_LIMBS; i++) {
            const int j = i <= k ? k - i : k - i + FE_LIMBS;
            if (i > j) {
                continue;
            }
            const int times = (i < j ? 2 : 1) * (i % 2 == 1 && j % 2 == 1 ? 2 : 1);
            const v64 x = times == 4 ? a4[i] : times == 2 ? a2[i] : a.l[i];
            sum = v64_add(sum, v64_mul32(x, i <= k ? a.l[j] : a19[j]));
        }
        r.l[k] = sum;
    }
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

#endif
