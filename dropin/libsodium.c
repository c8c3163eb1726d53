/* SPDX-License-Identifier: ISC */
#include "dropin/libsodium.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/random.h"

/* libsodium 1.0.19 and later, and before that since 1.0.12. */
static const char *const sonames[] = {"libsodium.so.26", "libsodium.so.23"};
enum { SONAMES = sizeof sonames / sizeof sonames[0] };

/* The releases whose crypto_sign_verify_detached accepts what SEALANE_ED25519_COFACTORLESS does (core/curve/rule.h). */
static const char *const known_rule[] = {"1.0.18", "1.0.19", "1.0.20", "1.0.21", "1.0.22"};

static struct {
    void *handle;
    void (*randombytes_buf)(void *, size_t);
    void (*sodium_misuse)(void);
    int rule_is_known;
} libsodium;

/* A function pointer from an object pointer, as POSIX has it. */
#define LOOK_UP(function, name) (*(void **)(void *)&(function) = dlsym(libsodium.handle, name))

/* The one that is loaded; where none is, the one that can be. */
static void find(void) {
    for (int i = 0; i < SONAMES && libsodium.handle == NULL; i++) {
        libsodium.handle = dlopen(sonames[i], RTLD_LAZY | RTLD_LOCAL | RTLD_NOLOAD);
    }
    for (int i = 0; i < SONAMES && libsodium.handle == NULL; i++) {
        libsodium.handle = dlopen(sonames[i], RTLD_LAZY | RTLD_LOCAL);
    }
    libsodium.rule_is_known = 1;
    if (libsodium.handle == NULL) {
        return;
    }
    LOOK_UP(libsodium.randombytes_buf, "randombytes_buf");
    LOOK_UP(libsodium.sodium_misuse, "sodium_misuse");
    const char *(*version)(void);
    LOOK_UP(version, "sodium_version_string");
    libsodium.rule_is_known = 0;
    for (size_t i = 0; version != NULL && i < sizeof known_rule / sizeof known_rule[0]; i++) {
        libsodium.rule_is_known |= strcmp(version(), known_rule[i]) == 0;
    }
}

static void found(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, find);
}

void dropin_random(void *out, size_t n) {
    found();
    if (libsodium.randombytes_buf != NULL) {
        libsodium.randombytes_buf(out, n);
    } else if (sealane_random_fill(out, n) != SEALANE_OK) {
        dropin_misuse();
    }
}

void dropin_misuse(void) {
    found();
    if (libsodium.sodium_misuse != NULL) {
        libsodium.sodium_misuse();
    }
    abort();
}

void *dropin_libsodium(const char *name) {
    found();
    return libsodium.handle != NULL ? dlsym(libsodium.handle, name) : NULL;
}

int dropin_libsodium_rule_is_known(void) {
    found();
    return libsodium.rule_is_known;
}
