/* SPDX-License-Identifier: ISC */
/* crypto_scalarmult_curve25519 and the names without the curve. */
#include "dropin/abi.h"
#include "dropin/count.h"
#include "sealane/x25519.h"

ABI_FUNCTION(int, crypto_scalarmult_curve25519, unsigned char *q, const unsigned char *n, const unsigned char *p) {
    const sealane_x25519_item item = {n, p, q};
    count_call(STATS_SCALARMULT, 0);
    return sealane_x25519_batch(&item, 1, NULL) == SEALANE_OK ? 0 : -1;
}

ABI_FUNCTION(int, crypto_scalarmult_curve25519_base, unsigned char *q, const unsigned char *n) {
    const sealane_x25519_base_item item = {n, q};
    count_call(STATS_SCALARMULT, 0);
    return sealane_x25519_base_batch(&item, 1) == SEALANE_OK ? 0 : -1;
}

ABI_SIZE(crypto_scalarmult_curve25519_bytes, SEALANE_X25519_BYTES)
ABI_SIZE(crypto_scalarmult_curve25519_scalarbytes, SEALANE_X25519_BYTES)

ABI_SIZE(crypto_scalarmult_bytes, SEALANE_X25519_BYTES)
ABI_SIZE(crypto_scalarmult_scalarbytes, SEALANE_X25519_BYTES)
ABI_NAME(crypto_scalarmult_primitive, "curve25519")
ABI_ALIAS(crypto_scalarmult, crypto_scalarmult_curve25519);
ABI_ALIAS(crypto_scalarmult_base, crypto_scalarmult_curve25519_base);
