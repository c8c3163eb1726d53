/* SPDX-License-Identifier: ISC */
#include "core/aead/aead.h"

#include <stdint.h>
#include <string.h>

#include "core/dispatch/registry.h"
#include "core/plan/plan.h"
#include "core/util/wipe.h"

#define AD_BYTES_MAX ((UINT64_C(1) << 61) - 1)

typedef struct {
    uint64_t message_max, ad_max; /* ad_max 0: the algorithm has no associated data */
    uint16_t key, nonce, tag;
} algorithm_sizes;

#define SIZES(name, ad_bytes)                                                                                                  \
    {                                                                                                                          \
        .message_max = SEALANE_##name##_MESSAGE_BYTES_MAX, .key = SEALANE_##name##_KEY_BYTES,                                  \
        .nonce = SEALANE_##name##_NONCE_BYTES, .tag = SEALANE_##name##_TAG_BYTES, .ad_max = (ad_bytes)                         \
    }

static const algorithm_sizes all_sizes[] = {
    [SEALANE_CHACHA20_POLY1305] = SIZES(CHACHA20_POLY1305, AD_BYTES_MAX),
    [SEALANE_XCHACHA20_POLY1305] = SIZES(XCHACHA20_POLY1305, AD_BYTES_MAX),
    [SEALANE_XSALSA20_POLY1305] = SIZES(XSALSA20_POLY1305, 0),
    [SEALANE_AES128_GCM] = SIZES(AES128_GCM, AD_BYTES_MAX),
    [SEALANE_AES256_GCM] = SIZES(AES256_GCM, AD_BYTES_MAX),
    [SEALANE_AEGIS128L] = SIZES(AEGIS128L, AD_BYTES_MAX),
    [SEALANE_AEGIS256] = SIZES(AEGIS256, AD_BYTES_MAX),
    [SEALANE_XCHACHA20_POLY1305_SECRETBOX] = SIZES(XCHACHA20_POLY1305_SECRETBOX, 0),
};

/* All zero for a value that is no algorithm. */
static const algorithm_sizes *sizes_of(sealane_aead algorithm) {
    unsigned i = (unsigned)algorithm;
    return &all_sizes[i < sizeof all_sizes / sizeof all_sizes[0] ? i : 0];
}

size_t sealane_aead_key_bytes(sealane_aead algorithm) {
    return sizes_of(algorithm)->key;
}

size_t sealane_aead_nonce_bytes(sealane_aead algorithm) {
    return sizes_of(algorithm)->nonce;
}

size_t sealane_aead_tag_bytes(sealane_aead algorithm) {
    return sizes_of(algorithm)->tag;
}

uint64_t sealane_aead_message_bytes_max(sealane_aead algorithm) {
    return sizes_of(algorithm)->message_max;
}

const aead_ops *sealane_aead_dispatch(sealane_aead algorithm) {
    switch (algorithm) {
    case SEALANE_CHACHA20_POLY1305:
        return (const aead_ops *)sealane_dispatch(FAMILY_CHACHA20_POLY1305);
    case SEALANE_XCHACHA20_POLY1305:
        return (const aead_ops *)sealane_dispatch(FAMILY_XCHACHA20_POLY1305);
    case SEALANE_XSALSA20_POLY1305:
        return (const aead_ops *)sealane_dispatch(FAMILY_XSALSA20_POLY1305);
    case SEALANE_XCHACHA20_POLY1305_SECRETBOX:
        return (const aead_ops *)sealane_dispatch(FAMILY_XCHACHA20_POLY1305_SECRETBOX);
    default:
        return NULL;
    }
}

/* What the calls share: checks of one item, without its key, before anything is read. */
static sealane_status check_item(const algorithm_sizes *sizes, const void *nonce, const void *ad, size_t ad_len, const void *in,
                                 size_t len, const void *out, const void *tag) {
    if (nonce == NULL || tag == NULL || (ad == NULL && ad_len > 0) || ((in == NULL || out == NULL) && len > 0) ||
        (ad_len > 0 && sizes->ad_max == 0)) {
        return SEALANE_EINVAL;
    }
    return len > sizes->message_max || ad_len > sizes->ad_max ? SEALANE_ELENGTH : SEALANE_OK;
}

