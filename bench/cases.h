/* SPDX-License-Identifier: ISC */
/* What is benchmarked: every operation, size and count, by every implementation and every kernel that runs here. */
#ifndef SEALANE_BENCH_CASES_H
#define SEALANE_BENCH_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/peers/peer.h"

typedef struct bench_operation bench_operation;

/* One benchmark. Its name is <operation>/<algorithm>/<implementation[:kernel]>/<bytes>/<n>. */
typedef struct {
    const bench_operation *operation;
    const peer *peer;
    const char *isa;     /* the kernel, if it is sealane's */
    const char *ceiling; /* that brings it into force */
    size_t bytes, n;     /* of a message, BYTES_CHAT for a mix; items in a call */
    bool checked, wrong; /* against the reference implementation, at the first repetition */
    char label[40];      /* <implementation[:kernel]> */
    char size[24];       /* <bytes> */
    char name[128];
} bench_case;

#define BYTES_CHAT SIZE_MAX /* 80 to 32768 bytes, as chats have them */

/* All of them in the order of the report, as a new array; 0 without memory. */
size_t sealane_bench_cases(bench_case **cases);

const char *sealane_bench_operation(const bench_case *c);
const char *sealane_bench_algorithm(const bench_case *c);

/* The two differ in the implementation alone. */
bool sealane_bench_comparable(const bench_case *a, const bench_case *b);

/* The inputs and outputs of a case, on buffers of its own. */
typedef struct workload workload;

/* NULL without memory, or where the implementation does not run here. The kernel of the case has to be in force. */
workload *sealane_workload_new(bench_case *c);
void sealane_workload_free(workload *w);

/* Calls the operation `calls` times, for the next n items of a ring each time: a gbench_work. */
void sealane_workload_run(void *w, uint64_t calls);

/* Whether every call was answered with SEALANE_OK. */
bool sealane_workload_good(const workload *w);

#endif
