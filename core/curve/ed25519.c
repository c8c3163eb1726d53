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
#define VERIFY_WINDOW 32U /* of verification: less stack, as kernels take more for it */

#define SEED_BYTES SEALANE_ED25519_SEED_BYTES
#define PREHASH_BYTES 64U
#define MESSAGE_BYTES_MAX ((UINT64_C(1) << 61) - 65 - 64)

/* dom2(1, "") of RFC 8032, section 2, which Ed25519ph hashes first. */
static const uint8_t dom2_prehashed[34] = {'S', 'i', 'g', 'E', 'd', '2', '5', '5', '1', '9', ' ', 'n', 'o', ' ', 'E', 'd', '2',
                                           '5', '5', '1', '9', ' ', 'c', 'o', 'l', 'l', 'i', 's', 'i', 'o', 'n', 's', 1,   0};

/* A prepared key's bytes: a mark that it was prepared, little endian; 1 if the rules accept it, else 0; A; its table. */
#define KEY_MARK UINT64_C(0x5ea1a4e0ed255190)
enum { KEY_AT_MARK = 0, KEY_AT_ACCEPTED = 8, KEY_AT_A = 16, KEY_AT_TABLE = 64 };

/* The most distinct keys that a kernel is given at a time to prepare. */
#define KEYS_MAX 8U

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
    uint8_t accepted = 0;
    if (rule_accepts_key_bytes_vartime(public_key)) {
        ed25519_key_table table;
        ops->prepare(&public_key, 1, &table, &accepted);
        memcpy(made.opaque + KEY_AT_TABLE, &table, sizeof table);
    }
    made.opaque[KEY_AT_ACCEPTED] = accepted;
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

/* Items to be verified in lanes, and their verdicts, 0 until an item has been found good. */
typedef struct {
    const ed25519_ops *ops;
    const sha512_ops *hash;
    unsigned flags;
    const sealane_ed25519_item *items;
    uint8_t *good;
} verification;

/* A key as items name it: encoded, and its table where it has one. */
typedef struct {
    const uint8_t *A;
    const ed25519_key_table *table;
} verify_key;

static int key_is_accepted_vartime(const sealane_ed25519_item *item) {
    return item->prepared != NULL ? item->prepared->opaque[KEY_AT_ACCEPTED] : rule_accepts_key_bytes_vartime(item->public_key);
}

int sealane_ed25519_accepts_bytes_vartime(const sealane_ed25519_item *item) {
    return key_is_accepted_vartime(item) && rule_accepts_signature_bytes_vartime(item->signature);
}

ed25519_batch_key sealane_ed25519_key_of(const sealane_ed25519_item *item) {
    const sealane_ed25519_key *prepared = item->prepared;
    return prepared != NULL ? (ed25519_batch_key){prepared->opaque + KEY_AT_A, prepared->opaque + KEY_AT_TABLE}
                            : (ed25519_batch_key){item->public_key, NULL};
}

/*
 * Verifies 1 <= n <= VERIFY_WINDOW items, of numbers index[i], under the keys key[i], which are accepted. Those whose
 * signature's bytes are refused take no lane; those whose key has a table come first, as a kernel uses tables where all lanes
 * have one.
 */
