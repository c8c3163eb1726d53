/* SPDX-License-Identifier: ISC */
/*
 * The shared differential oracle: what every operation must give. It is libsodium; where libsodium is absent, the portable
 * kernel stands in, so that the kernels are at least compared with each other.
 */
#ifndef SEALANE_FUZZ_ORACLE_H
#define SEALANE_FUZZ_ORACLE_H

#include <stddef.h>
#include <stdint.h>

#include "fuzz/kernels.h"
#include "sealane/sealane.h"

void oracle_aead_seal(sealane_aead algorithm, const sealane_aead_seal_item *item);
/* 1 where it opened. */
int oracle_aead_open(sealane_aead algorithm, const sealane_aead_open_item *item);

/* 0 where the result is all-zero; out is then zero. */
int oracle_x25519(const sealane_x25519_item *item);
void oracle_x25519_base(const sealane_x25519_base_item *item);

void oracle_sha256(const sealane_hash_item *item);
void oracle_sha512(const sealane_hash_item *item);
void oracle_hmac_sha256(const sealane_hmac_item *item);
void oracle_hmac_sha512(const sealane_hmac_item *item);
void oracle_hkdf_sha256(const sealane_hkdf_item *item);
void oracle_hkdf_sha512(const sealane_hkdf_item *item);

/* The shared key of two, crypto_box_beforenm's; 0, and zeroes, where the public key is refused. */
int oracle_box_share(sealane_box_key *key, const uint8_t public_key[32], const uint8_t secret_key[32]);

/* As the batch calls of one item; out and in are disjoint. 1 where it was sealed or opened. */
int oracle_box_seal(const sealane_box_seal_item *item);
int oracle_box_open(const sealane_box_open_item *item);
int oracle_sealed_box_seal(const sealane_sealed_box_seal_item *item);
int oracle_sealed_box_open(const sealane_sealed_box_open_item *item);

/* The eight points of small order, T[i] = i T[1], in their canonical encodings. */
extern const uint8_t oracle_torsion[8][32];

/* The order L of the base point, little endian. */
extern const uint8_t oracle_order[32];

/*
 * A key pair from seed and a signature under it that satisfies the group equation but for torsion: the public key is a B +
 * T[torsion_A], R is r B + T[torsion_R], and S = r + h a. Good under the cofactored rule; under the cofactorless one exactly
 * where T[torsion_R] + h T[torsion_A] is neutral. With SEALANE_ED25519_PREHASHED message is what is to be hashed first. Where
 * libsodium is absent both torsions are 0.
 */
void oracle_ed25519_sign_torsion(unsigned flags, const uint8_t seed[32], unsigned torsion_A, unsigned torsion_R,
                                 const uint8_t *message, size_t len, uint8_t public_key[32], uint8_t signature[64]);

/* Key pairs and signatures as the batch calls of one item make them, but for message, which is as above. */
void oracle_ed25519_keypair(const sealane_ed25519_keypair_item *item);
void oracle_ed25519_sign(unsigned flags, const uint8_t secret_key[64], const uint8_t *message, size_t len,
                         uint8_t signature[64]);

/* 1 where a public key is one that the rules do not refuse by itself. */
int oracle_ed25519_key(const uint8_t public_key[32]);

/* 1 where the rule in flags accepts. With SEALANE_ED25519_PREHASHED message is what is to be hashed first. */
int oracle_ed25519_verify(unsigned flags, const uint8_t public_key[32], const uint8_t signature[64], const uint8_t *message,
                          size_t len);

#endif
