/* SPDX-License-Identifier: ISC */
/*
 * Every call checks all its items, then walks them in windows: the hashes of a window are one SHA-512 call, its group work goes
 * to the kernel in calls of as many items as it has lanes.
 */
#include <string.h>

#include "core/curve/curve.h"
#include "core/curve/ed25519_batch.h"
#include "core/curve/ed25519_item.h"
#include "core/curve/rule.h"
#include "core/curve/scalar.h"
#include "core/dispatch/registry.h"
#include "core/hash/sha2.h"
#include "core/util/bytes.h"
#include "core/util/wipe.h"

#define WINDOW 64U

#define SEED_BYTES SEALANE_ED25519_SEED_BYTES
#define PREHASH_BYTES 64U
#define MESSAGE_BYTES_MAX ((UINT64_C(1) << 61) - 65 - 64)

/* dom2(1, "") of RFC 8032, section 2, which Ed25519ph hashes first. */
static const uint8_t dom2_prehashed[34] = {'S', 'i', 'g', 'E', 'd', '2', '5', '5', '1', '9', ' ', 'n', 'o', ' ', 'E', 'd', '2',
                                           '5', '5', '1', '9', ' ', 'c', 'o', 'l', 'l', 'i', 's', 'i', 'o', 'n', 's', 1,   0};

/* A prepared key's bytes: a mark that it was prepared, little endian; 1 if the rules accept it, else 0; A; -A decoded, as the
   kernel takes it. */
#define KEY_MARK UINT64_C(0x5ea1a4e0ed255190)
enum { KEY_AT_MARK = 0, KEY_AT_ACCEPTED = 8, KEY_AT_A = 16, KEY_AT_NEG_A = 48 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static void clamp(uint8_t a[32]) {
    a[0] &= 0xf8;
    a[31] = (uint8_t)((a[31] & 0x7f) | 0x40);
}

sha512_job sealane_ed25519_hash_job(unsigned flags, const uint8_t *head, size_t head_len, const uint8_t *message,
                                    size_t message_len, uint8_t *out) {
    size_t dom2_len = flags & SEALANE_ED25519_PREHASHED ? sizeof dom2_prehashed : 0;
    return (sha512_job){{dom2_prehashed, head, message}, {dom2_len, head_len, message_len}, out};
}

static sealane_status check_message(unsigned flags, const uint8_t *message, uint64_t len) {
    if (message == NULL && len != 0) {
        return SEALANE_EINVAL;
    }
    if (flags & SEALANE_ED25519_PREHASHED ? len != PREHASH_BYTES : len > MESSAGE_BYTES_MAX) {
        return SEALANE_ELENGTH;
    }
    return SEALANE_OK;
}

sealane_status sealane_ed25519_key_prepare_with(const ed25519_ops *ops, sealane_ed25519_key *key,
                                                const uint8_t public_key[32]) {
    if (key == NULL || public_key == NULL) {
        return SEALANE_EINVAL;
    }
    sealane_ed25519_key made = {{0}};
    store_le64(made.opaque + KEY_AT_MARK, KEY_MARK);
    memcpy(made.opaque + KEY_AT_A, public_key, 32);
    int accepted = rule_accepts_key_bytes_vartime(public_key) && ops->decode_neg(public_key, made.opaque + KEY_AT_NEG_A);
    made.opaque[KEY_AT_ACCEPTED] = (uint8_t)accepted;
    *key = made;
    return accepted ? SEALANE_OK : SEALANE_EVERIFY;
}

static sealane_status check_verify_items(unsigned flags, const sealane_ed25519_item *items, size_t n) {
    const unsigned known = SEALANE_ED25519_COFACTORED | SEALANE_ED25519_PREHASHED | SEALANE_ED25519_LANES_ONLY;
    if ((flags & ~known) != 0 || (items == NULL && n != 0)) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        const sealane_ed25519_item *item = &items[i];
        if (item->signature == NULL || (item->prepared == NULL && item->public_key == NULL) ||
            (item->prepared != NULL && load_le64(item->prepared->opaque + KEY_AT_MARK) != KEY_MARK)) {
            return SEALANE_EINVAL;
        }
        sealane_status status = check_message(flags, item->message, item->message_len);
        if (status != SEALANE_OK) {
            return status;
        }
    }
    return SEALANE_OK;
}

