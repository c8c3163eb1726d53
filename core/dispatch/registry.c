/* SPDX-License-Identifier: ISC */
#include "core/dispatch/registry.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "core/dispatch/cpu.h"
#include "core/kernel/kernels.h"
#include "sealane/cpu.h"

/* What each ISA's kernels are compiled with (the table of flags in cmake/isa.cmake), and so require. */
#define NEEDS_AESNI (CPU_SSSE3 | CPU_SSE41 | CPU_AESNI | CPU_PCLMUL)
#define NEEDS_BMI2 CPU_BMI2
#define NEEDS_AVX2 (NEEDS_BMI2 | CPU_AVX2)
#define NEEDS_VAES256 (NEEDS_AVX2 | CPU_AESNI | CPU_PCLMUL | CPU_VAES | CPU_VPCLMUL)
#define NEEDS_AVX512F (NEEDS_AVX2 | CPU_AVX512F | CPU_AVX512BW | CPU_AVX512DQ | CPU_AVX512VL)
#define NEEDS_AVX512 (NEEDS_AVX512F | CPU_AVX512IFMA | CPU_AVX512VBMI | CPU_AESNI | CPU_PCLMUL | CPU_VAES | CPU_VPCLMUL)

/* The rows' macros bring their commas, which the formatter cannot know. */
/* clang-format off */
/* Rows of an ISA: with its ops, without them where it was not compiled, and none on another architecture. */
#if defined(SEALANE_HAVE_SHANI)
#define SHANI(family, ops) {family, "shani", CPU_SHA, &(ops)},
#elif defined(__x86_64__) || defined(__i386__)
#define SHANI(family, ops) {family, "shani", CPU_SHA, NULL},
#else
#define SHANI(family, ops)
#endif
#if defined(SEALANE_HAVE_AESNI)
#define AESNI(family, ops) {family, "aesni", NEEDS_AESNI, &(ops)},
#elif defined(__x86_64__) || defined(__i386__)
#define AESNI(family, ops) {family, "aesni", NEEDS_AESNI, NULL},
#else
#define AESNI(family, ops)
#endif
#if defined(SEALANE_HAVE_AVX2)
#define AVX2(family, ops) {family, "avx2", NEEDS_AVX2, &(ops)},
#elif defined(__x86_64__) || defined(__i386__)
#define AVX2(family, ops) {family, "avx2", NEEDS_AVX2, NULL},
#else
#define AVX2(family, ops)
#endif
#if defined(SEALANE_HAVE_VAES256)
#define VAES256(family, ops) {family, "vaes256", NEEDS_VAES256, &(ops)},
#elif defined(__x86_64__) || defined(__i386__)
#define VAES256(family, ops) {family, "vaes256", NEEDS_VAES256, NULL},
#else
#define VAES256(family, ops)
#endif
#if defined(SEALANE_HAVE_AVX512F)
#define AVX512F(family, ops) {family, "avx512f", NEEDS_AVX512F, &(ops)},
#elif defined(__x86_64__) || defined(__i386__)
#define AVX512F(family, ops) {family, "avx512f", NEEDS_AVX512F, NULL},
#else
#define AVX512F(family, ops)
#endif
#if defined(SEALANE_HAVE_AVX512)
#define AVX512(family, ops) {family, "avx512", NEEDS_AVX512, &(ops)},
#define AVX512_SHA(family, ops) {family, "avx512", NEEDS_AVX512 | CPU_SHA, &(ops)},
#elif defined(__x86_64__) || defined(__i386__)
#define AVX512(family, ops) {family, "avx512", NEEDS_AVX512, NULL},
#define AVX512_SHA(family, ops) {family, "avx512", NEEDS_AVX512 | CPU_SHA, NULL},
#else
#define AVX512(family, ops)
#define AVX512_SHA(family, ops)
#endif
#if defined(SEALANE_HAVE_BMI2)
#define BMI2(family, ops) {family, "bmi2", NEEDS_BMI2, &(ops)},
#elif defined(__x86_64__) || defined(__i386__)
#define BMI2(family, ops) {family, "bmi2", NEEDS_BMI2, NULL},
#else
#define BMI2(family, ops)
#endif
#define PORTABLE(family, ops) {family, "portable", 0, &(ops)},

