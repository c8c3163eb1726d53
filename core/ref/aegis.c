/* SPDX-License-Identifier: ISC */
/* AEGIS-128L and AEGIS-256 (draft-irtf-cfrg-aegis-aead) with tags of 256 bits. The state stays in bit slices. */
#include "core/kernel/kernels.h"
#include "core/ref/aes.h"
#include "core/util/bytes.h"
#include "core/util/ct.h"
#include "core/util/wipe.h"

enum { HALVES = 2, STATE_BYTES_MAX = HALVES * AES_TOGETHER * AES_BLOCK_BYTES, RATE_MAX = 32, TAG_BYTES = 32 };

/* Blocks 0 to 3 of the state in one half, the rest in the other. */
typedef struct {
    size_t blocks; /* 8: AEGIS-128L; 6: AEGIS-256 */
    uint64_t half[HALVES][AES_SLICES];
} aegis;

static const uint8_t fibonacci[2][AES_BLOCK_BYTES] = {
    {0x00, 0x01, 0x01, 0x02, 0x03, 0x05, 0x08, 0x0d, 0x15, 0x22, 0x37, 0x59, 0x90, 0xe9, 0x79, 0x62},
    {0xdb, 0x3d, 0x18, 0x55, 0x6d, 0xc2, 0x2f, 0xf1, 0x20, 0x11, 0x31, 0x42, 0x73, 0xb5, 0x28, 0xdd},
};

/* Bytes that a step takes in. */
static size_t rate(const aegis *a) {
    return a->blocks == 8 ? 32 : 16;
}

static void state_load(aegis *a, const uint8_t bytes[STATE_BYTES_MAX]) {
    for (size_t h = 0; h < HALVES; h++) {
        sealane_aes_pack(a->half[h], bytes + AES_TOGETHER * AES_BLOCK_BYTES * h);
    }
}

static void state_store(const aegis *a, uint8_t bytes[STATE_BYTES_MAX]) {
    for (size_t h = 0; h < HALVES; h++) {
        sealane_aes_unpack(bytes + AES_TOGETHER * AES_BLOCK_BYTES * h, a->half[h]);
    }
}

/* Each block becomes the round of the one before it, plus itself; the message goes to blocks 0 and, of eight, 4. */
static void update(aegis *a, const uint8_t *m) {
    const uint64_t every_fourth = UINT64_C(0x1111111111111111);
    uint64_t from[HALVES][AES_SLICES], in[HALVES][AES_SLICES];
    uint8_t blocks[STATE_BYTES_MAX] = {0};
    memcpy(blocks, m, AES_BLOCK_BYTES);
    if (a->blocks == 8) {
        memcpy(blocks + 4 * AES_BLOCK_BYTES, m + AES_BLOCK_BYTES, AES_BLOCK_BYTES);
    }
    memcpy(from, a->half, sizeof from);
    for (size_t h = 0; h < HALVES; h++) {
        sealane_aes_round(from[h]);
        sealane_aes_pack(in[h], blocks + AES_TOGETHER * AES_BLOCK_BYTES * h);
    }
    for (size_t i = 0; i < AES_SLICES; i++) {
        /* A block is one bit in each four. What moves into bit 0 is the block before it: the last of the other half. */
        const uint64_t last = from[1][i] >> (a->blocks - 5) & every_fourth, fourth = from[0][i] >> 3 & every_fourth;
        a->half[0][i] ^= in[0][i] ^ (from[0][i] & ~(every_fourth << 3)) << 1 ^ last;
        a->half[1][i] ^= in[1][i] ^ (from[1][i] & ~(every_fourth << 3)) << 1 ^ fourth;
    }
    wipe(from, sizeof from);
    wipe(in, sizeof in);
    wipe(blocks, sizeof blocks);
}

static void put(uint8_t *state, size_t block, const uint8_t *a, const uint8_t *b) {
    for (size_t i = 0; i < AES_BLOCK_BYTES; i++) {
        state[AES_BLOCK_BYTES * block + i] = b == NULL ? a[i] : a[i] ^ b[i];
    }
}

static void begin(aegis *a, size_t blocks, const uint8_t *key, const uint8_t *nonce) {
    uint8_t s[STATE_BYTES_MAX] = {0}, m[64];
    a->blocks = blocks;
    if (blocks == 8) {
        put(s, 0, key, nonce);
        put(s, 1, fibonacci[1], NULL);
        put(s, 2, fibonacci[0], NULL);
        put(s, 3, fibonacci[1], NULL);
        put(s, 4, key, nonce);
        put(s, 5, key, fibonacci[0]);
        put(s, 6, key, fibonacci[1]);
        put(s, 7, key, fibonacci[0]);
        state_load(a, s);
        memcpy(m, nonce, 16);
        memcpy(m + 16, key, 16);
        for (size_t i = 0; i < 10; i++) {
            update(a, m);
        }
    } else {
        put(s, 0, key, nonce);
        put(s, 1, key + 16, nonce + 16);
        put(s, 2, fibonacci[1], NULL);
        put(s, 3, fibonacci[0], NULL);
        put(s, 4, key, fibonacci[0]);
        put(s, 5, key + 16, fibonacci[1]);
        state_load(a, s);
        memcpy(m, key, 32);
        put(m, 2, key, nonce);
        put(m, 3, key + 16, nonce + 16);
        for (size_t i = 0; i < 16; i++) {
            update(a, m + AES_BLOCK_BYTES * (i % 4));
        }
    }
    wipe(s, sizeof s);
    wipe(m, sizeof m);
}

