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
    INLINE void name##_store(uint8_t *p) {                                                                                     \
        v64_store(p, v64_zero());                                                                                              \
        __asm__ volatile("" : : "r"(p) : "memory"); /* or the store would be left out as dead */                               \
    }                                                                                                                          \
    OUTLINE void name##_apart(void) {                                                                                          \
        uint8_t dead[bytes], *end = dead + sizeof dead - sizeof(v64);                                                          \
        uint8_t *p = dead + sizeof(v64) - (uintptr_t)dead % sizeof(v64);                                                       \
        name##_store(dead);                                                                                                    \
        for (; p + 3 * sizeof(v64) < end; p += 4 * sizeof(v64)) { /* by four, or it is as fast as its place lets it be */      \
            UNROLL for (size_t i = 0; i < 4; i++) {                                                                            \
                name##_store(p + i * sizeof(v64));                                                                             \
            }                                                                                                                  \
        }                                                                                                                      \
        for (; p < end; p += sizeof(v64)) {                                                                                    \
            name##_store(p);                                                                                                   \
        }                                                                                                                      \
        name##_store(end);                                                                                                     \
    }                                                                                                                          \
    INLINE void name(void) {                                                                                                   \
        name##_apart();                                                                                                        \
        __asm__ volatile("" : : : "memory");                                                                                   \
    }

#endif
