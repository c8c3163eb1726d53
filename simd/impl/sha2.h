/* SPDX-License-Identifier: ISC */
/*
 * SHA-256 and SHA-512 (FIPS 180-4, section 6), a stream a lane. Include it after the verbs of the lanes, once for each hash,
 * with
 *
 *   SHA2       256 or 512
 *   STREAMS    most of one call, a multiple of the lanes
 *   FEWEST     streams below which they are sooner done by
 *   FEW        a function of the kernel's contract, which wipes what it leaves
 *
 * It defines sha256_compress or sha512_compress.
 */
#include "core/kernel/sha2.h"
#include "simd/impl/wipe_stack.h"

#ifndef SEALANE_IMPL_SHA2_WIPE
#define SEALANE_IMPL_SHA2_WIPE
WIPE_DEAD_STACK(sha2_wipe_stack, 3328)
#endif

#if SHA2 == 256
#define NAME(noun) sha256_##noun
#define V(verb) v32_##verb
#define WORD uint32_t
#define LANES LANES32
#define BLOCK SHA256_BLOCK_BYTES
#define ROUNDS 64
#define K sealane_sha256_k
#define SUM_A(x) v_xor3(v32_ror(x, 2), v32_ror(x, 13), v32_ror(x, 22))
#define SUM_E(x) v_xor3(v32_ror(x, 6), v32_ror(x, 11), v32_ror(x, 25))
#define SIGMA_0(x) v_xor3(v32_ror(x, 7), v32_ror(x, 18), v32_shr(x, 3))
#define SIGMA_1(x) v_xor3(v32_ror(x, 17), v32_ror(x, 19), v32_shr(x, 10))
#else
#define NAME(noun) sha512_##noun
#define V(verb) v64_##verb
#define WORD uint64_t
#define LANES LANES64
#define BLOCK SHA512_BLOCK_BYTES
#define ROUNDS 80
#define K sealane_sha512_k
#define SUM_A(x) v_xor3(v64_ror(x, 28), v64_ror(x, 34), v64_ror(x, 39))
#define SUM_E(x) v_xor3(v64_ror(x, 14), v64_ror(x, 18), v64_ror(x, 41))
#define SIGMA_0(x) v_xor3(v64_ror(x, 1), v64_ror(x, 8), v64_shr(x, 7))
#define SIGMA_1(x) v_xor3(v64_ror(x, 19), v64_ror(x, 61), v64_shr(x, 6))
#endif

#define VECTOR NAME(vector)
#if SHA2 == 256
typedef v32 VECTOR;
#else
typedef v64 VECTOR;
#endif

/* w[i] = word i of the block at p[l] + at, in lane l. */
INLINE void NAME(load_block)(VECTOR w[16], const uint8_t *const p[LANES], size_t at) {
#if SHA2 == 256
    UNROLL for (size_t l = 0; l < LANES; l++) {
        v32_block_load(w, l, p[l] + at);
    }
    v32_transpose16(w);
#else
    v64_load_chunks(w, p, at);
    v64_load_chunks(w + 8, p, at + 64);
#endif
    UNROLL for (size_t i = 0; i < 16; i++) {
        w[i] = V(byte_swap)(w[i]);
    }
}

/*
 * Rounds t to t + 15. s holds a..h, a of round t + i in s[-i mod 8]; w holds the message schedule from W(t) on, and that
 * from W(t + 16) on afterwards where `more` is set.
 *
 * Vector operations take two cycles, so that the way round from e to e and from a to a binds. It is three operations long as
 * written: e's first addition is d's, and a is made from the e that results. The compiler is kept from another order.
 */
