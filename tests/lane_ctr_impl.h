/* SPDX-License-Identifier: ISC */
/* An instantiation of support/lane_ctr.h, after the block verbs. */
#define IN_TURN 0
#define TWO_CHUNKS 0
#define QUADS_FROM 1U
#define SETS 1U
#define BULK_IN_ORDER 1
#define LONG_BYTES_MIN 1024U
#define LANES_BYTES_MAX 16384U

#include "core/dispatch/cpu.h"
#include "simd/impl/aes_gcm.h"
#include "tests/support/lane_ctr.h"

static void start(group *g, const uint8_t *key, const uint8_t *nonce) {
    const message m = {.key = key, .nonce = nonce};
    groups_start(ROUNDS_256, 1, g, &m, 1, NULL);
}

static void ctr(const uint8_t key[32], const uint8_t nonce[12], uint32_t first, const uint8_t *in, uint8_t *out, size_t len) {
    group g;
    start(&g, key, nonce);
    crypt(ROUNDS_256, group_key(&g, 0), nonce, first, in, out, len);
    wipe_stack();
}

static void ctr_bulk(const uint8_t key[32], const uint8_t nonce[12], uint32_t first, const uint8_t *in, uint8_t *out) {
    group g;
    vb rk[AES_ROUND_KEYS_MAX], counter = counter_start(nonce, first);
    start(&g, key, nonce);
    for (size_t r = 0; r <= ROUNDS_256; r++) {
        rk[r] = lane_round(group_key(&g, 0), r);
    }
    (void)bulk_step(ROUNDS_256, rk, NULL, &counter, in, out, vb_zero(), vb_zero(), NULL);
}
