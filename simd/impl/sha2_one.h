/* SPDX-License-Identifier: ISC */
/*
 * SHA-256 and SHA-512 (FIPS 180-4, section 6), one stream after the other in general registers. The file that includes it is
 * compiled for BMI2, whose rotations leave their operand. Include it once for each hash, with SHA2 as 256 or 512; it defines
 * sha256_one or sha512_one, functions of the kernel's contract.
 */
#include "core/kernel/sha2.h"
#include "core/util/bytes.h"
#include "core/util/wipe.h"

#if SHA2 == 256
#define NAME(noun) sha256_##noun
#define WORD uint32_t
#define BLOCK SHA256_BLOCK_BYTES
#define ROUNDS 64
#define K sealane_sha256_k
#define LOAD load_be32
#define ROR(x, n) ((x) >> (n) | (x) << (32 - (n)))
#define SUM_A(x) (ROR(x, 2) ^ ROR(x, 13) ^ ROR(x, 22))
#define SUM_E(x) (ROR(x, 6) ^ ROR(x, 11) ^ ROR(x, 25))
#define SIGMA_0(x) (ROR(x, 7) ^ ROR(x, 18) ^ (x) >> 3)
#define SIGMA_1(x) (ROR(x, 17) ^ ROR(x, 19) ^ (x) >> 10)
#else
#define NAME(noun) sha512_##noun
#define WORD uint64_t
#define BLOCK SHA512_BLOCK_BYTES
#define ROUNDS 80
#define K sealane_sha512_k
#define LOAD load_be64
#define ROR(x, n) ((x) >> (n) | (x) << (64 - (n)))
#define SUM_A(x) (ROR(x, 28) ^ ROR(x, 34) ^ ROR(x, 39))
#define SUM_E(x) (ROR(x, 14) ^ ROR(x, 18) ^ ROR(x, 41))
#define SIGMA_0(x) (ROR(x, 1) ^ ROR(x, 8) ^ (x) >> 7)
#define SIGMA_1(x) (ROR(x, 19) ^ ROR(x, 61) ^ (x) >> 6)
#endif

/* h takes in the blocks. w is scratch for the last 16 words of the message schedule, as in core/ref/sha2.c. */
static void NAME(blocks)(WORD h[8], const uint8_t *data, size_t blocks, WORD w[16]) {
    for (; blocks != 0; blocks--, data += BLOCK) {
        WORD s[8]; /* a..h of round t are s[(0..7 - t) mod 8] */
        UNROLL for (size_t i = 0; i < 8; i++) {
            s[i] = h[i];
        }
        UNROLL for (size_t i = 0; i < 16; i++) {
            w[i] = LOAD(data + sizeof(WORD) * i);
        }
        for (size_t t = 0; t < ROUNDS; t += 16) {
            UNROLL for (size_t i = 0; i < 16; i++) {
                if (t != 0) {
                    w[i] += SIGMA_0(w[(i + 1) % 16]) + w[(i + 9) % 16] + SIGMA_1(w[(i + 14) % 16]);
                }
                const WORD a = s[(16 - i) % 8], b = s[(17 - i) % 8], c = s[(18 - i) % 8];
                const WORD e = s[(20 - i) % 8], f = s[(21 - i) % 8], g = s[(22 - i) % 8];
                const WORD t1 = s[(23 - i) % 8] + K[t + i] + w[i] + (g ^ (e & (f ^ g))) + SUM_E(e);
                s[(19 - i) % 8] += t1;
                s[(23 - i) % 8] = t1 + SUM_A(a) + ((a & b) | (c & (a | b)));
            }
        }
        UNROLL for (size_t i = 0; i < 8; i++) {
            h[i] += s[i];
        }
    }
}

static void NAME(one)(WORD *const state[], const uint8_t *const data[], const size_t blocks[], size_t n) {
    WORD w[16];
    for (size_t i = 0; i < n; i++) {
        NAME(blocks)(state[i], data[i], blocks[i], w);
    }
    wipe(w, sizeof w);
}

#undef NAME
#undef WORD
#undef BLOCK
#undef ROUNDS
#undef K
#undef LOAD
#undef ROR
#undef SUM_A
#undef SUM_E
#undef SIGMA_0
#undef SIGMA_1
#undef SHA2
