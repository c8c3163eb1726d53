/* SPDX-License-Identifier: ISC */
/*
 * For LD_PRELOAD: a system that fails as SEALANE_FAULT says, CALL=FAULT[@FIRST[-LAST]]; the calls from the FIRST to the LAST of
 * that name, counted from 1, fail (FIRST alone: that one; neither: all). FAULT is
 *   an errno number   the call fails with it
 *   short             it does one byte of what was asked; getrandom then gives 1, 2, 3, …
 *   zero              it does nothing, and says so
 *   kill              write does half of it; then the program is killed
 * Each fault writes a byte to the descriptor that SEALANE_FAULT_FD names, so that a test knows that it happened.
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's own names of what is replaced below. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

enum { NOTHING = -1, SHORT = -2, ZERO = -3, KILL = -4 };

static unsigned long seen;

/* What is to happen to this call: an errno, one of the above, or NOTHING. */
static int fault(const char *call) {
    const char *text = getenv("SEALANE_FAULT"), *fd = getenv("SEALANE_FAULT_FD");
    size_t n = strlen(call);
    if (text == NULL || strncmp(text, call, n) != 0 || text[n] != '=') {
        return NOTHING;
    }
    text += n + 1;
    unsigned long first = 1, last = ~0UL;
    const char *at = strchr(text, '@');
    if (at != NULL) {
        char *end;
        first = last = strtoul(at + 1, &end, 10);
        if (*end == '-') {
            last = strtoul(end + 1, NULL, 10);
        }
    }
    seen++;
    if (seen < first || seen > last) {
        return NOTHING;
    }
    if (fd != NULL) {
        (void)!syscall(SYS_write, atoi(fd), "!", 1);
    }
    return strncmp(text, "short", 5) == 0  ? SHORT
           : strncmp(text, "zero", 4) == 0 ? ZERO
           : strncmp(text, "kill", 4) == 0 ? KILL
                                           : atoi(text);
}

ssize_t getrandom(void *out, size_t n, unsigned flags) {
    static unsigned char next;
    int what = fault("getrandom");
    if (what == SHORT && n > 0) {
        *(unsigned char *)out = ++next;
        return 1;
    }
    if (what > 0) {
        errno = what;
        return -1;
    }
    return what == ZERO ? 0 : syscall(SYS_getrandom, out, n, flags);
}

ssize_t read(int fd, void *out, size_t n) {
    int what = fault("read");
    if (what > 0) {
        errno = what;
        return -1;
    }
    return what == ZERO ? 0 : syscall(SYS_read, fd, out, what == SHORT && n > 1 ? 1 : n);
}

ssize_t write(int fd, const void *in, size_t n) {
    int what = fault("write");
    if (what > 0) {
        errno = what;
        return -1;
    }
    if (what == KILL) {
        (void)!syscall(SYS_write, fd, in, n / 2);
        raise(SIGKILL);
    }
    return syscall(SYS_write, fd, in, what == SHORT && n > 1 ? 1 : n);
}

#define FAILING(type, name, parameters, arguments)                                                                             \
    type name parameters {                                                                                                     \
        int what = fault(#name);                                                                                               \
        if (what > 0) {                                                                                                        \
            errno = what;                                                                                                      \
            return -1;                                                                                                         \
        }                                                                                                                      \
        if (what == KILL) {                                                                                                    \
            raise(SIGKILL);                                                                                                    \
        }                                                                                                                      \
        type(*real) parameters;                                                                                                \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                                                                             \
        return real arguments;                                                                                                 \
    }

FAILING(int, fsync, (int fd), (fd))
FAILING(int, fchmod, (int fd, mode_t mode), (fd, mode))
FAILING(int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
FAILING(int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
FAILING(int, linkat, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags))

/* The descriptor is closed all the same, as Linux does. */
int close(int fd) {
    int what = fault("close");
    long result = syscall(SYS_close, fd);
    if (what > 0) {
        errno = what;
        return -1;
    }
    return (int)result;
}

/* "malloc" counts all that allocates. */
static int no_memory(void) {
    int what = fault("malloc");
    if (what != NOTHING) {
        errno = ENOMEM;
    }
    return what != NOTHING;
}

void *malloc(size_t size) {
    return no_memory() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
    return no_memory() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size) {
    return no_memory() ? NULL : __libc_realloc(old, size);
}
