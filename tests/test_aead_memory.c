/* SPDX-License-Identifier: ISC */
/* Where the buffers lie: alignment, in place, and guard pages on both sides. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/aead.h"
#include "tests/support/figure.h"
#include "tests/support/guard.h"

#define CANARY 0x3c
#define CANARY_BYTES 64

/* Bytes at a chosen distance from a 64-byte boundary, between canaries. */
typedef struct {
    uint8_t *memory;
    uint8_t *p;
    size_t n;
} placed;

static placed place(size_t n, size_t offset) {
    size_t room = (2 * CANARY_BYTES + 64 + n + 63) / 64 * 64;
    placed b = {.memory = aligned_alloc(64, room), .n = n};
    assert_non_null(b.memory);
    memset(b.memory, CANARY, room);
    b.p = b.memory + CANARY_BYTES + offset % 64;
    return b;
}

static placed place_copy(const uint8_t *from, size_t n, size_t offset) {
    placed b = place(n, offset);
    memcpy(b.p, from, n);
    return b;
}

static void check_canaries(const placed *b, const char *what) {
    for (size_t i = 0; i < CANARY_BYTES; i++) {
        if (b->p[-1 - (ptrdiff_t)i] != CANARY || b->p[b->n + i] != CANARY) {
            fail_msg("%s: written outside of its %zu bytes", what, b->n);
        }
    }
}

/* Whatever the offsets, several lanes at once: lane i is placed i bytes further. */
static void any_alignment(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(10);
    size_t lengths[AEAD_CRITICAL_MAX];
    size_t n_lengths = aead_critical_lengths(&kernel, lengths);
    enum { N = 5 };
    for (size_t l = 0; l < n_lengths; l++) {
        aead_case cases[N];
        for (size_t i = 0; i < N; i++) {
            aead_case_make(&cases[i], &kernel, lengths[l], 16 * i + l % 16, &random);
        }
        for (size_t offset = 0; offset < 64; offset++) {
            for (aead_path path = 0; path <= aead_last_direct_path(&kernel); path++) {
                const char *how = aead_path_name(path);
                placed in[N], out[N], tag[N], ad[N], key[N], nonce[N];
                sealane_aead_seal_item seal[N];
                sealane_aead_open_item open[N];
                uint8_t verdicts[N];
                for (size_t i = 0; i < N; i++) {
                    aead_case *c = &cases[i];
                    in[i] = place_copy(c->plain, c->len, offset + i);
                    out[i] = place(c->len, i == 0 ? offset : 7 * offset + i);
                    tag[i] = place(kernel.tag_bytes, 3 * offset + i);
                    ad[i] = place_copy(c->ad, c->ad_len, 5 * offset + i);
                    key[i] = place_copy(c->key, kernel.key_bytes, 11 * offset + i);
                    nonce[i] = place_copy(c->nonce, kernel.nonce_bytes, 13 * offset + i);
                    seal[i] =
                        (sealane_aead_seal_item){key[i].p, nonce[i].p, ad[i].p, c->ad_len, in[i].p, c->len, out[i].p, tag[i].p};
                    /* Opened the other way round: into the memory of the plaintext. */
                    open[i] =
                        (sealane_aead_open_item){key[i].p, nonce[i].p, ad[i].p, c->ad_len, out[i].p, c->len, in[i].p, tag[i].p};
                }
                aead_seal_by(path, &kernel, seal, N);
                for (size_t i = 0; i < N; i++) {
                    if (memcmp(out[i].p, cases[i].want, cases[i].len) != 0 ||
                        memcmp(tag[i].p, cases[i].want_tag, kernel.tag_bytes) != 0) {
                        fail_msg("%s: wrong at offset %zu, message of %zu bytes", how, offset, cases[i].len);
                    }
                    memset(in[i].p, 0, cases[i].len);
                }
                aead_open_by(path, &kernel, open, N, verdicts);
                for (size_t i = 0; i < N; i++) {
                    assert_int_equal(verdicts[i], 1);
                    assert_memory_equal(in[i].p, cases[i].plain, cases[i].len);
                    placed *all[] = {&in[i], &out[i], &tag[i], &ad[i], &key[i], &nonce[i]};
                    for (size_t b = 0; b < 6; b++) {
                        check_canaries(all[b], how);
                        free(all[b]->memory);
                    }
                }
            }
        }
        for (size_t i = 0; i < N; i++) {
            aead_case_free(&cases[i]);
        }
    }
    figure_on(kernel_of(state), "every alignment of 0 to 63 of every buffer at each critical length");
}

