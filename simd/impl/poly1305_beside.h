/* SPDX-License-Identifier: ISC */
/*
 * Poly1305 in general registers, radix 2^64, which hides beside vectors that leave those units of the core idle. A block is a
 * chain of 15 cycles, so two chains go in turns: two messages, or two halves of one. h as in poly1305_one.h, before its last
 * multiplication: h = h r + m.
 */
#ifndef SEALANE_POLY1305_BESIDE_H
#define SEALANE_POLY1305_BESIDE_H

__extension__ typedef unsigned __int128 uint128;

typedef struct {
    uint64_t h[3], r[2], wrap; /* h[2] < 8; wrap = r[1] / 4 * 5, as r[1] is a multiple of 4 */
    const uint8_t *in;
} poly_chain;

/* A message that waits for its authenticator. */
typedef struct {
    const uint8_t *key, *ad, *in; /* key: 32 bytes */
    size_t ad_len, len;
    uint8_t *tag; /* 16 bytes */
} poly_job;

/* Jobs are numbered as they come; job i is at i % POLY_JOBS. */
#define POLY_JOBS 64U
typedef struct {
    poly_job job[POLY_JOBS];
    size_t put, got;  /* how many may be started, and were */
    size_t at[2];     /* the job of each chain, SIZE_MAX for none, */
    size_t blocks[2]; /* and the whole blocks that it had when `planned` was set */
    size_t planned;   /* what `left` was then */
    int pad_one;      /* a secretbox: no associated data, no lengths */
} poly_jobs;

typedef struct {
    poly_chain chain[2];
    size_t left;     /* blocks that both chains are to take in */
    poly_jobs *jobs; /* NULL, or where more comes from, */
    int more;        /* as long as there is any */
} poly_beside;

/* h = h r, h[2] < 5 afterwards. */
INLINE void poly_chain_mul(poly_chain *c) {
    uint128 d0 = (uint128)c->h[0] * c->r[0] + (uint128)c->h[1] * c->wrap;
    uint128 d1 = (uint128)c->h[0] * c->r[1] + (uint128)c->h[1] * c->r[0] + c->h[2] * c->wrap + (uint64_t)(d0 >> 64);
    uint64_t top = c->h[2] * c->r[0] + (uint64_t)(d1 >> 64);
    /* top 2^128 = (top / 4) 2^130 + …, and 2^130 = 5. */
    uint128 sum = (uint128)(uint64_t)d0 + ((top >> 2) + (top & ~UINT64_C(3)));
    uint128 high = (uint128)(uint64_t)d1 + (uint64_t)(sum >> 64);
    c->h[0] = (uint64_t)sum;
    c->h[1] = (uint64_t)high;
    c->h[2] = (top & 3) + (uint64_t)(high >> 64);
}

/* h = h r + m. */
INLINE void poly_chain_step(poly_chain *c, uint64_t low, uint64_t high, uint64_t high_bit) {
    poly_chain_mul(c);
    uint128 sum = (uint128)c->h[0] + low;
    uint128 rest = (uint128)c->h[1] + high + (uint64_t)(sum >> 64);
    c->h[0] = (uint64_t)sum;
    c->h[1] = (uint64_t)rest;
    c->h[2] += (uint64_t)(rest >> 64) + high_bit;
}

INLINE void poly_chain_block(poly_chain *c) {
    poly_chain_step(c, load_le64(c->in), load_le64(c->in + 8), 1);
    c->in += 16;
}

/* len < 16 bytes that end a part. */
INLINE void poly_chain_part(poly_chain *c, const uint8_t *in, size_t len, int pad_one) {
    if (len > 0) {
        uint8_t block[16] = {0};
        memcpy(block, in, len);
        block[len] = (uint8_t)pad_one;
        poly_chain_step(c, load_le64(block), load_le64(block + 8), !pad_one);
    }
}

INLINE void poly_job_start(poly_chain *c, const poly_job *j) {
    c->r[0] = load_le64(j->key) & UINT64_C(0x0ffffffc0fffffff);
    c->r[1] = load_le64(j->key + 8) & UINT64_C(0x0ffffffc0ffffffc);
    c->wrap = c->r[1] / 4 * 5;
    c->h[0] = c->h[1] = c->h[2] = 0;
    c->in = j->ad;
    for (size_t i = 0; i < j->ad_len / 16; i++) {
        poly_chain_block(c);
    }
    poly_chain_part(c, c->in, j->ad_len % 16, 0);
    c->in = j->in;
}

