/* SPDX-License-Identifier: ISC */
#include "bench/peers/hpke.h"

#include <string.h>

/* suite_id of the KEM, and of HPKE with its three numbers. */
#define KEM "KEM\x00\x20"
#define HPKE "HPKE\x00\x20\x00\x01\x00\x03"

/* A prefix is a constant of known length, its zeroes included. */
#define TEXT(prefix) (const uint8_t *)(prefix), sizeof(prefix) - 1

int sealane_peer_hpke_begin(peer_hpke *hpke, peer_hmac *hmac, void *session, const uint8_t *info, size_t info_len) {
    hpke->hmac = hmac;
    hpke->session = session;
    hpke->context[0] = 0; /* base mode */
    hpke->context[65] = 1;
    return hmac(session, NULL, 0, TEXT("HPKE-v1" HPKE "psk_id_hash"), NULL, 0, hpke->context + 1) &&
           hmac(session, NULL, 0, TEXT("HPKE-v1" HPKE "info_hash"), info, info_len, hpke->context + 33);
}

int sealane_peer_hpke_keys(const peer_hpke *hpke, const uint8_t dh[32], const uint8_t enc[32], const uint8_t recipient[32],
                           uint8_t key[32], uint8_t nonce[32]) {
    uint8_t kem_context[65], prk[32], shared_secret[32], secret[32];
    memcpy(kem_context, enc, 32);
    memcpy(kem_context + 32, recipient, 32);
    kem_context[64] = 1;
    return hpke->hmac(hpke->session, NULL, 0, TEXT("HPKE-v1" KEM "eae_prk"), dh, 32, prk) &&
           hpke->hmac(hpke->session, prk, 32, TEXT("\x00\x20HPKE-v1" KEM "shared_secret"), kem_context, sizeof kem_context,
                      shared_secret) &&
           hpke->hmac(hpke->session, shared_secret, 32, TEXT("HPKE-v1" HPKE "secret"), NULL, 0, secret) &&
           hpke->hmac(hpke->session, secret, 32, TEXT("\x00\x20HPKE-v1" HPKE "key"), hpke->context, sizeof hpke->context,
                      key) &&
           hpke->hmac(hpke->session, secret, 32, TEXT("\x00\x0cHPKE-v1" HPKE "base_nonce"), hpke->context, sizeof hpke->context,
                      nonce);
}
