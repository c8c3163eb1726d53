/* SPDX-License-Identifier: ISC */
/* intel-ipsec-mb: bursts of jobs, unchecked, which is the fastest way into it; and its direct calls, one message at a time. */
#include "bench/peers/peer.h"

#include <intel-ipsec-mb.h>
#include <stdlib.h>
#include <string.h>

/* The manager, and AES-GCM keys as jobs want them: those of one burst. */
typedef struct {
    struct gcm_key_data key[IMB_MAX_BURST_SIZE];
    IMB_MGR *mgr;
} ipsec_session;

static const char *version(void) {
    return imb_get_version_str();
}

static void *session_new(void) {
    IMB_MGR *mgr = alloc_mb_mgr(0);
    if (mgr != NULL) {
        init_mb_mgr_auto(mgr, NULL);
        if (imb_get_errno(mgr) != 0) {
            free_mb_mgr(mgr);
            return NULL;
        }
    }
    ipsec_session *s = mgr != NULL ? aligned_alloc(64, (sizeof *s + 63) / 64 * 64) : NULL;
    if (s == NULL) {
        free_mb_mgr(mgr);
        return NULL;
    }
    s->mgr = mgr;
    return s;
}

static void session_free(void *session) {
    free_mb_mgr(((ipsec_session *)session)->mgr);
    free(session);
}

static IMB_MGR *manager(const void *session) {
    return ((const ipsec_session *)session)->mgr;
}

/* Counts the jobs of a burst that were not completed. */
static uint32_t failures(IMB_JOB *const *jobs, uint32_t n) {
    uint32_t failed = 0;
    for (uint32_t i = 0; i < n; i++) {
        failed += jobs[i]->status != IMB_STATUS_COMPLETED;
    }
    return failed;
}

/* Runs n jobs, each filled in by `fill`, in bursts; 1 if all were completed. */
static int run_bursts(IMB_MGR *mgr, void (*fill)(IMB_JOB *job, const void *items, size_t i), const void *items, size_t n) {
    IMB_JOB *jobs[IMB_MAX_BURST_SIZE];
    size_t filled = 0, done = 0;
    uint32_t failed = 0;
    while (done < n) {
        uint32_t want = n - filled < IMB_MAX_BURST_SIZE ? (uint32_t)(n - filled) : IMB_MAX_BURST_SIZE, completed = 0;
        if (want > 0 && IMB_GET_NEXT_BURST(mgr, want, jobs) >= want) {
            for (uint32_t i = 0; i < want; i++) {
                fill(jobs[i], items, filled + i);
            }
            filled += want;
            completed = IMB_SUBMIT_BURST_NOCHECK(mgr, want, jobs);
        } else {
            completed = IMB_FLUSH_BURST(mgr, IMB_MAX_BURST_SIZE, jobs);
            if (completed == 0) {
                return 0;
            }
        }
        failed += failures(jobs, completed);
        done += completed;
    }
    return failed == 0;
}

static void fill_aead(IMB_JOB *job, const uint8_t *key, const uint8_t *nonce, const uint8_t *ad, size_t ad_len,
                      const uint8_t *in, size_t len, uint8_t *out, uint8_t *tag) {
    job->cipher_mode = IMB_CIPHER_CHACHA20_POLY1305;
    job->hash_alg = IMB_AUTH_CHACHA20_POLY1305;
    job->enc_keys = key;
    job->dec_keys = key;
    job->key_len_in_bytes = 32;
    job->iv = nonce;
    job->iv_len_in_bytes = 12;
    job->u.CHACHA20_POLY1305.aad = ad;
    job->u.CHACHA20_POLY1305.aad_len_in_bytes = ad_len;
    job->src = in;
    job->dst = out;
    job->cipher_start_src_offset_in_bytes = 0;
    job->msg_len_to_cipher_in_bytes = len;
    job->hash_start_src_offset_in_bytes = 0;
    job->msg_len_to_hash_in_bytes = len;
    job->auth_tag_output = tag;
    job->auth_tag_output_len_in_bytes = 16;
}

static size_t key_bytes(sealane_aead algorithm) {
    return algorithm == SEALANE_AES128_GCM ? 16 : 32;
}

static void gcm_key(IMB_MGR *mgr, sealane_aead algorithm, const uint8_t *key, struct gcm_key_data *data) {
    if (algorithm == SEALANE_AES128_GCM) {
        IMB_AES128_GCM_PRE(mgr, key, data);
    } else {
        IMB_AES256_GCM_PRE(mgr, key, data);
    }
}

/* The items of one round, for filling jobs in; `tags` of openings, which a program must compare itself. */
enum { OPEN_ROUND = 1024 };
typedef struct {
    ipsec_session *session;
    sealane_aead algorithm;
    const void *items;
    uint8_t (*tags)[16];
} round_of;

