/* SPDX-License-Identifier: ISC */
/* What a measurement was made on and with. */
#ifndef SEALANE_BENCH_REPORT_MACHINE_H
#define SEALANE_BENCH_REPORT_MACHINE_H

#include <jansson.h>
#include <stddef.h>

/* The CPU's name as the operating system gives it; "unknown CPU" where it gives none. Static storage. */
const char *sealane_machine_cpu(void);

/* The compiler of the program, such as "gcc 12.2.0". */
const char *sealane_machine_compiler(void);

/* How many CPUs are online. */
long sealane_machine_cpus(void);

/* Nanoseconds of one core cycle, now, by a chain of dependent additions, each of which takes a cycle. Takes about 0.2 ms. */
double sealane_machine_cycle_ns(void);

/* A new object of the above: cpu, cpus, compiler. */
json_t *sealane_machine_json(void);

/*
 * The isa of the kernel that now serves a family, such as "avx512"; "none" for an unknown family. Static storage.
 */
const char *sealane_machine_kernel(const char *family);

/*
 * Writes the isas that serve `families` (NULL after the last) now: one name where they agree, else family/isa for each,
 * joined by "+".
 */
void sealane_machine_kernels(const char *const *families, char *out, size_t size);

#endif
