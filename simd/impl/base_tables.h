/* SPDX-License-Identifier: ISC */
/*
 * Multiples of the base point B of edwards25519 for kernels in lanes. A point (x, y) is the twelve 64-bit words of y + x, y - x
 * and 2dxy, each canonical and least significant word first.
 */
#ifndef SEALANE_IMPL_BASE_TABLES_H
#define SEALANE_IMPL_BASE_TABLES_H

#include <stdint.h>

#define BASE_COMB_POSITIONS 13
#define BASE_WINDOW_ROWS 513

/* [i][w][j]: word w of (j + 1) 2^(20 i) B, for constant-time look-ups of a whole [w] at a time. */
extern _Alignas(64) const uint64_t sealane_base_comb[BASE_COMB_POSITIONS][12][16];

/* [j]: j B. Row by row, for public digits. */
extern _Alignas(64) const uint64_t sealane_base_window[BASE_WINDOW_ROWS][12];

#endif
