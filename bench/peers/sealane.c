/* SPDX-License-Identifier: ISC */
/* Sealane itself, through its public API. */
#include "bench/peers/peer.h"

static const char *version(void) {
    return SEALANE_VERSION_STRING;
}

/* No state is needed: any address will do. */
static void *session_new(void) {
    static char session;
    return &session;
}

static void session_free(void *session) {
    (void)session;
}

static sealane_status aead_seal(void *session, sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n) {
    (void)session;
    return n == 1 ? sealane_aead_seal(algorithm, items) : sealane_aead_seal_batch(algorithm, items, n);
}

static sealane_status aead_open(void *session, sealane_aead algorithm, const sealane_aead_open_item *items, size_t n) {
    (void)session;
    return n == 1 ? sealane_aead_open(algorithm, items) : sealane_aead_open_batch(algorithm, items, n, NULL);
}

static sealane_status box_prepare(void *session, const sealane_box_prepare_item *items, size_t n) {
    (void)session;
    return sealane_box_prepare_batch(items, n, NULL);
}

static sealane_status box_seal(void *session, const sealane_box_seal_item *items, size_t n) {
    (void)session;
    return sealane_box_seal_batch(items, n, NULL);
}

static sealane_status x25519(void *session, const sealane_x25519_item *items, size_t n) {
    (void)session;
    return sealane_x25519_batch(items, n, NULL);
}

static sealane_status x25519_base(void *session, const sealane_x25519_base_item *items, size_t n) {
    (void)session;
    return sealane_x25519_base_batch(items, n);
}

static sealane_status ed25519_verify(void *session, const sealane_ed25519_item *items, size_t n, uint8_t *verdicts) {
    (void)session;
    return n == 1 && verdicts == NULL ? sealane_ed25519_verify(SEALANE_ED25519_COFACTORLESS, items)
                                      : sealane_ed25519_verify_batch(SEALANE_ED25519_COFACTORLESS, items, n, verdicts);
}

static sealane_status ed25519_sign(void *session, const sealane_ed25519_sign_item *items, size_t n) {
    (void)session;
    return sealane_ed25519_sign_batch(0, items, n);
}

static sealane_status sha512(void *session, const sealane_hash_item *items, size_t n) {
    (void)session;
    return sealane_sha512_batch(items, n);
}

static sealane_status hkdf_sha256(void *session, const sealane_hkdf_item *items, size_t n) {
    (void)session;
    return sealane_hkdf_sha256_batch(items, n);
}

static sealane_status hpke_seal(void *session, const sealane_hpke_seal_item *items, size_t n) {
    (void)session;
    return sealane_hpke_seal_batch(SEALANE_CHACHA20_POLY1305, items, n, NULL);
}

static sealane_status hpke_open(void *session, const sealane_hpke_open_item *items, size_t n) {
    (void)session;
    return sealane_hpke_open_batch(SEALANE_CHACHA20_POLY1305, items, n, NULL);
}

const peer sealane_peer_sealane = {
    .name = "sealane",
    .operations = PEER_AEAD_CHACHA20_POLY1305 | PEER_AEAD_XCHACHA20_POLY1305 | PEER_AEAD_XSALSA20_POLY1305 |
                  PEER_AEAD_AES128_GCM | PEER_AEAD_AES256_GCM | PEER_AEAD_AEGIS128L | PEER_AEAD_AEGIS256 | PEER_BOX |
                  PEER_X25519 | PEER_X25519_BASE | PEER_ED25519_VERIFY | PEER_ED25519_SIGN | PEER_SHA512 | PEER_HKDF_SHA256 |
                  PEER_HPKE,
    .version = version,
    .session_new = session_new,
    .session_free = session_free,
    .aead_seal = aead_seal,
    .aead_open = aead_open,
    .box_prepare = box_prepare,
    .box_seal = box_seal,
    .x25519 = x25519,
    .x25519_base = x25519_base,
    .ed25519_verify = ed25519_verify,
    .ed25519_sign = ed25519_sign,
    .sha512 = sha512,
    .hkdf_sha256 = hkdf_sha256,
    .hpke_seal = hpke_seal,
    .hpke_open = hpke_open,
};
