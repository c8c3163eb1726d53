/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes HPKE in base mode: n recipients, sealed by every kernel with given ephemeral keys and compared with RFC 9180 word for
 * word over the oracle's primitives; opened, some of them damaged or under public keys of small order. The public call draws
 * ephemeral keys of its own: what it seals has to open.
 *
 * Input: number of items, AEAD; then each item's keys, info, associated data, contents and damage.
 */
#include <string.h>

#include "core/aead/aead.h"
#include "core/box/hpke.h"
#include "fuzz/input.h"
#include "fuzz/oracle.h"

#define ITEMS_MAX 40U
#define INFO_BYTES_MAX 400U
#define MESSAGE_BYTES_MAX 600U
#define TAG SEALANE_HPKE_TAG_BYTES

enum { DAMAGE_NONE, DAMAGE_ENC, DAMAGE_TEXT, DAMAGE_AD, DAMAGE_INFO, DAMAGE_SMALL_ORDER, DAMAGES };

typedef struct {
    uint8_t ephemeral[32], secret[32];
    uint8_t public[32]; /* of secret, or any bytes */
    uint8_t *info, *ad, *plain;
    size_t info_len, ad_len, len;
    uint8_t enc[32], *sealed; /* the oracle's */
    uint8_t sealed_good;
    sealane_hpke_open_item arrived; /* those, or damaged copies */
    uint8_t opened_good;
} letter;

typedef struct {
    size_t n;
    letter letters[ITEMS_MAX];
} batch;

typedef struct {
    uint8_t bytes[INFO_BYTES_MAX + 256];
    size_t n;
} text;

static void add(text *t, const void *bytes, size_t n) {
    if (n > 0) {
        memcpy(t->bytes + t->n, bytes, n);
    }
    t->n += n;
}

static void extract(uint8_t prk[32], const uint8_t *salt, size_t salt_len, const text *suite, const char *label,
                    const uint8_t *ikm, size_t ikm_len) {
    text t = {.n = 0};
    add(&t, "HPKE-v1", 7);
    add(&t, suite->bytes, suite->n);
    add(&t, label, strlen(label));
    add(&t, ikm, ikm_len);
    oracle_hmac_sha256(&(sealane_hmac_item){salt, salt_len, t.bytes, t.n, prk});
}

static void expand(uint8_t out[32], uint8_t len, const uint8_t prk[32], const text *suite, const char *label,
                   const text *info) {
    text t = {.n = 0};
    add(&t, (const uint8_t[]){0, len}, 2);
    add(&t, "HPKE-v1", 7);
    add(&t, suite->bytes, suite->n);
    add(&t, label, strlen(label));
    add(&t, info->bytes, info->n);
    add(&t, (const uint8_t[]){1}, 1);
    oracle_hmac_sha256(&(sealane_hmac_item){prk, 32, t.bytes, t.n, out});
}

/* Key and nonce of a message under ChaCha20-Poly1305; 0 where the result of Diffie-Hellman is refused. */
static int keys(const uint8_t scalar[32], const uint8_t point[32], const uint8_t enc[32], const uint8_t recipient[32],
                const uint8_t *info, size_t info_len, uint8_t key[32], uint8_t nonce[32]) {
    uint8_t dh[32], prk[32], shared_secret[32], hash[32], secret[32];
    text kem = {.n = 0}, hpke = {.n = 0}, context = {.n = 0};
    int good = oracle_x25519(&(sealane_x25519_item){scalar, point, dh});
    add(&kem, "KEM\x00\x20", 5);
    add(&hpke, "HPKE\x00\x20\x00\x01\x00\x03", 10);
    add(&context, enc, 32);
    add(&context, recipient, 32);
    extract(prk, NULL, 0, &kem, "eae_prk", dh, 32);
    expand(shared_secret, 32, prk, &kem, "shared_secret", &context);
    context.n = 0;
    add(&context, (const uint8_t[]){0}, 1);
    extract(hash, NULL, 0, &hpke, "psk_id_hash", NULL, 0);
    add(&context, hash, 32);
    extract(hash, NULL, 0, &hpke, "info_hash", info, info_len);
    add(&context, hash, 32);
    extract(secret, shared_secret, 32, &hpke, "secret", NULL, 0);
    expand(key, 32, secret, &hpke, "key", &context);
    expand(nonce, 12, secret, &hpke, "base_nonce", &context);
    return good;
}