static void absorb(aegis *a, const uint8_t *in, size_t n) {
    while (n > 0) {
        uint8_t m[RATE_MAX] = {0};
        const size_t take = n < rate(a) ? n : rate(a);
        memcpy(m, in, take);
        update(a, m);
        in += take;
        n -= take;
    }
}

/* The keystream of the next step. */
static void keystream(const aegis *a, uint8_t z[RATE_MAX]) {
    uint8_t s[STATE_BYTES_MAX];
    state_store(a, s);
    for (size_t i = 0; i < AES_BLOCK_BYTES; i++) {
        if (a->blocks == 8) {
            z[i] = s[6 * 16 + i] ^ s[1 * 16 + i] ^ (s[2 * 16 + i] & s[3 * 16 + i]);
            z[16 + i] = s[2 * 16 + i] ^ s[5 * 16 + i] ^ (s[6 * 16 + i] & s[7 * 16 + i]);
        } else {
            z[i] = s[1 * 16 + i] ^ s[4 * 16 + i] ^ s[5 * 16 + i] ^ (s[2 * 16 + i] & s[3 * 16 + i]);
        }
    }
    wipe(s, sizeof s);
}

static void crypt(aegis *a, const uint8_t *in, uint8_t *out, size_t len, int sealing) {
    uint8_t z[RATE_MAX], plain[RATE_MAX];
    while (len > 0) {
        const size_t take = len < rate(a) ? len : rate(a);
        keystream(a, z);
        memset(plain, 0, sizeof plain);
        for (size_t i = 0; i < take; i++) {
            plain[i] = sealing ? in[i] : in[i] ^ z[i];
            out[i] = in[i] ^ z[i];
        }
        update(a, plain);
        in += take;
        out += take;
        len -= take;
    }
    wipe(z, sizeof z);
    wipe(plain, sizeof plain);
}

/* The tag, and the end of the state. */
static void end(aegis *a, size_t ad_len, size_t len, uint8_t tag[TAG_BYTES]) {
    uint8_t s[STATE_BYTES_MAX], lengths[AES_BLOCK_BYTES], t[RATE_MAX];
    store_le64(lengths, (uint64_t)ad_len * 8);
    store_le64(lengths + 8, (uint64_t)len * 8);
    state_store(a, s);
    put(t, 0, s + AES_BLOCK_BYTES * (a->blocks == 8 ? 2 : 3), lengths);
    memcpy(t + 16, t, 16);
    for (size_t i = 0; i < 7; i++) {
        update(a, t);
    }
    state_store(a, s);
    memset(tag, 0, TAG_BYTES);
    for (size_t b = 0; b < a->blocks; b++) {
        uint8_t *half = tag + (b < a->blocks / 2 ? 0 : AES_BLOCK_BYTES);
        for (size_t i = 0; i < AES_BLOCK_BYTES; i++) {
            half[i] ^= s[AES_BLOCK_BYTES * b + i];
        }
    }
    wipe(s, sizeof s);
    wipe(t, sizeof t);
    wipe(a, sizeof *a);
}

WORK void seal(size_t blocks, const sealane_aead_seal_item *item) {
    aegis a;
    begin(&a, blocks, item->key, item->nonce);
    absorb(&a, item->ad, item->ad_len);
    crypt(&a, item->in, item->out, item->len, 1);
    end(&a, item->ad_len, item->len, item->tag);
}

WORK int open(size_t blocks, const sealane_aead_open_item *item) {
    aegis a;
    uint8_t tag[TAG_BYTES];
    begin(&a, blocks, item->key, item->nonce);
    absorb(&a, item->ad, item->ad_len);
    crypt(&a, item->in, item->out, item->len, 0);
    end(&a, item->ad_len, item->len, tag);
    const int good = ct_equal(tag, item->tag, sizeof tag);
    if (!good && item->len > 0) {
        memset(item->out, 0, item->len);
    }
    wipe(tag, sizeof tag);
    return good;
}

WIPE_BELOW(wipe_spilled, 4096)

#define AEGIS_OPS(name, blocks)                                                                                                \
    static void name##_seal_one(const sealane_aead_seal_item *item) {                                                          \
        seal(blocks, item);                                                                                                    \
        wipe_spilled();                                                                                                        \
    }                                                                                                                          \
    static int name##_open_one(const sealane_aead_open_item *item) {                                                           \
        const int good = open(blocks, item);                                                                                   \
        wipe_spilled();                                                                                                        \
        return good;                                                                                                           \
    }                                                                                                                          \
    const aead_ops sealane_##name##_portable = {.seal_one = name##_seal_one, .open_one = name##_open_one}

AEGIS_OPS(aegis128l, 8);
AEGIS_OPS(aegis256, 6);
