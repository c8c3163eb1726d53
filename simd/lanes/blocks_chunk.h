/* SPDX-License-Identifier: ISC */
/* The verbs of chunks that take several vectors, over those of one. */
#ifndef SEALANE_BLOCKS_CHUNK_H
#define SEALANE_BLOCKS_CHUNK_H

#define CHUNK_VECTORS (4U / BLOCKS)
#define VECTOR_BYTES (16U * BLOCKS)

/* How many of n bytes lie in vector i. */
INLINE size_t bytes_in_vector(size_t n, size_t i) {
    size_t at = VECTOR_BYTES * i;
    return n <= at ? 0 : n - at < VECTOR_BYTES ? n - at : VECTOR_BYTES;
}

INLINE chunk chunk_load(const uint8_t *p) {
    chunk c;
    UNROLL for (size_t i = 0; i < CHUNK_VECTORS; i++) {
        c.v[i] = vb_load(p + VECTOR_BYTES * i);
    }
    return c;
}

/* `from` is a multiple of 16: block by block, as a vector may begin in the middle. */
INLINE chunk chunk_load_range(const uint8_t *p, size_t from, size_t to) {
    __m128i x[4];
    UNROLL for (size_t b = 0; b < 4; b++) {
        size_t n = 16 * b < from ? 0 : bytes_in_block(to, 16 * b);
        x[b] = n == 0 ? _mm_setzero_si128() : load_block_part(p + 16 * b, n);
    }
    chunk c;
    UNROLL for (size_t i = 0; i < CHUNK_VECTORS; i++) {
        c.v[i] = vb_gather(x + BLOCKS * i);
    }
    return c;
}

INLINE void chunk_store(uint8_t *p, chunk c) {
    UNROLL for (size_t i = 0; i < CHUNK_VECTORS; i++) {
        vb_store(p + VECTOR_BYTES * i, c.v[i]);
    }
}

INLINE void chunk_store_part(uint8_t *p, chunk c, size_t n) {
    UNROLL for (size_t i = 0; i < CHUNK_VECTORS; i++) {
        size_t here = bytes_in_vector(n, i);
        if (here > 0) {
            vb_store_part(p + VECTOR_BYTES * i, c.v[i], here);
        }
    }
}

INLINE chunk chunk_xor(chunk a, chunk b) {
    UNROLL for (size_t i = 0; i < CHUNK_VECTORS; i++) {
        a.v[i] = vb_xor(a.v[i], b.v[i]);
    }
    return a;
}

INLINE chunk chunk_ones(size_t n) {
    chunk c;
    UNROLL for (size_t i = 0; i < CHUNK_VECTORS; i++) {
        c.v[i] = vb_ones(bytes_in_vector(n, i));
    }
    return c;
}

#endif
