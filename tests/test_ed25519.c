/* SPDX-License-Identifier: ISC */
/*
 * Ed25519 on every kernel: both acceptance rules on every edge case there is, alone and hidden in valid batches; signing and
 * keys against libsodium; prepared keys, errors, memory. Kernels of SHA-512 take part: they hash for Ed25519.
 */
#include "tests/for_each_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dispatch/cpu.h"
#include "core/kernel/ed25519.h"
#include "sealane/ed25519.h"
#include "tests/support/ed25519_cases.h"
#include "tests/support/figure.h"
#include "tests/support/guard.h"
#include "tests/support/hex.h"
#include "tests/support/oracle.h"
#include "tests/support/rng.h"
#include "tests/support/vectors.h"

#define FAMILY FAMILY_BIT(FAMILY_ED25519)
#define FAMILY_AND_HASH (FAMILY | FAMILY_BIT(FAMILY_SHA512))
#define N_MAX 70U /* largest batch of most tests */

/* The kernel's lanes: also where the row is one of SHA-512. */
static size_t lanes_now(void) {
    return dispatch_ed25519()->lanes;
}

/* Verifies n cases as one batch, with prepared keys where prepared[i] is not NULL, and compares verdicts and status. */
static void check_prepared_batch(unsigned flags, const verify_case *const batch[], const sealane_ed25519_key *const prepared[],
                                 size_t n) {
    sealane_ed25519_item *items = calloc(n + 1, sizeof *items);
    uint8_t *verdicts = malloc(n + 1);
    assert_true(items != NULL && verdicts != NULL);
    memset(verdicts, 0xa5, n + 1);
    int all = 1, rule = flags & SEALANE_ED25519_COFACTORED;
    for (size_t i = 0; i < n; i++) {
        items[i] = item_of(batch[i]);
        items[i].prepared = prepared != NULL ? prepared[i] : NULL;
        all &= batch[i]->want[rule];
    }
    sealane_status status = sealane_ed25519_verify_batch(flags, items, n, verdicts);
    for (size_t i = 0; i < n; i++) {
        if (verdicts[i] != batch[i]->want[rule]) {
            fail_msg("%s, %zu of %zu, flags %#x: verdict %d, expected %d", batch[i]->note, i, n, flags, verdicts[i],
                     batch[i]->want[rule]);
        }
    }
    assert_int_equal(status, all ? SEALANE_OK : SEALANE_EVERIFY);
    assert_int_equal(verdicts[n], 0xa5);
    free(items);
    free(verdicts);
}

static void check_batch(unsigned flags, const verify_case *const batch[], size_t n) {
    check_prepared_batch(flags, batch, NULL, n);
}

static void check_one(unsigned flags, const sealane_ed25519_item *item, int want, const char *note) {
    sealane_status status = sealane_ed25519_verify(flags, item);
    if (status != (want ? SEALANE_OK : SEALANE_EVERIFY)) {
        fail_msg("%s, flags %#x: status %d, expected verdict %d", note, flags, status, want);
    }
}

/* Valid signatures of 40 signers over messages of 0 to 299 bytes, made by the oracle where it is there. */
#define POOL 300U
#define SIGNERS 40U
static uint8_t signer_public[SIGNERS][32], signer_secret[SIGNERS][64];
static verify_case pool[POOL];

static void make_pair(uint8_t public_key[32], uint8_t secret_key[64], const uint8_t seed[32]) {
    if (!oracle_ed25519_keypair(public_key, secret_key, seed)) {
        sealane_ed25519_keypair_item item = {seed, public_key, secret_key};
        assert_int_equal(sealane_ed25519_keypair_batch(&item, 1), SEALANE_OK);
    }
}

static void make_signature(uint8_t signature[64], const uint8_t *message, size_t len, const uint8_t secret_key[64]) {
    if (!oracle_ed25519_sign(signature, message, len, secret_key)) {
        sealane_ed25519_sign_item item = {secret_key, message, len, signature};
        assert_int_equal(sealane_ed25519_sign_batch(0, &item, 1), SEALANE_OK);
    }
}

static void load_pool(void) {
    if (pool[0].message.p != NULL) {
        return;
    }
    rng r = rng_make(1);
    for (size_t i = 0; i < SIGNERS; i++) {
        uint8_t seed[32];
        rng_fill(&r, seed, sizeof seed);
        make_pair(signer_public[i], signer_secret[i], seed);
    }
    for (size_t i = 0; i < POOL; i++) {
        verify_case *c = &pool[i];
        (void)snprintf(c->note, sizeof c->note, "valid signature %zu", i);
        size_t signer = i % 3 == 0 ? 0 : i % SIGNERS;
        memcpy(c->key, signer_public[signer], 32);
        c->message = (hex_bytes){malloc(i + 1), i};
        assert_non_null(c->message.p);
        rng_fill(&r, c->message.p, i);
        make_signature(c->signature, c->message.p, i, signer_secret[signer]);
        c->want[0] = c->want[1] = 1;
    }
}

static void setup(void **state) {
    kernel_force(kernel_of(state));
    load_cases();
    load_pool();
}

/* RFC 8032: key pair, signature, verdicts. */
static void rfc8032(void **state) {
    kernel_force(kernel_of(state));
    for (size_t i = 0; i < COUNT(ed25519_rfc); i++) {
        uint8_t seed[32], public_key[32], secret_key[64], want_key[32], want[64], signature[64], hash[64];
        hex_decode(seed, 32, ed25519_rfc[i].seed);
        hex_decode(want_key, 32, ed25519_rfc[i].public_key);
        hex_decode(want, 64, ed25519_rfc[i].signature);
        hex_bytes message = hex_alloc(ed25519_rfc[i].message);
        sealane_ed25519_keypair_item pair = {seed, public_key, secret_key};
        assert_int_equal(sealane_ed25519_keypair_batch(&pair, 1), SEALANE_OK);
        assert_memory_equal(public_key, want_key, 32);
        assert_memory_equal(secret_key, seed, 32);
        assert_memory_equal(secret_key + 32, want_key, 32);
        const uint8_t *text = message.p;
        size_t len = message.n;
        unsigned option = 0;
        if (ed25519_rfc[i].prehashed) { /* of "abc", whose hash is FIPS 180-4's example */
            hex_decode(hash, 64,
                       "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d44"
                       "23643ce80e2a9ac94fa54ca49f");
            text = hash;
            len = 64;
            option = SEALANE_ED25519_PREHASHED;
        }
        sealane_ed25519_sign_item sign = {secret_key, text, len, signature};
        assert_int_equal(sealane_ed25519_sign_batch(option, &sign, 1), SEALANE_OK);
        assert_memory_equal(signature, want, 64);
        sealane_ed25519_item verify = {.public_key = want_key, .signature = want, .message = text, .message_len = len};
        for (size_t rule = 0; rule < 2; rule++) {
            check_one(rules[rule] | option, &verify, 1, ed25519_rfc[i].note);
            if (len == 64) { /* plain and prehashed signatures are not each other's */
                check_one(rules[rule] | (option ^ SEALANE_ED25519_PREHASHED), &verify, 0, ed25519_rfc[i].note);
            }
        }
        free(message.p);
    }
}

