/* SPDX-License-Identifier: ISC */
/* The cache of shared keys, as the box calls use it. */
#ifndef SEALANE_BOX_KEYS_H
#define SEALANE_BOX_KEYS_H

#include "sealane/box.h"

/* The secret key that the cached keys are shared with. */
const uint8_t *sealane_box_keys_secret(const sealane_box_keys *keys);

/* The key shared with public_key, which is now the last used; NULL if it is not there. It stays until the next put. */
const sealane_box_key *sealane_box_keys_find(sealane_box_keys *keys, const uint8_t public_key[32]);

/* Puts a shared key in, in the place of the one in its set that was used longest ago if there is no room. */
void sealane_box_keys_put(sealane_box_keys *keys, const uint8_t public_key[32], const sealane_box_key *key);

#endif
