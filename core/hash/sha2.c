/* SPDX-License-Identifier: ISC */
#include "core/hash/sha2.h"

#include "core/dispatch/registry.h"
#include "core/hash/streams.h"
#include "core/plan/plan.h"
#include "core/util/bytes.h"
#include "core/util/wipe.h"

/* More lanes than any kernel has; where one had more, those beyond would be idle. */
#define LANES_MAX 16

/* Whatever ends within this many bytes is padded in a copy, for one kernel call; longer parts are read where they lie. */
#define COPY_BYTES 512U

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
    SEALANE_ALIGN(64) uint8_t copy[COPY_BYTES]; /* aligned for the kernel's wide loads */
    hash_state state;
    hash_stream stream;
    uint64_t total; /* bytes that the padding states */
    uint64_t left;  /* bytes in the parts from `at` on */
    size_t at;
    const uint8_t *data;
    size_t blocks;
    size_t copied; /* bytes in copy that have not gone into the kernel */
    int last;      /* the segment ends the stream */
} lane;

static uint64_t parts_bytes(const hash_stream *s) {
    return (uint64_t)s->len[0] + s->len[1] + s->len[2];
}

/*
 * In the functions below, `block` is the function's block size, a constant where they are called, so that the compiler makes
 * one copy of them for SHA-256 and one for SHA-512.
 */
#define EACH_SIZE static inline __attribute__((always_inline))

/* The bytes in which the padding states the length. */
EACH_SIZE size_t length_bytes(size_t block) {
    return block / 8;
}

/* The blocks of a stream, as a cost. */
EACH_SIZE uint16_t cost_of(size_t block, const hash_stream *s) {
    const uint64_t blocks = (parts_bytes(s) + length_bytes(block)) / block + 1 + (s->pad != 0);
    return (uint16_t)(blocks < PLAN_COST_MAX ? blocks : PLAN_COST_MAX - 1);
}

/* Starts l->stream. */
EACH_SIZE void lane_begin(const hash_kernel *k, size_t block, lane *l) {
    const hash_stream *const s = &l->stream;
    l->state = s->start != NULL ? *s->start : *k->initial;
    l->left = parts_bytes(s);
    l->total = l->left + (s->start != NULL ? block : 0);
    l->at = 0;
    l->copied = 0;
    l->last = 0;
    const uint8_t pad = s->pad;
    if (pad != 0) {
        if (s->key_len != 0) {
            memcpy(l->copy, s->key, s->key_len);
        }
        memset(l->copy + s->key_len, 0, block - s->key_len);
        for (size_t i = 0; i < block; i++) {
            l->copy[i] ^= pad;
        }
        l->copied = block;
        l->total += block;
    }
}

/* Copies the next n bytes of the parts, n <= l->left. */
static void lane_copy(lane *l, size_t n) {
    hash_stream *const s = &l->stream;
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
    hash_stream *const s = &l->stream;
    l->last = l->left <= COPY_BYTES - l->copied - 1 - length_bytes(block);
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

EACH_SIZE void lane_end(size_t block, const lane *l) {
    uint8_t *const out = l->stream.out;
    if (l->stream.state_out != NULL) {
        *l->stream.state_out = l->state;
    } else if (block == SHA256_BLOCK_BYTES) {
        for (size_t i = 0; i < 8; i++) {
            store_be32(out + 4 * i, l->state.w32[i]);
        }
    } else {
        for (size_t i = 0; i < 8; i++) {
            store_be64(out + 8 * i, l->state.w64[i]);
        }
    }
}

/* Hashes the streams in n lanes side by side, a segment of each in a kernel call until all have ended. */
EACH_SIZE void lanes_run(const hash_kernel *k, size_t block, lane lanes[], size_t n) {
    union {
        uint32_t *w32[LANES_MAX];
        uint64_t *w64[LANES_MAX];
    } state;
    const uint8_t *data[LANES_MAX];
    size_t blocks[LANES_MAX];

    for (size_t i = 0; i < n; i++) {
        lane_begin(k, block, &lanes[i]);
    }
    for (;;) {
        size_t busy = 0;
        for (size_t i = 0; i < n; i++) {
            lane *const l = &lanes[i];
            if (!l->last) {
                lane_next(block, l);
                if (block == SHA256_BLOCK_BYTES) {
                    state.w32[busy] = l->state.w32;
                } else {
                    state.w64[busy] = l->state.w64;
                }
                data[busy] = l->data;
                blocks[busy] = l->blocks;
                busy++;
            }
        }
        if (busy == 0) {
            break;
        }
        if (block == SHA256_BLOCK_BYTES) {
            k->sha256->compress(state.w32, data, blocks, busy);
        } else {
            k->sha512->compress(state.w64, data, blocks, busy);
        }
    }
    for (size_t i = 0; i < n; i++) {
        lane_end(block, &lanes[i]);
    }
}

EACH_SIZE void streams_run(const hash_kernel *k, size_t block, hash_source *source, const void *context, size_t n) {
    const size_t kernel_lanes = block == SHA256_BLOCK_BYTES ? k->sha256->lanes : k->sha512->lanes;
    const size_t most = kernel_lanes < LANES_MAX ? kernel_lanes : LANES_MAX;
    const size_t width = most < n ? most : n;
    uint16_t cost[PLAN_WINDOW], order[PLAN_WINDOW];
    lane lanes[LANES_MAX];
    hash_stream sample = {0};
    size_t used = 0;

    for (size_t i = 0; i < width; i++) {
        lanes[i].stream = sample;
    }
    for (size_t base = 0; base < n;) {
        const size_t window = n - base < PLAN_WINDOW ? n - base : PLAN_WINDOW;
        /* Streams that share a group of lanes should be of like length. */
        const int sort = width > 1 && window > width;
        if (sort) {
            for (size_t i = 0; i < window; i++) {
                cost[i] = source(context, base + i, &sample) ? cost_of(block, &sample) : 0;
            }
            sealane_plan_order(cost, window, order);
        }
        for (size_t i = 0; i < window;) {
            size_t filled = 0;
            for (; i < window && filled < width; i++) {
                filled += source(context, base + (sort ? order[i] : i), &lanes[filled].stream) != 0;
            }
            lanes_run(k, block, lanes, filled);
            used = used < filled ? filled : used;
        }
        base += window;
    }
    wipe(lanes, used * sizeof lanes[0]);
}

void sealane_hash_streams(const hash_kernel *k, hash_source *source, const void *context, size_t n) {
    if (k->sha256 != NULL) {
        streams_run(k, SHA256_BLOCK_BYTES, source, context, n);
    } else {
        streams_run(k, SHA512_BLOCK_BYTES, source, context, n);
    }
}

static int job_source(const void *context, size_t i, hash_stream *s) {
    const sha512_job *const job = (const sha512_job *)context + i;
    memcpy(s->part, job->part, sizeof s->part);
    memcpy(s->len, job->len, sizeof s->len);
    s->out = job->out;
    return 1;
}

void sealane_sha512_jobs_with(const sha512_ops *ops, const sha512_job jobs[], size_t n) {
    const hash_kernel k = sealane_hash_sha512(ops);
    sealane_hash_streams(&k, job_source, jobs, n);
}

static int item_source(const void *context, size_t i, hash_stream *s) {
    const sealane_hash_item *const item = (const sealane_hash_item *)context + i;
    s->part[0] = item->in;
    s->len[0] = item->len;
    s->out = item->out;
    return 1;
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
    sealane_hash_streams(k, item_source, items, n);
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
