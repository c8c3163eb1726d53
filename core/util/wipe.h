/* SPDX-License-Identifier: ISC */
/* Overwrites secrets in memory that is about to die. */
#ifndef SEALANE_UTIL_WIPE_H
#define SEALANE_UTIL_WIPE_H

#include <stddef.h>
#include <string.h>

/* Zeroes n bytes at p in a way that the compiler may not leave out: the asm claims to read them. */
static inline void wipe(void *p, size_t n) {
    memset(p, 0, n);
    __asm__ __volatile__("" : : "r"(p) : "memory");
}

#endif