INLINE void NAME(rounds16)(VECTOR s[8], VECTOR w[16], size_t t, int more) {
    UNROLL for (size_t i = 0; i < 16; i++) {
        const VECTOR a = s[(16 - i) % 8], b = s[(17 - i) % 8], c = s[(18 - i) % 8], d = s[(19 - i) % 8];
        const VECTOR e = s[(20 - i) % 8], f = s[(21 - i) % 8], g = s[(22 - i) % 8], h = s[(23 - i) % 8];
        VECTOR sum_e = SUM_E(e), sum_a = SUM_A(a), two_of_three = v_majority(a, b, c);
        v_opaque(sum_e);
        v_opaque(sum_a);
        v_opaque(two_of_three);
        VECTOR x = V(add)(V(add)(V(add)(w[i], V(set1)(K[t + i])), h), d);
        if (more) {
            w[i] = V(add)(V(add)(w[i], SIGMA_0(w[(i + 1) % 16])), V(add)(w[(i + 9) % 16], SIGMA_1(w[(i + 14) % 16])));
        }
        v_opaque(x);
        x = V(add)(x, v_choose(e, f, g));
        v_opaque(x);
        x = V(add)(x, sum_e);
        v_opaque(x);
        s[(19 - i) % 8] = x;
        x = V(sub)(x, d);
        v_opaque(x);
        x = V(add)(x, two_of_three);
        v_opaque(x);
        s[(23 - i) % 8] = V(add)(x, sum_a);
    }
}

/* h takes in the block at p[l] + at in the lanes where `live` is all ones; it stays in those where it is 0. */
INLINE void NAME(block)(VECTOR h[8], const uint8_t *const p[LANES], size_t at, VECTOR live) {
    VECTOR s[8], w[16];
    NAME(load_block)(w, p, at);
    UNROLL for (size_t i = 0; i < 8; i++) {
        s[i] = h[i];
    }
    for (size_t t = 0; t < ROUNDS - 16; t += 16) {
        NAME(rounds16)(s, w, t, 1);
    }
    NAME(rounds16)(s, w, ROUNDS - 16, 0);
    UNROLL for (size_t i = 0; i < 8; i++) {
        h[i] = V(add)(h[i], v64_and(s[i], live));
    }
}

/*
 * Takes in blocks for as long as FEWEST streams have any; how many that was of each stream. Lanes without a block read that
 * of another lane to no effect, and those without a stream write to `spare`.
 */
OUTLINE size_t NAME(run_lanes)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n) {
    WORD spare[8] = {0}, live[LANES];
    WORD *to[LANES];
    const uint8_t *p[LANES];
    VECTOR h[8];
    for (size_t l = 0; l < LANES; l++) {
        to[l] = l < n ? state[l] : spare;
    }
    V(load_states)(h, to);
    for (size_t done = 0;;) {
        /* The same streams go on until the shortest of them ends. */
        size_t streams = 0, step = SIZE_MAX;
        const uint8_t *any = NULL;
        for (size_t l = 0; l < n; l++) {
            if (blocks[l] > done) {
                streams++;
                step = blocks[l] - done < step ? blocks[l] - done : step;
                any = data[l] + done * BLOCK;
            }
        }
        if (streams < FEWEST) {
            V(store_states)(h, to);
            return done;
        }
        _Pragma("GCC unroll 1") for (size_t l = 0; l < LANES; l++) {
            const int more = l < n && blocks[l] > done;
            live[l] = (WORD)0 - (WORD)more;
            p[l] = more ? data[l] + done * BLOCK : any;
        }
        for (size_t i = 0; i < step; i++) {
            NAME(block)(h, p, i * BLOCK, V(load)(live));
        }
        done += step;
    }
}

/* Up to STREAMS streams, LANES at a time. The stack is wiped here, below this frame, which holds nothing secret. */
static void NAME(compress)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n) {
    WORD *to[STREAMS];
    const uint8_t *rest[STREAMS];
    size_t left[STREAMS], few = 0;
    for (size_t base = 0; base < n; base += LANES) {
        const size_t group = n - base < LANES ? n - base : LANES;
        const size_t done = group < FEWEST ? 0 : NAME(run_lanes)(state + base, data + base, blocks + base, group);
        for (size_t i = base; i < base + group; i++) {
            if (blocks[i] > done) {
                to[few] = state[i];
                rest[few] = data[i] + done * BLOCK;
                left[few] = blocks[i] - done;
                few++;
            }
        }
    }
    if (n >= FEWEST) {
        sha2_wipe_stack();
    }
    if (few != 0) {
        FEW(to, rest, left, few);
    }
}

#undef NAME
#undef V
#undef WORD
#undef LANES
#undef BLOCK
#undef ROUNDS
#undef K
#undef SUM_A
#undef SUM_E
#undef SIGMA_0
#undef SIGMA_1
#undef VECTOR
#undef SHA2
#undef STREAMS
#undef FEWEST
#undef FEW
