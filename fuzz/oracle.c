/* SPDX-License-Identifier: ISC */
#include "fuzz/oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aead/aead.h"
#include "core/box/box.h"
#include "core/curve/curve.h"
#include "core/hash/sha2.h"
#include "fuzz/input.h"

#if SEALANE_HAVE_SODIUM
#include <sodium.h>
#endif

const uint8_t oracle_torsion[8][32] = {
    {0x01},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
     0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0x00},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
     0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
     0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0xfa},
    {0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
     0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
     0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x85}};

const uint8_t oracle_order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                  0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};

void oracle_begin(void) {
#if SEALANE_HAVE_SODIUM
    if (sodium_init() < 0) {
        fputs("fuzz: libsodium does not start\n", stderr);
        abort();
    }
    fprintf(stderr, "fuzz: oracle: libsodium %s\n", sodium_version_string());
#else
    fputs("fuzz: oracle: the portable kernels, as libsodium is absent\n", stderr);
#endif
}

static void must(int condition) {
    REQUIRE(NULL, condition);
}

/* The portable kernel: the oracle of what libsodium lacks, or lacks on this CPU. */
static const aead_ops *portable_aead(sealane_aead algorithm) {
    static const kernel_family family[] = {[SEALANE_CHACHA20_POLY1305] = FAMILY_CHACHA20_POLY1305,
                                           [SEALANE_XCHACHA20_POLY1305] = FAMILY_XCHACHA20_POLY1305,
                                           [SEALANE_XSALSA20_POLY1305] = FAMILY_XSALSA20_POLY1305,
                                           [SEALANE_AES128_GCM] = FAMILY_AES128_GCM,
                                           [SEALANE_AES256_GCM] = FAMILY_AES256_GCM,
                                           [SEALANE_AEGIS128L] = FAMILY_AEGIS128L,
                                           [SEALANE_AEGIS256] = FAMILY_AEGIS256,
                                           [SEALANE_XCHACHA20_POLY1305_SECRETBOX] = FAMILY_XCHACHA20_POLY1305_SECRETBOX};
    return sealane_registry_choose(family[algorithm], 0)->ops;
}

#if SEALANE_HAVE_SODIUM

/* libsodium declares most of its pointers to be never NULL, also where nothing is read or written through them. */
static uint8_t nothing[1];

static const uint8_t *readable(const uint8_t *p) {
    return p == NULL ? nothing : p;
}

static uint8_t *writable(uint8_t *p) {
    return p == NULL ? nothing : p;
}

void oracle_aead_seal(sealane_aead algorithm, const sealane_aead_seal_item *item) {
    if (algorithm == SEALANE_CHACHA20_POLY1305) {
        must(crypto_aead_chacha20poly1305_ietf_encrypt_detached(writable(item->out), item->tag, NULL, readable(item->in),
                                                                item->len, readable(item->ad), item->ad_len, NULL, item->nonce,
                                                                item->key) == 0);
    } else if (algorithm == SEALANE_XCHACHA20_POLY1305) {
        must(crypto_aead_xchacha20poly1305_ietf_encrypt_detached(writable(item->out), item->tag, NULL, readable(item->in),
                                                                 item->len, readable(item->ad), item->ad_len, NULL, item->nonce,
                                                                 item->key) == 0);
    } else if (algorithm == SEALANE_XSALSA20_POLY1305) {
        must(crypto_secretbox_detached(writable(item->out), item->tag, readable(item->in), item->len, item->nonce, item->key) ==
             0);
    } else if (algorithm == SEALANE_XCHACHA20_POLY1305_SECRETBOX) {
        must(crypto_secretbox_xchacha20poly1305_detached(writable(item->out), item->tag, readable(item->in), item->len,
                                                         item->nonce, item->key) == 0);
    } else if (algorithm == SEALANE_AES256_GCM && crypto_aead_aes256gcm_is_available()) {
        must(crypto_aead_aes256gcm_encrypt_detached(writable(item->out), item->tag, NULL, readable(item->in), item->len,
                                                    readable(item->ad), item->ad_len, NULL, item->nonce, item->key) == 0);
    } else {
        portable_aead(algorithm)->seal_one(item);
    }
}

