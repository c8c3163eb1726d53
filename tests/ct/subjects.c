/* SPDX-License-Identifier: ISC */
#include "tests/ct/subjects.h"

#include <stdio.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/dispatch/cpu.h"
#include "sealane/sealane.h"
#include "tests/support/rng.h"
#include "tests/support/serve.h"

#define BIT(family) (1U << (unsigned)(family))
#define X25519_ALIKE BIT(FAMILY_X25519)
#define ED25519_ALIKE BIT(FAMILY_ED25519)
#define SHA256_ALIKE BIT(FAMILY_SHA256)
#define SHA512_ALIKE BIT(FAMILY_SHA512)

enum { ITEMS_MAX = 64 };

static const struct {
    kernel_family family;
    sealane_aead algorithm;
} aeads[] = {
    {FAMILY_CHACHA20_POLY1305, SEALANE_CHACHA20_POLY1305},
    {FAMILY_XCHACHA20_POLY1305, SEALANE_XCHACHA20_POLY1305},
    {FAMILY_XSALSA20_POLY1305, SEALANE_XSALSA20_POLY1305},
    {FAMILY_AES128_GCM, SEALANE_AES128_GCM},
    {FAMILY_AES256_GCM, SEALANE_AES256_GCM},
    {FAMILY_AEGIS128L, SEALANE_AEGIS128L},
    {FAMILY_AEGIS256, SEALANE_AEGIS256},
    {FAMILY_XCHACHA20_POLY1305_SECRETBOX, SEALANE_XCHACHA20_POLY1305_SECRETBOX},
};
#define SECRETBOXES (BIT(FAMILY_XSALSA20_POLY1305) | BIT(FAMILY_XCHACHA20_POLY1305_SECRETBOX))
#define AEADS                                                                                                                  \
    (BIT(FAMILY_CHACHA20_POLY1305) | BIT(FAMILY_XCHACHA20_POLY1305) | SECRETBOXES | BIT(FAMILY_AES128_GCM) |                   \
     BIT(FAMILY_AES256_GCM) | BIT(FAMILY_AEGIS128L) | BIT(FAMILY_AEGIS256))

static sealane_aead algorithm_of(kernel_family family) {
    size_t i = 0;
    while (aeads[i].family != family) {
        i++;
    }
    return aeads[i].algorithm;
}

static size_t length_of(size_t i, size_t size) {
    static const size_t mixed[] = {0, 64, 1, 256, 100, 15, 500, 17};
    return size != 0 ? size : mixed[i % (sizeof mixed / sizeof mixed[0])];
}

/* Items over the memory: keys, then plaintexts in secret; nonces, then associated data in public; ciphertexts in the upper half
   of public when they are to be opened. */
enum {
    KEYS = 0,
    PLAINTEXTS = ITEMS_MAX * 32,
    NONCES = 0,
    AD = ITEMS_MAX * 32,
    AD_BYTES = 13,
    TAGS = 8192,
    CIPHERTEXTS = 16384
};

static void aead_items(ct_memory *m, sealane_aead_seal_item items[], size_t n, size_t size, kernel_family family) {
    for (size_t i = 0, at = 0; i < n; i++) {
        const size_t len = length_of(i, size);
        items[i] = (sealane_aead_seal_item){.key = m->secret + KEYS + 32 * i,
                                            .nonce = m->public + NONCES + 32 * i,
                                            .ad = m->public + AD,
                                            .ad_len = (SECRETBOXES & BIT(family)) != 0 ? 0 : AD_BYTES,
                                            .in = m->secret + PLAINTEXTS + at,
                                            .len = len,
                                            .out = m->out + CIPHERTEXTS + at,
                                            .tag = m->out + TAGS + 32 * i};
        at += len;
    }
}

static void seal(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_aead_seal_item items[ITEMS_MAX];
    aead_items(m, items, n, size, family);
    m->failed |= sealane_aead_seal_batch(algorithm_of(family), items, n) != SEALANE_OK;
}

