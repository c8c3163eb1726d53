/* SPDX-License-Identifier: ISC */
/*
 * What is claimed to be constant time, in a form that checkers can run: public calls on secrets, one subject a call and shape
 * of batch, on every kernel. And functions that leak on purpose, by which a checker shows that it would see a leak.
 */
#ifndef SEALANE_TESTS_CT_SUBJECTS_H
#define SEALANE_TESTS_CT_SUBJECTS_H

#include <stddef.h>
#include <stdint.h>

#include "core/dispatch/registry.h"

enum { CT_SECRET_BYTES = 65536, CT_PUBLIC_BYTES = 65536, CT_OUT_BYTES = 131072 };

typedef struct {
    uint8_t secret[CT_SECRET_BYTES]; /* keys, scalars, seeds, plaintexts: all of it is secret */
    uint8_t public[CT_PUBLIC_BYTES]; /* nonces, associated data, public keys; the same for all secrets but where prepare says so
                                      */
    uint8_t out[CT_OUT_BYTES];
    int failed; /* a call did not give the status that it should */
} ct_memory;

typedef enum {
    CT_PLAIN,
    CT_VERDICT, /* branches on a verdict that the call makes public: right for equal verdicts, not for tools that follow taint
                 */
    CT_LEAKS    /* planted: must be caught */
} ct_kind;

typedef struct {
    const char *name;
    ct_kind kind;
    uint32_t families; /* a mask of 1 << kernel_family; 0: runs once, without a kernel */
    size_t n;          /* items of a call */
    size_t size;       /* bytes of each message, where there are any; 0: mixed */
    /* Outside of what is observed: makes what depends on the secrets and is public, such as ciphertexts; may be NULL. */
    void (*prepare)(ct_memory *m, size_t n, size_t size, kernel_family family);
    void (*run)(ct_memory *m, size_t n, size_t size, kernel_family family);
    int out_is_public; /* but for what of it is in secret as well */
} ct_subject;

extern const ct_subject ct_subjects[];
extern const size_t ct_subject_count;

/* "name, n = 8 [family/isa]", without the brackets where row is NULL. */
void ct_label(const ct_subject *subject, const kernel_row *row, char out[160]);

/* Fills the secrets and the public inputs from a seed for the secrets alone. */
void ct_fill(ct_memory *m, uint64_t seed);

/* Calls visit for every subject whose label holds `only` (NULL: all), on every kernel of its families that runs here, and
   prints those that do not, `absent` being why. Returns how many visits returned 0. */
size_t ct_walk(const char *only, int (*visit)(const ct_subject *subject, const char *label, kernel_family family),
               const char *absent);

#endif