int sealane_ed25519_accepts_bytes_vartime(const sealane_ed25519_item *item) {
    int key_accepted =
        item->prepared != NULL ? item->prepared->opaque[KEY_AT_ACCEPTED] : rule_accepts_key_bytes_vartime(item->public_key);
    return key_accepted && rule_accepts_signature_bytes_vartime(item->signature);
}

ed25519_batch_key sealane_ed25519_key_of(const sealane_ed25519_item *item) {
    const sealane_ed25519_key *prepared = item->prepared;
    return prepared != NULL ? (ed25519_batch_key){prepared->opaque + KEY_AT_A, prepared->opaque + KEY_AT_NEG_A}
                            : (ed25519_batch_key){item->public_key, NULL};
}

/* good[i] for 1 <= n <= WINDOW items. Those whose bytes are refused take no lane. */
static void verify_window_vartime(const ed25519_ops *ops, const sha512_ops *hash, unsigned flags,
                                  const sealane_ed25519_item items[], size_t n, uint8_t good[]) {
    uint8_t head[WINDOW][64]; /* R || A */
    uint8_t digest[WINDOW][64];
    sha512_job jobs[WINDOW];
    ed25519_check checks[WINDOW];
    size_t owner[WINDOW];
    uint8_t holds[WINDOW];
    size_t count = 0;
    memset(good, 0, n);
    for (size_t i = 0; i < n; i++) {
        const sealane_ed25519_item *item = &items[i];
        if (!sealane_ed25519_accepts_bytes_vartime(item)) {
            continue;
        }
        ed25519_check *check = &checks[count];
        check->A = item->prepared != NULL ? item->prepared->opaque + KEY_AT_A : item->public_key;
        check->neg_A = item->prepared != NULL ? item->prepared->opaque + KEY_AT_NEG_A : NULL;
        check->R = item->signature;
        check->S = item->signature + 32;
        memcpy(head[count], check->R, 32);
        memcpy(head[count] + 32, check->A, 32);
        jobs[count] = sealane_ed25519_hash_job(flags, head[count], 64, item->message, item->message_len, digest[count]);
        owner[count] = i;
        count++;
    }
    sealane_sha512_jobs_with(hash, jobs, count);
    for (size_t i = 0; i < count; i++) {
        sealane_scalar_reduce(checks[i].h, digest[i]);
    }
    for (size_t i = 0; i < count;) {
        size_t step = least(count - i, ops->lanes);
        ops->verify((flags & SEALANE_ED25519_COFACTORED) != 0, checks + i, step, holds + i);
        i += step;
    }
    for (size_t i = 0; i < count; i++) {
        good[owner[i]] = holds[i];
    }
}

/* Whether all of 1 <= n <= ED25519_BATCH_MAX items are good; verdicts may be NULL. */
static int verify_unit_vartime(const ed25519_ops *ops, const sha512_ops *hash, unsigned flags,
                               const sealane_ed25519_item items[], size_t n, uint8_t verdicts[]) {
    uint8_t good[ED25519_BATCH_MAX];
    if (ops->batch == NULL || n < ops->batch->least || (flags & SEALANE_ED25519_LANES_ONLY) != 0 ||
        !sealane_ed25519_batch_vartime(ops, hash, flags, items, n, NULL, good)) {
        for (size_t done = 0; done < n;) {
            const size_t count = least(n - done, WINDOW);
            verify_window_vartime(ops, hash, flags, items + done, count, good + done);
            done += count;
        }
    }
    if (verdicts != NULL) {
        memcpy(verdicts, good, n);
    }
    return memchr(good, 0, n) == NULL;
}

