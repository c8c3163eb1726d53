/* SPDX-License-Identifier: ISC */
#ifndef SEALANE_BENCH_FANOUT_NACL_PAIRWISE_H
#define SEALANE_BENCH_FANOUT_NACL_PAIRWISE_H

#include "bench/fanout/fanout.h"

/* NaCl's box for each member, as Threema and many others do. */
extern const fanout_profile sealane_fanout_nacl_pairwise;

#endif