/* All under the first key, set up once. */
static void seal_prepared(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_aead_seal_item items[ITEMS_MAX];
    sealane_aead_prepared prepared;
    aead_items(m, items, n, size, family);
    for (size_t i = 0; i < n; i++) {
        items[i].key = NULL;
    }
    m->failed |= sealane_aead_prepare(&prepared, algorithm_of(family), m->secret + KEYS) != SEALANE_OK;
    m->failed |= sealane_aead_seal_prepared_batch(&prepared, items, n) != SEALANE_OK;
    sealane_aead_prepared_wipe(&prepared);
}

/* One key, which the items point to: the library sets it up by itself. */
static void seal_one_key(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_aead_seal_item items[ITEMS_MAX];
    aead_items(m, items, n, size, family);
    for (size_t i = 0; i < n; i++) {
        items[i].key = m->secret + KEYS;
    }
    m->failed |= sealane_aead_seal_batch(algorithm_of(family), items, n) != SEALANE_OK;
}

/* Ciphertexts and tags of the secrets go to public, at the same places. */
static void prepare_open(ct_memory *m, size_t n, size_t size, kernel_family family) {
    seal(m, n, size, family);
    memcpy(m->public + TAGS, m->out + TAGS, CT_PUBLIC_BYTES - TAGS);
}

static void prepare_open_one_key(ct_memory *m, size_t n, size_t size, kernel_family family) {
    seal_one_key(m, n, size, family);
    memcpy(m->public + TAGS, m->out + TAGS, CT_PUBLIC_BYTES - TAGS);
}

static void aead_opens(ct_memory *m, sealane_aead_open_item opens[], size_t n, size_t size, kernel_family family) {
    static sealane_aead_seal_item items[ITEMS_MAX];
    aead_items(m, items, n, size, family);
    for (size_t i = 0; i < n; i++) {
        const ptrdiff_t at = items[i].out - m->out;
        opens[i] = (sealane_aead_open_item){.key = items[i].key,
                                            .nonce = items[i].nonce,
                                            .ad = items[i].ad,
                                            .ad_len = items[i].ad_len,
                                            .in = m->public + at,
                                            .len = items[i].len,
                                            .out = items[i].out,
                                            .tag = m->public + TAGS + 32 * i};
    }
}

static void open_items(ct_memory *m, size_t n, size_t size, kernel_family family, sealane_status expected) {
    static sealane_aead_open_item opens[ITEMS_MAX];
    aead_opens(m, opens, n, size, family);
    m->failed |= sealane_aead_open_batch(algorithm_of(family), opens, n, NULL) != expected;
}

static void open_good(ct_memory *m, size_t n, size_t size, kernel_family family) {
    open_items(m, n, size, family, SEALANE_OK);
}

/* Tags with one byte that is wrong: which one varies with the secret, and must not show. */
static void prepare_forged(ct_memory *m, size_t n, size_t size, kernel_family family) {
    const size_t bytes = sealane_aead_tag_bytes(algorithm_of(family));
    prepare_open(m, n, size, family);
    for (size_t i = 0; i < n; i++) {
        m->public[TAGS + 32 * i + (m->secret[0] + i * m->secret[1]) % bytes] ^= 1;
    }
}

static void open_forged(ct_memory *m, size_t n, size_t size, kernel_family family) {
    open_items(m, n, size, family, SEALANE_EVERIFY);
}

static void open_prepared(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_aead_open_item opens[ITEMS_MAX];
    sealane_aead_prepared prepared;
    aead_opens(m, opens, n, size, family);
    for (size_t i = 0; i < n; i++) {
        opens[i].key = NULL;
    }
    m->failed |= sealane_aead_prepare(&prepared, algorithm_of(family), m->secret + KEYS) != SEALANE_OK;
    m->failed |= sealane_aead_open_prepared_batch(&prepared, opens, n, NULL) != SEALANE_OK;
    sealane_aead_prepared_wipe(&prepared);
}

static void open_one_key(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_aead_open_item opens[ITEMS_MAX];
    aead_opens(m, opens, n, size, family);
    for (size_t i = 0; i < n; i++) {
        opens[i].key = m->secret + KEYS;
    }
    m->failed |= sealane_aead_open_batch(algorithm_of(family), opens, n, NULL) != SEALANE_OK;
}

