/* SPDX-License-Identifier: ISC */
/*
 * The portable field mod p = 2^255 - 19 and the scalars mod L against schoolbook integers: edge operands in all pairs, then
 * random ones.
 */
#include "tests/for_each_kernel.h"

#include <stdio.h>
#include <string.h>

#include "core/curve/scalar.h"
#include "core/ref/field.h"
#include "tests/support/big.h"
#include "tests/support/figure.h"
#include "tests/support/rng.h"

static const big p = {{0xffffffed, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x7fffffff}};
static const big order = {{0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0, 0, 0, 0x10000000}};

/* The sum, difference and product of 256-bit numbers mod m. */
static big sum_mod(const big *a, const big *b, const big *m) {
    big r = big_add(a, b);
    return big_mod(&r, m);
}

static big difference_mod(const big *a, const big *b, const big *m) {
    big reduced = big_mod(b, m), r = big_add(a, m);
    r = big_sub(&r, &reduced);
    return big_mod(&r, m);
}

static big product_mod(const big *a, const big *b, const big *m) {
    big r = big_mul(a, b);
    return big_mod(&r, m);
}

/* Operands below 2^256: 2^k - 1, 2^k, 2^k + 1; m k' plus and minus a little; digits of all zeroes and ones. */
enum { EDGES_MAX = 400 };

static size_t edges(big list[EDGES_MAX], const big *m) {
    static const unsigned ks[] = {0,   1,   2,   25,  26,  31,  32,  33,  50,  51,  52,  63,  64,  65,  77,  96,  102,
                                  127, 128, 129, 153, 160, 191, 192, 193, 204, 224, 230, 250, 251, 252, 253, 254, 255};
    size_t n = 0;
    big one = big_small(1);
    for (size_t i = 0; i < sizeof ks / sizeof ks[0]; i++) {
        big power = {{0}};
        power.d[ks[i] / 32] = UINT32_C(1) << ks[i] % 32;
        list[n++] = power;
        list[n++] = big_sub(&power, &one);
        list[n++] = big_add(&power, &one);
    }
    big top = {{0}};
    top.d[8] = 1; /* 2^256 */
    big multiple = *m;
    for (int times = 1; times <= 15 && big_less(&multiple, &top); times++) {
        for (uint32_t k = 0; k < 38; k += times == 1 ? 3 : 6) {
            big small = big_small(k);
            list[n++] = big_sub(&multiple, &small);
            big above = big_add(&multiple, &small);
            if (big_less(&above, &top)) {
                list[n++] = above;
            }
        }
        multiple = big_add(&multiple, m);
    }
    for (uint32_t k = 1; k < 40; k += 6) {
        big small = big_small(k);
        list[n++] = big_sub(&top, &small);
    }
    for (unsigned pattern = 1; pattern < 16; pattern++) { /* 64-bit limbs of all ones or of zero */
        big x = {{0}};
        for (unsigned i = 0; i < 8; i++) {
            x.d[i] = pattern >> i / 2 & 1 ? UINT32_MAX : 0;
        }
        list[n++] = x;
    }
    assert_true(n <= EDGES_MAX);
    return n;
}

static big random_big(rng *r) {
    uint8_t bytes[32];
    rng_fill(r, bytes, sizeof bytes);
    for (size_t i = 0; i < 4; i++) { /* now and then a limb of all zeroes or ones */
        size_t kind = rng_below(r, 8);
        if (kind < 2) {
            memset(bytes + 8 * i, kind == 0 ? 0 : 0xff, 8);
        }
    }
    return big_load(bytes, 32);
}

static field to_field(const big *a) {
    uint8_t bytes[32];
    field f;
    big_store(bytes, a);
    limbs_load(f.v, bytes, LIMBS_256);
    return f;
}

static void check_field(const char *what, const field *got, const big *want, const big *a, const big *b) {
    uint8_t bytes[32], expected[32];
    sealane_field_store(bytes, got);
    big_store(expected, want);
    if (memcmp(bytes, expected, 32) != 0) {
        printf("%s of", what);
        for (int operand = 0; operand < 2; operand++) {
            printf(" 0x");
            for (size_t i = 8; i-- > 0;) {
                printf("%08x", (operand == 0 ? a : b)->d[i]);
            }
        }
        printf("\n");
        assert_memory_equal(bytes, expected, 32);
    }
}

