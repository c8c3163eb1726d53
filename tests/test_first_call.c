/* SPDX-License-Identifier: ISC */
/*
 * Many threads make the first calls of the process at the same moment: CPU detection and dispatch are resolved in a race.
 * A program without the harness, which would make the first call itself. For ThreadSanitizer as well.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "sealane/sealane.h"

enum { THREADS = 16, N = 20, LEN = 100 };

typedef struct {
    uint8_t sealed[3][N][LEN + 16];
    uint8_t sha256[32], sha512[64], x25519[32], signature[64];
    size_t kernels;
    sealane_status status[9];
} result;

static pthread_barrier_t barrier;
static result results[THREADS];
static const uint8_t zero[64];

static void call_aead(result *r, size_t which) {
    static const sealane_aead algorithms[] = {SEALANE_CHACHA20_POLY1305, SEALANE_XCHACHA20_POLY1305, SEALANE_XSALSA20_POLY1305};
    static const uint8_t in[LEN];
    sealane_aead_seal_item items[N];
    for (size_t i = 0; i < N; i++) {
        uint8_t *out = r->sealed[which][i];
        items[i] = (sealane_aead_seal_item){zero, zero, NULL, 0, in, LEN, out, out + LEN};
    }
    r->status[which] = sealane_aead_seal_batch(algorithms[which], items, N);
}

static void call(result *r, size_t which) {
    uint8_t public_key[32], secret_key[64];
    switch (which) {
    case 0:
    case 1:
    case 2:
        call_aead(r, which);
        break;
    case 3:
        r->status[3] = sealane_sha256_batch(&(sealane_hash_item){zero, 64, r->sha256}, 1);
        break;
    case 4:
        r->status[4] = sealane_sha512_batch(&(sealane_hash_item){zero, 64, r->sha512}, 1);
        break;
    case 5:
        r->status[5] = sealane_x25519_base_batch(&(sealane_x25519_base_item){zero, r->x25519}, 1);
        break;
    case 6:
        r->status[6] = sealane_ed25519_keypair_batch(&(sealane_ed25519_keypair_item){zero, public_key, secret_key}, 1);
        r->status[7] = sealane_ed25519_sign_batch(0, &(sealane_ed25519_sign_item){secret_key, zero, 64, r->signature}, 1);
        r->status[8] = sealane_ed25519_verify(0, &(sealane_ed25519_item){public_key, NULL, r->signature, zero, 64});
        break;
    default:
        r->kernels = sealane_cpu_kernels(NULL, 0);
        break;
    }
}

/* Each thread begins with another of the calls, two threads with each. */
static void *run(void *argument) {
    result *r = argument;
    size_t first = (size_t)(r - results) % 8;
    (void)pthread_barrier_wait(&barrier);
    for (size_t i = 0; i < 8; i++) {
        call(r, (first + i) % 8);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    if (pthread_barrier_init(&barrier, NULL, THREADS) != 0) {
        return 2;
    }
    for (size_t i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, run, &results[i]) != 0) {
            return 2;
        }
    }
    for (size_t i = 0; i < THREADS; i++) {
        if (pthread_join(threads[i], NULL) != 0) {
            return 2;
        }
    }
    int failures = 0;
    for (size_t i = 0; i < THREADS; i++) {
        for (size_t s = 0; s < 9; s++) {
            if (results[i].status[s] != SEALANE_OK) {
                fprintf(stderr, "thread %zu, call %zu: %s\n", i, s, sealane_status_string(results[i].status[s]));
                failures++;
            }
        }
        if (memcmp(&results[i], &results[0], sizeof results[0]) != 0) {
            fprintf(stderr, "thread %zu got other results than the first\n", i);
            failures++;
        }
    }
    printf("%d threads, %d failures, %zu kernels\n", THREADS, failures, results[0].kernels);
    return failures != 0;
}
