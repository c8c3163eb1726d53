/* SPDX-License-Identifier: ISC */
/* Hexadecimal text of test vectors. Malformed text ends the program: a vector that is not read must not pass. */
#ifndef SEALANE_TESTS_SUPPORT_HEX_H
#define SEALANE_TESTS_SUPPORT_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    fprintf(stderr, "malformed hexadecimal text\n");
    abort();
}

/* Decodes `digits` digits, an even number, to out. */
static inline void hex_decode_n(uint8_t *out, const char *hex, size_t digits) {
    if (digits % 2 != 0) {
        fprintf(stderr, "hexadecimal text of odd length\n");
        abort();
    }
    for (size_t i = 0; i < digits / 2; i++) {
        out[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    }
}

/* Decodes exactly n bytes. */
static inline void hex_decode(uint8_t *out, size_t n, const char *hex) {
    if (strlen(hex) != 2 * n) {
        fprintf(stderr, "%zu bytes of hexadecimal text expected: %s\n", n, hex);
        abort();
    }
    hex_decode_n(out, hex, 2 * n);
}

/* Bytes decoded from text, in memory of their own: free(bytes.p). */
typedef struct {
    uint8_t *p;
    size_t n;
} hex_bytes;

static inline hex_bytes hex_alloc(const char *hex) {
    size_t digits = strlen(hex);
    hex_bytes bytes = {.p = malloc(digits / 2 + 1), .n = digits / 2};
    if (bytes.p == NULL) {
        abort();
    }
    hex_decode_n(bytes.p, hex, digits);
    return bytes;
}

#endif