static void x25519_items(ct_memory *m, sealane_x25519_item items[], size_t n) {
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_x25519_item){m->secret + 64 * i, m->secret + 64 * i + 32, m->out + 32 * i};
    }
}

static void x25519(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_x25519_item items[ITEMS_MAX];
    (void)size, (void)family;
    x25519_items(m, items, n);
    m->failed |= sealane_x25519_batch(items, n, NULL) != SEALANE_OK;
}

/* The kernel by itself, without the branch on the verdict. */
static void x25519_kernel(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_x25519_item items[ITEMS_MAX];
    (void)size, (void)family;
    x25519_items(m, items, n);
    const x25519_ops *ops = dispatch_x25519();
    for (size_t i = 0; i < n;) {
        const size_t step = n - i < ops->lanes ? n - i : ops->lanes;
        ops->mult(items + i, step, m->out + 32 * n + i);
        i += step;
    }
}

static void x25519_base(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_x25519_base_item items[ITEMS_MAX];
    (void)size, (void)family;
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_x25519_base_item){m->secret + 32 * i, m->out + 32 * i};
    }
    m->failed |= sealane_x25519_base_batch(items, n) != SEALANE_OK;
}

static void sign(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_ed25519_sign_item items[ITEMS_MAX];
    (void)family;
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_ed25519_sign_item){m->secret + 64 * i, m->secret + PLAINTEXTS * 2 + 512 * i, length_of(i, size),
                                               m->out + 64 * i};
    }
    m->failed |= sealane_ed25519_sign_batch(0, items, n) != SEALANE_OK;
}

static void keypair(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_ed25519_keypair_item items[ITEMS_MAX];
    (void)size, (void)family;
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_ed25519_keypair_item){m->secret + 32 * i, m->out + 96 * i, m->out + 96 * i + 32};
    }
    m->failed |= sealane_ed25519_keypair_batch(items, n) != SEALANE_OK;
}

static void hash(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_hash_item items[ITEMS_MAX];
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_hash_item){m->secret + 512 * i, length_of(i, size), m->out + 64 * i};
    }
    m->failed |= (family == FAMILY_SHA256 ? sealane_sha256_batch : sealane_sha512_batch)(items, n) != SEALANE_OK;
}

static void hmac(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_hmac_item items[ITEMS_MAX];
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_hmac_item){m->secret + 1024 * i, i % 4 == 3 ? 200 : 32, m->secret + 1024 * i + 256,
                                       length_of(i, size), m->out + 64 * i};
    }
    m->failed |= (family == FAMILY_SHA256 ? sealane_hmac_sha256_batch : sealane_hmac_sha512_batch)(items, n) != SEALANE_OK;
}

static void hkdf(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_hkdf_item items[ITEMS_MAX];
    (void)size;
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_hkdf_item){m->secret + 64 * i, 32, m->secret + 64 * i + 32, 32,
                                       m->public,          11, m->out + 128 * i,        i % 3 == 2 ? 100 : 64};
    }
    m->failed |= (family == FAMILY_SHA256 ? sealane_hkdf_sha256_batch : sealane_hkdf_sha512_batch)(items, n) != SEALANE_OK;
}

/* Peers' public keys lie in public, so that every agreement is good, and what is to be opened behind them. */
enum { PEERS = 2048, PUBLIC_KEYS = 4096, BOXED = 8192, BOXED_BYTES = 1024 };

static void make_public_keys(ct_memory *m, size_t n, const uint8_t *secrets) {
    static sealane_x25519_base_item items[ITEMS_MAX];
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_x25519_base_item){secrets + 32 * i, m->public + PUBLIC_KEYS + 32 * i};
    }
    m->failed |= sealane_x25519_base_batch(items, n) != SEALANE_OK;
}

/* Those that one sends to: the same for all secrets. */
static void prepare_box(ct_memory *m, size_t n, size_t size, kernel_family family) {
    (void)size, (void)family;
    make_public_keys(m, n, m->public + PEERS);
}

