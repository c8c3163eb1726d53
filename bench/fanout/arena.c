/* SPDX-License-Identifier: ISC */
#include "bench/fanout/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

/* In front of each piece; the piece has the alignment of malloc. */
typedef struct {
    alignas(max_align_t) void *older;
} header;

void *arena_take(arena *a, size_t n, size_t size) {
    header *h = size != 0 && n > (SIZE_MAX - sizeof *h) / size ? NULL : calloc(1, sizeof *h + n * size);
    if (h == NULL) {
        a->failed = true;
        return NULL;
    }
    h->older = a->newest;
    a->newest = h;
    return h + 1;
}

void arena_free(arena *a) {
    for (header *h = a->newest, *older; h != NULL; h = older) {
        older = h->older;
        free(h);
    }
    *a = (arena){0};
}
