/* SPDX-License-Identifier: ISC */
/* X25519 on every kernel: published vectors, libsodium, edge operands in all pairs, batches, verdicts, memory. */
#include "tests/for_each_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sealane/x25519.h"
#include "tests/support/figure.h"
#include "tests/support/guard.h"
#include "tests/support/hex.h"
#include "tests/support/oracle.h"
#include "tests/support/rng.h"
#include "tests/support/vectors.h"
#include "tests/vectors/x25519_rfc.h"

#define FAMILY FAMILY_BIT(FAMILY_X25519)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define N_MAX 70U /* largest batch of most tests */
#define SMALL_ORDERS COUNT(x25519_small_order)

static const uint8_t nine[32] = {9};

typedef struct {
    uint8_t b[32];
} bytes32;

/* A multiplication with what it must come to. */
typedef struct {
    bytes32 scalar, point, out;
    int good;
} mult_case;

static size_t lanes_of(const kernel_row *row) {
    return ((const x25519_ops *)row->ops)->lanes;
}

static bytes32 from_hex(const char *hex) {
    bytes32 x;
    hex_decode(x.b, sizeof x.b, hex);
    return x;
}

static bytes32 random32(rng *r) {
    bytes32 x;
    rng_fill(r, x.b, sizeof x.b);
    return x;
}

static void one(bytes32 *out, const uint8_t scalar[32], const uint8_t point[32], int good) {
    sealane_x25519_item item = {scalar, point, out->b};
    uint8_t verdict = 7;
    assert_int_equal(sealane_x25519_batch(&item, 1, &verdict), good ? SEALANE_OK : SEALANE_EVERIFY);
    assert_int_equal(verdict, good);
}

/* Fills in what libsodium says; without it, what the portable kernel says. */
static void expect(mult_case *c) {
    if (!oracle_x25519(c->out.b, &c->good, c->scalar.b, c->point.b)) {
        const x25519_ops *ops = kernel_portable(FAMILY_X25519)->ops;
        sealane_x25519_item item = {c->scalar.b, c->point.b, c->out.b};
        uint8_t good;
        ops->mult(&item, 1, &good);
        c->good = good;
    }
    if (!c->good) {
        memset(c->out.b, 0, sizeof c->out.b); /* libsodium leaves it as it was */
    }
}

/* Runs cases as one batch and compares outputs, verdicts and status. */
static void check_batch(const mult_case *cases, size_t n) {
    sealane_x25519_item *items = calloc(n + 1, sizeof *items);
    bytes32 *outs = malloc((n + 1) * sizeof *outs);
    uint8_t *verdicts = malloc(n + 1);
    assert_true(items != NULL && outs != NULL && verdicts != NULL);
    memset(outs, 0xa5, (n + 1) * sizeof *outs);
    memset(verdicts, 0xa5, n + 1);
    int all_good = 1;
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_x25519_item){cases[i].scalar.b, cases[i].point.b, outs[i].b};
        all_good &= cases[i].good;
    }
    sealane_status want = all_good ? SEALANE_OK : SEALANE_EVERIFY;
    assert_int_equal(sealane_x25519_batch(items, n, verdicts), want);
    for (size_t i = 0; i < n; i++) {
        assert_memory_equal(outs[i].b, cases[i].out.b, 32);
        assert_int_equal(verdicts[i], cases[i].good);
    }
    assert_int_equal(verdicts[n], 0xa5);
    memset(outs, 0xa5, n * sizeof *outs);
    assert_int_equal(sealane_x25519_batch(items, n, NULL), want);
    for (size_t i = 0; i < n; i++) {
        assert_memory_equal(outs[i].b, cases[i].out.b, 32);
    }
    free(items);
    free(outs);
    free(verdicts);
}

/* The cases, rotated so that each of them is in every lane once. */
static void check_in_every_lane(const kernel_row *row, const mult_case *cases, size_t n) {
    mult_case *rotated = malloc(n * sizeof *rotated);
    assert_non_null(rotated);
    for (size_t shift = 0; shift < lanes_of(row) && shift < n; shift++) {
        memcpy(rotated + shift, cases, (n - shift) * sizeof *cases);
        memcpy(rotated, cases + (n - shift), shift * sizeof *cases);
        check_batch(rotated, n);
    }
    free(rotated);
}