const kernel_row sealane_registry[] = {
    AVX512(FAMILY_CHACHA20_POLY1305, sealane_chacha20_poly1305_avx512)
    AVX512F(FAMILY_CHACHA20_POLY1305, sealane_chacha20_poly1305_avx512f)
    AVX2(FAMILY_CHACHA20_POLY1305, sealane_chacha20_poly1305_avx2)
    PORTABLE(FAMILY_CHACHA20_POLY1305, sealane_chacha20_poly1305_portable)
    AVX512(FAMILY_XCHACHA20_POLY1305, sealane_xchacha20_poly1305_avx512)
    AVX512F(FAMILY_XCHACHA20_POLY1305, sealane_xchacha20_poly1305_avx512f)
    AVX2(FAMILY_XCHACHA20_POLY1305, sealane_xchacha20_poly1305_avx2)
    PORTABLE(FAMILY_XCHACHA20_POLY1305, sealane_xchacha20_poly1305_portable)
    AVX512(FAMILY_XSALSA20_POLY1305, sealane_xsalsa20_poly1305_avx512)
    AVX512F(FAMILY_XSALSA20_POLY1305, sealane_xsalsa20_poly1305_avx512f)
    AVX2(FAMILY_XSALSA20_POLY1305, sealane_xsalsa20_poly1305_avx2)
    PORTABLE(FAMILY_XSALSA20_POLY1305, sealane_xsalsa20_poly1305_portable)
    AVX512(FAMILY_AES128_GCM, sealane_aes128_gcm_avx512)
    VAES256(FAMILY_AES128_GCM, sealane_aes128_gcm_vaes256)
    AESNI(FAMILY_AES128_GCM, sealane_aes128_gcm_aesni)
    PORTABLE(FAMILY_AES128_GCM, sealane_aes128_gcm_portable)
    AVX512(FAMILY_AES256_GCM, sealane_aes256_gcm_avx512)
    VAES256(FAMILY_AES256_GCM, sealane_aes256_gcm_vaes256)
    AESNI(FAMILY_AES256_GCM, sealane_aes256_gcm_aesni)
    PORTABLE(FAMILY_AES256_GCM, sealane_aes256_gcm_portable)
    AVX512(FAMILY_AEGIS128L, sealane_aegis128l_avx512)
    VAES256(FAMILY_AEGIS128L, sealane_aegis128l_vaes256)
    AESNI(FAMILY_AEGIS128L, sealane_aegis128l_aesni)
    PORTABLE(FAMILY_AEGIS128L, sealane_aegis128l_portable)
    AVX512(FAMILY_AEGIS256, sealane_aegis256_avx512)
    VAES256(FAMILY_AEGIS256, sealane_aegis256_vaes256)
    AESNI(FAMILY_AEGIS256, sealane_aegis256_aesni)
    PORTABLE(FAMILY_AEGIS256, sealane_aegis256_portable)
    AVX512(FAMILY_XCHACHA20_POLY1305_SECRETBOX, sealane_xchacha20_poly1305_secretbox_avx512)
    AVX512F(FAMILY_XCHACHA20_POLY1305_SECRETBOX, sealane_xchacha20_poly1305_secretbox_avx512f)
    AVX2(FAMILY_XCHACHA20_POLY1305_SECRETBOX, sealane_xchacha20_poly1305_secretbox_avx2)
    PORTABLE(FAMILY_XCHACHA20_POLY1305_SECRETBOX, sealane_xchacha20_poly1305_secretbox_portable)
    AVX512_SHA(FAMILY_SHA256, sealane_sha256_avx512)
    AVX512F(FAMILY_SHA256, sealane_sha256_avx512f)
    SHANI(FAMILY_SHA256, sealane_sha256_shani)
    AVX2(FAMILY_SHA256, sealane_sha256_avx2)
    PORTABLE(FAMILY_SHA256, sealane_sha256_portable)
    AVX512F(FAMILY_SHA512, sealane_sha512_avx512f)
    AVX2(FAMILY_SHA512, sealane_sha512_avx2)
    PORTABLE(FAMILY_SHA512, sealane_sha512_portable)
    AVX512(FAMILY_X25519, sealane_x25519_avx512)
    AVX2(FAMILY_X25519, sealane_x25519_avx2)
    BMI2(FAMILY_X25519, sealane_x25519_bmi2)
    PORTABLE(FAMILY_X25519, sealane_x25519_portable)
    AVX512(FAMILY_ED25519, sealane_ed25519_avx512)
    AVX2(FAMILY_ED25519, sealane_ed25519_avx2)
    BMI2(FAMILY_ED25519, sealane_ed25519_bmi2)
    PORTABLE(FAMILY_ED25519, sealane_ed25519_portable)
};
/* clang-format on */
const size_t sealane_registry_rows = sizeof sealane_registry / sizeof sealane_registry[0];

