/* SPDX-License-Identifier: ISC */
/* Memory between two pages that cannot be touched: a buffer placed at either end makes an access beyond it a fault. */
#ifndef SEALANE_TESTS_SUPPORT_GUARD_H
#define SEALANE_TESTS_SUPPORT_GUARD_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
    uint8_t *map;
    size_t page;
    size_t room; /* accessible bytes, whole pages, between the two guard pages */
} guard;

/* At least n bytes between two guard pages. */
static inline guard guard_make(size_t n) {
    guard g = {.page = (size_t)sysconf(_SC_PAGESIZE)};
    g.room = (n + g.page) / g.page * g.page;
    void *map = mmap(NULL, g.room + 2 * g.page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) {
        abort();
    }
    g.map = map;
    if (mprotect(g.map + g.page, g.room, PROT_READ | PROT_WRITE) != 0) {
        abort();
    }
    return g;
}

/* n bytes of which the last touches the guard page behind. Their alignment follows from n. */
static inline uint8_t *guard_end(const guard *g, size_t n) {
    return g->map + g->page + g->room - n;
}

/* Bytes of which the first touches the guard page in front, or is `offset` bytes behind it: a chosen alignment. */
static inline uint8_t *guard_begin(const guard *g, size_t offset) {
    return g->map + g->page + offset;
}

/* An address that cannot be touched. */
static inline uint8_t *guard_forbidden(const guard *g) {
    return g->map;
}

static inline void guard_free(guard *g) {
    (void)munmap(g->map, g->room + 2 * g->page);
    g->map = NULL;
}

#endif
