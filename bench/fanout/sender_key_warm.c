/* SPDX-License-Identifier: ISC */
/* Sender keys that everyone has: the sender signs and seals once, every receiver verifies and opens. */
#include <sodium.h>
#include <string.h>

#include "bench/fanout/parts.h"
#include "bench/fanout/profiles.h"

enum { SEND, RECEIVE };
enum { SENT = 50, RECEIVED = 1000, SENDERS = 50, TAG = 16 };

/* A message: sealed under a key of its own, and its ciphertext signed. */
typedef struct {
    uint8_t key[32], nonce[12], signature[64];
    const uint8_t *plaintext;
    uint8_t *sealed; /* size + TAG */
    size_t size;
} letter;

struct fanout_group {
    key32 public_keys[SENDERS];
    uint8_t secret_keys[SENDERS][64];
    letter letters[RECEIVED]; /* i is of sender i % SENDERS; the first SENT are what one sender sends */
};

struct fanout_slot {
    const fanout_group *group;
    size_t mode;
    uint8_t *out[RECEIVED]; /* what is sent, or plaintexts */
    sealane_aead_seal_item seals[SENT];
    uint8_t signatures[SENT][64];
    sealane_ed25519_sign_item signs[SENT];
    sealane_aead_open_item opens[RECEIVED];
    sealane_ed25519_item verifies[RECEIVED];
    uint8_t verdicts[RECEIVED];
};

static size_t slot_bytes(const fanout_load *load) {
    (void)load;
    return 1; /* it does not grow with the recipients */
}

static fanout_group *group_new(arena *a, const fanout_load *load) {
    uint64_t random = load->seed;
    fanout_group *group = arena_take(a, 1, sizeof *group);
    if (group == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < SENDERS; i++) {
        uint8_t seed[32];
        sealane_stats_random_bytes(&random, seed, sizeof seed);
        crypto_sign_seed_keypair(group->public_keys[i], group->secret_keys[i], seed);
    }
    for (size_t i = 0; i < RECEIVED; i++) {
        letter *l = &group->letters[i];
        l->size = load->message != NULL ? load->size : sealane_fanout_draw(&random);
        l->plaintext = load->message != NULL ? load->message : parts_random(a, &random, l->size);
        l->sealed = arena_take(a, l->size + TAG, 1);
        if (a->failed) {
            return NULL;
        }
        sealane_stats_random_bytes(&random, l->key, sizeof l->key);
        sealane_stats_random_bytes(&random, l->nonce, sizeof l->nonce);
        crypto_aead_chacha20poly1305_ietf_encrypt(l->sealed, NULL, l->plaintext, l->size, NULL, 0, NULL, l->nonce, l->key);
        crypto_sign_detached(l->signature, NULL, l->sealed, l->size + TAG, group->secret_keys[i % SENDERS]);
    }
    return group;
}

static fanout_slot *slot_new(arena *a, const fanout_group *group, const peer *p, void *session, size_t mode) {
    (void)p;
    (void)session;
    fanout_slot *slot = arena_take(a, 1, sizeof *slot);
    if (slot == NULL) {
        return NULL;
    }
    slot->group = group;
    slot->mode = mode;
    for (size_t i = 0; i < (mode == SEND ? (size_t)SENT : RECEIVED); i++) {
        const letter *l = &group->letters[i];
        uint8_t *out = slot->out[i] = arena_take(a, l->size + TAG, 1);
        if (out == NULL) {
            return NULL;
        }
        if (mode == SEND) {
            slot->seals[i] = (sealane_aead_seal_item){
                .key = l->key, .nonce = l->nonce, .in = l->plaintext, .len = l->size, .out = out, .tag = out + l->size};
            slot->signs[i] = (sealane_ed25519_sign_item){.secret_key = group->secret_keys[0],
                                                         .message = out,
                                                         .message_len = l->size + TAG,
                                                         .signature = slot->signatures[i]};
        } else {
            slot->opens[i] = (sealane_aead_open_item){
                .key = l->key, .nonce = l->nonce, .in = l->sealed, .len = l->size, .out = out, .tag = l->sealed + l->size};
            slot->verifies[i] = (sealane_ed25519_item){.public_key = group->public_keys[i % SENDERS],
                                                       .signature = l->signature,
                                                       .message = l->sealed,
                                                       .message_len = l->size + TAG};
        }
    }
    return slot;
}