/* Ceilings, lowest first. */
typedef struct {
    const char *name;
    uint32_t needs;  /* a CPU without these is not of this tier */
    uint32_t allows; /* features that the choice may use: those of all tiers up to this one */
} ceiling;

#if defined(__x86_64__) || defined(__i386__)
#define ALLOWS_AESNI (NEEDS_AESNI | CPU_SHA)
#define ALLOWS_BMI2 (ALLOWS_AESNI | NEEDS_BMI2)
#define ALLOWS_AVX2 (ALLOWS_BMI2 | NEEDS_AVX2 | CPU_ADX)
#define ALLOWS_VAES256 (ALLOWS_AVX2 | NEEDS_VAES256)
#define ALLOWS_AVX512F (ALLOWS_VAES256 | NEEDS_AVX512F)

static const ceiling ceilings[] = {
    {"portable", 0, 0},
    {"aesni", NEEDS_AESNI, ALLOWS_AESNI},
    {"bmi2", NEEDS_BMI2, ALLOWS_BMI2},
    {"avx2", NEEDS_AVX2, ALLOWS_AVX2},
    {"vaes256", NEEDS_VAES256, ALLOWS_VAES256},
    {"avx512f", NEEDS_AVX512F, ALLOWS_AVX512F},
    {"avx512", NEEDS_AVX512, ALLOWS_AVX512F | NEEDS_AVX512},
};
static const char *const ceiling_names[] = {"portable", "aesni", "bmi2", "avx2", "vaes256", "avx512f", "avx512", NULL};
#elif defined(__aarch64__)
static const ceiling ceilings[] = {{"portable", 0, 0}, {"neon", CPU_NEON, CPU_NEON}};
static const char *const ceiling_names[] = {"portable", "neon", NULL};
#else
static const ceiling ceilings[] = {{"portable", 0, 0}};
static const char *const ceiling_names[] = {"portable", NULL};
#endif

/* The features that the choice may use, and what serves each family; NULL until the first call. */
static _Atomic uint32_t limit = UINT32_MAX;
static const void *_Atomic chosen[FAMILY_COUNT];

static const char *const family_names[FAMILY_COUNT] = {
    [FAMILY_CHACHA20_POLY1305] = "chacha20-poly1305",
    [FAMILY_XCHACHA20_POLY1305] = "xchacha20-poly1305",
    [FAMILY_XSALSA20_POLY1305] = "xsalsa20-poly1305",
    [FAMILY_XCHACHA20_POLY1305_SECRETBOX] = "xchacha20-poly1305-secretbox",
    [FAMILY_AES128_GCM] = "aes128-gcm",
    [FAMILY_AES256_GCM] = "aes256-gcm",
    [FAMILY_AEGIS128L] = "aegis128l",
    [FAMILY_AEGIS256] = "aegis256",
    [FAMILY_SHA256] = "sha256",
    [FAMILY_SHA512] = "sha512",
    [FAMILY_X25519] = "x25519",
    [FAMILY_ED25519] = "ed25519",
};

const char *sealane_family_name(kernel_family family) {
    return family_names[family];
}

static uint32_t usable_features(void) {
    return sealane_cpu_close(sealane_cpu_found() & atomic_load_explicit(&limit, memory_order_relaxed));
}

