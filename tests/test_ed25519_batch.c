/* SPDX-License-Identifier: ISC */
/*
 * Large batches by one equation: what could refute docs/exact-batch.md. The method is called by itself, below the verdicts of
 * the public call, which would hide a wrong refusal behind the lanes; and with seeds of the test's own, so that runs repeat.
 * SEALANE_LONG in the environment runs ten times as many batches.
 */
#include "tests/for_each_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/curve/curve.h"
#include "core/curve/ed25519_batch.h"
#include "core/dispatch/cpu.h"
#include "core/ref/group.h"
#include "core/util/random.h"
#include "tests/support/ed25519_cases.h"
#include "tests/support/figure.h"
#include "tests/support/lane_subgroup.h"
#include "tests/support/oracle.h"
#include "tests/support/rng.h"

#define FAMILY FAMILY_BIT(FAMILY_ED25519)
#define MAX ED25519_BATCH_MAX
#define MESSAGE_BYTES 24U

/* The library's randomness and memory, which the linker leads here: counted, and failing on demand. */
sealane_status __wrap_sealane_random_fill(uint8_t *out, size_t n);
sealane_status __real_sealane_random_fill(uint8_t *out, size_t n);
void *__wrap_malloc(size_t n);
void *__real_malloc(size_t n);

static struct {
    int no_random, no_memory;
    size_t draws, drawn, allocations, largest;
} outside;

sealane_status __wrap_sealane_random_fill(uint8_t *out, size_t n) {
    outside.draws++;
    outside.drawn += n;
    return outside.no_random ? SEALANE_ERANDOM : __real_sealane_random_fill(out, n);
}

void *__wrap_malloc(size_t n) {
    outside.allocations++;
    outside.largest = n > outside.largest ? n : outside.largest;
    return outside.no_memory ? NULL : __real_malloc(n);
}

typedef struct {
    uint8_t key[32], signature[64], message[MESSAGE_BYTES];
    int good; /* by the cofactorless rule; by the cofactored one all are */
} signed_message;

/* MAX valid signatures, of a signer each, and of 50 signers. */
static signed_message distinct[MAX], few[MAX];

static void sign_all(signed_message list[], size_t signers, rng *r) {
    uint8_t(*const secret)[64] = calloc(signers, 64), (*const public)[32] = calloc(signers, 32);
    sealane_ed25519_sign_item *const sign = calloc(MAX, sizeof *sign);
    assert_true(secret != NULL && public != NULL && sign != NULL);
    for (size_t k = 0; k < signers; k++) {
        uint8_t seed[32];
        rng_fill(r, seed, 32);
        const sealane_ed25519_keypair_item pair = {seed, public[k], secret[k]};
        assert_int_equal(sealane_ed25519_keypair_batch(&pair, 1), SEALANE_OK);
    }
    for (size_t i = 0; i < MAX; i++) {
        memcpy(list[i].key, public[i % signers], 32);
        rng_fill(r, list[i].message, MESSAGE_BYTES);
        list[i].good = 1;
        sign[i] = (sealane_ed25519_sign_item){secret[i % signers], list[i].message, MESSAGE_BYTES, list[i].signature};
    }
    assert_int_equal(sealane_ed25519_sign_batch(0, sign, MAX), SEALANE_OK);
    for (size_t i = 0; i < MAX; i += 64) {
        int good;
        if (oracle_ed25519_verify(&good, list[i].signature, list[i].message, MESSAGE_BYTES, list[i].key)) {
            assert_int_equal(good, 1);
        }
    }
    free(secret);
    free(public);
    free(sign);
}

/* The points of small order, torsion[i] = i torsion[1]. */
static uint8_t torsion[8][32] = {
    {1},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
     0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
};

static void add_point(uint8_t out[32], const uint8_t p[32], const uint8_t q[32]) {
    int good;
    assert_true(oracle_point_add(out, &good, p, q) && good);
}

static void random_scalar(uint8_t k[32], rng *r) {
    uint8_t wide[64];
    rng_fill(r, wide, 64);
    assert_true(oracle_scalar_reduce(k, wide));
}