static void rfc7748(void **state) {
    kernel_force(kernel_of(state));
    mult_case cases[COUNT(x25519_rfc_mult) + COUNT(x25519_rfc_base)];
    size_t n = 0;
    for (size_t i = 0; i < COUNT(x25519_rfc_mult); i++) {
        cases[n++] = (mult_case){from_hex(x25519_rfc_mult[i].scalar), from_hex(x25519_rfc_mult[i].point),
                                 from_hex(x25519_rfc_mult[i].out), 1};
    }
    for (size_t i = 0; i < COUNT(x25519_rfc_base); i++) {
        mult_case *c = &cases[n++];
        *c = (mult_case){from_hex(x25519_rfc_base[i].scalar), {{9}}, from_hex(x25519_rfc_base[i].out), 1};
        bytes32 out;
        sealane_x25519_base_item item = {c->scalar.b, out.b};
        assert_int_equal(sealane_x25519_base_batch(&item, 1), SEALANE_OK);
        assert_memory_equal(out.b, c->out.b, 32);
    }
    check_in_every_lane(kernel_of(state), cases, n);
}

/* 1 and 1000 rounds; 10^6 where SEALANE_LONG is set in the environment. */
static void rfc7748_iterated(void **state) {
    kernel_force(kernel_of(state));
    bytes32 k = {{9}}, u = {{9}};
    size_t round = 0;
    for (size_t i = 0; i < COUNT(x25519_rfc_iterated); i++) {
        if (x25519_rfc_iterated[i].rounds > 1000 && getenv("SEALANE_LONG") == NULL) {
            break;
        }
        for (; round < x25519_rfc_iterated[i].rounds; round++) {
            bytes32 next;
            one(&next, k.b, u.b, 1);
            u = k;
            k = next;
        }
        bytes32 want = from_hex(x25519_rfc_iterated[i].k);
        assert_memory_equal(k.b, want.b, 32);
    }
}

#if SEALANE_JANSSON
static void wycheproof(void **state) {
    static const char name[] = "wycheproof/testvectors_v1/x25519_test.json";
    const kernel_row *row = kernel_of(state);
    kernel_force(row);
    json_t *root = vectors_json(name, NULL);
    if (root == NULL) {
        skip();
    }
    mult_case *cases = malloc(4096 * sizeof *cases);
    assert_non_null(cases);
    size_t n = 0, g, t;
    json_t *group, *test;
    json_array_foreach(json_object_get(root, "testGroups"), g, group) {
        json_array_foreach(json_object_get(group, "tests"), t, test) {
            assert_true(n < 4096);
            mult_case c = {from_hex(vectors_string(test, "private")), from_hex(vectors_string(test, "public")),
                           from_hex(vectors_string(test, "shared")), 0};
            for (size_t i = 0; i < 32; i++) {
                c.good |= c.out.b[i] != 0;
            }
            cases[n++] = c;
        }
    }
    check_in_every_lane(row, cases, n);
    vectors_ran(name, row->isa, n);
    free(cases);
    json_decref(root);
}

static bytes32 from_base64(const char *text) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes32 x = {{0}};
    assert_int_equal(strlen(text), 44);
    assert_int_equal(text[43], '=');
    for (size_t i = 0; i < 43; i++) {
        const char *digit = strchr(digits, text[i]);
        assert_non_null(digit);
        unsigned value = (unsigned)(digit - digits) << 2; /* 8 bits, of which the upper 6 count */
        size_t byte = i * 6 / 8, shift = i * 6 % 8;
        x.b[byte] |= (uint8_t)(value >> shift);
        if (byte + 1 < 32) {
            x.b[byte + 1] |= (uint8_t)(value << (8 - shift));
        }
    }
    return x;
}

