/* SPDX-License-Identifier: ISC */
/* Every kernel of every family, best first, and the choice among them. */
#ifndef SEALANE_DISPATCH_REGISTRY_H
#define SEALANE_DISPATCH_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

#include "core/kernel/aead.h"
#include "core/kernel/ed25519.h"
#include "core/kernel/sha2.h"
#include "core/kernel/x25519.h"

typedef enum {
    FAMILY_CHACHA20_POLY1305,
    FAMILY_XCHACHA20_POLY1305,
    FAMILY_XSALSA20_POLY1305,
    FAMILY_AES128_GCM,
    FAMILY_AES256_GCM,
    FAMILY_AEGIS128L,
    FAMILY_AEGIS256,
    FAMILY_XCHACHA20_POLY1305_SECRETBOX,
    FAMILY_SHA256,
    FAMILY_SHA512,
    FAMILY_X25519,
    FAMILY_ED25519,
    FAMILY_COUNT
} kernel_family;

typedef struct {
    kernel_family family;
    const char *isa;
    uint32_t features; /* required, a mask of CPU_* */
    const void *ops;   /* aead_ops, sha256_ops, … of the family; NULL where it was not compiled */
} kernel_row;

/* All rows: grouped by family, best first, the portable kernel last. */
extern const kernel_row sealane_registry[];
extern const size_t sealane_registry_rows;

/* Such as "chacha20-poly1305". */
const char *sealane_family_name(kernel_family family);

/* The best row of a family whose features are all in `features`; a portable kernel always is. */
const kernel_row *sealane_registry_choose(kernel_family family, uint32_t features);

/* The ops that serve a family now. Resolved at the first call, idempotently; thread-safe. */
const void *sealane_dispatch(kernel_family family);

/* Limits the choice to `features` (of those that the CPU has) from now on. Not while another thread is in a call. */
void sealane_dispatch_limit(uint32_t features);

static inline const sha256_ops *dispatch_sha256(void) {
    return (const sha256_ops *)sealane_dispatch(FAMILY_SHA256);
}

static inline const sha512_ops *dispatch_sha512(void) {
    return (const sha512_ops *)sealane_dispatch(FAMILY_SHA512);
}

static inline const x25519_ops *dispatch_x25519(void) {
    return (const x25519_ops *)sealane_dispatch(FAMILY_X25519);
}

static inline const ed25519_ops *dispatch_ed25519(void) {
    return (const ed25519_ops *)sealane_dispatch(FAMILY_ED25519);
}

#endif