int oracle_aead_open(sealane_aead algorithm, const sealane_aead_open_item *item) {
    int failed;
    if (algorithm == SEALANE_CHACHA20_POLY1305) {
        failed = crypto_aead_chacha20poly1305_ietf_decrypt_detached(writable(item->out), NULL, readable(item->in), item->len,
                                                                    item->tag, readable(item->ad), item->ad_len, item->nonce,
                                                                    item->key);
    } else if (algorithm == SEALANE_XCHACHA20_POLY1305) {
        failed = crypto_aead_xchacha20poly1305_ietf_decrypt_detached(writable(item->out), NULL, readable(item->in), item->len,
                                                                     item->tag, readable(item->ad), item->ad_len, item->nonce,
                                                                     item->key);
    } else if (algorithm == SEALANE_XSALSA20_POLY1305) {
        failed = crypto_secretbox_open_detached(writable(item->out), readable(item->in), item->tag, item->len, item->nonce,
                                                item->key);
    } else if (algorithm == SEALANE_XCHACHA20_POLY1305_SECRETBOX) {
        failed = crypto_secretbox_xchacha20poly1305_open_detached(writable(item->out), readable(item->in), item->tag, item->len,
                                                                  item->nonce, item->key);
    } else if (algorithm == SEALANE_AES256_GCM && crypto_aead_aes256gcm_is_available()) {
        failed = crypto_aead_aes256gcm_decrypt_detached(writable(item->out), NULL, readable(item->in), item->len, item->tag,
                                                        readable(item->ad), item->ad_len, item->nonce, item->key);
    } else {
        return portable_aead(algorithm)->open_one(item);
    }
    return failed == 0;
}

int oracle_x25519(const sealane_x25519_item *item) {
    if (crypto_scalarmult(item->out, item->scalar, item->point) != 0) {
        memset(item->out, 0, 32);
        return 0;
    }
    return 1;
}

void oracle_x25519_base(const sealane_x25519_base_item *item) {
    must(crypto_scalarmult_base(item->out, item->scalar) == 0);
}

void oracle_sha256(const sealane_hash_item *item) {
    must(crypto_hash_sha256(item->out, readable(item->in), item->len) == 0);
}

void oracle_sha512(const sealane_hash_item *item) {
    must(crypto_hash_sha512(item->out, readable(item->in), item->len) == 0);
}

static void hmac_sha256(const uint8_t *key, size_t key_len, const uint8_t *text, size_t len, uint8_t mac[64]) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, readable(key), key_len);
    crypto_auth_hmacsha256_update(&state, readable(text), len);
    crypto_auth_hmacsha256_final(&state, mac);
}

static void hmac_sha512(const uint8_t *key, size_t key_len, const uint8_t *text, size_t len, uint8_t mac[64]) {
    crypto_auth_hmacsha512_state state;
    crypto_auth_hmacsha512_init(&state, readable(key), key_len);
    crypto_auth_hmacsha512_update(&state, readable(text), len);
    crypto_auth_hmacsha512_final(&state, mac);
}

typedef void (*hmac_function)(const uint8_t *key, size_t key_len, const uint8_t *text, size_t len, uint8_t mac[64]);

/* RFC 5869 over libsodium's HMAC: libsodium 1.0.18 has no HKDF of its own. */
static void hkdf(hmac_function hmac, size_t hash_len, const sealane_hkdf_item *item) {
    uint8_t prk[64];
    uint8_t t[64];
    hmac(item->salt, item->salt_len, item->ikm, item->ikm_len, prk);
    uint8_t *text = malloc(hash_len + item->info_len + 1);
    must(text != NULL);
    size_t previous = 0; /* length of T(i - 1), empty at first */
    uint8_t i = 1;
    for (size_t done = 0; done < item->out_len; done += hash_len, i++) {
        memcpy(text, t, previous);
        if (item->info_len > 0) {
            memcpy(text + previous, item->info, item->info_len);
        }
        text[previous + item->info_len] = i;
        hmac(prk, hash_len, text, previous + item->info_len + 1, t);
        previous = hash_len;
        size_t left = item->out_len - done;
        memcpy(item->out + done, t, left < hash_len ? left : hash_len);
    }
    free(text);
}

void oracle_hmac_sha256(const sealane_hmac_item *item) {
    hmac_sha256(item->key, item->key_len, item->in, item->len, item->out);
}

void oracle_hmac_sha512(const sealane_hmac_item *item) {
    hmac_sha512(item->key, item->key_len, item->in, item->len, item->out);
}

void oracle_hkdf_sha256(const sealane_hkdf_item *item) {
    hkdf(hmac_sha256, 32, item);
}

void oracle_hkdf_sha512(const sealane_hkdf_item *item) {
    hkdf(hmac_sha512, 64, item);
}

int oracle_box_share(sealane_box_key *key, const uint8_t public_key[32], const uint8_t secret_key[32]) {
    memset(key, 0, sizeof *key);
    return crypto_box_beforenm(key->opaque, public_key, secret_key) == 0;
}