/* Those of who opens what was sent to them. */
static uint8_t *receivers(ct_memory *m) {
    return m->secret + CT_SECRET_BYTES - 32 * ITEMS_MAX;
}

/* And what `make` makes for them, to be opened. */
static void prepare_boxed(ct_memory *m, size_t n, size_t size, kernel_family family,
                          void (*make)(ct_memory *m, size_t n, size_t size, kernel_family family)) {
    make_public_keys(m, n, receivers(m));
    make(m, n, size, family);
    memcpy(m->public + BOXED, m->out, n * BOXED_BYTES);
}

static void box_items(ct_memory *m, sealane_box_seal_item items[], size_t n, size_t size) {
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_box_seal_item){.public_key = m->public + PUBLIC_KEYS + 32 * i,
                                           .secret_key = m->secret + 32 * i,
                                           .nonce = m->public + 32 * i,
                                           .in = m->secret + PLAINTEXTS + 512 * i,
                                           .len = length_of(i, size),
                                           .out = m->out + BOXED_BYTES * i};
    }
}

static void box_opens(ct_memory *m, sealane_box_open_item items[], size_t n, size_t size) {
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_box_open_item){.public_key = m->public + PUBLIC_KEYS + 32 * i,
                                           .secret_key = m->secret + 32 * i,
                                           .nonce = m->public + 32 * i,
                                           .in = m->public + BOXED + BOXED_BYTES * i,
                                           .len = length_of(i, size),
                                           .out = m->out + BOXED_BYTES * i};
    }
}

static void box(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_box_seal_item items[ITEMS_MAX];
    (void)family;
    box_items(m, items, n, size);
    m->failed |= sealane_box_seal_batch(items, n, NULL) != SEALANE_OK;
}

static void prepare_open_box(ct_memory *m, size_t n, size_t size, kernel_family family) {
    prepare_boxed(m, n, size, family, box);
}

static void open_box(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_box_open_item items[ITEMS_MAX];
    (void)family;
    box_opens(m, items, n, size);
    m->failed |= sealane_box_open_batch(items, n, NULL) != SEALANE_OK;
}

/* Shared keys that are made once, for two boxes each. */
static void box_prepared(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_box_seal_item items[ITEMS_MAX];
    static sealane_box_prepare_item prepare[ITEMS_MAX];
    sealane_box_key keys[ITEMS_MAX];
    (void)family;
    box_items(m, items, n, size);
    for (size_t i = 0; i < n; i++) {
        prepare[i] = (sealane_box_prepare_item){items[i].public_key, items[i].secret_key, &keys[i]};
        items[i].prepared = &keys[i];
    }
    m->failed |= sealane_box_prepare_batch(prepare, n, NULL) != SEALANE_OK;
    m->failed |= sealane_box_seal_batch(items, n, NULL) != SEALANE_OK;
    for (size_t i = 0; i < n; i++) {
        sealane_box_key_wipe(&keys[i]);
    }
}

/* The same by a cache, of fewer keys than there are. */
static void box_cached(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_box_seal_item items[ITEMS_MAX];
    sealane_box_keys *keys;
    uint8_t memory[SEALANE_BOX_KEYS_BYTES(4)];
    (void)family;
    box_items(m, items, n, size);
    m->failed |= sealane_box_keys_init(&keys, memory, sizeof memory, m->secret) != SEALANE_OK;
    m->failed |= sealane_box_keys_seal_batch(keys, items, n, NULL) != SEALANE_OK;
    m->failed |= sealane_box_keys_seal_batch(keys, items, 1, NULL) != SEALANE_OK;
    sealane_box_keys_wipe(keys);
}

static void sealed_box(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_sealed_box_seal_item items[ITEMS_MAX];
    (void)family;
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_sealed_box_seal_item){.public_key = m->public + PUBLIC_KEYS + 32 * i,
                                                  .in = m->secret + PLAINTEXTS + 512 * i,
                                                  .len = length_of(i, size),
                                                  .out = m->out + BOXED_BYTES * i};
    }
    m->failed |= sealane_sealed_box_seal_batch(items, n, NULL) != SEALANE_OK;
}