static void challenge(uint8_t h[32], const signed_message *s) {
    uint8_t all[64 + MESSAGE_BYTES], digest[64];
    memcpy(all, s->signature, 32);
    memcpy(all + 32, s->key, 32);
    memcpy(all + 64, s->message, MESSAGE_BYTES);
    assert_true(oracle_sha512(digest, all, sizeof all) && oracle_scalar_reduce(h, digest));
}

/* S = r + h a, for R and A in place. */
static void complete(signed_message *s, const uint8_t r[32], const uint8_t a[32]) {
    uint8_t h[32], ha[32];
    challenge(h, s);
    assert_true(oracle_scalar_mul(ha, h, a) && oracle_scalar_add(s->signature + 32, r, ha));
}

/* A signature whose equation holds but for torsion, A = a B + i T, R = r B + j T; good exactly if j + h i = 0 mod 8. */
static void sign_with_torsion(signed_message *s, unsigned i, unsigned j, rng *random) {
    uint8_t a[32], r[32], h[32];
    int good;
    random_scalar(a, random);
    random_scalar(r, random);
    assert_true(oracle_point_base(s->key, a) && oracle_point_base(s->signature, r));
    add_point(s->key, s->key, torsion[i]);
    add_point(s->signature, s->signature, torsion[j]);
    rng_fill(random, s->message, MESSAGE_BYTES);
    complete(s, r, a);
    challenge(h, s);
    s->good = (j + h[0] * i) % 8 == 0;
    assert_true(oracle_ed25519_verify(&good, s->signature, s->message, MESSAGE_BYTES, s->key));
    assert_int_equal(good, s->good);
}

/* Signatures of all 64 pairs of torsion, several of each. */
enum { OF_EACH_PAIR = 12 };
static signed_message bent[64][OF_EACH_PAIR];

static void load(void) {
    if (distinct[0].good) {
        return;
    }
    rng r = rng_make(40);
    sign_all(distinct, MAX, &r);
    sign_all(few, 50, &r);
    if (oracle_present()) {
        for (size_t k = 2; k < 8; k++) {
            add_point(torsion[k], torsion[k - 1], torsion[1]);
        }
        size_t good = 0;
        for (unsigned pair = 0; pair < 64; pair++) {
            for (size_t k = 0; k < OF_EACH_PAIR; k++) {
                sign_with_torsion(&bent[pair][k], pair / 8, pair % 8, &r);
                good += (size_t)bent[pair][k].good;
            }
        }
        assert_true(good > OF_EACH_PAIR && good < sizeof bent / sizeof bent[0][0] / 2);
    }
}

static void need_oracle(void) {
    if (!oracle_present()) {
        printf("SKIPPED: signatures with torsion are made by the oracle, which is absent\n");
        skip();
    }
}

static size_t times(size_t n) {
    const size_t count = random_count(n, 10 * n);
    return count < n ? n : count;
}

/* The kernel's ops, or ends the test where it has no such method. */
static const ed25519_ops *ops_of(void **state) {
    kernel_force(kernel_of(state));
    load();
    const ed25519_ops *ops = kernel_of(state)->ops;
    if (ops->batch == NULL) {
        printf("SKIPPED: the kernel has no equation for batches\n");
        skip();
    }
    return ops;
}

static sealane_ed25519_item item_for(const signed_message *s) {
    return (sealane_ed25519_item){
        .public_key = s->key, .signature = s->signature, .message = s->message, .message_len = MESSAGE_BYTES};
}

static uint8_t verdicts[MAX];

static int try_items(const ed25519_ops *ops, unsigned flags, const sealane_ed25519_item items[], size_t n, rng *r) {
    uint8_t seed[ED25519_BATCH_SEED_BYTES];
    rng_fill(r, seed, sizeof seed);
    memset(verdicts, 0xa5, sizeof verdicts);
    int holds = sealane_ed25519_batch_vartime(ops, dispatch_sha512(), flags, items, n, seed, verdicts);
    assert_true(n == MAX || verdicts[n] == 0xa5);
    return holds;
}

/* One try: 1 where the equation holds, and all verdicts are then good. */
static int try_batch(const ed25519_ops *ops, unsigned flags, const signed_message *const list[], size_t n, rng *r) {
    static sealane_ed25519_item items[MAX];
    for (size_t i = 0; i < n; i++) {
        items[i] = item_for(list[i]);
    }
    int holds = try_items(ops, flags, items, n, r);
    for (size_t i = 0; i < n && holds; i++) {
        assert_int_equal(verdicts[i], 1);
    }
    return holds;
}

