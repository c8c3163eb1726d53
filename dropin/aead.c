/* SPDX-License-Identifier: ISC */
/* crypto_aead_*_ietf and crypto_aead_aes256gcm. */
#include "dropin/aead.h"

#include "dropin/state.h"

/* What libsodium's limits are, which are not always this library's. */
#define SEALANE_CHACHA20_POLY1305_LIBSODIUM_BYTES_MAX                                                                          \
    (ABI_SIZE_MAX - 16 < UINT64_C(64) * UINT32_MAX ? ABI_SIZE_MAX - 16 : (size_t)(UINT64_C(64) * UINT32_MAX))
#define SEALANE_XCHACHA20_POLY1305_LIBSODIUM_BYTES_MAX (ABI_SIZE_MAX - 16)
#define SEALANE_AES256_GCM_LIBSODIUM_BYTES_MAX                                                                                 \
    (ABI_SIZE_MAX - 16 < SEALANE_AES256_GCM_MESSAGE_BYTES_MAX ? ABI_SIZE_MAX - 16                                              \
                                                              : (size_t)SEALANE_AES256_GCM_MESSAGE_BYTES_MAX)

AEAD(crypto_aead_chacha20poly1305_ietf, SEALANE_CHACHA20_POLY1305, STATS_CHACHA20POLY1305_IETF, dropin_misuse())
AEAD(crypto_aead_xchacha20poly1305_ietf, SEALANE_XCHACHA20_POLY1305, STATS_XCHACHA20POLY1305_IETF, dropin_misuse())
AEAD(crypto_aead_aes256gcm, SEALANE_AES256_GCM, STATS_AES256GCM, dropin_misuse())

/* A state is a prepared key. */
AEAD_CALLS(crypto_aead_aes256gcm, _afternm, SEALANE_AES256_GCM, STATS_AES256GCM, crypto_aead_aes256gcm_state, prepared,
           dropin_misuse())

ABI_SIZE(crypto_aead_aes256gcm_statebytes, sizeof(crypto_aead_aes256gcm_state))

/* On every CPU: the portable kernel is constant time too. */
ABI_FUNCTION(int, crypto_aead_aes256gcm_is_available, void) {
    return 1;
}

ABI_FUNCTION(int, crypto_aead_aes256gcm_beforenm, crypto_aead_aes256gcm_state *ctx_, const unsigned char *k) {
    if (sealane_aead_prepare((void *)ctx_, SEALANE_AES256_GCM, k) != SEALANE_OK) {
        dropin_misuse(); /* NULL */
    }
    return 0;
}
