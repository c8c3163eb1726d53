/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "core/curve/curve.h"
#include "core/dispatch/registry.h"

/* Most items of one kernel call here, whatever the lanes: what the verdicts of a call that wants none need on the stack. */
#define STEP_MAX 64U

sealane_status sealane_x25519_batch_with(const x25519_ops *ops, const sealane_x25519_item *items, size_t n, uint8_t *verdicts) {
    if (verdicts != NULL && n != 0) {
        memset(verdicts, 0, n);
    }
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        if (items[i].scalar == NULL || items[i].point == NULL || items[i].out == NULL) {
            return SEALANE_EINVAL;
        }
    }
    const size_t step_max = ops->lanes < STEP_MAX ? ops->lanes : STEP_MAX;
    uint8_t all_good = 1;
    for (size_t i = 0; i < n;) {
        uint8_t good[STEP_MAX];
        size_t step = n - i < step_max ? n - i : step_max;
        ops->mult(items + i, step, good);
        for (size_t j = 0; j < step; j++) {
            all_good &= good[j];
        }
        if (verdicts != NULL) {
            memcpy(verdicts + i, good, step);
        }
        i += step;
    }
    return all_good ? SEALANE_OK : SEALANE_EVERIFY;
}

sealane_status sealane_x25519_base_batch_with(const x25519_ops *ops, const sealane_x25519_base_item *items, size_t n) {
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        if (items[i].scalar == NULL || items[i].out == NULL) {
            return SEALANE_EINVAL;
        }
    }
    for (size_t i = 0; i < n;) {
        size_t step = n - i < ops->lanes ? n - i : ops->lanes;
        ops->base(items + i, step);
        i += step;
    }
    return SEALANE_OK;
}

sealane_status sealane_x25519_batch(const sealane_x25519_item *items, size_t n, uint8_t *verdicts) {
    return sealane_x25519_batch_with(dispatch_x25519(), items, n, verdicts);
}

sealane_status sealane_x25519_base_batch(const sealane_x25519_base_item *items, size_t n) {
    return sealane_x25519_base_batch_with(dispatch_x25519(), items, n);
}