/* From 100 to MAX, each octave as often. */
static size_t random_size(rng *r) {
    size_t n = (size_t)100 << rng_below(r, 6);
    n += rng_below(r, n);
    return n < MAX ? n : MAX;
}

typedef struct {
    size_t batches, bad, accepted, refused; /* bad ones accepted, good ones refused */
} tally;

/* Batches of 100 to MAX with one to four signatures of chosen torsion in random places, each pair of torsion in turn. */
static tally run_torsion_pairs(const ed25519_ops *ops, size_t rounds, rng *r) {
    static const signed_message *list[MAX];
    tally t = {.batches = rounds};
    for (size_t round = 0; round < rounds; round++) {
        const size_t n = random_size(r), odd = 1 + rng_below(r, 4);
        const signed_message *signers = round % 3 == 0 ? few : distinct;
        int good = 1;
        for (size_t i = 0; i < n; i++) {
            list[i] = &signers[i];
        }
        for (size_t k = 0; k < odd; k++) {
            list[rng_below(r, n)] = &bent[k == 0 ? round % 64 : rng_below(r, 64)][rng_below(r, OF_EACH_PAIR)];
        }
        for (size_t i = 0; i < n; i++) {
            good &= list[i]->good;
        }
        const int holds = try_batch(ops, SEALANE_ED25519_COFACTORLESS, list, n, r);
        t.bad += (size_t)!good;
        t.accepted += (size_t)(!good && holds);
        t.refused += (size_t)(good && !holds);
        if (round % 16 == 0) {
            assert_int_equal(try_batch(ops, SEALANE_ED25519_COFACTORED, list, n, r), 1);
        }
    }
    return t;
}

static void torsion_pairs(void **state) {
    const ed25519_ops *ops = ops_of(state);
    need_oracle();
    rng r = rng_make(41);
    const tally t = run_torsion_pairs(ops, times(1500), &r);
    figure_on(kernel_of(state),
              "%zu batches of 100 to %zu by one equation, %zu of them with torsion that must not pass: %zu accepted; %zu of "
              "the good ones refused",
              t.batches, MAX, t.bad, t.accepted, t.refused);
    assert_true(t.bad > t.batches / 2 && t.bad < t.batches);
    assert_int_equal(t.accepted, 0);
    assert_int_equal(t.refused, 0);
}

/* A kernel without the subgroup tests, which the test above must catch: the cofactored equation in the place of the exact. */
static const ed25519_batch_ops *real;

static void start_without_tests(void *scratch, int exact, size_t n, const ed25519_batch_key keys[], size_t count,
                                uint8_t good[]) {
    (void)exact;
    real->start(scratch, 0, n, keys, count, good);
}

static void mutant_is_caught(void **state) {
    const ed25519_ops *ops = ops_of(state);
    need_oracle();
    real = ops->batch;
    ed25519_batch_ops mutated = *ops->batch;
    ed25519_ops mutant = *ops;
    mutated.start = start_without_tests;
    mutant.batch = &mutated;
    rng r = rng_make(41);
    const tally t = run_torsion_pairs(&mutant, 64, &r);
    figure_on(kernel_of(state), "a mutant without subgroup tests accepts %zu of %zu bad batches", t.accepted, t.bad);
    assert_true(t.bad > 0);
    assert_int_equal(t.accepted, t.bad);
    assert_int_equal(t.refused, 0);
}

