/* SPDX-License-Identifier: ISC */
/*
 * SHA-256 by the SHA extensions, two streams at a time: a round instruction takes four cycles, and one can start every other
 * cycle. The file that includes it is compiled for SHA and SSE4.1. It defines sha256_ni, a function of the kernel's contract.
 */
#ifndef SEALANE_IMPL_SHA256_NI_H
#define SEALANE_IMPL_SHA256_NI_H

#include <immintrin.h>

#include "core/kernel/sha2.h"
#include "core/util/wipe.h"

#define NI_INLINE static inline __attribute__((always_inline))
#define NI_UNROLL _Pragma("GCC unroll 16")

/* The instructions' order of the state, words from high to low: A B E F and C D G H. */
typedef struct {
    __m128i abef, cdgh;
} ni_state;

NI_INLINE ni_state ni_load(const uint32_t h[8]) {
    const __m128i dcba = _mm_loadu_si128((const void *)h), hgfe = _mm_loadu_si128((const void *)(h + 4));
    const __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1), efgh = _mm_shuffle_epi32(hgfe, 0x1b);
    return (ni_state){_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xf0)};
}

NI_INLINE void ni_store(uint32_t h[8], ni_state s) {
    const __m128i feba = _mm_shuffle_epi32(s.abef, 0x1b), dchg = _mm_shuffle_epi32(s.cdgh, 0xb1);
    _mm_storeu_si128((void *)h, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((void *)(h + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/* The states take in `blocks` blocks each of `streams` streams, 1 or 2, a constant where it is called. */
NI_INLINE void ni_blocks(size_t streams, uint32_t *const state[], const uint8_t *const data[], size_t blocks) {
    const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    ni_state s[2];
    NI_UNROLL for (size_t j = 0; j < streams; j++) {
        s[j] = ni_load(state[j]);
    }
    for (size_t at = 0; at < blocks * SHA256_BLOCK_BYTES; at += SHA256_BLOCK_BYTES) {
        __m128i w[2][4]; /* the last 16 words of the message schedule, four a vector */
        ni_state r[2];
        NI_UNROLL for (size_t j = 0; j < streams; j++) {
            r[j] = s[j];
            NI_UNROLL for (size_t i = 0; i < 4; i++) {
                w[j][i] = _mm_shuffle_epi8(_mm_loadu_si128((const void *)(data[j] + at + 16 * i)), swap);
            }
        }
        NI_UNROLL for (size_t t = 0; t < 16; t++) { /* four rounds each */
            const __m128i k = _mm_loadu_si128((const void *)(sealane_sha256_k + 4 * t));
            NI_UNROLL for (size_t j = 0; j < streams; j++) {
                __m128i *const x = w[j];
                if (t >= 4) {
                    const __m128i middle = _mm_alignr_epi8(x[(t + 3) % 4], x[(t + 2) % 4], 4);
                    x[t % 4] = _mm_add_epi32(_mm_sha256msg1_epu32(x[t % 4], x[(t + 1) % 4]), middle);
                    x[t % 4] = _mm_sha256msg2_epu32(x[t % 4], x[(t + 3) % 4]);
                }
                const __m128i known = _mm_add_epi32(x[t % 4], k);
                r[j].cdgh = _mm_sha256rnds2_epu32(r[j].cdgh, r[j].abef, known);
                r[j].abef = _mm_sha256rnds2_epu32(r[j].abef, r[j].cdgh, _mm_shuffle_epi32(known, 0x0e));
            }
        }
        NI_UNROLL for (size_t j = 0; j < streams; j++) {
            s[j].abef = _mm_add_epi32(s[j].abef, r[j].abef);
            s[j].cdgh = _mm_add_epi32(s[j].cdgh, r[j].cdgh);
        }
    }
    NI_UNROLL for (size_t j = 0; j < streams; j++) {
        ni_store(state[j], s[j]);
    }
}

WORK void ni_blocks_1(uint32_t *const state[], const uint8_t *const data[], size_t blocks) {
    ni_blocks(1, state, data, blocks);
}

WORK void ni_blocks_2(uint32_t *const state[], const uint8_t *const data[], size_t blocks) {
    ni_blocks(2, state, data, blocks);
}

WIPE_BELOW(ni_wipe_stack, 768)

static void sha256_ni(uint32_t *const state[], const sha2_run run[][2], size_t n) {
    /* Two streams on their way, and of each the run that it is in; the next stream takes the place of the one that ends. */
    uint32_t *to[2];
    const uint8_t *p[2];
    size_t left[2] = {0, 0};
    const sha2_run *next[2] = {NULL, NULL}; /* the second run, before it begins */
    for (size_t i = 0; i < n; i++) {
        const size_t at = left[0] == 0 ? 0 : 1;
        to[at] = state[i];
        p[at] = run[i][0].data;
        left[at] = run[i][0].blocks;
        next[at] = &run[i][1];
        for (;;) {
            for (size_t j = 0; j < 2; j++) {
                if (left[j] == 0 && next[j] != NULL) {
                    p[j] = next[j]->data;
                    left[j] = next[j]->blocks;
                    next[j] = NULL;
                }
            }
            if (left[0] == 0 || left[1] == 0) {
                break;
            }
            const size_t both = left[0] < left[1] ? left[0] : left[1];
            ni_blocks_2(to, p, both);
            for (size_t j = 0; j < 2; j++) {
                p[j] += both * SHA256_BLOCK_BYTES;
                left[j] -= both;
            }
        }
    }
    const size_t last = left[0] != 0 ? 0 : 1;
    if (left[last] != 0) {
        ni_blocks_1(to + last, p + last, left[last]);
        if (next[last] != NULL) {
            ni_blocks_1(to + last, &next[last]->data, next[last]->blocks);
        }
    }
    ni_wipe_stack();
}

#endif