/* 1024 lines secret key and public key : public key : message : signature and message : */
static void sign_input(void **state) {
    const kernel_row *row = kernel_of(state);
    kernel_force(row);
    FILE *file = vectors_open("ed25519-sign-input/sign.input", "asymmetric/Ed25519/sign.input");
    if (file == NULL) {
        skip();
    }
    enum { LINES_MAX = 1100 };
    verify_case *list = calloc(LINES_MAX, sizeof *list);
    const verify_case **pointers = calloc(LINES_MAX, sizeof *pointers);
    sealane_ed25519_sign_item *sign = calloc(LINES_MAX, sizeof *sign);
    uint8_t(*made)[64] = calloc(LINES_MAX, 64), (*secret)[64] = calloc(LINES_MAX, 64);
    assert_true(list != NULL && pointers != NULL && sign != NULL && made != NULL && secret != NULL);
    char *line = NULL;
    size_t line_room = 0, n = 0;
    while (getline(&line, &line_room, file) > 0) {
        assert_true(n < LINES_MAX);
        verify_case *c = &list[n];
        char *rest = line, *field[4];
        for (size_t f = 0; f < 4; f++) {
            field[f] = strsep(&rest, ":");
            assert_non_null(field[f]);
        }
        hex_decode(secret[n], 64, field[0]);
        hex_decode(c->key, 32, field[1]);
        c->message = hex_alloc(field[2]);
        hex_decode_n(c->signature, field[3], 128);
        (void)snprintf(c->note, sizeof c->note, "sign.input %zu", n);
        c->want[0] = c->want[1] = 1;
        sign[n] = (sealane_ed25519_sign_item){secret[n], c->message.p, c->message.n, made[n]};
        pointers[n] = c;
        n++;
    }
    assert_int_equal(sealane_ed25519_sign_batch(0, sign, n), SEALANE_OK);
    for (size_t i = 0; i < n; i++) {
        assert_memory_equal(made[i], list[i].signature, 64);
        uint8_t public_key[32], secret_key[64];
        sealane_ed25519_keypair_item pair = {secret[i], public_key, secret_key};
        assert_int_equal(sealane_ed25519_keypair_batch(&pair, 1), SEALANE_OK);
        assert_memory_equal(public_key, list[i].key, 32);
        assert_memory_equal(secret_key, secret[i], 64);
    }
    for (size_t rule = 0; rule < 2; rule++) {
        check_batch(rules[rule], pointers, n);
        check_batch(rules[rule] | SEALANE_ED25519_LANES_ONLY, pointers, n);
        for (size_t i = 0; i < n; i += 7) {
            list[i].signature[i % 64] ^= (uint8_t)(1U << i % 8);
            list[i].want[0] = list[i].want[1] = 0;
        }
        check_batch(rules[rule], pointers, n);
        for (size_t i = 0; i < n; i += 7) {
            list[i].signature[i % 64] ^= (uint8_t)(1U << i % 8);
            list[i].want[0] = list[i].want[1] = 1;
        }
    }
    vectors_ran("ed25519-sign-input/sign.input", row->isa, n);
    for (size_t i = 0; i < n; i++) {
        free(list[i].message.p);
    }
    free(line);
    (void)fclose(file);
    free(list);
    free(pointers);
    free(sign);
    free(made);
    free(secret);
}

/* Each case by itself: given as a key, as a prepared key, as both; and what libsodium itself says of it. */
static void alone(void **state) {
    setup(state);
    for (size_t i = 0; i < cases.n; i++) {
        const verify_case *c = &cases.list[i];
        sealane_ed25519_item item = item_of(c), with_key = item;
        sealane_ed25519_key key;
        sealane_status prepared = sealane_ed25519_key_prepare(&key, c->key);
        assert_true(prepared == SEALANE_OK || (prepared == SEALANE_EVERIFY && !c->want[0] && !c->want[1]));
        with_key.public_key = NULL;
        with_key.prepared = &key;
        for (size_t rule = 0; rule < 2; rule++) {
            check_one(rules[rule], &item, c->want[rule], c->note);
            check_one(rules[rule] | SEALANE_ED25519_LANES_ONLY, &item, c->want[rule], c->note);
            check_one(rules[rule], &with_key, c->want[rule], c->note);
            check_batch(rules[rule], &c, 1);
        }
        int good;
        if (oracle_ed25519_verify(&good, c->signature, c->message.p, c->message.n, c->key)) {
            assert_int_equal(good, c->want[SEALANE_ED25519_COFACTORLESS]);
        }
    }
    figure_on(kernel_of(state), "%zu cases alone, both rules", cases.n);
}

/*
 * Each case at every position of a batch that is a little over twice as wide as the kernel: `at` goes round, and at most one
 * item in four is not a valid signature of the pool.
 */
static void hidden(void **state) {
    setup(state);
    const verify_case *batch[N_MAX];
    size_t lanes = lanes_now(), n = 2 * lanes + 1 < N_MAX ? 2 * lanes + 1 : N_MAX, together = n < 4 ? 1 : n / 4;
    assert_true(lanes <= N_MAX);
    for (size_t first = 0; first < cases.n; first += together) {
        for (size_t at = 0; at < n; at++) {
            for (size_t j = 0; j < n; j++) {
                batch[j] = &pool[(first + 3 * j) % POOL];
            }
            for (size_t k = 0; k < together && first + k < cases.n; k++) {
                batch[(at + 4 * k) % n] = &cases.list[first + k];
            }
            for (size_t rule = 0; rule < 2; rule++) {
                check_batch(rules[rule], batch, n);
            }
        }
    }
    figure_on(kernel_of(state), "%zu cases at every position of batches of %zu, both rules", cases.n, n);
}

/* Batches on both sides of any threshold between methods, the only doubt in them a matter of torsion. */
static void hidden_in_many(void **state) {
    setup(state);
    const verify_case *batch[POOL];
    rng r = rng_make(2);
    static const size_t sizes[] = {64, 96, 128, 129, 200};
    for (size_t i = 0, seen = 0; i < cases.n; i++) {
        if (!cases.list[i].want[1]) {
            continue;
        }
        size_t n = sizes[seen++ % COUNT(sizes)], at = rng_below(&r, n);
        for (size_t j = 0; j < n; j++) {
            batch[j] = j == at ? &cases.list[i] : &pool[(i + j) % POOL];
        }
        check_batch(rules[seen % 2], batch, n);
        if (cases.list[i].want[0] != cases.list[i].want[1]) {
            check_batch(rules[(seen + 1) % 2], batch, n);
        }
    }
}

