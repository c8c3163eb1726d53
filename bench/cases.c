/* SPDX-License-Identifier: ISC */
#include "bench/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/machine.h"
#include "bench/report/stats.h"

/* A call finds its inputs in a ring: as in life, they were written not long ago, and are not those of the call before. */
#define RING_BYTES ((size_t)512 << 10)
#define RING_ITEMS ((size_t)1024)

enum { KEY_STRIDE = 64, NONCE_STRIDE = 32, TAG_STRIDE = 64, KERNELS_MAX = 128 };

typedef union {
    sealane_aead_seal_item seal;
    sealane_aead_open_item open;
    sealane_x25519_item x25519;
    sealane_x25519_base_item x25519_base;
    sealane_ed25519_item verify;
    sealane_ed25519_sign_item sign;
    sealane_hash_item hash;
    sealane_hkdf_item hkdf;
} item;

struct workload {
    const bench_operation *operation;
    const peer *peer;
    void *session;
    size_t n, total, next, data_bytes;
    size_t *len;                           /* of each item's message */
    uint8_t *key, *nonce, *tag, *in, *out; /* strides as above; messages one behind the other */
    void *items;                           /* an array of the type that the operation takes */
    sealane_ed25519_key *prepared;         /* of fill_verify_prepared */
    sealane_status status;                 /* the first that was not SEALANE_OK */
};

struct bench_operation {
    const char *name, *algorithm;
    const char *family; /* of the kernels that do it */
    unsigned needs;     /* PEER_* */
    sealane_aead aead;
    size_t keys;      /* how many different ones there are in the ring; 0: each item has its own */
    size_t item_size; /* of the type that the operation takes */
    bool (*fill)(workload *w);
    sealane_status (*call)(const workload *w, const peer *p, void *session, size_t first, size_t n);
    const size_t *bytes, *counts; /* 0 after the last */
};

/* What outputs are compared with, and inputs made by: the first of these that has the operation. */
static const peer *reference(unsigned operation) {
    static const char *const names[] = {"libsodium", "openssl"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const peer *p = sealane_peer_find(names[i]);
        if (p != NULL && sealane_peer_lacks(p, operation) == NULL) {
            return p;
        }
    }
    return &sealane_peer_sealane;
}

static const uint8_t *key_of(const workload *w, size_t i) {
    return w->key + (w->operation->keys == 0 ? i : i % w->operation->keys) * KEY_STRIDE;
}

static bool fill_seal(workload *w) {
    sealane_aead_seal_item *items = w->items;
    for (size_t i = 0, at = 0; i < w->total; at += w->len[i++]) {
        items[i] = (sealane_aead_seal_item){.key = key_of(w, i),
                                            .nonce = w->nonce + i * NONCE_STRIDE,
                                            .in = w->in + at,
                                            .len = w->len[i],
                                            .out = w->out + at,
                                            .tag = w->tag + i * TAG_STRIDE};
    }
    return true;
}

/* The random bytes become the plaintexts, and are sealed in place. */
static bool fill_open(workload *w) {
    sealane_aead_open_item *items = w->items;
    const peer *sealer = reference(w->operation->needs);
    void *session = sealer->session_new();
    bool good = session != NULL;
    for (size_t i = 0, at = 0; good && i < w->total; at += w->len[i++]) {
        items[i] = (sealane_aead_open_item){.key = key_of(w, i),
                                            .nonce = w->nonce + i * NONCE_STRIDE,
                                            .in = w->in + at,
                                            .len = w->len[i],
                                            .out = w->out + at,
                                            .tag = w->tag + i * TAG_STRIDE};
        const sealane_aead_seal_item seal = {.key = items[i].key,
                                             .nonce = items[i].nonce,
                                             .in = w->in + at,
                                             .len = w->len[i],
                                             .out = w->in + at,
                                             .tag = w->tag + i * TAG_STRIDE};
        good = sealer->aead_seal(session, w->operation->aead, &seal, 1) == SEALANE_OK;
    }
    if (session != NULL) {
        sealer->session_free(session);
    }
    return good;
}

