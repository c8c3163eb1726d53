/* SPDX-License-Identifier: ISC */
#include "core/curve/scalar.h"

#include "core/util/limb.h"
#include "core/util/wipe.h"

#define HALF (LIMBS_256 / 2)

static const limb order[LIMBS_256] = {LIMBS_OF_64(0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000)};
static const limb order_twice[LIMBS_256] = {LIMBS_OF_64(0xb024c634b9eba7da, 0x29bdf3bd45ef39ac, 0, 0x2000000000000000)};

/* c = L - 2^252 < 2^125, so that 2^252 = -c mod L. */
static const limb low_part[HALF] = {LIMB_OF_64(0x5812631a5cf5d3ed), LIMB_OF_64(0x14def9dea2f79cd6)};

/* q = floor(x / 2^252) in n limbs, where x has LIMBS_256 + n. */
static inline void above_252(limb q[], const limb x[], size_t n) {
    for (size_t i = 0; i < n; i++) {
        q[i] = x[LIMBS_256 - 1 + i] >> (LIMB_BITS - 4) | x[LIMBS_256 + i] << 4;
    }
}

/* r = x mod 2^252 */
static inline void below_252(limb r[LIMBS_256], const limb x[]) {
    memcpy(r, x, LIMBS_256 * sizeof r[0]);
    r[LIMBS_256 - 1] &= ~(limb)0 >> 4;
}

/* r - m where that is not negative, else r. */
static inline void subtract_where_possible(limb r[LIMBS_256], limb less[LIMBS_256], const limb m[LIMBS_256]) {
    limb keep = limbs_sub(less, r, m, LIMBS_256);
    limb mask = limb_barrier(keep - 1);
    for (size_t i = 0; i < LIMBS_256; i++) {
        r[i] ^= (r[i] ^ less[i]) & mask;
    }
}

/*
 * Three times the bits from 252 on, q, become c q, to be subtracted from those below, r:
 *
 *   x = r1 - c q1, q1 < 2^260;   c q1 = r2 - c q2, q2 < 2^133;   c q2 = r3 - c q3, q3 < 2^6   (mod L)
 *   x = r1 - r2 + r3 - c q3 + 2L   (mod L)
 *
 * which lies between 0 and 4L, as r1 + r3 < 2^253 < 2L and r2 + c q3 < 2^252 + 2^131 < 2L.
 */
static void reduce(uint8_t out[32], const limb x[2 * LIMBS_256]) {
    struct {
        limb q1[LIMBS_256 + 1], x2[LIMBS_256 + HALF + 1], q2[HALF + 1], x3[LIMBS_256 + 1], q3[1], x4[LIMBS_256];
        limb r[LIMBS_256], sum[LIMBS_256];
    } w;
    w.q1[LIMBS_256] = x[2 * LIMBS_256 - 1] >> (LIMB_BITS - 4);
    above_252(w.q1, x, LIMBS_256);
    limbs_mul(w.x2, w.q1, LIMBS_256 + 1, low_part, HALF);
    above_252(w.q2, w.x2, HALF + 1);
    limbs_mul(w.x3, w.q2, HALF + 1, low_part, HALF);
    above_252(w.q3, w.x3, 1);
    memset(w.x4, 0, sizeof w.x4);
    limbs_mul(w.x4, w.q3, 1, low_part, HALF);

    below_252(w.sum, x);
    limbs_add(w.sum, w.sum, order_twice, LIMBS_256);
    below_252(w.r, w.x3);
    limbs_add(w.sum, w.sum, w.r, LIMBS_256);
    below_252(w.r, w.x2);
    limbs_sub(w.sum, w.sum, w.r, LIMBS_256);
    limbs_sub(w.sum, w.sum, w.x4, LIMBS_256);
    subtract_where_possible(w.sum, w.r, order_twice);
    subtract_where_possible(w.sum, w.r, order);
    limbs_store(out, w.sum, LIMBS_256);
    wipe(&w, sizeof w);
}

void sealane_scalar_reduce(uint8_t out[32], const uint8_t in[64]) {
    limb x[2 * LIMBS_256];
    limbs_load(x, in, 2 * LIMBS_256);
    reduce(out, x);
    wipe(x, sizeof x);
}

void sealane_scalar_mul_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32], const uint8_t c[32]) {
    struct {
        limb a[LIMBS_256], b[LIMBS_256], sum[2 * LIMBS_256], product[2 * LIMBS_256];
    } w;
    limbs_load(w.a, a, LIMBS_256);
    limbs_load(w.b, b, LIMBS_256);
    limbs_load(w.sum, c, LIMBS_256);
    memset(w.sum + LIMBS_256, 0, LIMBS_256 * sizeof w.sum[0]);
    limbs_mul(w.product, w.a, LIMBS_256, w.b, LIMBS_256);
    limbs_add(w.sum, w.sum, w.product, 2 * LIMBS_256); /* (2^256 - 1)^2 + 2^256 - 1 < 2^512 */
    reduce(out, w.sum);
    wipe(&w, sizeof w);
}

int sealane_scalar_is_canonical(const uint8_t s[32]) {
    limb value[LIMBS_256], less[LIMBS_256];
    limbs_load(value, s, LIMBS_256);
    return (int)limbs_sub(less, value, order, LIMBS_256);
}