/* All there is in one batch, in random order; all that is good in one batch; the same by one signer. */
static void great_batches(void **state) {
    setup(state);
    size_t n = cases.n + POOL;
    const verify_case **batch = calloc(n, sizeof *batch), **good = calloc(n, sizeof *good);
    assert_true(batch != NULL && good != NULL);
    rng r = rng_make(3);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < n; i++) {
            size_t j = rng_below(&r, i + 1);
            batch[i] = batch[j];
            batch[j] = i < POOL ? &pool[i] : &cases.list[i - POOL];
        }
        for (size_t rule = 0; rule < 2; rule++) {
            check_batch(rules[rule], batch, n);
            size_t goods = 0;
            for (size_t i = 0; i < n; i++) {
                good[goods] = batch[i];
                goods += (size_t)batch[i]->want[rule];
            }
            assert_true(goods >= POOL);
            check_batch(rules[rule], good, goods);
            check_batch(rules[rule] | SEALANE_ED25519_LANES_ONLY, good, goods);
        }
    }
    size_t same = 0;
    for (size_t i = 0; i < POOL; i++) {
        if (memcmp(pool[i].key, signer_public[0], 32) == 0) {
            good[same++] = &pool[i];
        }
    }
    assert_true(same > 90);
    check_batch(SEALANE_ED25519_COFACTORLESS, good, same);
    check_batch(SEALANE_ED25519_COFACTORED, good, same);
    free(batch);
    free(good);
}

/* A kernel's equations with chosen h, in every lane, with the encoded key, with the decoded key, and with its table. */
static void equations(void **state) {
    const ed25519_ops *ops = kernel_of(state)->ops;
    size_t n = COUNT(ed25519_model_equations), lanes = ops->lanes;
    ed25519_check *checks = calloc(n, sizeof *checks), *run = calloc(lanes, sizeof *run);
    uint8_t(*bytes)[96] = calloc(n, 96), *good = malloc(lanes + 1);
    ed25519_key_table *tables = calloc(n, sizeof *tables);
    assert_true(checks != NULL && run != NULL && bytes != NULL && good != NULL && tables != NULL);
    for (size_t i = 0; i < n; i++) {
        hex_decode(bytes[i], 32, ed25519_model_equations[i].A);
        hex_decode(bytes[i] + 32, 32, ed25519_model_equations[i].R);
        hex_decode(bytes[i] + 64, 32, ed25519_model_equations[i].S);
        checks[i] = (ed25519_check){.A = bytes[i], .R = bytes[i] + 32, .S = bytes[i] + 64};
        hex_decode(checks[i].h, 32, ed25519_model_equations[i].h);
    }
    for (size_t i = 0, count; i < n; i += count) {
        const uint8_t *A[N_MAX];
        uint8_t ok[N_MAX];
        count = i % 3 == 0 ? ops->keys : 1 + i % ops->keys;
        count = count < n - i ? count : n - i;
        for (size_t j = 0; j < count; j++) {
            A[j] = checks[i + j].A;
        }
        ops->prepare(A, count, tables + i, ok);
        for (size_t j = 0; j < count; j++) {
            assert_int_equal(ok[j], 1);
        }
    }
    enum { ENCODED_OR_DECODED, TABLES, MIXED, WAYS };
    for (int way = 0; way < 2 * WAYS; way++) {
        const int cofactored = way % 2;
        for (size_t shift = 0; shift < lanes; shift++) {
            for (size_t i = shift, count; i < n; i += count) {
                count = (i - shift) / lanes % 3 == 2 ? 1 + i % lanes : lanes; /* also calls with idle lanes */
                count = count < n - i ? count : n - i;
                for (size_t j = 0; j < count; j++) {
                    run[j] = checks[i + j];
                    const int decoded = way / 2 == TABLES || (way / 2 == MIXED ? j % 7 != 3 : (i + j + shift) % 2 == 0);
                    run[j].neg_A = decoded ? tables[i + j].neg_A : NULL;
                    run[j].comb = decoded && way / 2 != ENCODED_OR_DECODED ? &tables[i + j].comb : NULL;
                }
                memset(good, 0xa5, lanes + 1);
                ops->verify(cofactored, run, count, good);
                for (size_t j = 0; j < count; j++) {
                    int want =
                        cofactored ? ed25519_model_equations[i + j].cofactored : ed25519_model_equations[i + j].cofactorless;
                    if (good[j] != want) {
                        fail_msg("%s: lane %zu of %zu, cofactored %d, neg_A %d: %d, expected %d",
                                 ed25519_model_equations[i + j].note, j, count, cofactored, run[j].neg_A != NULL, good[j],
                                 want);
                    }
                }
                assert_int_equal(good[count], 0xa5);
            }
        }
    }
    free(checks);
    free(run);
    free(bytes);
    free(good);
    free(tables);
}

/* Keys that both rules refuse, and such as they take; a refused key state refuses every signature. */
static void keys(void **state) {
    setup(state);
    const ed25519_ops *ops = dispatch_ed25519();
    for (size_t i = 0; i < COUNT(ed25519_model_keys); i++) {
        uint8_t key[32], ok;
        const uint8_t *A = key;
        ed25519_key_table table, portable;
        hex_decode(key, 32, ed25519_model_keys[i].key);
        sealane_ed25519_key prepared;
        memset(&prepared, 0xa5, sizeof prepared);
        sealane_status status = sealane_ed25519_key_prepare(&prepared, key);
        if (status != (ed25519_model_keys[i].good ? SEALANE_OK : SEALANE_EVERIFY)) {
            fail_msg("%s: status %d", ed25519_model_keys[i].note, status);
        }
        for (size_t rule = 0; rule < 2; rule++) { /* signatures that are valid under another key */
            sealane_ed25519_item item = item_of(&pool[i % POOL]);
            item.prepared = &prepared;
            check_one(rules[rule], &item, 0, ed25519_model_keys[i].note);
            item.prepared = NULL;
            item.public_key = key;
            check_one(rules[rule], &item, 0, ed25519_model_keys[i].note);
        }
        if (ed25519_model_keys[i].good) {
            ops->prepare(&A, 1, &table, &ok);
            assert_int_equal(ok, 1);
            assert_int_equal(table.neg_A[0] & 1, (key[31] >> 7) ^ 1); /* -x is odd where x is even: p is odd, x is not 0 */
            ((const ed25519_ops *)kernel_portable(FAMILY_ED25519)->ops)->prepare(&A, 1, &portable, &ok);
            assert_memory_equal(&table, &portable, sizeof table); /* the same for every kernel */
            key[31] &= 0x7f;
            assert_memory_equal(table.neg_A + 32, key, 32);
        } else if (strncmp(ed25519_model_keys[i].note, "y = ", 4) == 0 && key[1] == 0) {
            ops->prepare(&A, 1, &table, &ok);
            assert_int_equal(ok, 0); /* canonical, and not on the curve */
        }
    }
}

