/* SPDX-License-Identifier: ISC */
/*
 * Both calls walk the batch in windows, and take the steps of RFC 9180 for all items of a window at once: Diffie-Hellman, five
 * HMACs an item (what HPKE expands is never longer than a hash, so that HKDF-Expand is one HMAC), the AEAD.
 */
#include "core/box/hpke.h"

#include <stddef.h>
#include <string.h>

#include "core/aead/aead.h"
#include "core/box/batch.h"
#include "core/curve/curve.h"
#include "core/dispatch/registry.h"
#include "core/hash/streams.h"
#include "core/util/random.h"
#include "core/util/wipe.h"

/* Items at once: enough to fill the lanes of hashes and curves; what they need stays far below 64 KiB of stack. */
#define WINDOW 32U

#define KEY_BYTES SEALANE_HPKE_PUBLIC_KEY_BYTES
#define ENC_BYTES SEALANE_HPKE_ENC_BYTES
#define TAG_BYTES SEALANE_HPKE_TAG_BYTES
#define HASH_BYTES 32U
#define NONCE_BYTES 12U /* of the three AEADs */

#define PREFIX_BYTES 32U /* 29 are used */

#define INNER_PAD 0x36
#define OUTER_PAD 0x5c

_Static_assert(SEALANE_AES128_GCM_NONCE_BYTES == NONCE_BYTES && SEALANE_AES256_GCM_NONCE_BYTES == NONCE_BYTES &&
                   SEALANE_CHACHA20_POLY1305_NONCE_BYTES == NONCE_BYTES && SEALANE_AES128_GCM_TAG_BYTES == TAG_BYTES &&
                   SEALANE_AES256_GCM_TAG_BYTES == TAG_BYTES && SEALANE_CHACHA20_POLY1305_TAG_BYTES == TAG_BYTES,
               "the three AEADs have the same sizes but for the key");

/* aead_id of RFC 9180, section 7.3; 0 for an AEAD that has none. */
static uint8_t aead_id(sealane_aead aead) {
    switch (aead) {
    case SEALANE_AES128_GCM:
        return 1;
    case SEALANE_AES256_GCM:
        return 2;
    case SEALANE_CHACHA20_POLY1305:
        return 3;
    default:
        return 0;
    }
}

static size_t window_of(size_t left) {
    return left < WINDOW ? left : WINDOW;
}

/* What LabeledExtract, or LabeledExpand with an output of some bytes, begins with. */
typedef struct {
    uint8_t text[PREFIX_BYTES];
    size_t len;
} prefix;

static prefix prefix_of(uint8_t output_bytes, const uint8_t *suite_id, size_t suite_id_len, const char *label) {
    static const uint8_t version[7] = {'H', 'P', 'K', 'E', '-', 'v', '1'};
    prefix p = {.len = 0};
    if (output_bytes != 0) { /* two bytes, of which the first is 0 */
        p.text[1] = output_bytes;
        p.len = 2;
    }
    memcpy(p.text + p.len, version, sizeof version);
    p.len += sizeof version;
    memcpy(p.text + p.len, suite_id, suite_id_len);
    p.len += suite_id_len;
    memcpy(p.text + p.len, label, strlen(label));
    p.len += strlen(label);
    return p;
}

/* What is the same for all items of a call. */
typedef struct {
    hash_kernel hash;
    prefix eae_prk, shared_secret, secret, key, base_nonce, info_hash;
    uint8_t psk_id_hash[HASH_BYTES];
} suite;

/* Jobs that are HMACs, at most HASH_STREAMS_MAX: key, parts and out are set. No out overlaps a key. */
static void hmac(const suite *s, hash_stream jobs[], size_t n) {
    for (size_t i = 0; i < n; i++) {
        jobs[i].pad = INNER_PAD;
    }
    sealane_hash_streams(&s->hash, jobs, n);
    for (size_t i = 0; i < n; i++) {
        hash_stream *job = &jobs[i];
        *job = (hash_stream){.key = job->key, .key_len = job->key_len, .pad = OUTER_PAD, .out = job->out};
        job->part[0] = job->out;
        job->len[0] = HASH_BYTES;
    }
    sealane_hash_streams(&s->hash, jobs, n);
}

static hash_stream job(const uint8_t *key, const prefix *p, const uint8_t *text, size_t len, uint8_t *out) {
    return (hash_stream){.key = key,
                         .key_len = key == NULL ? 0 : HASH_BYTES,
                         .part = {p->text, text, NULL},
                         .len = {p->len, len, 0},
                         .out = out};
}

