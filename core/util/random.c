/* SPDX-License-Identifier: ISC */
#include "core/util/random.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>

#include "core/util/wipe.h"

sealane_status sealane_random_fill(uint8_t *out, size_t n) {
    size_t done = 0;
    while (done < n) {
        ssize_t got = getrandom(out + done, n - done, 0);
        if (got > 0) {
            done += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            wipe(out, n);
            return SEALANE_ERANDOM;
        }
    }
    return SEALANE_OK;
}
