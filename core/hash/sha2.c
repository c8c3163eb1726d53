/* SPDX-License-Identifier: ISC */
#include "core/hash/sha2.h"

#include "core/dispatch/registry.h"
#include "core/hash/streams.h"
#include "core/plan/plan.h"
#include "core/util/bytes.h"
#include "core/util/wipe.h"

/* No kernel has more lanes; where one had, those beyond would be idle. */
#define LANES_MAX 32

/* Each lane has four blocks for copies. What ends within them is padded there; whole blocks of a part are read where they lie,
   those with which a stream begins in the same kernel call. */
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

/* A stream of which more is left than its lane's copy holds: what goes into the kernel in pieces. */
typedef struct {
    hash_stream *stream;
    uint64_t total; /* bytes that the padding states */
    uint64_t left;  /* bytes in the parts from `at` on */
    size_t at;
    uint8_t *copy;
    size_t copied; /* bytes in the copy that have not gone into the kernel */
    size_t index;  /* of the lane */
} long_lane;

/*
 * In the functions below, `block` is the function's block size, a constant where they are called, so that the compiler makes
 * one copy of them for SHA-256 and one for SHA-512.
 */
#define EACH_SIZE static inline __attribute__((always_inline))

/* The bytes in which the padding states the length. */
EACH_SIZE size_t length_bytes(size_t block) {
    return block / 8;
}

static inline uint64_t parts_bytes(const hash_stream *s) {
    return (uint64_t)s->len[0] + s->len[1] + s->len[2];
}

/* Bytes in the blocks before the parts. */
EACH_SIZE size_t bytes_before(size_t block, const hash_stream *s) {
    return (s->start != NULL ? block : 0) + (s->pad != 0 ? block : 0);
}

/* The blocks of a stream, as a cost. */
EACH_SIZE uint16_t cost_of(size_t block, const hash_stream *s) {
    const uint64_t blocks = (parts_bytes(s) + length_bytes(block)) / block + 1 + (s->pad != 0);
    return (uint16_t)(blocks < PLAN_COST_MAX ? blocks : PLAN_COST_MAX - 1);
}

/* As memcpy, but NULL is fine with n = 0, and without a call, which takes longer than the few bytes here do. The asm keeps
   compilers from making one of the loops. */
static inline void copy_bytes(uint8_t *to, const uint8_t *from, size_t n) {
    for (; n >= 64; n -= 64) {
        memcpy(to, from, 64);
        to += 64;
        from += 64;
        __asm__("" : "+r"(to));
    }
    for (; n >= 8; n -= 8) {
        memcpy(to, from, 8);
        to += 8;
        from += 8;
        __asm__("" : "+r"(to));
    }
    for (; n != 0; n--) {
        *to++ = *from++;
        __asm__("" : "+r"(to));
    }
}

/* The block key ^ pad. */
EACH_SIZE void copy_key(size_t block, const hash_stream *s, uint8_t *copy) {
    const uint64_t pad = UINT64_C(0x0101010101010101) * s->pad;
    memset(copy, 0, block);
    copy_bytes(copy, s->key, s->key_len);
    for (size_t i = 0; i < block; i += 8) {
        store_le64(copy + i, load_le64(copy + i) ^ pad);
    }
}

/* What follows n bytes of `total` in all: one bit, zeroes, and the length in bits. How many bytes it then is; there is room for
   a block and the bytes of the length. It is written before the n bytes are, the last of which it may overwrite. */
EACH_SIZE size_t put_padding(size_t block, uint8_t *copy, size_t n, uint64_t total) {
    const size_t end = ((n + length_bytes(block)) / block + 1) * block;
    if (n < end - block) { /* by at most the bytes of the length */
        memset(copy + end - block - length_bytes(block), 0, length_bytes(block));
    }
    memset(copy + end - block, 0, block);
    copy[n] = 0x80;
    store_be64(copy + end - 8, total * 8); /* total < 2^61 */
    return end;
}

