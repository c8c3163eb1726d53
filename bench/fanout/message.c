/* SPDX-License-Identifier: ISC */
#include "bench/fanout/fanout.h"

const char sealane_fanout_message[] =
    "Dear all, the boat leaves from the north quay at seven on Saturday, not at eight: the tide will not wait for us. "
    "Bring a coat, something warm to drink and one dish to share. Whoever comes by train should tell Ada before Thursday, "
    "so that she can count the seats in her van. If the wind turns we meet at the lighthouse instead, and I shall write "
    "again by noon on Friday. The dog is invited too. Until then, Grace\n";
