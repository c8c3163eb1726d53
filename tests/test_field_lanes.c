/* SPDX-License-Identifier: ISC */
/*
 * The fields of the kernels in lanes against whole numbers: limbs at their bounds in all pairs, then random ones, different in
 * every lane. Results must be right mod p and within the bounds that the next operation counts on.
 */
#include "tests/for_each_kernel.h"

#include <stdio.h>
#include <string.h>

#include "core/dispatch/cpu.h"
#include "tests/support/big.h"
#include "tests/support/figure.h"
#include "tests/support/lane_field.h"
#include "tests/support/rng.h"

static const lane_field *const fields[] = {
#if defined(SEALANE_HAVE_BMI2)
    &lane_field_bmi2,
#endif
#if defined(SEALANE_HAVE_AVX2)
    &lane_field_avx2,
#endif
#if defined(SEALANE_HAVE_AVX512)
    &lane_field_avx512,
#endif
    NULL,
};

static const big p = {{0xffffffed, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x7fffffff}};

/* a mod p, by 2^255 = 19: the part above bit 255, < 2^289, comes down twice. */
static big mod_p(const big *a) {
    big r = *a;
    const big nineteen = big_small(19);
    for (int fold = 0; fold < 3; fold++) {
        big low = {{0}}, high = {{0}};
        for (size_t i = 0; i < 8; i++) {
            low.d[i] = r.d[i];
        }
        low.d[7] &= 0x7fffffff;
        for (size_t i = 7; i < DIGITS; i++) {
            high.d[i - 7] = r.d[i] >> 31 | (i + 1 < DIGITS ? r.d[i + 1] << 1 : 0);
        }
        high = big_mul(&high, &nineteen);
        r = big_add(&low, &high);
    }
    return big_less(&r, &p) ? r : big_sub(&r, &p);
}

static big sum(const big *a, const big *b) {
    big r = big_add(a, b);
    return mod_p(&r);
}

static big difference(const big *a, const big *b) {
    big r = big_add(a, &p);
    r = big_sub(&r, b);
    return mod_p(&r);
}

static big product(const big *a, const big *b) {
    big r = big_mul(a, b);
    return mod_p(&r);
}

/* What a lane holds, mod p. */
static big value(const lane_field *f, const lane_vector *a, unsigned lane) {
    big r = {{0}};
    for (unsigned i = 0; i < f->limbs; i++) {
        const unsigned digit = f->weight[i] / 32, shift = f->weight[i] % 32;
        const uint64_t limb = a->limb[i][lane];
        big term = {{0}};
        term.d[digit] = (uint32_t)(limb << shift);
        term.d[digit + 1] = (uint32_t)(limb << shift >> 32);
        term.d[digit + 2] = shift == 0 ? 0 : (uint32_t)(limb >> (64 - shift));
        r = big_add(&r, &term);
    }
    return mod_p(&r);
}

static void fail_with(const lane_field *f, const char *what, const lane_vector *a, const lane_vector *b, unsigned lane) {
    printf("%s: %s, lane %u, of limbs", f->isa, what, lane);
    for (unsigned i = 0; i < f->limbs; i++) {
        printf(" 0x%llx", (unsigned long long)a->limb[i][lane]);
    }
    printf(" and");
    for (unsigned i = 0; i < f->limbs; i++) {
        printf(" 0x%llx", (unsigned long long)b->limb[i][lane]);
    }
    printf("\n");
    fail();
}

typedef big reference(const big *a, const big *b);

static void check(const lane_field *f, const char *what, lane_op *op, reference *want, const lane_bounds *max,
                  const lane_vector *a, const lane_vector *b) {
    lane_vector r;
    op(&r, a, b);
    for (unsigned l = 0; l < f->lanes; l++) {
        const big va = value(f, a, l), vb = value(f, b, l), vr = value(f, &r, l), expected = want(&va, &vb);
        for (unsigned i = 0; i < f->limbs; i++) {
            if (r.limb[i][l] > max->limb[i]) {
                fail_with(f, "a limb too large: ", a, b, l);
            }
        }
        if (memcmp(&vr, &expected, sizeof vr) != 0) {
            fail_with(f, what, a, b, l);
        }
    }
}

static big square(const big *a, const big *b) {
    (void)b;
    return product(a, a);
}

static big with_small(const big *a, const big *b) {
    const big k = big_small(LANE_FIELD_SMALL), kb = big_mul(&k, b);
    return sum(a, &kb);
}

static big opposite(const big *a, const big *b) {
    (void)b;
    const big zero = big_small(0);
    return difference(&zero, a);
}

