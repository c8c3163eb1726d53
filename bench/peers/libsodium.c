/* SPDX-License-Identifier: ISC */
/* libsodium: one message after the other, which is all that its API offers. */
#include "bench/peers/peer.h"

#include "bench/peers/hpke.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(sealane_box_key) == crypto_box_BEFORENMBYTES, "a shared key of libsodium fits a box key");

static const char *version(void) {
    return sodium_version_string();
}

static void *session_new(void) {
    static char session;
    return sodium_init() < 0 ? NULL : &session;
}

static void session_free(void *session) {
    (void)session;
}

static sealane_status aead_seal(void *session, sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n) {
    (void)session;
    int failed = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_aead_seal_item *m = &items[i];
        if (algorithm == SEALANE_CHACHA20_POLY1305) {
            failed |= crypto_aead_chacha20poly1305_ietf_encrypt_detached(m->out, m->tag, NULL, m->in, m->len, m->ad, m->ad_len,
                                                                         NULL, m->nonce, m->key);
        } else if (algorithm == SEALANE_XCHACHA20_POLY1305) {
            failed |= crypto_aead_xchacha20poly1305_ietf_encrypt_detached(m->out, m->tag, NULL, m->in, m->len, m->ad, m->ad_len,
                                                                          NULL, m->nonce, m->key);
        } else if (algorithm == SEALANE_AES256_GCM) {
            failed |= crypto_aead_aes256gcm_encrypt_detached(m->out, m->tag, NULL, m->in, m->len, m->ad, m->ad_len, NULL,
                                                             m->nonce, m->key);
        } else {
            failed |= crypto_secretbox_detached(m->out, m->tag, m->in, m->len, m->nonce, m->key);
        }
    }
    return failed ? SEALANE_EINVAL : SEALANE_OK;
}

static sealane_status aead_open(void *session, sealane_aead algorithm, const sealane_aead_open_item *items, size_t n) {
    (void)session;
    int refused = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_aead_open_item *m = &items[i];
        if (algorithm == SEALANE_CHACHA20_POLY1305) {
            refused |= crypto_aead_chacha20poly1305_ietf_decrypt_detached(m->out, NULL, m->in, m->len, m->tag, m->ad, m->ad_len,
                                                                          m->nonce, m->key);
        } else if (algorithm == SEALANE_XCHACHA20_POLY1305) {
            refused |= crypto_aead_xchacha20poly1305_ietf_decrypt_detached(m->out, NULL, m->in, m->len, m->tag, m->ad,
                                                                           m->ad_len, m->nonce, m->key);
        } else if (algorithm == SEALANE_AES256_GCM) {
            refused |=
                crypto_aead_aes256gcm_decrypt_detached(m->out, NULL, m->in, m->len, m->tag, m->ad, m->ad_len, m->nonce, m->key);
        } else {
            refused |= crypto_secretbox_open_detached(m->out, m->in, m->tag, m->len, m->nonce, m->key);
        }
    }
    return refused ? SEALANE_EVERIFY : SEALANE_OK;
}

static sealane_status box_prepare(void *session, const sealane_box_prepare_item *items, size_t n) {
    (void)session;
    int refused = 0;
    for (size_t i = 0; i < n; i++) {
        refused |= crypto_box_beforenm(items[i].key->opaque, items[i].public_key, items[i].secret_key);
    }
    return refused ? SEALANE_EVERIFY : SEALANE_OK;
}

static sealane_status box_seal(void *session, const sealane_box_seal_item *items, size_t n) {
    (void)session;
    int refused = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_box_seal_item *m = &items[i];
        refused |= m->prepared != NULL ? crypto_box_easy_afternm(m->out, m->in, m->len, m->nonce, m->prepared->opaque)
                                       : crypto_box_easy(m->out, m->in, m->len, m->nonce, m->public_key, m->secret_key);
    }
    return refused ? SEALANE_EVERIFY : SEALANE_OK;
}

static sealane_status x25519(void *session, const sealane_x25519_item *items, size_t n) {
    (void)session;
    int refused = 0;
    for (size_t i = 0; i < n; i++) {
        refused |= crypto_scalarmult(items[i].out, items[i].scalar, items[i].point);
    }
    return refused ? SEALANE_EVERIFY : SEALANE_OK;
}

static sealane_status x25519_base(void *session, const sealane_x25519_base_item *items, size_t n) {
    (void)session;
    int failed = 0;
    for (size_t i = 0; i < n; i++) {
        failed |= crypto_scalarmult_base(items[i].out, items[i].scalar);
    }
    return failed ? SEALANE_EINVAL : SEALANE_OK;
}

static sealane_status ed25519_verify(void *session, const sealane_ed25519_item *items, size_t n, uint8_t *verdicts) {
    (void)session;
    int refused = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_ed25519_item *m = &items[i];
        int bad = crypto_sign_verify_detached(m->signature, m->message, m->message_len, m->public_key) != 0;
        refused |= bad;
        if (verdicts != NULL) {
            verdicts[i] = (uint8_t)!bad;
        }
    }
    return refused ? SEALANE_EVERIFY : SEALANE_OK;
}