/* Prepared keys mixed with plain ones; a copy; a state that prepare did not write. */
static void prepared_keys(void **state) {
    setup(state);
    static sealane_ed25519_key prepared[SIGNERS];
    sealane_ed25519_item items[POOL];
    uint8_t verdicts[POOL];
    for (size_t i = 0; i < SIGNERS; i++) {
        sealane_ed25519_key local;
        assert_int_equal(sealane_ed25519_key_prepare(&local, signer_public[i]), SEALANE_OK);
        memcpy(&prepared[i], &local, sizeof local);
        memset(&local, 0, sizeof local);
    }
    static const uint8_t wrong_key[32] = {3};
    for (size_t rule = 0; rule < 2; rule++) {
        for (size_t i = 0; i < POOL; i++) {
            items[i] = item_of(&pool[i]);
            size_t signer = i % 3 == 0 ? 0 : i % SIGNERS;
            if (i % 5 != 0) {
                items[i].prepared = &prepared[signer];
                items[i].public_key = i % 2 == 0 ? NULL : wrong_key; /* the prepared key takes precedence */
            }
        }
        assert_int_equal(sealane_ed25519_verify_batch(rules[rule], items, POOL, verdicts), SEALANE_OK);
        for (size_t i = 0; i < POOL; i += 7) {
            items[i].prepared = &prepared[(i + 1) % SIGNERS == 0 ? 1 : (i + 1) % SIGNERS];
        }
        assert_int_equal(sealane_ed25519_verify_batch(rules[rule], items, POOL, verdicts), SEALANE_EVERIFY);
        for (size_t i = 0; i < POOL; i++) {
            size_t signer = i % 3 == 0 ? 0 : i % SIGNERS, other = (i + 1) % SIGNERS == 0 ? 1 : (i + 1) % SIGNERS;
            assert_int_equal(verdicts[i], i % 7 != 0 || other == signer);
        }
    }
    for (int fill = 0; fill < 256; fill += 51) {
        sealane_ed25519_key unprepared;
        memset(&unprepared, fill, sizeof unprepared);
        for (size_t at = 0; at < 20; at++) {
            for (size_t i = 0; i < 20; i++) {
                items[i] = item_of(&pool[i]);
            }
            items[at].prepared = &unprepared;
            memset(verdicts, 0xa5, sizeof verdicts);
            assert_int_equal(sealane_ed25519_verify_batch(0, items, 20, verdicts), SEALANE_EINVAL);
            assert_int_equal(sealane_ed25519_verify(0, &items[at]), SEALANE_EINVAL);
            for (size_t i = 0; i < 20; i++) {
                assert_int_equal(verdicts[i], 0);
            }
            assert_int_equal(verdicts[20], 0xa5);
        }
    }
}

/* A key prepared by any kernel serves every other: copied, for signatures of all kinds, also as one of many. */
static void prepared_elsewhere(void **state) {
    setup(state);
    static sealane_ed25519_key keys[64];
    const sealane_ed25519_key *prepared[64];
    const verify_case *batch[64];
    for (const kernel_row *row = sealane_registry; row < sealane_registry + sealane_registry_rows; row++) {
        if (row->family != FAMILY_ED25519 || row->ops == NULL ||
            (row->features & ~sealane_cpu_close(sealane_cpu_found())) != 0) {
            continue;
        }
        for (size_t first = 0; first + 64 <= cases.n; first += 64) {
            kernel_force(row);
            for (size_t i = 0; i < 64; i++) {
                batch[i] = &cases.list[first + i];
                sealane_ed25519_key made;
                (void)!sealane_ed25519_key_prepare(&made, batch[i]->key); /* refused ones too */
                memcpy(&keys[i], &made, sizeof made);
                prepared[i] = &keys[i];
            }
            kernel_force(kernel_of(state));
            for (size_t rule = 0; rule < 2; rule++) {
                check_prepared_batch(rules[rule], batch, prepared, 64);
            }
        }
    }
    kernel_force(kernel_of(state));
}

/* The signatures of all pairs of torsion that A and R can have, each at every position of batches of many sizes; every third
   with a prepared key. */
static void torsion_everywhere(void **state) {
    setup(state);
    enum { SIGNATURES_MAX = 128, SIZE_MAX_HERE = 65 };
    static sealane_ed25519_key keys[SIGNATURES_MAX];
    const verify_case *list[SIGNATURES_MAX], *batch[SIZE_MAX_HERE];
    const sealane_ed25519_key *prepared[SIZE_MAX_HERE];
    size_t count = 0;
    for (size_t i = 0; i < cases.n && count < SIGNATURES_MAX; i++) {
        if (strstr(cases.list[i].note, ", torsion ") != NULL) {
            assert_int_equal(sealane_ed25519_key_prepare(&keys[count], cases.list[i].key), SEALANE_OK);
            list[count++] = &cases.list[i];
        }
    }
    assert_true(count >= 64); /* of each pair at least one */
    for (size_t n = 1; n <= SIZE_MAX_HERE; n = n < 17 ? n + 1 : n == 17 ? 31 : n == 33 ? 63 : n + 1) {
        for (size_t shift = 0; shift < count; shift++) {
            for (size_t j = 0; j < n; j++) {
                batch[j] = list[(shift + j) % count];
                prepared[j] = j % 3 == 1 ? &keys[(shift + j) % count] : NULL;
            }
            check_prepared_batch(rules[shift % 2], batch, prepared, n);
            check_prepared_batch(rules[n % 2], batch, NULL, n);
        }
    }
    figure_on(kernel_of(state), "%zu signatures of all 64 pairs of torsion, at every position of batches of up to %d", count,
              SIZE_MAX_HERE);
}

/* Keys that come again and again, refused ones and such with torsion among them, beside keys that come once and prepared ones:
   a few to more than a block holds, in random order. */
static void repeated_keys(void **state) {
    setup(state);
    enum { ITEMS_MAX = 1300 };
    static const verify_case *batch[ITEMS_MAX];
    static const sealane_ed25519_key *prepared[ITEMS_MAX];
    static verify_case bad[SIGNERS];
    sealane_ed25519_key key;
    rng r = rng_make(10);
    for (size_t i = 0; i < SIGNERS; i++) {
        bad[i] = pool[i];
        bad[i].signature[i] ^= 1;
        bad[i].want[0] = bad[i].want[1] = 0;
    }
    assert_int_equal(sealane_ed25519_key_prepare(&key, pool[0].key), SEALANE_OK);
    for (size_t first = 0, round = 0; first < cases.n; first += 23, round++) {
        size_t times = 2 + round % 12, n = 0;
        for (size_t i = first; i < cases.n && i < first + 23; i++) {
            for (size_t k = 0; k < (i % 4 == 0 ? 1 : times); k++) {
                batch[n++] = &cases.list[i];
            }
        }
        for (size_t k = 0; k < 2 * times; k++) {
            batch[n++] = &pool[rng_below(&r, POOL)];
            batch[n++] = &bad[rng_below(&r, SIGNERS)];
        }
        for (size_t i = n; i-- > 1;) {
            size_t j = rng_below(&r, i + 1);
            const verify_case *c = batch[i];
            batch[i] = batch[j];
            batch[j] = c;
        }
        for (size_t i = 0; i < n; i++) {
            prepared[i] = i % 5 == 0 && memcmp(batch[i]->key, pool[0].key, 32) == 0 ? &key : NULL;
        }
        check_prepared_batch(rules[round % 2], batch, prepared, n);
        check_prepared_batch(rules[(round + 1) % 2], batch, NULL, n);
    }
    for (size_t i = 0; i < ITEMS_MAX; i++) { /* a bad one among the good of one signer; then fifty keys */
        batch[i] = &pool[3 * (i % (POOL / 3))];
    }
    batch[700] = &bad[0];
    check_batch(SEALANE_ED25519_COFACTORLESS, batch, ITEMS_MAX);
    for (size_t i = 0; i < ITEMS_MAX; i++) {
        batch[i] = i % 97 == 13 ? &bad[i % SIGNERS] : &pool[i % POOL];
    }
    check_batch(SEALANE_ED25519_COFACTORED, batch, ITEMS_MAX);
}

