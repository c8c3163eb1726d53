/* SPDX-License-Identifier: ISC */
/*
 * The field of 2^255 - 19 in full 64-bit words, one element, over the verbs of the one-lane header and the instruction mulx.
 *
 * Any 256-bit value is an operand and a result; it stands for its residue mod p. What overflows folds back by 2^256 = 38 at
 * once, so that there is nothing wide and nothing to carry: both types of the fields in lanes are the same here.
 *
 * The compilers' code for chains of carries is up to twice as slow as what is written here. Sums run in two chains a row,
 * low halves and then high halves, as CPUs before Broadwell have one carry flag only; a register allocator is asked for no
 * more than thirteen registers.
 */
#ifndef SEALANE_FIELD64_H
#define SEALANE_FIELD64_H

#define FE_LIMBS 4
#define FE_PACKED 4 /* words of a lane that hold an element in memory */

/* AddressSanitizer wants a register for the address of each operand in memory: more than there are. */
#if defined(SEALANE_INLINE_LESS)
#define FE_ASM static inline __attribute__((unused, no_sanitize("address", "thread", "undefined")))
#else
#define FE_ASM INLINE
#endif

typedef struct {
    v64 l[FE_LIMBS];
} fe;

typedef fe few;

INLINE fe fe_small(uint64_t x) {
    return (fe){{x, 0, 0, 0}};
}

INLINE few fe_wide(fe a) {
    return a;
}

INLINE fe fe_carry(few a) {
    return a;
}

/* a in the lanes of m, b in the others. */
INLINE fe fe_select(m64 m, fe a, fe b) {
    const m64 mask = ct_barrier64(m);
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        a.l[i] = b.l[i] ^ ((a.l[i] ^ b.l[i]) & mask);
    }
    return a;
}

/* A carry out of the first fold leaves less than 38, so that the second ends in limb 0. */
FE_ASM few few_add(few a, few b) {
    uint64_t fold;
    __asm__("addq %[b0], %[a0]\n\t"
            "adcq %[b1], %[a1]\n\t"
            "adcq %[b2], %[a2]\n\t"
            "adcq %[b3], %[a3]\n\t"
            "sbbq %[fold], %[fold]\n\t"
            "andl $38, %k[fold]\n\t"
            "addq %[fold], %[a0]\n\t"
            "adcq $0, %[a1]\n\t"
            "adcq $0, %[a2]\n\t"
            "adcq $0, %[a3]\n\t"
            "sbbq %[fold], %[fold]\n\t"
            "andl $38, %k[fold]\n\t"
            "addq %[fold], %[a0]"
            : [a0] "+&r"(a.l[0]), [a1] "+&r"(a.l[1]), [a2] "+&r"(a.l[2]), [a3] "+&r"(a.l[3]), [fold] "=&r"(fold)
            : [b0] "rm"(b.l[0]), [b1] "rm"(b.l[1]), [b2] "rm"(b.l[2]), [b3] "rm"(b.l[3])
            : "cc");
    return a;
}

/* A borrow has brought 2^256, 38 too much; where taking it away borrows again, at least 2^256 - 38 is left. */
FE_ASM few few_sub(few a, few b) {
    uint64_t fold;
    __asm__("subq %[b0], %[a0]\n\t"
            "sbbq %[b1], %[a1]\n\t"
            "sbbq %[b2], %[a2]\n\t"
            "sbbq %[b3], %[a3]\n\t"
            "sbbq %[fold], %[fold]\n\t"
            "andl $38, %k[fold]\n\t"
            "subq %[fold], %[a0]\n\t"
            "sbbq $0, %[a1]\n\t"
            "sbbq $0, %[a2]\n\t"
            "sbbq $0, %[a3]\n\t"
            "sbbq %[fold], %[fold]\n\t"
            "andl $38, %k[fold]\n\t"
            "subq %[fold], %[a0]"
            : [a0] "+&r"(a.l[0]), [a1] "+&r"(a.l[1]), [a2] "+&r"(a.l[2]), [a3] "+&r"(a.l[3]), [fold] "=&r"(fold)
            : [b0] "rm"(b.l[0]), [b1] "rm"(b.l[1]), [b2] "rm"(b.l[2]), [b3] "rm"(b.l[3])
            : "cc");
    return a;
}

INLINE fe fe_neg(fe a) {
    return few_sub(fe_small(0), a);
}