/* Everything of two operands, also with the result on top of either. */
static void check_pair(const big *a, const big *b) {
    const field fa = to_field(a), fb = to_field(b);
    struct {
        const char *name;
        void (*op)(field *, const field *, const field *);
        big want;
    } ops[] = {
        {"sum", field_add, sum_mod(a, b, &p)},
        {"difference", field_sub, difference_mod(a, b, &p)},
        {"product", sealane_field_mul, product_mod(a, b, &p)},
    };
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        field r;
        ops[i].op(&r, &fa, &fb);
        check_field(ops[i].name, &r, &ops[i].want, a, b);
        r = fa;
        ops[i].op(&r, &r, &fb);
        check_field(ops[i].name, &r, &ops[i].want, a, b);
        r = fb;
        ops[i].op(&r, &fa, &r);
        check_field(ops[i].name, &r, &ops[i].want, a, b);
    }
    for (limb swap = 0; swap < 2; swap++) {
        field x = fa, y = fb, z = fb;
        field_swap(&x, &y, swap);
        assert_memory_equal(&x, swap ? &fb : &fa, sizeof x);
        assert_memory_equal(&y, swap ? &fa : &fb, sizeof y);
        field_choose(&z, &fa, swap);
        assert_memory_equal(&z, swap ? &fa : &fb, sizeof z);
    }
}

/* a^(2^252 - 3) mod p */
static big power_252_3(const big *a) {
    big r = big_mod(a, &p); /* the highest bit of the exponent, 2^251 */
    for (int bit = 250; bit >= 0; bit--) {
        r = product_mod(&r, &r, &p);
        if (bit != 1) { /* 2^252 - 3 = 11…101 */
            r = product_mod(&r, a, &p);
        }
    }
    return r;
}

static void check_single(const big *a) {
    static const uint32_t smalls[] = {0, 1, 2, 38, 121665, 121666, 486662, (1U << 26) - 1};
    const field f = to_field(a);
    field r;
    const big zero = big_small(0), one = big_small(1), reduced = big_mod(a, &p);
    check_field("the number itself", &f, &reduced, a, &zero);
    uint8_t bytes[32];
    big_store(bytes, a);
    sealane_field_load_255(&r, bytes);
    bytes[31] &= 0x7f;
    big below = big_load(bytes, 32);
    below = big_mod(&below, &p);
    check_field("255 bits", &r, &below, a, &zero);
    big want = difference_mod(&zero, a, &p);
    field_neg(&r, &f);
    check_field("opposite", &r, &want, a, &zero);
    want = product_mod(a, a, &p);
    sealane_field_sqr(&r, &f);
    check_field("square", &r, &want, a, &zero);
    r = f;
    sealane_field_sqr(&r, &r);
    check_field("square in place", &r, &want, a, &zero);
    r = f;
    sealane_field_mul(&r, &r, &r);
    check_field("product with itself in place", &r, &want, a, &zero);
    for (size_t i = 0; i < sizeof smalls / sizeof smalls[0]; i++) {
        big small = big_small(smalls[i]);
        want = product_mod(a, &small, &p);
        field_mul_small(&r, &f, smalls[i]);
        check_field("small multiple", &r, &want, a, &small);
    }
    int is_zero = memcmp(&reduced, &zero, sizeof zero) == 0;
    assert_int_equal(sealane_field_is_zero(&f), is_zero);
    assert_int_equal(sealane_field_is_odd(&f), reduced.d[0] & 1);
    sealane_field_invert(&r, &f);
    sealane_field_store(bytes, &r);
    big inverse = big_load(bytes, 32);
    want = product_mod(&inverse, a, &p);
    assert_memory_equal(&want, is_zero ? &zero : &one, sizeof want);
    assert_true(!is_zero || memcmp(&inverse, &zero, sizeof zero) == 0);
    want = power_252_3(a);
    sealane_field_pow_252_3(&r, &f);
    check_field("power 2^252 - 3", &r, &want, a, &zero);
}

static void field_edges(void **state) {
    (void)state;
    static big list[EDGES_MAX];
    size_t n = edges(list, &p);
    for (size_t i = 0; i < n; i++) {
        check_single(&list[i]);
        for (size_t j = 0; j < n; j++) {
            check_pair(&list[i], &list[j]);
        }
    }
    figure("field of core/ref: %zu edge operands in all pairs, against plain big integers", n);
}

static void field_random(void **state) {
    (void)state;
    rng r = rng_make(1);
    const size_t n = random_count(100000, 10000000);
    for (size_t i = 0; i < n; i++) {
        big a = random_big(&r), b = random_big(&r);
        check_pair(&a, &b);
        if (i % 1000 == 0) {
            check_single(&a);
        }
    }
    figure("field of core/ref: %zu random pairs", n);
}

