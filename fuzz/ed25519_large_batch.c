/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes verification of batches that are large enough for one equation: the public call gives each item its single verdict;
 * the equation alone, with coefficients that the input seeds, gives the same verdicts or none, and gives them where all are
 * good.
 *
 * Input: shape, number of items, the first of them in a pool of good signatures that is made once, number of odd items, seed of
 * the coefficients; then the odd items, each with its place, kind and what that needs.
 */
#include <string.h>

#include "core/curve/curve.h"
#include "core/curve/ed25519_batch.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define POOL 512U
#define ODD_MAX 12U
#define MESSAGE_BYTES 40U

enum { SHAPE_COFACTORED = 1, SHAPE_PREPARED = 2, SHAPE_SAME_SIGNATURE = 4 };

/* An odd item: a signature whose A and R have torsion; a good one with a bit flipped, with an R of any bytes, with an A or R of
   small order; one of the odd ones before it again. */
enum { KIND_TORSION, KIND_FLIP, KIND_RAW, KIND_SMALL_R, KIND_AGAIN, KINDS };

typedef struct {
    uint8_t public_key[32], signature[64], message[MESSAGE_BYTES];
    uint8_t good[2]; /* by rule */
} signed_message;

static signed_message pool[POOL], odd[ODD_MAX];
static sealane_ed25519_key prepared[16];

static void judge(signed_message *s) {
    for (unsigned rule = 0; rule < 2; rule++) {
        s->good[rule] = (uint8_t)oracle_ed25519_verify(rule, s->public_key, s->signature, s->message, MESSAGE_BYTES);
    }
}

/* Signers 0 to 15 sign three quarters of the pool, 1000 and up one signature each. */
static void fill_pool(void) {
    if (pool[0].good[0]) {
        return;
    }
    for (size_t i = 0; i < POOL; i++) {
        uint8_t seed[32] = {0};
        const size_t signer = i % 4 == 0 ? 1000 + i : i % 16;
        seed[0] = (uint8_t)signer;
        seed[1] = (uint8_t)(signer >> 8);
        memset(pool[i].message, (int)i, MESSAGE_BYTES);
        pool[i].message[0] = (uint8_t)(i >> 8);
        oracle_ed25519_sign_torsion(0, seed, 0, 0, pool[i].message, MESSAGE_BYTES, pool[i].public_key, pool[i].signature);
        judge(&pool[i]);
        REQUIRE(NULL, pool[i].good[0] && pool[i].good[1]);
        if (i < 16) {
            REQUIRE(NULL, sealane_ed25519_key_prepare(&prepared[i], pool[i].public_key) == SEALANE_OK);
        }
    }
}

static void read_odd(reader *r, size_t k) {
    signed_message *s = &odd[k];
    const unsigned kind = read_u8(r) % KINDS;
    *s = pool[read_u16(r) % POOL];
    if (kind == KIND_TORSION) {
        uint8_t seed[32];
        memset(seed, read_u8(r), sizeof seed);
        const unsigned torsion = read_u8(r);
        s->message[1] = read_u8(r);
        oracle_ed25519_sign_torsion(0, seed, torsion % 8, torsion / 8 % 8, s->message, MESSAGE_BYTES, s->public_key,
                                    s->signature);
    } else if (kind == KIND_FLIP) {
        const unsigned bit = read_u16(r) % (8 * (64 + 32 + MESSAGE_BYTES)), byte = bit / 8;
        uint8_t *p = byte < 64 ? &s->signature[byte] : byte < 96 ? &s->public_key[byte - 64] : &s->message[byte - 96];
        *p ^= (uint8_t)(1U << bit % 8);
    } else if (kind == KIND_RAW) {
        read_raw(r, s->signature, 32);
    } else if (kind == KIND_SMALL_R) {
        memcpy(read_u8(r) % 2 ? s->signature : s->public_key, oracle_torsion[read_u8(r) % 8], 32);
    } else if (k > 0) {
        *s = odd[read_u8(r) % k];
    }
    judge(s);
}

static void verify_with(const kernel_row *row, const kernel_row *hash, unsigned flags, const sealane_ed25519_item items[],
                        const uint8_t want[], size_t n, const uint8_t seed[ED25519_BATCH_SEED_BYTES]) {
    static uint8_t verdicts[ED25519_BATCH_MAX];
    const ed25519_ops *ops = kernels_ops(row);
    const sha512_ops *hash_ops = kernels_ops(hash);
    const int all = memchr(want, 0, n) == NULL;
    memset(verdicts, 0xa5, n);
    REQUIRE(row, sealane_ed25519_verify_batch_with(ops, hash_ops, flags, items, n, verdicts) ==
                     (all ? SEALANE_OK : SEALANE_EVERIFY));
    REQUIRE(row, memcmp(verdicts, want, n) == 0);
    if (ops->batch != NULL) {
        memset(verdicts, 0xa5, n);
        const int holds = sealane_ed25519_batch_vartime(ops, hash_ops, flags, items, n, seed, verdicts);
        REQUIRE(row, holds || !all);
        REQUIRE(row, !holds || memcmp(verdicts, want, n) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static sealane_ed25519_item items[2 * POOL];
    static uint8_t want[2 * POOL];
    uint8_t seed[ED25519_BATCH_SEED_BYTES] = {0};
    reader r = {data, size};
    fill_pool();
    const unsigned shape = read_u8(&r), rule = shape & SHAPE_COFACTORED;
    const unsigned count = read_u16(&r); /* mostly few: a batch of 400 takes long */
    const size_t n = 1 + count % (count < 0xe000 ? 100 : 400), first = read_u16(&r) % POOL, odds = read_u8(&r) % (ODD_MAX + 1);
    read_raw(&r, seed, 8);
    for (size_t i = 0; i < n; i++) {
        const size_t pick = shape & SHAPE_SAME_SIGNATURE ? first : (first + i) % POOL;
        items[i] = (sealane_ed25519_item){.public_key = pool[pick].public_key,
                                          .signature = pool[pick].signature,
                                          .message = pool[pick].message,
                                          .message_len = MESSAGE_BYTES};
        if ((shape & SHAPE_PREPARED) && pick % 4 != 0 && i % 3 != 0) {
            items[i].prepared = &prepared[pick % 16];
        }
        want[i] = 1;
    }
    for (size_t k = 0; k < odds; k++) {
        const size_t at = read_u16(&r) % n;
        read_odd(&r, k);
        items[at] = (sealane_ed25519_item){.public_key = odd[k].public_key,
                                           .signature = odd[k].signature,
                                           .message = odd[k].message,
                                           .message_len = MESSAGE_BYTES};
        want[at] = odd[k].good[rule];
    }
    const kernel_list *kernels = kernels_of(FAMILY_ED25519);
    const kernel_list *hashes = kernels_of(FAMILY_SHA512);
    for (size_t k = 0; k < kernels->n; k++) {
        if (((const ed25519_ops *)kernels->row[k]->ops)->batch != NULL || n <= 64) { /* the portable kernel is slow */
            verify_with(kernels->row[k], hashes->row[k % hashes->n], rule, items, want, n, seed);
        }
    }
    return 0;
}