/* L, little endian. */
static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                  0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                  0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

/* a += b; the carry out of 256 bits. */
static unsigned add256(uint8_t a[32], const uint8_t b[32]) {
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)a[i] + b[i];
        a[i] = (uint8_t)carry;
        carry >>= 8;
    }
    return carry;
}

/* a -= b; the borrow. */
static unsigned sub256(uint8_t a[32], const uint8_t b[32]) {
    unsigned borrow = 0;
    for (size_t i = 0; i < 32; i++) {
        unsigned x = (unsigned)a[i] - b[i] - borrow;
        a[i] = (uint8_t)x;
        borrow = x >> 8 & 1;
    }
    return borrow;
}

/* S + k L, which the equation cannot tell from S. */
static void malleable_s(void **state) {
    setup(state);
    for (size_t i = 0; i < 40; i++) {
        verify_case c = pool[i];
        c.want[0] = c.want[1] = 0;
        for (int k = 1; !add256(c.signature + 32, order); k++) {
            const verify_case *batch[3] = {&pool[i + 1], &c, &pool[i + 2]};
            (void)snprintf(c.note, sizeof c.note, "S + %d L", k);
            for (size_t rule = 0; rule < 2; rule++) {
                check_batch(rules[rule], batch + 1, 1);
                check_batch(rules[rule], batch, 3);
            }
        }
    }
}

/* Pairs S + delta, S - delta mod L in one batch: what a sum without random factors would accept. */
static void cancelling_pairs(void **state) {
    setup(state);
    const size_t pairs = random_count(10000, 100000);
    rng r = rng_make(4);
    verify_case forged[64];
    const verify_case *batch[64];
    for (size_t done = 0; done < pairs;) {
        for (size_t i = 0; i < 64; i += 2, done++) {
            size_t pick = rng_below(&r, POOL);
            uint8_t delta[32];
            rng_fill(&r, delta, 32);
            delta[31] &= 0x0f;
            if (i % 16 == 0) {
                memset(delta + 1, 0, 31);
                delta[0] |= 1;
            }
            forged[i] = pool[pick];
            forged[i + 1] = pool[i % 4 == 0 ? pick : rng_below(&r, POOL)];
            (void)add256(forged[i].signature + 32, delta); /* below 2 L: no carry */
            uint8_t reduced[32];
            memcpy(reduced, forged[i].signature + 32, 32);
            if (!sub256(reduced, order)) {
                memcpy(forged[i].signature + 32, reduced, 32);
            }
            if (sub256(forged[i + 1].signature + 32, delta)) {
                (void)add256(forged[i + 1].signature + 32, order);
            }
            for (size_t j = i; j < i + 2; j++) {
                forged[j].want[0] = forged[j].want[1] = 0;
                batch[j] = &forged[j];
            }
        }
        batch[rng_below(&r, 64)] = &pool[0];
        check_batch(rules[done / 64 % 2], batch, 64);
    }
    figure_on(kernel_of(state), "%zu pairs S + d, S - d: all refused", pairs);
}

/* Any one bit of signature, key or message. */
static void flipped_bits(void **state) {
    setup(state);
    static const size_t which[] = {0, 1, 47, 111, 130};
    for (size_t w = 0; w < COUNT(which); w++) {
        const verify_case *c = &pool[which[w]];
        size_t bits = 8 * (64 + 32 + c->message.n);
        verify_case changed[64];
        uint8_t messages[64][200];
        for (size_t bit = 0; bit < bits;) {
            const verify_case *batch[64];
            size_t n = 0;
            for (; n < 64 && bit < bits; n++, bit++) {
                verify_case *x = &changed[n];
                *x = *c;
                (void)snprintf(x->note, sizeof x->note, "bit %zu of signature, key, message", bit);
                x->message.p = messages[n];
                if (c->message.n != 0) {
                    memcpy(messages[n], c->message.p, c->message.n);
                }
                size_t byte = bit / 8;
                uint8_t *p = byte < 64 ? &x->signature[byte] : byte < 96 ? &x->key[byte - 64] : &x->message.p[byte - 96];
                *p ^= (uint8_t)(1U << bit % 8);
                x->want[0] = x->want[1] = 0;
                batch[n] = x;
            }
            batch[bit % n] = c; /* one that is good, elsewhere each time */
            check_batch(rules[bit % 2], batch, n);
            check_batch(rules[(bit + 1) % 2], batch, n);
        }
    }
}

/* n = 0 to 70 with a bad signature somewhere, and around the kernel's width at every position. */
static void batch_sizes(void **state) {
    setup(state);
    rng r = rng_make(5);
    const verify_case *batch[N_MAX];
    verify_case bad = pool[9];
    bad.signature[3] ^= 8;
    bad.want[0] = bad.want[1] = 0;
    for (size_t n = 0; n <= N_MAX; n++) {
        size_t lanes = lanes_now();
        int everywhere =
            random_count(0, 1) || n == 1 || n + 1 == lanes || n == lanes || n == lanes + 1 || n == 2 * lanes || n == N_MAX;
        for (size_t at = 0; at < (everywhere ? n : (size_t)(n != 0)); at++) {
            for (size_t i = 0; i < n; i++) {
                batch[i] = &pool[rng_below(&r, POOL)];
            }
            check_batch(rules[n % 2], batch, n);
            batch[everywhere ? at : rng_below(&r, n)] = &bad;
            check_batch(rules[n % 2], batch, n);
            assert_int_equal(sealane_ed25519_verify_batch(0, NULL, 0, NULL), SEALANE_OK);
        }
        check_batch(rules[n % 2], batch, n);
    }
    sealane_ed25519_item item = item_of(&bad);
    assert_int_equal(sealane_ed25519_verify_batch(0, &item, 1, NULL), SEALANE_EVERIFY);
    figure_on(kernel_of(state), "batches of 0 to %u; a bad signature at every position of %s", N_MAX,
              random_count(0, 1) ? "each" : "those near its width");
}

