/* SPDX-License-Identifier: ISC */
/*
 * Sealane: batched, vectorised cryptography for group messages. Includes the whole API.
 *
 * What holds for every call: no alignment is required of any pointer except where a type has its own; a NULL buffer is fine
 * with length 0; nothing is kept of the caller's memory after return; all functions are thread-safe; no call uses more than
 * 64 KiB of stack. Secrets are not branched on, not used as an index, and wiped from the library's own memory after use;
 * each declaration says which inputs are public.
 */
#ifndef SEALANE_SEALANE_H
#define SEALANE_SEALANE_H

#include "aead.h"
#include "box.h"
#include "cpu.h"
#include "ed25519.h"
#include "hpke.h"
#include "kdf.h"
#include "status.h"
#include "x25519.h"

#define SEALANE_VERSION_STRING "0.1.0"
#define SEALANE_VERSION_MAJOR 0
#define SEALANE_VERSION_MINOR 1
#define SEALANE_VERSION_PATCH 0

#endif
