/* SPDX-License-Identifier: ISC */
/* The order in which a window's items go to the lanes. */
#include "core/plan/plan.h"
#include "tests/for_each_kernel.h"
#include "tests/support/rng.h"

static void check_order(const uint16_t cost[], size_t n) {
    uint16_t order[PLAN_WINDOW];
    uint8_t seen[PLAN_WINDOW] = {0};
    sealane_plan_order(cost, n, order);
    for (size_t i = 0; i < n; i++) {
        assert_true(order[i] < n);
        assert_false(seen[order[i]]);
        seen[order[i]] = 1;
        if (i > 0) {
            assert_true(cost[order[i - 1]] >= cost[order[i]]);
            assert_true(cost[order[i - 1]] > cost[order[i]] || order[i - 1] < order[i]);
        }
    }
}

/* Costs of few values and of all, of every number of items. */
static void descending_and_stable(void **state) {
    (void)state;
    static const size_t below[] = {1, 2, 3, 255, 256, 257, 4096, PLAN_COST_MAX};
    rng random = rng_make(60);
    uint16_t cost[PLAN_WINDOW];
    for (size_t n = 1; n <= PLAN_WINDOW; n++) {
        for (size_t b = 0; b < sizeof below / sizeof below[0]; b++) {
            for (size_t i = 0; i < n; i++) {
                cost[i] = (uint16_t)rng_below(&random, below[b]);
            }
            check_order(cost, n);
        }
        for (size_t i = 0; i < n; i++) {
            cost[i] = (uint16_t)(i * (PLAN_COST_MAX / PLAN_WINDOW)); /* ascending: all must turn */
        }
        check_order(cost, n);
    }
}

static const kernel_test tests[] = {
    ONCE(descending_and_stable),
};

KERNEL_TESTS_MAIN(tests)
