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

void sealane_fanout_chat(fanout_plan *plan, const uint8_t *zeroes) {
    size_t drawn[FANOUT_MESSAGES_MAX] = {0};
    uint64_t random = ~plan->seed; /* not the keys' sequence */
    plan->message_count = 1;
    plan->messages[0] = (fanout_text){.weight = 1};
    if (!plan->profile->sized) {
        return;
    }
    for (size_t i = 0; i < FANOUT_DRAWN; i++) {
        size_t size = sealane_fanout_draw(&random), j = 0;
        while (sealane_fanout_sizes[j].bytes != size) {
            j++;
        }
        drawn[j]++;
    }
    plan->message_count = 0;
    for (size_t i = 0; sealane_fanout_sizes[i].bytes != 0; i++) {
        if (drawn[i] != 0) {
            plan->messages[plan->message_count++] =
                (fanout_text){zeroes, sealane_fanout_sizes[i].bytes, (double)drawn[i] / FANOUT_DRAWN};
        }
    }
}

const char *const sealane_fanout_part_names[PARTS] = {"key agreement", "signatures", "AEAD", "hashing", "the rest"};
const char *const sealane_fanout_part_keys[PARTS] = {"key_agreement", "signatures", "aead", "hashing", "rest"};
