/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes single verification: one signature, good, damaged or made of edge encodings, verified under both rules by every kernel
 * and by the public calls, with its key and with its key prepared.
 *
 * Input: shape; then the signature.
 */
#include "core/curve/curve.h"
#include "fuzz/oracle.h"
#include "fuzz/signatures.h"

enum { SHAPE_PREHASHED = 1, SHAPE_LANES_ONLY = 2 };

static sealane_status prepare(const kernel_row *row, sealane_ed25519_key *key, const uint8_t public_key[32]) {
    return row == NULL ? sealane_ed25519_key_prepare(key, public_key)
                       : sealane_ed25519_key_prepare_with(kernels_ops(row), key, public_key);
}

static sealane_status verify(const kernel_row *row, const kernel_row *hash, unsigned flags, const sealane_ed25519_item *item) {
    return row == NULL ? sealane_ed25519_verify(flags, item)
                       : sealane_ed25519_verify_batch_with(kernels_ops(row), kernels_ops(hash), flags, item, 1, NULL);
}

static void verify_with(const kernel_row *row, const kernel_row *hash, unsigned flags, const sealane_ed25519_item *item,
                        const signed_message *s) {
    static sealane_ed25519_key key;
    const sealane_ed25519_item prepared = {
        .prepared = &key, .signature = item->signature, .message = item->message, .message_len = item->message_len};
    REQUIRE(row, prepare(row, &key, item->public_key) == (s->key_good ? SEALANE_OK : SEALANE_EVERIFY));
    for (unsigned rule = 0; rule < 2; rule++) {
        const unsigned asked = flags | (rule == 0 ? SEALANE_ED25519_COFACTORLESS : SEALANE_ED25519_COFACTORED);
        const sealane_status expected = s->good[rule] ? SEALANE_OK : SEALANE_EVERIFY;
        REQUIRE(row, verify(row, hash, asked, item) == expected);
        REQUIRE(row, verify(row, hash, asked, &prepared) == expected);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    reader r = {data, size};
    const unsigned shape = read_u8(&r);
    const unsigned hashed = shape & SHAPE_PREHASHED ? SEALANE_ED25519_PREHASHED : 0,
                   flags = hashed | (shape & SHAPE_LANES_ONLY ? SEALANE_ED25519_LANES_ONLY : 0);
    signed_message s;
    read_signed(&r, hashed, &s);
    const sealane_ed25519_item item = {.public_key = buffer_copy(s.public_key, 32, 0),
                                       .signature = buffer_copy(s.signature, 64, 1),
                                       .message = buffer_copy(s.message, s.len, 0),
                                       .message_len = s.len};
    const kernel_list *kernels = kernels_of(FAMILY_ED25519), *hashes = kernels_of(FAMILY_SHA512);
    for (size_t k = 0; k < kernels->n; k++) {
        verify_with(kernels->row[k], hashes->row[k % hashes->n], flags, &item, &s);
    }
    verify_with(NULL, NULL, flags, &item, &s);
    buffers_free();
    return 0;
}
