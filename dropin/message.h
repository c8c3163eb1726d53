/* SPDX-License-Identifier: ISC */
/* One message sealed or opened, with what libsodium allows its callers: overlapping buffers, opening to NULL. */
#ifndef SEALANE_DROPIN_MESSAGE_H
#define SEALANE_DROPIN_MESSAGE_H

#include "sealane/aead.h"

typedef struct {
    sealane_aead algorithm;
    const uint8_t *key, *nonce, *ad;
    size_t ad_len;
    const sealane_aead_prepared *prepared; /* NULL, or in the place of key, which is NULL */
} message_key;

/* in and out may overlap in any way, and tag with either. Lengths over the limit are a misuse. */
void dropin_seal(const message_key *k, uint8_t *out, uint8_t *tag, const uint8_t *in, size_t len);

/* What happens to overlapping buffers where a message is refused. */
typedef enum {
    REFUSED_ZEROED, /* out is zeroed, as libsodium's AEADs do */
    REFUSED_KEPT    /* in and tag are left as they were, as libsodium's boxes do; what of out lies apart from them is zeroed */
} refused;

/* Returns 0, or -1 where refused. out NULL: only verifies. */
int dropin_open(const message_key *k, uint8_t *out, const uint8_t *in, size_t len, const uint8_t *tag, refused how);

#endif
