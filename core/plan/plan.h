/* SPDX-License-Identifier: ISC */
/* Packs items of many lengths into lane calls. Knows lengths only; works in windows of the batch, so that it needs no heap. */
#ifndef SEALANE_PLAN_PLAN_H
#define SEALANE_PLAN_PLAN_H

#include <stddef.h>
#include <stdint.h>

/* Most items that are ordered at once. */
#define PLAN_WINDOW 512U

/*
 * order[0..n-1] = the indices 0..n-1 by descending cost[], equal costs in their own order; 1 <= n <= PLAN_WINDOW. cost is what
 * an item takes in the lanes, in steps of any unit; it must be < PLAN_COST_MAX.
 */
#define PLAN_COST_MAX 65536U
void sealane_plan_order(const uint16_t cost[], size_t n, uint16_t order[]);

#endif