/* Signs `len` bytes under both kinds of secret key: an honest one, and one whose public half is something else. */
static void signs_as_libsodium(void **state) {
    kernel_force(kernel_of(state));
    enum { MESSAGES = 301 + 7 };
    static const size_t longer[7] = {500, 959, 1000, 4096, 8191, 65537, 1048576};
    sealane_ed25519_sign_item items[MESSAGES];
    static uint8_t secret[MESSAGES][64], got[MESSAGES][64];
    uint8_t *text = malloc(longer[6]);
    assert_non_null(text);
    rng r = rng_make(6);
    rng_fill(&r, text, longer[6]);
    for (size_t i = 0; i < MESSAGES; i++) {
        uint8_t seed[32], public_key[32];
        rng_fill(&r, seed, 32);
        make_pair(public_key, secret[i], seed);
        if (i % 5 == 0) {
            rng_fill(&r, secret[i] + 32, 32);
        }
        size_t len = i < 301 ? i : longer[i - 301];
        items[i] = (sealane_ed25519_sign_item){secret[i], len == 0 ? NULL : text + (len < 4096 ? i : 0), len, got[i]};
    }
    assert_int_equal(sealane_ed25519_sign_batch(0, items, MESSAGES), SEALANE_OK);
    for (size_t i = 0; i < MESSAGES; i++) {
        uint8_t want[64], alone_signature[64];
        if (oracle_ed25519_sign(want, items[i].message, items[i].message_len, secret[i])) {
            assert_memory_equal(got[i], want, 64);
        }
        sealane_ed25519_sign_item one = items[i];
        one.signature = alone_signature;
        assert_int_equal(sealane_ed25519_sign_batch(0, &one, 1), SEALANE_OK);
        assert_memory_equal(got[i], alone_signature, 64);
    }
    static uint8_t again[N_MAX + 1][64];
    for (size_t n = 0; n <= N_MAX; n++) { /* every size, lengths in another order */
        memset(again, 0xa5, sizeof again);
        sealane_ed25519_sign_item some[N_MAX];
        for (size_t i = 0; i < n; i++) {
            some[i] = items[(i * 97 + n) % 301];
            some[i].signature = again[i];
        }
        assert_int_equal(sealane_ed25519_sign_batch(0, some, n), SEALANE_OK);
        for (size_t i = 0; i < n; i++) {
            assert_memory_equal(again[i], got[(i * 97 + n) % 301], 64);
        }
        assert_int_equal(again[n][0], 0xa5);
    }
    free(text);
}

/* The signature over its own message, or over its own secret key. */
static void sign_aliases(void **state) {
    setup(state);
    enum { N = 19 };
    uint8_t message[N][64], secret[N][64], want[N][64];
    sealane_ed25519_sign_item items[N];
    for (int over_key = 0; over_key < 2; over_key++) {
        rng r = rng_make(7);
        for (size_t i = 0; i < N; i++) {
            rng_fill(&r, message[i], 64);
            memcpy(secret[i], signer_secret[i], 64);
            make_signature(want[i], message[i], 64, secret[i]);
            items[i] = (sealane_ed25519_sign_item){secret[i], message[i], 64, over_key ? secret[i] : message[i]};
        }
        assert_int_equal(sealane_ed25519_sign_batch(0, items, N), SEALANE_OK);
        for (size_t i = 0; i < N; i++) {
            assert_memory_equal(items[i].signature, want[i], 64);
        }
    }
}

static void key_pairs(void **state) {
    kernel_force(kernel_of(state));
    enum { N = 600 };
    static uint8_t seed[N][32], public_key[N + 1][32], secret_key[N + 1][64];
    sealane_ed25519_keypair_item items[N];
    rng r = rng_make(8);
    for (size_t i = 0; i < N; i++) {
        if (i < 256) {
            seed[i][i / 8] = (uint8_t)(1U << i % 8);
        } else {
            rng_fill(&r, seed[i], 32);
        }
        items[i] = (sealane_ed25519_keypair_item){seed[i], public_key[i], secret_key[i]};
        if (i % 3 == 0) { /* the seed where the secret key will begin */
            memcpy(secret_key[i], seed[i], 32);
            items[i].seed = secret_key[i];
        }
    }
    assert_int_equal(sealane_ed25519_keypair_batch(items, N), SEALANE_OK);
    for (size_t i = 0; i < N; i++) {
        uint8_t want_public[32], want_secret[64];
        if (oracle_ed25519_keypair(want_public, want_secret, seed[i])) {
            assert_memory_equal(public_key[i], want_public, 32);
            assert_memory_equal(secret_key[i], want_secret, 64);
        }
    }
    static uint8_t some_public[N_MAX + 1][32], some_secret[N_MAX + 1][64];
    for (size_t n = 0; n <= N_MAX; n++) {
        memset(some_public, 0xa5, sizeof some_public);
        memset(some_secret, 0xa5, sizeof some_secret);
        for (size_t i = 0; i < n; i++) {
            items[i] = (sealane_ed25519_keypair_item){seed[i + n], some_public[i], some_secret[i]};
        }
        assert_int_equal(sealane_ed25519_keypair_batch(items, n), SEALANE_OK);
        assert_memory_equal(some_public, public_key[n], 32 * n);
        assert_memory_equal(some_secret, secret_key[n], 64 * n);
        assert_int_equal(some_public[n][0], 0xa5);
        assert_int_equal(some_secret[n][0], 0xa5);
    }
}

/* Ed25519ph: libsodium hashes the message itself. */
static void prehashed(void **state) {
    setup(state);
    static const uint8_t empty[1];
    for (size_t i = 0; i < 40; i++) {
        size_t signer = i % 3 == 0 ? 0 : i % SIGNERS;
        const uint8_t *text = pool[i].message.n != 0 ? pool[i].message.p : empty;
        uint8_t hash[64], want[64], got[64];
        int good;
        if (!oracle_sha512(hash, text, pool[i].message.n) ||
            !oracle_ed25519ph_sign(want, text, pool[i].message.n, signer_secret[signer])) {
            skip();
        }
        sealane_ed25519_sign_item sign = {signer_secret[signer], hash, 64, got};
        assert_int_equal(sealane_ed25519_sign_batch(SEALANE_ED25519_PREHASHED, &sign, 1), SEALANE_OK);
        assert_memory_equal(got, want, 64);
        for (size_t rule = 0; rule < 2; rule++) {
            unsigned flags = rules[rule] | SEALANE_ED25519_PREHASHED;
            sealane_ed25519_item item = {
                .public_key = signer_public[signer], .signature = want, .message = hash, .message_len = 64};
            check_one(flags, &item, 1, "prehashed");
            check_one(rules[rule], &item, 0, "prehashed, taken for plain");
            uint8_t plain[64];
            make_signature(plain, hash, 64, signer_secret[signer]);
            item.signature = plain;
            check_one(rules[rule], &item, 1, "plain");
            check_one(flags, &item, 0, "plain, taken for prehashed");
            item.signature = want;
            hash[i] ^= 1;
            check_one(flags, &item, 0, "prehashed, another message");
            hash[i] ^= 1;
            want[i] ^= 1;
            check_one(flags, &item, 0, "prehashed, another signature");
            assert_int_equal(oracle_ed25519ph_verify(&good, want, text, pool[i].message.n, signer_public[signer]), 1);
            assert_int_equal(good, 0);
            want[i] ^= 1;
        }
    }
}