static void verify_window_vartime(verification *v, const size_t index[], const verify_key key[], size_t n) {
    uint8_t head[VERIFY_WINDOW][64]; /* R || A */
    uint8_t digest[VERIFY_WINDOW][64];
    sha512_job jobs[VERIFY_WINDOW];
    ed25519_check checks[VERIFY_WINDOW];
    size_t owner[VERIFY_WINDOW];
    uint8_t good[VERIFY_WINDOW];
    size_t count = 0;
    for (int tables = 1; tables >= 0; tables--) {
        for (size_t i = 0; i < n; i++) {
            const sealane_ed25519_item *item = &v->items[index[i]];
            if ((key[i].table != NULL) != tables || !rule_accepts_signature_bytes_vartime(item->signature)) {
                continue;
            }
            ed25519_check *check = &checks[count];
            check->A = key[i].A;
            check->neg_A = tables ? key[i].table->neg_A : NULL;
            check->comb = tables ? &key[i].table->comb : NULL;
            check->R = item->signature;
            check->S = item->signature + 32;
            memcpy(head[count], check->R, 32);
            memcpy(head[count] + 32, check->A, 32);
            jobs[count] = sealane_ed25519_hash_job(v->flags, head[count], 64, item->message, item->message_len, digest[count]);
            owner[count] = index[i];
            count++;
        }
    }
    sealane_sha512_jobs_with(v->hash, jobs, count);
    for (size_t i = 0; i < count; i++) {
        sealane_scalar_reduce(checks[i].h, digest[i]);
    }
    for (size_t i = 0; i < count;) {
        size_t step = least(count - i, v->ops->lanes);
        v->ops->verify((v->flags & SEALANE_ED25519_COFACTORED) != 0, checks + i, step, good + i);
        i += step;
    }
    for (size_t i = 0; i < count; i++) {
        v->good[owner[i]] = good[i];
    }
}

/* Items that wait for a window to be full. */
typedef struct {
    size_t index[VERIFY_WINDOW];
    verify_key key[VERIFY_WINDOW];
    size_t n;
} verify_queue;

static void verify_flush_vartime(verification *v, verify_queue *q) {
    if (q->n != 0) {
        verify_window_vartime(v, q->index, q->key, q->n);
    }
    q->n = 0;
}

static void verify_push_vartime(verification *v, verify_queue *q, size_t index, verify_key key) {
    q->index[q->n] = index;
    q->key[q->n++] = key;
    if (q->n == VERIFY_WINDOW) {
        verify_flush_vartime(v, q);
    }
}

/*
 * Repeated keys. The items of a block with the same key are a ring, found by hashing the key. An item that finds no place in a
 * few probes counts as the only one with its key, so that nobody can make the search long. Of the keys that repeat, as many as
 * the kernel prepares in one call are prepared where their signatures make up for it.
 */
#define BLOCK 256U
#define SLOTS 512U
#define PROBES_MAX 8U
#define NOBODY UINT16_MAX

typedef struct {
    uint16_t slot[SLOTS];  /* the last item with a key, or NOBODY */
    uint16_t next[BLOCK];  /* the next item with the same key; of the last one, the first */
    uint16_t times[BLOCK]; /* of the last item with a key, how many there are; 0 of others */
} key_rings;

static void key_ring_vartime(key_rings *rings, const sealane_ed25519_item items[], size_t i) {
    const uint8_t *key = items[i].public_key;
    /* Bits of honest keys are random; the multiplication mixes the words of keys that were made alike. */
    const uint64_t mixed = (load_le64(key) ^ load_le64(key + 16)) * UINT64_C(0x9e3779b97f4a7c15);
    rings->next[i] = (uint16_t)i;
    rings->times[i] = 1;
    for (size_t probe = 0; probe < PROBES_MAX; probe++) {
        uint16_t *slot = &rings->slot[((size_t)(mixed >> 55) + probe) % SLOTS];
        const size_t last = *slot;
        if (last == NOBODY) {
            *slot = (uint16_t)i;
            return;
        }
        if (memcmp(items[last].public_key, key, 32) == 0) {
            rings->next[i] = rings->next[last];
            rings->next[last] = (uint16_t)i;
            rings->times[i] = (uint16_t)(rings->times[last] + 1);
            rings->times[last] = 0;
            *slot = (uint16_t)i;
            return;
        }
    }
}

/* All items of the rings that end with last[k], n <= KEYS_MAX of them, in the block of items that begins with number base. Not
   inlined, as its tables are much of a call's stack. */
