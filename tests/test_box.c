/* SPDX-License-Identifier: ISC */
/* Boxes and sealed boxes on every kernel they are made of, against libsodium in both directions. */
#include "tests/for_each_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash/blake2b.h"
#include "sealane/box.h"
#include "sealane/x25519.h"
#include "tests/support/guard.h"
#include "tests/support/hex.h"
#include "tests/support/no_random.h"
#include "tests/support/oracle.h"
#include "tests/support/rng.h"
#include "tests/support/vectors.h"
#include "tests/vectors/box_nacl.h"
#include "tests/vectors/x25519_rfc.h"

#define FAMILIES (FAMILY_BIT(FAMILY_X25519) | FAMILY_BIT(FAMILY_XSALSA20_POLY1305))
#define N_MAX 70U
#define LEN_MAX 1100U
#define SEALED SEALANE_SEALED_BOX_BYTES
#define TAG SEALANE_BOX_TAG_BYTES

typedef struct {
    uint8_t secret[32], public[32];
} pair;

static pair people[N_MAX];
static uint8_t nonces[N_MAX][24], text[LEN_MAX];

static void setup(void **state) {
    kernel_force(kernel_of(state));
    rng r = rng_make(1);
    rng_fill(&r, (uint8_t *)nonces, sizeof nonces);
    rng_fill(&r, text, sizeof text);
    for (size_t i = 0; i < N_MAX; i++) {
        rng_fill(&r, people[i].secret, 32);
        if (!oracle_x25519_base(people[i].public, people[i].secret)) {
            sealane_x25519_base_item item = {people[i].secret, people[i].public};
            assert_int_equal(sealane_x25519_base_batch(&item, 1), SEALANE_OK);
        }
    }
}

static int is_zero(const uint8_t *p, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (p[i] != 0) {
            return 0;
        }
    }
    return 1;
}

static uint8_t *must_alloc(size_t n) {
    uint8_t *p = malloc(n + 1);
    assert_non_null(p);
    memset(p, 0xa5, n + 1);
    return p;
}

/* people[a] to people[b], len bytes of text from `from` on. */
static sealane_box_seal_item to_seal(size_t a, size_t b, size_t from, size_t len, uint8_t *out) {
    return (sealane_box_seal_item){.public_key = people[b].public,
                                   .secret_key = people[a].secret,
                                   .nonce = nonces[a],
                                   .in = len == 0 ? NULL : text + from,
                                   .len = len,
                                   .out = out};
}

static sealane_box_open_item to_open(size_t a, size_t b, const uint8_t *in, size_t len, uint8_t *out) {
    return (sealane_box_open_item){
        .public_key = people[a].public, .secret_key = people[b].secret, .nonce = nonces[a], .in = in, .len = len, .out = out};
}

static sealane_box_key shared_key(size_t a, size_t b) {
    sealane_box_key key;
    sealane_box_prepare_item item = {people[b].public, people[a].secret, &key};
    assert_int_equal(sealane_box_prepare_batch(&item, 1, NULL), SEALANE_OK);
    return key;
}

/* The worked example of "Cryptography in NaCl". */
static void nacl(void **state) {
    kernel_force(kernel_of(state));
    uint8_t alice[32], alice_public[32], bob[32], bob_public[32], want_key[32], nonce[24];
    hex_decode(alice, 32, nacl_alice_secret);
    hex_decode(alice_public, 32, nacl_alice_public);
    hex_decode(bob, 32, nacl_bob_secret);
    hex_decode(bob_public, 32, nacl_bob_public);
    hex_decode(want_key, 32, nacl_key);
    hex_decode(nonce, 24, nacl_nonce);
    hex_bytes message = hex_alloc(nacl_message), box = hex_alloc(nacl_box);
    assert_int_equal(box.n, message.n + TAG);
    sealane_box_key keys[2];
    sealane_box_prepare_item prepare[2] = {{bob_public, alice, &keys[0]}, {alice_public, bob, &keys[1]}};
    assert_int_equal(sealane_box_prepare_batch(prepare, 2, NULL), SEALANE_OK);
    assert_memory_equal(keys[0].opaque, want_key, 32);
    assert_memory_equal(keys[1].opaque, want_key, 32);
    uint8_t *sealed = must_alloc(box.n), *opened = must_alloc(message.n);
    for (int prepared = 0; prepared < 2; prepared++) {
        sealane_box_seal_item seal = {bob_public, alice, nonce, message.p, message.n, sealed, prepared ? &keys[0] : NULL};
        memset(sealed, 0xa5, box.n);
        assert_int_equal(sealane_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
        assert_memory_equal(sealed, box.p, box.n);
        sealane_box_open_item open = {alice_public, bob, nonce, box.p, message.n, opened, prepared ? &keys[1] : NULL};
        memset(opened, 0xa5, message.n);
        assert_int_equal(sealane_box_open_batch(&open, 1, NULL), SEALANE_OK);
        assert_memory_equal(opened, message.p, message.n);
    }
    free(sealed);
    free(opened);
    free(message.p);
    free(box.p);
}

#if SEALANE_JANSSON
static size_t base64(uint8_t *out, const char *encoded) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t bits = 0, n = 0;
    uint32_t held = 0;
    for (; *encoded != '\0' && *encoded != '='; encoded++) {
        const char *digit = strchr(digits, *encoded);
        assert_non_null(digit);
        held = held << 6 | (uint32_t)(digit - digits);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[n++] = (uint8_t)(held >> bits);
        }
    }
    return n;
}

