/* SPDX-License-Identifier: ISC */
/* What the AEAD tests share: messages with their expected ciphertext and tag, and every way of giving them to a kernel. */
#ifndef SEALANE_TESTS_SUPPORT_AEAD_H
#define SEALANE_TESTS_SUPPORT_AEAD_H

#include "core/aead/aead.h"
#include "tests/for_each_kernel.h"
#include "tests/support/rng.h"

typedef struct {
    kernel_family family;
    sealane_aead algorithm;
    const aead_ops *ops;
    size_t key_bytes;
    size_t nonce_bytes;
    size_t tag_bytes;
} aead_kernel;

/* The kernel of a test body; it serves the public calls as well from now on. */
aead_kernel aead_kernel_of(void **state);

/* A message; every buffer is an allocation of its own, of just its length. */
typedef struct {
    size_t len;
    size_t ad_len;
    uint8_t *key;
    uint8_t *nonce;
    uint8_t *ad;
    uint8_t *plain;
    uint8_t *want; /* the ciphertext that plain must give */
    uint8_t *want_tag;
    uint8_t *out; /* what the kernel wrote: ciphertext or plaintext */
    uint8_t *tag;
} aead_case;

/* Random key, nonce, ad and plaintext, and what the oracle makes of them (where it is absent: the portable kernel). */
void aead_case_make(aead_case *c, const aead_kernel *kernel, size_t len, size_t ad_len, rng *random);
void aead_case_free(aead_case *c);

/* Computes want and want_tag anew, after a change of the inputs. */
void aead_case_expect(aead_case *c, const aead_kernel *kernel);

/* Items over the case's own buffers; out and tag are filled with a pattern first. */
sealane_aead_seal_item aead_case_seal_item(aead_case *c);
sealane_aead_open_item aead_case_open_item(aead_case *c);

/* Fails unless out and tag are as expected, out is the plaintext, or out is all zero. */
void aead_case_check_sealed(const aead_case *c, const aead_kernel *kernel, const char *how);
void aead_case_check_opened(const aead_case *c, const char *how);
void aead_case_check_refused(const aead_case *c, const char *how);

/* The ways in which a batch reaches a kernel. */
typedef enum {
    AEAD_ONE,     /* seal_one for each */
    AEAD_LANES,   /* seal_lanes, in calls of any number of items that they take; AEAD_ONE where the kernel has no lanes */
    AEAD_BATCH,   /* seal_batch_with */
    AEAD_SINGLES, /* seal_batch_with, one item a call */
    AEAD_PUBLIC,  /* the public batch call */
    AEAD_PATHS
} aead_path;

const char *aead_path_name(aead_path path);

/* AEAD_LANES, or AEAD_ONE where the kernel has no lanes: with those before it, the paths straight into the kernel. */
aead_path aead_last_direct_path(const aead_kernel *kernel);

/* Seals all items; fails unless the status is SEALANE_OK. */
void aead_seal_by(aead_path path, const aead_kernel *kernel, const sealane_aead_seal_item *items, size_t n);

/* Opens all items; fails unless the status agrees with the verdicts, which are 0 or 1. */
void aead_open_by(aead_path path, const aead_kernel *kernel, const sealane_aead_open_item *items, size_t n, uint8_t *verdicts);

/* Seals and opens all cases in one batch and checks every output. n <= AEAD_CASES_MAX. */
#define AEAD_CASES_MAX 2304
void aead_cases_check(aead_path path, const aead_kernel *kernel, aead_case cases[], size_t n);

/* The lengths at which block, lane and window loops turn, and those of chat messages; fills list, returns their number. */
#define AEAD_CRITICAL_MAX 64
size_t aead_critical_lengths(const aead_kernel *kernel, size_t list[AEAD_CRITICAL_MAX]);

/* Whether the algorithm takes associated data. */
int aead_takes_ad(const aead_kernel *kernel);

#endif
