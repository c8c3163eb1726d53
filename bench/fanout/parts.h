/* SPDX-License-Identifier: ISC */
/* What several profiles are made of: key pairs, signatures, and the check of verdicts. Made with libsodium. */
#ifndef SEALANE_BENCH_FANOUT_PARTS_H
#define SEALANE_BENCH_FANOUT_PARTS_H

#include "bench/fanout/fanout.h"

typedef uint8_t key32[32];

/* X25519 key pairs. */
typedef struct {
    key32 *secret, *public;
} parts_pairs;

/* n of them; false: no memory. */
bool parts_pairs_make(arena *a, uint64_t *random, size_t n, parts_pairs *pairs);

/* n random bytes; NULL: no memory. */
uint8_t *parts_random(arena *a, uint64_t *random, size_t n);

/*
 * n signatures of messages of `size` random bytes, item i by the signer i % signers, all of them good; signers 0: as many as
 * there are items. NULL: no memory.
 */
sealane_ed25519_item *parts_signatures(arena *a, uint64_t *random, size_t n, size_t signers, size_t size);

/*
 * Whether the verdicts that an implementation gave for n items are libsodium's, and whether it gives libsodium's verdicts when
 * some of the items, up to 200 of them, have been damaged in their signature, key or message. Returns the item where it does
 * not, or SIZE_MAX.
 */
size_t parts_verdicts_wrong(const peer *p, void *session, const sealane_ed25519_item *items, size_t n, const uint8_t *verdicts);

#endif
