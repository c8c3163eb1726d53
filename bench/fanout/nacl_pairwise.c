/* SPDX-License-Identifier: ISC */
/* NaCl's box for each member, as Threema and many others do. */
#include <sodium.h>
#include <string.h>

#include "bench/fanout/parts.h"
#include "bench/fanout/profiles.h"

enum { COLD, PREPARED };

struct fanout_group {
    size_t recipients, size;
    const uint8_t *message;
    parts_pairs sender, members;
    uint8_t *nonces; /* 24 bytes each */
};

struct fanout_slot {
    const fanout_group *group;
    size_t mode;
    sealane_box_seal_item *items;
    sealane_box_key *keys; /* NULL when cold */
    uint8_t *plaintext;    /* for the check */
};

static size_t slot_bytes(const fanout_load *load) {
    return sizeof(sealane_box_seal_item) + sizeof(sealane_box_key) + SEALANE_BOX_TAG_BYTES + load->size;
}

static fanout_group *group_new(arena *a, const fanout_load *load) {
    uint64_t random = load->seed;
    fanout_group *group = arena_take(a, 1, sizeof *group);
    if (group == NULL) {
        return NULL;
    }
    group->recipients = load->recipients;
    group->message = load->message;
    group->size = load->size;
    group->nonces = parts_random(a, &random, load->recipients * SEALANE_BOX_NONCE_BYTES);
    bool good = parts_pairs_make(a, &random, 1, &group->sender);
    return good && parts_pairs_make(a, &random, load->recipients, &group->members) ? group : NULL;
}

/* Makes the shared keys, as an implementation does once for many messages. */
static bool prepare(arena *a, fanout_slot *slot, const peer *p, void *session) {
    const fanout_group *group = slot->group;
    sealane_box_prepare_item *items = arena_take(a, group->recipients, sizeof *items);
    slot->keys = arena_take(a, group->recipients, sizeof *slot->keys);
    for (size_t i = 0; !a->failed && i < group->recipients; i++) {
        items[i] = (sealane_box_prepare_item){group->members.public[i], group -> sender.secret[0], &slot->keys[i]};
    }
    return !a->failed && p->box_prepare(session, items, group->recipients) == SEALANE_OK;
}

static fanout_slot *slot_new(arena *a, const fanout_group *group, const peer *p, void *session, size_t mode) {
    const size_t box_bytes = SEALANE_BOX_TAG_BYTES + group->size;
    fanout_slot *slot = arena_take(a, 1, sizeof *slot);
    uint8_t *boxes = arena_take(a, group->recipients, box_bytes);
    sealane_box_seal_item *items = arena_take(a, group->recipients, sizeof *items);
    uint8_t *plaintext = arena_take(a, group->size, 1);
    if (a->failed) {
        return NULL;
    }
    *slot = (fanout_slot){.group = group, .mode = mode, .items = items, .plaintext = plaintext};
    if (mode == PREPARED && !prepare(a, slot, p, session)) {
        return NULL;
    }
    for (size_t i = 0; i < group->recipients; i++) {
        items[i] = (sealane_box_seal_item){.nonce = group->nonces + i * SEALANE_BOX_NONCE_BYTES,
                                           .in = group->message,
                                           .len = group->size,
                                           .out = boxes + i * box_bytes};
        if (mode == PREPARED) {
            items[i].prepared = &slot->keys[i];
        } else {
            items[i].public_key = group->members.public[i];
            items[i].secret_key = group->sender.secret[0];
        }
    }
    return slot;
}

static sealane_status run(fanout_slot *slot, const peer *p, void *session, size_t first, size_t last) {
    return p->box_seal(session, slot->items + first, last - first);
}

/* Opens a box as its recipient would who has no shared key yet, or has one. */
static bool opens(const fanout_slot *slot, size_t i) {
    const fanout_group *group = slot->group;
    const sealane_box_seal_item *item = &slot->items[i];
    const size_t box_bytes = SEALANE_BOX_TAG_BYTES + group->size;
    if (slot->mode == COLD) {
        return crypto_box_open_easy(slot->plaintext, item->out, box_bytes, item->nonce, group->sender.public[0],
                                    group -> members.secret[i]) == 0;
    }
    uint8_t key[crypto_box_BEFORENMBYTES];
    return crypto_box_beforenm(key, group->sender.public[0], group -> members.secret[i]) == 0 &&
           crypto_box_open_easy_afternm(slot->plaintext, item->out, box_bytes, item->nonce, key) == 0;
}

static size_t check(fanout_slot *slot, const peer *p, void *session) {
    (void)p;
    (void)session;
    const fanout_group *group = slot->group;
    for (size_t i = 0; i < group->recipients; i++) {
        if (!opens(slot, i) || (group->size > 0 && memcmp(slot->plaintext, group->message, group->size) != 0)) {
            return i;
        }
    }
    return SIZE_MAX;
}

const fanout_profile sealane_fanout_nacl_pairwise = {
    .name = "nacl-pairwise",
    .work = "one message for all, crypto_box a recipient; cold, and with prepared shared keys",
    .story = "The sender encrypts the message once for each member of the group, under a key that only the two share, as "
             "Threema does. Cold, these keys are agreed on anew; prepared, they were kept from an earlier message.",
    .exact = true,
    .sized = true,
    .operations = PEER_BOX,
    .families = (const char *const[]){"x25519", "xsalsa20-poly1305", NULL},
    .modes = (const fanout_mode[]){{"cold", "recipient", 0}, {"prepared", "recipient", 0}, {NULL, NULL, 0}},
    .recipients = (const size_t[]){12, 50, 256, 0},
    .slot_bytes = slot_bytes,
    .group_new = group_new,
    .slot_new = slot_new,
    .run = run,
    .check = check,
};