/* key_given: each item has its own key; else none has. */
static sealane_status check_seal(sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n, int key_given) {
    if (items == NULL && n > 0) {
        return SEALANE_EINVAL;
    }
    const algorithm_sizes *sizes = sizes_of(algorithm);
    for (size_t i = 0; i < n; i++) {
        const sealane_aead_seal_item *m = &items[i];
        sealane_status status = check_item(sizes, m->nonce, m->ad, m->ad_len, m->in, m->len, m->out, m->tag);
        if ((m->key != NULL) != key_given || status != SEALANE_OK) {
            return status == SEALANE_OK ? SEALANE_EINVAL : status;
        }
    }
    return SEALANE_OK;
}

static sealane_status check_open(sealane_aead algorithm, const sealane_aead_open_item *items, size_t n, int key_given) {
    if (items == NULL && n > 0) {
        return SEALANE_EINVAL;
    }
    const algorithm_sizes *sizes = sizes_of(algorithm);
    for (size_t i = 0; i < n; i++) {
        const sealane_aead_open_item *m = &items[i];
        sealane_status status = check_item(sizes, m->nonce, m->ad, m->ad_len, m->in, m->len, m->out, m->tag);
        if ((m->key != NULL) != key_given || status != SEALANE_OK) {
            return status == SEALANE_OK ? SEALANE_EINVAL : status;
        }
    }
    return SEALANE_OK;
}

/* A window of a batch: which items the lanes take, longest first, and which go one by one. Items are indices into it. */
typedef struct {
    size_t laned, alone;             /* how many of each */
    uint16_t lane_item[PLAN_WINDOW]; /* as they came, */
    uint16_t cost[PLAN_WINDOW];      /* their Poly1305 blocks, */
    uint16_t order[PLAN_WINDOW];     /* and the order of the two by cost */
    uint16_t alone_item[PLAN_WINDOW];
} window;

static void window_add(window *w, const aead_ops *ops, size_t item, size_t len, size_t ad_len) {
    if (ops->lanes == 0 || len > ops->lanes_bytes_max || ad_len > ops->lanes_bytes_max - len) {
        w->alone_item[w->alone++] = (uint16_t)item;
    } else {
        w->lane_item[w->laned] = (uint16_t)item;
        w->cost[w->laned++] = (uint16_t)((len + 15) / 16 + (ad_len + 15) / 16); /* below PLAN_COST_MAX */
    }
}

#define LANES_MAX 64U

/*
 * How many of the `left` items that follow go into one lane call; the first, whose cost is `cost` blocks of 16 bytes, is the
 * longest. Several passes run over their text, which should stay in the nearest caches; sixteen are worth it all the same.
 */
#define CALL_BYTES 65536U
#define CALL_ITEMS_MIN 16U

static size_t call_items(const aead_ops *ops, size_t left, size_t cost) {
    size_t now = left < ops->lanes ? left : ops->lanes;
    while (now > CALL_ITEMS_MIN && now * cost * 16 > CALL_BYTES) {
        now /= 2;
    }
    return now;
}

/* Items are good. key: NULL, or the one key of all items, whose own is NULL. */
static void seal_items(const aead_ops *ops, const sealane_aead_seal_item *items, size_t n, const uint8_t *key) {
    sealane_aead_seal_item keyed[LANES_MAX];
    const sealane_aead_seal_item *call[LANES_MAX];
    for (size_t at = 0; at < n; at += PLAN_WINDOW) {
        size_t count = n - at < PLAN_WINDOW ? n - at : PLAN_WINDOW;
        window w;
        w.laned = w.alone = 0;
        for (size_t i = 0; i < count; i++) {
            window_add(&w, ops, i, items[at + i].len, items[at + i].ad_len);
        }
        if (w.laned > 0) {
            sealane_plan_order(w.cost, w.laned, w.order);
        }
        for (size_t i = 0; i < w.laned;) {
            size_t now = call_items(ops, w.laned - i, w.cost[w.order[i]]);
            for (size_t l = 0; l < now; l++) {
                call[l] = &items[at + w.lane_item[w.order[i + l]]];
                if (key != NULL) {
                    keyed[l] = *call[l];
                    keyed[l].key = key;
                    call[l] = &keyed[l];
                }
            }
            if (now == 1) {
                ops->seal_one(call[0]);
            } else {
                ops->seal_lanes(call, now);
            }
            i += now;
        }
        for (size_t i = 0; i < w.alone; i++) {
            keyed[0] = items[at + w.alone_item[i]];
            keyed[0].key = key != NULL ? key : keyed[0].key;
            ops->seal_one(&keyed[0]);
        }
    }
}