/* Copies the next n bytes of the parts, n <= l->left. */
static void long_copy(long_lane *l, size_t n) {
    hash_stream *const s = l->stream;
    l->left -= n;
    while (n != 0) {
        const size_t here = s->len[l->at] < n ? s->len[l->at] : n;
        copy_bytes(l->copy + l->copied, s->part[l->at], here);
        s->part[l->at] += here;
        s->len[l->at] -= here;
        l->copied += here;
        n -= here;
        l->at += n != 0;
    }
}

/*
 * Sets the next piece: all that is left, padded, where it fits into the copy; else what has been copied; else the whole blocks
 * of a part, in place; else a block gathered from several parts. Returns 1 if it ends the stream, else 0.
 */
EACH_SIZE int long_next(size_t block, long_lane *l, sha2_run *run) {
    hash_stream *const s = l->stream;
    const int last = l->left < COPY_BLOCKS * block - l->copied - length_bytes(block);
    if (last) {
        const size_t n = l->copied + (size_t)l->left;
        const size_t end = s->state_out != NULL ? n : put_padding(block, l->copy, n, l->total);
        long_copy(l, (size_t)l->left);
        l->copied = end;
    } else if (l->copied == 0) {
        while (s->len[l->at] == 0) {
            l->at++;
        }
        if (s->len[l->at] >= block) {
            const size_t whole = s->len[l->at] - s->len[l->at] % block;
            *run = (sha2_run){s->part[l->at], whole / block};
            s->part[l->at] += whole;
            s->len[l->at] -= whole;
            l->left -= whole;
            return 0;
        }
        long_copy(l, block);
    }
    *run = (sha2_run){l->copy, l->copied / block};
    l->copied = 0;
    return last;
}

EACH_SIZE void put_result(size_t block, const hash_stream *s, const hash_state *state) {
    if (s->state_out != NULL) {
        *s->state_out = *state;
    } else if (block == SHA256_BLOCK_BYTES) {
        for (size_t i = 0; i < 8; i += 2) {
            store_be64(s->out + 4 * i, (uint64_t)state->w32[i] << 32 | state->w32[i + 1]);
        }
    } else {
        for (size_t i = 0; i < 8; i++) {
            store_be64(s->out + 8 * i, state->w64[i]);
        }
    }
}

/* The arguments of a kernel call. */
typedef struct {
    union {
        uint32_t *w32[LANES_MAX];
        uint64_t *w64[LANES_MAX];
    } state;
    sha2_run run[LANES_MAX][2];
    size_t n;
} kernel_call;

EACH_SIZE void set_state(size_t block, kernel_call *call, size_t i, hash_state *state) {
    if (block == SHA256_BLOCK_BYTES) {
        call->state.w32[i] = state->w32;
    } else {
        call->state.w64[i] = state->w64;
    }
}

EACH_SIZE void run_call(const hash_kernel *k, size_t block, const kernel_call *call) {
    if (block == SHA256_BLOCK_BYTES) {
        k->sha256->compress(call->state.w32, (const sha2_run(*)[2])call->run, call->n);
    } else {
        k->sha512->compress(call->state.w64, (const sha2_run(*)[2])call->run, call->n);
    }
}

/* Hashes the streams in n lanes side by side: those that fit into their copies in one kernel call, which takes the first piece
   of the others too; their other pieces in calls after it. Returns how many bytes of the copies that took. */