static void prepare_open_sealed_box(ct_memory *m, size_t n, size_t size, kernel_family family) {
    prepare_boxed(m, n, size, family, sealed_box);
}

static void open_sealed_box(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_sealed_box_open_item items[ITEMS_MAX];
    (void)family;
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_sealed_box_open_item){.public_key = m->public + PUBLIC_KEYS + 32 * i,
                                                  .secret_key = receivers(m) + 32 * i,
                                                  .in = m->public + BOXED + BOXED_BYTES * i,
                                                  .len = length_of(i, size),
                                                  .out = m->out + BOXED_BYTES * i};
    }
    m->failed |= sealane_sealed_box_open_batch(items, n, NULL) != SEALANE_OK;
}

/* enc, then the ciphertext. */
static void hpke_seal(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_hpke_seal_item items[ITEMS_MAX];
    (void)family;
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_hpke_seal_item){.public_key = m->public + PUBLIC_KEYS + 32 * i,
                                            .info = m->public,
                                            .info_len = 11,
                                            .ad = m->public,
                                            .ad_len = AD_BYTES,
                                            .in = m->secret + PLAINTEXTS + 512 * i,
                                            .len = length_of(i, size),
                                            .enc = m->out + BOXED_BYTES * i,
                                            .out = m->out + BOXED_BYTES * i + 32};
    }
    m->failed |= sealane_hpke_seal_batch(SEALANE_CHACHA20_POLY1305, items, n, NULL) != SEALANE_OK;
}

static void prepare_hpke_open(ct_memory *m, size_t n, size_t size, kernel_family family) {
    prepare_boxed(m, n, size, family, hpke_seal);
}

static void hpke_open(ct_memory *m, size_t n, size_t size, kernel_family family) {
    static sealane_hpke_open_item items[ITEMS_MAX];
    (void)family;
    for (size_t i = 0; i < n; i++) {
        items[i] = (sealane_hpke_open_item){.public_key = m->public + PUBLIC_KEYS + 32 * i,
                                            .secret_key = receivers(m) + 32 * i,
                                            .info = m->public,
                                            .info_len = 11,
                                            .ad = m->public,
                                            .ad_len = AD_BYTES,
                                            .enc = m->public + BOXED + BOXED_BYTES * i,
                                            .in = m->public + BOXED + BOXED_BYTES * i + 32,
                                            .len = length_of(i, size),
                                            .out = m->out + BOXED_BYTES * i};
    }
    m->failed |= sealane_hpke_open_batch(SEALANE_CHACHA20_POLY1305, items, n, NULL) != SEALANE_OK;
}

/* Planted leaks, each of a kind that compilers and authors have made. Bytes of the secret are read through volatile, so that
   what is written here is what is compiled. */
static void leak_branch(ct_memory *m, size_t n, size_t size, kernel_family family) {
    (void)n, (void)size, (void)family;
    const volatile uint8_t *secret = m->secret;
    for (size_t i = 0; i < 64; i++) {
        if (secret[i] & 1) {
            ((volatile uint8_t *)m->out)[i] = 1;
        }
    }
}

static void leak_index(ct_memory *m, size_t n, size_t size, kernel_family family) {
    (void)n, (void)size, (void)family;
    const volatile uint8_t *secret = m->secret, *table = m->public;
    for (size_t i = 0; i < 64; i++) {
        m->out[i] = table[secret[i]];
    }
}

/* Lookups in gathers, where the CPU has AVX2. */
#if defined(__x86_64__)
static __attribute__((target("avx2"))) void gather(ct_memory *m) {
    long long table[256];
    __m256i secrets[16], found[16];
    memcpy(table, m->public, sizeof table);
    memcpy(secrets, m->secret, sizeof secrets);
    for (size_t i = 0; i < 16; i++) {
        found[i] = _mm256_i64gather_epi64(table, _mm256_and_si256(secrets[i], _mm256_set1_epi64x(255)), 8);
    }
    memcpy(m->out, found, sizeof found);
}
#endif

static void leak_gather(ct_memory *m, size_t n, size_t size, kernel_family family) {
#if defined(__x86_64__)
    if (sealane_cpu_found() & CPU_AVX2) {
        gather(m);
        return;
    }
#endif
    leak_index(m, n, size, family);
}

