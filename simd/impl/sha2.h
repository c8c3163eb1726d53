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
#include "simd/impl/sha2_words.h"
#include "simd/impl/wipe_stack.h"

#if SHA2 == 256
#define NAME(noun) sha256_##noun
#define V(verb) v32_##verb
#define WORD uint32_t
#define LANES LANES32
#define BLOCK SHA256_BLOCK_BYTES
#define ROUNDS 64
#define K sealane_sha256_k
#define LOAD load_be32
#define WORD_SIGMA_0 SHA256_SIGMA_0
#define WORD_SIGMA_1 SHA256_SIGMA_1
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
#define LOAD load_be64
#define WORD_SIGMA_0 SHA512_SIGMA_0
#define WORD_SIGMA_1 SHA512_SIGMA_1
#define SUM_A(x) v_xor3(v64_ror(x, 28), v64_ror(x, 34), v64_ror(x, 39))
#define SUM_E(x) v_xor3(v64_ror(x, 14), v64_ror(x, 18), v64_ror(x, 41))
#define SIGMA_0(x) v_xor3(v64_ror(x, 1), v64_ror(x, 8), v64_shr(x, 7))
#define SIGMA_1(x) v_xor3(v64_ror(x, 19), v64_ror(x, 61), v64_shr(x, 6))
#endif

/* Frames of NAME(run), of one and of two vectors, at the most: by clang 19, of SHA-512 and SHA-256, 2423 and 2551, 3639 and
   4087 bytes with AVX-512, 2295 and 2743 with AVX2; by gcc 12 and clang 14, 4023 and 5175 bytes, 3063 and 3127. */
#if defined(__clang__) && __clang_major__ >= 19
WIPE_DEAD_STACK(NAME(wipe_stack), sizeof(v64) == 32 ? 2304 : SHA2 == 256 ? 2560 : 2432)
#else
WIPE_DEAD_STACK(NAME(wipe_stack), sizeof(v64) == 32 ? 3072 : 4032)
#endif
#if PAIRS && defined(__clang__) && __clang_major__ >= 19
WIPE_DEAD_STACK(NAME(wipe_pair), sizeof(v64) == 32 ? 2752 : SHA2 == 256 ? 4096 : 3648)
#elif PAIRS
WIPE_DEAD_STACK(NAME(wipe_pair), sizeof(v64) == 32 ? 3136 : 5184)
#endif

#define AT_ONCE (SHA2 == 512 && sizeof(v64) == 32) /* see NAME(round_at_once) */

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

/* The e of the next round, added up in this order. */
INLINE VECTOR NAME(next_e)(VECTOR x, VECTOR d, VECTOR e, VECTOR f, VECTOR g, VECTOR sum_e) {
    x = V(add)(x, d);
    v_opaque(x);
    x = V(add)(x, v_choose(e, f, g));
    v_opaque(x);
    x = V(add)(x, sum_e);
    v_opaque(x);
    return x;
}

/*
 * A round with the sum of W(t + i) and its constant. Vector operations take two cycles, so that the way round from e to e
 * binds. It is three operations long as written: e's first addition is d's. Nothing waits for a, which is made a round later,
 * from `less`, what it then was without its last two summands: CPUs begin with what is older, and that would be a's rotations,
 * not those of the next e. The compiler is kept from another order.
 */
INLINE void NAME(round)(VECTOR s[8], VECTOR *less, size_t i, VECTOR sum) {
    A_TO_H(s, i);
    (void)a; /* not made yet */
    VECTOR sum_e = SUM_E(e);
    v_opaque(sum_e);
    VECTOR x = NAME(next_e)(V(add)(sum, h), d, e, f, g, sum_e);
    s[(19 - i) % 8] = x;
    VECTOR sum_a = SUM_A(b), y = V(add)(*less, v_majority(b, c, d));
    v_opaque(sum_a);
    v_opaque(y);
    y = V(add)(y, sum_a);
    v_opaque(y);
    s[(16 - i) % 8] = y;
    x = V(sub)(x, d);
    v_opaque(x);
    *less = x;
}

