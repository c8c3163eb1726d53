/* SPDX-License-Identifier: ISC */
#include "core/hash/sha2.h"

#include "core/dispatch/registry.h"
#include "core/hash/streams.h"
#include "core/plan/plan.h"
#include "core/util/bytes.h"
#include "core/util/wipe.h"

/* No kernel has more lanes; where one had, those beyond would be idle. */
#define LANES_MAX 32

/* Each lane has four blocks for copies. What ends within them is padded there, for one kernel call; longer parts are read where
   they lie. */
#define COPY_BLOCKS 4U
#define COPIES_BYTES 8192U

static const hash_state initial256 = {
    .w32 = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
};
static const hash_state initial512 = {
    .w64 = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1,
            0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179},
};

hash_kernel sealane_hash_sha256(const sha256_ops *ops) {
    return (hash_kernel){
        .sha256 = ops, .block_bytes = SHA256_BLOCK_BYTES, .digest_bytes = SEALANE_SHA256_BYTES, .initial = &initial256};
}

hash_kernel sealane_hash_sha512(const sha512_ops *ops) {
    return (hash_kernel){
        .sha512 = ops, .block_bytes = SHA512_BLOCK_BYTES, .digest_bytes = SEALANE_SHA512_BYTES, .initial = &initial512};
}

/* A stream on its way through a lane: what is left of its parts, and the segment that goes into the kernel next. */
typedef struct {
    hash_stream *stream;
    uint8_t *copy;
    uint64_t total; /* bytes that the padding states */
    uint64_t left;  /* bytes in the parts from `at` on */
    size_t at;
    const uint8_t *data;
    size_t blocks;
    size_t copied; /* bytes in copy that have not gone into the kernel */
    int last;      /* the segment ends the stream */
} lane;

/*
 * In the functions below, `block` is the function's block size, a constant where they are called, so that the compiler makes
 * one copy of them for SHA-256 and one for SHA-512.
 */
#define EACH_SIZE static inline __attribute__((always_inline))

/* The bytes in which the padding states the length. */
EACH_SIZE size_t length_bytes(size_t block) {
    return block / 8;
}

static uint64_t parts_bytes(const hash_stream *s) {
    return (uint64_t)s->len[0] + s->len[1] + s->len[2];
}

/* The blocks of a stream, as a cost. */
EACH_SIZE uint16_t cost_of(size_t block, const hash_stream *s) {
    const uint64_t blocks = (parts_bytes(s) + length_bytes(block)) / block + 1 + (s->pad != 0);
    return (uint16_t)(blocks < PLAN_COST_MAX ? blocks : PLAN_COST_MAX - 1);
}

/* Starts l->stream. */
EACH_SIZE void lane_begin(const hash_kernel *k, size_t block, lane *l, hash_state *state) {
    const hash_stream *const s = l->stream;
    *state = s->start != NULL ? *s->start : *k->initial;
    l->left = parts_bytes(s);
    l->total = l->left + (s->start != NULL ? block : 0);
    l->at = 0;
    l->copied = 0;
    if (s->pad != 0) {
        memset(l->copy, 0, block);
        if (s->key_len != 0) {
            memcpy(l->copy, s->key, s->key_len);
        }
        const uint64_t pad = UINT64_C(0x0101010101010101) * s->pad;
        for (size_t i = 0; i < block; i += 8) {
            store_le64(l->copy + i, load_le64(l->copy + i) ^ pad);
        }
        l->copied = block;
        l->total += block;
    }
}

/* Copies the next n bytes of the parts, n <= l->left. */
static inline void lane_copy(lane *l, size_t n) {
    hash_stream *const s = l->stream;
    l->left -= n;
    while (n != 0) {
        const size_t here = s->len[l->at] < n ? s->len[l->at] : n;
        if (here != 0) {
            memcpy(l->copy + l->copied, s->part[l->at], here);
            s->part[l->at] += here;
            s->len[l->at] -= here;
            l->copied += here;
            n -= here;
        }
        l->at += n != 0;
    }
}

