/* SPDX-License-Identifier: ISC */
#include "sealane/status.h"

const char *sealane_status_string(sealane_status status) {
    switch (status) {
    case SEALANE_OK:
        return "ok";
    case SEALANE_EINVAL:
        return "invalid argument";
    case SEALANE_ELENGTH:
        return "length over the limit";
    case SEALANE_EVERIFY:
        return "verification failed";
    case SEALANE_EUNSUPPORTED:
        return "not supported by this build or CPU";
    case SEALANE_ERANDOM:
        return "no randomness from the operating system";
    }
    return "unknown status";
}