static bool fill_x25519(workload *w) {
    sealane_x25519_item *items = w->items;
    for (size_t i = 0; i < w->total; i++) {
        items[i] = (sealane_x25519_item){key_of(w, i), w->in + i * 32, w->out + i * 32};
    }
    return true;
}

static bool fill_x25519_base(workload *w) {
    sealane_x25519_base_item *items = w->items;
    for (size_t i = 0; i < w->total; i++) {
        items[i] = (sealane_x25519_base_item){key_of(w, i), w->out + i * 32};
    }
    return true;
}

/* The random bytes at the keys become seeds, and these 64-byte secret keys. */
static bool fill_sign(workload *w) {
    sealane_ed25519_sign_item *items = w->items;
    bool good = true;
    for (size_t i = 0, at = 0; good && i < w->total; at += w->len[i++]) {
        uint8_t public_key[32], seed[32], *secret_key = w->key + i * KEY_STRIDE;
        memcpy(seed, secret_key, sizeof seed);
        const sealane_ed25519_keypair_item pair = {seed, public_key, secret_key};
        good = sealane_ed25519_keypair_batch(&pair, 1) == SEALANE_OK;
        items[i] = (sealane_ed25519_sign_item){key_of(w, i), w->in + at, w->len[i], w->tag + i * TAG_STRIDE};
    }
    return good;
}

/* As fill_sign, and signed; the public key is the second half of the secret key. */
static bool fill_verify(workload *w) {
    sealane_ed25519_item *items = w->items;
    sealane_ed25519_sign_item *signs = calloc(w->total, sizeof *signs);
    const peer *signer = reference(PEER_ED25519_SIGN);
    void *session = signer->session_new();
    bool good = signs != NULL && session != NULL;
    if (good) {
        w->items = signs;
        good = fill_sign(w) && signer->ed25519_sign(session, signs, w->total) == SEALANE_OK;
        w->items = items;
    }
    for (size_t i = 0; good && i < w->total; i++) {
        items[i] = (sealane_ed25519_item){.public_key = signs[i].secret_key + 32,
                                          .signature = signs[i].signature,
                                          .message = signs[i].message,
                                          .message_len = signs[i].message_len};
    }
    if (session != NULL) {
        signer->session_free(session);
    }
    free(signs);
    return good;
}

/* As fill_verify, but one signature of each call is bad. */
static bool fill_verify_one_bad(workload *w) {
    const bool good = fill_verify(w);
    for (size_t i = w->n / 2; good && i < w->total; i += w->n) {
        w->tag[i * TAG_STRIDE + 32] ^= 1; /* its S */
    }
    return good;
}

/* As fill_verify, with prepared keys. */
static bool fill_verify_prepared(workload *w) {
    sealane_ed25519_item *items = w->items;
    const size_t keys = w->operation->keys;
    w->prepared = calloc(keys, sizeof *w->prepared);
    bool good = w->prepared != NULL && fill_verify(w);
    for (size_t i = 0; good && i < w->total; i++) {
        items[i].prepared = &w->prepared[i % keys];
        good = i >= keys || sealane_ed25519_key_prepare(&w->prepared[i], items[i].public_key) == SEALANE_OK;
    }
    return good;
}

static bool fill_hash(workload *w) {
    sealane_hash_item *items = w->items;
    for (size_t i = 0, at = 0; i < w->total; at += w->len[i++]) {
        items[i] = (sealane_hash_item){w->in + at, w->len[i], w->tag + i * TAG_STRIDE};
    }
    return true;
}

/* 32 bytes of keying material and salt each, the message as info, 64 bytes out: a chain key and a message key. */
static bool fill_hkdf(workload *w) {
    sealane_hkdf_item *items = w->items;
    for (size_t i = 0, at = 0; i < w->total; at += w->len[i++]) {
        items[i] = (sealane_hkdf_item){.salt = w->nonce + i * NONCE_STRIDE,
                                       .salt_len = 32,
                                       .ikm = key_of(w, i),
                                       .ikm_len = 32,
                                       .info = w->in + at,
                                       .info_len = w->len[i],
                                       .out = w->tag + i * TAG_STRIDE,
                                       .out_len = 64};
    }
    return true;
}