/* Records [public 1, secret 1, public 2, secret 2, shared] in base64. */
static void tweetnacl(void **state) {
    static const char name[] = "tweetnacl-js/scalarmult.random.json";
    const kernel_row *row = kernel_of(state);
    kernel_force(row);
    json_t *root = vectors_json(name, NULL);
    if (root == NULL) {
        skip();
    }
    size_t records = json_array_size(root), i;
    mult_case *cases = malloc(4 * (records + 1) * sizeof *cases);
    assert_non_null(cases);
    json_t *record;
    json_array_foreach(root, i, record) {
        bytes32 v[5];
        for (size_t j = 0; j < 5; j++) {
            v[j] = from_base64(json_string_value(json_array_get(record, j)));
        }
        cases[4 * i] = (mult_case){v[1], v[2], v[4], 1};
        cases[4 * i + 1] = (mult_case){v[3], v[0], v[4], 1};
        cases[4 * i + 2] = (mult_case){v[1], {{9}}, v[0], 1};
        cases[4 * i + 3] = (mult_case){v[3], {{9}}, v[2], 1};
    }
    check_batch(cases, 4 * records);
    vectors_ran(name, row->isa, records);
    free(cases);
    json_decref(root);
}
#endif

/* 2^k - 1, 2^k, 2^k + 1 at the limbs' edges of every radix in use, values around p, 2p and 2^256, and patterns. */
static size_t edges(bytes32 *list) {
    static const unsigned ks[] = {0, 1, 25, 26, 51, 52, 63, 64, 102, 127, 128, 153, 191, 192, 204, 230, 251, 253, 254, 255};
    size_t n = 0;
    for (size_t i = 0; i < COUNT(ks); i++) {
        bytes32 power = {{0}}, below = {{0}};
        power.b[ks[i] / 8] = (uint8_t)(1U << ks[i] % 8);
        memset(below.b, 0xff, ks[i] / 8);
        below.b[ks[i] / 8] = (uint8_t)((1U << ks[i] % 8) - 1);
        list[n++] = power;
        list[n++] = below;
        power.b[0] |= 1;
        list[n++] = power;
    }
    for (unsigned k = 0xd8; k <= 0xff; k += 3) { /* around p with bit 255 clear; around 2p, 2^256 with it set */
        bytes32 x;
        memset(x.b, 0xff, 32);
        x.b[0] = (uint8_t)k;
        list[n++] = x;
        x.b[31] = 0x7f;
        list[n++] = x;
    }
    for (unsigned k = 0; k < 4; k++) {
        bytes32 x;
        memset(x.b, (uint8_t[]){0x55, 0xaa, 0x0f, 0xff}[k], 32);
        list[n++] = x;
        memset(x.b, 0, 16);
        list[n++] = x;
    }
    return n;
}
#define EDGES_MAX 128

/* All pairs; small-order points come up among them. */
static void edge_operands(void **state) {
    kernel_force(kernel_of(state));
    bytes32 list[EDGES_MAX];
    size_t n = edges(list);
    assert_true(n <= EDGES_MAX);
    mult_case *cases = malloc(n * n * sizeof *cases);
    assert_non_null(cases);
    for (size_t i = 0; i < n * n; i++) {
        cases[i] = (mult_case){.scalar = list[i / n], .point = list[i % n]};
        expect(&cases[i]);
    }
    check_batch(cases, n * n);
    free(cases);
    figure_on(kernel_of(state), "%zu edge operands in all pairs, against libsodium", n);
}

/* In batches of 1 to 70; half of the points have bit 255 set. libsodium is asked once for all kernels. */
static void random_operands(void **state) {
    const size_t total = random_count(100000, 1000000);
    static mult_case *cases;
    kernel_force(kernel_of(state));
    rng r = rng_make(1);
    if (cases == NULL) {
        cases = malloc(total * sizeof *cases);
        assert_non_null(cases);
        for (size_t i = 0; i < total; i++) {
            cases[i] = (mult_case){.scalar = random32(&r), .point = random32(&r)};
            expect(&cases[i]);
        }
    }
    for (size_t i = 0, n; i < total; i += n) {
        n = 1 + rng_below(&r, N_MAX);
        n = n < total - i ? n : total - i;
        sealane_x25519_item items[N_MAX];
        bytes32 outs[N_MAX];
        for (size_t j = 0; j < n; j++) {
            items[j] = (sealane_x25519_item){cases[i + j].scalar.b, cases[i + j].point.b, outs[j].b};
        }
        assert_int_equal(sealane_x25519_batch(items, n, NULL), SEALANE_OK);
        for (size_t j = 0; j < n; j++) {
            assert_memory_equal(outs[j].b, cases[i + j].out.b, 32);
        }
    }
    figure_on(kernel_of(state), "%zu random operands in batches of 1 to 70, half of them with bit 255 set, against libsodium",
              total);
}