/* As seal_items. Returns how many were refused. */
static size_t open_items(const aead_ops *ops, const sealane_aead_open_item *items, size_t n, uint8_t *verdicts,
                         const uint8_t *key) {
    sealane_aead_open_item keyed[LANES_MAX];
    const sealane_aead_open_item *call[LANES_MAX];
    uint8_t good[LANES_MAX];
    size_t refused = 0;
    for (size_t at = 0; at < n; at += PLAN_WINDOW) {
        size_t count = n - at < PLAN_WINDOW ? n - at : PLAN_WINDOW;
        window w;
        w.laned = w.alone = 0;
        for (size_t i = 0; i < count; i++) {
            window_add(&w, ops, i, items[at + i].len, items[at + i].ad_len);
        }
        if (w.laned > 0) {
            sealane_plan_order(w.cost, w.laned, w.order);
        }
        for (size_t i = 0; i < w.laned;) {
            size_t now = call_items(ops, w.laned - i, w.cost[w.order[i]]);
            for (size_t l = 0; l < now; l++) {
                call[l] = &items[at + w.lane_item[w.order[i + l]]];
                if (key != NULL) {
                    keyed[l] = *call[l];
                    keyed[l].key = key;
                    call[l] = &keyed[l];
                }
            }
            if (now == 1) {
                good[0] = (uint8_t)ops->open_one(call[0]);
            } else {
                ops->open_lanes(call, now, good);
            }
            for (size_t l = 0; l < now; l++) {
                refused += !good[l];
                if (verdicts != NULL) {
                    verdicts[at + w.lane_item[w.order[i + l]]] = good[l];
                }
            }
            i += now;
        }
        for (size_t i = 0; i < w.alone; i++) {
            keyed[0] = items[at + w.alone_item[i]];
            keyed[0].key = key != NULL ? key : keyed[0].key;
            good[0] = (uint8_t)ops->open_one(&keyed[0]);
            refused += !good[0];
            if (verdicts != NULL) {
                verdicts[at + w.alone_item[i]] = good[0];
            }
        }
    }
    return refused;
}

static sealane_status seal_with(const aead_ops *ops, sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n,
                                const uint8_t *key) {
    sealane_status status = check_seal(algorithm, items, n, key == NULL);
    if (status == SEALANE_OK) {
        seal_items(ops, items, n, key);
    }
    return status;
}

static sealane_status open_with(const aead_ops *ops, sealane_aead algorithm, const sealane_aead_open_item *items, size_t n,
                                uint8_t *verdicts, const uint8_t *key) {
    sealane_status status = check_open(algorithm, items, n, key == NULL);
    if (status != SEALANE_OK) {
        if (verdicts != NULL) {
            memset(verdicts, 0, n);
        }
        return status;
    }
    return open_items(ops, items, n, verdicts, key) == 0 ? SEALANE_OK : SEALANE_EVERIFY;
}

sealane_status sealane_aead_seal_batch_with(const aead_ops *ops, sealane_aead algorithm, const sealane_aead_seal_item *items,
                                            size_t n) {
    return seal_with(ops, algorithm, items, n, NULL);
}

sealane_status sealane_aead_open_batch_with(const aead_ops *ops, sealane_aead algorithm, const sealane_aead_open_item *items,
                                            size_t n, uint8_t *verdicts) {
    return open_with(ops, algorithm, items, n, verdicts, NULL);
}

/* The status of asking for an algorithm that has no ops. */
static sealane_status no_ops(sealane_aead algorithm) {
    return sizes_of(algorithm)->key == 0 ? SEALANE_EINVAL : SEALANE_EUNSUPPORTED;
}