int oracle_box_seal(const sealane_box_seal_item *item) {
    if (crypto_box_easy(item->out, readable(item->in), item->len, item->nonce, item->public_key, item->secret_key) != 0) {
        memset(item->out, 0, item->len + SEALANE_BOX_TAG_BYTES);
        return 0;
    }
    return 1;
}

int oracle_box_open(const sealane_box_open_item *item) {
    return crypto_box_open_easy(writable(item->out), item->in, item->len + SEALANE_BOX_TAG_BYTES, item->nonce, item->public_key,
                                item->secret_key) == 0;
}

int oracle_sealed_box_seal(const sealane_sealed_box_seal_item *item) {
    return crypto_box_seal(item->out, readable(item->in), item->len, item->public_key) == 0;
}

int oracle_sealed_box_open(const sealane_sealed_box_open_item *item) {
    return crypto_box_seal_open(writable(item->out), item->in, item->len + SEALANE_SEALED_BOX_BYTES, item->public_key,
                                item->secret_key) == 0;
}

/* out = n mod L, n of 64 bytes. */
static void reduce(uint8_t out[32], const uint8_t n[64]) {
    crypto_core_ed25519_scalar_reduce(out, n);
}

/* out = SHA-512(dom2 || R || A || PH(message)) mod L: RFC 8032, section 5.1.7; dom2 is empty but for Ed25519ph. */
static void challenge(unsigned flags, const uint8_t R[32], const uint8_t A[32], const uint8_t *message, size_t len,
                      uint8_t out[32]) {
    static const uint8_t dom2[34] = {'S', 'i', 'g', 'E', 'd', '2', '5', '5', '1', '9', ' ', 'n', 'o', ' ', 'E', 'd', '2',
                                     '5', '5', '1', '9', ' ', 'c', 'o', 'l', 'l', 'i', 's', 'i', 'o', 'n', 's', 1,   0};
    crypto_hash_sha512_state state;
    uint8_t hash[64];
    crypto_hash_sha512_init(&state);
    if (flags & SEALANE_ED25519_PREHASHED) {
        crypto_hash_sha512(hash, message, len);
        message = hash;
        len = sizeof hash;
        crypto_hash_sha512_update(&state, dom2, sizeof dom2);
    }
    crypto_hash_sha512_update(&state, R, 32);
    crypto_hash_sha512_update(&state, A, 32);
    crypto_hash_sha512_update(&state, message, len);
    crypto_hash_sha512_final(&state, hash);
    reduce(out, hash);
}

void oracle_ed25519_sign_torsion(unsigned flags, const uint8_t seed[32], unsigned torsion_A, unsigned torsion_R,
                                 const uint8_t *message, size_t len, uint8_t public_key[32], uint8_t signature[64]) {
    uint8_t wide[64];
    uint8_t a[32];
    uint8_t r[32];
    uint8_t h[32];
    uint8_t ha[32];
    crypto_hash_sha512(wide, seed, 32);
    reduce(a, wide);
    crypto_hash_sha512(wide, wide, sizeof wide);
    reduce(r, wide);
    must(crypto_scalarmult_ed25519_base_noclamp(public_key, a) == 0);
    must(crypto_core_ed25519_add(public_key, public_key, oracle_torsion[torsion_A % 8]) == 0);
    must(crypto_scalarmult_ed25519_base_noclamp(signature, r) == 0);
    must(crypto_core_ed25519_add(signature, signature, oracle_torsion[torsion_R % 8]) == 0);
    challenge(flags, signature, public_key, message, len, h);
    crypto_core_ed25519_scalar_mul(ha, h, a);
    crypto_core_ed25519_scalar_add(signature + 32, r, ha);
}

void oracle_ed25519_keypair(const sealane_ed25519_keypair_item *item) {
    must(crypto_sign_seed_keypair(item->public_key, item->secret_key, item->seed) == 0);
}

void oracle_ed25519_sign(unsigned flags, const uint8_t secret_key[64], const uint8_t *message, size_t len,
                         uint8_t signature[64]) {
    if (flags & SEALANE_ED25519_PREHASHED) {
        crypto_sign_ed25519ph_state state;
        crypto_sign_ed25519ph_init(&state);
        crypto_sign_ed25519ph_update(&state, readable(message), len);
        must(crypto_sign_ed25519ph_final_create(&state, signature, NULL, secret_key) == 0);
    } else {
        must(crypto_sign_detached(signature, NULL, readable(message), len, secret_key) == 0);
    }
}

