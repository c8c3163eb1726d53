/* SPDX-License-Identifier: ISC */
/*
 * crypto_sign_*: Ed25519 and, as crypto_sign_init and what follows it, Ed25519ph.
 *
 * The conversions to curve25519 and crypto_sign_edwards25519sha512batch are libsodium's alone.
 */
#include <string.h>

#include "core/util/wipe.h"
#include "dropin/abi.h"
#include "dropin/count.h"
#include "dropin/libsodium.h"
#include "dropin/state.h"
#include "sealane/ed25519.h"

#define SIGNATURE_BYTES SEALANE_ED25519_SIGNATURE_BYTES
#define MESSAGE_BYTES_MAX (ABI_SIZE_MAX - SIGNATURE_BYTES)

static void sign(unsigned flags, uint8_t *sig, const uint8_t *m, unsigned long long mlen, const uint8_t *sk) {
    const sealane_ed25519_sign_item item = {sk, m, (size_t)mlen, sig};
    count_call(STATS_SIGN, mlen);
    if (sealane_ed25519_sign_batch(flags, &item, 1) != SEALANE_OK) {
        dropin_misuse();
    }
}

static int verify(unsigned flags, const uint8_t *sig, const uint8_t *m, unsigned long long mlen, const uint8_t *pk) {
    const sealane_ed25519_item item = {pk, NULL, sig, m, (size_t)mlen};
    count_call(STATS_SIGN, mlen);
    return sealane_ed25519_verify(SEALANE_ED25519_COFACTORLESS | flags, &item) == SEALANE_OK ? 0 : -1;
}

ABI_FUNCTION(int, crypto_sign_ed25519_detached, unsigned char *sig, unsigned long long *siglen_p, const unsigned char *m,
             unsigned long long mlen, const unsigned char *sk) {
    sign(0, sig, m, mlen, sk);
    if (siglen_p != NULL) {
        *siglen_p = SIGNATURE_BYTES;
    }
    return 0;
}

/* Where the loaded libsodium's rule is not known to be this library's, its own function has the verdict. */
ABI_FUNCTION(int, crypto_sign_ed25519_verify_detached, const unsigned char *sig, const unsigned char *m,
             unsigned long long mlen, const unsigned char *pk) {
    if (!dropin_libsodium_rule_is_known()) {
        int (*own)(const unsigned char *, const unsigned char *, unsigned long long, const unsigned char *);
        *(void **)(void *)&own = dropin_libsodium("crypto_sign_ed25519_verify_detached");
        return own != NULL ? own(sig, m, mlen, pk) : -1;
    }
    return verify(0, sig, m, mlen, pk);
}

ABI_FUNCTION(int, crypto_sign_ed25519, unsigned char *sm, unsigned long long *smlen_p, const unsigned char *m,
             unsigned long long mlen, const unsigned char *sk) {
    uint8_t signature[SIGNATURE_BYTES];
    if (mlen != 0) {
        memmove(sm + SIGNATURE_BYTES, m, (size_t)mlen);
    }
    sign(0, signature, sm + SIGNATURE_BYTES, mlen, sk);
    memcpy(sm, signature, sizeof signature);
    if (smlen_p != NULL) {
        *smlen_p = mlen + SIGNATURE_BYTES;
    }
    return 0;
}

ABI_FUNCTION(int, crypto_sign_ed25519_open, unsigned char *m, unsigned long long *mlen_p, const unsigned char *sm,
             unsigned long long smlen, const unsigned char *pk) {
    int result = -1;
    unsigned long long mlen = smlen - SIGNATURE_BYTES;
    if (smlen >= SIGNATURE_BYTES && mlen <= MESSAGE_BYTES_MAX) {
        result = crypto_sign_ed25519_verify_detached(sm, sm + SIGNATURE_BYTES, mlen, pk);
        if (m != NULL && mlen != 0 && result == 0) {
            memmove(m, sm + SIGNATURE_BYTES, (size_t)mlen);
        } else if (m != NULL && mlen != 0) {
            memset(m, 0, (size_t)mlen);
        }
    }
    if (mlen_p != NULL) {
        *mlen_p = result == 0 ? mlen : 0;
    }
    return result;
}

ABI_FUNCTION(int, crypto_sign_ed25519_seed_keypair, unsigned char *pk, unsigned char *sk, const unsigned char *seed) {
    const sealane_ed25519_keypair_item item = {seed, pk, sk};
    count_call(STATS_SIGN, 0);
    return sealane_ed25519_keypair_batch(&item, 1) == SEALANE_OK ? 0 : -1;
}

ABI_FUNCTION(int, crypto_sign_ed25519_keypair, unsigned char *pk, unsigned char *sk) {
    uint8_t seed[SEALANE_ED25519_SEED_BYTES];
    dropin_random(seed, sizeof seed);
    int result = crypto_sign_ed25519_seed_keypair(pk, sk, seed);
    wipe(seed, sizeof seed);
    return result;
}