static void suite_begin(suite *s, const hpke_kernels *kernels, sealane_aead aead) {
    const uint8_t kem[] = {'K', 'E', 'M', 0x00, 0x20};
    const uint8_t hpke[] = {'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01, 0x00, aead_id(aead)};
    s->hash = sealane_hash_sha256(kernels->sha256);
    s->eae_prk = prefix_of(0, kem, sizeof kem, "eae_prk");
    s->shared_secret = prefix_of(HASH_BYTES, kem, sizeof kem, "shared_secret");
    s->secret = prefix_of(0, hpke, sizeof hpke, "secret");
    s->key = prefix_of((uint8_t)sealane_aead_key_bytes(aead), hpke, sizeof hpke, "key");
    s->base_nonce = prefix_of(NONCE_BYTES, hpke, sizeof hpke, "base_nonce");
    s->info_hash = prefix_of(0, hpke, sizeof hpke, "info_hash");
    const prefix psk_id = prefix_of(0, hpke, sizeof hpke, "psk_id_hash");
    hash_stream psk_id_job = job(NULL, &psk_id, NULL, 0, s->psk_id_hash);
    hmac(s, &psk_id_job, 1);
}

/* Ends every text that is expanded: HKDF's counter. */
#define COUNTER 1

typedef struct {
    uint8_t kem_context[2 * KEY_BYTES + 1];                                /* enc, the recipient's public key, counter */
    uint8_t mode, psk_id_hash[HASH_BYTES], info_hash[HASH_BYTES], counter; /* key_schedule_context, counter */
    /* Secret: */
    uint8_t scalar[KEY_BYTES]; /* ephemeral, where it is ours */
    uint8_t a[HASH_BYTES];     /* the result of Diffie-Hellman; then shared_secret */
    uint8_t b[HASH_BYTES];     /* eae_prk; then secret */
    uint8_t key[HASH_BYTES];   /* its first bytes are the AEAD's */
    uint8_t nonce[HASH_BYTES]; /* likewise */
} slot;

_Static_assert(offsetof(slot, counter) - offsetof(slot, mode) == 1 + 2 * HASH_BYTES, "no padding in key_schedule_context");

_Static_assert(2 * WINDOW <= HASH_STREAMS_MAX, "a window's hashes are one call");

typedef struct {
    const uint8_t *info;
    size_t len;
} info_text;

/* info_hash of each slot; the same info as the one before is not hashed again. */
static void hash_infos(const suite *s, slot slots[], const info_text infos[], size_t n) {
    hash_stream jobs[WINDOW];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || infos[i].info != infos[i - 1].info || infos[i].len != infos[i - 1].len) {
            jobs[count++] = job(NULL, &s->info_hash, infos[i].info, infos[i].len, slots[i].info_hash);
        }
    }
    hmac(s, jobs, count);
    for (size_t i = 1; i < n; i++) {
        if (infos[i].info == infos[i - 1].info && infos[i].len == infos[i - 1].len) {
            memcpy(slots[i].info_hash, slots[i - 1].info_hash, HASH_BYTES);
        }
    }
}

/* ExtractAndExpand of the KEM and KeySchedule of base mode: from a, the result of Diffie-Hellman, to key and nonce. */
static void schedule(const suite *s, slot slots[], const info_text infos[], size_t n) {
    hash_stream jobs[2 * WINDOW];
    hash_infos(s, slots, infos, n);
    for (size_t i = 0; i < n; i++) {
        jobs[i] = job(NULL, &s->eae_prk, slots[i].a, HASH_BYTES, slots[i].b);
    }
    hmac(s, jobs, n);
    for (size_t i = 0; i < n; i++) {
        slots[i].kem_context[2 * KEY_BYTES] = COUNTER;
        jobs[i] = job(slots[i].b, &s->shared_secret, slots[i].kem_context, sizeof slots[i].kem_context, slots[i].a);
    }
    hmac(s, jobs, n);
    for (size_t i = 0; i < n; i++) {
        jobs[i] = job(slots[i].a, &s->secret, NULL, 0, slots[i].b);
    }
    hmac(s, jobs, n);
    for (size_t i = 0; i < n; i++) {
        slot *t = &slots[i];
        const size_t len = offsetof(slot, counter) + 1 - offsetof(slot, mode);
        t->mode = 0;
        memcpy(t->psk_id_hash, s->psk_id_hash, HASH_BYTES);
        t->counter = COUNTER;
        jobs[2 * i] = job(t->b, &s->key, &t->mode, len, t->key);
        jobs[2 * i + 1] = job(t->b, &s->base_nonce, &t->mode, len, t->nonce);
    }
    hmac(s, jobs, 2 * n);
}