/*
 * The words of the product above 2^256, times 38 and added to those below, are below 39 2^256; the top word that this leaves is
 * at most 38 and folds once more, and if that carries, what is left is < 38^2.
 *
 * w0 … w2 are the product's lowest words, each final after its row. In row i, x[i] and the registers' names are those of
 * words: row 1 adds to r1 … r4 and makes r5, which takes the register of r0, and so on.
 */
FE_ASM few fe_mul(fe a, fe b) {
    const uint64_t x0 = a.l[0], x1 = a.l[1], x2 = a.l[2], x3 = a.l[3], y0 = b.l[0], y1 = b.l[1], y2 = b.l[2], y3 = b.l[3];
    uint64_t w0, w1, w2, r0, r1, r2, r3, r4, t, h0, h1, h2;
    __asm__("movq %[x0], %%rdx\n\t"
            "mulxq %[y0], %[t], %[r1]\n\t"
            "movq %[t], %[w0]\n\t"
            "mulxq %[y1], %[t], %[r2]\n\t"
            "addq %[t], %[r1]\n\t"
            "mulxq %[y2], %[t], %[r3]\n\t"
            "adcq %[t], %[r2]\n\t"
            "mulxq %[y3], %[t], %[r4]\n\t"
            "adcq %[t], %[r3]\n\t"
            "adcq $0, %[r4]\n\t"

            "movq %[x1], %%rdx\n\t"
            "mulxq %[y0], %[t], %[h0]\n\t"
            "addq %[t], %[r1]\n\t"
            "movq %[r1], %[w1]\n\t"
            "mulxq %[y1], %[t], %[h1]\n\t"
            "adcq %[t], %[r2]\n\t"
            "mulxq %[y2], %[t], %[h2]\n\t"
            "adcq %[t], %[r3]\n\t"
            "mulxq %[y3], %[t], %[r0]\n\t"
            "adcq %[t], %[r4]\n\t"
            "adcq $0, %[r0]\n\t"
            "addq %[h0], %[r2]\n\t"
            "adcq %[h1], %[r3]\n\t"
            "adcq %[h2], %[r4]\n\t"
            "adcq $0, %[r0]\n\t"

            "movq %[x2], %%rdx\n\t"
            "mulxq %[y0], %[t], %[h0]\n\t"
            "addq %[t], %[r2]\n\t"
            "movq %[r2], %[w2]\n\t"
            "mulxq %[y1], %[t], %[h1]\n\t"
            "adcq %[t], %[r3]\n\t"
            "mulxq %[y2], %[t], %[h2]\n\t"
            "adcq %[t], %[r4]\n\t"
            "mulxq %[y3], %[t], %[r1]\n\t"
            "adcq %[t], %[r0]\n\t"
            "adcq $0, %[r1]\n\t"
            "addq %[h0], %[r3]\n\t"
            "adcq %[h1], %[r4]\n\t"
            "adcq %[h2], %[r0]\n\t"
            "adcq $0, %[r1]\n\t"

            "movq %[x3], %%rdx\n\t"
            "mulxq %[y0], %[t], %[h0]\n\t"
            "addq %[t], %[r3]\n\t"
            "mulxq %[y1], %[t], %[h1]\n\t"
            "adcq %[t], %[r4]\n\t"
            "mulxq %[y2], %[t], %[h2]\n\t"
            "adcq %[t], %[r0]\n\t"
            "mulxq %[y3], %[t], %[r2]\n\t"
            "adcq %[t], %[r1]\n\t"
            "adcq $0, %[r2]\n\t"
            "addq %[h0], %[r4]\n\t"
            "adcq %[h1], %[r0]\n\t"
            "adcq %[h2], %[r1]\n\t"
            "adcq $0, %[r2]\n\t"

            /* w0 w1 w2 r3 r4 r0 r1 r2 */
            "movl $38, %%edx\n\t"
            "mulxq %[r4], %[t], %[h0]\n\t"
            "addq %[w0], %[t]\n\t"
            "mulxq %[r0], %[r4], %[h1]\n\t"
            "adcq %[w1], %[r4]\n\t"
            "mulxq %[r1], %[r0], %[h2]\n\t"
            "adcq %[w2], %[r0]\n\t"
            "mulxq %[r2], %[r1], %[r2]\n\t"
            "adcq %[r1], %[r3]\n\t"
            "adcq $0, %[r2]\n\t"
            "addq %[h0], %[r4]\n\t"
            "adcq %[h1], %[r0]\n\t"
            "adcq %[h2], %[r3]\n\t"
            "adcq $0, %[r2]\n\t"
            "imulq $38, %[r2], %[r2]\n\t"
            "addq %[r2], %[t]\n\t"
            "adcq $0, %[r4]\n\t"
            "adcq $0, %[r0]\n\t"
            "adcq $0, %[r3]\n\t"
            "sbbq %[r2], %[r2]\n\t"
            "andl $38, %k[r2]\n\t"
            "addq %[r2], %[t]"
            : [r0] "=&r"(r0), [r1] "=&r"(r1), [r2] "=&r"(r2), [r3] "=&r"(r3), [r4] "=&r"(r4), [t] "=&r"(t), [h0] "=&r"(h0),
              [h1] "=&r"(h1), [h2] "=&r"(h2), [w0] "=m"(w0), [w1] "=m"(w1), [w2] "=m"(w2)
            : [x0] "m"(x0), [x1] "m"(x1), [x2] "m"(x2), [x3] "m"(x3), [y0] "m"(y0), [y1] "m"(y1), [y2] "m"(y2), [y3] "m"(y3)
            : "rdx", "cc");
    return (few){{t, r4, r0, r3}};
}