static big same(const big *a, const big *b) {
    (void)b;
    return *a;
}

enum { EDGES_MAX = 256 };

static unsigned width(const lane_field *f, unsigned limb) {
    return (limb + 1 < f->limbs ? f->weight[limb + 1] : 255) - f->weight[limb];
}

/* A limb near a bound, not above max. */
static uint64_t edge_limb(const lane_field *f, unsigned limb, unsigned which, uint64_t max) {
    const uint64_t top = UINT64_MAX >> (64 - width(f, limb));
    const uint64_t edges[] = {0, 1, 18, 19, top - 19, top - 18, top, top + 1, max - 1, max};
    const uint64_t edge = edges[which % (sizeof edges / sizeof edges[0])];
    return edge < max ? edge : max;
}

enum { LIMB_EDGES = 10 };

typedef struct {
    uint64_t limb[LANE_FIELD_LIMBS_MAX];
} operand;

/* Limbs all near a bound; one near a bound, the others zero or as large as can be; multiples of p, and their neighbours. */
static size_t edge_operands(const lane_field *f, operand list[EDGES_MAX], const lane_bounds *max) {
    size_t n = 0;
    for (unsigned e = 0; e < LIMB_EDGES; e++) {
        for (unsigned place = 0; place <= f->limbs; place++) {
            for (int others = 0; others < 2; others++) {
                for (unsigned i = 0; i < f->limbs; i++) {
                    const uint64_t other = others == 0 ? 0 : max->limb[i];
                    list[n].limb[i] = i == place || place == f->limbs ? edge_limb(f, i, e, max->limb[i]) : other;
                }
                n++;
            }
        }
    }
    for (uint64_t times = 1; times <= 2; times++) {
        for (uint64_t k = 0; k < 5; k++) { /* times p - 2 + k */
            for (unsigned i = 0; i < f->limbs; i++) {
                uint64_t limb = times * ((UINT64_MAX >> (64 - width(f, i))) - (i == 0 ? 18 : 0)) + (i == 0 ? k - 2 : 0);
                if (width(f, 0) == 64 && i > 0) {
                    limb += times - 1; /* what limb i - 1 has lost from its word */
                }
                list[n].limb[i] = limb < max->limb[i] ? limb : max->limb[i];
            }
            n++;
        }
    }
    assert_true(n <= EDGES_MAX);
    return n;
}

static void set_lane(lane_vector *v, unsigned lane, const operand *a) {
    for (unsigned i = 0; i < LANE_FIELD_LIMBS_MAX; i++) {
        v->limb[i][lane] = a->limb[i];
    }
}

static operand random_operand(const lane_field *f, rng *r, const lane_bounds *max) {
    operand a = {{0}};
    for (unsigned i = 0; i < f->limbs; i++) {
        const uint64_t x = rng_u64(r);
        a.limb[i] = x % 8 == 0                   ? edge_limb(f, i, (unsigned)(x >> 8 & 0xff), max->limb[i])
                    : max->limb[i] == UINT64_MAX ? x
                                                 : x % (max->limb[i] + 1);
    }
    return a;
}

/* Edge operands in all pairs, then random ones. */
static void run(const lane_field *f, const char *what, lane_op *op, reference *want, const lane_bounds *a_max,
                const lane_bounds *b_max, const lane_bounds *max, size_t random) {
    static operand as[EDGES_MAX], bs[EDGES_MAX];
    memset(as, 0, sizeof as);
    memset(bs, 0, sizeof bs);
    const size_t na = edge_operands(f, as, a_max), nb = edge_operands(f, bs, b_max);
    lane_vector a = {{{0}}}, b = {{{0}}};
    for (size_t pair = 0; pair < na * nb; pair += f->lanes) {
        for (unsigned l = 0; l < f->lanes; l++) {
            const size_t at = (pair + l) % (na * nb);
            set_lane(&a, l, &as[at / nb]);
            set_lane(&b, l, &bs[at % nb]);
        }
        check(f, what, op, want, max, &a, &b);
    }
    rng r = rng_make(na);
    for (size_t i = 0; i < random; i += f->lanes) {
        for (unsigned l = 0; l < f->lanes; l++) {
            const operand x = random_operand(f, &r, a_max), y = random_operand(f, &r, b_max);
            set_lane(&a, l, &x);
            set_lane(&b, l, &y);
        }
        check(f, what, op, want, max, &a, &b);
    }
    figure("field in lanes of %s: %s, %zu pairs at bounds, %zu random ones, each lane its own", f->isa, what, na * nb, random);
}