/* Torsion that adds up to nothing: t and -t; k of order k; the same signature k times; everywhere. */
static void cancelling_torsion(void **state) {
    const ed25519_ops *ops = ops_of(state);
    need_oracle();
    static const signed_message *list[MAX];
    rng r = rng_make(42);
    size_t rounds = times(250);
    for (size_t round = 0; round < rounds; round++) {
        const size_t n = 100 + rng_below(&r, 300), k = (size_t)2 << round % 3, unit = 8 / k;
        for (size_t i = 0; i < n; i++) {
            list[i] = &distinct[i];
        }
        /* A without torsion, R with unit times an odd number: of order k. */
        const size_t t = unit * (1 + 2 * rng_below(&r, k / 2)), way = round / 3 % 4;
        const signed_message *same = &bent[t][rng_below(&r, OF_EACH_PAIR)];
        for (size_t i = 0; i < (way == 3 ? n / k * k : k); i++) {
            const size_t at =
                way == 3 ? i : (i * 37 + round) % n; /* 37 and most n have no common factor; clashes only make it */
            list[at] = way == 0   ? &bent[t][i % OF_EACH_PAIR]
                       : way == 1 ? same
                       : way == 2 ? &bent[i % 2 == 0 ? t : 8 - t][i % OF_EACH_PAIR] /* t, -t, … */
                                  : &bent[t][i % OF_EACH_PAIR];
        }
        assert_int_equal(try_batch(ops, SEALANE_ED25519_COFACTORLESS, list, n, &r), 0);
        if (round % 8 == 0) {
            assert_int_equal(try_batch(ops, SEALANE_ED25519_COFACTORED, list, n, &r), 1);
        }
    }
}

/* Pairs S + delta, S - delta, and one bit of one S: the prime-order part is wrong, under both rules. */
static void wrong_equations(void **state) {
    const ed25519_ops *ops = ops_of(state);
    static const signed_message *list[MAX];
    rng r = rng_make(43);
    size_t rounds = times(100);
    for (size_t round = 0; round < rounds; round++) {
        const size_t n = 100 + rng_below(&r, 500), at = rng_below(&r, n - 1);
        signed_message forged[2] = {distinct[at], distinct[at + 1]};
        for (size_t i = 0; i < n; i++) {
            list[i] = i == at ? &forged[0] : i == at + 1 ? &forged[1] : &distinct[i];
        }
        const uint8_t bit = (uint8_t)(1U << rng_below(&r, 7));
        if (round % 2 == 0) { /* bits that are set in one and not in the other; carries do not arise */
            uint8_t *s0 = &forged[0].signature[32 + round % 31], *s1 = &forged[1].signature[32 + round % 31];
            *s0 = (uint8_t)(*s0 & ~bit);
            *s1 = (uint8_t)(*s1 | bit);
            signed_message valid[2] = {distinct[at], distinct[at + 1]};
            if (*s0 == valid[0].signature[32 + round % 31] && *s1 == valid[1].signature[32 + round % 31]) {
                *s0 ^= bit;
                *s1 ^= bit;
            }
        } else {
            forged[round / 2 % 2].signature[32 + round % 31] ^= bit;
        }
        assert_int_equal(
            try_batch(ops, round / 2 % 2 == 0 ? SEALANE_ED25519_COFACTORLESS : SEALANE_ED25519_COFACTORED, list, n, &r), 0);
    }
}

/* Every n up to three vectors, and around windows and the largest; then one bad item in it. */
static void sizes(void **state) {
    const ed25519_ops *ops = ops_of(state);
    static const signed_message *list[MAX];
    static const size_t more[] = {255, 256, 257, 511, 512, 513, 1023, 1025, MAX - 1, MAX};
    rng r = rng_make(44);
    for (size_t i = 1; i <= 40 + COUNT(more); i++) {
        const size_t n = i <= 40 ? i : more[i - 41];
        for (size_t way = 0; way < 3; way++) { /* a key each, 50 keys, one key */
            for (size_t k = 0; k < n; k++) {
                list[k] = way == 0 ? &distinct[k] : way == 1 ? &few[k] : &few[50 * (k % (MAX / 50))];
            }
            const unsigned rule = rules[(i + way) % 2];
            assert_int_equal(try_batch(ops, rule, list, n, &r), 1);
            signed_message forged = *list[n - 1];
            forged.message[0] ^= 1;
            list[way == 0 ? n - 1 : rng_below(&r, n)] = &forged;
            assert_int_equal(try_batch(ops, rule, list, n, &r), 0);
        }
    }
}

