/* SPDX-License-Identifier: ISC */
#include "fuzz/input.h"

#include <stdlib.h>
#include <string.h>

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

/* The allocations of the input being run. */
typedef struct held {
    struct held *next;
    void *memory;
} held;

static held *all_held;

static void *or_die(void *p) {
    if (p == NULL) {
        abort();
    }
    return p;
}

uint8_t *buffer_new(size_t n, size_t offset) {
    if (n + offset == 0) {
        return NULL;
    }
    held *h = or_die(malloc(sizeof *h));
    uint8_t *memory = or_die(malloc(offset + n));
    *h = (held){all_held, memory};
    all_held = h;
    memset(memory, 0xa5, offset + n);
    return memory + offset;
}

uint8_t *buffer_copy(const uint8_t *from, size_t n, size_t offset) {
    uint8_t *p = buffer_new(n, offset);
    if (n > 0) {
        memcpy(p, from, n);
    }
    return p;
}

void buffers_free(void) {
    while (all_held != NULL) {
        held *h = all_held;
        all_held = h->next;
        free(h->memory);
        free(h);
    }
}