/* One bit, zeroes, and the length in bits: at most a block and the bytes of the length, for which there is room. */
EACH_SIZE void lane_pad(size_t block, lane *l) {
    const size_t end = ((l->copied + length_bytes(block)) / block + 1) * block;
    memset(l->copy + l->copied, 0, end - l->copied);
    l->copy[l->copied] = 0x80;
    store_be64(l->copy + end - 8, l->total * 8); /* total < 2^61 */
    l->copied = end;
}

/*
 * Sets the next segment: all that is left, padded, where it fits into the copy; else what has been copied; else the whole
 * blocks of a part, in place; else a block gathered from several parts.
 */
EACH_SIZE void lane_next(size_t block, lane *l) {
    hash_stream *const s = l->stream;
    l->last = l->left <= COPY_BLOCKS * block - l->copied - 1 - length_bytes(block);
    if (l->last) {
        lane_copy(l, (size_t)l->left);
        if (s->state_out == NULL) {
            lane_pad(block, l);
        }
    } else if (l->copied == 0) {
        while (s->len[l->at] == 0) {
            l->at++;
        }
        if (s->len[l->at] >= block) {
            const size_t whole = s->len[l->at] - s->len[l->at] % block;
            l->data = s->part[l->at];
            l->blocks = whole / block;
            s->part[l->at] += whole;
            s->len[l->at] -= whole;
            l->left -= whole;
            return;
        }
        lane_copy(l, block);
    }
    l->data = l->copy;
    l->blocks = l->copied / block;
    l->copied = 0;
}

EACH_SIZE void lane_end(size_t block, const lane *l, const hash_state *state) {
    uint8_t *const out = l->stream->out;
    if (l->stream->state_out != NULL) {
        *l->stream->state_out = *state;
    } else if (block == SHA256_BLOCK_BYTES) {
        for (size_t i = 0; i < 8; i++) {
            store_be32(out + 4 * i, state->w32[i]);
        }
    } else {
        for (size_t i = 0; i < 8; i++) {
            store_be64(out + 8 * i, state->w64[i]);
        }
    }
}

/* Hashes the streams in n lanes side by side, a segment of each in a kernel call until all have ended. */
EACH_SIZE void lanes_run(const hash_kernel *k, size_t block, lane lanes[], hash_state states[], size_t n) {
    union {
        uint32_t *w32[LANES_MAX];
        uint64_t *w64[LANES_MAX];
    } state;
    const uint8_t *data[LANES_MAX];
    size_t blocks[LANES_MAX], going = n;

    for (size_t i = 0; i < n; i++) {
        lane_begin(k, block, &lanes[i], &states[i]);
        lanes[i].last = 0;
    }
    while (going != 0) {
        size_t busy = 0;
        for (size_t i = 0; i < n; i++) {
            lane *const l = &lanes[i];
            if (!l->last) {
                lane_next(block, l);
                going -= l->last != 0;
                if (block == SHA256_BLOCK_BYTES) {
                    state.w32[busy] = states[i].w32;
                } else {
                    state.w64[busy] = states[i].w64;
                }
                data[busy] = l->data;
                blocks[busy] = l->blocks;
                busy++;
            }
        }
        if (block == SHA256_BLOCK_BYTES) {
            k->sha256->compress(state.w32, data, blocks, busy);
        } else {
            k->sha512->compress(state.w64, data, blocks, busy);
        }
    }
    for (size_t i = 0; i < n; i++) {
        lane_end(block, &lanes[i], &states[i]);
    }
}