EACH_SIZE size_t lanes_run(const hash_kernel *k, size_t block, hash_stream *const streams[], uint8_t *copies,
                           hash_state states[], size_t n) {
    const size_t room = COPY_BLOCKS * block;
    kernel_call call;
    long_lane longs[LANES_MAX];
    uint8_t *copy = copies;
    const uint8_t *padding = NULL; /* a block of nothing else, which streams of one length share */
    uint64_t padded = 0;           /* that length */
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        hash_stream *const s = streams[i];
        sha2_run *const run = call.run[i];
        uint64_t left = parts_bytes(s);
        const uint64_t total = left + bytes_before(block, s);
        size_t at = 0, whole = 0;
        memcpy(&states[i], s->start != NULL ? s->start : k->initial, block / 2);
        __asm__("" : "+m"(states[i])); /* or gcc may store the last of it later, and spill it: of a key's state */
        set_state(block, &call, i, &states[i]);
        if (s->pad != 0) {
            copy_key(block, s, copy);
            at = block;
        } else {
            whole = s->len[0] - s->len[0] % block;
        }
        run[0] = (sha2_run){s->part[0], whole / block};
        if (whole != 0) {
            s->part[0] += whole;
            s->len[0] -= whole;
            left -= whole;
        }
        if (at + left == 0 && s->state_out == NULL) {
            if (padding == NULL || padded != total) {
                padding = copy;
                padded = total;
                copy += put_padding(block, copy, 0, total);
            }
            run[1] = (sha2_run){padding, 1};
        } else if (left < room - at - length_bytes(block)) {
            const size_t bytes = at + (size_t)left;
            run[1] = (sha2_run){copy, (s->state_out == NULL ? put_padding(block, copy, bytes, total) : bytes) / block};
            for (size_t p = 0; p < 3; p++) {
                copy_bytes(copy + at, s->part[p], s->len[p]);
                at += s->len[p];
            }
            copy += run[1].blocks * block;
        } else {
            longs[count] = (long_lane){.stream = s, .total = total, .left = left, .copy = copy, .copied = at, .index = i};
            (void)long_next(block, &longs[count++], &run[1]);
            copy += room;
        }
    }
    call.n = n;
    run_call(k, block, &call);
    while (count != 0) {
        size_t still = 0;
        for (size_t i = 0; i < count; i++) {
            long_lane l = longs[i];
            set_state(block, &call, i, &states[l.index]);
            call.run[i][1].blocks = 0;
            if (!long_next(block, &l, &call.run[i][0])) {
                longs[still++] = l;
            }
        }
        call.n = count;
        run_call(k, block, &call);
        count = still;
    }
    for (size_t i = 0; i < n; i++) {
        put_result(block, streams[i], &states[i]);
    }
    return (size_t)(copy - copies);
}

/* The registers that kernels save: in one of them may be the last byte of a message. */
WIPE_BELOW(wipe_saved, 128)

EACH_SIZE void streams_run(const hash_kernel *k, size_t block, hash_stream streams[], size_t n) {
    SEALANE_ALIGN(64) uint8_t copies[COPIES_BYTES]; /* aligned for the kernel's wide loads */
    SEALANE_ALIGN(64) hash_state states[LANES_MAX];
    hash_stream *group[LANES_MAX];
    uint16_t cost[HASH_STREAMS_MAX], order[HASH_STREAMS_MAX];
    const size_t copy_room = COPY_BLOCKS * block, copies_most = COPIES_BYTES / copy_room;
    const size_t kernel_lanes = block == SHA256_BLOCK_BYTES ? k->sha256->lanes : k->sha512->lanes;
    const size_t most = kernel_lanes < copies_most ? kernel_lanes : copies_most;
    const size_t width = most < n ? most : n;
    /* Streams that share a group of lanes should be of like length. */
    const int sort = width > 1 && n > width;
    if (sort) {
        for (size_t i = 0; i < n; i++) {
            cost[i] = cost_of(block, &streams[i]);
        }
        sealane_plan_order(cost, n, order);
    }
    size_t used = 0;
    for (size_t base = 0; base < n; base += width) {
        const size_t filled = n - base < width ? n - base : width;
        for (size_t i = 0; i < filled; i++) {
            group[i] = &streams[sort ? order[base + i] : base + i];
        }
        const size_t here = lanes_run(k, block, group, copies, states, filled);
        used = here > used ? here : used;
    }
    wipe(copies, used);
    wipe(states, width * sizeof states[0]);
    wipe_saved();
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