static __attribute__((noinline)) void verify_rings_vartime(verification *v, const key_rings *rings, size_t base,
                                                           const uint16_t last[], size_t n) {
    _Alignas(64) ed25519_key_table table[KEYS_MAX];
    uint8_t accepted[KEYS_MAX];
    const uint8_t *A[KEYS_MAX];
    verify_queue queue;
    queue.n = 0;
    for (size_t k = 0; k < n; k++) {
        A[k] = v->items[base + last[k]].public_key;
    }
    v->ops->prepare(A, n, table, accepted);
    for (size_t k = 0; k < n; k++) {
        size_t i = last[k];
        do {
            i = rings->next[i];
            if (accepted[k]) {
                verify_push_vartime(v, &queue, base + i, (verify_key){A[k], &table[k]});
            }
        } while (i != last[k]);
    }
    verify_flush_vartime(v, &queue);
}

/* Items base … base + n - 1, n <= BLOCK. */
static void verify_block_vartime(verification *v, size_t base, size_t n) {
    const sealane_ed25519_item *items = v->items + base;
    const size_t keys_max = least(v->ops->keys, KEYS_MAX);
    key_rings rings;
    verify_queue queue;
    uint16_t last[KEYS_MAX];
    size_t keys = 0, times = 0;
    queue.n = 0;
    memset(rings.slot, 0xff, sizeof rings.slot);
    memset(rings.times, 0, n * sizeof rings.times[0]);
    for (size_t i = 0; i < n; i++) {
        if (!key_is_accepted_vartime(&items[i])) {
            continue;
        }
        if (items[i].prepared != NULL) {
            const ed25519_key_table *table = (const void *)(items[i].prepared->opaque + KEY_AT_TABLE);
            verify_push_vartime(v, &queue, base + i, (verify_key){items[i].prepared->opaque + KEY_AT_A, table});
        } else {
            key_ring_vartime(&rings, items, i);
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (rings.times[i] > 1) {
            last[keys++] = (uint16_t)i;
            times += rings.times[i];
        } else if (rings.times[i] == 1) {
            verify_push_vartime(v, &queue, base + i, (verify_key){items[i].public_key, NULL});
        }
        if (keys == keys_max || (i == n - 1 && keys != 0)) {
            if (times >= v->ops->prepared_by) {
                verify_rings_vartime(v, &rings, base, last, keys);
            } else {
                for (size_t k = 0; k < keys; k++) {
                    size_t j = last[k];
                    do {
                        j = rings.next[j];
                        verify_push_vartime(v, &queue, base + j, (verify_key){items[j].public_key, NULL});
                    } while (j != last[k]);
                }
            }
            keys = 0;
            times = 0;
        }
    }
    verify_flush_vartime(v, &queue);
}

/* Whether all of 1 <= n <= ED25519_BATCH_MAX items are good; verdicts may be NULL. */
static int verify_unit_vartime(const ed25519_ops *ops, const sha512_ops *hash, unsigned flags,
                               const sealane_ed25519_item items[], size_t n, uint8_t verdicts[]) {
    uint8_t good[ED25519_BATCH_MAX];
    if (ops->batch == NULL || n < ops->batch->least || (flags & SEALANE_ED25519_LANES_ONLY) != 0 ||
        !sealane_ed25519_batch_vartime(ops, hash, flags, items, n, NULL, good)) {
        verification v = {ops, hash, flags, items, good};
        memset(good, 0, n);
        for (size_t done = 0; done < n; done += BLOCK) {
            verify_block_vartime(&v, done, least(n - done, BLOCK));
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

/* What arithmetic mod L has left. */
WIPE_BELOW(wipe_spilled, 2560)

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
    wipe(expanded, n * sizeof expanded[0]);
    wipe(nonce, n * sizeof nonce[0]);
    wipe(head, n * sizeof head[0]); /* these two are public; so nothing is left that depends on the secret key */
    wipe(digest, n * sizeof digest[0]);
    wipe_spilled();
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
    wipe(expanded, n * sizeof expanded[0]);
    wipe_spilled();
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
