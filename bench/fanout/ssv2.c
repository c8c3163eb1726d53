/* SPDX-License-Identifier: ISC */
/* Signal's sealed sender, version 2: the message once, a masked key and a tag for each user. */
#include <sodium.h>
#include <string.h>

#include "bench/fanout/parts.h"
#include "bench/fanout/profiles.h"

enum {
    TAG = 16,
    NAME_IKM = 3 * 32, /* DH(e, R), E, R */
    AUTH_IKM = 5 * 32, /* DH(S, R), E, C, S, R */
    AUTH = 16,
};

static const uint8_t name_label[] = "Sealed Sender v2: DH", auth_label[] = "Sealed Sender v2: DH-sender";
static const uint8_t nonce[12]; /* the key is fresh */

struct fanout_group {
    size_t recipients, size;
    const uint8_t *message;
    uint8_t *key; /* M, of which everyone gets a masked copy */
    parts_pairs sender, ephemeral, members;
};

struct fanout_slot {
    const fanout_group *group;
    sealane_x25519_item *exchanges; /* two a user */
    sealane_hkdf_item *names, *auths;
    uint8_t (*name_ikm)[NAME_IKM], (*auth_ikm)[AUTH_IKM]; /* the Diffie-Hellman results come first */
    key32 *masks;
    uint8_t (*auth)[AUTH];
    key32 ephemeral_public;
    uint8_t *sealed, *plaintext;
};

/* Where the user's masked key is. */
static uint8_t *masked(const fanout_slot *slot, size_t i) {
    return slot->auth_ikm[i] + 64;
}

static size_t slot_bytes(const fanout_load *load) {
    (void)load;
    return 2 * (sizeof(sealane_x25519_item) + sizeof(sealane_hkdf_item)) + NAME_IKM + AUTH_IKM + 32 + AUTH;
}

static fanout_group *group_new(arena *a, const fanout_load *load) {
    uint64_t random = load->seed;
    fanout_group *group = arena_take(a, 1, sizeof *group);
    if (group == NULL) {
        return NULL;
    }
    *group = (fanout_group){.recipients = load->recipients, .size = load->size, .message = load->message};
    group->key = parts_random(a, &random, 32);
    return parts_pairs_make(a, &random, 1, &group->sender) && parts_pairs_make(a, &random, 1, &group->ephemeral) &&
                   parts_pairs_make(a, &random, load->recipients, &group->members)
               ? group
               : NULL;
}

static fanout_slot *slot_new(arena *a, const fanout_group *group, const peer *p, void *session, size_t mode) {
    (void)p;
    (void)session;
    (void)mode;
    const size_t n = group->recipients;
    fanout_slot *slot = arena_take(a, 1, sizeof *slot);
    if (slot == NULL) {
        return NULL;
    }
    slot->group = group;
    slot->exchanges = arena_take(a, 2 * n, sizeof *slot->exchanges);
    slot->names = arena_take(a, n, sizeof *slot->names);
    slot->auths = arena_take(a, n, sizeof *slot->auths);
    slot->name_ikm = arena_take(a, n, sizeof *slot->name_ikm);
    slot->auth_ikm = arena_take(a, n, sizeof *slot->auth_ikm);
    slot->masks = arena_take(a, n, sizeof *slot->masks);
    slot->auth = arena_take(a, n, sizeof *slot->auth);
    slot->sealed = arena_take(a, group->size + TAG, 1);
    slot->plaintext = arena_take(a, group->size, 1);
    if (a->failed) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        uint8_t *name = slot->name_ikm[i], *auth = slot->auth_ikm[i];
        const uint8_t *public = group->members.public[i];
        slot->exchanges[2 * i] = (sealane_x25519_item){group->ephemeral.secret[0], public, name};
        slot->exchanges[2 * i + 1] = (sealane_x25519_item){group->sender.secret[0], public, auth};
        memcpy(name + 32, group->ephemeral.public[0], 32);
        memcpy(name + 64, public, 32);
        memcpy(auth + 32, group->ephemeral.public[0], 32);
        memcpy(auth + 96, group->sender.public[0], 32);
        memcpy(auth + 128, public, 32);
        slot->names[i] = (sealane_hkdf_item){
            NULL, 0, name, NAME_IKM, name_label, sizeof name_label - 1, slot->masks[i], sizeof slot->masks[i]};
        slot->auths[i] = (sealane_hkdf_item){NULL, 0, auth, AUTH_IKM, auth_label, sizeof auth_label - 1, slot->auth[i], AUTH};
    }
    return slot;
}

