/* SPDX-License-Identifier: ISC */
/*
 * SHA-256 and SHA-512 (FIPS 180-4, section 6), one stream after the other in general registers. The file that includes it is
 * compiled for BMI2, whose rotations leave their operand. Include it once for each hash, with SHA2 as 256 or 512; it defines
 * sha256_one or sha512_one, functions of the kernel's contract.
 */
#include "core/kernel/sha2.h"
#include "core/util/bytes.h"
#include "simd/impl/sha2_words.h"
#include "simd/impl/wipe_stack.h"

#ifndef SEALANE_IMPL_SHA2_ONE_WIPE
#define SEALANE_IMPL_SHA2_ONE_WIPE
WIPE_DEAD_STACK(sha2_wipe_one, 512)
#endif

#if SHA2 == 256
#define NAME(noun) sha256_##noun
#define WORD uint32_t
#define BLOCK SHA256_BLOCK_BYTES
#define ROUNDS 64
#define K sealane_sha256_k
#define LOAD load_be32
#define WORD_SIGMA_0 SHA256_SIGMA_0
#define WORD_SIGMA_1 SHA256_SIGMA_1
#define SUM_A(x) (ROR32(x, 2) ^ ROR32(x, 13) ^ ROR32(x, 22))
#define SUM_E(x) (ROR32(x, 6) ^ ROR32(x, 11) ^ ROR32(x, 25))
#else
#define NAME(noun) sha512_##noun
#define WORD uint64_t
#define BLOCK SHA512_BLOCK_BYTES
#define ROUNDS 80
#define K sealane_sha512_k
#define LOAD load_be64
#define WORD_SIGMA_0 SHA512_SIGMA_0
#define WORD_SIGMA_1 SHA512_SIGMA_1
#define SUM_A(x) (ROR64(x, 28) ^ ROR64(x, 34) ^ ROR64(x, 39))
#define SUM_E(x) (ROR64(x, 14) ^ ROR64(x, 18) ^ ROR64(x, 41))
#endif

/* Hides from the compiler what it knows of x, so that it does not reorder sums. */
#define OPAQUE(x) __asm__("" : "+r"(x))

/* Rounds t to t + 15, as in simd/impl/sha2.h: the way round from e to e and from a to a is four operations long as written. */
INLINE void NAME(one_rounds16)(WORD s[8], WORD w[16], size_t t, int more) {
    UNROLL for (size_t i = 0; i < 16; i++) {
        const WORD a = s[(16 - i) % 8], b = s[(17 - i) % 8], c = s[(18 - i) % 8], d = s[(19 - i) % 8];
        const WORD e = s[(20 - i) % 8], f = s[(21 - i) % 8], g = s[(22 - i) % 8], h = s[(23 - i) % 8];
        WORD x = w[i] + K[t + i] + h + d;
        OPAQUE(x);
        x += g ^ (e & (f ^ g));
        OPAQUE(x);
        x += SUM_E(e);
        OPAQUE(x);
        s[(19 - i) % 8] = x;
        x = x - d + (b ^ ((a ^ b) & (b ^ c)));
        OPAQUE(x);
        s[(23 - i) % 8] = x + SUM_A(a);
        if (more) {
            w[i] += WORD_SIGMA_0(w[(i + 1) % 16]) + w[(i + 9) % 16] + WORD_SIGMA_1(w[(i + 14) % 16]);
            OPAQUE(w[i]); /* vectors of two words, as compilers make them here, are slower */
        }
    }
}

/* h takes in the blocks. */
OUTLINE void NAME(one_blocks)(WORD h[8], const uint8_t *data, size_t blocks) {
    for (; blocks != 0; blocks--, data += BLOCK) {
        WORD s[8], w[16];
        UNROLL for (size_t i = 0; i < 8; i++) {
            s[i] = h[i];
        }
        UNROLL for (size_t i = 0; i < 16; i++) {
            w[i] = LOAD(data + sizeof(WORD) * i);
        }
        for (size_t t = 0; t < ROUNDS - 16; t += 16) {
            NAME(one_rounds16)(s, w, t, 1);
        }
        NAME(one_rounds16)(s, w, ROUNDS - 16, 0);
        UNROLL for (size_t i = 0; i < 8; i++) {
            h[i] += s[i];
        }
    }
}

static void NAME(one)(WORD *const state[], const sha2_run run[][2], size_t n) {
    for (size_t i = 0; i < 2 * n; i++) {
        NAME(one_blocks)(state[i / 2], run[i / 2][i % 2].data, run[i / 2][i % 2].blocks);
    }
    sha2_wipe_one();
}

#undef NAME
#undef WORD
#undef BLOCK
#undef ROUNDS
#undef K
#undef LOAD
#undef WORD_SIGMA_0
#undef WORD_SIGMA_1
#undef SUM_A
#undef SUM_E
#undef OPAQUE
#undef SHA2
