/* SPDX-License-Identifier: ISC */
/* Ed25519 signatures with their verdicts: every edge case there is. */
#ifndef SEALANE_TESTS_SUPPORT_ED25519_CASES_H
#define SEALANE_TESTS_SUPPORT_ED25519_CASES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sealane/ed25519.h"
#include "tests/for_each_kernel.h"
#include "tests/support/hex.h"
#include "tests/support/oracle.h"
#include "tests/support/rng.h"
#include "tests/support/vectors.h"
#include "tests/vectors/ed25519_model.h"
#include "tests/vectors/ed25519_rfc.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A signature and its verdict under each rule. */
typedef struct {
    char note[96];
    uint8_t key[32], signature[64];
    hex_bytes message;
    int want[2]; /* SEALANE_ED25519_COFACTORLESS, SEALANE_ED25519_COFACTORED */
} verify_case;

static const unsigned rules[] = {SEALANE_ED25519_COFACTORLESS, SEALANE_ED25519_COFACTORED};

static sealane_ed25519_item item_of(const verify_case *c) {
    return (sealane_ed25519_item){
        .public_key = c->key, .signature = c->signature, .message = c->message.p, .message_len = c->message.n};
}

/* Every case with a verdict: the model's, and the sets that are beside the tree. */
static struct {
    verify_case *list;
    size_t n, room;
} cases;

static verify_case *add_case(void) {
    if (cases.n == cases.room) {
        cases.room = 2 * cases.room + 512;
        cases.list = realloc(cases.list, cases.room * sizeof *cases.list);
        assert_non_null(cases.list);
    }
    return &cases.list[cases.n++];
}

#if SEALANE_JANSSON
/* libsodium's own verdicts: the releases' rule, and that of its master, which is the cofactored one on all of these. */
static void add_set(const char *name) {
    json_t *root = vectors_json(name, NULL);
    if (root == NULL) {
        return;
    }
    size_t i, before = cases.n;
    json_t *record;
    json_array_foreach(json_object_get(root, "cases"), i, record) {
        const json_t *verdict = json_object_get(record, "verdict");
        const char *plain = vectors_string(verdict, "libsodium-1.0.18-debian");
        if (strcmp(plain, "length") == 0) {
            continue; /* a signature of another size, which this API cannot be handed */
        }
        verify_case *c = add_case();
        (void)snprintf(c->note, sizeof c->note, "%s %d", name, (int)json_integer_value(json_object_get(record, "id")));
        hex_decode(c->key, sizeof c->key, vectors_string(record, "pk"));
        hex_decode(c->signature, sizeof c->signature, vectors_string(record, "sig"));
        c->message = vectors_hex(record, "msg");
        c->want[0] = strcmp(plain, "accept") == 0;
        c->want[1] = strcmp(vectors_string(verdict, "libsodium-master-7014b204"), "accept") == 0;
    }
    vectors_ran(name, "all kernels", cases.n - before);
    json_decref(root);
}
#endif

static void load_cases(void) {
    if (cases.n != 0) {
        return;
    }
    for (size_t i = 0; i < COUNT(ed25519_model_signatures); i++) {
        verify_case *c = add_case();
        (void)snprintf(c->note, sizeof c->note, "%s", ed25519_model_signatures[i].note);
        hex_decode(c->key, sizeof c->key, ed25519_model_signatures[i].public_key);
        hex_decode(c->signature, sizeof c->signature, ed25519_model_signatures[i].signature);
        c->message = hex_alloc(ed25519_model_signatures[i].message);
        c->want[0] = ed25519_model_signatures[i].cofactorless;
        c->want[1] = ed25519_model_signatures[i].cofactored;
    }
#if SEALANE_JANSSON
    add_set("libsodium-verdicts/speccheck.json");
    add_set("libsodium-verdicts/zip215.json");
    add_set("libsodium-verdicts/wycheproof.json");
#endif
    for (size_t i = 0; i < COUNT(ed25519_rfc); i++) {
        if (!ed25519_rfc[i].prehashed) {
            verify_case *c = add_case();
            (void)snprintf(c->note, sizeof c->note, "%s", ed25519_rfc[i].note);
            hex_decode(c->key, sizeof c->key, ed25519_rfc[i].public_key);
            hex_decode(c->signature, sizeof c->signature, ed25519_rfc[i].signature);
            c->message = hex_alloc(ed25519_rfc[i].message);
            c->want[0] = c->want[1] = 1;
        }
    }
}

#endif
