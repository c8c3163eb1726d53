/* SPDX-License-Identifier: ISC */
#include "bench/peers/peer.h"

#include <string.h>

const char *const sealane_peer_names[] = {"sealane", "libsodium", "openssl", "ipsec-mb", NULL};

const peer *const sealane_peers[] = {
    &sealane_peer_sealane,
#ifdef SEALANE_PEER_LIBSODIUM
    &sealane_peer_libsodium,
#endif
#ifdef SEALANE_PEER_OPENSSL
    &sealane_peer_openssl,
#endif
#ifdef SEALANE_PEER_IPSEC_MB
    &sealane_peer_ipsec_mb_burst,
    &sealane_peer_ipsec_mb_direct,
#endif
    NULL,
};

const peer *sealane_peer_find(const char *name) {
    for (size_t i = 0; sealane_peers[i] != NULL; i++) {
        if (strcmp(sealane_peers[i]->name, name) == 0) {
            return sealane_peers[i];
        }
    }
    return NULL;
}

const char *sealane_peer_lacks(const peer *p, unsigned operations) {
    static const struct {
        unsigned operation;
        const char *name;
    } names[] = {
        {PEER_BOX, "XSalsa20-Poly1305"}, /* what they lack of a box: X25519 they have, or that as well */
        {PEER_AEAD_CHACHA20_POLY1305, "ChaCha20-Poly1305"},
        {PEER_AEAD_XCHACHA20_POLY1305, "XChaCha20-Poly1305"},
        {PEER_AEAD_XSALSA20_POLY1305, "XSalsa20-Poly1305"},
        {PEER_AEAD_AES128_GCM, "AES-128-GCM"},
        {PEER_AEAD_AES256_GCM, "AES-256-GCM"},
        {PEER_AEAD_AEGIS128L, "AEGIS-128L"},
        {PEER_AEAD_AEGIS256, "AEGIS-256"},
        {PEER_X25519, "X25519"},
        {PEER_X25519_BASE, "X25519"},
        {PEER_ED25519_VERIFY, "Ed25519"},
        {PEER_ED25519_SIGN, "Ed25519"},
        {PEER_SHA512, "SHA-512"},
        {PEER_HKDF_SHA256, "HKDF-SHA256"},
        {PEER_HPKE, "HPKE"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((operations & ~p->operations & names[i].operation) != 0) {
            return names[i].name;
        }
    }
    return NULL;
}
