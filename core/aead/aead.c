/* SPDX-License-Identifier: ISC */
#include "core/aead/aead.h"

#include <stdint.h>
#include <string.h>

#include "core/dispatch/registry.h"
#include "core/kernel/aes_gcm.h"
#include "core/plan/plan.h"
#include "core/util/overlap.h"
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
    case SEALANE_AES128_GCM:
        return (const aead_ops *)sealane_dispatch(FAMILY_AES128_GCM);
    case SEALANE_AES256_GCM:
        return (const aead_ops *)sealane_dispatch(FAMILY_AES256_GCM);
    case SEALANE_AEGIS128L:
        return (const aead_ops *)sealane_dispatch(FAMILY_AEGIS128L);
    case SEALANE_AEGIS256:
        return (const aead_ops *)sealane_dispatch(FAMILY_AEGIS256);
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

/* Whether associated data lies in the output, as it may: kernels read it in time where the message has a call of its own. */
static inline int ad_in_output(const uint8_t *ad, size_t ad_len, const uint8_t *out, size_t len) {
    return ad_len > 0 && ranges_overlap(ad, ad_len, out, len);
}

/* By the lowest of the pointers, as numbers: faster than one by one. */
static inline int any_null(const void *const p[5]) {
    uintptr_t low = UINTPTR_MAX;
    for (size_t i = 0; i < 5; i++) {
        low = (uintptr_t)p[i] < low ? (uintptr_t)p[i] : low;
    }
    return low == 0;
}

/* Whether n items, of which the first is good, are plain: nothing NULL, without associated data, and as long as the first.
   Most batches are, and beside a kernel that takes thirty cycles a message it counts how soon this is seen. */
static int plain_seal(const sealane_aead_seal_item *items, size_t n) {
    size_t different = items[0].ad_len | (items[0].len ^ items[n - 1].len);
    for (size_t i = 0; i < n && different == 0; i++) {
        const sealane_aead_seal_item *m = &items[i];
        different = m->ad_len | (m->len ^ items[0].len) |
                    (size_t)any_null((const void *const[]){m->key, m->nonce, m->in, m->out, m->tag});
    }
    return different == 0;
}

static int plain_open(const sealane_aead_open_item *items, size_t n) {
    size_t different = items[0].ad_len | (items[0].len ^ items[n - 1].len);
    for (size_t i = 0; i < n && different == 0; i++) {
        const sealane_aead_open_item *m = &items[i];
        different = m->ad_len | (m->len ^ items[0].len) |
                    (size_t)any_null((const void *const[]){m->key, m->nonce, m->in, m->out, m->tag});
    }
    return different == 0;
}

/* key_given: each item has its own key; else none has. *alike = 1 if all items have the lengths of the first, and may go into
   lanes as far as other buffers are concerned. */
static sealane_status check_seal(sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n, int key_given,
                                 int *alike) {
    if (items == NULL && n > 0) {
        return SEALANE_EINVAL;
    }
    const algorithm_sizes *sizes = sizes_of(algorithm);
    size_t different = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_aead_seal_item *m = &items[i];
        sealane_status status = check_item(sizes, m->nonce, m->ad, m->ad_len, m->in, m->len, m->out, m->tag);
        if ((m->key != NULL) != key_given || status != SEALANE_OK) {
            return status == SEALANE_OK ? SEALANE_EINVAL : status;
        }
        if (i == 0 && key_given && plain_seal(items, n)) {
            *alike = 1;
            return SEALANE_OK;
        }
        different |= (m->len ^ items[0].len) | (m->ad_len ^ items[0].ad_len);
        different |= (size_t)ad_in_output(m->ad, m->ad_len, m->out, m->len);
    }
    *alike = different == 0;
    return SEALANE_OK;
}