/* The products x[i] x[j], i < j, in r1 … r6; all of them doubled into r1 … r7; the squares added; folded as in fe_mul. */
FE_ASM few fe_sq(fe a) {
    uint64_t r1, r2, r3, r4, r5, r6, r7, t;
    __asm__("movq %[x0], %%rdx\n\t"
            "mulxq %[x1], %[r1], %[r2]\n\t"
            "mulxq %[x2], %[t], %[r3]\n\t"
            "addq %[t], %[r2]\n\t"
            "mulxq %[x3], %[t], %[r4]\n\t"
            "adcq %[t], %[r3]\n\t"
            "adcq $0, %[r4]\n\t"
            "mulxq %[x0], %[x0], %[r7]\n\t" /* x0 is word 0 from here on, r7 a part of word 1 */
            "movq %[x1], %%rdx\n\t"
            "mulxq %[x3], %[t], %[r5]\n\t"
            "mulxq %[x2], %[r6], %%rdx\n\t"
            "addq %[r6], %[r3]\n\t"
            "adcq %%rdx, %[r4]\n\t"
            "adcq $0, %[r5]\n\t"
            "addq %[t], %[r4]\n\t"
            "movq %[x2], %%rdx\n\t"
            "mulxq %[x3], %[t], %[r6]\n\t"
            "adcq %[t], %[r5]\n\t"
            "adcq $0, %[r6]\n\t"

            "movq %[r7], %[t]\n\t"
            "movl $0, %k[r7]\n\t"
            "addq %[r1], %[r1]\n\t"
            "adcq %[r2], %[r2]\n\t"
            "adcq %[r3], %[r3]\n\t"
            "adcq %[r4], %[r4]\n\t"
            "adcq %[r5], %[r5]\n\t"
            "adcq %[r6], %[r6]\n\t"
            "adcq %[r7], %[r7]\n\t"
            "addq %[t], %[r1]\n\t"
            "movq %[x1], %%rdx\n\t"
            "mulxq %%rdx, %[x1], %[t]\n\t"
            "adcq %[x1], %[r2]\n\t"
            "adcq %[t], %[r3]\n\t"
            "movq %[x2], %%rdx\n\t"
            "mulxq %%rdx, %[x2], %[t]\n\t"
            "adcq %[x2], %[r4]\n\t"
            "adcq %[t], %[r5]\n\t"
            "movq %[x3], %%rdx\n\t"
            "mulxq %%rdx, %[x3], %[t]\n\t"
            "adcq %[x3], %[r6]\n\t"
            "adcq %[t], %[r7]\n\t"

            "movl $38, %%edx\n\t"
            "mulxq %[r4], %[t], %[x1]\n\t"
            "addq %[t], %[x0]\n\t"
            "mulxq %[r5], %[t], %[x2]\n\t"
            "adcq %[t], %[r1]\n\t"
            "mulxq %[r6], %[t], %[x3]\n\t"
            "adcq %[t], %[r2]\n\t"
            "mulxq %[r7], %[t], %[r7]\n\t"
            "adcq %[t], %[r3]\n\t"
            "adcq $0, %[r7]\n\t"
            "addq %[x1], %[r1]\n\t"
            "adcq %[x2], %[r2]\n\t"
            "adcq %[x3], %[r3]\n\t"
            "adcq $0, %[r7]\n\t"
            "imulq $38, %[r7], %[r7]\n\t"
            "addq %[r7], %[x0]\n\t"
            "adcq $0, %[r1]\n\t"
            "adcq $0, %[r2]\n\t"
            "adcq $0, %[r3]\n\t"
            "sbbq %[r7], %[r7]\n\t"
            "andl $38, %k[r7]\n\t"
            "addq %[r7], %[x0]"
            : [x0] "+&r"(a.l[0]), [x1] "+&r"(a.l[1]), [x2] "+&r"(a.l[2]), [x3] "+&r"(a.l[3]), [r1] "=&r"(r1), [r2] "=&r"(r2),
              [r3] "=&r"(r3), [r4] "=&r"(r4), [r5] "=&r"(r5), [r6] "=&r"(r6), [r7] "=&r"(r7), [t] "=&r"(t)
            :
            : "rdx", "cc");
    return (few){{a.l[0], r1, r2, r3}};
}

