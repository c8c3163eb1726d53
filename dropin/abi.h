/* SPDX-License-Identifier: ISC */
/*
 * How the functions of libsodium's ABI are written here. Their types are libsodium's; a check compiles every file again behind
 * <sodium.h>, where a declaration that differs is an error.
 */
#ifndef SEALANE_DROPIN_ABI_H
#define SEALANE_DROPIN_ABI_H

#include <stddef.h>
#include <stdint.h>

#define ABI __attribute__((visibility("default")))

/* Declares a function and begins its definition. */
#define ABI_FUNCTION(type, name, ...)                                                                                          \
    ABI type name(__VA_ARGS__);                                                                                                \
    type name(__VA_ARGS__)

/* A second name of a function of the same file. */
#define ABI_ALIAS(name, target) extern ABI __typeof__(target) name __attribute__((alias(#target)))

/* The functions that only tell a size, or a name. */
#define ABI_SIZE(name, value)                                                                                                  \
    ABI_FUNCTION(size_t, name, void) {                                                                                         \
        return value;                                                                                                          \
    }
#define ABI_NAME(name, value)                                                                                                  \
    ABI_FUNCTION(const char *, name, void) {                                                                                   \
        return value;                                                                                                          \
    }

/* libsodium's SODIUM_SIZE_MAX. */
#define ABI_SIZE_MAX SIZE_MAX

#endif
