/* SPDX-License-Identifier: ISC */
#include "fuzz/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As <sanitizer/asan_interface.h>, which not every compiler has. */
#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#define HAVE_ASAN __has_feature(address_sanitizer)
#else
#define HAVE_ASAN 0
#endif
#if HAVE_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, n) ((void)(at), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(at, n) ((void)(at), (void)(n))
#endif

uint8_t read_u8(reader *r) {
    if (r->left == 0) {
        return 0;
    }
    r->left--;
    return *r->at++;
}

uint16_t read_u16(reader *r) {
    unsigned low = read_u8(r);
    return (uint16_t)(low | (unsigned)read_u8(r) << 8);
}

void read_raw(reader *r, uint8_t *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        out[i] = read_u8(r);
    }
}

size_t read_length(reader *r, size_t max) {
    size_t kind = read_u8(r);
    size_t length = kind;
    if (kind >= 0xe0) {
        length = read_u16(r) % (max + 1);
    } else if (kind >= 0x80) {
        length = 64 * (1 + kind % 32) + read_u8(r) % 5 - 2;
    }
    return length < max ? length : max;
}

void read_contents(reader *r, uint8_t *out, size_t n) {
    if (n == 0) {
        return;
    }
    unsigned kind = read_u8(r);
    if (kind < 2) {
        memset(out, kind == 0 ? 0 : 0xff, n);
    } else if (kind == 2) {
        read_raw(r, out, n);
    } else {
        uint32_t x = kind << 16 | read_u16(r); /* not 0: xorshift32 has no other dead state */
        for (size_t i = 0; i < n; i++) {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            out[i] = (uint8_t)(x >> 24);
        }
    }
}

size_t read_count(reader *r, size_t max) {
    size_t n = read_u8(r);
    return n < 0x80 ? 1 : 1 + n % max;
}

/*
 * All buffers lie in one piece of memory, so that an input costs no calls of malloc, and none of AddressSanitizer's quarantine:
 * between them is poison. Its shadow tells 8 bytes apart where an object begins, and every byte where it ends.
 */
#define MEMORY_BYTES ((size_t)32 << 20)
#define REDZONE 32U

static _Alignas(64) uint8_t memory[MEMORY_BYTES];
static size_t memory_used;

uint8_t *buffer_new(size_t n, size_t offset) {
    if (n + offset == 0) {
        return NULL;
    }
    if (memory_used == 0) {
        ASAN_POISON_MEMORY_REGION(memory, REDZONE);
        memory_used = REDZONE;
    }
    const size_t taken = (offset + n + REDZONE + 15) & ~(size_t)15;
    if (taken > MEMORY_BYTES - memory_used) {
        fputs("fuzz: an input's buffers do not fit\n", stderr);
        abort();
    }
    uint8_t *p = memory + memory_used;
    memory_used += taken;
    ASAN_UNPOISON_MEMORY_REGION(p, offset + n);
    ASAN_POISON_MEMORY_REGION(p + offset + n, taken - offset - n);
    memset(p, 0xa5, offset + n);
    return p + offset;
}

uint8_t *buffer_copy(const uint8_t *from, size_t n, size_t offset) {
    uint8_t *p = buffer_new(n, offset);
    if (n > 0) {
        memcpy(p, from, n);
    }
    return p;
}

uint8_t *read_buffer(reader *r, size_t *len, size_t max, size_t offset) {
    *len = read_length(r, max);
    uint8_t *p = buffer_new(*len, offset);
    read_contents(r, p, *len);
    return p;
}

size_t buffers_mark(void) {
    return memory_used;
}

void buffers_free_from(size_t mark) {
    ASAN_POISON_MEMORY_REGION(memory + mark, memory_used - mark);
    memory_used = mark;
}

void buffers_free(void) {
    buffers_free_from(0);
}

int bytes_equal(const uint8_t *a, const uint8_t *b, size_t n) {
    return n == 0 || memcmp(a, b, n) == 0;
}

int bytes_zero(const uint8_t *a, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (a[i] != 0) {
            return 0;
        }
    }
    return 1;
}
