/* SPDX-License-Identifier: ISC */
/* A new session with each device: signatures verified, keys agreed on, a secret sealed. Signal's and Matrix's way. */
#include <sodium.h>
#include <string.h>

#include "bench/fanout/parts.h"
#include "bench/fanout/profiles.h"

#define AGREEMENTS_MAX 3U
#define TAG 16U
#define IKM_MAX (32U + 32U * AGREEMENTS_MAX)
#define OUT_BYTES 44U /* key, nonce */

/* What differs between the two. */
typedef struct {
    size_t verifies;        /* signatures of a device */
    size_t signed_bytes[2]; /* what each signs */
    size_t agreements;      /* 3: X3DH, with a fresh key pair a device; 1: the sender's ratchet key with the device's one */
    size_t sealed_bytes;
    const char *label;
} session_kind;

struct fanout_group {
    const session_kind *kind;
    size_t devices_of_one, n; /* n: devices of all */
    sealane_ed25519_item *signatures[2];
    parts_pairs sender;           /* identity */
    parts_pairs identity, prekey; /* of the devices */
    key32 *ephemeral_secret;      /* of the sender, one a device where the kind has them */
    uint8_t *texts;
};

struct fanout_slot {
    const fanout_group *group;
    uint8_t *verdicts[2];
    sealane_x25519_base_item *pairs;
    key32 *ephemeral_public;
    sealane_x25519_item *exchanges;
    uint8_t (*ikm)[IKM_MAX];
    sealane_hkdf_item *keys;
    uint8_t (*out)[OUT_BYTES];
    sealane_aead_seal_item *seals;
    uint8_t *sealed, *plaintext;
};

static size_t slot_bytes(const fanout_load *load) {
    const session_kind *kind = load->profile->parameters;
    return load->devices *
           (2 + sizeof(sealane_x25519_base_item) + 32 + kind->agreements * sizeof(sealane_x25519_item) + IKM_MAX +
            sizeof(sealane_hkdf_item) + OUT_BYTES + sizeof(sealane_aead_seal_item) + kind->sealed_bytes + TAG);
}

static fanout_group *group_new(arena *a, const fanout_load *load) {
    uint64_t random = load->seed;
    fanout_group *group = arena_take(a, 1, sizeof *group);
    if (group == NULL) {
        return NULL;
    }
    const session_kind *kind = group->kind = load->profile->parameters;
    group->devices_of_one = load->devices;
    group->n = load->recipients * load->devices;
    for (size_t v = 0; v < kind->verifies; v++) {
        group->signatures[v] = parts_signatures(a, &random, group->n, 0, kind->signed_bytes[v]);
    }
    group->texts = parts_random(a, &random, group->n * kind->sealed_bytes);
    group->ephemeral_secret = (key32 *)parts_random(a, &random, group->n * sizeof(key32));
    return parts_pairs_make(a, &random, 1, &group->sender) && parts_pairs_make(a, &random, group->n, &group->identity) &&
                   parts_pairs_make(a, &random, group->n, &group->prekey)
               ? group
               : NULL;
}

/* The sender's side of a device's agreements: DH(IKa, SPKb), DH(EKa, IKb), DH(EKa, SPKb), or the first alone. */
static sealane_x25519_item exchange(const fanout_group *group, size_t device, size_t agreement, uint8_t *out) {
    return (sealane_x25519_item){
        .scalar = agreement == 0 ? group->sender.secret[0] : group->ephemeral_secret[device],
        .point = agreement == 1 ? group->identity.public[device] : group->prekey.public[device],
        .out = out,
    };
}

static fanout_slot *slot_new(arena *a, const fanout_group *group, const peer *p, void *session, size_t mode) {
    (void)p;
    (void)session;
    (void)mode;
    const session_kind *kind = group->kind;
    const size_t n = group->n;
    fanout_slot *slot = arena_take(a, 1, sizeof *slot);
    if (slot == NULL) {
        return NULL;
    }
    slot->group = group;
    slot->verdicts[0] = arena_take(a, n, 1);
    slot->verdicts[1] = arena_take(a, n, 1);
    slot->pairs = arena_take(a, n, sizeof *slot->pairs);
    slot->ephemeral_public = arena_take(a, n, sizeof *slot->ephemeral_public);
    slot->exchanges = arena_take(a, n * kind->agreements, sizeof *slot->exchanges);
    slot->ikm = arena_take(a, n, sizeof *slot->ikm);
    slot->keys = arena_take(a, n, sizeof *slot->keys);
    slot->out = arena_take(a, n, sizeof *slot->out);
    slot->seals = arena_take(a, n, sizeof *slot->seals);
    slot->sealed = arena_take(a, n, kind->sealed_bytes + TAG);
    slot->plaintext = arena_take(a, kind->sealed_bytes, 1);
    if (a->failed) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        uint8_t *sealed = slot->sealed + i * (kind->sealed_bytes + TAG);
        slot->pairs[i] = (sealane_x25519_base_item){group->ephemeral_secret[i], slot->ephemeral_public[i]};
        memset(slot->ikm[i], 0xff, 32);
        for (size_t k = 0; k < kind->agreements; k++) {
            slot->exchanges[i * kind->agreements + k] = exchange(group, i, k, slot->ikm[i] + 32 + 32 * k);
        }
        slot->keys[i] = (sealane_hkdf_item){.ikm = slot->ikm[i],
                                            .ikm_len = 32 + 32 * kind->agreements,
                                            .info = (const uint8_t *)kind->label,
                                            .info_len = strlen(kind->label),
                                            .out = slot->out[i],
                                            .out_len = OUT_BYTES};
        slot->seals[i] = (sealane_aead_seal_item){.key = slot->out[i],
                                                  .nonce = slot->out[i] + 32,
                                                  .in = group->texts + i * kind->sealed_bytes,
                                                  .len = kind->sealed_bytes,
                                                  .out = sealed,
                                                  .tag = sealed + kind->sealed_bytes};
    }
    return slot;
}