/* Records [public key, secret key, message, box] in base64, all with a zero nonce. */
static void tweetnacl(void **state) {
    static const char name[] = "tweetnacl-js/box.random.json";
    const kernel_row *row = kernel_of(state);
    kernel_force(row);
    json_t *root = vectors_json(name, NULL);
    if (root == NULL) {
        skip();
    }
    static const uint8_t nonce[24];
    size_t i, n = json_array_size(root);
    json_t *record;
    json_array_foreach(root, i, record) {
        uint8_t public_key[48], secret_key[48], message[LEN_MAX], box[LEN_MAX], out[LEN_MAX],
            *fields[] = {public_key, secret_key, message, box};
        size_t len[4];
        for (size_t f = 0; f < 4; f++) {
            const char *encoded = json_string_value(json_array_get(record, f));
            assert_non_null(encoded);
            assert_true(strlen(encoded) < LEN_MAX);
            len[f] = base64(fields[f], encoded);
        }
        assert_int_equal(len[0], 32);
        assert_int_equal(len[1], 32);
        assert_int_equal(len[3], len[2] + TAG);
        sealane_box_seal_item seal = {public_key, secret_key, nonce, message, len[2], out, NULL};
        assert_int_equal(sealane_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
        assert_memory_equal(out, box, len[3]);
        sealane_box_open_item open = {public_key, secret_key, nonce, box, len[2], out, NULL};
        assert_int_equal(sealane_box_open_batch(&open, 1, NULL), SEALANE_OK);
        assert_memory_equal(out, message, len[2]);
    }
    vectors_ran(name, row->isa, n);
    json_decref(root);
}
#endif

/* Lines secret key, public key, length:message, length:sealed box, separated by tabs. */
static void pynacl_sealed(void **state) {
    static const char name[] = "pynacl/sealed_box_ref.txt";
    const kernel_row *row = kernel_of(state);
    kernel_force(row);
    FILE *file = vectors_open(name, NULL);
    if (file == NULL) {
        skip();
    }
    char *line = NULL;
    size_t line_room = 0, n = 0;
    while (getline(&line, &line_room, file) > 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') {
            continue;
        }
        char *rest = line, *field[4];
        for (size_t f = 0; f < 4; f++) {
            field[f] = strsep(&rest, "\t");
            assert_non_null(field[f]);
            if (f >= 2) {
                field[f] = strchr(field[f], ':') + 1;
            }
        }
        uint8_t secret_key[32], public_key[32], out[LEN_MAX];
        hex_decode(secret_key, 32, field[0]);
        hex_decode(public_key, 32, field[1]);
        hex_bytes message = hex_alloc(field[2]), box = hex_alloc(field[3]);
        assert_int_equal(box.n, message.n + SEALED);
        assert_true(message.n <= LEN_MAX);
        sealane_sealed_box_open_item open = {public_key, secret_key, box.p, message.n, out};
        assert_int_equal(sealane_sealed_box_open_batch(&open, 1, NULL), SEALANE_OK);
        assert_memory_equal(out, message.p, message.n);
        free(message.p);
        free(box.p);
        n++;
    }
    free(line);
    (void)fclose(file);
    vectors_ran(name, row->isa, n);
}

