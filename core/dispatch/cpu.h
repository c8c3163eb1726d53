/* SPDX-License-Identifier: ISC */
/* CPU features as a bit mask: found once, closed under implication. */
#ifndef SEALANE_DISPATCH_CPU_H
#define SEALANE_DISPATCH_CPU_H

#include <stdint.h>

/* A feature's bit is set only where the operating system saves the registers that it uses. */
enum {
    CPU_SSSE3 = 1U << 0,
    CPU_SSE41 = 1U << 1,
    CPU_AESNI = 1U << 2,
    CPU_PCLMUL = 1U << 3,
    CPU_SHA = 1U << 4,
    CPU_AVX2 = 1U << 5,
    CPU_BMI2 = 1U << 6,
    CPU_ADX = 1U << 7,
    CPU_VAES = 1U << 8,
    CPU_VPCLMUL = 1U << 9,
    CPU_AVX512F = 1U << 10,
    CPU_AVX512BW = 1U << 11,
    CPU_AVX512DQ = 1U << 12,
    CPU_AVX512VL = 1U << 13,
    CPU_AVX512IFMA = 1U << 14,
    CPU_AVX512VBMI = 1U << 15,
    CPU_NEON = 1U << 16
};

typedef struct {
    const char *name;
    uint32_t bit;
    uint32_t implies; /* features without which this one is not used, whatever CPUID says */
} cpu_feature;

/* The features of this architecture, a row with name NULL after the last. */
extern const cpu_feature sealane_cpu_feature_table[];

/* What this CPU and operating system have, before closing. Found at the first call; the same at every call. */
uint32_t sealane_cpu_found(void);

/* Takes away every feature that lacks one that it implies, until none does. */
uint32_t sealane_cpu_close(uint32_t features);

#endif
