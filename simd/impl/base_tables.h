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
#define BASE_TEETH 8
#define BASE_TEETH_STEP 32
#define BASE_TEETH_ROWS 128

/* [i][w][j]: word w of (j + 1) 2^(20 i) B, for constant-time look-ups of a whole [w] at a time. */
extern _Alignas(64) const uint64_t sealane_base_comb[BASE_COMB_POSITIONS][12][16];

/* [j]: j B. Row by row, for public digits. */
extern _Alignas(64) const uint64_t sealane_base_window[BASE_WINDOW_ROWS][12];

/* [u]: (2^224 + 2^(32 t) for each bit t of u that is set, - 2^(32 t) for each that is not, t = 0 … 6) B. For public digits. */
extern _Alignas(64) const uint64_t sealane_base_teeth[BASE_TEETH_ROWS][12];

#endif
