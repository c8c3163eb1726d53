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

/*
 * Compilers spill what they like where they like. Defines name(), which zeroes `bytes` of stack below its caller's frame, where
 * functions that were called from there have left theirs; they are not to be inlined, so WORK stands before them. The asm after
 * the call keeps it from becoming a jump out of the caller's frame, which would wipe higher up.
 */
#define WIPE_BELOW(name, bytes)                                                                                                \
    static __attribute__((noinline)) void name##_apart(void) {                                                                 \
        unsigned char dead[bytes], *p = dead;                                                                                  \
        __asm__ __volatile__("" : "+r"(p)); /* dead is not aligned for vectors, which would leave a gap at the top */          \
        memset(p, 0, bytes);                                                                                                   \
        __asm__ __volatile__("" : : "m"(dead)); /* no register is saved for this, which might hold a secret */                 \
    }                                                                                                                          \
    static inline void name(void) {                                                                                            \
        name##_apart();                                                                                                        \
        __asm__ __volatile__("" : : : "memory");                                                                               \
    }

#define WORK static __attribute__((noinline))

#endif
