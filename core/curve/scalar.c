/* SPDX-License-Identifier: ISC */
#include "core/curve/scalar.h"

#include "core/util/limb.h"
#include "core/util/wipe.h"

/* One limb more than L needs: a remainder before the last subtractions is below 3L, a quotient below 2^260. */
#define WORDS (LIMBS_256 + 1)

static const limb order[WORDS] = {LIMBS_OF_64(0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000)};

/* floor(2^512 / L) */
static const limb reciprocal[WORDS] = {
    LIMBS_OF_64(0xed9ce5a30a2c131b, 0x2106215d086329a7, 0xffffffffffffffeb, 0xffffffffffffffff), 0xf};

static void subtract_order_once(limb r[WORDS]) {
    limb less[WORDS];
    limb keep = limbs_sub(less, r, order, WORDS);
    limb mask = limb_barrier(keep - 1);
    for (size_t i = 0; i < WORDS; i++) {
        r[i] ^= (r[i] ^ less[i]) & mask;
    }
    wipe(less, sizeof less);
}

/* Barrett: Menezes, van Oorschot, Vanstone, "Handbook of Applied Cryptography", algorithm 14.42, for any 512-bit x. The
   estimated quotient is at most 2 too small, so that the remainder is below 3L < 2^255. */
static void reduce(uint8_t out[32], const limb x[2 * LIMBS_256]) {
    limb product[2 * WORDS], remainder[WORDS], quotient[WORDS];
    limbs_mul(product, x + LIMBS_256 - 1, WORDS, reciprocal, WORDS);
    memcpy(quotient, product + WORDS, sizeof quotient);
    limbs_mul(product, quotient, WORDS, order, WORDS);
    limbs_sub(remainder, x, product, WORDS);
    subtract_order_once(remainder);
    subtract_order_once(remainder);
    limbs_store(out, remainder, LIMBS_256);
    wipe(product, sizeof product);
    wipe(quotient, sizeof quotient);
    wipe(remainder, sizeof remainder);
}

void sealane_scalar_reduce(uint8_t out[32], const uint8_t in[64]) {
    limb x[2 * LIMBS_256];
    limbs_load(x, in, 2 * LIMBS_256);
    reduce(out, x);
    wipe(x, sizeof x);
}

void sealane_scalar_mul_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32], const uint8_t c[32]) {
    limb A[LIMBS_256], B[LIMBS_256], sum[2 * LIMBS_256] = {0}, product[2 * LIMBS_256];
    limbs_load(A, a, LIMBS_256);
    limbs_load(B, b, LIMBS_256);
    limbs_load(sum, c, LIMBS_256);
    limbs_mul(product, A, LIMBS_256, B, LIMBS_256);
    limbs_add(sum, sum, product, 2 * LIMBS_256); /* (2^256 - 1)^2 + 2^256 - 1 < 2^512 */
    reduce(out, sum);
    wipe(A, sizeof A);
    wipe(B, sizeof B);
    wipe(sum, sizeof sum);
    wipe(product, sizeof product);
}

int sealane_scalar_is_canonical(const uint8_t s[32]) {
    limb value[LIMBS_256], less[LIMBS_256];
    limbs_load(value, s, LIMBS_256);
    return (int)limbs_sub(less, value, order, LIMBS_256);
}
