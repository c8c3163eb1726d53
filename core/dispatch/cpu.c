/* SPDX-License-Identifier: ISC */
#include "core/dispatch/cpu.h"

#include <stdatomic.h>
#include <stddef.h>

#if defined(__x86_64__) || defined(__i386__)

#include <cpuid.h>

#define X86_128 (CPU_SSSE3 | CPU_SSE41)
#define X86_256 (X86_128 | CPU_AVX2)

const cpu_feature sealane_cpu_feature_table[] = {
    {"ssse3", CPU_SSSE3, 0},
    {"sse4.1", CPU_SSE41, CPU_SSSE3},
    {"aesni", CPU_AESNI, X86_128},
    {"pclmul", CPU_PCLMUL, X86_128},
    {"sha", CPU_SHA, X86_128},
    {"avx2", CPU_AVX2, X86_128},
    {"bmi2", CPU_BMI2, 0},
    {"adx", CPU_ADX, 0},
    {"vaes", CPU_VAES, X86_256 | CPU_AESNI},
    {"vpclmul", CPU_VPCLMUL, X86_256 | CPU_PCLMUL},
    {"avx512f", CPU_AVX512F, X86_256 | CPU_BMI2},
    {"avx512bw", CPU_AVX512BW, CPU_AVX512F},
    {"avx512dq", CPU_AVX512DQ, CPU_AVX512F},
    {"avx512vl", CPU_AVX512VL, CPU_AVX512F},
    {"avx512ifma", CPU_AVX512IFMA, CPU_AVX512F},
    {"avx512vbmi", CPU_AVX512VBMI, CPU_AVX512F},
    {NULL, 0, 0},
};

/* XCR0: which registers the operating system saves. Bit 1 xmm, 2 ymm, 5 opmask, 6 and 7 zmm. */
#define XCR0_YMM UINT64_C(0x06)
#define XCR0_ZMM UINT64_C(0xe6)

static uint64_t xcr0(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

static uint32_t detect(void) {
    uint32_t a, b, c, d, found = 0;
    uint32_t leaves = (uint32_t)__get_cpuid_max(0, NULL);
    if (leaves < 1) {
        return 0;
    }
    __cpuid(1, a, b, c, d);
    uint64_t saved = c & bit_OSXSAVE ? xcr0() : 0;
    int ymm = (saved & XCR0_YMM) == XCR0_YMM && (c & bit_AVX);
    int zmm = ymm && (saved & XCR0_ZMM) == XCR0_ZMM;
    found |= c & bit_SSSE3 ? CPU_SSSE3 : 0;
    found |= c & bit_SSE4_1 ? CPU_SSE41 : 0;
    found |= c & bit_AES ? CPU_AESNI : 0;
    found |= c & bit_PCLMUL ? CPU_PCLMUL : 0;
    if (leaves < 7) {
        return found;
    }
    __cpuid_count(7, 0, a, b, c, d);
    found |= b & bit_SHA ? CPU_SHA : 0;
    found |= b & bit_BMI2 ? CPU_BMI2 : 0;
    found |= b & bit_ADX ? CPU_ADX : 0;
    if (ymm) {
        found |= b & bit_AVX2 ? CPU_AVX2 : 0;
        found |= c & bit_VAES ? CPU_VAES : 0;
        found |= c & bit_VPCLMULQDQ ? CPU_VPCLMUL : 0;
    }
    if (zmm) {
        found |= b & bit_AVX512F ? CPU_AVX512F : 0;
        found |= b & bit_AVX512BW ? CPU_AVX512BW : 0;
        found |= b & bit_AVX512DQ ? CPU_AVX512DQ : 0;
        found |= b & bit_AVX512VL ? CPU_AVX512VL : 0;
        found |= b & bit_AVX512IFMA ? CPU_AVX512IFMA : 0;
        found |= c & bit_AVX512VBMI ? CPU_AVX512VBMI : 0;
    }
    return found;
}

#elif defined(__aarch64__)

#include <asm/hwcap.h>
#include <sys/auxv.h>

const cpu_feature sealane_cpu_feature_table[] = {
    {"neon", CPU_NEON, 0},
    {NULL, 0, 0},
};

static uint32_t detect(void) {
    return getauxval(AT_HWCAP) & HWCAP_ASIMD ? CPU_NEON : 0;
}

#else

const cpu_feature sealane_cpu_feature_table[] = {{NULL, 0, 0}};

static uint32_t detect(void) {
    return 0;
}

#endif

uint32_t sealane_cpu_found(void) {
    /* Bit 31 marks the answer as known. Two threads may both ask the CPU; they get the same answer. */
    static _Atomic uint32_t known;
    uint32_t found = atomic_load_explicit(&known, memory_order_relaxed);
    if (found == 0) {
        found = detect() | UINT32_C(1) << 31;
        atomic_store_explicit(&known, found, memory_order_relaxed);
    }
    return found & ~(UINT32_C(1) << 31);
}

uint32_t sealane_cpu_close(uint32_t features) {
    uint32_t before;
    do {
        before = features;
        for (const cpu_feature *f = sealane_cpu_feature_table; f->name != NULL; f++) {
            if ((features & f->implies) != f->implies) {
                features &= ~f->bit;
            }
        }
    } while (features != before);
    return features;
}