static sealane_status call_seal(const workload *w, const peer *p, void *session, size_t first, size_t n) {
    return p->aead_seal(session, w->operation->aead, (const sealane_aead_seal_item *)w->items + first, n);
}

static sealane_status call_open(const workload *w, const peer *p, void *session, size_t first, size_t n) {
    return p->aead_open(session, w->operation->aead, (const sealane_aead_open_item *)w->items + first, n);
}

static sealane_status call_x25519(const workload *w, const peer *p, void *session, size_t first, size_t n) {
    return p->x25519(session, (const sealane_x25519_item *)w->items + first, n);
}

static sealane_status call_x25519_base(const workload *w, const peer *p, void *session, size_t first, size_t n) {
    return p->x25519_base(session, (const sealane_x25519_base_item *)w->items + first, n);
}

static sealane_status call_verify(const workload *w, const peer *p, void *session, size_t first, size_t n) {
    return p->ed25519_verify(session, (const sealane_ed25519_item *)w->items + first, n, NULL);
}

static sealane_status call_verify_one_bad(const workload *w, const peer *p, void *session, size_t first, size_t n) {
    return call_verify(w, p, session, first, n) == SEALANE_EVERIFY ? SEALANE_OK : SEALANE_EVERIFY;
}

static sealane_status call_sign(const workload *w, const peer *p, void *session, size_t first, size_t n) {
    return p->ed25519_sign(session, (const sealane_ed25519_sign_item *)w->items + first, n);
}

static sealane_status call_sha512(const workload *w, const peer *p, void *session, size_t first, size_t n) {
    return p->sha512(session, (const sealane_hash_item *)w->items + first, n);
}

static sealane_status call_hkdf(const workload *w, const peer *p, void *session, size_t first, size_t n) {
    return p->hkdf_sha256(session, (const sealane_hkdf_item *)w->items + first, n);
}

static const size_t batch_bytes[] = {64, 256, 1024, 4096, BYTES_CHAT, 0};
static const size_t single_bytes[] = {64, 256, 1024, 4096, 16384, 65536, 0};
static const size_t hash_bytes[] = {64, 128, 1024, 0};
static const size_t bytes_32[] = {32, 0};
static const size_t bytes_64[] = {64, 0};
static const size_t one[] = {1, 0};
static const size_t thousand[] = {1000, 0};
static const size_t few_to_many[] = {1, 2, 4, 8, 64, 1024, 0};
static const size_t verify_counts[] = {1, 2, 4, 8, 64, 96, 128, 256, 1024, 4096, 0};

#define SEAL(name, algorithm, upper, bytes, counts)                                                                            \
    {                                                                                                                          \
        name, algorithm, algorithm, PEER_AEAD_##upper, SEALANE_##upper, 0, sizeof(sealane_aead_seal_item), fill_seal,          \
            call_seal, bytes, counts                                                                                           \
    }
#define OPEN(name, algorithm, upper, bytes, counts)                                                                            \
    {                                                                                                                          \
        name, algorithm, algorithm, PEER_AEAD_##upper, SEALANE_##upper, 0, sizeof(sealane_aead_open_item), fill_open,          \
            call_open, bytes, counts                                                                                           \
    }
#define OTHER(name, algorithm, family, need, keys, type, fill, call, bytes, counts)                                            \
    { name, algorithm, family, need, (sealane_aead)0, keys, sizeof(type), fill, call, bytes, counts }