sealane_status sealane_ed25519_verify_batch_with(const ed25519_ops *ops, const sha512_ops *hash, unsigned flags,
                                                 const sealane_ed25519_item *items, size_t n, uint8_t *verdicts) {
    if (verdicts != NULL && n != 0) {
        memset(verdicts, 0, n);
    }
    sealane_status status = check_verify_items(flags, items, n);
    if (status != SEALANE_OK) {
        return status;
    }
    for (size_t done = 0, left = n; left > 0; left = n - done) {
        /* Equations of like size: one more is not worth its cost for a few items that are left over. */
        const size_t count = left / ((left + ED25519_BATCH_MAX - 1) / ED25519_BATCH_MAX);
        const int all = verify_unit_vartime(ops, hash, flags, items + done, count, verdicts != NULL ? verdicts + done : NULL);
        status = all ? status : SEALANE_EVERIFY;
        done += count;
    }
    return status;
}

/* out[i] = enc(scalar[i] B) for any n. */
static void mult_base(const ed25519_ops *ops, const uint8_t *const scalar[], uint8_t *const out[], size_t n) {
    for (size_t i = 0; i < n;) {
        size_t step = least(n - i, ops->lanes);
        ops->mult_base(scalar + i, out + i, step);
        i += step;
    }
}

static sealane_status check_sign_items(unsigned flags, const sealane_ed25519_sign_item *items, size_t n) {
    if ((flags & ~(unsigned)SEALANE_ED25519_PREHASHED) != 0 || (items == NULL && n != 0)) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        if (items[i].secret_key == NULL || items[i].signature == NULL) {
            return SEALANE_EINVAL;
        }
        sealane_status status = check_message(flags, items[i].message, items[i].message_len);
        if (status != SEALANE_OK) {
            return status;
        }
    }
    return SEALANE_OK;
}

/* 1 <= n <= WINDOW items. Signatures are written last, as they may lie on their own item's inputs. */
static void sign_window(const ed25519_ops *ops, const sha512_ops *hash, unsigned flags, const sealane_ed25519_sign_item items[],
                        size_t n) {
    uint8_t expanded[WINDOW][64]; /* SHA-512(seed): a, clamped, then the prefix */
    uint8_t nonce[WINDOW][64];    /* r */
    uint8_t head[WINDOW][64];     /* R || A */
    uint8_t digest[WINDOW][64];   /* h */
    const uint8_t *scalar[WINDOW];
    uint8_t *encoded[WINDOW];
    sha512_job jobs[WINDOW];

    for (size_t i = 0; i < n; i++) {
        jobs[i] = (sha512_job){{items[i].secret_key}, {SEED_BYTES}, expanded[i]};
    }
    sealane_sha512_jobs_with(hash, jobs, n);
    for (size_t i = 0; i < n; i++) {
        clamp(expanded[i]);
        jobs[i] = sealane_ed25519_hash_job(flags, expanded[i] + 32, 32, items[i].message, items[i].message_len, nonce[i]);
    }
    sealane_sha512_jobs_with(hash, jobs, n);
    for (size_t i = 0; i < n; i++) {
        sealane_scalar_reduce(nonce[i], nonce[i]);
        scalar[i] = nonce[i];
        encoded[i] = head[i];
    }
    mult_base(ops, scalar, encoded, n);
    for (size_t i = 0; i < n; i++) {
        memcpy(head[i] + 32, items[i].secret_key + SEED_BYTES, 32);
        jobs[i] = sealane_ed25519_hash_job(flags, head[i], 64, items[i].message, items[i].message_len, digest[i]);
    }
    sealane_sha512_jobs_with(hash, jobs, n);
    for (size_t i = 0; i < n; i++) {
        sealane_scalar_reduce(digest[i], digest[i]);
        memcpy(items[i].signature, head[i], 32);
        sealane_scalar_mul_add(items[i].signature + 32, digest[i], expanded[i], nonce[i]);
    }
    wipe(expanded, sizeof expanded);
    wipe(nonce, sizeof nonce);
}