/* Every length to 320 and some longer: our box is libsodium's, and opens; a prepared key changes nothing. */
static void lengths(void **state) {
    setup(state);
    uint8_t ours[LEN_MAX + TAG + 1], theirs[LEN_MAX + TAG], back[LEN_MAX + 1];
    for (size_t len = 0; len <= LEN_MAX; len += len < 320 ? 1 : 13) {
        size_t a = len % N_MAX, b = (len / 3 + 1) % N_MAX;
        sealane_box_key key = shared_key(a, b), reverse = shared_key(b, a);
        assert_memory_equal(key.opaque, reverse.opaque, 32);
        uint8_t want_key[32];
        int good = 1;
        if (oracle_box_key(want_key, &good, people[b].public, people[a].secret)) {
            assert_true(good);
            assert_memory_equal(key.opaque, want_key, 32);
        }
        memset(ours, 0xa5, sizeof ours);
        sealane_box_seal_item seal = to_seal(a, b, 0, len, ours);
        assert_int_equal(sealane_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
        assert_int_equal(ours[len + TAG], 0xa5);
        if (oracle_box_seal(theirs, &good, text, len, nonces[a], people[b].public, people[a].secret)) {
            assert_true(good);
            assert_memory_equal(ours, theirs, len + TAG);
        }
        sealane_box_open_item open = to_open(a, b, ours, len, back);
        memset(back, 0xa5, sizeof back);
        assert_int_equal(sealane_box_open_batch(&open, 1, NULL), SEALANE_OK);
        assert_memory_equal(back, text, len);
        assert_int_equal(back[len], 0xa5);
        seal.prepared = &key;
        seal.public_key = seal.secret_key = NULL;
        seal.out = theirs;
        assert_int_equal(sealane_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
        assert_memory_equal(ours, theirs, len + TAG);
        open.prepared = &reverse;
        open.public_key = open.secret_key = NULL;
        memset(back, 0xa5, sizeof back);
        assert_int_equal(sealane_box_open_batch(&open, 1, NULL), SEALANE_OK);
        assert_memory_equal(back, text, len);
        sealane_box_key_wipe(&key);
        assert_true(is_zero(key.opaque, 32));
    }
    sealane_box_key_wipe(NULL);
}

/* Our sealed boxes open at libsodium's, theirs at ours; every ephemeral key is a new one. */
static void sealed_lengths(void **state) {
    setup(state);
    uint8_t box[LEN_MAX + SEALED + 1], back[LEN_MAX + 1], last[32] = {0};
    for (size_t len = 0; len <= LEN_MAX; len += len < 200 ? 1 : 29) {
        const pair *to = &people[len % N_MAX];
        memset(box, 0xa5, sizeof box);
        memset(back, 0xa5, sizeof back);
        sealane_sealed_box_seal_item seal = {to->public, len == 0 ? NULL : text, len, box};
        sealane_sealed_box_open_item open = {to->public, to->secret, box, len, back};
        assert_int_equal(sealane_sealed_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
        assert_int_equal(box[len + SEALED], 0xa5);
        assert_memory_not_equal(box, last, 32);
        memcpy(last, box, 32);
        int good = 1;
        if (oracle_sealed_box_open(back, &good, box, len + SEALED, to->public, to->secret)) {
            assert_true(good);
            assert_memory_equal(back, text, len);
            memset(back, 0xa5, sizeof back);
        }
        assert_int_equal(sealane_sealed_box_open_batch(&open, 1, NULL), SEALANE_OK);
        assert_memory_equal(back, text, len);
        assert_int_equal(back[len], 0xa5);
        if (oracle_sealed_box_seal(box, &good, text, len, to->public)) {
            memset(back, 0xa5, sizeof back);
            assert_int_equal(sealane_sealed_box_open_batch(&open, 1, NULL), SEALANE_OK);
            assert_memory_equal(back, text, len);
        }
    }
}

/* A batch of n boxes of mixed lengths, some with prepared keys, against libsodium; if some_bad, a quarter are then spoilt. */
static void check_box_batch(size_t n, int some_bad) {
    rng r = rng_make(100 + n);
    static uint8_t boxes[N_MAX][400 + TAG + 1], backs[N_MAX][400 + 1];
    sealane_box_seal_item seal[N_MAX];
    sealane_box_open_item open[N_MAX];
    sealane_box_key keys[N_MAX];
    uint8_t verdicts[N_MAX + 1], bad[N_MAX] = {0};
    size_t bads = 0;
    memset(boxes, 0xa5, sizeof boxes);
    memset(backs, 0xa5, sizeof backs);
    for (size_t i = 0; i < n; i++) {
        size_t a = rng_below(&r, N_MAX), b = rng_below(&r, N_MAX),
               len = rng_below(&r, 4) == 0 ? rng_below(&r, 3) : rng_below(&r, 400);
        seal[i] = to_seal(a, b, rng_below(&r, 300), len, boxes[i]);
        open[i] = to_open(a, b, boxes[i], len, backs[i]);
        if (i % 3 == 1) {
            keys[i] = shared_key(a, b);
            seal[i].prepared = &keys[i];
            open[i].prepared = &keys[i];
        }
    }
    memset(verdicts, 0xa5, sizeof verdicts);
    assert_int_equal(sealane_box_seal_batch(seal, n, verdicts), SEALANE_OK);
    assert_int_equal(verdicts[n], 0xa5);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(verdicts[i], 1);
        uint8_t want[400 + TAG];
        int good;
        if (oracle_box_seal(want, &good, seal[i].in, seal[i].len, seal[i].nonce, seal[i].public_key, seal[i].secret_key)) {
            assert_memory_equal(boxes[i], want, seal[i].len + TAG);
        }
        assert_int_equal(boxes[i][seal[i].len + TAG], 0xa5);
        bad[i] = some_bad && rng_below(&r, 4) == 0;
        bads += bad[i];
        if (bad[i]) {
            boxes[i][rng_below(&r, seal[i].len + TAG)] ^= (uint8_t)(1U << rng_below(&r, 8));
        }
    }
    memset(verdicts, 0xa5, sizeof verdicts);
    assert_int_equal(sealane_box_open_batch(open, n, verdicts), bads == 0 ? SEALANE_OK : SEALANE_EVERIFY);
    assert_int_equal(verdicts[n], 0xa5);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(verdicts[i], !bad[i]);
        if (bad[i]) {
            assert_true(is_zero(backs[i], open[i].len));
        } else if (open[i].len != 0) {
            assert_memory_equal(backs[i], seal[i].in, open[i].len);
        }
        assert_int_equal(backs[i][open[i].len], 0xa5);
    }
}

static void batches(void **state) {
    setup(state);
    for (size_t n = 0; n <= N_MAX; n++) {
        check_box_batch(n, 0);
        check_box_batch(n, 1);
    }
    assert_int_equal(sealane_box_prepare_batch(NULL, 0, NULL), SEALANE_OK);
    assert_int_equal(sealane_box_seal_batch(NULL, 0, NULL), SEALANE_OK);
    assert_int_equal(sealane_box_open_batch(NULL, 0, NULL), SEALANE_OK);
    assert_int_equal(sealane_sealed_box_seal_batch(NULL, 0, NULL), SEALANE_OK);
    assert_int_equal(sealane_sealed_box_open_batch(NULL, 0, NULL), SEALANE_OK);
}

static void sealed_batches(void **state) {
    setup(state);
    static uint8_t boxes[N_MAX][300 + SEALED], backs[N_MAX][300];
    rng r = rng_make(2);
    for (size_t n = 1; n <= N_MAX; n += n < 20 ? 1 : 7) {
        sealane_sealed_box_seal_item seal[N_MAX];
        sealane_sealed_box_open_item open[N_MAX];
        uint8_t verdicts[N_MAX + 1];
        memset(verdicts, 0xa5, sizeof verdicts);
        memset(backs, 0xa5, sizeof backs);
        for (size_t i = 0; i < n; i++) {
            const pair *to = &people[rng_below(&r, N_MAX)];
            size_t len = rng_below(&r, 300);
            seal[i] = (sealane_sealed_box_seal_item){to->public, text + i, len, boxes[i]};
            open[i] = (sealane_sealed_box_open_item){to->public, to->secret, boxes[i], len, backs[i]};
        }
        assert_int_equal(sealane_sealed_box_seal_batch(seal, n, verdicts), SEALANE_OK);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(verdicts[i], 1);
            int good = 1;
            if (oracle_sealed_box_open(backs[i], &good, boxes[i], open[i].len + SEALED, open[i].public_key,
                                       open[i].secret_key)) {
                assert_true(good);
                assert_memory_equal(backs[i], seal[i].in, open[i].len);
            }
            for (size_t j = 0; j < i; j++) {
                assert_memory_not_equal(boxes[i], boxes[j], 32); /* no two ephemeral keys are alike */
            }
        }
        size_t bad = rng_below(&r, n);
        boxes[bad][rng_below(&r, open[bad].len + SEALED)] ^= 0x10;
        memset(backs, 0xa5, sizeof backs);
        assert_int_equal(sealane_sealed_box_open_batch(open, n, verdicts), SEALANE_EVERIFY);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(verdicts[i], i != bad);
            if (i == bad) {
                assert_true(is_zero(backs[i], open[i].len));
            } else {
                assert_memory_equal(backs[i], seal[i].in, open[i].len);
            }
            assert_int_equal(backs[i][open[i].len], 0xa5);
        }
        assert_int_equal(verdicts[n], 0xa5);
    }
}