/* scalar B for edge scalars and random ones, in place and not, in every lane. */
static void mult_base(void **state) {
    const ed25519_ops *ops = kernel_of(state)->ops;
    assert_true(ops->lanes <= N_MAX);
    enum { RANDOM = 500, TOTAL = 2 * 256 + 40 + RANDOM };
    static uint8_t scalars[TOTAL][32], wants[TOTAL][32];
    static int known[TOTAL];
    size_t n = 0;
    for (size_t k = 0; k < 255; k++) { /* 2^k and 2^k - 1, which begins with 0 */
        scalars[n++][k / 8] = (uint8_t)(1U << k % 8);
        memset(scalars[n], 0xff, k / 8);
        scalars[n++][k / 8] = (uint8_t)((1U << k % 8) - 1);
    }
    for (unsigned k = 0; k < 16; k++) { /* each nibble and each byte the same: digits at the ends of every window */
        memset(scalars[n], (int)(k * 0x11), 32);
        scalars[n++][31] &= 0x7f;
    }
    for (int k = -8; k <= 8; k++) {
        memcpy(scalars[n], order, 32);
        scalars[n++][0] = (uint8_t)(order[0] + k);
    }
    rng r = rng_make(9);
    while (n < TOTAL) {
        rng_fill(&r, scalars[n], 32);
        scalars[n++][31] &= 0x7f;
    }
    for (size_t i = 0; i < n; i++) {
        uint8_t zero[32] = {0}, one[32] = {1};
        int neutral = memcmp(scalars[i], zero, 32) == 0 || memcmp(scalars[i], order, 32) == 0;
        known[i] = neutral || oracle_point_base(wants[i], scalars[i]);
        if (neutral) {
            memcpy(wants[i], one, 32);
        } else if (!known[i]) {
            const ed25519_ops *portable = kernel_portable(FAMILY_ED25519)->ops;
            const uint8_t *scalar = scalars[i];
            uint8_t *out = wants[i];
            portable->mult_base(&scalar, &out, 1);
        }
    }
    for (size_t shift = 0; shift < ops->lanes; shift++) {
        for (size_t i = shift, count; i < n; i += count) {
            count = i % 5 == 4 ? 1 + i % ops->lanes : ops->lanes;
            count = count < n - i ? count : n - i;
            uint8_t outs[N_MAX][32];
            const uint8_t *in[N_MAX];
            uint8_t *out[N_MAX];
            memcpy(outs, scalars[i], 32 * count);
            for (size_t j = 0; j < count; j++) {
                out[j] = outs[j];
                in[j] = i % 2 == 0 ? outs[j] : scalars[i + j];
            }
            ops->mult_base(in, out, count);
            for (size_t j = 0; j < count; j++) {
                assert_memory_equal(outs[j], wants[i + j], 32);
            }
        }
    }
}

/* Keys, signatures, messages and outputs that touch a page that cannot be touched. */
static void guard_pages(void **state) {
    setup(state);
    enum { N = 11 };
    guard g[4];
    for (size_t i = 0; i < 4; i++) {
        g[i] = guard_make(8192);
    }
    guard state_guard = guard_make(sizeof(sealane_ed25519_key));
    sealane_ed25519_key *prepared = (sealane_ed25519_key *)(void *)guard_end(&state_guard, sizeof(sealane_ed25519_key));
    for (size_t len = 0; len < 300; len += 1 + len / 40) {
        for (int end = 0; end < 2; end++) {
            const verify_case *c = &pool[len];
            size_t signer = len % 3 == 0 ? 0 : len % SIGNERS;
            uint8_t *key = end ? guard_end(&g[0], 32) : guard_begin(&g[0], len % 64);
            uint8_t *signature = end ? guard_end(&g[1], 64) : guard_begin(&g[1], len % 64);
            uint8_t *message = end ? guard_end(&g[2], len) : guard_begin(&g[2], len % 64);
            uint8_t *secret = end ? guard_end(&g[3], 64) : guard_begin(&g[3], len % 64);
            memcpy(key, c->key, 32);
            memcpy(signature, c->signature, 64);
            memcpy(message, c->message.p, len);
            memcpy(secret, signer_secret[signer], 64);
            assert_int_equal(sealane_ed25519_key_prepare(prepared, key), SEALANE_OK);
            sealane_ed25519_item items[N];
            for (size_t i = 0; i < N; i++) {
                items[i] = (sealane_ed25519_item){key, i % 2 == 0 ? NULL : prepared, signature, message, len};
            }
            assert_int_equal(sealane_ed25519_verify_batch(rules[len % 2], items, N, NULL), SEALANE_OK);
            assert_int_equal(sealane_ed25519_verify(rules[end], items), SEALANE_OK);
            memset(signature, 0, 64);
            sealane_ed25519_sign_item sign = {secret, message, len, signature};
            assert_int_equal(sealane_ed25519_sign_batch(0, &sign, 1), SEALANE_OK);
            assert_memory_equal(signature, c->signature, 64);
            sealane_ed25519_keypair_item pair = {secret, key, signature};
            memset(key, 0, 32);
            assert_int_equal(sealane_ed25519_keypair_batch(&pair, 1), SEALANE_OK);
            assert_memory_equal(key, c->key, 32);
            assert_memory_equal(signature, secret, 64);
        }
    }
    for (size_t i = 0; i < 4; i++) {
        guard_free(&g[i]);
    }
    guard_free(&state_guard);
}

/* A bad argument in item `at` of n: the status, and every verdict 0. */
static void check_refused(unsigned flags, sealane_ed25519_item bad, sealane_status want) {
    enum { N = 600 };
    static sealane_ed25519_item items[N];
    static uint8_t verdicts[N + 1];
    static const size_t at[] = {0, 1, 7, 70, N - 1};
    for (size_t a = 0; a < COUNT(at); a++) {
        for (size_t i = 0; i < N; i++) {
            items[i] = item_of(&pool[64]); /* a message of 64 bytes */
        }
        items[at[a]] = bad;
        memset(verdicts, 0xa5, sizeof verdicts);
        assert_int_equal(sealane_ed25519_verify_batch(flags, items, N, verdicts), want);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(verdicts[i], 0);
        }
        assert_int_equal(verdicts[N], 0xa5);
        assert_int_equal(sealane_ed25519_verify_batch(flags, items, N, NULL), want);
    }
    assert_int_equal(sealane_ed25519_verify(flags, &bad), want);
}