ABI_FUNCTION(int, crypto_sign_ed25519_sk_to_seed, unsigned char *seed, const unsigned char *sk) {
    memmove(seed, sk, SEALANE_ED25519_SEED_BYTES);
    return 0;
}

ABI_FUNCTION(int, crypto_sign_ed25519_sk_to_pk, unsigned char *pk, const unsigned char *sk) {
    memmove(pk, sk + SEALANE_ED25519_SEED_BYTES, SEALANE_ED25519_PUBLIC_KEY_BYTES);
    return 0;
}

ABI_FUNCTION(int, crypto_sign_ed25519ph_init, crypto_sign_ed25519ph_state *state) {
    dropin_sha512_init(&state->hs);
    return 0;
}

ABI_FUNCTION(int, crypto_sign_ed25519ph_update, crypto_sign_ed25519ph_state *state, const unsigned char *m,
             unsigned long long mlen) {
    count_call(STATS_SIGN, mlen);
    dropin_sha512_update(&state->hs, m, mlen);
    return 0;
}

ABI_FUNCTION(int, crypto_sign_ed25519ph_final_create, crypto_sign_ed25519ph_state *state, unsigned char *sig,
             unsigned long long *siglen_p, const unsigned char *sk) {
    uint8_t hash[64];
    dropin_sha512_final(&state->hs, hash);
    sign(SEALANE_ED25519_PREHASHED, sig, hash, sizeof hash, sk);
    if (siglen_p != NULL) {
        *siglen_p = SIGNATURE_BYTES;
    }
    return 0;
}

/* The other state and constants are laid out as libsodium's, whose own function can end what was begun here. */
ABI_FUNCTION(int, crypto_sign_ed25519ph_final_verify, crypto_sign_ed25519ph_state *state, const unsigned char *sig,
             const unsigned char *pk) {
    uint8_t hash[64];
    if (!dropin_libsodium_rule_is_known()) {
        int (*own)(crypto_sign_ed25519ph_state *, const unsigned char *, const unsigned char *);
        *(void **)(void *)&own = dropin_libsodium("crypto_sign_ed25519ph_final_verify");
        return own != NULL ? own(state, sig, pk) : -1;
    }
    dropin_sha512_final(&state->hs, hash);
    return verify(SEALANE_ED25519_PREHASHED, sig, hash, sizeof hash, pk);
}

ABI_SIZE(crypto_sign_ed25519_bytes, SIGNATURE_BYTES)
ABI_SIZE(crypto_sign_ed25519_seedbytes, SEALANE_ED25519_SEED_BYTES)
ABI_SIZE(crypto_sign_ed25519_publickeybytes, SEALANE_ED25519_PUBLIC_KEY_BYTES)
ABI_SIZE(crypto_sign_ed25519_secretkeybytes, SEALANE_ED25519_SECRET_KEY_BYTES)
ABI_SIZE(crypto_sign_ed25519_messagebytes_max, MESSAGE_BYTES_MAX)
ABI_SIZE(crypto_sign_ed25519ph_statebytes, sizeof(crypto_sign_ed25519ph_state))

ABI_SIZE(crypto_sign_bytes, SIGNATURE_BYTES)
ABI_SIZE(crypto_sign_seedbytes, SEALANE_ED25519_SEED_BYTES)
ABI_SIZE(crypto_sign_publickeybytes, SEALANE_ED25519_PUBLIC_KEY_BYTES)
ABI_SIZE(crypto_sign_secretkeybytes, SEALANE_ED25519_SECRET_KEY_BYTES)
ABI_SIZE(crypto_sign_messagebytes_max, MESSAGE_BYTES_MAX)
ABI_SIZE(crypto_sign_statebytes, sizeof(crypto_sign_state))
ABI_NAME(crypto_sign_primitive, "ed25519")
ABI_ALIAS(crypto_sign, crypto_sign_ed25519);
ABI_ALIAS(crypto_sign_open, crypto_sign_ed25519_open);
ABI_ALIAS(crypto_sign_detached, crypto_sign_ed25519_detached);
ABI_ALIAS(crypto_sign_verify_detached, crypto_sign_ed25519_verify_detached);
ABI_ALIAS(crypto_sign_keypair, crypto_sign_ed25519_keypair);
ABI_ALIAS(crypto_sign_seed_keypair, crypto_sign_ed25519_seed_keypair);
ABI_ALIAS(crypto_sign_init, crypto_sign_ed25519ph_init);
ABI_ALIAS(crypto_sign_update, crypto_sign_ed25519ph_update);
ABI_ALIAS(crypto_sign_final_create, crypto_sign_ed25519ph_final_create);
ABI_ALIAS(crypto_sign_final_verify, crypto_sign_ed25519ph_final_verify);
