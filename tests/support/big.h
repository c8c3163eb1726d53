/* SPDX-License-Identifier: ISC */
/* Whole numbers as on paper: what fields and scalars are tested against. */
#ifndef SEALANE_TESTS_SUPPORT_BIG_H
#define SEALANE_TESTS_SUPPORT_BIG_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A whole number in 32-bit digits, least significant first: addition, subtraction and multiplication as on paper, and
 * division bit by bit.
 */
enum { DIGITS = 17 };

typedef struct {
    uint32_t d[DIGITS];
} big;

static inline big big_small(uint32_t x) {
    return (big){{x}};
}

static inline big big_load(const uint8_t *bytes, size_t n) {
    big r = {{0}};
    for (size_t i = 0; i < n; i++) {
        r.d[i / 4] |= (uint32_t)bytes[i] << 8 * (i % 4);
    }
    return r;
}

static inline void big_store(uint8_t bytes[32], const big *a) {
    for (size_t i = 0; i < 32; i++) {
        bytes[i] = (uint8_t)(a->d[i / 4] >> 8 * (i % 4));
    }
}

static inline big big_add(const big *a, const big *b) {
    big r;
    uint64_t carry = 0;
    for (size_t i = 0; i < DIGITS; i++) {
        carry += (uint64_t)a->d[i] + b->d[i];
        r.d[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return r;
}

/* a - b, a >= b */
static inline big big_sub(const big *a, const big *b) {
    big r;
    uint64_t borrow = 0;
    for (size_t i = 0; i < DIGITS; i++) {
        uint64_t x = (uint64_t)a->d[i] - b->d[i] - borrow;
        r.d[i] = (uint32_t)x;
        borrow = x >> 63;
    }
    return r;
}

static inline int big_less(const big *a, const big *b) {
    for (size_t i = DIGITS; i-- > 0;) {
        if (a->d[i] != b->d[i]) {
            return a->d[i] < b->d[i];
        }
    }
    return 0;
}

static inline size_t big_digits(const big *a) {
    size_t n = DIGITS;
    while (n > 0 && a->d[n - 1] == 0) {
        n--;
    }
    return n;
}

/* a b, below 2^544 */
static inline big big_mul(const big *a, const big *b) {
    big r = {{0}};
    for (size_t i = 0; i < big_digits(a); i++) {
        uint64_t carry = 0;
        for (size_t j = 0; i + j < DIGITS; j++) {
            carry += (uint64_t)a->d[i] * b->d[j] + r.d[i + j];
            r.d[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    return r;
}

/* a mod m, m < 2^255: what is left is doubled, takes in a bit, and gives up m where it can. */
static inline big big_mod(const big *a, const big *m) {
    uint32_t left[8] = {0};
    for (size_t bit = 32 * big_digits(a); bit-- > 0;) {
        uint32_t in = a->d[bit / 32] >> bit % 32 & 1, reduced[8];
        uint64_t borrow = 0;
        for (size_t i = 0; i < 8; i++) {
            uint32_t out = left[i] >> 31;
            left[i] = left[i] << 1 | in;
            in = out;
            uint64_t x = (uint64_t)left[i] - m->d[i] - borrow;
            reduced[i] = (uint32_t)x;
            borrow = x >> 63;
        }
        if (borrow == 0) {
            memcpy(left, reduced, sizeof left);
        }
    }
    big r = {{0}};
    memcpy(r.d, left, sizeof left);
    return r;
}

#endif
