/* SPDX-License-Identifier: ISC */
#include "core/plan/plan.h"

#include <string.h>

/* A radix sort by two 8-bit digits, descending and stable; batches of one length, the common case, are left as they are. */
void sealane_plan_order(const uint16_t cost[], size_t n, uint16_t order[]) {
    uint16_t half[PLAN_WINDOW];
    uint16_t low[257] = {0}, high[257] = {0};
    int sorted = 1;
    for (size_t i = 0; i < n; i++) {
        sorted &= i == 0 || cost[i] <= cost[i - 1];
        order[i] = (uint16_t)i;
    }
    if (sorted) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        low[256 - (cost[i] & 255)]++;
        high[256 - (cost[i] >> 8)]++;
    }
    /* From here, low[255 - d] is where the next item with the digit d goes. */
    for (size_t d = 1; d < 257; d++) {
        low[d] = (uint16_t)(low[d] + low[d - 1]);
        high[d] = (uint16_t)(high[d] + high[d - 1]);
    }
    for (size_t i = 0; i < n; i++) {
        half[low[255 - (cost[i] & 255)]++] = (uint16_t)i;
    }
    for (size_t i = 0; i < n; i++) {
        order[high[255 - (cost[half[i]] >> 8)]++] = half[i];
    }
}