static sealane_status run(fanout_slot *slot, const peer *p, void *session, size_t first, size_t last) {
    sealane_status status = SEALANE_OK;
    if (slot->mode == RECEIVE) {
        status = p->ed25519_verify(session, slot->verifies + first, last - first, slot->verdicts + first);
        return status == SEALANE_OK ? p->aead_open(session, SEALANE_CHACHA20_POLY1305, slot->opens + first, last - first)
                                    : status;
    }
    for (size_t i = first; i < last && status == SEALANE_OK; i++) { /* as they are written: one after the other */
        status = p->aead_seal(session, SEALANE_CHACHA20_POLY1305, &slot->seals[i], 1);
        status = status == SEALANE_OK ? p->ed25519_sign(session, &slot->signs[i], 1) : status;
    }
    return status;
}

/* Ed25519 and ChaCha20-Poly1305 are deterministic: what was sent is what libsodium makes of it, and it opens and verifies. */
static bool arrives(const fanout_slot *slot, size_t i, uint8_t *plaintext) {
    const letter *l = &slot->group->letters[i];
    const uint8_t *out = slot->out[i];
    return crypto_aead_chacha20poly1305_ietf_decrypt(plaintext, NULL, NULL, out, l->size + TAG, NULL, 0, l->nonce, l->key) ==
               0 &&
           memcmp(plaintext, l->plaintext, l->size) == 0 &&
           crypto_sign_verify_detached(slot->signatures[i], out, l->size + TAG, slot->group->public_keys[0]) == 0;
}

static size_t check(fanout_slot *slot, const peer *p, void *session) {
    const fanout_group *group = slot->group;
    if (slot->mode == RECEIVE) {
        for (size_t i = 0; i < RECEIVED; i++) {
            const letter *l = &group->letters[i];
            if (l->size > 0 && memcmp(slot->out[i], l->plaintext, l->size) != 0) { /* libsodium sealed it */
                return i;
            }
        }
        return parts_verdicts_wrong(p, session, slot->verifies, RECEIVED, slot->verdicts);
    }
    arena a = {0};
    size_t wrong = SIZE_MAX;
    for (size_t i = 0; wrong == SIZE_MAX && i < SENT; i++) {
        uint8_t *plaintext = arena_take(&a, group->letters[i].size, 1);
        wrong = plaintext == NULL || !arrives(slot, i, plaintext) ? i : SIZE_MAX;
    }
    arena_free(&a);
    return wrong;
}

const fanout_profile sealane_fanout_sender_key_warm = {
    .name = "sender-key-warm",
    .work = "to send: one signature and one AEAD a message; to receive: verify and open 1000 messages of 50 senders",
    .story =
        "Once everyone has the sender's key, a message to a Signal or WhatsApp group is sealed and signed once, whatever the "
        "group's size. Receiving is shown for a client, or a server that checks, with 1000 messages to catch up on.",
    .exact = false,
    .draws = true,
    .operations = PEER_ED25519_VERIFY | PEER_ED25519_SIGN | PEER_AEAD_CHACHA20_POLY1305,
    .families = (const char *const[]){"ed25519", "sha512", "chacha20-poly1305", NULL},
    .modes = (const fanout_mode[]){{"send", "recipient", SENT}, {"receive", "message", RECEIVED}, {NULL, NULL, 0}},
    .recipients = (const size_t[]){1024, 0},
    .slot_bytes = slot_bytes,
    .group_new = group_new,
    .slot_new = slot_new,
    .run = run,
    .check = check,
};
