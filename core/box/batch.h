/* SPDX-License-Identifier: ISC */
/* What the calls of box and HPKE share, which walk their batches in windows. */
#ifndef SEALANE_BOX_BATCH_H
#define SEALANE_BOX_BATCH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* NULL is fine with len = 0. */
static inline void batch_clear(uint8_t *out, size_t len) {
    if (len != 0) {
        memset(out, 0, len);
    }
}

/* verdicts: NULL where the caller wants none. */
static inline void batch_clear_verdicts(uint8_t *verdicts, size_t n) {
    batch_clear(verdicts, verdicts != NULL ? n : 0);
}

/* Hands a window's results, n >= 1 items from `done` on, to the caller; returns 1 if all are good. */
static inline int batch_report(const uint8_t good[], size_t n, uint8_t *verdicts, size_t done) {
    int all = 1;
    for (size_t i = 0; i < n; i++) {
        all &= good[i];
    }
    if (verdicts != NULL) {
        memcpy(verdicts + done, good, n);
    }
    return all;
}

#endif
