/* SPDX-License-Identifier: ISC */
/* What an input is made into: numbers and bytes read off its front, and buffers of exactly the size asked for. */
#ifndef SEALANE_FUZZ_INPUT_H
#define SEALANE_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

/* The part of an input that is still to be read. Past its end there are zeroes. */
typedef struct {
    const uint8_t *at;
    size_t left;
} reader;

uint8_t read_u8(reader *r);
uint16_t read_u16(reader *r); /* little endian */
void read_raw(reader *r, uint8_t *out, size_t n);

/* A length up to max. One byte gives 0 to 127 as it stands, or a multiple of 64 up to 2048, two more or less by the next
   byte; the rest of its values take any length from the two bytes that follow. */
size_t read_length(reader *r, size_t max);

/* n bytes of contents: the first byte says zeroes, ones, bytes of the input, or a stream drawn from the next two bytes. */
void read_contents(reader *r, uint8_t *out, size_t n);

/* How many items: one for half of all values, else up to max. */
size_t read_count(reader *r, size_t max);

/* A buffer of n bytes, all 0xa5, with `offset` bytes more before it, so that it begins at any alignment; what lies around it is
   poisoned, so that AddressSanitizer sees the first byte too far. NULL where both are 0. Lives until it is freed with all. */
uint8_t *buffer_new(size_t n, size_t offset);
uint8_t *buffer_copy(const uint8_t *from, size_t n, size_t offset);
/* Of a length up to max and contents that the input gives. */
uint8_t *read_buffer(reader *r, size_t *len, size_t max, size_t offset);
/* Frees all buffers, or those made since the mark. */
void buffers_free(void);
size_t buffers_mark(void);
void buffers_free_from(size_t mark);

/* 1 if n bytes are equal, or all zero; n may be 0 and the pointers NULL then. */
int bytes_equal(const uint8_t *a, const uint8_t *b, size_t n);
int bytes_zero(const uint8_t *a, size_t n);

#endif
