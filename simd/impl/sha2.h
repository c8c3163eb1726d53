/* SPDX-License-Identifier: ISC */
/*
 * SHA-256 and SHA-512 (FIPS 180-4, section 6), a stream a lane. Include it after the verbs of the lanes, once for each hash,
 * with
 *
 *   SHA2       256 or 512
 *   FEWEST     streams below which they are sooner done by
 *   FEW        a function of the kernel's contract, which wipes what it leaves
 *
 * It defines sha256_compress or sha512_compress.
 */
#include "core/kernel/sha2.h"
#include "simd/impl/wipe_stack.h"

#ifndef SEALANE_IMPL_SHA2_WIPE
#define SEALANE_IMPL_SHA2_WIPE
WIPE_DEAD_STACK(sha2_wipe_stack, 4096)
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

/* w[i] = word i of the block at p[l], in lane l. */
INLINE void NAME(load_block)(VECTOR w[16], const uint8_t *const p[LANES]) {
#if SHA2 == 256
    UNROLL for (size_t l = 0; l < LANES; l++) {
        v32_block_load(w, l, p[l]);
    }
    v32_transpose16(w);
#else
    v64_load_chunks(w, p, 0);
    v64_load_chunks(w + 8, p, 64);
#endif
    UNROLL for (size_t i = 0; i < 16; i++) {
        w[i] = V(byte_swap)(w[i]);
    }
}

/*
 * h takes in w, in the lanes where `live` is all ones; it stays in those where it is 0. w is scratch, as in core/ref/sha2.c.
 *
 * Vector operations take two cycles, so that the way round from e to e and from a to a binds: e's and a's last addition are
 * those of their sums, at the cost of one addition more, and the compiler is kept from taking them together again.
 */
INLINE void NAME(rounds)(VECTOR h[8], VECTOR w[16], VECTOR live) {
    VECTOR s[8]; /* a..h of round t are s[(0..7 - t) mod 8] */
    UNROLL for (size_t i = 0; i < 8; i++) {
        s[i] = h[i];
    }
    for (size_t t = 0; t < ROUNDS; t += 16) {
        UNROLL for (size_t i = 0; i < 16; i++) {
            if (t != 0) {
                w[i] = V(add)(V(add)(w[i], SIGMA_0(w[(i + 1) % 16])), V(add)(w[(i + 9) % 16], SIGMA_1(w[(i + 14) % 16])));
            }
            const VECTOR a = s[(16 - i) % 8], b = s[(17 - i) % 8], c = s[(18 - i) % 8], d = s[(19 - i) % 8];
            const VECTOR e = s[(20 - i) % 8], f = s[(21 - i) % 8], g = s[(22 - i) % 8];
            VECTOR known = V(add)(V(add)(V(set1)(K[t + i]), w[i]), s[(23 - i) % 8]);
            known = V(add)(known, v_choose(e, f, g));
            VECTOR known_e = V(add)(known, d);
            v_opaque(known_e);
            const VECTOR sum_e = SUM_E(e);
            s[(19 - i) % 8] = V(add)(known_e, sum_e);
            VECTOR known_a = V(add)(V(add)(known, sum_e), v_majority(a, b, c));
            v_opaque(known_a);
            s[(23 - i) % 8] = V(add)(known_a, SUM_A(a));
        }
    }
    UNROLL for (size_t i = 0; i < 8; i++) {
        h[i] = V(add)(h[i], v64_and(s[i], live));
    }
}

/*
 * Takes in blocks for as long as FEWEST streams have any; how many that was of each stream. Lanes without a stream work on
 * `spare`, and those without a block on zeroes.
 */
OUTLINE size_t NAME(run_lanes)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n) {
    static const uint8_t zeroes[BLOCK];
    WORD spare[8] = {0}, live[LANES];
    WORD *to[LANES];
    const uint8_t *p[LANES];
    VECTOR h[8], w[16];
    for (size_t l = 0; l < LANES; l++) {
        to[l] = l < n ? state[l] : spare;
        live[l] = 0;
        p[l] = zeroes;
    }
    V(load_states)(h, to);
    size_t done = 0;
    for (;; done++) {
        size_t streams = 0;
        for (size_t l = 0; l < n; l++) {
            const int more = blocks[l] > done;
            streams += (size_t)more;
            live[l] = (WORD)0 - (WORD)more;
            p[l] = more ? data[l] + done * BLOCK : zeroes;
        }
        if (streams < FEWEST) {
            break;
        }
        NAME(load_block)(w, p);
        NAME(rounds)(h, w, V(load)(live));
    }
    V(store_states)(h, to);
    return done;
}

/* The stack is wiped here, below this frame, which holds nothing secret. */
static void NAME(compress)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n) {
    WORD *to[LANES];
    const uint8_t *rest[LANES];
    size_t left[LANES], done = 0, few = 0;
    if (n >= FEWEST) {
        done = NAME(run_lanes)(state, data, blocks, n);
        sha2_wipe_stack();
    }
    for (size_t i = 0; i < n; i++) {
        if (blocks[i] > done) {
            to[few] = state[i];
            rest[few] = data[i] + done * BLOCK;
            left[few] = blocks[i] - done;
            few++;
        }
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
#undef FEWEST
#undef FEW