static const bench_operation operations[] = {
    SEAL("seal_batch", "chacha20-poly1305", CHACHA20_POLY1305, batch_bytes, thousand),
    OPEN("open_batch", "chacha20-poly1305", CHACHA20_POLY1305, batch_bytes, thousand),
    SEAL("seal_one", "chacha20-poly1305", CHACHA20_POLY1305, single_bytes, one),
    SEAL("seal_batch", "xchacha20-poly1305", XCHACHA20_POLY1305, batch_bytes, thousand),
    OPEN("open_batch", "xchacha20-poly1305", XCHACHA20_POLY1305, batch_bytes, thousand),
    SEAL("seal_one", "xchacha20-poly1305", XCHACHA20_POLY1305, single_bytes, one),
    SEAL("seal_batch", "xsalsa20-poly1305", XSALSA20_POLY1305, batch_bytes, thousand),
    OPEN("open_batch", "xsalsa20-poly1305", XSALSA20_POLY1305, batch_bytes, thousand),
    SEAL("seal_one", "xsalsa20-poly1305", XSALSA20_POLY1305, single_bytes, one),
    SEAL("seal_batch", "aes128-gcm", AES128_GCM, batch_bytes, thousand),
    OPEN("open_batch", "aes128-gcm", AES128_GCM, batch_bytes, thousand),
    SEAL("seal_one", "aes128-gcm", AES128_GCM, single_bytes, one),
    SEAL("seal_batch", "aes256-gcm", AES256_GCM, batch_bytes, thousand),
    OPEN("open_batch", "aes256-gcm", AES256_GCM, batch_bytes, thousand),
    SEAL("seal_one", "aes256-gcm", AES256_GCM, single_bytes, one),
    SEAL("seal_batch", "aegis128l", AEGIS128L, batch_bytes, thousand),
    OPEN("open_batch", "aegis128l", AEGIS128L, batch_bytes, thousand),
    SEAL("seal_one", "aegis128l", AEGIS128L, single_bytes, one),
    SEAL("seal_batch", "aegis256", AEGIS256, batch_bytes, thousand),
    OPEN("open_batch", "aegis256", AEGIS256, batch_bytes, thousand),
    SEAL("seal_one", "aegis256", AEGIS256, single_bytes, one),
    OTHER("x25519", "x25519", "x25519", PEER_X25519, 0, sealane_x25519_item, fill_x25519, call_x25519, bytes_32, few_to_many),
    OTHER("x25519_base", "x25519", "x25519", PEER_X25519_BASE, 0, sealane_x25519_base_item, fill_x25519_base, call_x25519_base,
          bytes_32, few_to_many),
    OTHER("verify", "ed25519", "ed25519", PEER_ED25519_VERIFY, 0, sealane_ed25519_item, fill_verify, call_verify, bytes_64,
          verify_counts),
    OTHER("verify_one_key", "ed25519", "ed25519", PEER_ED25519_VERIFY, 1, sealane_ed25519_item, fill_verify, call_verify,
          bytes_64, verify_counts),
    OTHER("verify_50_keys", "ed25519", "ed25519", PEER_ED25519_VERIFY, 50, sealane_ed25519_item, fill_verify, call_verify,
          bytes_64, verify_counts),
    OTHER("verify_one_bad", "ed25519", "ed25519", PEER_ED25519_VERIFY, 0, sealane_ed25519_item, fill_verify_one_bad,
          call_verify_one_bad, bytes_64, verify_counts),
    OTHER("verify_prepared", "ed25519", "ed25519", PEER_ED25519_VERIFY, 50, sealane_ed25519_item, fill_verify_prepared,
          call_verify, bytes_64, verify_counts),
    OTHER("sign", "ed25519", "ed25519", PEER_ED25519_SIGN, 0, sealane_ed25519_sign_item, fill_sign, call_sign, bytes_64,
          few_to_many),
    OTHER("sha512", "sha512", "sha512", PEER_SHA512, 0, sealane_hash_item, fill_hash, call_sha512, hash_bytes, few_to_many),
    OTHER("hkdf", "hkdf-sha256", "sha256", PEER_HKDF_SHA256, 0, sealane_hkdf_item, fill_hkdf, call_hkdf, bytes_32, few_to_many),
};

enum { OPERATIONS = sizeof operations / sizeof *operations };