/* The same where operations take about as long as the way round: a is made at once, which needs a register less. */
INLINE void NAME(round_at_once)(VECTOR s[8], size_t i, VECTOR sum) {
    A_TO_H(s, i);
    VECTOR sum_e = SUM_E(e), sum_a = SUM_A(a), two_of_three = v_majority(a, b, c);
    v_opaque(sum_e);
    v_opaque(sum_a);
    v_opaque(two_of_three);
    VECTOR x = NAME(next_e)(V(add)(sum, h), d, e, f, g, sum_e);
    s[(19 - i) % 8] = x;
    x = V(sub)(x, d);
    v_opaque(x);
    x = V(add)(x, two_of_three);
    v_opaque(x);
    s[(23 - i) % 8] = V(add)(x, sum_a);
}

/* A round for one of two vectors of lanes side by side, where the number of operations binds: e and a are both made from one
   sum. */
INLINE void NAME(pair_round)(VECTOR s[8], size_t i, VECTOR sum) {
    A_TO_H(s, i);
    VECTOR x = V(add)(sum, h);
    v_opaque(x);
    x = V(add)(x, v_choose(e, f, g));
    x = V(add)(x, SUM_E(e));
    v_opaque(x);
    s[(19 - i) % 8] = V(add)(x, d);
    x = V(add)(x, v_majority(a, b, c));
    s[(23 - i) % 8] = V(add)(x, SUM_A(a));
}

/* What the round before added to `less` for the a in s. */
INLINE VECTOR NAME(summands)(const VECTOR s[8]) {
    return V(add)(v_majority(s[1], s[2], s[3]), SUM_A(s[1]));
}

/* Rounds t to t + 15. w holds the message schedule from W(t) on, and that from W(t + 16) on afterwards where `more` is set. */
INLINE void NAME(rounds16)(VECTOR s[8], VECTOR *less, VECTOR w[16], size_t t, int more) {
    UNROLL for (size_t i = 0; i < 16; i++) {
        const VECTOR sum = V(add)(w[i], V(set1)(K[t + i]));
        if (more) {
            w[i] = NAME(schedule)(w[i], w[(i + 1) % 16], w[(i + 9) % 16], w[(i + 14) % 16]);
        }
        if (AT_ONCE) {
            NAME(round_at_once)(s, i, sum);
        } else {
            NAME(round)(s, less, i, sum);
        }
    }
}

/* Rounds t to t + 7 of two vectors of lanes. The schedule stays in memory, W(t) to W(t + 7) at `now` and W(t + 8) to W(t + 15)
   at `next`. */
INLINE void NAME(pair_rounds8)(VECTOR s[2][8], VECTOR w[2][16], size_t t, int more) {
    UNROLL for (size_t i = 0; i < 8; i++) {
        UNROLL for (size_t v = 0; v < 2; v++) {
            VECTOR *const now = w[v] + t % 16, *const next = w[v] + (t + 8) % 16;
            const VECTOR w0 = now[i];
            const VECTOR sum = V(add)(w0, V(set1)(K[t + i]));
            if (more) {
                now[i] = NAME(schedule)(w0, i < 7 ? now[i + 1] : next[0], i < 7 ? next[i + 1] : now[0],
                                        i < 2 ? next[i + 6] : now[i - 2]);
                v_in_memory(now[i]);
            }
            NAME(pair_round)(s[v], i, sum);
        }
    }
}

/*
 * Rounds t to t + 7 of a block that all lanes share, such as one of padding: its schedule, a third of the operations and more,
 * is made once, in general registers, beside the vectors. w holds it as pair_rounds8's does.
 */
INLINE void NAME(shared_rounds8)(VECTOR s[][8], VECTOR less[], WORD w[16], size_t t, size_t vectors) {
    WORD *const now = w + t % 16, *const next = w + (t + 8) % 16;
    WORD made[8]; /* in registers, as waiting for what was stored would take longer than the rounds */
    UNROLL for (size_t i = 0; i < 8; i++) {
        WORD sum = now[i] + K[t + i];
        __asm__("" : "+m"(sum)); /* to be broadcast from memory, which needs no operation */
        const WORD w1 = i < 7 ? now[i + 1] : next[0], w9 = i < 7 ? next[i + 1] : made[0];
        const WORD w14 = i < 2 ? next[i + 6] : made[i - 2];
        WORD sigma_0 = WORD_SIGMA_0(w1), sigma_1 = WORD_SIGMA_1(w14);
        __asm__("" : "+r"(sigma_0), "+r"(sigma_1)); /* or compilers make vectors of two words, which are slower */
        made[i] = now[i] + sigma_0 + w9 + sigma_1;
        now[i] = made[i];
        UNROLL for (size_t v = 0; v < vectors; v++) {
            NAME(round)(s[v], less + v, i, V(set1)(sum));
        }
    }
}