sealane_status sealane_aead_seal_batch(sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n) {
    const aead_ops *ops = sealane_aead_dispatch(algorithm);
    return ops == NULL ? no_ops(algorithm) : seal_with(ops, algorithm, items, n, NULL);
}

sealane_status sealane_aead_open_batch(sealane_aead algorithm, const sealane_aead_open_item *items, size_t n,
                                       uint8_t *verdicts) {
    const aead_ops *ops = sealane_aead_dispatch(algorithm);
    if (ops == NULL) {
        if (verdicts != NULL) {
            memset(verdicts, 0, n);
        }
        return no_ops(algorithm);
    }
    return open_with(ops, algorithm, items, n, verdicts, NULL);
}

sealane_status sealane_aead_seal(sealane_aead algorithm, const sealane_aead_seal_item *item) {
    return sealane_aead_seal_batch(algorithm, item, 1);
}

sealane_status sealane_aead_open(sealane_aead algorithm, const sealane_aead_open_item *item) {
    return sealane_aead_open_batch(algorithm, item, 1, NULL);
}

/* What a prepared key holds. The word tells it from memory that was never prepared. */
typedef struct {
    uint64_t made;
    uint64_t algorithm;
    uint8_t key[SEALANE_AEAD_KEY_BYTES_MAX];
} prepared_key;

#define MADE UINT64_C(0x70726570206b6579)

_Static_assert(sizeof(prepared_key) <= sizeof(sealane_aead_prepared), "the prepared key fits");

sealane_status sealane_aead_prepare(sealane_aead_prepared *prepared, sealane_aead algorithm, const uint8_t *key) {
    if (prepared == NULL || key == NULL) {
        return SEALANE_EINVAL;
    }
    if (sealane_aead_dispatch(algorithm) == NULL) {
        return no_ops(algorithm);
    }
    prepared_key p = {.made = MADE, .algorithm = (uint64_t)algorithm, .key = {0}};
    memcpy(p.key, key, sizes_of(algorithm)->key);
    memset(prepared, 0, sizeof *prepared);
    memcpy(prepared->opaque, &p, sizeof p);
    wipe(&p, sizeof p);
    return SEALANE_OK;
}

void sealane_aead_prepared_wipe(sealane_aead_prepared *prepared) {
    if (prepared != NULL) {
        wipe(prepared, sizeof *prepared);
    }
}

/* Where the prepared key lies, and its algorithm; NULL where it was not prepared. */
static const uint8_t *prepared_get(const sealane_aead_prepared *prepared, sealane_aead *algorithm) {
    uint64_t head[2];
    if (prepared == NULL) {
        return NULL;
    }
    memcpy(head, prepared->opaque, sizeof head);
    *algorithm = (sealane_aead)head[1];
    return head[0] == MADE && sealane_aead_dispatch(*algorithm) != NULL ? prepared->opaque + offsetof(prepared_key, key) : NULL;
}

sealane_status sealane_aead_seal_prepared_batch(const sealane_aead_prepared *prepared, const sealane_aead_seal_item *items,
                                                size_t n) {
    sealane_aead algorithm;
    const uint8_t *key = prepared_get(prepared, &algorithm);
    return key == NULL ? SEALANE_EINVAL : seal_with(sealane_aead_dispatch(algorithm), algorithm, items, n, key);
}

sealane_status sealane_aead_open_prepared_batch(const sealane_aead_prepared *prepared, const sealane_aead_open_item *items,
                                                size_t n, uint8_t *verdicts) {
    sealane_aead algorithm;
    const uint8_t *key = prepared_get(prepared, &algorithm);
    if (key == NULL) {
        if (verdicts != NULL) {
            memset(verdicts, 0, n);
        }
        return SEALANE_EINVAL;
    }
    return open_with(sealane_aead_dispatch(algorithm), algorithm, items, n, verdicts, key);
}

sealane_status sealane_aead_seal_prepared(const sealane_aead_prepared *prepared, const sealane_aead_seal_item *item) {
    return sealane_aead_seal_prepared_batch(prepared, item, 1);
}

sealane_status sealane_aead_open_prepared(const sealane_aead_prepared *prepared, const sealane_aead_open_item *item) {
    return sealane_aead_open_prepared_batch(prepared, item, 1, NULL);
}
