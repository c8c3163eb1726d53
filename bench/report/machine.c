/* SPDX-License-Identifier: ISC */
#include "bench/report/machine.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/report/stats.h"
#include "sealane/cpu.h"

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)

const char *sealane_machine_cpu(void) {
    static char name[128];
    FILE *f = name[0] == '\0' ? fopen("/proc/cpuinfo", "r") : NULL;
    if (f != NULL) {
        char line[256];
        while (fgets(line, sizeof line, f) != NULL) {
            const char *colon = strchr(line, ':');
            if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
                line[strcspn(line, "\n")] = '\0';
                (void)snprintf(name, sizeof name, "%.*s", (int)sizeof name - 1, colon + 1 + strspn(colon + 1, " "));
                break;
            }
        }
        (void)fclose(f);
    }
    return name[0] == '\0' ? "unknown CPU" : name;
}

const char *sealane_machine_compiler(void) {
#ifdef __clang__
    return "clang " STRING(__clang_major__) "." STRING(__clang_minor__) "." STRING(__clang_patchlevel__);
#else
    return "gcc " STRING(__GNUC__) "." STRING(__GNUC_MINOR__) "." STRING(__GNUC_PATCHLEVEL__);
#endif
}

long sealane_machine_cpus(void) {
    return sysconf(_SC_NPROCESSORS_ONLN);
}

double sealane_machine_cycle_ns(void) {
    enum { ROUNDS = 1000, CHAIN = 100 };
    double best = 1;
    for (int attempt = 0; attempt < 7; attempt++) { /* the quickest was not interrupted */
        uint64_t x = 1, y = 3;
        double start = sealane_stats_now();
        for (int round = 0; round < ROUNDS; round++) {
            /* The barrier hides both values, so that each addition waits for the one before it. */
#pragma GCC unroll 100
            for (int i = 0; i < CHAIN; i++) {
                x += y;
                __asm__ volatile("" : "+r"(x), "+r"(y));
            }
        }
        double took = sealane_stats_now() - start;
        best = took < best ? took : best;
    }
    return best * 1e9 / (ROUNDS * CHAIN);
}

json_t *sealane_machine_json(void) {
    return json_pack("{s:s, s:I, s:s}", "cpu", sealane_machine_cpu(), "cpus", (json_int_t)sealane_machine_cpus(), "compiler",
                     sealane_machine_compiler());
}

const char *sealane_machine_kernel(const char *family) {
    sealane_kernel_info list[128];
    size_t n = sealane_cpu_kernels(list, sizeof list / sizeof *list);
    for (size_t i = 0; i < n && i < sizeof list / sizeof *list; i++) {
        if (list[i].state == SEALANE_KERNEL_CHOSEN && strcmp(list[i].family, family) == 0) {
            return list[i].isa;
        }
    }
    return "none";
}

void sealane_machine_kernels(const char *const *families, char *out, size_t size) {
    bool agree = true;
    for (size_t i = 1; families[i] != NULL; i++) {
        agree &= strcmp(sealane_machine_kernel(families[i]), sealane_machine_kernel(families[0])) == 0;
    }
    if (agree) {
        (void)snprintf(out, size, "%s", sealane_machine_kernel(families[0]));
        return;
    }
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; families[i] != NULL && used < size; i++) {
        int wrote =
            snprintf(out + used, size - used, "%s%s/%s", i == 0 ? "" : "+", families[i], sealane_machine_kernel(families[i]));
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}
