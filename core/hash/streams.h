/* SPDX-License-Identifier: ISC */
/* Many hashes at once: streams of bytes of any lengths, packed into the lanes of a SHA-2 kernel. */
#ifndef SEALANE_HASH_STREAMS_H
#define SEALANE_HASH_STREAMS_H

#include "core/kernel/sha2.h"

#define HASH_DIGEST_BYTES_MAX 64U
#define HASH_MESSAGE_BYTES_MAX ((UINT64_C(1) << 61) - 1) /* for SHA-256 by FIPS 180-4; for both here */

/* Whether a message of len bytes is too long where `before` bytes are hashed before it. */
static inline int hash_too_long(uint64_t len, uint64_t before) {
    return len > HASH_MESSAGE_BYTES_MAX - before;
}

typedef union {
    uint32_t w32[8];
    uint64_t w64[8];
} hash_state;

/* SHA-256 or SHA-512 on one of its kernels. */
typedef struct {
    const sha256_ops *sha256; /* NULL for SHA-512 */
    const sha512_ops *sha512; /* NULL for SHA-256 */
    size_t block_bytes;
    size_t digest_bytes;
    const hash_state *initial;
} hash_kernel;

hash_kernel sealane_hash_sha256(const sha256_ops *ops);
hash_kernel sealane_hash_sha512(const sha512_ops *ops);

/* Most streams of one call. */
#define HASH_STREAMS_MAX 64U

/*
 * One message, and where its hash goes. The message is the block `key ^ pad` where pad is not 0, then three parts, any of which
 * may be empty (NULL with 0). The parts of a stream may overlap its own out, which is written last.
 */
typedef struct {
    const hash_state *start; /* NULL, or the state after one block that precedes the message */
    const uint8_t *key;      /* at most a block; filled up with zeroes before pad is added to each byte */
    size_t key_len;
    const uint8_t *part[3];
    size_t len[3];
    uint8_t *out;          /* receives digest_bytes */
    hash_state *state_out; /* or, where not NULL, this one receives the state: of whole blocks, without padding */
    uint8_t pad;
} hash_stream;

/* Hashes 0 <= n <= HASH_STREAMS_MAX streams, none of which reads what another one writes. Uses up their parts. Wipes what it
   copied of the messages. */
void sealane_hash_streams(const hash_kernel *k, hash_stream streams[], size_t n);

#endif