EACH_SIZE void streams_run(const hash_kernel *k, size_t block, hash_stream streams[], size_t n) {
    SEALANE_ALIGN(64) uint8_t copies[COPIES_BYTES]; /* aligned for the kernel's wide loads */
    hash_state states[LANES_MAX];
    lane lanes[LANES_MAX];
    uint16_t cost[HASH_STREAMS_MAX], order[HASH_STREAMS_MAX];
    const size_t copy_bytes = COPY_BLOCKS * block, room = COPIES_BYTES / copy_bytes;
    const size_t kernel_lanes = block == SHA256_BLOCK_BYTES ? k->sha256->lanes : k->sha512->lanes;
    const size_t most = kernel_lanes < room ? kernel_lanes : room;
    const size_t width = most < n ? most : n;
    /* Streams that share a group of lanes should be of like length. */
    const int sort = width > 1 && n > width;
    if (sort) {
        for (size_t i = 0; i < n; i++) {
            cost[i] = cost_of(block, &streams[i]);
        }
        sealane_plan_order(cost, n, order);
    }
    for (size_t i = 0; i < width; i++) {
        lanes[i].copy = copies + i * copy_bytes;
    }
    for (size_t base = 0; base < n; base += width) {
        const size_t filled = n - base < width ? n - base : width;
        for (size_t i = 0; i < filled; i++) {
            lanes[i].stream = &streams[sort ? order[base + i] : base + i];
        }
        lanes_run(k, block, lanes, states, filled);
    }
    wipe(copies, width * copy_bytes);
    wipe(states, width * sizeof states[0]);
}

void sealane_hash_streams(const hash_kernel *k, hash_stream streams[], size_t n) {
    if (n == 0) {
        return;
    }
    if (k->sha256 != NULL) {
        streams_run(k, SHA256_BLOCK_BYTES, streams, n);
    } else {
        streams_run(k, SHA512_BLOCK_BYTES, streams, n);
    }
}

void sealane_sha512_jobs_with(const sha512_ops *ops, const sha512_job jobs[], size_t n) {
    const hash_kernel k = sealane_hash_sha512(ops);
    hash_stream streams[HASH_STREAMS_MAX];
    for (size_t base = 0; base < n; base += HASH_STREAMS_MAX) {
        const size_t count = n - base < HASH_STREAMS_MAX ? n - base : HASH_STREAMS_MAX;
        for (size_t i = 0; i < count; i++) {
            const sha512_job *const job = &jobs[base + i];
            streams[i] = (hash_stream){.part = {job->part[0], job->part[1], job->part[2]},
                                       .len = {job->len[0], job->len[1], job->len[2]},
                                       .out = job->out};
        }
        sealane_hash_streams(&k, streams, count);
    }
}

static sealane_status hash_batch(const hash_kernel *k, const sealane_hash_item *items, size_t n) {
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        if (items[i].out == NULL || (items[i].in == NULL && items[i].len != 0)) {
            return SEALANE_EINVAL;
        }
        if (hash_too_long(items[i].len, 0)) {
            return SEALANE_ELENGTH;
        }
    }
    hash_stream streams[HASH_STREAMS_MAX];
    for (size_t base = 0; base < n; base += HASH_STREAMS_MAX) {
        const size_t count = n - base < HASH_STREAMS_MAX ? n - base : HASH_STREAMS_MAX;
        for (size_t i = 0; i < count; i++) {
            const sealane_hash_item *const item = &items[base + i];
            streams[i] = (hash_stream){.part = {item->in}, .len = {item->len}, .out = item->out};
        }
        sealane_hash_streams(k, streams, count);
    }
    return SEALANE_OK;
}

sealane_status sealane_sha256_batch_with(const sha256_ops *ops, const sealane_hash_item *items, size_t n) {
    const hash_kernel k = sealane_hash_sha256(ops);
    return hash_batch(&k, items, n);
}

sealane_status sealane_sha512_batch_with(const sha512_ops *ops, const sealane_hash_item *items, size_t n) {
    const hash_kernel k = sealane_hash_sha512(ops);
    return hash_batch(&k, items, n);
}

sealane_status sealane_sha256_batch(const sealane_hash_item *items, size_t n) {
    return sealane_sha256_batch_with(dispatch_sha256(), items, n);
}

sealane_status sealane_sha512_batch(const sealane_hash_item *items, size_t n) {
    return sealane_sha512_batch_with(dispatch_sha512(), items, n);
}