static void verify_errors(void **state) {
    (void)state;
    load_pool();
    sealane_ed25519_item good = item_of(&pool[64]), bad;
    bad = good;
    bad.public_key = NULL;
    check_refused(0, bad, SEALANE_EINVAL);
    bad = good;
    bad.signature = NULL;
    check_refused(0, bad, SEALANE_EINVAL);
    bad = good;
    bad.message = NULL;
    check_refused(0, bad, SEALANE_EINVAL);
    static const unsigned unknown[] = {2, 3, 4, 8, 0x11 << 1, 0x20, 0x80, 0x200, 0x1000, 0x80000000U, 0xffffffffU};
    for (size_t i = 0; i < COUNT(unknown); i++) {
        check_refused(unknown[i], good, SEALANE_EINVAL);
    }
    static const size_t lengths[] = {0, 1, 63, 65, 128};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        bad = good;
        bad.message_len = lengths[i];
        check_refused(SEALANE_ED25519_PREHASHED, bad, SEALANE_ELENGTH);
        check_refused(SEALANE_ED25519_PREHASHED | SEALANE_ED25519_COFACTORED, bad, SEALANE_ELENGTH);
    }
#if SIZE_MAX > UINT32_MAX
    bad = good;
    bad.message_len = ((size_t)1 << 61) - 65 - 64 + 1; /* nobody reads so far */
    check_refused(0, bad, SEALANE_ELENGTH);
    bad.message_len = SIZE_MAX;
    check_refused(0, bad, SEALANE_ELENGTH);
#endif
    assert_int_equal(sealane_ed25519_verify(0, NULL), SEALANE_EINVAL);
    uint8_t verdicts[3] = {7, 7, 7};
    assert_int_equal(sealane_ed25519_verify_batch(0, NULL, 3, verdicts), SEALANE_EINVAL);
    assert_memory_equal(verdicts, ((uint8_t[]){0, 0, 0}), 3);
    assert_int_equal(sealane_ed25519_verify_batch(0, NULL, 0, NULL), SEALANE_OK);
    assert_int_equal(sealane_ed25519_verify_batch(2, NULL, 0, NULL), SEALANE_EINVAL);
    sealane_ed25519_key key;
    assert_int_equal(sealane_ed25519_key_prepare(NULL, pool[0].key), SEALANE_EINVAL);
    assert_int_equal(sealane_ed25519_key_prepare(&key, NULL), SEALANE_EINVAL);
    /* A prepared key without a plain one, an empty message without a buffer: fine. */
    assert_int_equal(sealane_ed25519_key_prepare(&key, pool[0].key), SEALANE_OK);
    sealane_ed25519_item empty = {.prepared = &key, .signature = pool[0].signature};
    assert_int_equal(sealane_ed25519_verify(0, &empty), SEALANE_OK);
}

/* Whatever is wrong anywhere, no signature and no key is written. */
static void sign_errors(void **state) {
    (void)state;
    load_pool();
    enum { N = 70 };
    uint8_t out[N][64], untouched[64];
    memset(untouched, 0xa5, sizeof untouched);
    static const size_t at[] = {0, 1, 8, 33, N - 1};
    for (size_t a = 0; a < COUNT(at); a++) {
        for (unsigned which = 0; which < 8; which++) {
            sealane_ed25519_sign_item items[N];
            sealane_ed25519_keypair_item pairs[N];
            uint8_t public_keys[N][32];
            unsigned flags = 0;
            sealane_status want = SEALANE_EINVAL;
            memset(out, 0xa5, sizeof out);
            memset(public_keys, 0xa5, sizeof public_keys);
            for (size_t i = 0; i < N; i++) {
                items[i] = (sealane_ed25519_sign_item){signer_secret[0], pool[64].message.p, 64, out[i]};
                pairs[i] = (sealane_ed25519_keypair_item){signer_secret[0], public_keys[i], out[i]};
            }
            if (which == 0) {
                items[at[a]].secret_key = NULL;
                pairs[at[a]].seed = NULL;
            } else if (which == 1) {
                items[at[a]].message = NULL;
                pairs[at[a]].public_key = NULL;
            } else if (which == 2) {
                items[at[a]].signature = NULL;
                pairs[at[a]].secret_key = NULL;
            } else if (which == 3) {
                items[at[a]].message_len = 63;
                flags = SEALANE_ED25519_PREHASHED;
                want = SEALANE_ELENGTH;
            } else if (which == 7) {
                if (SIZE_MAX == UINT32_MAX) {
                    continue;
                }
                items[at[a]].message_len = SIZE_MAX;
                want = SEALANE_ELENGTH;
            } else { /* flags of verification only, or of nothing */
                flags = (unsigned[]){SEALANE_ED25519_COFACTORED, SEALANE_ED25519_LANES_ONLY, 0x20}[which - 4];
            }
            assert_int_equal(sealane_ed25519_sign_batch(flags, items, N), want);
            if (which < 3) {
                assert_int_equal(sealane_ed25519_keypair_batch(pairs, N), SEALANE_EINVAL);
            }
            for (size_t i = 0; i < N; i++) {
                assert_memory_equal(out[i], untouched, 64);
                assert_memory_equal(public_keys[i], untouched, 32);
            }
        }
    }
    assert_int_equal(sealane_ed25519_sign_batch(0, NULL, 1), SEALANE_EINVAL);
    assert_int_equal(sealane_ed25519_sign_batch(0, NULL, 0), SEALANE_OK);
    assert_int_equal(sealane_ed25519_keypair_batch(NULL, 1), SEALANE_EINVAL);
    assert_int_equal(sealane_ed25519_keypair_batch(NULL, 0), SEALANE_OK);
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(rfc8032, FAMILY_AND_HASH),
    FOR_EACH_KERNEL(sign_input, FAMILY_AND_HASH),
    FOR_EACH_KERNEL(alone, FAMILY),
    FOR_EACH_KERNEL(hidden, FAMILY),
    FOR_EACH_KERNEL(hidden_in_many, FAMILY),
    FOR_EACH_KERNEL(great_batches, FAMILY_AND_HASH),
    FOR_EACH_KERNEL(equations, FAMILY),
    FOR_EACH_KERNEL(keys, FAMILY),
    FOR_EACH_KERNEL(prepared_keys, FAMILY),
    FOR_EACH_KERNEL(prepared_elsewhere, FAMILY),
    FOR_EACH_KERNEL(torsion_everywhere, FAMILY),
    FOR_EACH_KERNEL(repeated_keys, FAMILY),
    FOR_EACH_KERNEL(malleable_s, FAMILY),
    FOR_EACH_KERNEL(cancelling_pairs, FAMILY),
    FOR_EACH_KERNEL(flipped_bits, FAMILY),
    FOR_EACH_KERNEL(batch_sizes, FAMILY_AND_HASH),
    FOR_EACH_KERNEL(signs_as_libsodium, FAMILY_AND_HASH),
    FOR_EACH_KERNEL(sign_aliases, FAMILY),
    FOR_EACH_KERNEL(key_pairs, FAMILY_AND_HASH),
    FOR_EACH_KERNEL(prehashed, FAMILY),
    FOR_EACH_KERNEL(mult_base, FAMILY),
    FOR_EACH_KERNEL(guard_pages, FAMILY),
    ONCE(verify_errors),
    ONCE(sign_errors),
};
KERNEL_TESTS_MAIN(tests)
