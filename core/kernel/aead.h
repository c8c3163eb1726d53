/* SPDX-License-Identifier: ISC */
/*
 * The contract of an AEAD kernel: one ops struct an algorithm and ISA.
 *
 * Items have been checked by the caller: no NULL with a length, every length within the algorithm's limit. Lengths, their
 * order and n are public; everything else is secret. Nothing secret stays on the stack or in registers that are saved.
 */
#ifndef SEALANE_KERNEL_AEAD_H
#define SEALANE_KERNEL_AEAD_H

#include "sealane/aead.h"

typedef struct {
    /* Most messages that a lane call takes; 0 where the kernel has no lanes, and the lane calls are then NULL. */
    size_t lanes;
    /* Longest message and associated data together, in bytes, that the lanes take faster than one call each. Public, and
       only a matter of speed: lane calls take any length. */
    size_t lanes_bytes_max;
    /* How many bytes of text one lane call is best given. 0: as many as stay in the nearest caches while several passes run. */
    size_t call_bytes;
    /* 1 <= n <= lanes messages, longest first for speed, whose associated data lies apart from their output. An unused lane
       repeats the first message and writes to scratch. */
    void (*seal_lanes)(const sealane_aead_seal_item *const items[], size_t n);
    /* good[i] = 1 where items[i] was opened, else 0 and its out is zeroed. */
    void (*open_lanes)(const sealane_aead_open_item *const items[], size_t n, uint8_t good[]);
    /* One message of any length, whose associated data may lie in its output: it is what was there before the call. open_one
     * returns 1 where it was opened, else 0 and its out is zeroed. */
    void (*seal_one)(const sealane_aead_seal_item *item);
    int (*open_one)(const sealane_aead_open_item *item);
    /* NULL, all three, where setting up a key saves nothing. Else `state`, AEAD_STATE_BYTES aligned to 16, is written in a form
       that every kernel of the family reads, and the other two take n messages under it as the lane calls do, or just one where
       the kernel has no lanes; their items' keys are not looked at. */
    void (*prepare)(void *state, const uint8_t *key);
    void (*seal_prepared)(const void *state, const sealane_aead_seal_item *const items[], size_t n);
    void (*open_prepared)(const void *state, const sealane_aead_open_item *const items[], size_t n, uint8_t good[]);
} aead_ops;

/* A prepared key of the public type, less its head. */
#define AEAD_STATE_BYTES 496U

#endif