/* a + k b */
FE_ASM few few_add_mul_small(few a, fe b, uint32_t k) {
    uint64_t t, h;
    uint64_t factor = k;
    __asm__("mulxq %[b0], %[b0], %[h]\n\t"
            "mulxq %[b1], %[b1], %[t]\n\t"
            "addq %[h], %[b1]\n\t"
            "mulxq %[b2], %[b2], %[h]\n\t"
            "adcq %[t], %[b2]\n\t"
            "mulxq %[b3], %[b3], %[t]\n\t"
            "adcq %[h], %[b3]\n\t"
            "adcq $0, %[t]\n\t"
            "addq %[a0], %[b0]\n\t"
            "adcq %[a1], %[b1]\n\t"
            "adcq %[a2], %[b2]\n\t"
            "adcq %[a3], %[b3]\n\t"
            "adcq $0, %[t]\n\t"
            "imulq $38, %[t], %[t]\n\t"
            "addq %[t], %[b0]\n\t"
            "adcq $0, %[b1]\n\t"
            "adcq $0, %[b2]\n\t"
            "adcq $0, %[b3]\n\t"
            "sbbq %[t], %[t]\n\t"
            "andl $38, %k[t]\n\t"
            "addq %[t], %[b0]"
            : [b0] "+&r"(b.l[0]), [b1] "+&r"(b.l[1]), [b2] "+&r"(b.l[2]), [b3] "+&r"(b.l[3]), [t] "=&r"(t), [h] "=&r"(h)
            : [a0] "rm"(a.l[0]), [a1] "rm"(a.l[1]), [a2] "rm"(a.l[2]), [a3] "rm"(a.l[3]), "d"(factor)
            : "cc");
    return b;
}

/* Reads a number of 255 bits; bit 255 is ignored. */
INLINE fe fe_from_words(const v64 w[4]) {
    return (fe){{w[0], w[1], w[2], w[3] & UINT64_MAX >> 1}};
}

/* w += c, c < 2^63; drops bit 255, and returns it. */
INLINE uint64_t fe_add_word(v64 w[4], uint64_t c) {
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        w[i] += c;
        c = w[i] < c;
    }
    c = w[3] >> 63;
    w[3] &= UINT64_MAX >> 1;
    return c;
}

/* The canonical value, < p. */
INLINE void fe_to_words(v64 w[4], fe a) {
    /* Bit 255 comes down as 19: below 2^255 + 19 < 2p. */
    memcpy(w, a.l, sizeof a.l);
    const uint64_t top = w[3] >> 63;
    w[3] &= UINT64_MAX >> 1;
    v64 less[4];
    uint64_t c = 19 * top;
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        w[i] += c;
        c = w[i] < c;
    }
    /* a + 19 reaches 2^255 just where a >= p, and is a - p + 2^255 then. */
    memcpy(less, w, sizeof less);
    const m64 reduced = 0 - fe_add_word(less, 19);
    UNROLL for (int i = 0; i < FE_LIMBS; i++) {
        w[i] = v64_select(reduced, less[i], w[i]);
    }
}

/* Elements in memory: their words. */
INLINE void few_pack(v64 w[FE_PACKED], few a) {
    memcpy(w, a.l, sizeof a.l);
}

INLINE few few_unpack(const v64 w[FE_PACKED]) {
    return (few){{w[0], w[1], w[2], w[3]}};
}

INLINE void fe_pack(v64 w[FE_PACKED], fe a) {
    few_pack(w, a);
}

INLINE fe fe_unpack(const v64 w[FE_PACKED]) {
    return few_unpack(w);
}

#endif
