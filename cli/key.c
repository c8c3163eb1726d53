/* SPDX-License-Identifier: ISC */
/* Hex, base64, and files of keys. What is decoded may be secret: arithmetic on masks, no look-ups, no early end. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* All ones if low <= c <= high, else 0. Each difference is negative, its top bit set, where that bound holds. */
static uint32_t mask_between(uint32_t c, uint32_t low, uint32_t high) {
    return -(((low - 1 - c) & (c - high - 1)) >> 31);
}

/* The value of a hex digit; *good becomes 0 if c is none. */
static uint32_t hex_value(char c, uint32_t *good) {
    uint32_t u = (unsigned char)c;
    uint32_t digit = mask_between(u, '0', '9'), upper = mask_between(u, 'A', 'F'), lower = mask_between(u, 'a', 'f');
    *good &= digit | upper | lower;
    return (digit & (u - '0')) | (upper & (u - 'A' + 10)) | (lower & (u - 'a' + 10));
}

bool cli_hex_decode(uint8_t *out, const char *text, size_t len) {
    uint32_t good = UINT32_MAX;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(hex_value(text[2 * i], &good) << 4 | hex_value(text[2 * i + 1], &good));
    return good != 0;
}

void cli_hex_encode(char *out, const uint8_t *in, size_t len) {
    for (size_t i = 0; i < 2 * len; i++) {
        uint32_t digit = (uint32_t)in[i / 2] >> (i % 2 ? 0 : 4) & 15;
        out[i] = (char)('0' + digit + (mask_between(digit, 10, 15) & ('a' - '0' - 10)));
    }
    out[2 * len] = '\0';
}

static uint32_t base64_value(char c, uint32_t *good) {
    uint32_t u = (unsigned char)c;
    uint32_t upper = mask_between(u, 'A', 'Z'), lower = mask_between(u, 'a', 'z'), digit = mask_between(u, '0', '9'),
             plus = mask_between(u, '+', '+'), slash = mask_between(u, '/', '/');
    *good &= upper | lower | digit | plus | slash;
    return (upper & (u - 'A')) | (lower & (u - 'a' + 26)) | (digit & (u - '0' + 52)) | (plus & 62) | (slash & 63);
}

enum { BASE64_DIGITS = (CLI_KEY_BYTES * 8 + 5) / 6 }; /* 43, and one '=' that may be left out */

static bool base64_decode_key(uint8_t out[CLI_KEY_BYTES], const char text[BASE64_DIGITS]) {
    uint32_t good = UINT32_MAX, bits = 0;
    size_t made = 0, held = 0;
    for (size_t i = 0; i < BASE64_DIGITS; i++) {
        bits = bits << 6 | base64_value(text[i], &good);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[made++] = (uint8_t)(bits >> held);
        }
    }
    return good != 0 && (bits & 3) == 0; /* the two bits left over have to be 0, or a key had four spellings */
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* Decodes one key from len characters without blanks around them, or reports what they are instead. */
static bool decode_key(cli_key *key, const char *text, size_t len, const char *name) {
    if (len == 2 * CLI_KEY_BYTES) {
        if (cli_hex_decode(key->bytes, text, CLI_KEY_BYTES))
            return true;
        cli_error("%s:%zu: a key has a character that is no hex digit", name, key->line);
    } else if (len == BASE64_DIGITS || (len == BASE64_DIGITS + 1 && text[BASE64_DIGITS] == '=')) {
        if (base64_decode_key(key->bytes, text))
            return true;
        cli_error("%s:%zu: a key is not base64 of %d bytes", name, key->line, CLI_KEY_BYTES);
    } else {
        cli_error("%s:%zu: a key is %d hex digits, or base64 of %d bytes (%d characters); here are %zu characters", name,
                  key->line, 2 * CLI_KEY_BYTES, CLI_KEY_BYTES, BASE64_DIGITS + 1, len);
    }
    return false;
}

static bool parse_keys(const char *name, const cli_buffer *file, cli_keys *keys) {
    const char *at = (const char *)file->data, *end = at + file->len;
    for (size_t line = 1; at < end; line++) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        const char *stop = next ? next : end;
        const char *comment = memchr(at, '#', (size_t)(stop - at));
        if (comment)
            stop = comment;
        while (at < stop && is_blank(*at))
            at++;
        while (at < stop && is_blank(stop[-1]))
            stop--;
        if (at < stop) {
            cli_key *key = &keys->keys[keys->n++];
            key->line = line;
            if (!decode_key(key, at, (size_t)(stop - at), name))
                return false;
        }
        at = next ? next + 1 : end;
    }
    return true;
}

bool cli_keys_read(const char *path, cli_keys *keys) {
    *keys = (cli_keys){0};
    cli_buffer file;
    if (!cli_read(path, &file))
        return false;
    size_t lines = 1; /* at most this many keys */
    for (size_t i = 0; i < file.len; i++)
        lines += file.data[i] == '\n';
    keys->keys = calloc(lines, sizeof *keys->keys);
    bool good = keys->keys != NULL;
    if (!good)
        cli_error("out of memory");
    else
        good = parse_keys(cli_name(path), &file, keys);
    if (good && keys->n == 0) {
        cli_error("%s: there is no key in it", cli_name(path));
        good = false;
    }
    if (!good)
        cli_keys_free(keys);
    cli_buffer_free(&file);
    return good;
}

void cli_keys_free(cli_keys *keys) {
    if (keys->keys)
        explicit_bzero(keys->keys, keys->n * sizeof *keys->keys);
    free(keys->keys);
    *keys = (cli_keys){0};
}