static void leak_division(ct_memory *m, size_t n, size_t size, kernel_family family) {
    (void)n, (void)size, (void)family;
    const volatile uint8_t *secret = m->secret, *divisor = m->public;
    for (size_t i = 0; i < 64; i++) {
        m->out[i] = (uint8_t)((secret[i] + 256U) / (divisor[0] + 1U));
    }
}

static void leak_early_exit(ct_memory *m, size_t n, size_t size, kernel_family family) {
    (void)n, (void)size, (void)family;
    const volatile uint8_t *secret = m->secret, *given = m->public;
    size_t i = 0;
    while (i < 64 && ((secret[i] ^ given[i]) & 3) == 0) {
        i++;
    }
    m->out[0] = (uint8_t)i;
}

const ct_subject ct_subjects[] = {
    {"planted leak: branch", CT_LEAKS, 0, 0, 0, NULL, leak_branch, 0},
    {"planted leak: index", CT_LEAKS, 0, 0, 0, NULL, leak_index, 0},
    {"planted leak: gather", CT_LEAKS, 0, 0, 0, NULL, leak_gather, 0},
    {"planted leak: division", CT_LEAKS, 0, 0, 0, NULL, leak_division, 0},
    {"planted leak: early exit", CT_LEAKS, 0, 0, 0, NULL, leak_early_exit, 0},
    {"seal", CT_PLAIN, AEADS, 1, 64, NULL, seal, 1},
    {"seal", CT_PLAIN, AEADS, 1, 1000, NULL, seal, 1},
    {"seal", CT_PLAIN, AEADS, 1, 9000, NULL, seal, 1},
    {"seal", CT_PLAIN, AEADS, 64, 64, NULL, seal, 1},
    {"seal", CT_PLAIN, AEADS, 21, 0, NULL, seal, 1},
    {"open", CT_VERDICT, AEADS, 1, 64, prepare_open, open_good, 0},
    {"open", CT_VERDICT, AEADS, 1, 1000, prepare_open, open_good, 0},
    {"open", CT_VERDICT, AEADS, 1, 9000, prepare_open, open_good, 0},
    {"open", CT_VERDICT, AEADS, 64, 64, prepare_open, open_good, 0},
    {"open", CT_VERDICT, AEADS, 21, 0, prepare_open, open_good, 0},
    {"seal, prepared key", CT_PLAIN, AEADS, 3, 0, NULL, seal_prepared, 1},
    {"seal, one key", CT_PLAIN, AEADS, 3, 0, NULL, seal_one_key, 1},
    {"open, prepared key", CT_VERDICT, AEADS, 3, 0, prepare_open_one_key, open_prepared, 0},
    {"open, one key", CT_VERDICT, AEADS, 3, 0, prepare_open_one_key, open_one_key, 0},
    {"open a forgery", CT_VERDICT, AEADS, 1, 200, prepare_forged, open_forged, 0},
    {"open forgeries", CT_VERDICT, AEADS, 21, 0, prepare_forged, open_forged, 0},
    {"X25519", CT_VERDICT, X25519_ALIKE, 1, 0, NULL, x25519, 0},
    {"X25519", CT_VERDICT, X25519_ALIKE, 3, 0, NULL, x25519, 0},
    {"X25519 kernel", CT_PLAIN, X25519_ALIKE, 1, 0, NULL, x25519_kernel, 0},
    {"X25519 kernel", CT_PLAIN, X25519_ALIKE, 9, 0, NULL, x25519_kernel, 0},
    {"X25519 base point", CT_PLAIN, X25519_ALIKE, 1, 0, NULL, x25519_base, 1},
    {"X25519 base point", CT_PLAIN, X25519_ALIKE, 9, 0, NULL, x25519_base, 1},
    {"Ed25519 sign", CT_PLAIN, ED25519_ALIKE, 1, 100, NULL, sign, 1},
    {"Ed25519 sign", CT_PLAIN, ED25519_ALIKE, 9, 0, NULL, sign, 1},
    {"Ed25519 key pair", CT_PLAIN, ED25519_ALIKE, 1, 0, NULL, keypair, 1},
    {"Ed25519 key pair", CT_PLAIN, ED25519_ALIKE, 9, 0, NULL, keypair, 1},
    {"SHA-2", CT_PLAIN, SHA256_ALIKE | SHA512_ALIKE, 1, 300, NULL, hash, 0},
    {"SHA-2", CT_PLAIN, SHA256_ALIKE | SHA512_ALIKE, 21, 0, NULL, hash, 0},
    {"HMAC", CT_PLAIN, SHA256_ALIKE | SHA512_ALIKE, 1, 300, NULL, hmac, 0},
    {"HMAC", CT_PLAIN, SHA256_ALIKE | SHA512_ALIKE, 21, 0, NULL, hmac, 0},
    {"HKDF", CT_PLAIN, SHA256_ALIKE | SHA512_ALIKE, 1, 0, NULL, hkdf, 0},
    {"HKDF", CT_PLAIN, SHA256_ALIKE | SHA512_ALIKE, 21, 0, NULL, hkdf, 0},
    {"box", CT_VERDICT, X25519_ALIKE, 2, 0, prepare_box, box, 1},
    {"open box", CT_VERDICT, X25519_ALIKE, 2, 0, prepare_open_box, open_box, 0},
    {"box, prepared keys", CT_VERDICT, X25519_ALIKE, 2, 0, prepare_box, box_prepared, 1},
    {"box, cached keys", CT_VERDICT, X25519_ALIKE, 2, 0, prepare_box, box_cached, 1},
    {"sealed box", CT_VERDICT, X25519_ALIKE, 2, 0, prepare_box, sealed_box, 1},
    {"open sealed box", CT_VERDICT, X25519_ALIKE, 2, 0, prepare_open_sealed_box, open_sealed_box, 0},
    {"HPKE seal", CT_VERDICT, X25519_ALIKE, 2, 0, prepare_box, hpke_seal, 1},
    {"HPKE open", CT_VERDICT, X25519_ALIKE, 2, 0, prepare_hpke_open, hpke_open, 0},
};
const size_t ct_subject_count = sizeof ct_subjects / sizeof ct_subjects[0];

