/* SPDX-License-Identifier: ISC */
#include "bench/fanout/nacl_pairwise.h"

const fanout_profile *const sealane_fanout_profiles[] = {
    &sealane_fanout_nacl_pairwise,
    NULL,
};
