/* SPDX-License-Identifier: ISC */
#ifndef SEALANE_UTIL_RANDOM_H
#define SEALANE_UTIL_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "sealane/status.h"

/* Fills n bytes from the operating system's generator. SEALANE_ERANDOM: it failed, and the bytes are zero. */
SEALANE_MUST_USE sealane_status sealane_random_fill(uint8_t *out, size_t n);

#endif