/* Bits and order of words, which are no limbs: canonical words, words to limbs, and the test for zero. */
static void run_words(const lane_field *f) {
    static operand as[EDGES_MAX];
    memset(as, 0, sizeof as);
    const size_t n = edge_operands(f, as, &f->operand_max);
    rng r = rng_make(n);
    lane_vector a = {{{0}}}, words, zero, back;
    for (size_t i = 0; i < 100000; i++) {
        for (unsigned l = 0; l < f->lanes; l++) {
            const operand x = i < n ? as[(i + l) % n] : random_operand(f, &r, &f->operand_max);
            set_lane(&a, l, &x);
        }
        f->canonical(&words, &a, &a);
        f->is_zero(&zero, &a, &a);
        for (unsigned l = 0; l < f->lanes; l++) {
            const big v = value(f, &a, l), none = big_small(0);
            for (unsigned k = 0; k < 4; k++) {
                if (words.limb[k][l] != (v.d[2 * k] | (uint64_t)v.d[2 * k + 1] << 32)) {
                    fail_with(f, "canonical words", &a, &a, l);
                }
            }
            assert_int_equal(zero.limb[0][l], memcmp(&v, &none, sizeof v) == 0);
            words.limb[3][l] |= (rng_u64(&r) & 1) << 63;
        }
        f->load(&back, &words, &words);
        for (unsigned l = 0; l < f->lanes; l++) {
            const big v = value(f, &a, l), w = value(f, &back, l);
            assert_memory_equal(&v, &w, sizeof v);
        }
    }
}

/* a^e for e + below = 2^bits, bits from the top; below < 32. */
static big power(const big *a, unsigned bits, uint32_t below) {
    big r = big_small(1);
    for (unsigned bit = bits; bit-- > 0;) {
        r = product(&r, &r);
        if (bit >= 5 || (32 - below) >> bit & 1) {
            r = product(&r, a);
        }
    }
    return r;
}

static big inverse(const big *a, const big *b) {
    (void)b;
    return power(a, 255, 21);
}

static big pow_2_252_3(const big *a, const big *b) {
    (void)b;
    return power(a, 252, 3);
}

static void run_powers(const lane_field *f) {
    static operand as[EDGES_MAX];
    memset(as, 0, sizeof as);
    const size_t n = edge_operands(f, as, &f->operand_max);
    lane_vector a = {{{0}}}, b = {{{0}}};
    for (size_t i = 0; i < n; i++) {
        for (unsigned l = 0; l < f->lanes; l++) {
            set_lane(&a, l, &as[(i + 7 * l) % n]);
            set_lane(&b, l, &as[(i + 11 * l) % n]);
        }
        check(f, "inverse", f->invert, inverse, &f->operand_max, &a, &b);
        check(f, "power 2^252 - 3", f->pow_2_252_3, pow_2_252_3, &f->operand_max, &a, &b);
    }
}

static void run_field(const lane_field *f) {
    const lane_bounds *fe = &f->operand_max, *carried = &f->carried_max, *wide = &f->product_max, *any = &f->sum_max;
    lane_bounds half = *any, minuend = *any;
    for (unsigned i = 0; i < f->limbs; i++) {
        half.limb[i] /= f->sums_fold ? 1 : 2;
        minuend.limb[i] -= f->bias_max;
    }
    const size_t most = random_count(10000000, 10000000);
    run(f, "product", f->mul, product, fe, fe, wide, most);
    if (f->mul_soon != NULL) {
        run(f, "product, soon", f->mul_soon, product, fe, fe, wide, most);
        run(f, "wide opposite", f->neg_wide, opposite, wide, fe, any, 100000);
    }
    run(f, "square", f->sq, square, fe, fe, wide, most);
    run(f, "sum", f->add, sum, &half, &half, any, 100000);
    run(f, "difference", f->sub, difference, &minuend, wide, any, 100000);
    run(f, "small multiple", f->add_small, with_small, wide, fe, any, 1000000);
    run(f, "opposite", f->neg, opposite, carried, fe, fe, 100000);
    run(f, "carry", f->carry, same, any, fe, carried, 1000000);
    run_words(f);
    run_powers(f);
}

static void fields_in_lanes(void **state) {
    (void)state;
    const uint32_t features = sealane_cpu_close(sealane_cpu_found());
    for (size_t i = 0; fields[i] != NULL; i++) {
        if ((fields[i]->features & ~features) != 0) {
            printf("%s: SKIPPED: this CPU lacks it\n", fields[i]->isa);
            continue;
        }
        run_field(fields[i]);
    }
}

static const kernel_test tests[] = {ONCE(fields_in_lanes)};
KERNEL_TESTS_MAIN(tests)