sealane_status sealane_ed25519_sign_batch_with(const ed25519_ops *ops, const sha512_ops *hash, unsigned flags,
                                               const sealane_ed25519_sign_item *items, size_t n) {
    sealane_status status = check_sign_items(flags, items, n);
    if (status != SEALANE_OK) {
        return status;
    }
    for (size_t done = 0; done < n;) {
        size_t count = least(n - done, WINDOW);
        sign_window(ops, hash, flags, items + done, count);
        done += count;
    }
    return SEALANE_OK;
}

/* 1 <= n <= WINDOW items. */
static void keypair_window(const ed25519_ops *ops, const sha512_ops *hash, const sealane_ed25519_keypair_item items[],
                           size_t n) {
    uint8_t expanded[WINDOW][64];
    uint8_t encoded_A[WINDOW][32];
    const uint8_t *scalar[WINDOW];
    uint8_t *encoded[WINDOW];
    sha512_job jobs[WINDOW];

    for (size_t i = 0; i < n; i++) {
        jobs[i] = (sha512_job){{items[i].seed}, {SEED_BYTES}, expanded[i]};
    }
    sealane_sha512_jobs_with(hash, jobs, n);
    for (size_t i = 0; i < n; i++) {
        clamp(expanded[i]);
        scalar[i] = expanded[i];
        encoded[i] = encoded_A[i];
    }
    mult_base(ops, scalar, encoded, n);
    for (size_t i = 0; i < n; i++) {
        memmove(items[i].secret_key, items[i].seed, SEED_BYTES);
        memcpy(items[i].secret_key + SEED_BYTES, encoded_A[i], 32);
        memcpy(items[i].public_key, encoded_A[i], 32);
    }
    wipe(expanded, sizeof expanded);
}

sealane_status sealane_ed25519_keypair_batch_with(const ed25519_ops *ops, const sha512_ops *hash,
                                                  const sealane_ed25519_keypair_item *items, size_t n) {
    if (items == NULL && n != 0) {
        return SEALANE_EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        if (items[i].seed == NULL || items[i].public_key == NULL || items[i].secret_key == NULL) {
            return SEALANE_EINVAL;
        }
    }
    for (size_t done = 0; done < n;) {
        size_t count = least(n - done, WINDOW);
        keypair_window(ops, hash, items + done, count);
        done += count;
    }
    return SEALANE_OK;
}

sealane_status sealane_ed25519_key_prepare(sealane_ed25519_key *key, const uint8_t public_key[32]) {
    return sealane_ed25519_key_prepare_with(dispatch_ed25519(), key, public_key);
}

sealane_status sealane_ed25519_verify(unsigned flags, const sealane_ed25519_item *item) {
    return sealane_ed25519_verify_batch(flags, item, 1, NULL);
}

sealane_status sealane_ed25519_verify_batch(unsigned flags, const sealane_ed25519_item *items, size_t n, uint8_t *verdicts) {
    return sealane_ed25519_verify_batch_with(dispatch_ed25519(), dispatch_sha512(), flags, items, n, verdicts);
}

sealane_status sealane_ed25519_sign_batch(unsigned flags, const sealane_ed25519_sign_item *items, size_t n) {
    return sealane_ed25519_sign_batch_with(dispatch_ed25519(), dispatch_sha512(), flags, items, n);
}

sealane_status sealane_ed25519_keypair_batch(const sealane_ed25519_keypair_item *items, size_t n) {
    return sealane_ed25519_keypair_batch_with(dispatch_ed25519(), dispatch_sha512(), items, n);
}