const kernel_row *sealane_registry_choose(kernel_family family, uint32_t features) {
    const kernel_row *row = sealane_registry;
    while (row->family != family || row->ops == NULL || (row->features & ~features) != 0) {
        row++; /* ends at the family's portable row at the latest */
    }
    return row;
}

const void *sealane_dispatch(kernel_family family) {
    /* Relaxed is enough: the ops are constants of the program, and every thread that resolves finds the same. */
    const void *ops = atomic_load_explicit(&chosen[family], memory_order_relaxed);
    if (ops == NULL) {
        ops = sealane_registry_choose(family, usable_features())->ops;
        atomic_store_explicit(&chosen[family], ops, memory_order_relaxed);
    }
    return ops;
}

void sealane_dispatch_limit(uint32_t features) {
    atomic_store_explicit(&limit, features, memory_order_relaxed);
    for (size_t f = 0; f < FAMILY_COUNT; f++) {
        atomic_store_explicit(&chosen[f], NULL, memory_order_relaxed);
    }
}

const char *const *sealane_cpu_ceilings(void) {
    return ceiling_names;
}

sealane_status sealane_cpu_restrict(const char *isa) {
    if (isa == NULL) {
        sealane_dispatch_limit(UINT32_MAX);
        return SEALANE_OK;
    }
    for (size_t i = 0; i < sizeof ceilings / sizeof ceilings[0]; i++) {
        if (strcmp(isa, ceilings[i].name) == 0) {
            if (ceilings[i].needs & ~sealane_cpu_close(sealane_cpu_found())) {
                return SEALANE_EUNSUPPORTED;
            }
            sealane_dispatch_limit(ceilings[i].allows);
            return SEALANE_OK;
        }
    }
    return SEALANE_EINVAL;
}

size_t sealane_cpu_features(sealane_cpu_feature *list, size_t max) {
    uint32_t found = sealane_cpu_found(), usable = usable_features();
    size_t n = 0;
    for (const cpu_feature *f = sealane_cpu_feature_table; f->name != NULL; f++, n++) {
        if (n < max) {
            list[n] = (sealane_cpu_feature){f->name, (found & f->bit) != 0, (usable & f->bit) != 0};
        }
    }
    return n;
}

/* Appends the names of the features in a mask to the text in out, separated by spaces. */
static void append_features(char *out, size_t size, uint32_t mask) {
    size_t used = strlen(out);
    for (const cpu_feature *f = sealane_cpu_feature_table; f->name != NULL && used < size; f++) {
        if (mask & f->bit) {
            used += (size_t)snprintf(out + used, size - used, used == 0 ? "%s" : " %s", f->name);
        }
    }
}

size_t sealane_cpu_kernels(sealane_kernel_info *list, size_t max) {
    uint32_t found = sealane_cpu_close(sealane_cpu_found()), usable = usable_features();
    for (size_t i = 0; i < sealane_registry_rows && i < max; i++) {
        const kernel_row *row = &sealane_registry[i];
        const kernel_row *best = sealane_registry_choose(row->family, usable);
        sealane_kernel_info *info = &list[i];
        *info = (sealane_kernel_info){.family = family_names[row->family], .isa = row->isa};
        append_features(info->needs, sizeof info->needs, row->features);
        if (row->ops == NULL) {
            info->state = SEALANE_KERNEL_NOT_COMPILED;
            snprintf(info->why, sizeof info->why, "not in this build");
        } else if (row->features & ~found) {
            info->state = SEALANE_KERNEL_NOT_ON_CPU;
            snprintf(info->why, sizeof info->why, "the CPU or the operating system lacks");
            append_features(info->why, sizeof info->why, row->features & ~found);
        } else if (row == best) {
            info->state = SEALANE_KERNEL_CHOSEN;
            snprintf(info->why, sizeof info->why,
                     usable == found ? "the best that this CPU can run" : "the best under the ceiling");
        } else {
            info->state = SEALANE_KERNEL_AVAILABLE;
            if (row->features & ~usable) {
                snprintf(info->why, sizeof info->why, "above the ceiling");
            } else {
                snprintf(info->why, sizeof info->why, "%s/%s is better", family_names[row->family], best->isa);
            }
        }
    }
    return sealane_registry_rows;
}