static sealane_status ed25519_sign(void *session, const sealane_ed25519_sign_item *items, size_t n) {
    (void)session;
    int failed = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_ed25519_sign_item *m = &items[i];
        failed |= crypto_sign_detached(m->signature, NULL, m->message, m->message_len, m->secret_key);
    }
    return failed ? SEALANE_EINVAL : SEALANE_OK;
}

static sealane_status sha512(void *session, const sealane_hash_item *items, size_t n) {
    (void)session;
    for (size_t i = 0; i < n; i++) {
        crypto_hash_sha512(items[i].out, items[i].in, items[i].len);
    }
    return SEALANE_OK;
}

/* RFC 5869 over the library's HMAC: its own HKDF came with 1.0.19. */
static void hkdf_one(const sealane_hkdf_item *m) {
    crypto_auth_hmacsha256_state start, state;
    uint8_t prk[32], block[32];
    crypto_auth_hmacsha256_init(&state, m->salt_len > 0 ? m->salt : prk, m->salt_len);
    crypto_auth_hmacsha256_update(&state, m->ikm, m->ikm_len);
    crypto_auth_hmacsha256_final(&state, prk);
    crypto_auth_hmacsha256_init(&start, prk, sizeof prk);
    uint8_t counter = 1;
    for (size_t done = 0; done < m->out_len; counter++) {
        state = start;
        if (counter > 1) {
            crypto_auth_hmacsha256_update(&state, block, sizeof block);
        }
        crypto_auth_hmacsha256_update(&state, m->info, m->info_len);
        crypto_auth_hmacsha256_update(&state, &counter, 1);
        crypto_auth_hmacsha256_final(&state, block);
        size_t take = m->out_len - done < sizeof block ? m->out_len - done : sizeof block;
        memcpy(m->out + done, block, take);
        done += take;
    }
    sodium_memzero(prk, sizeof prk);
    sodium_memzero(block, sizeof block);
    sodium_memzero(&start, sizeof start);
    sodium_memzero(&state, sizeof state);
}

static sealane_status hkdf_sha256(void *session, const sealane_hkdf_item *items, size_t n) {
    (void)session;
    for (size_t i = 0; i < n; i++) {
        hkdf_one(&items[i]);
    }
    return SEALANE_OK;
}

static int hmac(void *session, const uint8_t *key, size_t key_len, const uint8_t *a, size_t a_len, const uint8_t *b,
                size_t b_len, uint8_t out[32]) {
    (void)session;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key_len > 0 ? key : out, key_len);
    crypto_auth_hmacsha256_update(&state, a, a_len);
    crypto_auth_hmacsha256_update(&state, b, b_len);
    crypto_auth_hmacsha256_final(&state, out);
    return 1;
}

/* RFC 9180 over the library's X25519, HMAC and AEAD: it has no HPKE of its own. */
static sealane_status hpke_seal(void *session, const sealane_hpke_seal_item *items, size_t n) {
    peer_hpke hpke = {0};
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        const sealane_hpke_seal_item *m = &items[i];
        uint8_t secret[32], dh[32], key[32], nonce[32];
        if (i == 0 || m->info != items[i - 1].info || m->info_len != items[i - 1].info_len) {
            good &= sealane_peer_hpke_begin(&hpke, hmac, session, m->info, m->info_len);
        }
        randombytes_buf(secret, sizeof secret);
        good &= crypto_scalarmult_base(m->enc, secret) == 0 && crypto_scalarmult(dh, secret, m->public_key) == 0 &&
                sealane_peer_hpke_keys(&hpke, dh, m->enc, m->public_key, key, nonce) &&
                crypto_aead_chacha20poly1305_ietf_encrypt(m->out, NULL, m->in, m->len, m->ad, m->ad_len, NULL, nonce, key) == 0;
    }
    return good ? SEALANE_OK : SEALANE_EVERIFY;
}

static sealane_status hpke_open(void *session, const sealane_hpke_open_item *items, size_t n) {
    peer_hpke hpke = {0};
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        const sealane_hpke_open_item *m = &items[i];
        uint8_t dh[32], key[32], nonce[32];
        if (i == 0 || m->info != items[i - 1].info || m->info_len != items[i - 1].info_len) {
            good &= sealane_peer_hpke_begin(&hpke, hmac, session, m->info, m->info_len);
        }
        good &= crypto_scalarmult(dh, m->secret_key, m->enc) == 0 &&
                sealane_peer_hpke_keys(&hpke, dh, m->enc, m->public_key, key, nonce) &&
                crypto_aead_chacha20poly1305_ietf_decrypt(m->out, NULL, NULL, m->in, m->len + SEALANE_HPKE_TAG_BYTES, m->ad,
                                                          m->ad_len, nonce, key) == 0;
    }
    return good ? SEALANE_OK : SEALANE_EVERIFY;
}

const peer sealane_peer_libsodium = {
    .name = "libsodium",
    .operations = PEER_AEAD_CHACHA20_POLY1305 | PEER_AEAD_XCHACHA20_POLY1305 | PEER_AEAD_XSALSA20_POLY1305 |
                  PEER_AEAD_AES256_GCM | PEER_BOX | PEER_X25519 | PEER_X25519_BASE | PEER_ED25519_VERIFY | PEER_ED25519_SIGN |
                  PEER_SHA512 | PEER_HKDF_SHA256 | PEER_HPKE,
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