static uint8_t oracle_seal(letter *l) {
    uint8_t key[32], nonce[32];
    oracle_x25519_base(&(sealane_x25519_base_item){l->ephemeral, l->enc});
    l->sealed = buffer_new(l->len + TAG, 0);
    if (!keys(l->ephemeral, l->public, l->enc, l->public, l->info, l->info_len, key, nonce)) {
        return 0;
    }
    oracle_aead_seal(SEALANE_CHACHA20_POLY1305,
                     &(sealane_aead_seal_item){key, nonce, l->ad, l->ad_len, l->plain, l->len, l->sealed, l->sealed + l->len});
    return 1;
}

static uint8_t oracle_open(const sealane_hpke_open_item *m) {
    uint8_t key[32], nonce[32];
    return keys(m->secret_key, m->enc, m->enc, m->public_key, m->info, m->info_len, key, nonce) &&
           oracle_aead_open(SEALANE_CHACHA20_POLY1305, &(sealane_aead_open_item){key, nonce, m->ad, m->ad_len, m->in, m->len,
                                                                                 buffer_new(m->len, 0), m->in + m->len});
}

static const uint8_t *flipped(const uint8_t *from, size_t n, unsigned bit) {
    if (n == 0) {
        return from;
    }
    uint8_t *copy = buffer_copy(from, n, 0);
    copy[bit / 8 % n] ^= (uint8_t)(1U << bit % 8);
    return copy;
}

static void damage(reader *r, letter *l) {
    const unsigned how = read_u8(r) % (2 * DAMAGES), bit = how > DAMAGE_NONE && how < DAMAGES ? read_u16(r) : 0;
    sealane_hpke_open_item *m = &l->arrived;
    if (how == DAMAGE_ENC) {
        m->enc = flipped(m->enc, 32, bit);
    } else if (how == DAMAGE_TEXT) {
        m->in = flipped(m->in, m->len + TAG, bit);
    } else if (how == DAMAGE_AD) {
        m->ad = flipped(m->ad, m->ad_len, bit);
    } else if (how == DAMAGE_INFO) {
        m->info = flipped(m->info, m->info_len, bit);
    } else if (how == DAMAGE_SMALL_ORDER) {
        m->enc = buffer_copy(oracle_torsion[0], 32, 0); /* u = 1: of order 4 */
    }
}

static void read_letter(reader *r, letter *l, const letter *before) {
    read_contents(r, l->ephemeral, 32);
    read_contents(r, l->secret, 32);
    const unsigned shape = read_u8(r);
    if (shape % 4 == 3) {
        read_contents(r, l->public, 32); /* zeroes are of small order */
    } else {
        oracle_x25519_base(&(sealane_x25519_base_item){l->secret, l->public});
    }
    if (before != NULL && (shape & 4)) { /* the same info: hashed once */
        l->info = before->info;
        l->info_len = before->info_len;
    } else {
        l->info_len = read_length(r, INFO_BYTES_MAX);
        l->info = buffer_new(l->info_len, 0);
        read_contents(r, l->info, l->info_len);
    }
    l->ad_len = read_length(r, INFO_BYTES_MAX);
    l->ad = buffer_new(l->ad_len, 0);
    read_contents(r, l->ad, l->ad_len);
    l->len = read_length(r, MESSAGE_BYTES_MAX);
    l->plain = buffer_new(l->len, 0);
    read_contents(r, l->plain, l->len);
    l->sealed_good = oracle_seal(l);
    l->arrived = (sealane_hpke_open_item){.public_key = l->public,
                                          .secret_key = l->secret,
                                          .info = l->info,
                                          .info_len = l->info_len,
                                          .ad = l->ad,
                                          .ad_len = l->ad_len,
                                          .enc = l->enc,
                                          .in = l->sealed,
                                          .len = l->len};
    damage(r, l);
    l->opened_good = oracle_open(&l->arrived);
}

/* Seals the batch into new buffers: with the letters' ephemeral keys by kernels, or by the public call (kernels NULL). */
static void seal(const kernel_row *row, const hpke_kernels *kernels, sealane_aead aead, const batch *b,
                 sealane_hpke_seal_item items[], uint8_t *verdicts) {
    uint8_t *ephemeral = buffer_new(32 * b->n, 0);
    sealane_status want = SEALANE_OK;
    for (size_t i = 0; i < b->n; i++) {
        const letter *l = &b->letters[i];
        memcpy(ephemeral + 32 * i, l->ephemeral, 32);
        items[i] = (sealane_hpke_seal_item){.public_key = l->public,
                                            .info = l->info,
                                            .info_len = l->info_len,
                                            .ad = l->ad,
                                            .ad_len = l->ad_len,
                                            .in = l->plain,
                                            .len = l->len,
                                            .enc = buffer_new(32, 0),
                                            .out = buffer_new(l->len + TAG, 0)};
        want = l->sealed_good ? want : SEALANE_EVERIFY;
    }
    REQUIRE(row, (kernels == NULL ? sealane_hpke_seal_batch(aead, items, b->n, verdicts)
                                  : sealane_hpke_seal_batch_with(kernels, ephemeral, aead, items, b->n, verdicts)) == want);
    for (size_t i = 0; i < b->n; i++) {
        REQUIRE(row, verdicts[i] == b->letters[i].sealed_good);
        REQUIRE(row, verdicts[i] || (bytes_zero(items[i].enc, 32) && bytes_zero(items[i].out, items[i].len + TAG)));
    }
}