static void random_cases(mult_case *cases, size_t n, uint64_t stream) {
    rng r = rng_make(stream);
    for (size_t i = 0; i < n; i++) {
        cases[i] = (mult_case){.scalar = random32(&r), .point = random32(&r)};
        expect(&cases[i]);
        assert_int_equal(cases[i].good, 1);
    }
}

/* A point of small order at each position among good ones, with bit 255 clear and set; pairs of them; nothing else. */
static void small_order(void **state) {
    const kernel_row *row = kernel_of(state);
    kernel_force(row);
    size_t n = 2 * lanes_of(row) + 1 < N_MAX ? 2 * lanes_of(row) + 1 : N_MAX;
    mult_case good[N_MAX], cases[N_MAX];
    assert_true(lanes_of(row) <= N_MAX);
    random_cases(good, n, 2);
    for (size_t k = 0; k < 2 * SMALL_ORDERS; k++) {
        bytes32 point = from_hex(x25519_small_order[k / 2]);
        point.b[31] |= (uint8_t)((k & 1) << 7);
        for (size_t at = 0; at < n; at++) {
            memcpy(cases, good, n * sizeof *cases);
            cases[at] = (mult_case){.scalar = good[at].scalar, .point = point, .good = 0};
            check_batch(cases, n);
            if (at > 0) {
                cases[0] = (mult_case){.scalar = good[0].scalar, .point = point, .good = 0};
                check_batch(cases, n);
            }
        }
        for (size_t i = 0; i < n; i++) {
            cases[i] = (mult_case){.scalar = good[i].scalar, .point = point, .good = 0};
        }
        check_batch(cases, n);
    }
    figure_on(kernel_of(state), "every point of small order at every position of a batch, beside good ones");
}

static void batch_sizes(void **state) {
    kernel_force(kernel_of(state));
    mult_case cases[N_MAX];
    random_cases(cases, N_MAX, 3);
    for (size_t i = 5; i < N_MAX; i += 17) {
        cases[i] = (mult_case){.scalar = cases[i].scalar, .point = from_hex(x25519_small_order[i % SMALL_ORDERS]), .good = 0};
    }
    for (size_t n = 0; n <= N_MAX; n++) {
        check_batch(cases, n);
        check_batch(cases + (N_MAX - n), n);
    }
    assert_int_equal(sealane_x25519_batch(NULL, 0, NULL), SEALANE_OK);
    assert_int_equal(sealane_x25519_base_batch(NULL, 0), SEALANE_OK);
}

/* Scalars and points that items share: the same memory, not copies. */
static void shared_operands(void **state) {
    kernel_force(kernel_of(state));
    mult_case cases[N_MAX];
    sealane_x25519_item items[N_MAX];
    bytes32 outs[N_MAX], list[N_MAX];
    rng r = rng_make(4);
    for (size_t i = 0; i < N_MAX; i++) {
        list[i] = random32(&r);
    }
    for (int shared_scalar = 0; shared_scalar < 2; shared_scalar++) {
        for (size_t i = 0; i < N_MAX; i++) {
            const bytes32 *scalar = shared_scalar ? &list[0] : &list[i], *point = shared_scalar ? &list[i] : &list[0];
            cases[i] = (mult_case){.scalar = *scalar, .point = *point};
            expect(&cases[i]);
            items[i] = (sealane_x25519_item){scalar->b, point->b, outs[i].b};
        }
        assert_int_equal(sealane_x25519_batch(items, N_MAX, NULL), SEALANE_OK);
        for (size_t i = 0; i < N_MAX; i++) {
            assert_memory_equal(outs[i].b, cases[i].out.b, 32);
        }
    }
}