/* Any one bit of tag, ciphertext, nonce and, for a sealed box, ephemeral key and the recipient's own key. */
static void forgeries(void **state) {
    setup(state);
    static const size_t lens[] = {0, 1, 31, 32, 33, 130};
    uint8_t box[LEN_MAX], back[LEN_MAX];
    sealane_box_key key = shared_key(1, 2);
    for (size_t l = 0; l < sizeof lens / sizeof lens[0]; l++) {
        size_t len = lens[l];
        sealane_box_seal_item seal = to_seal(1, 2, 0, len, box);
        assert_int_equal(sealane_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
        for (size_t bit = 0; bit < 8 * (len + TAG + 24); bit++) {
            uint8_t nonce[24];
            memcpy(nonce, nonces[1], 24);
            size_t byte = bit / 8;
            uint8_t *p = byte < len + TAG ? box + byte : nonce + (byte - len - TAG);
            sealane_box_open_item open = to_open(1, 2, box, len, back);
            open.nonce = nonce;
            open.prepared = bit % 9 != 0 ? &key : NULL; /* mostly prepared, for speed */
            *p ^= (uint8_t)(1U << bit % 8);
            memset(back, 0xa5, sizeof back);
            uint8_t verdict = 7;
            assert_int_equal(sealane_box_open_batch(&open, 1, &verdict), SEALANE_EVERIFY);
            assert_int_equal(verdict, 0);
            assert_true(is_zero(back, len));
            assert_int_equal(back[len], 0xa5);
            *p ^= (uint8_t)(1U << bit % 8);
        }
        sealane_box_open_item open = to_open(1, 2, box, len, back);
        assert_int_equal(sealane_box_open_batch(&open, 1, NULL), SEALANE_OK);

        uint8_t own_public[32];
        memcpy(own_public, people[2].public, 32);
        sealane_sealed_box_seal_item anonymous = {people[2].public, text, len, box};
        assert_int_equal(sealane_sealed_box_seal_batch(&anonymous, 1, NULL), SEALANE_OK);
        sealane_sealed_box_open_item unseal = {own_public, people[2].secret, box, len, back};
        for (size_t bit = 0; bit < 8 * (len + SEALED + 32); bit++) {
            size_t byte = bit / 8;
            uint8_t *p = byte < len + SEALED ? box + byte : own_public + (byte - len - SEALED);
            *p ^= (uint8_t)(1U << bit % 8);
            memset(back, 0xa5, sizeof back);
            assert_int_equal(sealane_sealed_box_open_batch(&unseal, 1, NULL), SEALANE_EVERIFY);
            assert_true(is_zero(back, len));
            *p ^= (uint8_t)(1U << bit % 8);
        }
        assert_int_equal(sealane_sealed_box_open_batch(&unseal, 1, NULL), SEALANE_OK);
        assert_memory_equal(back, text, len);
    }
}

/* One forgery, at each position of a batch. */
static void forgery_positions(void **state) {
    setup(state);
    static uint8_t boxes[N_MAX][80 + TAG], backs[N_MAX][80];
    sealane_box_open_item open[N_MAX];
    sealane_box_key key = shared_key(0, 1);
    for (size_t i = 0; i < N_MAX; i++) {
        sealane_box_seal_item seal = to_seal(0, 1, i, i, boxes[i]);
        seal.prepared = i % 2 == 0 ? &key : NULL;
        assert_int_equal(sealane_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
        open[i] = to_open(0, 1, boxes[i], i, backs[i]);
        open[i].prepared = &key;
    }
    static const size_t sizes[] = {1, 2, 7, 8, 9, 16, 17, 33, N_MAX};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (size_t at = 0; at < sizes[s]; at++) {
            uint8_t verdicts[N_MAX];
            boxes[at][at % 16] ^= 1;
            memset(backs, 0xa5, sizeof backs);
            assert_int_equal(sealane_box_open_batch(open, sizes[s], verdicts), SEALANE_EVERIFY);
            for (size_t i = 0; i < sizes[s]; i++) {
                assert_int_equal(verdicts[i], i != at);
                static const uint8_t zero[80];
                assert_memory_equal(backs[i], i == at ? zero : text + i, i);
            }
            boxes[at][at % 16] ^= 1;
        }
    }
}

/* out at every distance from in at which the two share a byte, and just apart. */
static void overlaps(void **state) {
    setup(state);
    static const size_t lens[] = {1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 200};
    enum { MIDDLE = 400 };
    uint8_t memory[1200], before[1200], box[300], sealed[300], want[300];
    sealane_box_key key = shared_key(3, 4);
    for (size_t l = 0; l < sizeof lens / sizeof lens[0]; l++) {
        size_t len = lens[l];
        sealane_box_seal_item seal = to_seal(3, 4, 0, len, box);
        assert_int_equal(sealane_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
        if (!oracle_sealed_box_seal(sealed, (int[]){0}, text, len, people[4].public)) {
            sealane_sealed_box_seal_item item = {people[4].public, text, len, sealed};
            assert_int_equal(sealane_sealed_box_seal_batch(&item, 1, NULL), SEALANE_OK);
        }
        int reach = (int)(len + SEALED + 1);
        for (int d = -reach; d <= reach; d++) {
            uint8_t *in = memory + MIDDLE, *out = memory + (MIDDLE + d);
            rng r = rng_make(3);
            rng_fill(&r, memory, sizeof memory);
            memcpy(in, text, len);
            memcpy(before, memory, sizeof memory);
            seal.in = in;
            seal.out = out;
            seal.prepared = d % 5 != 0 ? &key : NULL;
            assert_int_equal(sealane_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
            memcpy(before + (MIDDLE + d), box, len + TAG); /* and nothing else has changed */
            assert_memory_equal(memory, before, sizeof memory);

            memcpy(in, box, len + TAG);
            memcpy(before, memory, sizeof memory);
            sealane_box_open_item open = to_open(3, 4, in, len, out);
            open.prepared = d % 5 != 0 ? &key : NULL;
            assert_int_equal(sealane_box_open_batch(&open, 1, NULL), SEALANE_OK);
            memcpy(before + (MIDDLE + d), text, len);
            assert_memory_equal(memory, before, sizeof memory);

            memcpy(in, box, len + TAG); /* refused: zeroes, and the rest of the box as it was */
            in[d & 15] ^= 4;
            memcpy(before, memory, sizeof memory);
            assert_int_equal(sealane_box_open_batch(&open, 1, NULL), SEALANE_EVERIFY);
            memset(before + (MIDDLE + d), 0, len);
            assert_memory_equal(memory, before, sizeof memory);

            memcpy(in, sealed, len + SEALED);
            memcpy(before, memory, sizeof memory);
            sealane_sealed_box_open_item unseal = {people[4].public, people[4].secret, in, len, out};
            assert_int_equal(sealane_sealed_box_open_batch(&unseal, 1, NULL), SEALANE_OK);
            memcpy(before + (MIDDLE + d), text, len);
            assert_memory_equal(memory, before, sizeof memory);

            memcpy(in, text, len);
            memcpy(before, memory, sizeof memory);
            sealane_sealed_box_seal_item anonymous = {people[4].public, in, len, out};
            assert_int_equal(sealane_sealed_box_seal_batch(&anonymous, 1, NULL), SEALANE_OK);
            memcpy(before + (MIDDLE + d), out, len + SEALED);
            assert_memory_equal(memory, before, sizeof memory);
            int good = 1;
            if (oracle_sealed_box_open(want, &good, out, len + SEALED, people[4].public, people[4].secret)) {
                assert_true(good);
                assert_memory_equal(want, text, len);
            }
        }
    }
}

/* Public keys of small order, among good ones: refused, all outputs of theirs zero. */
static void small_order(void **state) {
    setup(state);
    enum { N = 19, LEN = 50 };
    uint8_t verdicts[N], out[N][LEN + SEALED], back[N][LEN];
    for (size_t k = 0; k < 2 * sizeof x25519_small_order / sizeof x25519_small_order[0]; k++) {
        uint8_t weak[32];
        hex_decode(weak, 32, x25519_small_order[k / 2]);
        weak[31] |= (uint8_t)((k & 1) << 7);
        size_t at = k % N, forged = (k % N + 1 + k % (N - 1)) % N; /* another one */
        sealane_box_prepare_item prepare[N];
        sealane_box_key keys[N], ready[N];
        sealane_box_seal_item seal[N];
        sealane_box_open_item open[N];
        sealane_sealed_box_seal_item anonymous[N];
        sealane_sealed_box_open_item unseal[N];
        for (size_t i = 0; i < N; i++) {
            prepare[i] = (sealane_box_prepare_item){i == at ? weak : people[i + 1].public, people[i].secret, &keys[i]};
            seal[i] = to_seal(i, i + 1, 0, LEN, out[i]);
            if (i == at) {
                seal[i].public_key = weak;
            } else if (i % 4 == 2) {
                ready[i] = shared_key(i, i + 1);
                seal[i].prepared = &ready[i];
            }
        }
        memset(keys, 0xa5, sizeof keys);
        assert_int_equal(sealane_box_prepare_batch(prepare, N, NULL), SEALANE_EVERIFY);
        assert_int_equal(sealane_box_prepare_batch(prepare, N, verdicts), SEALANE_EVERIFY);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(verdicts[i], i != at);
            assert_int_equal(is_zero(keys[i].opaque, 32), i == at);
        }
        memset(out, 0xa5, sizeof out);
        assert_int_equal(sealane_box_seal_batch(seal, N, verdicts), SEALANE_EVERIFY);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(verdicts[i], i != at);
            assert_int_equal(is_zero(out[i], LEN + TAG), i == at);
            assert_int_equal(out[i][LEN + TAG], 0xa5);
            open[i] = to_open(i, i + 1, out[i], LEN, back[i]);
            open[i].prepared = seal[i].prepared;
            if (i == at) {
                open[i].public_key = weak;
            }
        }
        memset(back, 0xa5, sizeof back);
        out[forged][TAG] ^= 1;
        assert_int_equal(sealane_box_open_batch(open, N, verdicts), SEALANE_EVERIFY);
        for (size_t i = 0; i < N; i++) {
            static const uint8_t zero[LEN];
            assert_int_equal(verdicts[i], i != at && i != forged);
            assert_memory_equal(back[i], verdicts[i] ? text : zero, LEN);
        }
        for (size_t i = 0; i < N; i++) {
            anonymous[i] = (sealane_sealed_box_seal_item){i == at ? weak : people[i].public, text, LEN, out[i]};
            unseal[i] = (sealane_sealed_box_open_item){people[i].public, people[i].secret, out[i], LEN, back[i]};
        }
        memset(out, 0xa5, sizeof out);
        assert_int_equal(sealane_sealed_box_seal_batch(anonymous, N, verdicts), SEALANE_EVERIFY);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(verdicts[i], i != at);
            assert_int_equal(is_zero(out[i], LEN + SEALED), i == at);
        }
        memcpy(out[at], weak, 32); /* and as an ephemeral key */
        out[forged][SEALED] ^= 1;
        memset(back, 0xa5, sizeof back);
        assert_int_equal(sealane_sealed_box_open_batch(unseal, N, verdicts), SEALANE_EVERIFY);
        for (size_t i = 0; i < N; i++) {
            static const uint8_t zero[LEN];
            assert_int_equal(verdicts[i], i != at && i != forged);
            assert_memory_equal(back[i], verdicts[i] ? text : zero, LEN);
        }
    }
}

