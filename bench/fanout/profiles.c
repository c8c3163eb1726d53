/* SPDX-License-Identifier: ISC */
#include "bench/fanout/profiles.h"

#include <string.h>

const fanout_profile *const sealane_fanout_profiles[] = {
    &sealane_fanout_nacl_pairwise,   &sealane_fanout_saltpack,        &sealane_fanout_ssv2,
    &sealane_fanout_sender_key_cold, &sealane_fanout_sender_key_warm, &sealane_fanout_matrix_share,
    &sealane_fanout_mls_add,         &sealane_fanout_mls_join,        NULL,
};

const fanout_profile *sealane_fanout_find(const char *name, size_t len) {
    for (size_t i = 0; sealane_fanout_profiles[i] != NULL; i++) {
        const char *other = sealane_fanout_profiles[i]->name;
        if (strlen(other) == len && memcmp(other, name, len) == 0) {
            return sealane_fanout_profiles[i];
        }
    }
    return NULL;
}

/* Of a chat: mostly a line, now and then a page, seldom a picture's preview. */
const struct fanout_size sealane_fanout_sizes[] = {{80, 45}, {160, 30}, {320, 15}, {1024, 8}, {32768, 2}, {0, 0}};

size_t sealane_fanout_draw(uint64_t *random) {
    size_t drawn = sealane_stats_random_below(random, 100), i = 0;
    while (drawn >= sealane_fanout_sizes[i].percent) {
        drawn -= sealane_fanout_sizes[i++].percent;
    }
    return sealane_fanout_sizes[i].bytes;
}

const char *const sealane_fanout_part_names[PARTS] = {"key agreement", "signatures", "AEAD", "hashing", "the rest"};
const char *const sealane_fanout_part_keys[PARTS] = {"key_agreement", "signatures", "aead", "hashing", "rest"};