/* h takes in the block at p[l] + at, or with `shared` at p[0] + at, in the lanes l where live[l] is all ones; it stays in those
   where it is 0. */
INLINE void NAME(block)(VECTOR h[][8], const uint8_t *const p[], size_t at, const WORD live[], int shared, size_t vectors) {
    VECTOR s[2][8], w[2][16], less[2];
    WORD words[16];
    UNROLL for (size_t v = 0; v < vectors; v++) {
        if (!shared) {
            NAME(load_block)(w[v], p + v * LANES, at);
        }
        UNROLL for (size_t i = 0; i < 8; i++) {
            s[v][i] = h[v][i];
        }
        less[v] = V(sub)(s[v][0], NAME(summands)(s[v]));
    }
    if (shared) {
        UNROLL for (size_t i = 0; i < 16; i++) {
            words[i] = LOAD(p[0] + at + sizeof(WORD) * i);
            __asm__("" : "+r"(words[i])); /* one by one, or reading them waits for all */
        }
        _Pragma("GCC unroll 1") for (size_t t = 0; t < ROUNDS; t += 8) {
            NAME(shared_rounds8)(s, less, words, t, vectors);
        }
    } else if (vectors == 1) {
        for (size_t t = 0; t < ROUNDS - 16; t += 16) {
            NAME(rounds16)(s[0], less, w[0], t, 1);
        }
        NAME(rounds16)(s[0], less, w[0], ROUNDS - 16, 0);
    } else {
        _Pragma("GCC unroll 1") for (size_t t = 0; t < ROUNDS - 16; t += 8) {
            NAME(pair_rounds8)(s, w, t, 1);
        }
        _Pragma("GCC unroll 1") for (size_t t = ROUNDS - 16; t < ROUNDS; t += 8) {
            NAME(pair_rounds8)(s, w, t, 0);
        }
    }
    UNROLL for (size_t v = 0; v < vectors; v++) {
        if (shared || (vectors == 1 && !AT_ONCE)) {
            s[v][0] = V(add)(less[v], NAME(summands)(s[v]));
        }
        UNROLL for (size_t i = 0; i < 8; i++) {
            h[v][i] = V(add)(h[v][i], v64_and(s[v][i], V(load)(live + v * LANES)));
        }
    }
}

/* What is left of the run that a stream is in after `done` blocks: no blocks at its end. */
INLINE sha2_run NAME(rest_of_run)(const sha2_run run[2], size_t done) {
    const int second = done >= run[0].blocks;
    const size_t at = second ? done - run[0].blocks : done;
    if (at >= run[second].blocks) {
        return (sha2_run){NULL, 0};
    }
    return (sha2_run){run[second].data + at * BLOCK, run[second].blocks - at};
}

/*
 * Takes in blocks for as long as `fewest` streams have any; how many that was of each stream, or SIZE_MAX where none is left.
 * Lanes without a block read that of another lane to no effect, and those without a stream write to `spare`.
 */