static sealane_status check_open(sealane_aead algorithm, const sealane_aead_open_item *items, size_t n, int key_given,
                                 int *alike) {
    if (items == NULL && n > 0) {
        return SEALANE_EINVAL;
    }
    const algorithm_sizes *sizes = sizes_of(algorithm);
    size_t different = 0;
    for (size_t i = 0; i < n; i++) {
        const sealane_aead_open_item *m = &items[i];
        sealane_status status = check_item(sizes, m->nonce, m->ad, m->ad_len, m->in, m->len, m->out, m->tag);
        if ((m->key != NULL) != key_given || status != SEALANE_OK) {
            return status == SEALANE_OK ? SEALANE_EINVAL : status;
        }
        if (i == 0 && key_given && plain_open(items, n)) {
            *alike = 1;
            return SEALANE_OK;
        }
        different |= (m->len ^ items[0].len) | (m->ad_len ^ items[0].ad_len);
        different |= (size_t)ad_in_output(m->ad, m->ad_len, m->out, m->len);
    }
    *alike = different == 0;
    return SEALANE_OK;
}

/* A window of a batch: which items the lanes take, longest first, and which go one by one. Items are indices into it. */
typedef struct {
    size_t laned, alone;             /* how many of each */
    int alike;                       /* all have the length of the first: they stay as they came, and only cost[0] is set */
    uint16_t lane_item[PLAN_WINDOW]; /* as they came, */
    uint16_t cost[PLAN_WINDOW];      /* their blocks of 16 bytes, */
    uint16_t order[PLAN_WINDOW];     /* and the order of the two by cost */
    uint16_t alone_item[PLAN_WINDOW];
} window;

static void window_add(window *w, const aead_ops *ops, size_t item, size_t len, size_t ad_len, int alone) {
    if (alone || ops->lanes == 0 || len > ops->lanes_bytes_max || ad_len > ops->lanes_bytes_max - len) {
        w->alone_item[w->alone++] = (uint16_t)item;
    } else {
        w->lane_item[w->laned] = (uint16_t)item;
        w->cost[w->laned++] = (uint16_t)((len + 15) / 16 + (ad_len + 15) / 16); /* below PLAN_COST_MAX */
    }
}

/* `count` items, all alike, of which the first was added. */
static void window_fill(window *w, size_t count) {
    if (w->laned > 0) {
        w->laned = count;
    } else {
        for (; w->alone < count; w->alone++) {
            w->alone_item[w->alone] = (uint16_t)w->alone;
        }
    }
}

/* Of those that the lanes take, the i-th by cost. */
static inline size_t window_item(const window *w, size_t i) {
    return w->alike ? i : w->lane_item[w->order[i]];
}

static inline size_t window_cost(const window *w, size_t i) {
    return w->cost[w->alike ? 0 : w->order[i]];
}

#define LANES_MAX 256U

/*
 * How many of the `left` items that follow go into one lane call; the first, whose cost is `cost` blocks of 16 bytes, is the
 * longest. Where several passes run over their text it should stay in the nearest caches; sixteen are worth it all the same.
 */
#define CALL_BYTES 65536U
#define CALL_ITEMS_MIN 16U

static size_t call_items(const aead_ops *ops, size_t left, size_t cost) {
    const size_t bytes = ops->call_bytes > 0 ? ops->call_bytes : CALL_BYTES;
    size_t now = left < ops->lanes ? left : ops->lanes;
    while (now > CALL_ITEMS_MIN && now * cost * 16 > bytes) {
        now /= 2;
    }
    return now;
}

/* The one key of all items: as its bytes, or set up by ops->prepare. Both are NULL where each item has its own. */
typedef struct {
    const uint8_t *key;
    const void *state;
} shared_key;

static void seal_call(const aead_ops *ops, const sealane_aead_seal_item *const call[], size_t n, const void *state) {
    if (state != NULL) {
        ops->seal_prepared(state, call, n);
    } else if (n == 1) {
        ops->seal_one(call[0]);
    } else {
        ops->seal_lanes(call, n);
    }
}

static void open_call(const aead_ops *ops, const sealane_aead_open_item *const call[], size_t n, uint8_t good[],
                      const void *state) {
    if (state != NULL) {
        ops->open_prepared(state, call, n, good);
    } else if (n == 1) {
        good[0] = (uint8_t)ops->open_one(call[0]);
    } else {
        ops->open_lanes(call, n, good);
    }
}

