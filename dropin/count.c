/* SPDX-License-Identifier: ISC */
#include "dropin/count.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/dispatch/registry.h"
#include "sealane/cpu.h"

stats_file *dropin_stats;

/* The kernel families that each of libsodium's stands on, at most two. */
static const struct {
    const char *name;
    const char *kernels[2];
} families[STATS_FAMILIES] = {
    [STATS_CHACHA20POLY1305_IETF] = {"crypto_aead_chacha20poly1305_ietf", {"chacha20-poly1305"}},
    [STATS_XCHACHA20POLY1305_IETF] = {"crypto_aead_xchacha20poly1305_ietf", {"xchacha20-poly1305"}},
    [STATS_AES256GCM] = {"crypto_aead_aes256gcm", {"aes256-gcm"}},
    [STATS_AEGIS128L] = {"crypto_aead_aegis128l", {"aegis128l"}},
    [STATS_AEGIS256] = {"crypto_aead_aegis256", {"aegis256"}},
    [STATS_SECRETBOX] = {"crypto_secretbox", {"xsalsa20-poly1305"}},
    [STATS_SECRETBOX_XCHACHA20POLY1305] = {"crypto_secretbox_xchacha20poly1305", {"xchacha20-poly1305"}},
    [STATS_BOX] = {"crypto_box", {"x25519", "xsalsa20-poly1305"}},
    [STATS_BOX_XCHACHA20POLY1305] = {"crypto_box_curve25519xchacha20poly1305", {"x25519", "xchacha20-poly1305"}},
    [STATS_SIGN] = {"crypto_sign", {"ed25519", "sha512"}},
    [STATS_SCALARMULT] = {"crypto_scalarmult", {"x25519"}},
    [STATS_HASH] = {"crypto_hash", {"sha256", "sha512"}},
    [STATS_AUTH] = {"crypto_auth", {"sha256", "sha512"}},
    [STATS_KDF_HKDF] = {"crypto_kdf_hkdf", {"sha256", "sha512"}},
};

static void append(char *text, size_t size, const char *more) {
    strncat(text, more, size - 1 - strlen(text));
}

static void name_kernels(char *text, size_t size, const char *const wanted[2]) {
    sealane_kernel_info list[128];
    size_t n = sealane_cpu_kernels(list, sizeof list / sizeof list[0]);
    text[0] = 0;
    for (size_t w = 0; w < 2 && wanted[w] != NULL; w++) {
        for (size_t i = 0; i < n && i < sizeof list / sizeof list[0]; i++) {
            if (list[i].state == SEALANE_KERNEL_CHOSEN && strcmp(list[i].family, wanted[w]) == 0) {
                append(text, size, text[0] == 0 ? "" : " ");
                append(text, size, list[i].family);
                append(text, size, "/");
                append(text, size, list[i].isa);
            }
        }
    }
}

__attribute__((constructor)) static void attach(void) {
    const char *path = secure_getenv(STATS_VARIABLE);
    int file = path != NULL ? open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
    if (file < 0) {
        return;
    }
    struct stat status;
    void *map = MAP_FAILED;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == sizeof(stats_file)) {
        map = mmap(NULL, sizeof(stats_file), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    }
    (void)close(file);
    if (map == MAP_FAILED) {
        return;
    }
    stats_file *stats = map;
    if (atomic_load(&stats->magic) != STATS_MAGIC) {
        (void)munmap(map, sizeof(stats_file));
        return;
    }
    for (size_t f = 0; f < STATS_FAMILIES; f++) {
        strcpy(stats->row[f].name, families[f].name);
        name_kernels(stats->row[f].kernels, sizeof stats->row[f].kernels, families[f].kernels);
    }
    atomic_fetch_add(&stats->processes, 1);
    dropin_stats = stats;
}