/* out on the item's own scalar, its own point, or both at once. */
static void aliases(void **state) {
    kernel_force(kernel_of(state));
    for (unsigned way = 0; way < 4; way++) {
        for (size_t n = 1; n <= 20; n++) {
            mult_case cases[20];
            bytes32 scalars[20], points[20];
            sealane_x25519_item items[20];
            rng r = rng_make(5 + n);
            for (size_t i = 0; i < n; i++) {
                unsigned kind = way < 3 ? way : (unsigned)(i % 3);
                scalars[i] = random32(&r);
                points[i] = kind == 2 ? scalars[i] : random32(&r);
                cases[i] = (mult_case){.scalar = scalars[i], .point = points[i]};
                expect(&cases[i]);
                uint8_t *out = kind == 1 ? points[i].b : scalars[i].b;
                items[i] = (sealane_x25519_item){scalars[i].b, kind == 2 ? scalars[i].b : points[i].b, out};
            }
            assert_int_equal(sealane_x25519_batch(items, n, NULL), SEALANE_OK);
            for (size_t i = 0; i < n; i++) {
                assert_memory_equal(items[i].out, cases[i].out.b, 32);
            }
            sealane_x25519_base_item base[20];
            for (size_t i = 0; i < n; i++) {
                scalars[i] = cases[i].scalar;
                cases[i].point = (bytes32){{9}};
                expect(&cases[i]);
                base[i] = (sealane_x25519_base_item){scalars[i].b, scalars[i].b};
            }
            assert_int_equal(sealane_x25519_base_batch(base, n), SEALANE_OK);
            for (size_t i = 0; i < n; i++) {
                assert_memory_equal(scalars[i].b, cases[i].out.b, 32);
            }
        }
    }
}

/* The base point: libsodium's base call, and the multiplication by 9 of the same kernel; every single bit, edges, random. */
static void base_point(void **state) {
    enum { RANDOM = 3000, TOTAL = RANDOM + EDGES_MAX + 256 };
    kernel_force(kernel_of(state));
    bytes32 *scalars = malloc(TOTAL * sizeof *scalars), *outs = malloc(TOTAL * sizeof *outs);
    sealane_x25519_base_item *items = malloc(TOTAL * sizeof *items);
    assert_true(scalars != NULL && outs != NULL && items != NULL);
    size_t n = edges(scalars);
    for (size_t bit = 0; bit < 256; bit++) {
        scalars[n] = (bytes32){{0}};
        scalars[n++].b[bit / 8] = (uint8_t)(1U << bit % 8);
    }
    rng r = rng_make(6);
    for (size_t i = 0; i < RANDOM; i++) {
        scalars[n++] = random32(&r);
    }
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_x25519_base_item){scalars[i].b, outs[i].b};
    }
    assert_int_equal(sealane_x25519_base_batch(items, n), SEALANE_OK);
    for (size_t i = 0; i < n; i++) {
        bytes32 want;
        if (!oracle_x25519_base(want.b, scalars[i].b)) {
            one(&want, scalars[i].b, nine, 1);
        }
        assert_memory_equal(outs[i].b, want.b, 32);
    }
    for (size_t size = 0; size <= N_MAX; size++) { /* each size of a batch gives the same bytes and no more */
        bytes32 again[N_MAX + 1];
        memset(again, 0xa5, sizeof again);
        for (size_t i = 0; i < size; i++) {
            items[i].out = again[i].b;
        }
        assert_int_equal(sealane_x25519_base_batch(items, size), SEALANE_OK);
        assert_memory_equal(again, outs, size * sizeof *again);
        assert_int_equal(again[size].b[0], 0xa5);
    }
    free(scalars);
    free(outs);
    free(items);
}