/* Each edge case among valid signatures: a verdict that is given is right, and one is given if all are good. */
static void edge_cases(void **state) {
    const ed25519_ops *ops = ops_of(state);
    load_cases();
    static sealane_ed25519_item items[MAX];
    static const verify_case *of[MAX];
    rng r = rng_make(45);
    size_t decided = 0;
    for (size_t c = 0; c < cases.n; c++) {
        const size_t n = 64 + c % 64, at = rng_below(&r, n);
        for (size_t i = 0; i < n; i++) {
            items[i] = i == at ? item_of(&cases.list[c]) : item_for(&distinct[i]);
        }
        for (int rule = 0; rule < 2; rule++) {
            const int want = cases.list[c].want[rule];
            if (try_items(ops, rules[rule], items, n, &r)) {
                decided++;
                for (size_t i = 0; i < n; i++) {
                    if (verdicts[i] != (i == at ? want : 1)) {
                        fail_msg("%s, rule %d, item %zu of %zu, at %zu: %d", cases.list[c].note, rule, i, n, at, verdicts[i]);
                    }
                }
            } else if (want) {
                fail_msg("%s, rule %d: a good batch was refused", cases.list[c].note, rule);
            }
        }
    }
    printf("%zu cases; %zu of %zu batches decided by the equation\n", cases.n, decided, 2 * cases.n);
    for (int rule = 0; rule < 2; rule++) { /* all good ones at once */
        size_t n = 0;
        for (size_t c = 0; c < cases.n && n < MAX; c++) {
            if (cases.list[c].want[rule]) {
                of[n] = &cases.list[c];
                items[n++] = item_of(&cases.list[c]);
            }
        }
        assert_true(n > 10 && of[0] != NULL);
        assert_int_equal(try_items(ops, rules[rule], items, n, &r), 1);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(verdicts[i], 1);
        }
    }
}

/* A kernel that is handed coefficients of the test's choice: the caller's own are overwritten, and it then adds up these. */
static void (*choose_z)(uint8_t z[16], size_t i);

static void add_with_chosen_z(void *scratch, const ed25519_batch_item items[], size_t n, uint8_t good[]) {
    for (size_t i = 0; i < n; i++) {
        choose_z(((ed25519_batch_item *)(uintptr_t)&items[i])->z, i);
    }
    real->add(scratch, items, n, good);
}

static void z_zero(uint8_t z[16], size_t i) {
    (void)i;
    memset(z, 0, 16);
}

static void z_ones(uint8_t z[16], size_t i) {
    (void)i;
    memset(z, 0xff, 16);
}

static void z_one_bit(uint8_t z[16], size_t i) {
    memset(z, 0, 16);
    z[i / 8 % 16] = (uint8_t)(1U << i % 8);
}

static void z_alternating(uint8_t z[16], size_t i) {
    memset(z, i % 2 == 0 ? 0x55 : 0xaa, 16);
}

static void (*const choices[])(uint8_t z[16], size_t i) = {z_zero, z_ones, z_one_bit, z_alternating};

/*
 * Signatures by one key a, in pairs with P1 = -P2, and with P = 0: P = R + t A with t = h mod 8 between -3 and 4. R is chosen
 * for a wanted t, and messages are tried until the hash agrees.
 */
