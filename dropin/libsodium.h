/* SPDX-License-Identifier: ISC */
/* The libsodium of the process, by a handle of its own: its randomness, its misuse handler, and what is left to it. */
#ifndef SEALANE_DROPIN_LIBSODIUM_H
#define SEALANE_DROPIN_LIBSODIUM_H

#include <stddef.h>

/* randombytes_buf, so that a generator which the program has set serves; the operating system's where there is no libsodium. */
void dropin_random(void *out, size_t n);

/* sodium_misuse: the program's handler, then abort. */
_Noreturn void dropin_misuse(void);

/*
 * libsodium's own function of that name, which this library overrides everywhere else; NULL where there is none. Not by
 * RTLD_NEXT, which does not see a libsodium that was loaded locally, as a Python module's is.
 */
void *dropin_libsodium(const char *name);

/* Whether the loaded libsodium is one whose Ed25519 rule is SEALANE_ED25519_COFACTORLESS, or there is none. */
int dropin_libsodium_rule_is_known(void);

#endif
