/* SPDX-License-Identifier: ISC */
/* What every implementation is asked to do: the same items for each of them, in the shapes of the public API. */
#ifndef SEALANE_BENCH_PEERS_PEER_H
#define SEALANE_BENCH_PEERS_PEER_H

#include "sealane/sealane.h"

/* The operations that an implementation may have or lack. */
enum {
    PEER_AEAD_CHACHA20_POLY1305 = 1U << 0,
    PEER_AEAD_XCHACHA20_POLY1305 = 1U << 1,
    PEER_AEAD_XSALSA20_POLY1305 = 1U << 2,
    PEER_BOX = 1U << 3, /* box_prepare and box_seal */
    PEER_X25519 = 1U << 4,
    PEER_X25519_BASE = 1U << 5,
    PEER_ED25519_VERIFY = 1U << 6,
    PEER_ED25519_SIGN = 1U << 7,
    PEER_SHA512 = 1U << 8,
    PEER_HKDF_SHA256 = 1U << 9,
    PEER_HPKE = 1U << 10, /* hpke_seal and hpke_open, with ChaCha20-Poly1305 */
    PEER_AEAD_AES128_GCM = 1U << 11,
    PEER_AEAD_AES256_GCM = 1U << 12,
    PEER_AEAD_AEGIS128L = 1U << 13,
    PEER_AEAD_AEGIS256 = 1U << 14
};

/*
 * One implementation. A session is the state of one thread: contexts that a program would keep between calls; it holds no
 * keys that have been set up, so that key set-up is part of every operation. The functions take items as the public API
 * does; those outside `operations` may be NULL. Openings compare tags, and refuse; none is asked to zero the output. Verdicts,
 * n bytes, 1 = good, may be NULL.
 */
typedef struct {
    const char *name;    /* such as "ipsec-mb" */
    const char *variant; /* which of its interfaces, such as "burst"; NULL where there is one */
    unsigned operations; /* PEER_* */
    const char *(*version)(void);
    void *(*session_new)(void); /* NULL: does not run on this machine */
    void (*session_free)(void *session);
    sealane_status (*aead_seal)(void *session, sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n);
    sealane_status (*aead_open)(void *session, sealane_aead algorithm, const sealane_aead_open_item *items, size_t n);
    sealane_status (*box_prepare)(void *session, const sealane_box_prepare_item *items, size_t n);
    sealane_status (*box_seal)(void *session, const sealane_box_seal_item *items, size_t n);
    sealane_status (*x25519)(void *session, const sealane_x25519_item *items, size_t n);
    sealane_status (*x25519_base)(void *session, const sealane_x25519_base_item *items, size_t n);
    sealane_status (*ed25519_verify)(void *session, const sealane_ed25519_item *items, size_t n, uint8_t *verdicts);
    sealane_status (*ed25519_sign)(void *session, const sealane_ed25519_sign_item *items, size_t n);
    sealane_status (*sha512)(void *session, const sealane_hash_item *items, size_t n);
    sealane_status (*hkdf_sha256)(void *session, const sealane_hkdf_item *items, size_t n);
    sealane_status (*hpke_seal)(void *session, const sealane_hpke_seal_item *items, size_t n);
    sealane_status (*hpke_open)(void *session, const sealane_hpke_open_item *items, size_t n);
} peer;

extern const peer sealane_peer_sealane;
extern const peer sealane_peer_libsodium;
extern const peer sealane_peer_openssl;
extern const peer sealane_peer_ipsec_mb_burst;
extern const peer sealane_peer_ipsec_mb_direct;

/* Every name there is, in this build or not: NULL after the last. */
extern const char *const sealane_peer_names[];

/* Those in this build, variants one after the other: NULL after the last. */
extern const peer *const sealane_peers[];

/* The first in this build of that name, or NULL. */
const peer *sealane_peer_find(const char *name);

/* In words, the first of `operations` that the implementation lacks; NULL if it has them all. */
const char *sealane_peer_lacks(const peer *p, unsigned operations);

#endif
