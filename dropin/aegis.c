/* SPDX-License-Identifier: ISC */
/* crypto_aead_aegis*, which libsodium has from 1.0.19 on. */
#include "dropin/aead.h"

/* libsodium's limits. */
#define SEALANE_AEGIS128L_LIBSODIUM_BYTES_MAX                                                                                  \
    (ABI_SIZE_MAX - 32 < SEALANE_AEGIS128L_MESSAGE_BYTES_MAX ? ABI_SIZE_MAX - 32 : (size_t)SEALANE_AEGIS128L_MESSAGE_BYTES_MAX)
#define SEALANE_AEGIS256_LIBSODIUM_BYTES_MAX                                                                                   \
    (ABI_SIZE_MAX - 32 < SEALANE_AEGIS256_MESSAGE_BYTES_MAX ? ABI_SIZE_MAX - 32 : (size_t)SEALANE_AEGIS256_MESSAGE_BYTES_MAX)

AEAD(crypto_aead_aegis128l, SEALANE_AEGIS128L, STATS_AEGIS128L, return -1)
AEAD(crypto_aead_aegis256, SEALANE_AEGIS256, STATS_AEGIS256, return -1)
