/* SPDX-License-Identifier: ISC */
/* Words in memory, of either byte order, at any alignment. */
#ifndef SEALANE_UTIL_BYTES_H
#define SEALANE_UTIL_BYTES_H

#include <stdint.h>
#include <string.h>

#if !defined(__BYTE_ORDER__)
#error "the byte order of this compiler is not known"
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BYTES_LE32(x) (x)
#define BYTES_LE64(x) (x)
#define BYTES_BE32(x) __builtin_bswap32(x)
#define BYTES_BE64(x) __builtin_bswap64(x)
#else
#define BYTES_LE32(x) __builtin_bswap32(x)
#define BYTES_LE64(x) __builtin_bswap64(x)
#define BYTES_BE32(x) (x)
#define BYTES_BE64(x) (x)
#endif

static inline uint32_t load_le32(const uint8_t *p) {
    uint32_t x;
    memcpy(&x, p, 4);
    return BYTES_LE32(x);
}

static inline uint64_t load_le64(const uint8_t *p) {
    uint64_t x;
    memcpy(&x, p, 8);
    return BYTES_LE64(x);
}

static inline uint32_t load_be32(const uint8_t *p) {
    uint32_t x;
    memcpy(&x, p, 4);
    return BYTES_BE32(x);
}

static inline uint64_t load_be64(const uint8_t *p) {
    uint64_t x;
    memcpy(&x, p, 8);
    return BYTES_BE64(x);
}

static inline void store_le32(uint8_t *p, uint32_t x) {
    x = BYTES_LE32(x);
    memcpy(p, &x, 4);
}

static inline void store_le64(uint8_t *p, uint64_t x) {
    x = BYTES_LE64(x);
    memcpy(p, &x, 8);
}

static inline void store_be32(uint8_t *p, uint32_t x) {
    x = BYTES_BE32(x);
    memcpy(p, &x, 4);
}

static inline void store_be64(uint8_t *p, uint64_t x) {
    x = BYTES_BE64(x);
    memcpy(p, &x, 8);
}

#endif
