/* SPDX-License-Identifier: ISC */
/* Each profile, by the messenger or protocol that works so. */
#ifndef SEALANE_BENCH_FANOUT_PROFILES_H
#define SEALANE_BENCH_FANOUT_PROFILES_H

#include "bench/fanout/fanout.h"

extern const fanout_profile sealane_fanout_nacl_pairwise;
extern const fanout_profile sealane_fanout_saltpack;
extern const fanout_profile sealane_fanout_ssv2;
extern const fanout_profile sealane_fanout_sender_key_cold;
extern const fanout_profile sealane_fanout_sender_key_warm;
extern const fanout_profile sealane_fanout_matrix_share;
extern const fanout_profile sealane_fanout_mls_add;
extern const fanout_profile sealane_fanout_mls_join;

#endif