/* A job of AES-GCM takes its key set up. Bursts are no longer than there are places for keys. */
static void fill_gcm(const round_of *round, IMB_JOB *job, size_t i, const uint8_t *key, const uint8_t *nonce, const uint8_t *ad,
                     size_t ad_len, const uint8_t *in, size_t len, uint8_t *out, uint8_t *tag) {
    struct gcm_key_data *data = &round->session->key[i % IMB_MAX_BURST_SIZE];
    gcm_key(round->session->mgr, round->algorithm, key, data);
    job->cipher_mode = IMB_CIPHER_GCM;
    job->hash_alg = IMB_AUTH_AES_GMAC;
    job->enc_keys = data;
    job->dec_keys = data;
    job->key_len_in_bytes = key_bytes(round->algorithm);
    job->iv = nonce;
    job->iv_len_in_bytes = 12;
    job->u.GCM.aad = ad;
    job->u.GCM.aad_len_in_bytes = ad_len;
    job->src = in;
    job->dst = out;
    job->cipher_start_src_offset_in_bytes = 0;
    job->msg_len_to_cipher_in_bytes = len;
    job->hash_start_src_offset_in_bytes = 0;
    job->msg_len_to_hash_in_bytes = len;
    job->auth_tag_output = tag;
    job->auth_tag_output_len_in_bytes = 16;
}

static void fill_seal(IMB_JOB *job, const void *items, size_t i) {
    const round_of *round = items;
    const sealane_aead_seal_item *m = (const sealane_aead_seal_item *)round->items + i;
    if (round->algorithm == SEALANE_CHACHA20_POLY1305) {
        fill_aead(job, m->key, m->nonce, m->ad, m->ad_len, m->in, m->len, m->out, m->tag);
    } else {
        fill_gcm(round, job, i, m->key, m->nonce, m->ad, m->ad_len, m->in, m->len, m->out, m->tag);
    }
    job->cipher_direction = IMB_DIR_ENCRYPT;
    job->chain_order = IMB_ORDER_CIPHER_HASH;
}

static void fill_open(IMB_JOB *job, const void *items, size_t i) {
    const round_of *round = items;
    const sealane_aead_open_item *m = (const sealane_aead_open_item *)round->items + i;
    if (round->algorithm == SEALANE_CHACHA20_POLY1305) {
        fill_aead(job, m->key, m->nonce, m->ad, m->ad_len, m->in, m->len, m->out, round->tags[i]);
    } else {
        fill_gcm(round, job, i, m->key, m->nonce, m->ad, m->ad_len, m->in, m->len, m->out, round->tags[i]);
    }
    job->cipher_direction = IMB_DIR_DECRYPT;
    job->chain_order = IMB_ORDER_HASH_CIPHER;
}

/* 0 if the tags are equal; in constant time, as a program would. */
static uint8_t tag_difference(const uint8_t *a, const uint8_t *b) {
    uint64_t a0, a1, b0, b1;
    memcpy(&a0, a, 8);
    memcpy(&a1, a + 8, 8);
    memcpy(&b0, b, 8);
    memcpy(&b1, b + 8, 8);
    return ((a0 ^ b0) | (a1 ^ b1)) != 0;
}

static sealane_status burst_seal(void *session, sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n) {
    const round_of round = {session, algorithm, items, NULL};
    return run_bursts(manager(session), fill_seal, &round, n) ? SEALANE_OK : SEALANE_EINVAL;
}

static sealane_status burst_open(void *session, sealane_aead algorithm, const sealane_aead_open_item *items, size_t n) {
    uint8_t tags[OPEN_ROUND][16], difference = 0;
    for (size_t at = 0; at < n; at += OPEN_ROUND) {
        const round_of round = {session, algorithm, items + at, tags};
        size_t count = n - at < OPEN_ROUND ? n - at : OPEN_ROUND;
        if (!run_bursts(manager(session), fill_open, &round, count)) {
            return SEALANE_EINVAL;
        }
        for (size_t i = 0; i < count; i++) {
            difference |= tag_difference(tags[i], items[at + i].tag);
        }
    }
    return difference ? SEALANE_EVERIFY : SEALANE_OK;
}

static void fill_sha512(IMB_JOB *job, const void *items, size_t i) {
    const sealane_hash_item *m = (const sealane_hash_item *)items + i;
    job->cipher_mode = IMB_CIPHER_NULL;
    job->cipher_direction = IMB_DIR_ENCRYPT;
    job->chain_order = IMB_ORDER_CIPHER_HASH;
    job->hash_alg = IMB_AUTH_SHA_512;
    job->src = m->in;
    job->hash_start_src_offset_in_bytes = 0;
    job->msg_len_to_hash_in_bytes = m->len;
    job->auth_tag_output = m->out;
    job->auth_tag_output_len_in_bytes = 64;
}