static sealane_status run(fanout_slot *slot, const peer *p, void *session, size_t first, size_t last) {
    const fanout_group *group = slot->group;
    const size_t n = last - first;
    sealane_status status = SEALANE_OK;
    if (first == 0) {
        const sealane_x25519_base_item pair = {group->ephemeral.secret[0], slot->ephemeral_public};
        const sealane_aead_seal_item message = {.key = group->key,
                                                .nonce = nonce,
                                                .in = group->message,
                                                .len = group->size,
                                                .out = slot->sealed,
                                                .tag = slot->sealed + group->size};
        status = p->x25519_base(session, &pair, 1);
        status = status == SEALANE_OK ? p->aead_seal(session, SEALANE_CHACHA20_POLY1305, &message, 1) : status;
    }
    status = status == SEALANE_OK ? p->x25519(session, slot->exchanges + 2 * first, 2 * n) : status;
    status = status == SEALANE_OK ? p->hkdf_sha256(session, slot->names + first, n) : status;
    for (size_t i = first; i < last; i++) {
        for (size_t b = 0; b < 32; b++) {
            masked(slot, i)[b] = slot->masks[i][b] ^ group->key[b];
        }
    }
    return status == SEALANE_OK ? p->hkdf_sha256(session, slot->auths + first, n) : status;
}

/* What a user makes of a Diffie-Hellman result and what it received. */
static bool derive(uint8_t *out, size_t len, const uint8_t secret[32], const uint8_t public[32], const uint8_t *ikm,
                   size_t ikm_len, const uint8_t *label, size_t label_len) {
    uint8_t own[AUTH_IKM];
    memcpy(own, ikm, ikm_len);
    const sealane_hkdf_item item = {NULL, 0, own, ikm_len, label, label_len, out, len};
    return crypto_scalarmult(own, secret, public) == 0 && sealane_peer_libsodium.hkdf_sha256(NULL, &item, 1) == SEALANE_OK;
}

static size_t check(fanout_slot *slot, const peer *p, void *session) {
    (void)p;
    (void)session;
    const fanout_group *group = slot->group;
    if (memcmp(slot->ephemeral_public, group->ephemeral.public[0], 32) != 0) {
        return 0;
    }
    for (size_t i = 0; i < group->recipients; i++) {
        const uint8_t *secret = group->members.secret[i];
        uint8_t key[32], auth[AUTH];
        if (!derive(key, sizeof key, secret, slot->ephemeral_public, slot->name_ikm[i], NAME_IKM, name_label,
                    sizeof name_label - 1) ||
            !derive(auth, AUTH, secret, group->sender.public[0], slot -> auth_ikm[i], AUTH_IKM, auth_label,
                    sizeof auth_label - 1) ||
            memcmp(auth, slot->auth[i], AUTH) != 0) {
            return i;
        }
        for (size_t b = 0; b < 32; b++) {
            key[b] ^= masked(slot, i)[b];
        }
        if (memcmp(key, group->key, 32) != 0) {
            return i;
        }
    }
    /* All have the same key: what one opens, all open. */
    if (crypto_aead_chacha20poly1305_ietf_decrypt(slot->plaintext, NULL, NULL, slot->sealed, group->size + TAG, NULL, 0, nonce,
                                                  group->key) != 0 ||
        (group->size > 0 && memcmp(slot->plaintext, group->message, group->size) != 0)) {
        return 0;
    }
    return SIZE_MAX;
}

const fanout_profile sealane_fanout_ssv2 = {
    .name = "ssv2",
    .work = "two X25519 and two HKDF-SHA256 a user, the message once under ChaCha20-Poly1305",
    .story =
        "Signal's sealed sender: the message is encrypted once; each user gets the message key, masked so that only that "
        "user can unmask it, and a tag that tells the user, and no one else, who the sender is. Devices cost nothing more.",
    .exact = false,
    .sized = true,
    .operations = PEER_X25519 | PEER_X25519_BASE | PEER_HKDF_SHA256 | PEER_AEAD_CHACHA20_POLY1305,
    .families = (const char *const[]){"x25519", "sha256", "chacha20-poly1305", NULL},
    .modes = (const fanout_mode[]){{"send", "recipient", 0}, {NULL, NULL, 0}},
    .recipients = (const size_t[]){2, 5, 10, 100, 1000, 0},
    .slot_bytes = slot_bytes,
    .group_new = group_new,
    .slot_new = slot_new,
    .run = run,
    .check = check,
};
