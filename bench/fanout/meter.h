/* SPDX-License-Identifier: ISC */
/* An implementation that is another one with a stopwatch: where the time of a piece of work goes. */
#ifndef SEALANE_BENCH_FANOUT_METER_H
#define SEALANE_BENCH_FANOUT_METER_H

#include "bench/fanout/fanout.h"

/* Does what the implementation in its session does, and adds up the seconds of each part there. */
extern const peer sealane_fanout_metered;

typedef struct {
    const peer *peer;
    void *session;
    double seconds[PARTS]; /* PART_REST stays 0 */
    arena scratch;         /* freed by the caller */
} meter;

#endif