/* The sizes of messages in chats. */
static size_t chat_bytes(uint64_t *random) {
    size_t percent = sealane_stats_random_below(random, 100);
    return percent < 45 ? 80 : percent < 75 ? 160 : percent < 90 ? 320 : percent < 98 ? 1024 : 32768;
}

static bool allocate(workload *w) {
    w->key = malloc(w->total * KEY_STRIDE);
    w->nonce = malloc(w->total * NONCE_STRIDE);
    w->tag = calloc(w->total, TAG_STRIDE);
    w->in = malloc(w->data_bytes);
    w->out = calloc(w->data_bytes, 1);
    w->items = calloc(w->total, w->operation->item_size);
    return w->key != NULL && w->nonce != NULL && w->tag != NULL && w->in != NULL && w->out != NULL && w->items != NULL;
}

/* Whether the implementation gives what the reference does for every item of the ring; leaves its outputs. */
static bool agrees(workload *w) {
    uint8_t *out = malloc(w->data_bytes), *tag = malloc(w->total * TAG_STRIDE);
    const peer *judge = reference(w->operation->needs);
    void *session = judge->session_new();
    bool good =
        out != NULL && tag != NULL && session != NULL && w->operation->call(w, judge, session, 0, w->total) == SEALANE_OK;
    if (good) {
        memcpy(out, w->out, w->data_bytes);
        memcpy(tag, w->tag, w->total * TAG_STRIDE);
        memset(w->out, 0, w->data_bytes);
        for (size_t first = 0; first < w->total; first += w->n) {
            good &= w->operation->call(w, w->peer, w->session, first, w->n) == SEALANE_OK;
        }
        good = good && memcmp(out, w->out, w->data_bytes) == 0 && memcmp(tag, w->tag, w->total * TAG_STRIDE) == 0;
    }
    if (session != NULL) {
        judge->session_free(session);
    }
    free(out);
    free(tag);
    return good;
}

workload *sealane_workload_new(bench_case *c) {
    workload *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return NULL;
    }
    size_t typical = c->bytes == BYTES_CHAT ? 1024 : c->bytes,
           item_bytes = 2 * typical + KEY_STRIDE + NONCE_STRIDE + TAG_STRIDE;
    size_t ring = RING_BYTES / item_bytes < RING_ITEMS ? RING_BYTES / item_bytes : RING_ITEMS;
    w->operation = c->operation;
    w->peer = c->peer;
    w->n = c->n;
    w->total = ring > c->n ? ring / c->n * c->n : c->n;
    w->len = calloc(w->total, sizeof *w->len);
    uint64_t random = 1;
    for (size_t i = 0; w->len != NULL && i < w->total; i++) {
        w->len[i] = c->bytes == BYTES_CHAT ? chat_bytes(&random) : c->bytes;
        w->data_bytes += w->len[i];
    }
    bool good = w->len != NULL && allocate(w);
    if (good) {
        sealane_stats_random_bytes(&random, w->key, w->total * KEY_STRIDE);
        sealane_stats_random_bytes(&random, w->nonce, w->total * NONCE_STRIDE);
        sealane_stats_random_bytes(&random, w->in, w->data_bytes);
        w->session = w->peer->session_new();
        good = w->session != NULL && w->operation->fill(w);
    }
    if (good && !c->checked) {
        c->checked = true;
        c->wrong = !agrees(w);
    }
    if (!good) {
        sealane_workload_free(w);
        return NULL;
    }
    return w;
}

void sealane_workload_free(workload *w) {
    if (w->session != NULL) {
        w->peer->session_free(w->session);
    }
    free(w->len);
    free(w->key);
    free(w->nonce);
    free(w->tag);
    free(w->in);
    free(w->out);
    free(w->items);
    free(w->prepared);
    free(w);
}

void sealane_workload_run(void *argument, uint64_t calls) {
    workload *w = argument;
    for (uint64_t i = 0; i < calls; i++) {
        sealane_status status = w->operation->call(w, w->peer, w->session, w->next, w->n);
        w->status = w->status == SEALANE_OK ? status : w->status;
        w->next = w->next + w->n == w->total ? 0 : w->next + w->n;
    }
}