static sealane_status run(fanout_slot *slot, const peer *p, void *session, size_t first, size_t last) {
    const fanout_group *group = slot->group;
    const session_kind *kind = group->kind;
    const size_t at = first * group->devices_of_one, n = (last - first) * group->devices_of_one;
    sealane_status status = SEALANE_OK;
    for (size_t v = 0; v < kind->verifies && status == SEALANE_OK; v++) {
        status = p->ed25519_verify(session, group->signatures[v] + at, n, slot->verdicts[v] + at);
    }
    if (status == SEALANE_OK && kind->agreements > 1) {
        status = p->x25519_base(session, slot->pairs + at, n);
    }
    status = status == SEALANE_OK ? p->x25519(session, slot->exchanges + at * kind->agreements, n * kind->agreements) : status;
    status = status == SEALANE_OK ? p->hkdf_sha256(session, slot->keys + at, n) : status;
    return status == SEALANE_OK ? p->aead_seal(session, SEALANE_CHACHA20_POLY1305, slot->seals + at, n) : status;
}

/* Opens as the device does: with its own secrets and what it received. */
static bool opens(const fanout_slot *slot, size_t i) {
    const fanout_group *group = slot->group;
    const session_kind *kind = group->kind;
    uint8_t ikm[IKM_MAX], out[OUT_BYTES];
    memset(ikm, 0xff, 32);
    for (size_t k = 0; k < kind->agreements; k++) {
        if (crypto_scalarmult(ikm + 32 + 32 * k, k == 1 ? group->identity.secret[i] : group->prekey.secret[i],
                              k == 0 ? group->sender.public[0] : slot->ephemeral_public[i]) != 0) {
            return false;
        }
    }
    sealane_hkdf_item item = slot->keys[i];
    item.ikm = ikm;
    item.out = out;
    return sealane_peer_libsodium.hkdf_sha256(NULL, &item, 1) == SEALANE_OK &&
           crypto_aead_chacha20poly1305_ietf_decrypt(slot->plaintext, NULL, NULL, slot->seals[i].out, kind->sealed_bytes + TAG,
                                                     NULL, 0, out + 32, out) == 0 &&
           memcmp(slot->plaintext, slot->seals[i].in, kind->sealed_bytes) == 0;
}

static size_t check(fanout_slot *slot, const peer *p, void *session) {
    const fanout_group *group = slot->group;
    for (size_t i = 0; i < group->n; i++) {
        if (!opens(slot, i)) {
            return i / group->devices_of_one;
        }
    }
    for (size_t v = 0; v < group->kind->verifies; v++) {
        size_t wrong = parts_verdicts_wrong(p, session, group->signatures[v], group->n, slot->verdicts[v]);
        if (wrong != SIZE_MAX) {
            return wrong / group->devices_of_one;
        }
    }
    return SIZE_MAX;
}

const fanout_profile sealane_fanout_sender_key_cold = {
    .name = "sender-key-cold",
    .work = "a device: verify, a key pair, three X25519, HKDF-SHA256, AEAD of 256 bytes",
    .story = "Before the first message to a Signal or WhatsApp group, the sender's key for the group goes to every device of "
             "every member: its signed key is verified, a session is agreed on (X3DH), and the sender key is sealed for it.",
    .exact = false,
    .operations = PEER_ED25519_VERIFY | PEER_X25519 | PEER_X25519_BASE | PEER_HKDF_SHA256 | PEER_AEAD_CHACHA20_POLY1305,
    .families = (const char *const[]){"ed25519", "sha512", "x25519", "sha256", "chacha20-poly1305", NULL},
    .modes = (const fanout_mode[]){{"send", "recipient", 0}, {NULL, NULL, 0}},
    .recipients = (const size_t[]){256, 1024, 0},
    .devices = 2,
    .parameters = &(const session_kind){1, {33, 0}, 3, 256, "WhisperText"},
    .slot_bytes = slot_bytes,
    .group_new = group_new,
    .slot_new = slot_new,
    .run = run,
    .check = check,
};

const fanout_profile sealane_fanout_matrix_share = {
    .name = "matrix-share",
    .work = "a device: two verifies, X25519, HKDF-SHA256, AEAD of 1 KiB",
    .story = "A Matrix client gives the key of a room to every device of every member: the device's keys and its one-time key "
             "are verified, a key is agreed on, and the room key is sealed for it. Servers take 250 devices a request.",
    .exact = false,
    .operations = PEER_ED25519_VERIFY | PEER_X25519 | PEER_HKDF_SHA256 | PEER_AEAD_CHACHA20_POLY1305,
    .families = (const char *const[]){"ed25519", "sha512", "x25519", "sha256", "chacha20-poly1305", NULL},
    .modes = (const fanout_mode[]){{"send", "recipient", 0}, {NULL, NULL, 0}},
    .recipients = (const size_t[]){100, 1000, 0},
    .devices = 3,
    .parameters = &(const session_kind){2, {350, 100}, 1, 1024, "OLM_ROOT"},
    .slot_bytes = slot_bytes,
    .group_new = group_new,
    .slot_new = slot_new,
    .run = run,
    .check = check,
};
