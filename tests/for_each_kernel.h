/* SPDX-License-Identifier: ISC */
/*
 * Runs a test body once for each kernel of a family. A body names no ISA: it is handed a row of the registry.
 *
 *     static void seals(void **state) {
 *         const kernel_row *row = kernel_of(state);
 *         ...
 *     }
 *
 *     static const kernel_test tests[] = {
 *         FOR_EACH_KERNEL(seals, FAMILIES_AEAD),
 *         ONCE(refuses_null),
 *     };
 *     KERNEL_TESTS_MAIN(tests)
 *
 * Kernels that cannot run here are listed as SKIPPED with the reason. `--require LIST`, or SEALANE_REQUIRE=LIST in the
 * environment, makes such a skip a failure; LIST is "all", or ISAs and family/isa labels separated by commas. `--only
 * PATTERN` runs the tests whose name fits the pattern (* and ?).
 */
#ifndef SEALANE_TESTS_FOR_EACH_KERNEL_H
#define SEALANE_TESTS_FOR_EACH_KERNEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/dispatch/registry.h"

#define FAMILY_BIT(family) (1U << (unsigned)(family))
#define FAMILIES_AES_GCM (FAMILY_BIT(FAMILY_AES128_GCM) | FAMILY_BIT(FAMILY_AES256_GCM))
#define FAMILIES_AEGIS (FAMILY_BIT(FAMILY_AEGIS128L) | FAMILY_BIT(FAMILY_AEGIS256))
#define FAMILIES_AEAD                                                                                                          \
    (FAMILY_BIT(FAMILY_CHACHA20_POLY1305) | FAMILY_BIT(FAMILY_XCHACHA20_POLY1305) | FAMILY_BIT(FAMILY_XSALSA20_POLY1305) |     \
     FAMILY_BIT(FAMILY_XCHACHA20_POLY1305_SECRETBOX) | FAMILIES_AES_GCM | FAMILIES_AEGIS)
#define FAMILIES_HASH (FAMILY_BIT(FAMILY_SHA256) | FAMILY_BIT(FAMILY_SHA512))

typedef struct {
    const char *name;
    void (*body)(void **state);
    uint32_t families; /* a mask of FAMILY_BIT; 0: runs once, without a kernel */
} kernel_test;

/* clang-format off */
#define FOR_EACH_KERNEL(body, families) {#body, body, families}
#define ONCE(body) {#body, body, 0}
#define KERNEL_TESTS_MAIN(tests)                                                                                               \
    int main(int argc, char **argv) {                                                                                          \
        return kernel_tests_run(argc, argv, tests, sizeof(tests) / sizeof((tests)[0]));                                        \
    }
/* clang-format on */

/* The row that a body of FOR_EACH_KERNEL was given. */
static inline const kernel_row *kernel_of(void **state) {
    return (const kernel_row *)*state;
}

/* Serves `row` to the public calls as well from now on, and checks that it does. */
void kernel_force(const kernel_row *row);

/* The portable kernel of a family. */
const kernel_row *kernel_portable(kernel_family family);

/* Runs all tests and prints what became of each kernel; the number of failures. */
int kernel_tests_run(int argc, char **argv, const kernel_test tests[], size_t n);

#endif