bool sealane_workload_good(const workload *w) {
    return w->status == SEALANE_OK;
}

const char *sealane_bench_operation(const bench_case *c) {
    return c->operation->name;
}

const char *sealane_bench_algorithm(const bench_case *c) {
    return c->operation->algorithm;
}

bool sealane_bench_comparable(const bench_case *a, const bench_case *b) {
    return a->operation == b->operation && a->bytes == b->bytes && a->n == b->n;
}

/* The kernels of a family that run here and that a ceiling brings into force, best first, with the lowest such ceiling. Names
   in static storage; returns how many. */
static size_t usable_kernels(const char *family, const char **isas, const char **ceilings) {
    const char *const *names = sealane_cpu_ceilings();
    size_t all = 0, n = 0;
    while (names[all] != NULL) {
        all++;
    }
    for (size_t i = 0; i < all; i++) {
        if (sealane_cpu_restrict(names[i]) == SEALANE_OK) {
            const char *isa = sealane_machine_kernel(family);
            bool known = n > 0 && strcmp(isas[0], isa) == 0;
            if (!known) {
                memmove(isas + 1, isas, n * sizeof *isas);
                memmove(ceilings + 1, ceilings, n++ * sizeof *ceilings);
                isas[0] = isa;
                ceilings[0] = names[i];
            }
        }
    }
    return sealane_cpu_restrict(NULL) == SEALANE_OK ? n : 0;
}

static void add(bench_case *cases, size_t *count, const bench_operation *operation, size_t bytes, size_t n, const peer *p,
                const char *isa, const char *ceiling) {
    const char *variant = isa != NULL ? isa : p->variant;
    bench_case *c = &cases[(*count)++];
    *c = (bench_case){.operation = operation, .peer = p, .isa = isa, .ceiling = ceiling, .bytes = bytes, .n = n};
    (void)snprintf(c->label, sizeof c->label, "%s%s%s", p->name, variant != NULL ? ":" : "", variant != NULL ? variant : "");
    if (bytes == BYTES_CHAT) {
        (void)snprintf(c->size, sizeof c->size, "chat");
    } else {
        (void)snprintf(c->size, sizeof c->size, "%zu", bytes);
    }
    (void)snprintf(c->name, sizeof c->name, "%s/%s/%s/%s/%zu", operation->name, operation->algorithm, c->label, c->size, n);
}

/* One size and count by everyone. */
static void add_everyone(bench_case *cases, size_t *count, const bench_operation *operation, size_t bytes, size_t n) {
    const char *isas[KERNELS_MAX], *ceilings[KERNELS_MAX];
    size_t kernels = usable_kernels(operation->family, isas, ceilings);
    for (size_t i = 0; i < kernels; i++) {
        add(cases, count, operation, bytes, n, &sealane_peer_sealane, isas[i], ceilings[i]);
    }
    for (size_t i = 0; sealane_peers[i] != NULL; i++) {
        if (sealane_peers[i] != &sealane_peer_sealane && sealane_peer_lacks(sealane_peers[i], operation->needs) == NULL) {
            add(cases, count, operation, bytes, n, sealane_peers[i], NULL, NULL);
        }
    }
}

size_t sealane_bench_cases(bench_case **cases) {
    enum { SIZES_MAX = 8, COUNTS_MAX = 10, IMPLEMENTATIONS_MAX = 16 };
    size_t count = 0;
    *cases = calloc((size_t)OPERATIONS * SIZES_MAX * COUNTS_MAX * IMPLEMENTATIONS_MAX, sizeof **cases);
    for (size_t i = 0; *cases != NULL && i < OPERATIONS; i++) {
        for (const size_t *bytes = operations[i].bytes; *bytes != 0; bytes++) {
            for (const size_t *n = operations[i].counts; *n != 0; n++) {
                add_everyone(*cases, &count, &operations[i], *bytes, *n);
            }
        }
    }
    return count;
}
