/* SPDX-License-Identifier: ISC */
/*
 * A box is metered as its two halves, the shared key and the box under it. HPKE's parts cannot be called apart from it: it is
 * timed whole, its curve work and its AEAD again alone, and hashing is what remains.
 */
#include "bench/fanout/meter.h"

#include "bench/fanout/parts.h"

static sealane_status stop(meter *m, int part, double start, sealane_status status) {
    m->seconds[part] += sealane_stats_thread_time() - start;
    return status;
}

#define TIMED(part, call)                                                                                                      \
    meter *m = session;                                                                                                        \
    double start = sealane_stats_thread_time();                                                                                \
    return stop(m, part, start, m->peer->call)

static sealane_status aead_seal(void *session, sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n) {
    TIMED(PART_AEAD, aead_seal(m->session, algorithm, items, n));
}

static sealane_status aead_open(void *session, sealane_aead algorithm, const sealane_aead_open_item *items, size_t n) {
    TIMED(PART_AEAD, aead_open(m->session, algorithm, items, n));
}

static sealane_status box_prepare(void *session, const sealane_box_prepare_item *items, size_t n) {
    TIMED(PART_AGREEMENT, box_prepare(m->session, items, n));
}

static sealane_status box_seal(void *session, const sealane_box_seal_item *items, size_t n) {
    meter *m = session;
    size_t count = 0;
    sealane_box_key *keys = arena_take(&m->scratch, n, sizeof *keys);
    sealane_box_prepare_item *prepare = arena_take(&m->scratch, n, sizeof *prepare);
    sealane_box_seal_item *ready = arena_take(&m->scratch, n, sizeof *ready);
    if (m->scratch.failed) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        ready[i] = items[i];
        if (ready[i].prepared == NULL) {
            prepare[count] = (sealane_box_prepare_item){items[i].public_key, items[i].secret_key, &keys[count]};
            ready[i].prepared = &keys[count++];
        }
    }
    sealane_status status = count == 0 ? SEALANE_OK : box_prepare(session, prepare, count);
    double start = sealane_stats_thread_time();
    return status != SEALANE_OK ? status : stop(m, PART_AEAD, start, m->peer->box_seal(m->session, ready, n));
}

static sealane_status x25519(void *session, const sealane_x25519_item *items, size_t n) {
    TIMED(PART_AGREEMENT, x25519(m->session, items, n));
}

static sealane_status x25519_base(void *session, const sealane_x25519_base_item *items, size_t n) {
    TIMED(PART_AGREEMENT, x25519_base(m->session, items, n));
}

static sealane_status ed25519_verify(void *session, const sealane_ed25519_item *items, size_t n, uint8_t *verdicts) {
    TIMED(PART_SIGNATURES, ed25519_verify(m->session, items, n, verdicts));
}

static sealane_status ed25519_sign(void *session, const sealane_ed25519_sign_item *items, size_t n) {
    TIMED(PART_SIGNATURES, ed25519_sign(m->session, items, n));
}

static sealane_status hkdf_sha256(void *session, const sealane_hkdf_item *items, size_t n) {
    TIMED(PART_HASHING, hkdf_sha256(m->session, items, n));
}

/* Items for the parts of n HPKE operations: their contents do not matter. */
typedef struct {
    sealane_x25519_item *exchange;
    sealane_x25519_base_item *pair;
    key32 *scratch;
    key32 key;
} hpke_parts;

static bool hpke_parts_make(meter *m, size_t n, hpke_parts *parts) {
    *parts = (hpke_parts){.exchange = arena_take(&m->scratch, n, sizeof *parts->exchange),
                          .pair = arena_take(&m->scratch, n, sizeof *parts->pair),
                          .scratch = arena_take(&m->scratch, n, sizeof *parts->scratch),
                          .key = {1}};
    return !m->scratch.failed;
}

/* Books the time of a whole operation: what neither curves nor AEAD took was hashing. */
static void book(meter *m, double whole, double curves, double aead) {
    double sum = curves + aead, scale = sum > whole ? whole / sum : 1;
    m->seconds[PART_AGREEMENT] += scale * curves;
    m->seconds[PART_AEAD] += scale * aead;
    m->seconds[PART_HASHING] += whole - scale * sum;
}

static sealane_status hpke_seal(void *session, const sealane_hpke_seal_item *items, size_t n) {
    meter *m = session;
    hpke_parts parts;
    sealane_aead_seal_item *seal = arena_take(&m->scratch, n, sizeof *seal);
    if (!hpke_parts_make(m, n, &parts)) {
        return SEALANE_EINVAL;
    }
    double start = sealane_stats_thread_time();
    sealane_status status = m->peer->hpke_seal(m->session, items, n);
    double whole = sealane_stats_thread_time() - start;
    for (size_t i = 0; i < n; i++) {
        const sealane_hpke_seal_item *h = &items[i];
        uint8_t *out = arena_take(&m->scratch, h->len + SEALANE_HPKE_TAG_BYTES, 1);
        if (out == NULL) {
            return SEALANE_EINVAL;
        }
        parts.pair[i] = (sealane_x25519_base_item){parts.key, parts.scratch[i]};
        parts.exchange[i] = (sealane_x25519_item){parts.key, h->public_key, parts.scratch[i]};
        seal[i] = (sealane_aead_seal_item){parts.key, parts.key, h->ad, h->ad_len, h->in, h->len, out, out + h->len};
    }
    start = sealane_stats_thread_time();
    status = status == SEALANE_OK ? m->peer->x25519_base(m->session, parts.pair, n) : status;
    status = status == SEALANE_OK ? m->peer->x25519(m->session, parts.exchange, n) : status;
    double curves = sealane_stats_thread_time() - start;
    start = sealane_stats_thread_time();
    status = status == SEALANE_OK ? m->peer->aead_seal(m->session, SEALANE_CHACHA20_POLY1305, seal, n) : status;
    book(m, whole, curves, sealane_stats_thread_time() - start);
    return status;
}

static sealane_status hpke_open(void *session, const sealane_hpke_open_item *items, size_t n) {
    meter *m = session;
    hpke_parts parts;
    if (!hpke_parts_make(m, n, &parts)) {
        return SEALANE_EINVAL;
    }
    double start = sealane_stats_thread_time();
    sealane_status status = m->peer->hpke_open(m->session, items, n);
    double whole = sealane_stats_thread_time() - start;
    for (size_t i = 0; i < n; i++) {
        parts.exchange[i] = (sealane_x25519_item){items[i].secret_key, items[i].enc, parts.scratch[i]};
    }
    start = sealane_stats_thread_time();
    status = status == SEALANE_OK ? m->peer->x25519(m->session, parts.exchange, n) : status;
    book(m, whole, sealane_stats_thread_time() - start, 0); /* no opening of another text would do: it is left with hashing */
    return status;
}

const peer sealane_fanout_metered = {
    .name = "metered",
    .aead_seal = aead_seal,
    .aead_open = aead_open,
    .box_prepare = box_prepare,
    .box_seal = box_seal,
    .x25519 = x25519,
    .x25519_base = x25519_base,
    .ed25519_verify = ed25519_verify,
    .ed25519_sign = ed25519_sign,
    .hkdf_sha256 = hkdf_sha256,
    .hpke_seal = hpke_seal,
    .hpke_open = hpke_open,
};
