/* SPDX-License-Identifier: ISC */
/* Saltpack's encryption format: a payload key in a box for each recipient, the message once under it. */
#include <sodium.h>
#include <string.h>

#include "bench/fanout/parts.h"
#include "bench/fanout/profiles.h"

enum { BOXES = 2, TAG = SEALANE_BOX_TAG_BYTES, BOX = 32 + TAG };

/* What saltpack has instead of random nonces; their keys are fresh. */
static const uint8_t box_nonces[BOXES][24] = {"saltpack_payload_key_box", "saltpack_derived_sboxkey"};
static const uint8_t bulk_nonce[24] = "saltpack_ploadsb\0\0\0\0\0\0\0";
static const uint8_t zeroes[32]; /* what the second box hides: its tag and key stream make the recipient's MAC key */

struct fanout_group {
    size_t recipients, size;
    const uint8_t *message;
    uint8_t *payload_key;
    parts_pairs sender, ephemeral, members;
};

struct fanout_slot {
    const fanout_group *group;
    sealane_box_seal_item *items; /* BOXES a recipient */
    uint8_t (*boxes)[BOX];
    uint8_t *bulk, *plaintext; /* tag first */
    key32 ephemeral_public;
};

static size_t slot_bytes(const fanout_load *load) {
    (void)load;
    return BOXES * (sizeof(sealane_box_seal_item) + BOX);
}

static fanout_group *group_new(arena *a, const fanout_load *load) {
    uint64_t random = load->seed;
    fanout_group *group = arena_take(a, 1, sizeof *group);
    if (group == NULL) {
        return NULL;
    }
    *group = (fanout_group){.recipients = load->recipients, .size = load->size, .message = load->message};
    group->payload_key = parts_random(a, &random, 32);
    return parts_pairs_make(a, &random, 1, &group->sender) && parts_pairs_make(a, &random, 1, &group->ephemeral) &&
                   parts_pairs_make(a, &random, load->recipients, &group->members)
               ? group
               : NULL;
}

static fanout_slot *slot_new(arena *a, const fanout_group *group, const peer *p, void *session, size_t mode) {
    (void)p;
    (void)session;
    (void)mode;
    fanout_slot *slot = arena_take(a, 1, sizeof *slot);
    if (slot == NULL) {
        return NULL;
    }
    slot->group = group;
    slot->items = arena_take(a, group->recipients * BOXES, sizeof *slot->items);
    slot->boxes = arena_take(a, group->recipients * BOXES, sizeof *slot->boxes);
    slot->bulk = arena_take(a, group->size + TAG, 1);
    slot->plaintext = arena_take(a, group->size, 1);
    if (a->failed) {
        return NULL;
    }
    for (size_t i = 0; i < group->recipients * BOXES; i++) {
        slot->items[i] = (sealane_box_seal_item){
            .public_key = group->members.public[i / BOXES],
            .secret_key = i % BOXES == 0 ? group->ephemeral.secret[0] : group->sender.secret[0],
            .nonce = box_nonces[i % BOXES],
            .in = i % BOXES == 0 ? group->payload_key : zeroes,
            .len = 32,
            .out = slot->boxes[i],
        };
    }
    return slot;
}

static sealane_status run(fanout_slot *slot, const peer *p, void *session, size_t first, size_t last) {
    const fanout_group *group = slot->group;
    sealane_status status = SEALANE_OK;
    if (first == 0) {
        const sealane_x25519_base_item pair = {group->ephemeral.secret[0], slot->ephemeral_public};
        const sealane_aead_seal_item bulk = {.key = group->payload_key,
                                             .nonce = bulk_nonce,
                                             .in = group->message,
                                             .len = group->size,
                                             .out = slot->bulk + TAG,
                                             .tag = slot->bulk};
        status = p->x25519_base(session, &pair, 1);
        status = status == SEALANE_OK ? p->aead_seal(session, SEALANE_XSALSA20_POLY1305, &bulk, 1) : status;
    }
    return status == SEALANE_OK ? p->box_seal(session, slot->items + BOXES * first, BOXES * (last - first)) : status;
}

static size_t check(fanout_slot *slot, const peer *p, void *session) {
    (void)p;
    (void)session;
    const fanout_group *group = slot->group;
    for (size_t i = 0; i < group->recipients; i++) {
        const uint8_t *secret = group->members.secret[i];
        uint8_t key[32], zero[32];
        if (crypto_box_open_easy(key, slot->boxes[BOXES * i], BOX, box_nonces[0], slot->ephemeral_public, secret) != 0 ||
            crypto_box_open_easy(zero, slot->boxes[BOXES * i + 1], BOX, box_nonces[1], group->sender.public[0], secret) != 0 ||
            memcmp(key, group->payload_key, sizeof key) != 0 || !sodium_is_zero(zero, sizeof zero)) {
            return i;
        }
    }
    /* All have the same key: what one opens, all open. */
    if (crypto_secretbox_open_easy(slot->plaintext, slot->bulk, group->size + TAG, bulk_nonce, group->payload_key) != 0 ||
        (group->size > 0 && memcmp(slot->plaintext, group->message, group->size) != 0)) {
        return 0;
    }
    return SIZE_MAX;
}

const fanout_profile sealane_fanout_saltpack = {
    .name = "saltpack",
    .work = "two boxes of 32 bytes a recipient, the message once under secretbox",
    .story = "The message is encrypted once under a fresh key. Each recipient gets that key in a box of its own, and a second "
             "box that proves who sent it, as Keybase's saltpack does.",
    .exact = true,
    .sized = true,
    .operations = PEER_BOX | PEER_X25519_BASE | PEER_AEAD_XSALSA20_POLY1305,
    .families = (const char *const[]){"x25519", "xsalsa20-poly1305", NULL},
    .modes = (const fanout_mode[]){{"send", "recipient", 0}, {NULL, NULL, 0}},
    .recipients = (const size_t[]){10, 100, 1000, 0},
    .slot_bytes = slot_bytes,
    .group_new = group_new,
    .slot_new = slot_new,
    .run = run,
    .check = check,
};