/* Long chains, in which results that are not reduced are the next operands. */
static void field_chains(void **state) {
    (void)state;
    static big list[EDGES_MAX];
    size_t edge_count = edges(list, &p);
    rng r = rng_make(2);
    big value[4];
    field f[4];
    for (int i = 0; i < 100000; i++) {
        if (i % 50 == 0) {
            for (size_t j = 0; j < 4; j++) {
                value[j] = list[rng_below(&r, edge_count)];
                f[j] = to_field(&value[j]);
            }
        }
        size_t to = rng_below(&r, 4), a = rng_below(&r, 4), b = rng_below(&r, 4);
        switch (rng_below(&r, 4)) {
        case 0:
            value[to] = sum_mod(&value[a], &value[b], &p);
            field_add(&f[to], &f[a], &f[b]);
            break;
        case 1:
            value[to] = difference_mod(&value[a], &value[b], &p);
            field_sub(&f[to], &f[a], &f[b]);
            break;
        case 2:
            value[to] = product_mod(&value[a], &value[b], &p);
            sealane_field_mul(&f[to], &f[a], &f[b]);
            break;
        default:
            value[to] = product_mod(&value[a], &value[a], &p);
            sealane_field_sqr(&f[to], &f[a]);
            break;
        }
        check_field("chain", &f[to], &value[to], &value[a], &value[b]);
    }
}

static void check_reduce(const uint8_t in[64]) {
    uint8_t out[64], want[32];
    big value = big_load(in, 64);
    value = big_mod(&value, &order);
    big_store(want, &value);
    sealane_scalar_reduce(out, in);
    assert_memory_equal(out, want, 32);
    memcpy(out, in, 64);
    sealane_scalar_reduce(out, out);
    assert_memory_equal(out, want, 32);
}

static void check_mul_add(const big *a, const big *b, const big *c) {
    uint8_t bytes[3][32], out[32], want[32];
    big_store(bytes[0], a);
    big_store(bytes[1], b);
    big_store(bytes[2], c);
    big value = big_mul(a, b);
    value = big_add(&value, c);
    value = big_mod(&value, &order);
    big_store(want, &value);
    sealane_scalar_mul_add(out, bytes[0], bytes[1], bytes[2]);
    assert_memory_equal(out, want, 32);
    for (size_t on = 0; on < 3; on++) {
        memcpy(out, bytes[on], 32);
        sealane_scalar_mul_add(out, on == 0 ? out : bytes[0], on == 1 ? out : bytes[1], on == 2 ? out : bytes[2]);
        assert_memory_equal(out, want, 32);
    }
}

static void check_canonical(const big *a) {
    uint8_t bytes[32];
    big_store(bytes, a);
    assert_int_equal(sealane_scalar_is_canonical(bytes), big_less(a, &order));
}

static void scalar_edges(void **state) {
    (void)state;
    static big list[EDGES_MAX];
    size_t n = edges(list, &order);
    for (size_t i = 0; i < n; i++) {
        check_canonical(&list[i]);
        for (size_t j = 0; j < n; j++) {
            check_mul_add(&list[i], &list[j], &list[(i + 7 * j) % n]);
            uint8_t wide[64]; /* one edge above the other */
            big_store(wide, &list[i]);
            big_store(wide + 32, &list[j]);
            check_reduce(wide);
        }
    }
    figure("scalars mod L: %zu edge operands in all pairs, against plain big integers", n);
}

/* q L - 1, q L, q L + 1 up to 2^512: where an estimated quotient is most easily one off. */
static void scalar_multiples(void **state) {
    (void)state;
    static big list[EDGES_MAX];
    size_t n = edges(list, &order);
    rng r = rng_make(3);
    for (size_t i = 0; i < 20000; i++) {
        big q = i < n ? list[i] : random_big(&r);
        q.d[8] = (uint32_t)rng_below(&r, 15); /* (15 2^256 - 1) L < 2^512 */
        big value = big_mul(&q, &order), one = big_small(1);
        for (int offset = -1; offset <= 1; offset++) {
            uint8_t bytes[64];
            big shifted = offset == 0 ? value : offset > 0 ? big_add(&value, &one) : big_sub(&value, &one);
            for (size_t b = 0; b < 64; b++) {
                bytes[b] = (uint8_t)(shifted.d[b / 4] >> 8 * (b % 4));
            }
            check_reduce(bytes);
        }
    }
    uint8_t all_ones[64];
    memset(all_ones, 0xff, sizeof all_ones);
    check_reduce(all_ones);
}

static void scalar_random(void **state) {
    (void)state;
    rng r = rng_make(4);
    const size_t n = random_count(50000, 1000000);
    for (size_t i = 0; i < n; i++) {
        big a = random_big(&r), b = random_big(&r), c = random_big(&r);
        check_mul_add(&a, &b, &c);
        check_canonical(&a);
        uint8_t wide[64];
        rng_fill(&r, wide, sizeof wide);
        check_reduce(wide);
    }
    figure("scalars mod L: %zu random operands", n);
}

static const kernel_test tests[] = {
    ONCE(field_edges), ONCE(field_random), ONCE(field_chains), ONCE(scalar_edges), ONCE(scalar_multiples), ONCE(scalar_random),
};
KERNEL_TESTS_MAIN(tests)