static void check_in_place(const aead_kernel *kernel, aead_case cases[], size_t n) {
    for (aead_path path = 0; path <= AEAD_BATCH; path++) {
        const char *how = aead_path_name(path);
        sealane_aead_seal_item seal[64];
        sealane_aead_open_item open[64];
        uint8_t verdicts[64];
        for (size_t i = 0; i < n; i++) {
            seal[i] = aead_case_seal_item(&cases[i]);
            memcpy(cases[i].out, cases[i].plain, cases[i].len);
            seal[i].in = cases[i].out;
        }
        aead_seal_by(path, kernel, seal, n);
        for (size_t i = 0; i < n; i++) {
            aead_case_check_sealed(&cases[i], kernel, how);
            open[i] = aead_case_open_item(&cases[i]);
            memcpy(cases[i].out, cases[i].want, cases[i].len);
            open[i].in = cases[i].out;
        }
        aead_open_by(path, kernel, open, n, verdicts);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(verdicts[i], 1);
            aead_case_check_opened(&cases[i], how);
            /* A forgery leaves neither ciphertext nor plaintext where it was to be opened in place. */
            memcpy(cases[i].out, cases[i].want, cases[i].len);
            cases[i].want_tag[i % kernel->tag_bytes] ^= 1;
        }
        aead_open_by(path, kernel, open, n, verdicts);
        for (size_t i = 0; i < n; i++) {
            cases[i].want_tag[i % kernel->tag_bytes] ^= 1;
            assert_int_equal(verdicts[i], 0);
            aead_case_check_refused(&cases[i], how);
        }
    }
}

static void in_place(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(11);
    enum { N = 64 };
    aead_case cases[N];
    for (size_t first = 0; first <= 4096; first += N) {
        for (size_t i = 0; i < N; i++) {
            aead_case_make(&cases[i], &kernel, first + i, rng_below(&random, 40), &random);
        }
        check_in_place(&kernel, cases, N);
        for (size_t i = 0; i < N; i++) {
            aead_case_free(&cases[i]);
        }
    }
    figure_on(kernel_of(state), "in place at every length of 0 to 4159, forgeries included");
}

/*
 * Associated data that lies in the output, or half of it: it is what was there before the call, as libsodium takes it. `room`
 * holds len bytes of output from `text` on, with AROUND bytes on both sides; the associated data begins at `ad`.
 */
enum { AROUND = 320, ROOM_MAX = 5000 + 2 * AROUND + 64, OVERLAPPED = 9 };

typedef struct {
    uint8_t room[ROOM_MAX];
    uint8_t *text, *ad;
} overlapped;

static overlapped room_of[OVERLAPPED];

/* The associated data begins before the text, with it, within it or so that it ends after it, always sharing a byte with it. */
static void overlap(overlapped *o, aead_case *c, size_t which, rng *random) {
    const size_t starts[] = {0, 1, 16, c->ad_len / 2, c->ad_len - 1};
    const size_t within[] = {0, 1, 16, c->len / 2, c->len - 1};
    o->text = o->room + AROUND + (which % 2 == 0 ? 0 : rng_below(random, 64));
    if (which % 3 == 0) {
        o->ad = o->text - (starts[which % 5] < c->ad_len ? starts[which % 5] : 0);
    } else {
        o->ad = o->text + (within[which % 5] < c->len ? within[which % 5] : 0);
    }
}

