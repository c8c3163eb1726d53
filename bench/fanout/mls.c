/* SPDX-License-Identifier: ISC */
/* Messaging Layer Security (RFC 9420), cipher suite 3: X25519, ChaCha20-Poly1305, SHA-256, Ed25519. */
#include <sodium.h>
#include <string.h>

#include "bench/fanout/parts.h"
#include "bench/fanout/profiles.h"

#define TAG SEALANE_HPKE_TAG_BYTES
#define SECRETS_BYTES 100U     /* of a Welcome: GroupSecrets */
#define LEAF_BYTES 250U        /* what a leaf node's signature covers, */
#define KEY_PACKAGE_BYTES 400U /* and a key package's */

/* EncryptContext: label and context, each behind its length. */
static const uint8_t info[] = "\x0fMLS 1.0 Welcome\x20"
                              "the hash of the group's info 0123";

struct fanout_group {
    bool join;
    size_t n; /* joiners, or leaves of which one joins */
    sealane_ed25519_item *leaves, *packages;
    parts_pairs init; /* of the joiners */
    uint8_t *secrets;
    key32 enc; /* of the Welcome that a joiner opens */
    uint8_t welcome[SECRETS_BYTES + TAG];
};

struct fanout_slot {
    const fanout_group *group;
    uint8_t *leaf_verdicts, *package_verdicts;
    sealane_hpke_seal_item *seals;
    key32 *encs;
    uint8_t (*sealed)[SECRETS_BYTES + TAG];
    sealane_hpke_open_item open;
    uint8_t opened[SECRETS_BYTES];
};

static size_t slot_bytes(const fanout_load *load) {
    (void)load;
    return 2 + sizeof(sealane_hpke_seal_item) + 32 + SECRETS_BYTES + TAG;
}

static fanout_group *group_new(arena *a, const fanout_load *load) {
    uint64_t random = load->seed;
    fanout_group *group = arena_take(a, 1, sizeof *group);
    if (group == NULL) {
        return NULL;
    }
    group->join = load->profile == &sealane_fanout_mls_join;
    group->n = load->recipients;
    group->leaves = parts_signatures(a, &random, group->n, 0, LEAF_BYTES);
    group->packages = group->join ? NULL : parts_signatures(a, &random, group->n, 0, KEY_PACKAGE_BYTES);
    group->secrets = parts_random(a, &random, SECRETS_BYTES);
    if (!parts_pairs_make(a, &random, group->join ? 1 : group->n, &group->init)) {
        return NULL;
    }
    const sealane_hpke_seal_item welcome = {.public_key = group->init.public[0],
                                            .info = info,
                                            .info_len = sizeof info - 1,
                                            .in = group->secrets,
                                            .len = SECRETS_BYTES,
                                            .enc = group->enc,
                                            .out = group->welcome};
    return sealane_peer_libsodium.hpke_seal(NULL, &welcome, 1) == SEALANE_OK ? group : NULL;
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
    slot->leaf_verdicts = arena_take(a, group->n, 1);
    slot->package_verdicts = arena_take(a, group->n, 1);
    slot->open = (sealane_hpke_open_item){.public_key = group->init.public[0],
                                          .secret_key = group->init.secret[0],
                                          .info = info,
                                          .info_len = sizeof info - 1,
                                          .enc = group->enc,
                                          .in = group->welcome,
                                          .len = SECRETS_BYTES,
                                          .out = slot->opened};
    if (group->join) {
        return a->failed ? NULL : slot;
    }
    slot->seals = arena_take(a, group->n, sizeof *slot->seals);
    slot->encs = arena_take(a, group->n, sizeof *slot->encs);
    slot->sealed = arena_take(a, group->n, sizeof *slot->sealed);
    for (size_t i = 0; !a->failed && i < group->n; i++) {
        slot->seals[i] = (sealane_hpke_seal_item){.public_key = group->init.public[i],
                                                  .info = info,
                                                  .info_len = sizeof info - 1,
                                                  .in = group->secrets,
                                                  .len = SECRETS_BYTES,
                                                  .enc = slot->encs[i],
                                                  .out = slot->sealed[i]};
    }
    return a->failed ? NULL : slot;
}

