/* SPDX-License-Identifier: ISC */
/*
 * Sets of test vectors that are not in the tree: from SEALANE_VECTORS_DIR (by default ../shared/vectors beside the source
 * tree, where that exists), and from Debian's python3-cryptography-vectors. Each set that a test asks for is listed as ran,
 * with its number of cases, or absent.
 */
#ifndef SEALANE_TESTS_SUPPORT_VECTORS_H
#define SEALANE_TESTS_SUPPORT_VECTORS_H

#include <stddef.h>
#include <stdio.h>

/*
 * Opens a set: `name` below the vectors' directory, else `pyca` (or NULL) below the Debian package's. NULL where there is
 * neither, which is printed.
 */
FILE *vectors_open(const char *name, const char *pyca);

/* Prints that a set was run; `label` tells what it was run on. Fails the test where the set held no case at all. */
void vectors_ran(const char *name, const char *label, size_t cases);

/*
 * Reads text of lines `KEY = value`, `KEY: value` or `KEY= value`. Comments, blank lines and [sections] are passed over.
 * Returns 1 with the key and value of the next such line, which live until the next call; 0 at the end.
 */
typedef struct {
    FILE *file;
    char *line;
    size_t room;
} vectors_text;

int vectors_next(vectors_text *text, const char **key, const char **value);

/* Frees the line and closes the file. */
void vectors_close(vectors_text *text);

#if SEALANE_JANSSON
#include <jansson.h>

#include "tests/support/hex.h"

/* The JSON text of a set, or NULL where it is absent. */
json_t *vectors_json(const char *name, const char *pyca);

/* A member that must be there: its text, or its bytes from hexadecimal. */
const char *vectors_string(const json_t *object, const char *key);
hex_bytes vectors_hex(const json_t *object, const char *key);
#endif

#endif