/* in_place: in == out, so that the associated data shares bytes with what is sealed or opened. */
static void check_overlapped(const aead_kernel *kernel, aead_path path, aead_case cases[], int in_place, rng *random) {
    const char *how = aead_path_name(path);
    sealane_aead_seal_item seal[OVERLAPPED];
    sealane_aead_open_item open[OVERLAPPED];
    uint8_t verdicts[OVERLAPPED];
    for (size_t i = 0; i < OVERLAPPED; i++) {
        aead_case *c = &cases[i];
        overlapped *o = &room_of[i];
        overlap(o, c, i + c->len, random);
        rng_fill(random, o->room, sizeof o->room);
        if (in_place) {
            memcpy(o->text, c->plain, c->len);
        }
        memcpy(c->ad, o->ad, c->ad_len);
        aead_case_expect(c, kernel);
        seal[i] = (sealane_aead_seal_item){c->key, c->nonce, o->ad, c->ad_len, in_place ? o->text : c->plain,
                                           c->len, o->text,  c->tag};
    }
    aead_seal_by(path, kernel, seal, OVERLAPPED);
    for (size_t i = 0; i < OVERLAPPED; i++) {
        aead_case *c = &cases[i];
        memcpy(c->out, room_of[i].text, c->len);
        aead_case_check_sealed(c, kernel, how);
    }
    /* AEGIS' ciphertext depends on the associated data, which therefore cannot share bytes with it. */
    if (in_place && (kernel->algorithm == SEALANE_AEGIS128L || kernel->algorithm == SEALANE_AEGIS256)) {
        return;
    }
    for (int forged = 0; forged <= 1; forged++) {
        for (size_t i = 0; i < OVERLAPPED; i++) {
            aead_case *c = &cases[i];
            overlapped *o = &room_of[i];
            if (in_place) {
                memcpy(o->text, c->want, c->len); /* which other associated data does not change */
            }
            memcpy(c->ad, o->ad, c->ad_len);
            aead_case_expect(c, kernel);
            c->want_tag[i] ^= (uint8_t)forged;
            open[i] = (sealane_aead_open_item){c->key, c->nonce, o->ad,      c->ad_len, in_place ? o->text : c->want,
                                               c->len, o->text,  c->want_tag};
        }
        aead_open_by(path, kernel, open, OVERLAPPED, verdicts);
        for (size_t i = 0; i < OVERLAPPED; i++) {
            aead_case *c = &cases[i];
            memcpy(c->out, room_of[i].text, c->len);
            assert_int_equal(verdicts[i], !forged);
            if (forged) {
                aead_case_check_refused(c, how);
            } else {
                aead_case_check_opened(c, how);
            }
        }
    }
}

static void ad_in_the_output(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    if (!aead_takes_ad(&kernel)) {
        return;
    }
    static const size_t lengths[] = {1, 15, 16, 17, 63, 64, 65, 100, 255, 256, 400, 1000, 1024, 1500, 5000};
    static const size_t ad_lengths[] = {1, 13, 16, 40, 64, 100, 300};
    rng random = rng_make(13);
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        for (size_t a = 0; a < sizeof ad_lengths / sizeof *ad_lengths; a++) {
            aead_case cases[OVERLAPPED];
            for (size_t i = 0; i < OVERLAPPED; i++) {
                aead_case_make(&cases[i], &kernel, lengths[l] - (i % 4 == 3 && lengths[l] > 3 ? 3 : 0), ad_lengths[a], &random);
            }
            for (aead_path path = 0; path < AEAD_PATHS; path++) {
                if (path == AEAD_LANES) { /* which batches do not use for such messages */
                    continue;
                }
                for (int in_place = 0; in_place <= 1; in_place++) {
                    check_overlapped(&kernel, path, cases, in_place, &random);
                }
            }
            for (size_t i = 0; i < OVERLAPPED; i++) {
                aead_case_free(&cases[i]);
            }
        }
    }
}

/* Items beside guard pages at once: more than the lanes take. */
enum { GUARDED_MAX = 72 };

/* The six buffers of an item, each between guard pages of its own. */
typedef struct {
    guard key, nonce, ad, in, out, tag;
} guarded;

typedef enum { AT_END, AT_BEGIN } guard_side;

static uint8_t *at(const guard *g, size_t n, guard_side side) {
    return side == AT_END ? guard_end(g, n) : guard_begin(g, 0);
}

static uint8_t *copy_at(const guard *g, const uint8_t *from, size_t n, guard_side side) {
    return n > 0 ? (uint8_t *)memcpy(at(g, n, side), from, n) : at(g, n, side);
}