static sealane_status check_call(const hpke_kernels *kernels, sealane_aead aead, const void *items, size_t n) {
    if (aead_id(aead) == 0 || (items == NULL && n != 0)) {
        return SEALANE_EINVAL;
    }
    return kernels->aead == NULL ? SEALANE_EUNSUPPORTED : SEALANE_OK;
}

static sealane_status check_lengths(sealane_aead aead, size_t info_len, size_t ad_len, size_t len) {
    const uint64_t ad_max = (UINT64_C(1) << 61) - 1;
    return len > sealane_aead_message_bytes_max(aead) || len > SIZE_MAX - TAG_BYTES || ad_len > ad_max ||
                   hash_too_long(info_len, SHA256_BLOCK_BYTES + PREFIX_BYTES)
               ? SEALANE_ELENGTH
               : SEALANE_OK;
}

static sealane_status check_seal(sealane_aead aead, const sealane_hpke_seal_item *items, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const sealane_hpke_seal_item *m = &items[i];
        if (m->public_key == NULL || (m->info == NULL && m->info_len != 0) || (m->ad == NULL && m->ad_len != 0) ||
            (m->in == NULL && m->len != 0) || m->enc == NULL || m->out == NULL) {
            return SEALANE_EINVAL;
        }
        const sealane_status status = check_lengths(aead, m->info_len, m->ad_len, m->len);
        if (status != SEALANE_OK) {
            return status;
        }
    }
    return SEALANE_OK;
}

static sealane_status check_open(sealane_aead aead, const sealane_hpke_open_item *items, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const sealane_hpke_open_item *m = &items[i];
        if (m->public_key == NULL || m->secret_key == NULL || (m->info == NULL && m->info_len != 0) ||
            (m->ad == NULL && m->ad_len != 0) || m->enc == NULL || m->in == NULL || (m->out == NULL && m->len != 0)) {
            return SEALANE_EINVAL;
        }
        const sealane_status status = check_lengths(aead, m->info_len, m->ad_len, m->len);
        if (status != SEALANE_OK) {
            return status;
        }
    }
    return SEALANE_OK;
}

/* The ephemeral key pairs of n <= WINDOW slots: the secret keys given, or random ones. */
static sealane_status make_ephemerals(const hpke_kernels *kernels, const uint8_t *given, slot slots[], size_t n) {
    uint8_t random[WINDOW][KEY_BYTES];
    sealane_x25519_base_item pair[WINDOW];
    sealane_status status = given == NULL ? sealane_random_fill(random[0], n * KEY_BYTES) : SEALANE_OK;
    for (size_t i = 0; i < n && status == SEALANE_OK; i++) {
        memcpy(slots[i].scalar, given == NULL ? random[i] : given + i * KEY_BYTES, KEY_BYTES);
        pair[i] = (sealane_x25519_base_item){slots[i].scalar, slots[i].kem_context};
    }
    wipe(random, sizeof random);
    return status == SEALANE_OK ? sealane_x25519_base_batch_with(kernels->x25519, pair, n) : status;
}

static sealane_status seal_window(const hpke_kernels *kernels, const suite *s, const uint8_t *ephemeral, sealane_aead aead,
                                  const sealane_hpke_seal_item *items, size_t n, uint8_t good[]) {
    slot slots[WINDOW];
    info_text infos[WINDOW];
    sealane_x25519_item exchange[WINDOW];
    sealane_aead_seal_item ready[WINDOW];
    size_t count = 0;
    sealane_status status = make_ephemerals(kernels, ephemeral, slots, n);
    if (status != SEALANE_OK) {
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        exchange[i] = (sealane_x25519_item){slots[i].scalar, items[i].public_key, slots[i].a};
        infos[i] = (info_text){items[i].info, items[i].info_len};
        memcpy(slots[i].kem_context + ENC_BYTES, items[i].public_key, KEY_BYTES);
    }
    (void)sealane_x25519_batch_with(kernels->x25519, exchange, n, good);
    schedule(s, slots, infos, n);
    for (size_t i = 0; i < n; i++) {
        const sealane_hpke_seal_item *m = &items[i];
        if (!good[i]) {
            batch_clear(m->enc, ENC_BYTES);
            batch_clear(m->out, m->len + TAG_BYTES);
            continue;
        }
        memcpy(m->enc, slots[i].kem_context, ENC_BYTES);
        ready[count++] = (sealane_aead_seal_item){.key = slots[i].key,
                                                  .nonce = slots[i].nonce,
                                                  .ad = m->ad,
                                                  .ad_len = m->ad_len,
                                                  .in = m->in,
                                                  .len = m->len,
                                                  .out = m->out,
                                                  .tag = m->out + m->len};
    }
    status = sealane_aead_seal_batch_with(kernels->aead, aead, ready, count);
    wipe(slots, sizeof slots);
    return status;
}