static void sign_with_point(signed_message *s, const uint8_t a[32], int t, const uint8_t P[32], rng *random) {
    uint8_t multiple[32] = {(uint8_t)(t < 0 ? -t : t)}, r[32], ta[32], h[32], minus[32];
    /* r = P - t a */
    static const uint8_t minus_one[32] = {0xec, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                          0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                          0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    assert_true(oracle_scalar_mul(ta, multiple, a) && oracle_scalar_mul(minus, ta, minus_one));
    assert_true(oracle_scalar_add(r, P, t > 0 ? minus : ta));
    assert_true(oracle_point_base(s->key, a) && oracle_point_base(s->signature, r));
    do {
        rng_fill(random, s->message, MESSAGE_BYTES);
        challenge(h, s);
    } while (((h[0] - t) & 7) != 0);
    complete(s, r, a);
    s->good = 1;
}

/* Equal and opposite points, P = 0 and so S_j = 0, all valid: none may be refused, whatever z is. */
static void exceptional_points(void **state) {
    const ed25519_ops *ops = ops_of(state);
    need_oracle();
    enum { PAIRS = 60, KEYS = 3 };
    static signed_message opposite[2 * PAIRS], none[PAIRS];
    static const signed_message *list[MAX];
    rng r = rng_make(46);
    uint8_t a[PAIRS][32];
    for (size_t i = 0; i < PAIRS; i++) {
        static const uint8_t zero[32];
        uint8_t P[32], minus_P[32] = {0};
        int good;
        random_scalar(a[i], &r);
        random_scalar(P, &r);
        for (int borrow = 0, k = 0; k < 32; k++) { /* L - P */
            static const uint8_t L[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                          0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                          0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
            const int x = L[k] - P[k] - borrow;
            minus_P[k] = (uint8_t)x;
            borrow = x < 0;
        }
        sign_with_point(&opposite[2 * i], a[i], (int)(i % 8) - 3, P, &r);
        sign_with_point(&opposite[2 * i + 1], a[i], (int)(i / 3 % 8) - 3, minus_P, &r);
        sign_with_point(&none[i], a[i], (int)(i % 7) - 3 + (i % 7 >= 3), zero, &r); /* t = 0 would be R = 0 */
        const signed_message *made[] = {&opposite[2 * i], &opposite[2 * i + 1], &none[i]};
        for (size_t k = 0; k < 3; k++) {
            assert_true(oracle_ed25519_verify(&good, made[k]->signature, made[k]->message, MESSAGE_BYTES, made[k]->key));
            assert_int_equal(good, 1);
        }
    }
    real = ops->batch;
    ed25519_batch_ops chosen = *ops->batch;
    ed25519_ops chosen_ops = *ops;
    chosen.add = add_with_chosen_z;
    chosen_ops.batch = &chosen;
    for (size_t way = 0; way < 4; way++) {
        size_t n = 0;
        for (size_t i = 0; i < 2 * PAIRS; i++) {
            list[n++] = way == 0 ? &opposite[i] : way == 1 ? &none[i / 2] : way == 2 ? &opposite[0] : &distinct[i];
            if (way == 3) {
                list[n++] = i % 2 == 0 ? &opposite[i] : &none[i / 2];
            }
        }
        for (size_t rule = 0; rule < 2; rule++) {
            assert_int_equal(try_batch(ops, rules[rule], list, n, &r), 1);
            for (size_t c = 0; c < COUNT(choices); c++) {
                choose_z = choices[c];
                assert_int_equal(try_batch(&chosen_ops, rules[rule], list, n, &r), 1);
            }
        }
    }
    /* That the coefficients were indeed those: zeroes accept anything, equal ones torsion that cancels. */
    signed_message forged = distinct[0];
    forged.signature[32] ^= 1;
    for (size_t i = 0; i < 128; i++) {
        list[i] = i == 5 ? &forged : &distinct[i];
    }
    choose_z = z_zero;
    assert_int_equal(try_batch(&chosen_ops, 0, list, 128, &r), 1);
    choose_z = z_ones;
    assert_int_equal(try_batch(&chosen_ops, 0, list, 128, &r), 0);
    list[5] = &bent[4][0];
    assert_int_equal(try_batch(&chosen_ops, 0, list, 128, &r), 0);
    list[6] = &bent[4][1];
    assert_int_equal(try_batch(&chosen_ops, 0, list, 128, &r), 1);
    assert_int_equal(try_batch(ops, 0, list, 128, &r), 0);
}

/* Prepared keys among plain ones, of the same and of other signers; with torsion in the key. */
static void prepared(void **state) {
    const ed25519_ops *ops = ops_of(state);
    enum { N = 300 };
    static sealane_ed25519_key keys[50], bent_keys[8];
    static sealane_ed25519_item items[N];
    rng r = rng_make(47);
    for (size_t k = 0; k < 50; k++) {
        assert_int_equal(sealane_ed25519_key_prepare(&keys[k], few[k].key), SEALANE_OK);
    }
    for (size_t round = 0; round < 24; round++) {
        int good = 1;
        for (size_t i = 0; i < N; i++) {
            items[i] = i % 4 == 0 ? item_for(&distinct[i]) : item_for(&few[i]);
            if (i % 4 != 0 && (i + round) % 3 != 0) {
                items[i].prepared = &keys[i % 50];
                items[i].public_key = NULL;
            }
        }
        if (oracle_present()) {
            for (size_t k = 0; k < 8; k++) {
                const signed_message *s = &bent[8 * k + (8 - k) % 8][round % OF_EACH_PAIR];
                const size_t at = rng_below(&r, N);
                assert_int_equal(sealane_ed25519_key_prepare(&bent_keys[k], s->key), SEALANE_OK);
                if (s->good) {
                    items[at] = item_for(s);
                    items[at].prepared = &bent_keys[k];
                }
            }
            if (round % 4 == 3) {
                const signed_message *s = &bent[1 + round / 4][round % OF_EACH_PAIR];
                items[rng_below(&r, N)] = item_for(s);
                good = 0;
            }
        }
        assert_int_equal(try_items(ops, SEALANE_ED25519_COFACTORLESS, items, N, &r), good);
        assert_int_equal(try_items(ops, SEALANE_ED25519_COFACTORED, items, N, &r), 1);
    }
}

/* Where the public call uses the method, what it draws and allocates, and that it does without. */
static void randomness_and_memory(void **state) {
    const ed25519_ops *ops = ops_of(state);
    static sealane_ed25519_item items[3 * MAX];
    uint8_t *good = calloc(3 * MAX, 1);
    assert_non_null(good);
    for (size_t i = 0; i < 3 * MAX; i++) {
        items[i] = item_for(&distinct[i % MAX]);
    }
    static const size_t n[] = {1, MAX, MAX + 1, 2 * MAX, 3 * MAX};
    for (size_t k = 0; k < COUNT(n) + 2; k++) {
        const size_t count = k < 2 ? ops->batch->least - 1 + k : n[k - 2];
        const size_t equations = count < ops->batch->least ? 0 : (count + MAX - 1) / MAX;
        for (unsigned way = 0; way < 4; way++) {
            const unsigned flags = (way == 1 ? SEALANE_ED25519_LANES_ONLY : 0) | (k % 2 == 0 ? SEALANE_ED25519_COFACTORED : 0);
            if (way != 0 && count > MAX) {
                continue;
            }
            memset(&outside, 0, sizeof outside);
            outside.no_random = way == 2;
            outside.no_memory = way == 3;
            const sealane_status status = sealane_ed25519_verify_batch(flags, items, count, good);
            outside.no_random = outside.no_memory = 0;
            assert_int_equal(status, SEALANE_OK);
            assert_ptr_equal(memchr(good, 0, count), NULL);
            assert_int_equal(outside.draws, way == 1 ? 0 : equations);
            assert_int_equal(outside.drawn, outside.draws * ED25519_BATCH_SEED_BYTES);
            assert_int_equal(outside.allocations, way == 1 || way == 2 ? 0 : equations);
            assert_true(outside.largest <= (size_t)2 << 20);
        }
    }
    /* Bad items at the ends of equations, with and without either. */
    signed_message forged[4];
    static const size_t at[] = {0, 2048, 2049, 4096};
    for (size_t k = 0; k < 4; k++) {
        forged[k] = distinct[at[k] % MAX];
        forged[k].signature[3] ^= 1;
    }
    for (unsigned way = 0; way < 6; way++) {
        for (size_t k = 0; k < 4; k++) {
            items[at[k]] = item_for(way == 4 || (k != way && way < 4) ? &distinct[at[k] % MAX] : &forged[k]);
        }
        for (unsigned fails = 0; fails < 3; fails++) {
            outside.no_random = fails == 1;
            outside.no_memory = fails == 2;
            const sealane_status status = sealane_ed25519_verify_batch(way % 2, items, MAX + 1, good);
            outside.no_random = outside.no_memory = 0;
            assert_int_equal(status, way == 4 ? SEALANE_OK : SEALANE_EVERIFY);
            for (size_t i = 0; i <= MAX; i++) {
                int want = 1;
                for (size_t k = 0; k < 4; k++) {
                    want &= at[k] != i || way == 4 || (k != way && way < 4);
                }
                assert_int_equal(good[i], want);
            }
        }
    }
    free(good);
}

static const lane_subgroup *const subgroups[] = {
#if defined(SEALANE_HAVE_AVX2)
    &lane_subgroup_avx2,
#endif
#if defined(SEALANE_HAVE_AVX512)
    &lane_subgroup_avx512,
#endif
    NULL,
};

/* The subgroup test alone against multiplication by the order: points of small order, of the subgroup, and any. */
static void subgroup(void **state) {
    (void)state;
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                      0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    static const uint8_t zero[32], neutral[32] = {1};
    const size_t n = 100000;
    uint8_t(*const point)[32] = calloc(n, 32), (*const scale)[32] = calloc(n, 32);
    uint8_t *const want = calloc(n, 1), *const got = calloc(n, 1);
    assert_true(point != NULL && scale != NULL && want != NULL && got != NULL);
    rng r = rng_make(48);
    size_t members = 0, of_order[4] = {0}; /* 1, 2, 4, 8 of L P */
    for (size_t i = 0; i < n; i++) {
        group_point p, multiple;
        uint8_t encoded[32];
        if (i < 14) { /* (0, 1), (0, -1), (±i, 0), the four of order 8; both signs */
            static const uint8_t y[7][32] = {{1}, {0xec}, {0}, {0}, {0}};
            memcpy(point[i], y[i % 7], 32);
            if (i % 7 == 1) {
                memset(point[i] + 1, 0xff, 31);
                point[i][31] = 0x7f;
            } else if (i % 7 > 2) {
                memcpy(point[i], torsion[1], 32);
                if (i % 7 > 4) { /* -y */
                    for (size_t k = 0; k < 32; k++) {
                        point[i][k] = (uint8_t)((k == 0 ? 0xed : k == 31 ? 0x7f : 0xff) - point[i][k]);
                    }
                }
            }
            point[i][31] |= (uint8_t)(i % 7 > 1 && i >= 7 ? 0x80 : 0);
        } else if (i % 4 == 0) { /* half of these are members */
            uint8_t k[32];
            rng_fill(&r, k, 32);
            k[31] &= 0x0f;
            sealane_group_mult_base(&p, k);
            sealane_group_encode(point[i], &p);
        } else {
            do {
                rng_fill(&r, point[i], 32);
            } while (!sealane_group_decode_vartime(&p, point[i]));
        }
        assert_true(sealane_group_decode_vartime(&p, point[i]));
        sealane_group_mult_add_base_vartime(&multiple, order, &p, zero);
        sealane_group_encode(encoded, &multiple);
        want[i] = memcmp(encoded, neutral, 32) == 0;
        members += want[i];
        static const uint8_t minus_one_low = 0xec;
        of_order[want[i]                                             ? 0
                 : encoded[0] == minus_one_low && encoded[1] == 0xff ? 1
                 : memcmp(encoded, zero, 31) == 0                    ? 2
                                                                     : 3]++;
        do {
            rng_fill(&r, scale[i], 32);
        } while (memcmp(scale[i], zero, 32) == 0);
        if (i % 5 == 0) {
            memset(scale[i], 0, 32);
            scale[i][0] = 1;
        }
    }
    figure("subgroup test: %zu points, %zu in the subgroup; order of L P: 1 %zu, 2 %zu, 4 %zu, 8 %zu", n, members, of_order[0],
           of_order[1], of_order[2], of_order[3]);
    const uint32_t features = sealane_cpu_close(sealane_cpu_found());
    for (size_t k = 0; subgroups[k] != NULL; k++) {
        if ((subgroups[k]->features & ~features) != 0) {
            printf("subgroup in lanes of %s: SKIPPED, not on this CPU\n", subgroups[k]->isa);
            continue;
        }
        subgroups[k]->test(got, (const uint8_t(*)[32])point, (const uint8_t(*)[32])scale, n);
        for (size_t i = 0; i < n; i++) {
            if (got[i] != want[i]) {
                fail_msg("%s, point %zu: %d, expected %d", subgroups[k]->isa, i, got[i], want[i]);
            }
        }
        printf("subgroup in lanes of %s: ran\n", subgroups[k]->isa);
    }
    free(point);
    free(scale);
    free(want);
    free(got);
}

static const kernel_test tests[] = {
    ONCE(subgroup),
    FOR_EACH_KERNEL(sizes, FAMILY),
    FOR_EACH_KERNEL(torsion_pairs, FAMILY),
    FOR_EACH_KERNEL(mutant_is_caught, FAMILY),
    FOR_EACH_KERNEL(cancelling_torsion, FAMILY),
    FOR_EACH_KERNEL(wrong_equations, FAMILY),
    FOR_EACH_KERNEL(edge_cases, FAMILY),
    FOR_EACH_KERNEL(exceptional_points, FAMILY),
    FOR_EACH_KERNEL(prepared, FAMILY),
    FOR_EACH_KERNEL(randomness_and_memory, FAMILY),
};
KERNEL_TESTS_MAIN(tests)
