/* SPDX-License-Identifier: ISC */
#include "bench/fanout/parts.h"

#include <sodium.h>
#include <string.h>

#define DAMAGED 200U

uint8_t *parts_random(arena *a, uint64_t *random, size_t n) {
    uint8_t *bytes = arena_take(a, n, 1);
    if (bytes != NULL) {
        sealane_stats_random_bytes(random, bytes, n);
    }
    return bytes;
}

bool parts_pairs_make(arena *a, uint64_t *random, size_t n, parts_pairs *pairs) {
    pairs->secret = (key32 *)parts_random(a, random, n * sizeof(key32));
    pairs->public = arena_take(a, n, sizeof(key32));
    for (size_t i = 0; !a->failed && i < n; i++) {
        crypto_scalarmult_base(pairs->public[i], pairs -> secret[i]);
    }
    return !a->failed;
}

sealane_ed25519_item *parts_signatures(arena *a, uint64_t *random, size_t n, size_t signers, size_t size) {
    signers = signers == 0 ? n : signers;
    sealane_ed25519_item *items = arena_take(a, n, sizeof *items);
    key32 *public_keys = arena_take(a, signers, sizeof *public_keys);
    uint8_t(*secret_keys)[64] = arena_take(a, signers, sizeof *secret_keys);
    uint8_t(*signatures)[64] = arena_take(a, n, sizeof *signatures);
    uint8_t *messages = parts_random(a, random, n * size);
    if (a->failed) {
        return NULL;
    }
    for (size_t i = 0; i < signers; i++) {
        uint8_t seed[32];
        sealane_stats_random_bytes(random, seed, sizeof seed);
        crypto_sign_seed_keypair(public_keys[i], secret_keys[i], seed);
    }
    for (size_t i = 0; i < n; i++) {
        const uint8_t *message = messages + i * size;
        crypto_sign_detached(signatures[i], NULL, message, size, secret_keys[i % signers]);
        items[i] = (sealane_ed25519_item){
            .public_key = public_keys[i % signers], .signature = signatures[i], .message = message, .message_len = size};
    }
    return items;
}

static uint8_t verdict(const sealane_ed25519_item *m) {
    return crypto_sign_verify_detached(m->signature, m->message, m->message_len, m->public_key) == 0;
}

/* Copies of up to DAMAGED items, every third of them damaged. */
static size_t damaged_wrong(const peer *p, void *session, const sealane_ed25519_item *items, size_t n) {
    static uint8_t keys[DAMAGED][32], signatures[DAMAGED][64], verdicts[DAMAGED];
    static sealane_ed25519_item copies[DAMAGED];
    n = n < DAMAGED ? n : DAMAGED;
    bool all_good = true;
    for (size_t i = 0; i < n; i++) {
        copies[i] = items[i];
        memcpy(keys[i], items[i].public_key, sizeof keys[i]);
        memcpy(signatures[i], items[i].signature, sizeof signatures[i]);
        copies[i].public_key = keys[i];
        copies[i].signature = signatures[i];
        if (i % 12 == 0) {
            signatures[i][i % 32] ^= (uint8_t)(1U << i % 8); /* R */
        } else if (i % 12 == 3) {
            signatures[i][32 + i % 31] ^= (uint8_t)(1U << i % 8); /* S */
        } else if (i % 12 == 6) {
            keys[i][i % 32] ^= (uint8_t)(1U << i % 8);
        } else if (i % 12 == 9) {
            copies[i].message_len--;
        }
        verdicts[i] = 2;
    }
    sealane_status status = p->ed25519_verify(session, copies, n, verdicts);
    for (size_t i = 0; i < n; i++) {
        uint8_t expected = verdict(&copies[i]);
        all_good &= expected;
        if (verdicts[i] != expected) {
            return i;
        }
    }
    return status == (all_good ? SEALANE_OK : SEALANE_EVERIFY) ? SIZE_MAX : 0;
}

size_t parts_verdicts_wrong(const peer *p, void *session, const sealane_ed25519_item *items, size_t n,
                            const uint8_t *verdicts) {
    for (size_t i = 0; i < n; i++) {
        if (verdicts[i] != verdict(&items[i])) {
            return i;
        }
    }
    return damaged_wrong(p, session, items, n);
}
