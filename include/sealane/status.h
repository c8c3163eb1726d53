/* SPDX-License-Identifier: ISC */
/* Status codes, and the attributes that every declaration of the API carries. */
#ifndef SEALANE_STATUS_H
#define SEALANE_STATUS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#define SEALANE_API __attribute__((visibility("default")))
#define SEALANE_MUST_USE __attribute__((warn_unused_result))
#define SEALANE_ALIGN(n) __attribute__((aligned(n)))
#else
#define SEALANE_API
#define SEALANE_MUST_USE
#define SEALANE_ALIGN(n)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a call came to.
 *
 * Every batch call takes n items, any n >= 0, and gives exactly what n single calls would, for any mix of lengths and any
 * order. SEALANE_EINVAL, SEALANE_ELENGTH and SEALANE_EUNSUPPORTED mean that nothing was processed: no output was touched,
 * and every verdict, if verdicts were asked for, is 0.
 */
typedef enum {
    SEALANE_OK = 0,            /* done; where there are verdicts, every item is good */
    SEALANE_EINVAL = -1,       /* a NULL pointer with a length, an unknown algorithm or flag */
    SEALANE_ELENGTH = -2,      /* a length above the algorithm's limit, or a sum of lengths that overflows */
    SEALANE_EVERIFY = -3,      /* at least one item was refused; the verdicts say which */
    SEALANE_EUNSUPPORTED = -4, /* not in this build, or not on this CPU */
    SEALANE_ERANDOM = -5       /* the operating system gave no randomness; outputs are zeroed */
} sealane_status;

/*
 * A short English description of a status, in static storage; never NULL, also for values that are no status.
 * Thread-safe.
 */
SEALANE_API const char *sealane_status_string(sealane_status status);

#ifdef __cplusplus
}
#endif

#endif
