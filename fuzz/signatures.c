/* SPDX-License-Identifier: ISC */
#include "fuzz/signatures.h"

#include <string.h>

#include "fuzz/oracle.h"

/* The points of small order, then p + 0 to p + 18 for y with either sign, then any bytes. */
static void read_point(reader *r, uint8_t out[32]) {
    unsigned k = read_u8(r);
    if (k < 8) {
        memcpy(out, oracle_torsion[k], 32);
    } else if (k < 8 + 2 * 19) {
        memset(out, 0xff, 32);
        out[0] = (uint8_t)(0xed + (k - 8) / 2);
        out[31] = (k & 1) ? 0xff : 0x7f;
    } else {
        read_raw(r, out, 32);
    }
}

/* out = out + x, mod 2^256. */
static void add(uint8_t out[32], const uint8_t x[32]) {
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)out[i] + x[i];
        out[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

/* k L + {0, 1, -1} for k = 0 to 15, then any bytes. */
static void read_scalar(reader *r, uint8_t out[32]) {
    unsigned k = read_u8(r);
    if (k >= 48) {
        read_raw(r, out, 32);
        return;
    }
    memset(out, k % 3 == 2 ? 0xff : 0, 32);
    out[0] = (uint8_t)(k % 3 == 2 ? 0xff : k % 3);
    for (unsigned i = 0; i < k / 3; i++) {
        add(out, oracle_order);
    }
}

static void damage(reader *r, signed_message *s) {
    unsigned what = read_u8(r) % 7;
    if (what < 3) {
        unsigned bit = read_u16(r);
        uint8_t *of[] = {s->signature, s->public_key, s->message};
        size_t bytes[] = {64, 32, s->len};
        if (bytes[what] > 0) {
            of[what][bit / 8 % bytes[what]] ^= (uint8_t)(1U << bit % 8);
        }
    } else if (what == 3) {
        read_point(r, s->signature);
    } else if (what == 4) {
        read_scalar(r, s->signature + 32);
    } else if (what == 5) {
        read_point(r, s->public_key);
    } else {
        add(s->signature + 32, oracle_order);
    }
}

static void judge(unsigned flags, signed_message *s) {
    s->key_good = oracle_ed25519_key(s->public_key);
    for (unsigned rule = 0; rule < 2; rule++) {
        s->good[rule] =
            (uint8_t)oracle_ed25519_verify(flags | (rule == 0 ? SEALANE_ED25519_COFACTORLESS : SEALANE_ED25519_COFACTORED),
                                           s->public_key, s->signature, s->message, s->len);
    }
    REQUIRE(NULL, !s->good[0] || s->good[1]);
}

void read_signed(reader *r, unsigned flags, signed_message *s) {
    s->len = read_length(r, SIGNED_BYTES_MAX);
    read_contents(r, s->message, s->len);
    unsigned way = read_u8(r) % 4;
    if (way < 2) {
        uint8_t seed[32];
        memset(seed, read_u8(r), sizeof seed);
        unsigned torsion = way == 0 ? 0 : read_u8(r);
        oracle_ed25519_sign_torsion(flags, seed, torsion % 8, torsion / 8 % 8, s->message, s->len, s->public_key, s->signature);
    } else if (way == 2) {
        read_point(r, s->public_key);
        read_point(r, s->signature);
        read_scalar(r, s->signature + 32);
    } else {
        read_raw(r, s->public_key, 32);
        read_raw(r, s->signature, 64);
    }
    for (unsigned n = read_u8(r) % 4; n > 0; n--) {
        damage(r, s);
    }
    judge(flags, s);
    if (flags & SEALANE_ED25519_PREHASHED) {
        uint8_t hash[64];
        oracle_sha512(&(sealane_hash_item){s->message, s->len, hash});
        memcpy(s->message, hash, sizeof hash);
        s->len = sizeof hash;
    }
}