INLINE void poly_job_end(poly_chain *c, const poly_job *j, int pad_one) {
    poly_chain_part(c, c->in, j->len % 16, pad_one);
    if (!pad_one) {
        poly_chain_step(c, j->ad_len, j->len, 1);
    }
    poly_chain_mul(c);
    /* Below 2^130 after one more carry; h + 5 reaches 2^130 exactly where h >= p. */
    uint128 sum = (uint128)c->h[0] + c->h[2] / 4 * 5;
    uint128 high = (uint128)c->h[1] + (uint64_t)(sum >> 64);
    const uint64_t h0 = (uint64_t)sum, h1 = (uint64_t)high, h2 = (c->h[2] & 3) + (uint64_t)(high >> 64);
    sum = (uint128)h0 + 5;
    high = (uint128)h1 + (uint64_t)(sum >> 64);
    const uint64_t over = ct_barrier64(0 - ((h2 + (uint64_t)(high >> 64)) >> 2));
    const uint64_t low = (h0 & ~over) | ((uint64_t)sum & over);
    sum = (uint128)low + load_le64(j->key + 16);
    store_le64(j->tag, (uint64_t)sum);
    store_le64(j->tag + 8, ((h1 & ~over) | ((uint64_t)high & over)) + load_le64(j->key + 24) + (uint64_t)(sum >> 64));
}

INLINE void poly_beside_start(poly_beside *b, poly_jobs *jobs, int pad_one) {
    memset(b, 0, sizeof *b);
    b->jobs = jobs;
    jobs->put = jobs->got = jobs->planned = 0;
    jobs->at[0] = jobs->at[1] = SIZE_MAX;
    jobs->blocks[0] = jobs->blocks[1] = 0;
    jobs->pad_one = pad_one;
}

/* Ends the jobs whose blocks were taken in, and gives the chains others. A chain without one goes along with the other. */
OUTLINE void poly_beside_next(poly_beside *b) {
    poly_jobs *jobs = b->jobs;
    for (size_t k = 0; k < 2; k++) {
        poly_chain *c = &b->chain[k];
        jobs->blocks[k] -= jobs->at[k] != SIZE_MAX ? jobs->planned - b->left : 0;
        while (jobs->at[k] == SIZE_MAX || jobs->blocks[k] == 0) {
            if (jobs->at[k] != SIZE_MAX) {
                poly_job_end(c, &jobs->job[jobs->at[k] % POLY_JOBS], jobs->pad_one);
                jobs->at[k] = SIZE_MAX;
            }
            if (jobs->got == jobs->put) {
                break;
            }
            const poly_job *j = &jobs->job[jobs->got % POLY_JOBS];
            jobs->at[k] = jobs->got++;
            jobs->blocks[k] = j->len / 16;
            poly_job_start(c, j);
        }
    }
    const int some[2] = {jobs->at[0] != SIZE_MAX, jobs->at[1] != SIZE_MAX};
    for (size_t k = 0; k < 2; k++) {
        if (!some[k] && some[1 - k]) {
            b->chain[k].in = b->chain[1 - k].in;
            jobs->blocks[k] = jobs->blocks[1 - k];
        }
    }
    b->more = some[0] || some[1];
    b->left = !b->more ? 0 : jobs->blocks[0] < jobs->blocks[1] ? jobs->blocks[0] : jobs->blocks[1];
    jobs->planned = b->left;
}

/* Beside vectors: one block for each chain. The struct stays in registers but for the call. */
INLINE void poly_beside_step(poly_beside *b) {
    if (b->left == 0) {
        if (!b->more) {
            return;
        }
        poly_beside copy = *b;
        poly_beside_next(&copy);
        *b = copy;
        if (b->left == 0) {
            return;
        }
    }
    poly_chain_block(&b->chain[0]);
    poly_chain_block(&b->chain[1]);
    b->left--;
}

#if MAC_BESIDE

/* Whether there is something to take in beside vectors; of jobs, those that came since are seen to. */
INLINE int poly_beside_ready(poly_beside *b) {
    if (b->jobs != NULL && b->jobs->got < b->jobs->put && (b->jobs->at[0] == SIZE_MAX || b->jobs->at[1] == SIZE_MAX)) {
        poly_beside_next(b);
    }
    return b->left > 0 || b->more;
}

/* Without vectors beside: until all jobs before job `end`, which may be started, have their tags. */
OUTLINE void poly_beside_run(poly_beside *b, size_t end) {
    const poly_jobs *jobs = b->jobs;
    poly_beside p = *b;
    while (jobs->got < end || jobs->at[0] < end || jobs->at[1] < end) {
        poly_beside copy = p;
        poly_beside_next(&copy);
        p = copy;
        for (; p.left > 0; p.left--) {
            poly_chain_block(&p.chain[0]);
            poly_chain_block(&p.chain[1]);
        }
    }
    *b = p;
}

#endif

#endif