static void with_kernels(const kernel_row *row, const hpke_kernels *kernels, const batch *b) {
    sealane_hpke_seal_item items[ITEMS_MAX];
    sealane_hpke_open_item open[ITEMS_MAX];
    uint8_t *verdicts = buffer_new(b->n, 0);
    sealane_status want = SEALANE_OK;
    seal(row, kernels, SEALANE_CHACHA20_POLY1305, b, items, verdicts);
    for (size_t i = 0; i < b->n; i++) {
        const letter *l = &b->letters[i];
        REQUIRE(row,
                !verdicts[i] || (bytes_equal(items[i].enc, l->enc, 32) && bytes_equal(items[i].out, l->sealed, l->len + TAG)));
        open[i] = l->arrived;
        open[i].out = buffer_new(l->len, 0);
        want = l->opened_good ? want : SEALANE_EVERIFY;
    }
    REQUIRE(row, sealane_hpke_open_batch_with(kernels, SEALANE_CHACHA20_POLY1305, open, b->n, verdicts) == want);
    for (size_t i = 0; i < b->n; i++) {
        const letter *l = &b->letters[i];
        REQUIRE(row, verdicts[i] == l->opened_good);
        REQUIRE(row, verdicts[i] ? bytes_equal(open[i].out, l->plain, l->len) : bytes_zero(open[i].out, l->len));
    }
}

/* What the public call seals opens where the recipient's keys fit. */
static void there_and_back(sealane_aead aead, const batch *b) {
    sealane_hpke_seal_item items[ITEMS_MAX];
    uint8_t *verdicts = buffer_new(b->n, 0);
    if (sealane_aead_dispatch(aead) == NULL) {
        return;
    }
    seal(NULL, NULL, aead, b, items, verdicts);
    for (size_t i = 0; i < b->n; i++) {
        const letter *l = &b->letters[i];
        uint8_t public[32];
        oracle_x25519_base(&(sealane_x25519_base_item){l->secret, public});
        if (verdicts[i] && memcmp(public, l->public, 32) == 0) {
            sealane_hpke_open_item open = l->arrived;
            open.info = l->info;
            open.ad = l->ad;
            open.enc = items[i].enc;
            open.in = items[i].out;
            open.out = buffer_new(l->len, 0);
            REQUIRE(NULL, sealane_hpke_open_batch(aead, &open, 1, NULL) == SEALANE_OK);
            REQUIRE(NULL, bytes_equal(open.out, l->plain, l->len));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const sealane_aead aeads[] = {SEALANE_CHACHA20_POLY1305, SEALANE_AES128_GCM, SEALANE_AES256_GCM};
    static batch b;
    reader r = {data, size};
    b.n = read_count(&r, ITEMS_MAX);
    const sealane_aead aead = aeads[read_u8(&r) % 3];
    for (size_t i = 0; i < b.n; i++) {
        read_letter(&r, &b.letters[i], i > 0 ? &b.letters[i - 1] : NULL);
    }
    /* Every kernel of the three families at least once, in as few triples as that takes. */
    const kernel_list *curves = kernels_of(FAMILY_X25519), *hashes = kernels_of(FAMILY_SHA256),
                      *ciphers = kernels_of(FAMILY_CHACHA20_POLY1305);
    for (size_t k = 0; k < curves->n || k < hashes->n || k < ciphers->n; k++) {
        const kernel_row *row = ciphers->row[k % ciphers->n];
        const hpke_kernels kernels = {kernels_ops(curves->row[k % curves->n]), kernels_ops(hashes->row[k % hashes->n]),
                                      kernels_ops(row)};
        const size_t mark = buffers_mark();
        with_kernels(row, &kernels, &b);
        buffers_free_from(mark);
    }
    there_and_back(aead, &b);
    buffers_free();
    return 0;
}