INLINE size_t NAME(run)(WORD *const state[], const sha2_run run[][2], size_t n, size_t fewest, size_t vectors) {
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
        /* The same streams go on until the shortest of their runs ends. */
        size_t streams = 0, step = SIZE_MAX;
        const uint8_t *any = NULL;
        int shared = 1;
        for (size_t l = 0; l < n; l++) {
            const sha2_run rest = NAME(rest_of_run)(run[l], done);
            p[l] = rest.data;
            live[l] = (WORD)0 - (WORD)(rest.blocks != 0);
            if (rest.blocks != 0) {
                shared &= any == NULL || any == rest.data;
                any = rest.data;
                step = rest.blocks < step ? rest.blocks : step;
                streams++;
            }
        }
        if (streams < fewest) {
            UNROLL for (size_t v = 0; v < vectors; v++) {
                V(store_states)(h[v], to + v * LANES);
            }
            return streams == 0 ? SIZE_MAX : done;
        }
        for (size_t l = 0; streams != lanes && l < lanes; l++) { /* most often all go on, and loads wait for what this stores */
            if (l >= n || live[l] == 0) {
                live[l] = 0;
                p[l] = any;
            }
        }
        if (shared) {
            for (size_t i = 0; i < step; i++) {
                NAME(block)(h, p, i * BLOCK, live, 1, vectors);
            }
        } else {
            for (size_t i = 0; i < step; i++) {
                NAME(block)(h, p, i * BLOCK, live, 0, vectors);
            }
        }
        done += step;
    }
}

OUTLINE size_t NAME(run_lanes)(WORD *const state[], const sha2_run run[][2], size_t n) {
    return NAME(run)(state, run, n, FEWEST, 1);
}

/* Lists what has more than `done` blocks, and how many streams that are: with SIZE_MAX none. */
INLINE size_t NAME(rest)(WORD *to[], sha2_run rest[][2], WORD *const state[], const sha2_run run[][2], size_t n, size_t done) {
    size_t few = 0;
    for (size_t i = 0; i < n && done != SIZE_MAX; i++) {
        if (run[i][0].blocks + run[i][1].blocks > done) {
            to[few] = state[i];
            rest[few][0] = NAME(rest_of_run)(run[i], done);
            rest[few][1] = done < run[i][0].blocks ? run[i][1] : (sha2_run){NULL, 0};
            few++;
        }
    }
    return few;
}

/* Up to STREAMS streams, LANES at a time. The stack is wiped here, below this frame, which holds nothing secret. */
static void NAME(vectors)(WORD *const state[], const sha2_run run[][2], size_t n) {
    WORD *to[STREAMS];
    sha2_run rest[STREAMS][2];
    size_t few = 0;
    for (size_t base = 0; base < n; base += LANES) {
        const size_t group = n - base < LANES ? n - base : LANES;
        const size_t done = group < FEWEST ? 0 : NAME(run_lanes)(state + base, run + base, group);
        few += NAME(rest)(to + few, rest + few, state + base, run + base, group, done);
    }
    if (n >= FEWEST) {
        NAME(wipe_stack)();
    }
    if (few != 0) {
        FEW(to, rest, few);
    }
}

#if PAIRS
/* From so many streams on, as some of them take longer alone than a second vector does beside a first. */
#define FEWEST_OF_PAIR (LANES + FEWEST - 1)

OUTLINE size_t NAME(run_pair)(WORD *const state[], const sha2_run run[][2], size_t n) {
    return NAME(run)(state, run, n, FEWEST_OF_PAIR, 2);
}

static void NAME(compress)(WORD *const state[], const sha2_run run[][2], size_t n) {
    if (n < FEWEST_OF_PAIR) {
        NAME(vectors)(state, run, n);
        return;
    }
    WORD *to[STREAMS];
    sha2_run rest[STREAMS][2];
    const size_t done = NAME(run_pair)(state, run, n);
    NAME(wipe_pair)();
    const size_t few = NAME(rest)(to, rest, state, run, n, done);
    if (few != 0) {
        NAME(vectors)(to, rest, few);
    }
}
#undef FEWEST_OF_PAIR
#else
static void NAME(compress)(WORD *const state[], const sha2_run run[][2], size_t n) {
    NAME(vectors)(state, run, n);
}
#endif

#undef NAME
#undef V
#undef WORD
#undef LANES
#undef BLOCK
#undef ROUNDS
#undef K
#undef LOAD
#undef WORD_SIGMA_0
#undef WORD_SIGMA_1
#undef SUM_A
#undef SUM_E
#undef SIGMA_0
#undef SIGMA_1
#undef A_TO_H
#undef AT_ONCE
#undef VECTOR
#undef SHA2
#undef PAIRS
#undef STREAMS
#undef FEWEST
#undef FEW
