/* SPDX-License-Identifier: ISC */
/* What every target stands on: the kernels that it walks, the count of their calls, and the end of a run that finds a fault. */
#ifndef SEALANE_FUZZ_KERNELS_H
#define SEALANE_FUZZ_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "core/dispatch/registry.h"

/* libFuzzer's entry points. The first is written once, in kernels.c. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Makes ready what kernels are compared with, and says what that is. Of oracle.c, or of a target that has its own. */
void oracle_begin(void);

/* The kernels of a family that this CPU can run, best first. */
typedef struct {
    const kernel_row *row[16];
    size_t n;
} kernel_list;

const kernel_list *kernels_of(kernel_family family);

/* A kernel's ops, counted as exercised once more. At exit each kernel of the families that were asked for is printed with its
   count, or with why it did not run. */
const void *kernels_ops(const kernel_row *row);

/* Ends the program and says what was not so, of which kernel. row is NULL where the public call chose it. */
_Noreturn void kernels_fail(const kernel_row *row, const char *file, int line, const char *what);

#define REQUIRE(row, condition)                                                                                                \
    do {                                                                                                                       \
        if (!(condition)) {                                                                                                    \
            kernels_fail(row, __FILE__, __LINE__, #condition);                                                                 \
        }                                                                                                                      \
    } while (0)

#endif
