/* SPDX-License-Identifier: ISC */
/* Makes one kernel serve the public calls. */
#ifndef SEALANE_TESTS_SUPPORT_SERVE_H
#define SEALANE_TESTS_SUPPORT_SERVE_H

#include "core/dispatch/cpu.h"
#include "core/dispatch/registry.h"

/* Limits the choice to what the row's kernel requires; returns whether that kernel serves its family then. */
static inline int serve_kernel(const kernel_row *row) {
    /* A limit without what a feature implies would take the feature away. */
    uint32_t features = row->features;
    for (uint32_t before = ~features; before != features;) {
        before = features;
        for (const cpu_feature *feature = sealane_cpu_feature_table; feature->name != NULL; feature++) {
            features |= (features & feature->bit) != 0 ? feature->implies : 0;
        }
    }
    sealane_dispatch_limit(features);
    return row->ops != NULL && sealane_dispatch(row->family) == row->ops;
}

#endif
