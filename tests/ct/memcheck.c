/* SPDX-License-Identifier: ISC */
/*
 * Runs each subject under valgrind's memcheck with its secrets marked as undefined: a branch or an address that depends on one
 * is then an error. Reaches the kernels whose instructions this valgrind knows. usage: valgrind ct_memcheck
 * [--only TEXT]
 */
#include <stdio.h>
#include <string.h>

#include <valgrind/memcheck.h>

#include "tests/ct/subjects.h"

static ct_memory memory;

static int visit(const ct_subject *subject, const char *label, kernel_family family) {
    if (subject->kind == CT_VERDICT) {
        return 1; /* their traces are compared instead */
    }
    ct_fill(&memory, 1);
    if (subject->prepare != NULL) {
        subject->prepare(&memory, subject->n, subject->size, family);
    }
    const unsigned long before = VALGRIND_COUNT_ERRORS;
    (void)VALGRIND_MAKE_MEM_UNDEFINED(memory.secret, sizeof memory.secret);
    subject->run(&memory, subject->n, subject->size, family);
    (void)VALGRIND_MAKE_MEM_DEFINED(&memory, sizeof memory);
    const int leaks = VALGRIND_COUNT_ERRORS != before;
    /* Memcheck knows nothing of the time that a division takes. */
    const int good = leaks == (subject->kind == CT_LEAKS) || strstr(label, "division") != NULL;
    printf("%s %s: %s\n", good ? "ok    " : "FAILED", label,
           leaks ? "a branch or an address depends on a secret" : "no branch and no address depends on a secret");
    return good && !memory.failed;
}

int main(int argc, char **argv) {
    if (!RUNNING_ON_VALGRIND || (argc != 1 && (argc != 3 || strcmp(argv[1], "--only") != 0))) {
        fprintf(stderr, "usage: valgrind ct_memcheck [--only TEXT]\n");
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    const size_t failures = ct_walk(argc == 3 ? argv[2] : NULL, visit, "not on this CPU as valgrind shows it");
    printf("ct_memcheck: %zu failed\n", failures);
    return failures != 0;
}