void ct_label(const ct_subject *subject, const kernel_row *row, char out[160]) {
    char shape[64] = "";
    if (subject->n != 0) {
        (void)snprintf(shape, sizeof shape, subject->size != 0 ? ", n = %zu of %zu B" : ", n = %zu", subject->n, subject->size);
    }
    (void)snprintf(out, 160, row != NULL ? "%s%s [%s/%s]" : "%s%s", subject->name, shape,
                   row != NULL ? sealane_family_name(row->family) : "", row != NULL ? row->isa : "");
}

void ct_fill(ct_memory *m, uint64_t seed) {
    rng common = rng_make(0), secret = {.state = seed};
    memset(m, 0, sizeof *m);
    rng_fill(&common, m->public, sizeof m->public);
    rng_fill(&secret, m->secret, sizeof m->secret);
}

static int fits(const char *label, const char *only) {
    return only == NULL || strstr(label, only) != NULL;
}

size_t ct_walk(const char *only, int (*visit)(const ct_subject *subject, const char *label, kernel_family family),
               const char *absent) {
    size_t failures = 0;
    char label[160];
    for (size_t s = 0; s < ct_subject_count; s++) {
        const ct_subject *subject = &ct_subjects[s];
        if (subject->families == 0) {
            ct_label(subject, NULL, label);
            failures += fits(label, only) && !visit(subject, label, FAMILY_COUNT);
        }
        for (size_t i = 0; i < sealane_registry_rows; i++) {
            const kernel_row *row = &sealane_registry[i];
            ct_label(subject, row, label);
            if ((subject->families & BIT(row->family)) == 0 || !fits(label, only)) {
                continue;
            }
            if (!serve_kernel(row)) {
                printf("SKIPPED %s: %s\n", label, row->ops == NULL ? "not compiled" : absent);
            } else {
                failures += !visit(subject, label, row->family);
            }
        }
    }
    return failures;
}
