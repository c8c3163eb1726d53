/* SPDX-License-Identifier: ISC */
/*
 * SHA-256 and SHA-512 (FIPS 180-4, section 6), a stream a lane. Include it after the verbs of the lanes, once for each hash,
 * with
 *
 *   SHA2       256 or 512
 *   PAIRS      1 where two vectors of lanes side by side are faster than one after the other, else 0
 *   STREAMS    most of one call, a multiple of the lanes; twice the lanes with PAIRS
 *   FEWEST     streams below which they are sooner done by
 *   FEW        a function of the kernel's contract, which wipes what it leaves
 *
 * It defines sha256_compress or sha512_compress.
 */
#include "core/kernel/sha2.h"
#include "core/util/bytes.h"
#include "simd/impl/wipe_stack.h"

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

/* Frames of NAME(run) by gcc 12, clang 14 and clang 19: up to 4543 and 5255 bytes with AVX-512, 2815 and 3135 with AVX2. */
WIPE_DEAD_STACK(NAME(wipe_stack), sizeof(v64) == 64 ? 4608 : 2880)
#if PAIRS
WIPE_DEAD_STACK(NAME(wipe_pair), sizeof(v64) == 64 ? 5312 : 3200)
#endif

#define VECTOR NAME(vector)
#if SHA2 == 256
typedef v32 VECTOR;
#else
typedef v64 VECTOR;
#endif

/* w[i] = word i of the block at p[l] + at, in lane l. */
INLINE void NAME(load_block)(VECTOR w[16], const uint8_t *const p[LANES], size_t at) {
    VECTOR x[16];
#if SHA2 == 256
    UNROLL for (size_t l = 0; l < LANES; l++) {
        v32_block_load(x, l, p[l] + at);
    }
    v32_transpose16(x);
#else
    v64_load_chunks(x, p, at);
    v64_load_chunks(x + 8, p, at + 64);
#endif
    UNROLL for (size_t i = 0; i < 16; i++) {
        w[i] = V(byte_swap)(x[i]);
    }
}

/* The words of the state in round t + i: s holds a of it in s[-i mod 8], and those after a behind it. */
#define A_TO_H(s, i)                                                                                                           \
    const VECTOR a = s[(16 - (i)) % 8], b = s[(17 - (i)) % 8], c = s[(18 - (i)) % 8], d = s[(19 - (i)) % 8];                   \
    const VECTOR e = s[(20 - (i)) % 8], f = s[(21 - (i)) % 8], g = s[(22 - (i)) % 8], h = s[(23 - (i)) % 8]

/* W(t + 16) from W(t) and the words 1, 9 and 14 after it. */
INLINE VECTOR NAME(schedule)(VECTOR w, VECTOR w1, VECTOR w9, VECTOR w14) {
    return V(add)(V(add)(w, SIGMA_0(w1)), V(add)(w9, SIGMA_1(w14)));
}

/*
 * Rounds t to t + 15. w holds the message schedule from W(t) on, and that
 * from W(t + 16) on afterwards where `more` is set.
 *
 * Vector operations take two cycles, so that the way round from e to e and from a to a binds. It is three operations long as
 * written: e's first addition is d's, and a is made from the e that results. The compiler is kept from another order.
 */
