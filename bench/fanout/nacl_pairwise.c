/* SPDX-License-Identifier: ISC */
#include "bench/fanout/nacl_pairwise.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { COLD, PREPARED };

struct fanout_group {
    size_t recipients, size;
    const uint8_t *message;
    uint8_t secret_key[32], public_key[32]; /* the sender's */
    uint8_t (*secret_keys)[32], (*public_keys)[32], (*nonces)[24];
};

struct fanout_slot {
    const fanout_group *group;
    size_t mode;
    sealane_box_seal_item *items;
    sealane_box_key *keys; /* NULL when cold */
    uint8_t *boxes;        /* of one recipient after the other */
};

static size_t box_bytes(size_t size) {
    return SEALANE_BOX_TAG_BYTES + size;
}

static size_t slot_bytes(size_t size) {
    return sizeof(sealane_box_seal_item) + sizeof(sealane_box_key) + box_bytes(size);
}

static void group_free(fanout_group *group) {
    free(group->secret_keys);
    free(group->public_keys);
    free(group->nonces);
    free(group);
}

static fanout_group *group_new(uint64_t seed, const uint8_t *message, size_t size, size_t recipients) {
    fanout_group *group = calloc(1, sizeof *group);
    if (group == NULL) {
        return NULL;
    }
    group->recipients = recipients;
    group->message = message;
    group->size = size;
    group->secret_keys = calloc(recipients, sizeof *group->secret_keys);
    group->public_keys = calloc(recipients, sizeof *group->public_keys);
    group->nonces = calloc(recipients, sizeof *group->nonces);
    if (group->secret_keys == NULL || group->public_keys == NULL || group->nonces == NULL) {
        group_free(group);
        return NULL;
    }
    uint64_t state = seed;
    sealane_stats_random_bytes(&state, group->secret_key, sizeof group->secret_key);
    crypto_scalarmult_base(group->public_key, group->secret_key);
    sealane_stats_random_bytes(&state, group->secret_keys[0], recipients * sizeof *group->secret_keys);
    sealane_stats_random_bytes(&state, group->nonces[0], recipients * sizeof *group->nonces);
    for (size_t i = 0; i < recipients; i++) {
        crypto_scalarmult_base(group->public_keys[i], group->secret_keys[i]);
    }
    return group;
}

static void slot_free(fanout_slot *slot) {
    free(slot->items);
    free(slot->keys);
    free(slot->boxes);
    free(slot);
}

/* Makes the shared keys, as an implementation does once for many messages. */
static bool prepare(fanout_slot *slot, const peer *p, void *session) {
    const fanout_group *group = slot->group;
    sealane_box_prepare_item *items = calloc(group->recipients, sizeof *items);
    slot->keys = calloc(group->recipients, sizeof *slot->keys);
    bool good = items != NULL && slot->keys != NULL;
    for (size_t i = 0; good && i < group->recipients; i++) {
        items[i] = (sealane_box_prepare_item){group->public_keys[i], group->secret_key, &slot->keys[i]};
    }
    good = good && p->box_prepare(session, items, group->recipients) == SEALANE_OK;
    free(items);
    return good;
}

static fanout_slot *slot_new(const fanout_group *group, const peer *p, void *session, size_t mode) {
    fanout_slot *slot = calloc(1, sizeof *slot);
    if (slot == NULL) {
        return NULL;
    }
    slot->group = group;
    slot->mode = mode;
    slot->items = calloc(group->recipients, sizeof *slot->items);
    slot->boxes = calloc(group->recipients, box_bytes(group->size));
    if (slot->items == NULL || slot->boxes == NULL || (mode == PREPARED && !prepare(slot, p, session))) {
        slot_free(slot);
        return NULL;
    }
    for (size_t i = 0; i < group->recipients; i++) {
        sealane_box_seal_item *item = &slot->items[i];
        item->nonce = group->nonces[i];
        item->in = group->message;
        item->len = group->size;
        item->out = slot->boxes + i * box_bytes(group->size);
        if (mode == PREPARED) {
            item->prepared = &slot->keys[i];
        } else {
            item->public_key = group->public_keys[i];
            item->secret_key = group->secret_key;
        }
    }
    return slot;
}

static sealane_status run(fanout_slot *slot, const peer *p, void *session, size_t first, size_t last) {
    return p->box_seal(session, slot->items + first, last - first);
}

/* Opens a box as its recipient would who has no shared key yet, or has one. */
static bool opens(const fanout_slot *slot, size_t i, uint8_t *plaintext) {
    const fanout_group *group = slot->group;
    const uint8_t *box = slot->items[i].out;
    if (slot->mode == COLD) {
        return crypto_box_open_easy(plaintext, box, box_bytes(group->size), group->nonces[i], group->public_key,
                                    group->secret_keys[i]) == 0;
    }
    uint8_t key[crypto_box_BEFORENMBYTES];
    return crypto_box_beforenm(key, group->public_key, group->secret_keys[i]) == 0 &&
           crypto_box_open_easy_afternm(plaintext, box, box_bytes(group->size), group->nonces[i], key) == 0;
}

static size_t check(const fanout_slot *slot) {
    const fanout_group *group = slot->group;
    uint8_t *plaintext = malloc(group->size + 1);
    size_t wrong = plaintext == NULL ? 0 : SIZE_MAX;
    for (size_t i = 0; wrong == SIZE_MAX && i < group->recipients; i++) {
        if (!opens(slot, i, plaintext) || memcmp(plaintext, group->message, group->size) != 0) {
            wrong = i;
        }
    }
    free(plaintext);
    return wrong;
}

const fanout_profile sealane_fanout_nacl_pairwise = {
    .name = "nacl-pairwise",
    .work = "one message for all, crypto_box a recipient; cold, and with prepared shared keys",
    .exact = true,
    .operations = PEER_BOX,
    .families = (const char *const[]){"x25519", "xsalsa20-poly1305", NULL},
    .modes = (const char *const[]){"cold", "prepared", NULL},
    .recipients = (const size_t[]){12, 50, 256, 0},
    .slot_bytes = slot_bytes,
    .group_new = group_new,
    .group_free = group_free,
    .slot_new = slot_new,
    .slot_free = slot_free,
    .run = run,
    .check = check,
};