/* The same with one key for all, in copies of the items: apart, as they are much of a call's stack. */
static __attribute__((noinline)) void seal_keyed_call(const aead_ops *ops, const sealane_aead_seal_item *call[], size_t n,
                                                      const uint8_t *key) {
    sealane_aead_seal_item keyed[LANES_MAX];
    for (size_t i = 0; i < n; i++) {
        keyed[i] = *call[i];
        keyed[i].key = key;
        call[i] = &keyed[i];
    }
    seal_call(ops, call, n, NULL);
}

static __attribute__((noinline)) void open_keyed_call(const aead_ops *ops, const sealane_aead_open_item *call[], size_t n,
                                                      uint8_t good[], const uint8_t *key) {
    sealane_aead_open_item keyed[LANES_MAX];
    for (size_t i = 0; i < n; i++) {
        keyed[i] = *call[i];
        keyed[i].key = key;
        call[i] = &keyed[i];
    }
    open_call(ops, call, n, good, NULL);
}

/* Items are good. alike: of check_seal. Apart, as one item needs neither a window nor the stack for it. */
static __attribute__((noinline)) void seal_items(const aead_ops *ops, const sealane_aead_seal_item *items, size_t n, int alike,
                                                 shared_key shared) {
    const sealane_aead_seal_item *call[LANES_MAX];
    for (size_t at = 0; at < n; at += PLAN_WINDOW) {
        size_t count = n - at < PLAN_WINDOW ? n - at : PLAN_WINDOW;
        window w;
        w.laned = w.alone = 0;
        w.alike = alike;
        for (size_t i = 0; i < (alike ? 1 : count); i++) {
            const sealane_aead_seal_item *m = &items[at + i];
            window_add(&w, ops, i, m->len, m->ad_len, ad_in_output(m->ad, m->ad_len, m->out, m->len));
        }
        if (alike) {
            window_fill(&w, count);
        } else if (w.laned > 0) {
            sealane_plan_order(w.cost, w.laned, w.order);
        }
        for (size_t i = 0; i < w.laned;) {
            size_t now = call_items(ops, w.laned - i, window_cost(&w, i));
            for (size_t l = 0; l < now; l++) {
                call[l] = &items[at + window_item(&w, i + l)];
            }
            if (shared.key != NULL) {
                seal_keyed_call(ops, call, now, shared.key);
            } else {
                seal_call(ops, call, now, shared.state);
            }
            i += now;
        }
        for (size_t i = 0; i < w.alone; i++) {
            sealane_aead_seal_item alone = items[at + w.alone_item[i]];
            alone.key = shared.key != NULL ? shared.key : alone.key;
            call[0] = &alone;
            seal_call(ops, call, 1, shared.state);
        }
    }
}

/* As seal_items. Returns how many were refused. */
static __attribute__((noinline)) size_t open_items(const aead_ops *ops, const sealane_aead_open_item *items, size_t n,
                                                   int alike, uint8_t *verdicts, shared_key shared) {
    const sealane_aead_open_item *call[LANES_MAX];
    uint8_t good[LANES_MAX];
    size_t refused = 0;
    for (size_t at = 0; at < n; at += PLAN_WINDOW) {
        size_t count = n - at < PLAN_WINDOW ? n - at : PLAN_WINDOW;
        window w;
        w.laned = w.alone = 0;
        w.alike = alike;
        for (size_t i = 0; i < (alike ? 1 : count); i++) {
            const sealane_aead_open_item *m = &items[at + i];
            window_add(&w, ops, i, m->len, m->ad_len, ad_in_output(m->ad, m->ad_len, m->out, m->len));
        }
        if (alike) {
            window_fill(&w, count);
        } else if (w.laned > 0) {
            sealane_plan_order(w.cost, w.laned, w.order);
        }
        for (size_t i = 0; i < w.laned;) {
            size_t now = call_items(ops, w.laned - i, window_cost(&w, i));
            for (size_t l = 0; l < now; l++) {
                call[l] = &items[at + window_item(&w, i + l)];
            }
            if (shared.key != NULL) {
                open_keyed_call(ops, call, now, good, shared.key);
            } else {
                open_call(ops, call, now, good, shared.state);
            }
            for (size_t l = 0; l < now; l++) {
                refused += !good[l];
                if (verdicts != NULL) {
                    verdicts[at + window_item(&w, i + l)] = good[l];
                }
            }
            i += now;
        }
        for (size_t i = 0; i < w.alone; i++) {
            sealane_aead_open_item alone = items[at + w.alone_item[i]];
            alone.key = shared.key != NULL ? shared.key : alone.key;
            call[0] = &alone;
            open_call(ops, call, 1, good, shared.state);
            refused += !good[0];
            if (verdicts != NULL) {
                verdicts[at + w.alone_item[i]] = good[0];
            }
        }
    }
    return refused;
}

