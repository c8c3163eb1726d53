/* SPDX-License-Identifier: ISC */
/* Less than a block in memory, without masks: nothing but the n bytes is read or written, and no byte copy is read back. */
#ifndef SEALANE_BLOCKS_PART_H
#define SEALANE_BLOCKS_PART_H

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define load_block(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define store_block(p, a) _mm_storeu_si128((__m128i *)(void *)(p), a)

INLINE uint64_t load_up_to_8(const uint8_t *p, size_t n) {
    if (n >= 4) {
        uint32_t low, high;
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);
        return low | (uint64_t)high << (8 * (n - 4));
    }
    return n == 0 ? 0 : p[0] | (uint64_t)p[n / 2] << (8 * (n / 2)) | (uint64_t)p[n - 1] << (8 * (n - 1));
}

INLINE void store_up_to_8(uint8_t *p, uint64_t x, size_t n) {
    if (n >= 4) {
        uint32_t low = (uint32_t)x, high = (uint32_t)(x >> (8 * (n - 4)));
        memcpy(p, &low, 4);
        memcpy(p + n - 4, &high, 4);
    } else if (n > 0) {
        p[0] = (uint8_t)x;
        p[n / 2] = (uint8_t)(x >> (8 * (n / 2)));
        p[n - 1] = (uint8_t)(x >> (8 * (n - 1)));
    }
}

/* n <= 16 bytes, zeroes after them. */
INLINE __m128i load_block_part(const uint8_t *p, size_t n) {
    if (n == 16) {
        return load_block(p);
    }
    if (n > 8) {
        uint64_t low, high;
        memcpy(&low, p, 8);
        memcpy(&high, p + n - 8, 8);
        return _mm_set_epi64x((long long)(high >> (8 * (16 - n))), (long long)low);
    }
    return _mm_cvtsi64_si128((long long)load_up_to_8(p, n));
}

INLINE void store_block_part(uint8_t *p, __m128i a, size_t n) {
    uint64_t low = (uint64_t)_mm_cvtsi128_si64(a), high = (uint64_t)_mm_extract_epi64(a, 1);
    if (n == 16) {
        store_block(p, a);
    } else if (n > 8) {
        uint64_t last = low >> (8 * (n - 8)) | high << (8 * (16 - n));
        memcpy(p, &low, 8);
        memcpy(p + n - 8, &last, 8);
    } else {
        store_up_to_8(p, low, n);
    }
}

INLINE __m128i load_12_bytes(const uint8_t *p) {
    int last;
    memcpy(&last, p + 8, 4);
    return _mm_insert_epi32(_mm_loadl_epi64((const __m128i *)(const void *)p), last, 2);
}

/* Ones in the first n bytes, n <= 16. */
INLINE __m128i block_ones(size_t n) {
    static const uint8_t edge[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    return load_block(edge + 16 - n);
}

/* n - at, within 0 … 16: how many of n bytes lie in the block that begins at `at`. */
INLINE size_t bytes_in_block(size_t n, size_t at) {
    return n <= at ? 0 : n - at < 16 ? n - at : 16;
}

#endif
