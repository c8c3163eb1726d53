/* SPDX-License-Identifier: ISC */
/* CPU features, kernels, and the choice between them. */
#ifndef SEALANE_CPU_H
#define SEALANE_CPU_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a kernel on this machine. */
typedef enum {
    SEALANE_KERNEL_CHOSEN = 1,  /* serves its family now */
    SEALANE_KERNEL_AVAILABLE,   /* would run here; a better one serves, or a ceiling is set (see `why`) */
    SEALANE_KERNEL_NOT_ON_CPU,  /* compiled in; the CPU or the operating system lacks a feature (see `why`) */
    SEALANE_KERNEL_NOT_COMPILED /* the library was built without it: for 32 bits, by an old compiler, or by option */
} sealane_kernel_state;

/* One kernel: an implementation of one family of operations for one ISA. */
typedef struct {
    const char *family; /* such as "chacha20-poly1305", in static storage */
    const char *isa;    /* such as "avx512", in static storage; family/isa is the kernel's label everywhere */
    sealane_kernel_state state;
    char needs[128]; /* the CPU features that it requires, separated by spaces; "" for none */
    char why[160];   /* the reason for `state`, one line of English */
} sealane_kernel_info;

/* One CPU feature that some kernel asks for. */
typedef struct {
    const char *name; /* such as "avx512ifma" */
    int present;      /* 1: the CPU has it and the operating system saves its registers */
    int usable;       /* 1: present, all that it implies is present as well, and no ceiling is set below it */
} sealane_cpu_feature;

/*
 * Writes the features that the library knows on this architecture to list[0..max-1] and returns how many there are, which
 * may be more than max. list may be NULL if max is 0. Thread-safe.
 */
SEALANE_API size_t sealane_cpu_features(sealane_cpu_feature *list, size_t max);

/*
 * Writes every kernel of every family, best first within a family, to list[0..max-1] and returns how many there are, which
 * may be more than max. list may be NULL if max is 0. Thread-safe.
 */
SEALANE_API size_t sealane_cpu_kernels(sealane_kernel_info *list, size_t max);

/*
 * Sets a ceiling for the choice of kernels, for benchmarks and tests: "portable" < "aesni" < "bmi2" < "avx2" < "vaes256"
 * < "avx512f" < "avx512" on x86-64, "portable" < "neon" on aarch64. NULL lifts it.
 *
 * SEALANE_EINVAL: unknown name; SEALANE_EUNSUPPORTED: this CPU lacks the features of that tier. Either leaves the ceiling as
 * it was. Not to be called while another thread is in a call of this library.
 */
SEALANE_API SEALANE_MUST_USE sealane_status sealane_cpu_restrict(const char *isa);

/*
 * The names that sealane_cpu_restrict knows on this architecture, lowest first, NULL after the last. Static storage.
 */
SEALANE_API const char *const *sealane_cpu_ceilings(void);

#ifdef __cplusplus
}
#endif

#endif
