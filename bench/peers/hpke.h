/* SPDX-License-Identifier: ISC */
/* The key schedule of HPKE's base mode (RFC 9180) for implementations that have HMAC-SHA256 but no HPKE of their own. */
#ifndef SEALANE_BENCH_PEERS_HPKE_H
#define SEALANE_BENCH_PEERS_HPKE_H

#include <stddef.h>
#include <stdint.h>

/* out = HMAC-SHA256(key, a || b). */
typedef int peer_hmac(void *session, const uint8_t *key, size_t key_len, const uint8_t *a, size_t a_len, const uint8_t *b,
                      size_t b_len, uint8_t out[32]);

/* What is the same for all messages with one info, under X25519, HKDF-SHA256 and ChaCha20-Poly1305. */
typedef struct {
    peer_hmac *hmac;
    void *session;
    uint8_t context[66]; /* key_schedule_context, and the counter 1 of HKDF-Expand */
} peer_hpke;

/* 1, or 0 where an HMAC failed; so do they all. */
int sealane_peer_hpke_begin(peer_hpke *hpke, peer_hmac *hmac, void *session, const uint8_t *info, size_t info_len);

/* key and nonce of a message, from the result dh of Diffie-Hellman, the encapsulated key and the recipient's public key. */
int sealane_peer_hpke_keys(const peer_hpke *hpke, const uint8_t dh[32], const uint8_t enc[32], const uint8_t recipient[32],
                           uint8_t key[32], uint8_t nonce[32]);

#endif
