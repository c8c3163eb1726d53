/* SPDX-License-Identifier: ISC */
/* A stranger's program in C11: the public headers, nothing else of the source tree, and the library. */
#include <sealane/sealane.h>
#include <stdio.h>
#include <string.h>

enum { MEMBERS = 3 };

static int failures;

static void check(int good, const char *what) {
    if (!good) {
        fprintf(stderr, "%s failed\n", what);
        failures++;
    }
}

/* One text for three members, each under a key of its own. */
static void group_message(void) {
    static const char text[] = "The meeting is at noon.";
    uint8_t keys[MEMBERS][32] = {{1}, {2}, {3}}, nonce[12] = {0};
    uint8_t sealed[MEMBERS][sizeof text + 16], opened[MEMBERS][sizeof text], verdicts[MEMBERS];
    sealane_aead_seal_item seal[MEMBERS];
    sealane_aead_open_item open[MEMBERS];
    size_t i;
    for (i = 0; i < MEMBERS; i++) {
        seal[i] = (sealane_aead_seal_item){.key = keys[i],
                                           .nonce = nonce,
                                           .in = (const uint8_t *)text,
                                           .len = sizeof text,
                                           .out = sealed[i],
                                           .tag = sealed[i] + sizeof text};
        open[i] = (sealane_aead_open_item){.key = keys[i],
                                           .nonce = nonce,
                                           .in = sealed[i],
                                           .len = sizeof text,
                                           .out = opened[i],
                                           .tag = sealed[i] + sizeof text};
    }
    check(sealane_aead_seal_batch(SEALANE_CHACHA20_POLY1305, seal, MEMBERS) == SEALANE_OK, "seal_batch");
    sealed[1][0] ^= 1;
    check(sealane_aead_open_batch(SEALANE_CHACHA20_POLY1305, open, MEMBERS, verdicts) == SEALANE_EVERIFY, "open_batch");
    check(verdicts[0] == 1 && verdicts[1] == 0 && verdicts[2] == 1, "verdicts");
    check(memcmp(opened[2], text, sizeof text) == 0, "plaintext");
}

static void keys_and_signatures(void) {
    uint8_t a[32] = {1}, b[32] = {2}, pa[32], pb[32], ab[32], ba[32], verdict;
    sealane_x25519_base_item base[2] = {{a, pa}, {b, pb}};
    sealane_x25519_item mult[2] = {{a, pb, ab}, {b, pa, ba}};
    uint8_t seed[32] = {3}, public_key[32], secret_key[64], signature[64];
    sealane_ed25519_keypair_item pair = {seed, public_key, secret_key};
    sealane_ed25519_sign_item sign = {secret_key, seed, sizeof seed, signature};
    sealane_ed25519_item verify = {public_key, NULL, signature, seed, sizeof seed};
    check(sealane_x25519_base_batch(base, 2) == SEALANE_OK, "x25519_base_batch");
    check(sealane_x25519_batch(mult, 2, NULL) == SEALANE_OK && memcmp(ab, ba, 32) == 0, "x25519_batch");
    check(sealane_ed25519_keypair_batch(&pair, 1) == SEALANE_OK, "keypair_batch");
    check(sealane_ed25519_sign_batch(0, &sign, 1) == SEALANE_OK, "sign_batch");
    check(sealane_ed25519_verify_batch(SEALANE_ED25519_COFACTORLESS, &verify, 1, &verdict) == SEALANE_OK, "verify_batch");
}

static void hashes(void) {
    uint8_t out[64];
    sealane_hash_item item = {(const uint8_t *)"abc", 3, out};
    check(sealane_sha256_batch(&item, 1) == SEALANE_OK && out[0] == 0xba && out[31] == 0xad, "sha256_batch");
}

int main(void) {
    group_message();
    keys_and_signatures();
    hashes();
    check(sealane_cpu_kernels(NULL, 0) > 0, "cpu_kernels");
    printf("sealane %s: %d failures\n", SEALANE_VERSION_STRING, failures);
    return failures != 0;
}