/*
 * Boxes and sealed boxes that are rightly sealed under the keys that a point of small order could lead to: whoever checks the
 * tag alone opens them. An all-zero shared secret gives HSalsa20 of zeroes, a well-known value, or, unhashed, zeroes.
 */
static void small_order_box(void **state) {
    setup(state);
    static const char *const guesses[] = {"351f86faa3b988468a850122b65b0acece9c4826806aeee63de9c0da2bd7f91e",
                                          "0000000000000000000000000000000000000000000000000000000000000000"};
    enum { LEN = 40 };
    for (size_t k = 0; k < 2 * sizeof x25519_small_order / sizeof x25519_small_order[0]; k++) {
        sealane_box_key key;
        uint8_t box[SEALED + LEN], back[LEN], weak_and_own[64], nonce[24];
        hex_decode(key.opaque, 32, guesses[k % 2]);
        hex_decode(weak_and_own, 32, x25519_small_order[k / 2]);
        memcpy(weak_and_own + 32, people[1].public, 32);
        sealane_blake2b(nonce, sizeof nonce, weak_and_own, sizeof weak_and_own);
        memcpy(box, weak_and_own, 32);
        sealane_box_seal_item seal = {.nonce = nonce, .in = text, .len = LEN, .out = box + 32, .prepared = &key};
        assert_int_equal(sealane_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
        sealane_box_open_item open = {.public_key = weak_and_own,
                                      .secret_key = people[1].secret,
                                      .nonce = nonce,
                                      .in = box + 32,
                                      .len = LEN,
                                      .out = back};
        memset(back, 0xa5, sizeof back);
        assert_int_equal(sealane_box_open_batch(&open, 1, NULL), SEALANE_EVERIFY);
        assert_true(is_zero(back, LEN));
        sealane_sealed_box_open_item unseal = {people[1].public, people[1].secret, box, LEN, back};
        memset(back, 0xa5, sizeof back);
        assert_int_equal(sealane_sealed_box_open_batch(&unseal, 1, NULL), SEALANE_EVERIFY);
        assert_true(is_zero(back, LEN));
        open.prepared = &key;
        assert_int_equal(sealane_box_open_batch(&open, 1, NULL), SEALANE_OK); /* the box itself is in order */
    }
}

/* Buffers that touch a page that cannot be touched. */
static void guard_pages(void **state) {
    setup(state);
    guard g[3] = {guard_make(1024), guard_make(1024), guard_make(1024)};
    for (size_t len = 0; len <= 200; len++) {
        for (int end = 0; end < 2; end++) {
            uint8_t *in = end ? guard_end(&g[0], len) : guard_begin(&g[0], len % 64);
            uint8_t *box = end ? guard_end(&g[1], len + TAG) : guard_begin(&g[1], (len * 7) % 64);
            uint8_t *back = end ? guard_end(&g[2], len) : guard_begin(&g[2], (len * 3) % 64);
            memcpy(in, text, len);
            sealane_box_seal_item seal = to_seal(5, 6, 0, len, box);
            seal.in = in;
            assert_int_equal(sealane_box_seal_batch(&seal, 1, NULL), SEALANE_OK);
            sealane_box_open_item open = to_open(5, 6, box, len, back);
            assert_int_equal(sealane_box_open_batch(&open, 1, NULL), SEALANE_OK);
            assert_memory_equal(back, text, len);
            uint8_t *sealed = end ? guard_end(&g[1], len + SEALED) : guard_begin(&g[1], (len * 7) % 64);
            sealane_sealed_box_seal_item anonymous = {people[6].public, in, len, sealed};
            sealane_sealed_box_open_item unseal = {people[6].public, people[6].secret, sealed, len, back};
            memset(back, 0, len);
            assert_int_equal(sealane_sealed_box_seal_batch(&anonymous, 1, NULL), SEALANE_OK);
            assert_int_equal(sealane_sealed_box_open_batch(&unseal, 1, NULL), SEALANE_OK);
            assert_memory_equal(back, text, len);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        guard_free(&g[i]);
    }
}

/* A bad argument in any item: nothing processed, nothing written, every verdict 0. */
static void errors(void **state) {
    setup(state);
    enum { N = 300, LEN = 20, WAYS = 6 };
    static uint8_t out[N][LEN + SEALED], verdicts[N + 1];
    static sealane_box_key keys[N];
    static sealane_box_prepare_item prepare[N];
    static sealane_box_seal_item seal[N];
    static sealane_box_open_item open[N];
    static sealane_sealed_box_seal_item anonymous[N];
    static sealane_sealed_box_open_item unseal[N];
    static const uint8_t input[LEN + SEALED];
    static const size_t at[] = {0, 1, 9, 130, N - 1};
    for (size_t a = 0; a < sizeof at / sizeof at[0]; a++) {
        for (unsigned way = 0; way < WAYS; way++) {
            memset(out, 0xa5, sizeof out);
            memset(keys, 0xa5, sizeof keys);
            for (size_t i = 0; i < N; i++) {
                prepare[i] = (sealane_box_prepare_item){people[0].public, people[1].secret, &keys[i]};
                seal[i] = to_seal(0, 1, 0, LEN, out[i]);
                open[i] = to_open(0, 1, input, LEN, out[i]);
                anonymous[i] = (sealane_sealed_box_seal_item){people[0].public, text, LEN, out[i]};
                unseal[i] = (sealane_sealed_box_open_item){people[0].public, people[0].secret, input, LEN, out[i]};
            }
            size_t j = at[a];
            int prepare_bad = 1, anonymous_bad = 1, unseal_bad = 1;
            sealane_status want = SEALANE_EINVAL;
            if (way == 0) {
                prepare[j].public_key = seal[j].public_key = open[j].public_key = NULL;
                anonymous[j].public_key = unseal[j].public_key = NULL;
            } else if (way == 1) {
                prepare[j].secret_key = seal[j].secret_key = open[j].secret_key = unseal[j].secret_key = NULL;
                anonymous_bad = 0;
            } else if (way == 2) {
                prepare[j].key = NULL;
                seal[j].out = open[j].out = anonymous[j].out = unseal[j].out = NULL;
            } else if (way == 3) {
                seal[j].in = open[j].in = anonymous[j].in = unseal[j].in = NULL;
                prepare_bad = 0;
            } else if (way == 4) {
                seal[j].nonce = open[j].nonce = NULL;
                prepare_bad = anonymous_bad = unseal_bad = 0;
            } else {
                seal[j].len = open[j].len = anonymous[j].len = unseal[j].len = SIZE_MAX - (j % 48);
                prepare_bad = 0;
                want = SEALANE_ELENGTH;
            }
            for (int call = 0; call < 5; call++) {
                static const uint8_t zero[N];
                memset(verdicts, 0xa5, sizeof verdicts);
                sealane_status status = want;
                int bad = 1;
                if (call == 0 && (bad = prepare_bad)) {
                    status = sealane_box_prepare_batch(prepare, N, verdicts);
                } else if (call == 1) {
                    status = sealane_box_seal_batch(seal, N, verdicts);
                } else if (call == 2) {
                    status = sealane_box_open_batch(open, N, verdicts);
                } else if (call == 3 && (bad = anonymous_bad)) {
                    status = sealane_sealed_box_seal_batch(anonymous, N, verdicts);
                } else if (call == 4 && (bad = unseal_bad)) {
                    status = sealane_sealed_box_open_batch(unseal, N, verdicts);
                }
                assert_int_equal(status, want);
                assert_true(!bad || memcmp(verdicts, zero, N) == 0);
                assert_int_equal(verdicts[N], 0xa5);
            }
            for (size_t i = 0; i < N; i++) {
                for (size_t b = 0; b < LEN + SEALED; b++) {
                    assert_int_equal(out[i][b], 0xa5);
                }
                assert_int_equal(keys[i].opaque[i % 32], 0xa5);
            }
        }
    }
    memset(verdicts, 0xa5, sizeof verdicts);
    assert_int_equal(sealane_box_seal_batch(NULL, 3, verdicts), SEALANE_EINVAL);
    assert_true(is_zero(verdicts, 3));
    assert_int_equal(sealane_box_open_batch(NULL, 1, NULL), SEALANE_EINVAL);
    assert_int_equal(sealane_box_prepare_batch(NULL, 1, NULL), SEALANE_EINVAL);
    assert_int_equal(sealane_sealed_box_seal_batch(NULL, 1, NULL), SEALANE_EINVAL);
    assert_int_equal(sealane_sealed_box_open_batch(NULL, 1, NULL), SEALANE_EINVAL);
}

/* SEALANE_ERANDOM, zeroes, verdicts 0. */
static int erandom_and_zeroes(void) {
    enum { N = 200, LEN = 33 };
    static uint8_t out[N][LEN + SEALED], verdicts[N];
    static sealane_sealed_box_seal_item items[N];
    memset(out, 0xa5, sizeof out);
    memset(verdicts, 0xa5, sizeof verdicts);
    for (size_t i = 0; i < N; i++) {
        items[i] = (sealane_sealed_box_seal_item){people[i % N_MAX].public, text, LEN, out[i]};
    }
    int good = sealane_sealed_box_seal_batch(items, N, verdicts) == SEALANE_ERANDOM;
    return good && is_zero(out[0], sizeof out) && is_zero(verdicts, N) ? 0 : 1;
}

static void no_randomness(void **state) {
    setup(state);
    int result = without_randomness(erandom_and_zeroes);
    if (result == 2) {
        printf("no_randomness: seccomp is not allowed here\n");
        skip();
    }
    assert_int_equal(result, 0);
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(nacl, FAMILIES),
#if SEALANE_JANSSON
    FOR_EACH_KERNEL(tweetnacl, FAMILIES),
#endif
    FOR_EACH_KERNEL(pynacl_sealed, FAMILIES),
    FOR_EACH_KERNEL(lengths, FAMILIES),
    FOR_EACH_KERNEL(sealed_lengths, FAMILIES),
    FOR_EACH_KERNEL(batches, FAMILIES),
    FOR_EACH_KERNEL(sealed_batches, FAMILIES),
    FOR_EACH_KERNEL(forgeries, FAMILIES),
    FOR_EACH_KERNEL(forgery_positions, FAMILIES),
    FOR_EACH_KERNEL(overlaps, FAMILIES),
    FOR_EACH_KERNEL(small_order, FAMILIES),
    FOR_EACH_KERNEL(small_order_box, FAMILIES),
    FOR_EACH_KERNEL(guard_pages, FAMILIES),
    FOR_EACH_KERNEL(errors, FAMILIES),
    FOR_EACH_KERNEL(no_randomness, FAMILIES),
};
KERNEL_TESTS_MAIN(tests)