/* out = 8 P, P's y taken mod p; 0 where P is not on the curve. */
static int eight_times(uint8_t out[32], const uint8_t P[32]) {
    return crypto_core_ed25519_add(out, P, P) == 0 && crypto_core_ed25519_add(out, out, out) == 0 &&
           crypto_core_ed25519_add(out, out, out) == 0;
}

static int below(const uint8_t a[32], const uint8_t b[32]) {
    int i = 31;
    while (i > 0 && a[i] == b[i]) {
        i--;
    }
    return a[i] < b[i];
}

/* What both rules ask of A; A8 = 8 A then. */
static int key_times_eight(uint8_t A8[32], const uint8_t A[32]) {
    static const uint8_t p[32] = {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
    uint8_t y[32];
    memcpy(y, A, 32);
    y[31] &= 0x7f;
    return below(y, p) && eight_times(A8, A) && !bytes_equal(A8, oracle_torsion[0], 32);
}

int oracle_ed25519_key(const uint8_t public_key[32]) {
    uint8_t A8[32];
    return key_times_eight(A8, public_key);
}

/*
 * The cofactored rule by libsodium's own group operations: 8 R + h (8 A) = (8 S) B. Multiplied by 8 first, all points are in
 * the subgroup of order L, which crypto_scalarmult_ed25519_noclamp asks for.
 */
static int verify_cofactored(unsigned flags, const uint8_t A[32], const uint8_t signature[64], const uint8_t *message,
                             size_t len) {
    static const uint8_t eight[32] = {8};
    const uint8_t *R = signature;
    const uint8_t *S = signature + 32;
    uint8_t A8[32];
    uint8_t R8[32];
    uint8_t h[32];
    uint8_t left[32];
    uint8_t right[32];
    if (!below(S, oracle_order) || !key_times_eight(A8, A) || !eight_times(R8, R) || bytes_equal(R8, oracle_torsion[0], 32)) {
        return 0;
    }
    challenge(flags, R, A, message, len, h);
    must(crypto_scalarmult_ed25519_noclamp(left, h, A8) == 0); /* fails for h = 0 alone, which no hash is known to give */
    must(crypto_core_ed25519_add(left, left, R8) == 0);
    if (bytes_zero(S, 32)) {
        memcpy(right, oracle_torsion[0], 32);
    } else {
        crypto_core_ed25519_scalar_mul(right, S, eight);
        must(crypto_scalarmult_ed25519_base_noclamp(right, right) == 0);
    }
    return bytes_equal(left, right, 32);
}

int oracle_ed25519_verify(unsigned flags, const uint8_t public_key[32], const uint8_t signature[64], const uint8_t *message,
                          size_t len) {
    if (flags & SEALANE_ED25519_COFACTORED) {
        return verify_cofactored(flags, public_key, signature, message, len);
    }
    if (flags & SEALANE_ED25519_PREHASHED) {
        crypto_sign_ed25519ph_state state;
        crypto_sign_ed25519ph_init(&state);
        crypto_sign_ed25519ph_update(&state, message, len);
        return crypto_sign_ed25519ph_final_verify(&state, signature, public_key) == 0;
    }
    return crypto_sign_verify_detached(signature, message, len, public_key) == 0;
}

#else

static int is_ok(sealane_status status) {
    REQUIRE(NULL, status == SEALANE_OK || status == SEALANE_EVERIFY);
    return status == SEALANE_OK;
}

static const void *portable(kernel_family family) {
    return sealane_registry_choose(family, 0)->ops;
}

void oracle_aead_seal(sealane_aead algorithm, const sealane_aead_seal_item *item) {
    must(is_ok(sealane_aead_seal_batch_with(portable_aead(algorithm), algorithm, item, 1)));
}

int oracle_aead_open(sealane_aead algorithm, const sealane_aead_open_item *item) {
    return is_ok(sealane_aead_open_batch_with(portable_aead(algorithm), algorithm, item, 1, NULL));
}

int oracle_x25519(const sealane_x25519_item *item) {
    return is_ok(sealane_x25519_batch_with(portable(FAMILY_X25519), item, 1, NULL));
}

void oracle_x25519_base(const sealane_x25519_base_item *item) {
    must(is_ok(sealane_x25519_base_batch_with(portable(FAMILY_X25519), item, 1)));
}

void oracle_sha256(const sealane_hash_item *item) {
    must(is_ok(sealane_sha256_batch_with(portable(FAMILY_SHA256), item, 1)));
}

void oracle_sha512(const sealane_hash_item *item) {
    must(is_ok(sealane_sha512_batch_with(portable(FAMILY_SHA512), item, 1)));
}

void oracle_hmac_sha256(const sealane_hmac_item *item) {
    must(is_ok(sealane_hmac_sha256_batch_with(portable(FAMILY_SHA256), item, 1)));
}

void oracle_hmac_sha512(const sealane_hmac_item *item) {
    must(is_ok(sealane_hmac_sha512_batch_with(portable(FAMILY_SHA512), item, 1)));
}

void oracle_hkdf_sha256(const sealane_hkdf_item *item) {
    must(is_ok(sealane_hkdf_sha256_batch_with(portable(FAMILY_SHA256), item, 1)));
}

void oracle_hkdf_sha512(const sealane_hkdf_item *item) {
    must(is_ok(sealane_hkdf_sha512_batch_with(portable(FAMILY_SHA512), item, 1)));
}

static box_kernels portable_box(void) {
    return (box_kernels){portable(FAMILY_X25519), portable(FAMILY_XSALSA20_POLY1305)};
}

int oracle_box_share(sealane_box_key *key, const uint8_t public_key[32], const uint8_t secret_key[32]) {
    box_kernels kernels = portable_box();
    return is_ok(sealane_box_prepare_batch_with(&kernels, &(sealane_box_prepare_item){public_key, secret_key, key}, 1, NULL));
}

int oracle_box_seal(const sealane_box_seal_item *item) {
    box_kernels kernels = portable_box();
    return is_ok(sealane_box_seal_batch_with(&kernels, item, 1, NULL));
}

int oracle_box_open(const sealane_box_open_item *item) {
    box_kernels kernels = portable_box();
    return is_ok(sealane_box_open_batch_with(&kernels, item, 1, NULL));
}

int oracle_sealed_box_seal(const sealane_sealed_box_seal_item *item) {
    box_kernels kernels = portable_box();
    return is_ok(sealane_sealed_box_seal_batch_with(&kernels, item, 1, NULL));
}

int oracle_sealed_box_open(const sealane_sealed_box_open_item *item) {
    box_kernels kernels = portable_box();
    return is_ok(sealane_sealed_box_open_batch_with(&kernels, item, 1, NULL));
}

/* The message as the library takes it: hashed to 64 bytes where flags ask for it. */
static const uint8_t *prehash(unsigned flags, const uint8_t *message, size_t *len, uint8_t hash[64]) {
    if ((flags & SEALANE_ED25519_PREHASHED) == 0) {
        return message;
    }
    oracle_sha512(&(sealane_hash_item){message, *len, hash});
    *len = 64;
    return hash;
}

void oracle_ed25519_sign_torsion(unsigned flags, const uint8_t seed[32], unsigned torsion_A, unsigned torsion_R,
                                 const uint8_t *message, size_t len, uint8_t public_key[32], uint8_t signature[64]) {
    (void)torsion_A;
    (void)torsion_R;
    uint8_t secret_key[64];
    oracle_ed25519_keypair(&(sealane_ed25519_keypair_item){seed, public_key, secret_key});
    oracle_ed25519_sign(flags, secret_key, message, len, signature);
}

void oracle_ed25519_keypair(const sealane_ed25519_keypair_item *item) {
    must(is_ok(sealane_ed25519_keypair_batch_with(portable(FAMILY_ED25519), portable(FAMILY_SHA512), item, 1)));
}

void oracle_ed25519_sign(unsigned flags, const uint8_t secret_key[64], const uint8_t *message, size_t len,
                         uint8_t signature[64]) {
    uint8_t hashed[64];
    message = prehash(flags, message, &len, hashed);
    sealane_ed25519_sign_item item = {secret_key, message, len, signature};
    must(is_ok(sealane_ed25519_sign_batch_with(portable(FAMILY_ED25519), portable(FAMILY_SHA512),
                                               flags & SEALANE_ED25519_PREHASHED, &item, 1)));
}

int oracle_ed25519_key(const uint8_t public_key[32]) {
    sealane_ed25519_key key;
    return is_ok(sealane_ed25519_key_prepare_with(portable(FAMILY_ED25519), &key, public_key));
}

int oracle_ed25519_verify(unsigned flags, const uint8_t public_key[32], const uint8_t signature[64], const uint8_t *message,
                          size_t len) {
    uint8_t hashed[64];
    message = prehash(flags, message, &len, hashed);
    sealane_ed25519_item item = {public_key, NULL, signature, message, len};
    return is_ok(sealane_ed25519_verify_batch_with(portable(FAMILY_ED25519), portable(FAMILY_SHA512), flags, &item, 1, NULL));
}

#endif
