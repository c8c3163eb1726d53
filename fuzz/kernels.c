/* SPDX-License-Identifier: ISC */
#include "fuzz/kernels.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/dispatch/cpu.h"

#define ROWS_MAX 128U

static kernel_list usable[FAMILY_COUNT];
static int asked_for[FAMILY_COUNT];
static uint64_t uses[ROWS_MAX]; /* of the registry's rows */

static void print_uses(void) {
    for (size_t i = 0; i < sealane_registry_rows; i++) {
        const kernel_row *row = &sealane_registry[i];
        if (!asked_for[row->family]) {
            continue;
        }
        fprintf(stderr, "fuzz: kernel %s/%s: ", sealane_family_name(row->family), row->isa);
        if (row->ops == NULL) {
            fputs("skipped, not compiled\n", stderr);
        } else if (row->features & ~sealane_cpu_close(sealane_cpu_found())) {
            fputs("skipped, not on this CPU\n", stderr);
        } else {
            fprintf(stderr, "%" PRIu64 " uses\n", uses[i]);
        }
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    uint32_t features = sealane_cpu_close(sealane_cpu_found());
    REQUIRE(NULL, sealane_registry_rows <= ROWS_MAX);
    for (size_t i = 0; i < sealane_registry_rows; i++) {
        const kernel_row *row = &sealane_registry[i];
        kernel_list *k = &usable[row->family];
        if (row->ops != NULL && (row->features & ~features) == 0) {
            REQUIRE(row, k->n < sizeof k->row / sizeof k->row[0]);
            k->row[k->n++] = row;
        }
    }
    oracle_begin();
    return atexit(print_uses);
}

const kernel_list *kernels_of(kernel_family family) {
    asked_for[family] = 1;
    return &usable[family];
}

const void *kernels_ops(const kernel_row *row) {
    uses[row - sealane_registry]++;
    return row->ops;
}

void kernels_fail(const kernel_row *row, const char *file, int line, const char *what) {
    fprintf(stderr, "%s:%d: %s/%s: not so: %s\n", file, line, row == NULL ? "public call" : sealane_family_name(row->family),
            row == NULL ? "dispatched" : row->isa, what);
    abort();
}
