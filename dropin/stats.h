/* SPDX-License-Identifier: ISC */
/*
 * What was served, counted in a file that `sealane preload --stats` makes and reads. It is shared memory, so that processes
 * that fork, drop privileges or end by _exit or a signal are counted as well.
 */
#ifndef SEALANE_DROPIN_STATS_H
#define SEALANE_DROPIN_STATS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Names the file; not heeded in a set-user-ID program. */
#define STATS_VARIABLE "SEALANE_SODIUM_STATS"
#define STATS_MAGIC UINT64_C(0x3173746174736c73)

typedef enum {
    STATS_CHACHA20POLY1305_IETF,
    STATS_XCHACHA20POLY1305_IETF,
    STATS_AES256GCM,
    STATS_AEGIS128L,
    STATS_AEGIS256,
    STATS_SECRETBOX,
    STATS_SECRETBOX_XCHACHA20POLY1305,
    STATS_BOX,
    STATS_BOX_XCHACHA20POLY1305,
    STATS_SIGN,
    STATS_SCALARMULT,
    STATS_HASH,
    STATS_AUTH,
    STATS_KDF_HKDF,
    STATS_FAMILIES
} stats_family;

typedef struct {
    _Atomic uint64_t calls;
    _Atomic uint64_t bytes; /* of messages; of a scalar multiplication none */
    char name[40];          /* libsodium's, such as "crypto_box" */
    char kernels[72];       /* those that serve, such as "x25519/avx512 xsalsa20-poly1305/avx512" */
} stats_row;

typedef struct {
    _Atomic uint64_t magic;     /* STATS_MAGIC, by who makes the file */
    _Atomic uint64_t processes; /* that loaded the library */
    stats_row row[STATS_FAMILIES];
} stats_file;

#endif
