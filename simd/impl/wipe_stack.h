/* SPDX-License-Identifier: ISC */
/* Secrets in lanes spill to places of the compiler's choice: a kernel wipes all the stack that it may have used. */
#ifndef SEALANE_IMPL_WIPE_STACK_H
#define SEALANE_IMPL_WIPE_STACK_H

/* More than any call of mult or base has below its entry, when optimised: up to 27 KiB were seen (gcc 12 -O1, AVX2). */
#define WIPED_STACK 32768

/* Zeroes the stack below its caller's frame, where functions that returned have left their frames. */
static __attribute__((noinline)) void wipe_dead_stack(void) {
    uint8_t dead[WIPED_STACK];
    wipe(dead, sizeof dead);
}

#endif