static sealane_status run(fanout_slot *slot, const peer *p, void *session, size_t first, size_t last) {
    const fanout_group *group = slot->group;
    const size_t n = last - first;
    sealane_status status = p->ed25519_verify(session, group->leaves + first, n, slot->leaf_verdicts + first);
    if (group->join) {
        return status == SEALANE_OK && first == 0 ? p->hpke_open(session, &slot->open, 1) : status;
    }
    status =
        status == SEALANE_OK ? p->ed25519_verify(session, group->packages + first, n, slot->package_verdicts + first) : status;
    return status == SEALANE_OK ? p->hpke_seal(session, slot->seals + first, n) : status;
}

static size_t check(fanout_slot *slot, const peer *p, void *session) {
    const fanout_group *group = slot->group;
    size_t wrong = parts_verdicts_wrong(p, session, group->leaves, group->n, slot->leaf_verdicts);
    if (group->join) { /* libsodium sealed the Welcome */
        return wrong == SIZE_MAX && memcmp(slot->opened, group->secrets, SECRETS_BYTES) != 0 ? 0 : wrong;
    }
    if (wrong == SIZE_MAX) {
        wrong = parts_verdicts_wrong(p, session, group->packages, group->n, slot->package_verdicts);
    }
    for (size_t i = 0; wrong == SIZE_MAX && i < group->n; i++) {
        uint8_t opened[SECRETS_BYTES];
        sealane_hpke_open_item item = slot->open;
        item.public_key = group->init.public[i];
        item.secret_key = group->init.secret[i];
        item.enc = slot->encs[i];
        item.in = slot->sealed[i];
        item.out = opened;
        if (sealane_peer_libsodium.hpke_open(NULL, &item, 1) != SEALANE_OK ||
            memcmp(opened, group->secrets, SECRETS_BYTES) != 0) {
            wrong = i;
        }
    }
    return wrong;
}

const fanout_profile sealane_fanout_mls_add = {
    .name = "mls-add",
    .work = "a joiner: two verifies, HPKE base seal of 100 bytes",
    .story =
        "Someone adds members to an MLS group (RFC 9420): the two signatures of each newcomer's key package are verified, and "
        "the group's secrets are sealed to its key by HPKE.",
    .exact = true,
    .operations = PEER_ED25519_VERIFY | PEER_HPKE | PEER_X25519 | PEER_X25519_BASE | PEER_AEAD_CHACHA20_POLY1305,
    .families = (const char *const[]){"ed25519", "sha512", "x25519", "sha256", "chacha20-poly1305", NULL},
    .modes = (const fanout_mode[]){{"add", "recipient", 0}, {NULL, NULL, 0}},
    .recipients = (const size_t[]){10, 250, 1000, 0},
    .slot_bytes = slot_bytes,
    .group_new = group_new,
    .slot_new = slot_new,
    .run = run,
    .check = check,
};

const fanout_profile sealane_fanout_mls_join = {
    .name = "mls-join",
    .work = "every leaf verified, one HPKE open of 100 bytes",
    .story =
        "Whoever joins an MLS group (RFC 9420) opens the Welcome and verifies the signature of every member's leaf before the "
        "first message can be read. A recipient here is one such leaf.",
    .exact = true,
    .operations = PEER_ED25519_VERIFY | PEER_HPKE | PEER_X25519,
    .families = (const char *const[]){"ed25519", "sha512", "x25519", "sha256", "chacha20-poly1305", NULL},
    .modes = (const fanout_mode[]){{"join", "recipient", 0}, {NULL, NULL, 0}},
    .recipients = (const size_t[]){250, 1000, 2500, 0},
    .slot_bytes = slot_bytes,
    .group_new = group_new,
    .slot_new = slot_new,
    .run = run,
    .check = check,
};
