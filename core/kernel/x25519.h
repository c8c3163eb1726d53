/* SPDX-License-Identifier: ISC */
/*
 * The contract of an X25519 kernel. Constant time in scalars and points.
 *
 * 1 <= n <= lanes. Each item's out may be its own scalar or point; an unused lane repeats the first item and writes to
 * scratch.
 */
#ifndef SEALANE_KERNEL_X25519_H
#define SEALANE_KERNEL_X25519_H

#include "sealane/x25519.h"

typedef struct {
    size_t lanes; /* most items of one call, at least 1 */
    /* out = X25519(scalar, point), scalar clamped, bit 255 of point ignored; good[i] = 0 where out is all-zero, else 1. */
    void (*mult)(const sealane_x25519_item items[], size_t n, uint8_t good[]);
    /* out = X25519(scalar, 9). */
    void (*base)(const sealane_x25519_base_item items[], size_t n);
} x25519_ops;

#endif
