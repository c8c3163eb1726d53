/* SPDX-License-Identifier: ISC */
/* The carries of AES-GCM's big-endian counter at every place of every vector. */
#include <stdio.h>
#include <string.h>

#include "core/dispatch/cpu.h"
#include "core/ref/aes.h"
#include "core/util/bytes.h"
#include "tests/for_each_kernel.h"
#include "tests/support/lane_ctr.h"
#include "tests/support/rng.h"

enum { BLOCKS_MAX = 72, BYTES_MAX = 16 * BLOCKS_MAX };

static void model(const uint8_t key[32], const uint8_t nonce[12], uint32_t start, const uint8_t *in, uint8_t *out) {
    uint8_t round_key[AES_ROUND_KEYS_MAX][AES_BLOCK_BYTES];
    aes_key cipher;
    sealane_aes_expand(round_key, key, 14);
    sealane_aes_key_load(&cipher, (const uint8_t(*)[AES_BLOCK_BYTES])round_key, 14);
    for (uint32_t i = 0; i < BLOCKS_MAX; i++) {
        uint8_t stream[AES_TOGETHER * AES_BLOCK_BYTES] = {0};
        memcpy(stream, nonce, 12);
        store_be32(stream + 12, start + i);
        sealane_aes_encrypt(&cipher, stream);
        for (size_t b = 0; b < 16; b++) {
            out[16 * i + b] = in[16 * i + b] ^ stream[b];
        }
    }
}

static void check(const lane_ctr *lanes) {
    static const uint32_t carries[] = {UINT32_C(1) << 8, UINT32_C(1) << 16, UINT32_C(1) << 24, UINT32_C(0xffffff00)};
    if ((lanes->features & ~sealane_cpu_close(sealane_cpu_found())) != 0) {
        printf("SKIPPED %s: not on this CPU\n", lanes->isa);
        return;
    }
    uint8_t key[32], nonce[12], in[BYTES_MAX], want[BYTES_MAX], out[BYTES_MAX];
    rng random = rng_make(70);
    rng_fill(&random, in, sizeof in);
    for (size_t c = 0; c < sizeof carries / sizeof carries[0]; c++) {
        for (uint32_t before = 0; before <= 64; before++) {
            const uint32_t start = carries[c] - before;
            rng_fill(&random, key, sizeof key);
            rng_fill(&random, nonce, sizeof nonce);
            model(key, nonce, start, in, want);
            for (size_t len = 16; len <= BYTES_MAX; len += len < 160 ? 16 : 176) {
                lanes->crypt(key, nonce, start, in, out, len);
                if (memcmp(out, want, len) != 0) {
                    fail_msg("%s: from block %#x on, %zu bytes", lanes->isa, start, len);
                }
            }
            lanes->bulk(key, nonce, start, in, out);
            if (memcmp(out, want, lanes->bulk_bytes) != 0) {
                fail_msg("%s: from block %#x on, a step of a long message", lanes->isa, start);
            }
        }
    }
    printf("%s: carries at every place\n", lanes->isa);
}

static void counter_carries(void **state) {
    (void)state;
#if defined(SEALANE_HAVE_AESNI)
    check(&lane_ctr_aesni);
#endif
#if defined(SEALANE_HAVE_VAES256)
    check(&lane_ctr_vaes256);
#endif
#if defined(SEALANE_HAVE_AVX512)
    check(&lane_ctr_avx512);
#endif
#if !defined(SEALANE_HAVE_AESNI)
    (void)check;
    printf("no vector kernels of AES-GCM in this build\n");
#endif
}

static const kernel_test tests[] = {
    ONCE(counter_carries),
};

KERNEL_TESTS_MAIN(tests)