sealane_status sealane_hpke_seal_batch_with(const hpke_kernels *kernels, const uint8_t *ephemeral, sealane_aead aead,
                                            const sealane_hpke_seal_item *items, size_t n, uint8_t *verdicts) {
    batch_clear_verdicts(verdicts, n);
    sealane_status status = check_call(kernels, aead, items, n);
    status = status == SEALANE_OK ? check_seal(aead, items, n) : status;
    if (status != SEALANE_OK) {
        return status;
    }
    suite s;
    suite_begin(&s, kernels, aead);
    int all_good = 1;
    for (size_t done = 0; done < n;) {
        uint8_t good[WINDOW];
        const size_t count = window_of(n - done);
        status =
            seal_window(kernels, &s, ephemeral == NULL ? NULL : ephemeral + done * KEY_BYTES, aead, items + done, count, good);
        if (status != SEALANE_OK) {
            for (size_t i = 0; i < n; i++) {
                batch_clear(items[i].enc, ENC_BYTES);
                batch_clear(items[i].out, items[i].len + TAG_BYTES);
            }
            batch_clear_verdicts(verdicts, n);
            return status;
        }
        all_good &= batch_report(good, count, verdicts, done);
        done += count;
    }
    return all_good ? SEALANE_OK : SEALANE_EVERIFY;
}

static void open_window(const hpke_kernels *kernels, const suite *s, sealane_aead aead, const sealane_hpke_open_item *items,
                        size_t n, uint8_t good[]) {
    slot slots[WINDOW];
    info_text infos[WINDOW];
    sealane_x25519_item exchange[WINDOW];
    sealane_aead_open_item ready[WINDOW];
    uint8_t opened[WINDOW];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        exchange[i] = (sealane_x25519_item){items[i].secret_key, items[i].enc, slots[i].a};
        infos[i] = (info_text){items[i].info, items[i].info_len};
        memcpy(slots[i].kem_context, items[i].enc, ENC_BYTES);
        memcpy(slots[i].kem_context + ENC_BYTES, items[i].public_key, KEY_BYTES);
    }
    (void)sealane_x25519_batch_with(kernels->x25519, exchange, n, good);
    schedule(s, slots, infos, n);
    for (size_t i = 0; i < n; i++) {
        const sealane_hpke_open_item *m = &items[i];
        if (!good[i]) {
            batch_clear(m->out, m->len);
            continue;
        }
        ready[count++] = (sealane_aead_open_item){.key = slots[i].key,
                                                  .nonce = slots[i].nonce,
                                                  .ad = m->ad,
                                                  .ad_len = m->ad_len,
                                                  .in = m->in,
                                                  .len = m->len,
                                                  .out = m->out,
                                                  .tag = m->in + m->len};
    }
    (void)sealane_aead_open_batch_with(kernels->aead, aead, ready, count, opened); /* says no more than `opened` */
    for (size_t i = 0, next = 0; i < n; i++) {
        if (good[i]) {
            good[i] = opened[next++];
        }
    }
    wipe(slots, sizeof slots);
}

sealane_status sealane_hpke_open_batch_with(const hpke_kernels *kernels, sealane_aead aead, const sealane_hpke_open_item *items,
                                            size_t n, uint8_t *verdicts) {
    batch_clear_verdicts(verdicts, n);
    sealane_status status = check_call(kernels, aead, items, n);
    status = status == SEALANE_OK ? check_open(aead, items, n) : status;
    if (status != SEALANE_OK) {
        return status;
    }
    suite s;
    suite_begin(&s, kernels, aead);
    int all_good = 1;
    for (size_t done = 0; done < n;) {
        uint8_t good[WINDOW];
        const size_t count = window_of(n - done);
        open_window(kernels, &s, aead, items + done, count, good);
        all_good &= batch_report(good, count, verdicts, done);
        done += count;
    }
    return all_good ? SEALANE_OK : SEALANE_EVERIFY;
}

static hpke_kernels dispatch(sealane_aead aead) {
    return (hpke_kernels){dispatch_x25519(), dispatch_sha256(), sealane_aead_dispatch(aead)};
}

sealane_status sealane_hpke_seal_batch(sealane_aead aead, const sealane_hpke_seal_item *items, size_t n, uint8_t *verdicts) {
    const hpke_kernels kernels = dispatch(aead);
    return sealane_hpke_seal_batch_with(&kernels, NULL, aead, items, n, verdicts);
}

sealane_status sealane_hpke_open_batch(sealane_aead aead, const sealane_hpke_open_item *items, size_t n, uint8_t *verdicts) {
    const hpke_kernels kernels = dispatch(aead);
    return sealane_hpke_open_batch_with(&kernels, aead, items, n, verdicts);
}