static void check_guarded(const aead_kernel *kernel, const guarded g[], aead_case cases[], size_t n) {
    for (guard_side side = AT_END; side <= AT_BEGIN; side++) {
        for (aead_path path = 0; path <= aead_last_direct_path(kernel); path++) {
            const char *how = aead_path_name(path);
            sealane_aead_seal_item seal[GUARDED_MAX];
            sealane_aead_open_item open[GUARDED_MAX];
            uint8_t verdicts[GUARDED_MAX];
            for (size_t i = 0; i < n; i++) {
                aead_case *c = &cases[i];
                seal[i] = (sealane_aead_seal_item){.key = copy_at(&g[i].key, c->key, kernel->key_bytes, side),
                                                   .nonce = copy_at(&g[i].nonce, c->nonce, kernel->nonce_bytes, side),
                                                   .ad = copy_at(&g[i].ad, c->ad, c->ad_len, side),
                                                   .ad_len = c->ad_len,
                                                   .in = copy_at(&g[i].in, c->plain, c->len, side),
                                                   .len = c->len,
                                                   .out = at(&g[i].out, c->len, side),
                                                   .tag = at(&g[i].tag, kernel->tag_bytes, side)};
                memset(seal[i].out, 0, c->len);
            }
            aead_seal_by(path, kernel, seal, n);
            for (size_t i = 0; i < n; i++) {
                aead_case *c = &cases[i];
                if (memcmp(seal[i].out, c->want, c->len) != 0 || memcmp(seal[i].tag, c->want_tag, kernel->tag_bytes) != 0) {
                    fail_msg("%s: wrong beside a guard page, message of %zu bytes", how, c->len);
                }
                open[i] = (sealane_aead_open_item){.key = seal[i].key,
                                                   .nonce = seal[i].nonce,
                                                   .ad = seal[i].ad,
                                                   .ad_len = c->ad_len,
                                                   .in = copy_at(&g[i].in, c->want, c->len, side),
                                                   .len = c->len,
                                                   .out = seal[i].out,
                                                   .tag = seal[i].tag};
                memset(seal[i].out, 0xff, c->len);
            }
            aead_open_by(path, kernel, open, n, verdicts);
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(verdicts[i], 1);
                assert_memory_equal(open[i].out, cases[i].plain, cases[i].len);
            }
        }
    }
}

/* No byte is touched beyond either end of any buffer, by any lane, in lane calls full and partial. */
static void guard_pages(void **state) {
    aead_kernel kernel = aead_kernel_of(state);
    rng random = rng_make(12);
    size_t n = kernel.ops->lanes + 3 < GUARDED_MAX ? kernel.ops->lanes + 3 : GUARDED_MAX;
    size_t critical[AEAD_CRITICAL_MAX];
    size_t n_critical = aead_critical_lengths(&kernel, critical);
    guarded g[GUARDED_MAX];
    for (size_t i = 0; i < n; i++) {
        g[i] = (guarded){guard_make(64), guard_make(64), guard_make(512), guard_make(65538), guard_make(65538), guard_make(64)};
    }
    for (size_t len = 0; len <= 1024 + n_critical; len++) {
        aead_case cases[GUARDED_MAX];
        for (size_t i = 0; i < n; i++) {
            /* A lane in three is one byte shorter, one in three of any length: lanes end at different steps. */
            size_t base = len <= 1024 ? len : critical[len - 1025];
            size_t shorter = i % 3 == 0 ? 0 : i % 3 == 1 ? 1 : rng_below(&random, base + 1);
            aead_case_make(&cases[i], &kernel, base - (shorter < base ? shorter : base), (len + i) % 66, &random);
        }
        check_guarded(&kernel, g, cases, n);
        for (size_t i = 0; i < n; i++) {
            aead_case_free(&cases[i]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        guard *all[] = {&g[i].key, &g[i].nonce, &g[i].ad, &g[i].in, &g[i].out, &g[i].tag};
        for (size_t b = 0; b < 6; b++) {
            guard_free(all[b]);
        }
    }
    figure_on(kernel_of(state),
              "guard pages on both sides of every buffer at every length of 0 to 1024 and around each loop's threshold");
}

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(any_alignment, FAMILIES_AEAD),
    FOR_EACH_KERNEL(in_place, FAMILIES_AEAD),
    FOR_EACH_KERNEL(ad_in_the_output, FAMILIES_AEAD),
    FOR_EACH_KERNEL(guard_pages, FAMILIES_AEAD),
};

KERNEL_TESTS_MAIN(tests)