/* Scalars, points and outputs that end or begin at a page that cannot be touched, at every alignment. */
static void guard_pages(void **state) {
    kernel_force(kernel_of(state));
    enum { N = 17 };
    mult_case cases[N];
    random_cases(cases, N, 7);
    guard g[3] = {guard_make(N * 32 + 64), guard_make(N * 32 + 64), guard_make(N * 32 + 64)};
    for (size_t offset = 0; offset < 64; offset++) {
        for (int end = 0; end < 2; end++) {
            size_t n = 1 + (offset * 5) % N;
            uint8_t *at[3];
            for (size_t i = 0; i < 3; i++) {
                at[i] = end ? guard_end(&g[i], n * 32) : guard_begin(&g[i], offset);
            }
            sealane_x25519_item items[N];
            sealane_x25519_base_item base[N];
            for (size_t i = 0; i < n; i++) {
                items[i] = (sealane_x25519_item){at[0] + 32 * i, at[1] + 32 * i, at[2] + 32 * i};
                base[i] = (sealane_x25519_base_item){at[0] + 32 * i, at[2] + 32 * i};
                memcpy(at[0] + 32 * i, cases[i].scalar.b, 32);
                memcpy(at[1] + 32 * i, cases[i].point.b, 32);
            }
            assert_int_equal(sealane_x25519_base_batch(base, n), SEALANE_OK);
            assert_int_equal(sealane_x25519_batch(items, n, NULL), SEALANE_OK);
            for (size_t i = 0; i < n; i++) {
                assert_memory_equal(at[2] + 32 * i, cases[i].out.b, 32);
            }
        }
    }
    for (size_t i = 0; i < 3; i++) {
        guard_free(&g[i]);
    }
}

/* A NULL anywhere: nothing is processed, no output touched, every verdict 0. */
static void null_pointers(void **state) {
    (void)state;
    enum { N = 9 };
    mult_case cases[N];
    random_cases(cases, N, 8);
    for (size_t bad = 0; bad < N; bad++) {
        for (unsigned which = 0; which < 3; which++) {
            bytes32 outs[N], untouched;
            uint8_t verdicts[N];
            sealane_x25519_item items[N];
            sealane_x25519_base_item base[N];
            memset(outs, 0xa5, sizeof outs);
            memset(&untouched, 0xa5, sizeof untouched);
            memset(verdicts, 0xa5, sizeof verdicts);
            for (size_t i = 0; i < N; i++) {
                items[i] = (sealane_x25519_item){cases[i].scalar.b, cases[i].point.b, outs[i].b};
                base[i] = (sealane_x25519_base_item){cases[i].scalar.b, outs[i].b};
            }
            if (which == 0) {
                items[bad].scalar = base[bad].scalar = NULL;
            } else if (which == 1) {
                items[bad].point = NULL;
            } else {
                items[bad].out = base[bad].out = NULL;
            }
            assert_int_equal(sealane_x25519_batch(items, N, NULL), SEALANE_EINVAL);
            assert_int_equal(sealane_x25519_batch(items, N, verdicts), SEALANE_EINVAL);
            if (which != 1) {
                assert_int_equal(sealane_x25519_base_batch(base, N), SEALANE_EINVAL);
            }
            for (size_t i = 0; i < N; i++) {
                assert_memory_equal(outs[i].b, untouched.b, 32);
                assert_int_equal(verdicts[i], 0);
            }
        }
    }
    uint8_t verdict[3] = {7, 7, 7};
    assert_int_equal(sealane_x25519_batch(NULL, 3, verdict), SEALANE_EINVAL);
    assert_memory_equal(verdict, ((uint8_t[]){0, 0, 0}), 3);
    assert_int_equal(sealane_x25519_base_batch(NULL, 1), SEALANE_EINVAL);
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(rfc7748, FAMILY),       FOR_EACH_KERNEL(rfc7748_iterated, FAMILY),
#if SEALANE_JANSSON
    FOR_EACH_KERNEL(wycheproof, FAMILY),    FOR_EACH_KERNEL(tweetnacl, FAMILY),
#endif
    FOR_EACH_KERNEL(edge_operands, FAMILY), FOR_EACH_KERNEL(random_operands, FAMILY),  FOR_EACH_KERNEL(small_order, FAMILY),
    FOR_EACH_KERNEL(batch_sizes, FAMILY),   FOR_EACH_KERNEL(shared_operands, FAMILY),  FOR_EACH_KERNEL(aliases, FAMILY),
    FOR_EACH_KERNEL(base_point, FAMILY),    FOR_EACH_KERNEL(guard_pages, FAMILY),      ONCE(null_pointers),
};
KERNEL_TESTS_MAIN(tests)