/* Whether n items, of a stride, all name one key: then its set-up is paid once. What lies at the pointers is not compared. */
static int same_key(const aead_ops *ops, const uint8_t *const *keys, size_t stride, size_t n) {
    const uint8_t *at = (const uint8_t *)keys;
    for (size_t i = 1; i < n; i++) {
        if (*(const uint8_t *const *)(const void *)(at + i * stride) != keys[0]) {
            return 0;
        }
    }
    return n > 1 && ops->prepare != NULL;
}

/* A prepared state of a call's own. */
typedef struct {
    SEALANE_ALIGN(16) uint8_t bytes[AEAD_STATE_BYTES];
} own_state;

static sealane_status seal_with(const aead_ops *ops, sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n,
                                shared_key shared) {
    int own = shared.key == NULL && shared.state == NULL;
    int alike;
    sealane_status status = check_seal(algorithm, items, n, own, &alike);
    if (status != SEALANE_OK) {
        return status;
    }
    if (own && n == 1) {
        ops->seal_one(items);
    } else if (own && n > 1 && same_key(ops, &items[0].key, sizeof *items, n)) {
        own_state state;
        ops->prepare(state.bytes, items[0].key);
        seal_items(ops, items, n, alike, (shared_key){.state = state.bytes});
        wipe(&state, sizeof state);
    } else {
        seal_items(ops, items, n, alike, shared);
    }
    return SEALANE_OK;
}

static sealane_status open_with(const aead_ops *ops, sealane_aead algorithm, const sealane_aead_open_item *items, size_t n,
                                uint8_t *verdicts, shared_key shared) {
    int own = shared.key == NULL && shared.state == NULL;
    int alike;
    sealane_status status = check_open(algorithm, items, n, own, &alike);
    if (status != SEALANE_OK) {
        if (verdicts != NULL) {
            memset(verdicts, 0, n);
        }
        return status;
    }
    size_t refused;
    if (own && n == 1) {
        const int good = ops->open_one(items);
        refused = !good;
        if (verdicts != NULL) {
            verdicts[0] = (uint8_t)good;
        }
    } else if (own && n > 1 && same_key(ops, &items[0].key, sizeof *items, n)) {
        own_state state;
        ops->prepare(state.bytes, items[0].key);
        refused = open_items(ops, items, n, alike, verdicts, (shared_key){.state = state.bytes});
        wipe(&state, sizeof state);
    } else {
        refused = open_items(ops, items, n, alike, verdicts, shared);
    }
    return refused == 0 ? SEALANE_OK : SEALANE_EVERIFY;
}

static const shared_key none_shared;

sealane_status sealane_aead_seal_batch_with(const aead_ops *ops, sealane_aead algorithm, const sealane_aead_seal_item *items,
                                            size_t n) {
    return seal_with(ops, algorithm, items, n, none_shared);
}

sealane_status sealane_aead_open_batch_with(const aead_ops *ops, sealane_aead algorithm, const sealane_aead_open_item *items,
                                            size_t n, uint8_t *verdicts) {
    return open_with(ops, algorithm, items, n, verdicts, none_shared);
}

sealane_status sealane_aead_seal_batch(sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n) {
    const aead_ops *ops = sealane_aead_dispatch(algorithm);
    return ops == NULL ? SEALANE_EINVAL : seal_with(ops, algorithm, items, n, none_shared);
}

sealane_status sealane_aead_open_batch(sealane_aead algorithm, const sealane_aead_open_item *items, size_t n,
                                       uint8_t *verdicts) {
    const aead_ops *ops = sealane_aead_dispatch(algorithm);
    if (ops == NULL) {
        if (verdicts != NULL) {
            memset(verdicts, 0, n);
        }
        return SEALANE_EINVAL;
    }
    return open_with(ops, algorithm, items, n, verdicts, none_shared);
}

