/* SPDX-License-Identifier: ISC */
/* 32-byte strings of several items, as 64-bit words in lanes. */
#ifndef SEALANE_IMPL_WORDS_H
#define SEALANE_IMPL_WORDS_H

typedef struct {
    _Alignas(64) uint64_t w[4][LANES64]; /* w[i][lane], least significant word first */
} lane_words;

/* A call's n items fill groups of LANES64 lanes. An unused lane repeats its group's first item. */
INLINE size_t groups_of(size_t n) {
    return (n + LANES64 - 1) / LANES64;
}

INLINE size_t item_of_lane(size_t group, size_t lane, size_t n) {
    const size_t i = group * LANES64 + lane;
    return i < n ? i : group * LANES64;
}

/* Not inlined, as compilers would make one gather of several calls: by public addresses, but the rule is no gathers. */
static __attribute__((noinline)) void lane_words_read(lane_words *x, size_t lane, const uint8_t p[32]) {
    for (size_t i = 0; i < 4; i++) {
        x->w[i][lane] = load_le64(p + 8 * i);
    }
}

static void lane_words_write(uint8_t p[32], const lane_words *x, size_t lane) {
    for (size_t i = 0; i < 4; i++) {
        store_le64(p + 8 * i, x->w[i][lane]);
    }
}

/* x += c in each lane; the sum is < 2^256. Constant time. */
static void lane_words_add(lane_words *x, const uint64_t c[4]) {
    for (size_t lane = 0; lane < LANES64; lane++) {
        uint64_t carry = 0;
        for (size_t i = 0; i < 4; i++) {
            const uint64_t half = (x->w[i][lane] & UINT32_MAX) + (c[i] & UINT32_MAX) + carry;
            const uint64_t rest = (x->w[i][lane] >> 32) + (c[i] >> 32) + (half >> 32);
            x->w[i][lane] = (half & UINT32_MAX) | rest << 32;
            carry = rest >> 32;
        }
    }
}

/* Bits bit … bit + width - 1, of which those from 256 up are zero. */
INLINE v64 lane_words_bits(const lane_words *x, unsigned bit, unsigned width) {
    const unsigned i = bit / 64, r = bit % 64;
    v64 d = v64_shr_by(v64_load(x->w[i]), r);
    if (r + width > 64 && i < 3) {
        d = v64_or(d, v64_shl_by(v64_load(x->w[i + 1]), 64 - r));
    }
    return v64_and(d, v64_set1((UINT64_C(1) << width) - 1));
}

INLINE void lane_words_load(v64 w[4], const lane_words *x) {
    for (size_t i = 0; i < 4; i++) {
        w[i] = v64_load(x->w[i]);
    }
}

INLINE void lane_words_store(lane_words *x, const v64 w[4]) {
    for (size_t i = 0; i < 4; i++) {
        v64_store(x->w[i], w[i]);
    }
}

#endif
