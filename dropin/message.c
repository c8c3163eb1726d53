/* SPDX-License-Identifier: ISC */
#include "dropin/message.h"

#include <stdlib.h>
#include <string.h>

#include "core/util/wipe.h"
#include "dropin/libsodium.h"

/* What has to be copied, boxes opened in place and associated data in the text, is copied to the stack up to this size. */
#define STACK_BYTES 4096U

static int overlap(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len) {
    return (uintptr_t)a - (uintptr_t)b < b_len || (uintptr_t)b - (uintptr_t)a < a_len;
}

/*
 * Associated data in the text is taken as it was before: kernels may read it when they have written. *ad becomes a copy where
 * it lies there, on `stack` or allocated, which *copy says then; 0 where there is no memory.
 */
static int keep_ad(const message_key *k, const uint8_t *out, size_t len, uint8_t stack[STACK_BYTES], const uint8_t **ad,
                   uint8_t **copy) {
    *ad = k->ad;
    *copy = NULL;
    if (k->ad_len != 0 && len != 0 && out != NULL && k->ad != NULL && overlap(k->ad, k->ad_len, out, len)) {
        *copy = k->ad_len <= STACK_BYTES ? stack : malloc(k->ad_len);
        if (*copy == NULL) {
            return 0;
        }
        *ad = memcpy(*copy, k->ad, k->ad_len);
    }
    return 1;
}

void dropin_seal(const message_key *k, uint8_t *out, uint8_t *tag, const uint8_t *in, size_t len) {
    uint8_t made[SEALANE_AEAD_TAG_BYTES_MAX]; /* the message may lie where the tag goes */
    uint8_t stack[STACK_BYTES], *copy;
    const uint8_t *ad;
    if (!keep_ad(k, out, len, stack, &ad, &copy)) {
        dropin_misuse();
    }
    if (in != out && overlap(in, len, out, len)) {
        in = memmove(out, in, len);
    }
    const sealane_aead_seal_item item = {
        .key = k->key, .nonce = k->nonce, .ad = ad, .ad_len = k->ad_len, .in = in, .len = len, .out = out, .tag = made};
    sealane_status status =
        k->prepared != NULL ? sealane_aead_seal_prepared(k->prepared, &item) : sealane_aead_seal(k->algorithm, &item);
    if (status != SEALANE_OK) {
        dropin_misuse(); /* too long, NULL with a length, or a state that was never prepared */
    }
    if (copy != stack) {
        free(copy);
    }
    memcpy(tag, made, sealane_aead_tag_bytes(k->algorithm));
}

/* out == in or the two are disjoint. */
static int open_apart(const message_key *k, uint8_t *out, const uint8_t *in, size_t len, const uint8_t *tag) {
    const sealane_aead_open_item item = {
        .key = k->key, .nonce = k->nonce, .ad = k->ad, .ad_len = k->ad_len, .in = in, .len = len, .out = out, .tag = tag};
    sealane_status status =
        k->prepared != NULL ? sealane_aead_open_prepared(k->prepared, &item) : sealane_aead_open(k->algorithm, &item);
    if (status != SEALANE_OK && status != SEALANE_EVERIFY) {
        dropin_misuse();
    }
    return status == SEALANE_OK ? 0 : -1;
}

/* Works on a copy of the ciphertext, from which it is put back where refused. */
static int open_kept(const message_key *k, uint8_t *out, const uint8_t *in, size_t len, const uint8_t *tag) {
    uint8_t stack[STACK_BYTES];
    uint8_t *copy = len <= sizeof stack ? stack : malloc(len);
    if (copy == NULL) {
        return open_apart(k, out, memmove(out, in, len), len, tag);
    }
    memcpy(copy, in, len);
    int result = open_apart(k, out, copy, len, tag);
    if (result != 0) {
        /* The caller's buffer is writable: it overlaps out. What lies apart from out was not touched, and is equal. */
        memcpy((uint8_t *)(uintptr_t)in, copy, len);
    }
    if (copy != stack) {
        free(copy);
    }
    return result;
}

/* Without a buffer from the caller; the plaintext goes nowhere. */
static int verify(const message_key *k, const uint8_t *in, size_t len, const uint8_t *tag) {
    uint8_t *scratch = malloc(len);
    if (scratch == NULL) {
        return -1;
    }
    int result = open_apart(k, scratch, in, len, tag);
    wipe(scratch, len);
    free(scratch);
    return result;
}

/* As dropin_open, but for associated data, which is apart from out. */
static int open_overlapping(const message_key *k, uint8_t *out, const uint8_t *in, size_t len, const uint8_t *tag,
                            refused how) {
    const size_t tag_len = sealane_aead_tag_bytes(k->algorithm);
    uint8_t expected[SEALANE_AEAD_TAG_BYTES_MAX]; /* out may lie where the tag is */
    memcpy(expected, tag, tag_len);
    if (out == NULL && len != 0) {
        return verify(k, in, len, expected);
    }
    int result;
    if (len == 0 || !overlap(in, len, out, len)) {
        result = open_apart(k, out, in, len, expected);
    } else if (how == REFUSED_KEPT) {
        result = open_kept(k, out, in, len, expected);
    } else {
        result = open_apart(k, out, in == out ? in : memmove(out, in, len), len, expected);
    }
    if (result != 0 && how == REFUSED_KEPT && len != 0 && overlap(tag, tag_len, out, len)) {
        memcpy((uint8_t *)(uintptr_t)tag, expected, tag_len); /* writable, as it overlaps out */
    }
    return result;
}

int dropin_open(const message_key *k, uint8_t *out, const uint8_t *in, size_t len, const uint8_t *tag, refused how) {
    uint8_t stack[STACK_BYTES], *copy;
    message_key kept = *k;
    if (!keep_ad(k, out, len, stack, &kept.ad, &copy)) {
        return -1;
    }
    int result = open_overlapping(&kept, out, in, len, tag, how);
    if (copy != stack) {
        free(copy);
    }
    return result;
}