sealane_status sealane_aead_seal(sealane_aead algorithm, const sealane_aead_seal_item *item) {
    return sealane_aead_seal_batch(algorithm, item, 1);
}

sealane_status sealane_aead_open(sealane_aead algorithm, const sealane_aead_open_item *item) {
    return sealane_aead_open_batch(algorithm, item, 1, NULL);
}

/*
 * What a prepared key holds: the key itself, or what the kernel of the day made of it, which any other of the family reads.
 * The first word tells it from memory that was never prepared.
 */
typedef struct {
    uint64_t made;
    uint64_t algorithm;
    uint8_t state[AEAD_STATE_BYTES];
} prepared_key;

#define MADE UINT64_C(0x70726570206b6579)

_Static_assert(sizeof(prepared_key) == sizeof(sealane_aead_prepared), "the prepared key fits");
_Static_assert(sizeof(aes_gcm_state) <= AEAD_STATE_BYTES, "AES-GCM's state fits");
_Static_assert(offsetof(prepared_key, state) % 16 == 0, "the state is aligned");

sealane_status sealane_aead_prepare(sealane_aead_prepared *prepared, sealane_aead algorithm, const uint8_t *key) {
    if (prepared == NULL || key == NULL) {
        return SEALANE_EINVAL;
    }
    const aead_ops *ops = sealane_aead_dispatch(algorithm);
    if (ops == NULL) {
        return SEALANE_EINVAL;
    }
    const uint64_t head[2] = {MADE, (uint64_t)algorithm};
    uint8_t *state = prepared->opaque + offsetof(prepared_key, state);
    memset(prepared, 0, sizeof *prepared);
    memcpy(prepared->opaque, head, sizeof head);
    if (ops->prepare != NULL) {
        ops->prepare(state, key);
    } else {
        memcpy(state, key, sizes_of(algorithm)->key);
    }
    return SEALANE_OK;
}

void sealane_aead_prepared_wipe(sealane_aead_prepared *prepared) {
    if (prepared != NULL) {
        wipe(prepared, sizeof *prepared);
    }
}

/* The key that was prepared, and the ops that serve it; NULL where none was. */
static const aead_ops *prepared_get(const sealane_aead_prepared *prepared, sealane_aead *algorithm, shared_key *shared) {
    uint64_t head[2];
    if (prepared == NULL) {
        return NULL;
    }
    memcpy(head, prepared->opaque, sizeof head);
    *algorithm = (sealane_aead)head[1];
    const aead_ops *ops = head[0] == MADE ? sealane_aead_dispatch(*algorithm) : NULL;
    const uint8_t *state = prepared->opaque + offsetof(prepared_key, state);
    *shared = ops != NULL && ops->prepare != NULL ? (shared_key){.state = state} : (shared_key){.key = state};
    return ops;
}

sealane_status sealane_aead_seal_prepared_batch(const sealane_aead_prepared *prepared, const sealane_aead_seal_item *items,
                                                size_t n) {
    sealane_aead algorithm;
    shared_key shared;
    const aead_ops *ops = prepared_get(prepared, &algorithm, &shared);
    return ops == NULL ? SEALANE_EINVAL : seal_with(ops, algorithm, items, n, shared);
}

sealane_status sealane_aead_open_prepared_batch(const sealane_aead_prepared *prepared, const sealane_aead_open_item *items,
                                                size_t n, uint8_t *verdicts) {
    sealane_aead algorithm;
    shared_key shared;
    const aead_ops *ops = prepared_get(prepared, &algorithm, &shared);
    if (ops == NULL) {
        if (verdicts != NULL) {
            memset(verdicts, 0, n);
        }
        return SEALANE_EINVAL;
    }
    return open_with(ops, algorithm, items, n, verdicts, shared);
}

sealane_status sealane_aead_seal_prepared(const sealane_aead_prepared *prepared, const sealane_aead_seal_item *item) {
    return sealane_aead_seal_prepared_batch(prepared, item, 1);
}

sealane_status sealane_aead_open_prepared(const sealane_aead_prepared *prepared, const sealane_aead_open_item *item) {
    return sealane_aead_open_prepared_batch(prepared, item, 1, NULL);
}