INLINE void NAME(rounds16)(VECTOR s[8], VECTOR w[16], size_t t, int more) {
    UNROLL for (size_t i = 0; i < 16; i++) {
        A_TO_H(s, i);
        VECTOR sum_e = SUM_E(e), sum_a = SUM_A(a), two_of_three = v_majority(a, b, c);
        v_opaque(sum_e);
        v_opaque(sum_a);
        v_opaque(two_of_three);
        VECTOR x = V(add)(V(add)(V(add)(w[i], V(set1)(K[t + i])), h), d);
        if (more) {
            w[i] = NAME(schedule)(w[i], w[(i + 1) % 16], w[(i + 9) % 16], w[(i + 14) % 16]);
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

/*
 * Rounds t to t + 7 of two vectors of lanes side by side, where the number of operations binds: e and a are both made from one
 * sum. The schedule stays in memory, W(t) to W(t + 7) at `now` and W(t + 8) to W(t + 15) at `next`.
 */
INLINE void NAME(pair_rounds8)(VECTOR s[2][8], VECTOR w[2][16], size_t t, int more) {
    UNROLL for (size_t i = 0; i < 8; i++) {
        UNROLL for (size_t v = 0; v < 2; v++) {
            VECTOR *const now = w[v] + t % 16, *const next = w[v] + (t + 8) % 16;
            A_TO_H(s[v], i);
            const VECTOR w0 = now[i];
            VECTOR x = V(add)(V(add)(w0, V(set1)(K[t + i])), h);
            if (more) {
                now[i] = NAME(schedule)(w0, i < 7 ? now[i + 1] : next[0], i < 7 ? next[i + 1] : now[0],
                                        i < 2 ? next[i + 6] : now[i - 2]);
                v_in_memory(now[i]);
            }
            v_opaque(x);
            x = V(add)(x, v_choose(e, f, g));
            x = V(add)(x, SUM_E(e));
            v_opaque(x);
            s[v][(19 - i) % 8] = V(add)(x, d);
            x = V(add)(x, v_majority(a, b, c));
            s[v][(23 - i) % 8] = V(add)(x, SUM_A(a));
        }
    }
}

/* h takes in the block at p[l] + at in the lanes l where live[l] is all ones; it stays in those where it is 0. */
INLINE void NAME(block)(VECTOR h[][8], const uint8_t *const p[], size_t at, const WORD live[], size_t vectors) {
    VECTOR s[2][8], w[2][16];
    UNROLL for (size_t v = 0; v < vectors; v++) {
        NAME(load_block)(w[v], p + v * LANES, at);
        UNROLL for (size_t i = 0; i < 8; i++) {
            s[v][i] = h[v][i];
        }
    }
    if (vectors == 1) {
        for (size_t t = 0; t < ROUNDS - 16; t += 16) {
            NAME(rounds16)(s[0], w[0], t, 1);
        }
        NAME(rounds16)(s[0], w[0], ROUNDS - 16, 0);
    } else {
        _Pragma("GCC unroll 1") for (size_t t = 0; t < ROUNDS - 16; t += 8) {
            NAME(pair_rounds8)(s, w, t, 1);
        }
        _Pragma("GCC unroll 1") for (size_t t = ROUNDS - 16; t < ROUNDS; t += 8) {
            NAME(pair_rounds8)(s, w, t, 0);
        }
    }
    UNROLL for (size_t v = 0; v < vectors; v++) {
        UNROLL for (size_t i = 0; i < 8; i++) {
            h[v][i] = V(add)(h[v][i], v64_and(s[v][i], V(load)(live + v * LANES)));
        }
    }
}

/*
 * Takes in blocks for as long as `fewest` streams have any; how many that was of each stream. Lanes without a block read that
 * of another lane to no effect, and those without a stream write to `spare`.
 */
INLINE size_t NAME(run)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n, size_t fewest,
                        size_t vectors) {
    SEALANE_ALIGN(64) WORD live[2 * LANES]; /* aligned, and so is then what the compiler spills */
    WORD spare[8] = {0};
    WORD *to[2 * LANES];
    const uint8_t *p[2 * LANES];
    VECTOR h[2][8];
    const size_t lanes = vectors * LANES;
    for (size_t l = 0; l < lanes; l++) {
        to[l] = l < n ? state[l] : spare;
    }
    UNROLL for (size_t v = 0; v < vectors; v++) {
        V(load_states)(h[v], to + v * LANES);
    }
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
        if (streams < fewest) {
            UNROLL for (size_t v = 0; v < vectors; v++) {
                V(store_states)(h[v], to + v * LANES);
            }
            return done;
        }
        _Pragma("GCC unroll 1") for (size_t l = 0; l < lanes; l++) {
            const int more = l < n && blocks[l] > done;
            live[l] = (WORD)0 - (WORD)more;
            p[l] = more ? data[l] + done * BLOCK : any;
        }
        for (size_t i = 0; i < step; i++) {
            NAME(block)(h, p, i * BLOCK, live, vectors);
        }
        done += step;
    }
}

OUTLINE size_t NAME(run_lanes)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n) {
    return NAME(run)(state, data, blocks, n, FEWEST, 1);
}

/* Lists what has more than `done` blocks, and how many streams that are. */
INLINE size_t NAME(rest)(WORD *to[], const uint8_t *rest[], size_t left[], WORD *const state[], const uint8_t *const data[],
                         const size_t blocks[], size_t n, size_t done) {
    size_t few = 0;
    for (size_t i = 0; i < n; i++) {
        if (blocks[i] > done) {
            to[few] = state[i];
            rest[few] = data[i] + done * BLOCK;
            left[few] = blocks[i] - done;
            few++;
        }
    }
    return few;
}

/* Up to STREAMS streams, LANES at a time. The stack is wiped here, below this frame, which holds nothing secret. */
static void NAME(vectors)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n) {
    WORD *to[STREAMS];
    const uint8_t *rest[STREAMS];
    size_t left[STREAMS], few = 0;
    for (size_t base = 0; base < n; base += LANES) {
        const size_t group = n - base < LANES ? n - base : LANES;
        const size_t done = group < FEWEST ? 0 : NAME(run_lanes)(state + base, data + base, blocks + base, group);
        few += NAME(rest)(to + few, rest + few, left + few, state + base, data + base, blocks + base, group, done);
    }
    if (n >= FEWEST) {
        NAME(wipe_stack)();
    }
    if (few != 0) {
        FEW(to, rest, left, few);
    }
}

#if PAIRS
/* From so many streams on, as some of them take longer alone than a second vector does beside a first. */
#define FEWEST_OF_PAIR (LANES + FEWEST - 1)

OUTLINE size_t NAME(run_pair)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n) {
    return NAME(run)(state, data, blocks, n, FEWEST_OF_PAIR, 2);
}

static void NAME(compress)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n) {
    if (n < FEWEST_OF_PAIR) {
        NAME(vectors)(state, data, blocks, n);
        return;
    }
    WORD *to[STREAMS];
    const uint8_t *rest[STREAMS];
    size_t left[STREAMS];
    const size_t done = NAME(run_pair)(state, data, blocks, n);
    NAME(wipe_pair)();
    const size_t few = NAME(rest)(to, rest, left, state, data, blocks, n, done);
    if (few != 0) {
        NAME(vectors)(to, rest, left, few);
    }
}
#undef FEWEST_OF_PAIR
#else
static void NAME(compress)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n) {
    NAME(vectors)(state, data, blocks, n);
}
#endif

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
#undef A_TO_H
#undef VECTOR
#undef SHA2
#undef PAIRS
#undef STREAMS
#undef FEWEST
#undef FEW