static sealane_status burst_sha512(void *session, const sealane_hash_item *items, size_t n) {
    return run_bursts(manager(session), fill_sha512, items, n) ? SEALANE_OK : SEALANE_EINVAL;
}

static void direct_seal_one(ipsec_session *s, sealane_aead algorithm, const sealane_aead_seal_item *m) {
    IMB_MGR *mgr = s->mgr;
    struct gcm_context_data gcm;
    struct chacha20_poly1305_context_data chacha;
    switch (algorithm) {
    case SEALANE_AES128_GCM:
        gcm_key(mgr, algorithm, m->key, s->key);
        IMB_AES128_GCM_ENC(mgr, s->key, &gcm, m->out, m->in, m->len, m->nonce, m->ad, m->ad_len, m->tag, 16);
        break;
    case SEALANE_AES256_GCM:
        gcm_key(mgr, algorithm, m->key, s->key);
        IMB_AES256_GCM_ENC(mgr, s->key, &gcm, m->out, m->in, m->len, m->nonce, m->ad, m->ad_len, m->tag, 16);
        break;
    default:
        IMB_CHACHA20_POLY1305_INIT(mgr, m->key, &chacha, m->nonce, m->ad, m->ad_len);
        IMB_CHACHA20_POLY1305_ENC_UPDATE(mgr, m->key, &chacha, m->out, m->in, m->len);
        IMB_CHACHA20_POLY1305_ENC_FINALIZE(mgr, &chacha, m->tag, 16);
        break;
    }
}

static void direct_open_one(ipsec_session *s, sealane_aead algorithm, const sealane_aead_open_item *m, uint8_t tag[16]) {
    IMB_MGR *mgr = s->mgr;
    struct gcm_context_data gcm;
    struct chacha20_poly1305_context_data chacha;
    switch (algorithm) {
    case SEALANE_AES128_GCM:
        gcm_key(mgr, algorithm, m->key, s->key);
        IMB_AES128_GCM_DEC(mgr, s->key, &gcm, m->out, m->in, m->len, m->nonce, m->ad, m->ad_len, tag, 16);
        break;
    case SEALANE_AES256_GCM:
        gcm_key(mgr, algorithm, m->key, s->key);
        IMB_AES256_GCM_DEC(mgr, s->key, &gcm, m->out, m->in, m->len, m->nonce, m->ad, m->ad_len, tag, 16);
        break;
    default:
        IMB_CHACHA20_POLY1305_INIT(mgr, m->key, &chacha, m->nonce, m->ad, m->ad_len);
        IMB_CHACHA20_POLY1305_DEC_UPDATE(mgr, m->key, &chacha, m->out, m->in, m->len);
        IMB_CHACHA20_POLY1305_DEC_FINALIZE(mgr, &chacha, tag, 16);
        break;
    }
}

static sealane_status direct_seal(void *session, sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n) {
    for (size_t i = 0; i < n; i++) {
        direct_seal_one(session, algorithm, &items[i]);
    }
    return SEALANE_OK;
}

static sealane_status direct_open(void *session, sealane_aead algorithm, const sealane_aead_open_item *items, size_t n) {
    uint8_t tag[16], difference = 0;
    for (size_t i = 0; i < n; i++) {
        direct_open_one(session, algorithm, &items[i], tag);
        difference |= tag_difference(tag, items[i].tag);
    }
    return difference ? SEALANE_EVERIFY : SEALANE_OK;
}

static sealane_status direct_sha512(void *session, const sealane_hash_item *items, size_t n) {
    IMB_MGR *mgr = manager(session);
    for (size_t i = 0; i < n; i++) {
        IMB_SHA512(mgr, items[i].in, items[i].len, items[i].out);
    }
    return SEALANE_OK;
}

const peer sealane_peer_ipsec_mb_burst = {
    .name = "ipsec-mb",
    .variant = "burst",
    .operations = PEER_AEAD_CHACHA20_POLY1305 | PEER_AEAD_AES128_GCM | PEER_AEAD_AES256_GCM | PEER_SHA512,
    .version = version,
    .session_new = session_new,
    .session_free = session_free,
    .aead_seal = burst_seal,
    .aead_open = burst_open,
    .sha512 = burst_sha512,
};

const peer sealane_peer_ipsec_mb_direct = {
    .name = "ipsec-mb",
    .variant = "direct",
    .operations = PEER_AEAD_CHACHA20_POLY1305 | PEER_AEAD_AES128_GCM | PEER_AEAD_AES256_GCM | PEER_SHA512,
    .version = version,
    .session_new = session_new,
    .session_free = session_free,
    .aead_seal = direct_seal,
    .aead_open = direct_open,
    .sha512 = direct_sha512,
};
