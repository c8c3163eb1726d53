/* SPDX-License-Identifier: ISC */
/*
 * Secrets in lanes spill to places of the compiler's choice, so a kernel's entry wipes all the stack that the call may have
 * used: it calls a function that does the work, and after it one made by WIPE_DEAD_STACK, from the same frame.
 */
#ifndef SEALANE_IMPL_WIPE_STACK_H
#define SEALANE_IMPL_WIPE_STACK_H

/* WIPE_BELOW of core/util/wipe.h by stores of vectors, as large frames of fast calls need it. Bytes, as vectors would be
   aligned and leave a gap at the top; the stores between the first and the last are aligned all the same. */
#define WIPE_DEAD_STACK(name, bytes) WIPE_DEAD_STACK_(name, bytes) /* a name may itself be a macro */
#define WIPE_DEAD_STACK_(name, bytes)                                                                                          \
    OUTLINE void name##_apart(void) {                                                                                          \
        uint8_t dead[bytes], *end = dead + sizeof dead - sizeof(v64);                                                          \
        v64_store(dead, v64_zero());                                                                                           \
        __asm__ volatile("" : : "r"(dead) : "memory"); /* or the stores would be left out as dead */                           \
        for (uint8_t *p = dead + sizeof(v64) - (uintptr_t)dead % sizeof(v64); p < end; p += sizeof(v64)) {                     \
            v64_store(p, v64_zero());                                                                                          \
            __asm__ volatile("" : : "r"(p) : "memory");                                                                        \
        }                                                                                                                      \
        v64_store(end, v64_zero());                                                                                            \
        __asm__ volatile("" : : "r"(end) : "memory");                                                                          \
    }                                                                                                                          \
    INLINE void name(void) {                                                                                                   \
        name##_apart();                                                                                                        \
        __asm__ volatile("" : : : "memory");                                                                                   \
    }

#endif
