/* SPDX-License-Identifier: ISC */
/*
 * The choice of kernels: every subset of the features, the ceilings, what is reported, and that every choice there can be
 * gives the right bytes through the public calls.
 */
#include "tests/for_each_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dispatch/cpu.h"
#include "sealane/sealane.h"
#include "tests/support/figure.h"
#include "tests/support/oracle.h"
#include "tests/support/rng.h"

#define FEATURES_MAX 20U
#define EVERYTHING UINT32_MAX

static size_t feature_count(void) {
    size_t n = 0;
    while (sealane_cpu_feature_table[n].name != NULL) {
        n++;
    }
    assert_true(n <= FEATURES_MAX);
    return n;
}

static uint32_t known_features(void) {
    uint32_t all = 0;
    for (size_t i = 0; i < feature_count(); i++) {
        all |= sealane_cpu_feature_table[i].bit;
    }
    return all;
}

/* The i-th subset of the known features, 0 <= i < 2^feature_count. */
static uint32_t subset(size_t i) {
    uint32_t features = 0;
    for (size_t f = 0; f < feature_count(); f++) {
        features |= i >> f & 1 ? sealane_cpu_feature_table[f].bit : 0;
    }
    return features;
}

static uint32_t usable_now(void) {
    sealane_cpu_feature list[FEATURES_MAX];
    size_t n = sealane_cpu_features(list, FEATURES_MAX);
    uint32_t usable = 0;
    for (size_t i = 0; i < n; i++) {
        usable |= list[i].usable ? sealane_cpu_feature_table[i].bit : 0;
    }
    return usable;
}

static void feature_table(void **state) {
    (void)state;
    uint32_t seen = 0;
    for (const cpu_feature *f = sealane_cpu_feature_table; f->name != NULL; f++) {
        assert_true(f->bit != 0 && (f->bit & (f->bit - 1)) == 0);
        assert_int_equal(seen & f->bit, 0);
        assert_int_equal(f->implies & f->bit, 0);
        assert_int_equal(f->implies & ~known_features(), 0);
        seen |= f->bit;
        for (const cpu_feature *g = sealane_cpu_feature_table; g != f; g++) {
            assert_string_not_equal(f->name, g->name);
        }
    }
    assert_int_equal(sealane_cpu_found() & ~seen, 0);
    assert_int_equal(sealane_cpu_found(), sealane_cpu_found());
#if defined(__x86_64__)
    /* The compiler's runtime asks the same CPU in code that is not ours. */
    static const struct {
        const char *name;
        uint32_t bit;
    } ours[] = {{"ssse3", CPU_SSSE3},
                {"sse4.1", CPU_SSE41},
                {"aes", CPU_AESNI},
                {"pclmul", CPU_PCLMUL},
                {"avx2", CPU_AVX2},
                {"bmi2", CPU_BMI2},
                {"avx512f", CPU_AVX512F},
                {"avx512bw", CPU_AVX512BW},
                {"avx512dq", CPU_AVX512DQ},
                {"avx512vl", CPU_AVX512VL},
                {"avx512ifma", CPU_AVX512IFMA},
                {"avx512vbmi", CPU_AVX512VBMI},
                {"vpclmulqdq", CPU_VPCLMUL}};
    const int theirs[] = {
        __builtin_cpu_supports("ssse3"),     __builtin_cpu_supports("sse4.1"),     __builtin_cpu_supports("aes"),
        __builtin_cpu_supports("pclmul"),    __builtin_cpu_supports("avx2"),       __builtin_cpu_supports("bmi2"),
        __builtin_cpu_supports("avx512f"),   __builtin_cpu_supports("avx512bw"),   __builtin_cpu_supports("avx512dq"),
        __builtin_cpu_supports("avx512vl"),  __builtin_cpu_supports("avx512ifma"), __builtin_cpu_supports("avx512vbmi"),
        __builtin_cpu_supports("vpclmulqdq")};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (((sealane_cpu_found() & ours[i].bit) != 0) != (theirs[i] != 0)) {
            fail_msg("%s: found %d, the compiler's runtime says %d", ours[i].name, (sealane_cpu_found() & ours[i].bit) != 0,
                     theirs[i] != 0);
        }
    }
#endif
}

static void registry_order(void **state) {
    (void)state;
    uint32_t families = 0;
    for (size_t i = 0; i < sealane_registry_rows; i++) {
        const kernel_row *row = &sealane_registry[i];
        assert_true((unsigned)row->family < FAMILY_COUNT);
        assert_int_equal(row->features & ~known_features(), 0);
        int first = i == 0 || row[-1].family != row->family;
        int last = i + 1 == sealane_registry_rows || row[1].family != row->family;
        if (first) {
            assert_int_equal(families & FAMILY_BIT(row->family), 0); /* rows of one family stand together */
            families |= FAMILY_BIT(row->family);
        }
        assert_int_equal(strcmp(row->isa, "portable") == 0, last);
        if (last) {
            assert_int_equal(row->features, 0);
            assert_non_null(row->ops);
        } else {
            assert_true(row->features != 0);
        }
        for (const kernel_row *better = sealane_registry; better != row; better++) {
            if (better->family == row->family) {
                assert_string_not_equal(better->isa, row->isa);
                assert_true(row->ops == NULL || better->ops != row->ops); /* each name has code of its own */
                assert_true((better->features & ~row->features) != 0);    /* else `row` could never be chosen */
            }
        }
    }
    assert_int_equal(families, (1U << FAMILY_COUNT) - 1);
}

/* A name of a feature in a list separated by spaces. */
static uint32_t features_named(const char *names) {
    uint32_t mask = 0;
    while (*names != '\0') {
        size_t bytes = strcspn(names, " ");
        uint32_t bit = 0;
        for (const cpu_feature *f = sealane_cpu_feature_table; f->name != NULL; f++) {
            if (strlen(f->name) == bytes && memcmp(f->name, names, bytes) == 0) {
                bit = f->bit;
            }
        }
        assert_true(bit != 0);
        assert_int_equal(mask & bit, 0);
        mask |= bit;
        names += bytes;
        if (*names == ' ') {
            names++;
            assert_true(*names != '\0');
        }
    }
    return mask;
}

/*
 * What is expected, written here once more and apart from the tables under test.
 *
 * What a feature is worth nothing without, all of it. The VEX and EVEX forms of an instruction belong to CPUs that have the
 * older forms: a mask that says otherwise (a hypervisor's, a user's) takes the newer ones away as well.
 */
static const char *const presumed[][2] = {
#if defined(__x86_64__) || defined(__i386__)
    {"ssse3", ""},
    {"sse4.1", "ssse3"},
    {"aesni", "ssse3 sse4.1"},
    {"pclmul", "ssse3 sse4.1"},
    {"sha", "ssse3 sse4.1"},
    {"avx2", "ssse3 sse4.1"},
    {"bmi2", ""},
    {"adx", ""},
    {"vaes", "ssse3 sse4.1 aesni avx2"},
    {"vpclmul", "ssse3 sse4.1 pclmul avx2"},
    {"avx512f", "ssse3 sse4.1 avx2 bmi2"},
    {"avx512bw", "ssse3 sse4.1 avx2 bmi2 avx512f"},
    {"avx512dq", "ssse3 sse4.1 avx2 bmi2 avx512f"},
    {"avx512vl", "ssse3 sse4.1 avx2 bmi2 avx512f"},
    {"avx512ifma", "ssse3 sse4.1 avx2 bmi2 avx512f"},
    {"avx512vbmi", "ssse3 sse4.1 avx2 bmi2 avx512f"},
#elif defined(__aarch64__)
    {"neon", ""},
#endif
    {NULL, NULL}, /* an architecture without features has this row alone */
};

#if defined(__x86_64__) || defined(__i386__)
/* Each family's kernels, best first, with what their files are compiled for. A family that is not here is served by its
   portable kernel alone. */
#define AESNI_SET "ssse3 sse4.1 aesni pclmul"
#define AVX2_SET "avx2 bmi2"
#define VAES256_SET AVX2_SET " aesni pclmul vaes vpclmul"
#define AVX512F_SET AVX2_SET " avx512f avx512bw avx512dq avx512vl"
#define AVX512_SET AVX512F_SET " avx512ifma avx512vbmi aesni pclmul vaes vpclmul"

typedef struct {
    const char *isa, *needs;
} stated_kernel;

static const stated_kernel stated_stream[] = {{"avx512", AVX512_SET}, {"avx512f", AVX512F_SET}, {"avx2", AVX2_SET}, {0}};
static const stated_kernel stated_aes[] = {{"avx512", AVX512_SET}, {"vaes256", VAES256_SET}, {"aesni", AESNI_SET}, {0}};
static const stated_kernel stated_sha256[] = {
    {"avx512", AVX512_SET " sha"}, {"avx512f", AVX512F_SET}, {"shani", "sha"}, {"avx2", AVX2_SET}, {0}};
static const stated_kernel stated_sha512[] = {{"avx512f", AVX512F_SET}, {"avx2", AVX2_SET}, {0}};
static const stated_kernel stated_curve[] = {{"avx512", AVX512_SET}, {"avx2", AVX2_SET}, {"bmi2", "bmi2"}, {0}};

static const struct {
    const char *family;
    const stated_kernel *kernels;
} stated[] = {
    {"chacha20-poly1305", stated_stream},
    {"xchacha20-poly1305", stated_stream},
    {"xsalsa20-poly1305", stated_stream},
    {"xchacha20-poly1305-secretbox", stated_stream},
    {"aes128-gcm", stated_aes},
    {"aes256-gcm", stated_aes},
    {"aegis128l", stated_aes},
    {"aegis256", stated_aes},
    {"sha256", stated_sha256},
    {"sha512", stated_sha512},
    {"x25519", stated_curve},
    {"ed25519", stated_curve},
};

static const kernel_row *row_named(kernel_family family, const char *isa) {
    for (size_t r = 0; r < sealane_registry_rows; r++) {
        if (sealane_registry[r].family == family && strcmp(sealane_registry[r].isa, isa) == 0) {
            return &sealane_registry[r];
        }
    }
    fail_msg("%s/%s is not in the registry", sealane_family_name(family), isa);
    return NULL;
}
#endif

/* A family's kernels by what is stated, best first, those that are compiled in, with the features that they need. */
typedef struct {
    const kernel_row *row[8];
    uint32_t needs[8];
    size_t n;
} expectation;

static void expect_family(expectation *e, kernel_family family, size_t *rows) {
    e->n = 0;
#if defined(__x86_64__) || defined(__i386__)
    for (size_t s = 0; s < sizeof stated / sizeof stated[0]; s++) {
        if (strcmp(stated[s].family, sealane_family_name(family)) == 0) {
            for (const stated_kernel *k = stated[s].kernels; k->isa != NULL; k++) {
                ++*rows;
                e->row[e->n] = row_named(family, k->isa);
                e->needs[e->n] = features_named(k->needs);
                e->n += e->row[e->n]->ops != NULL;
            }
        }
    }
#endif
    ++*rows;
    e->row[e->n] = kernel_portable(family);
    e->needs[e->n++] = 0;
}

static uint32_t presumed_by(const cpu_feature *feature) {
    for (size_t i = 0; presumed[i][0] != NULL; i++) {
        if (strcmp(presumed[i][0], feature->name) == 0) {
            return features_named(presumed[i][1]);
        }
    }
    fail_msg("nothing is stated of %s", feature->name);
    return 0;
}

/* Every subset of the features: what is left of it, and the kernel of every family, are those stated above. */
static void every_subset(void **state) {
    (void)state;
    size_t n = feature_count(), rows = 0;
    uint32_t presumes[FEATURES_MAX];
    for (size_t f = 0; f < n; f++) {
        presumes[f] = presumed_by(&sealane_cpu_feature_table[f]);
    }
    static expectation expected[FAMILY_COUNT];
    for (unsigned family = 0; family < FAMILY_COUNT; family++) {
        expect_family(&expected[family], (kernel_family)family, &rows);
    }
    assert_int_equal(rows, sealane_registry_rows); /* none that is not stated */
    size_t choices = 0;
    for (size_t i = 0; i < (size_t)1 << n; i++) {
        uint32_t features = subset(i), want = 0;
        for (size_t f = 0; f < n; f++) {
            uint32_t bit = sealane_cpu_feature_table[f].bit;
            want |= (features & bit) != 0 && (presumes[f] & ~features) == 0 ? bit : 0;
        }
        uint32_t closed = sealane_cpu_close(features);
        if (closed != want) {
            fail_msg("features %#x closed are %#x, expected %#x", features, closed, want);
        }
        for (unsigned family = 0; family < FAMILY_COUNT; family++, choices++) {
            const expectation *e = &expected[family];
            size_t k = 0;
            while ((e->needs[k] & ~want) != 0) {
                k++; /* the last needs nothing */
            }
            const kernel_row *row = sealane_registry_choose((kernel_family)family, closed);
            if (row != e->row[k]) {
                fail_msg("features %#x: %s is served by %s, expected %s", features, sealane_family_name((kernel_family)family),
                         row->isa, e->row[k]->isa);
            }
        }
    }
    figure("dispatch: %zu subsets of %zu features, %zu choices of a kernel as stated", (size_t)1 << n, n, choices);
}

static void check_dispatched(uint32_t features) {
    for (unsigned family = 0; family < FAMILY_COUNT; family++) {
        const kernel_row *row = sealane_registry_choose((kernel_family)family, features);
        assert_ptr_equal(sealane_dispatch((kernel_family)family), row->ops);
        assert_ptr_equal(sealane_dispatch((kernel_family)family), row->ops);
    }
}

/* What serves follows the limit, and never goes beyond the CPU. */
static void limits(void **state) {
    (void)state;
    for (size_t i = 0; i < (size_t)1 << feature_count(); i++) {
        sealane_dispatch_limit(subset(i));
        check_dispatched(sealane_cpu_close(sealane_cpu_found() & subset(i)));
    }
    sealane_dispatch_limit(EVERYTHING);
    check_dispatched(sealane_cpu_close(sealane_cpu_found()));
}

static void check_line(const char *text, size_t room) {
    size_t n = strnlen(text, room);
    assert_true(n > 0 && n < room);
    assert_null(strchr(text, '\n'));
}

/* sealane_cpu_features and sealane_cpu_kernels say what is so, under the present ceiling. */
static void check_reports(void) {
    sealane_cpu_feature features[FEATURES_MAX];
    size_t n = sealane_cpu_features(features, FEATURES_MAX);
    assert_int_equal(n, feature_count());
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(features[i].name, sealane_cpu_feature_table[i].name);
        assert_int_equal(features[i].present, (sealane_cpu_found() & sealane_cpu_feature_table[i].bit) != 0);
        assert_true(features[i].usable == 0 || features[i].usable == 1);
        assert_true(!features[i].usable || features[i].present);
    }
    uint32_t usable = usable_now(), on_cpu = sealane_cpu_close(sealane_cpu_found());
    assert_int_equal(sealane_cpu_close(usable), usable);
    sealane_kernel_info kernels[64];
    n = sealane_cpu_kernels(kernels, 64);
    assert_true(n <= 64);
    assert_int_equal(n, sealane_registry_rows);
    const char *chosen_family = "";
    for (size_t i = 0; i < n; i++) {
        const kernel_row *row = &sealane_registry[i];
        const sealane_kernel_info *info = &kernels[i];
        assert_string_equal(info->family, sealane_family_name(row->family));
        assert_string_equal(info->isa, row->isa);
        assert_int_equal(features_named(info->needs), row->features);
        check_line(info->why, sizeof info->why);
        sealane_kernel_state want = row->ops == NULL                           ? SEALANE_KERNEL_NOT_COMPILED
                                    : (row->features & ~on_cpu) != 0           ? SEALANE_KERNEL_NOT_ON_CPU
                                    : (row->features & ~usable) != 0           ? SEALANE_KERNEL_AVAILABLE
                                    : strcmp(chosen_family, info->family) == 0 ? SEALANE_KERNEL_AVAILABLE
                                                                               : SEALANE_KERNEL_CHOSEN;
        assert_int_equal(info->state, want);
        if (want == SEALANE_KERNEL_CHOSEN) {
            assert_ptr_equal(sealane_dispatch(row->family), row->ops);
            chosen_family = info->family;
        }
        if (strcmp(info->isa, "portable") == 0) {
            assert_string_equal(chosen_family, info->family); /* each family is served */
        }
    }
}

static int is_ceiling(const char *name) {
    for (const char *const *c = sealane_cpu_ceilings(); *c != NULL; c++) {
        if (strcmp(*c, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static void ceilings(void **state) {
    (void)state;
    assert_int_equal(sealane_cpu_restrict(NULL), SEALANE_OK);
    check_reports();
    uint32_t everything = usable_now(), below = 0;
    assert_int_equal(everything, sealane_cpu_close(sealane_cpu_found()));
    const char *const *names = sealane_cpu_ceilings();
    assert_string_equal(names[0], "portable");
    for (size_t i = 0; names[i] != NULL; i++) {
        uint32_t before = usable_now();
        sealane_status status = sealane_cpu_restrict(names[i]);
        if (status != SEALANE_OK) {
            assert_int_equal(status, SEALANE_EUNSUPPORTED);
            assert_int_equal(usable_now(), before);
            printf("ceiling %s: not on this CPU\n", names[i]);
            continue;
        }
        check_reports();
        uint32_t usable = usable_now();
        assert_int_equal(below & ~usable, 0); /* a higher ceiling takes nothing away */
        below = usable;
        for (size_t r = 0; r < sealane_registry_rows; r++) {
            const kernel_row *row = &sealane_registry[r];
            /* The kernel of the ceiling's name serves, or one for instructions apart from the ceilings. */
            const kernel_row *serves = sealane_registry_choose(row->family, usable);
            if (strcmp(row->isa, names[i]) == 0 && row->ops != NULL && is_ceiling(serves->isa)) {
                assert_ptr_equal(sealane_dispatch(row->family), row->ops);
            }
        }
        if (i == 0) {
            assert_int_equal(usable, 0);
        } else {
            assert_true(usable != before);
        }
        /* An unknown name leaves the ceiling where it was. */
        static const char *const unknown[] = {"", "Portable", "portable ", "avx", "avx51", "avx5122", "none", "all", "*"};
        for (size_t u = 0; u < sizeof unknown / sizeof unknown[0]; u++) {
            assert_false(is_ceiling(unknown[u]));
            assert_int_equal(sealane_cpu_restrict(unknown[u]), SEALANE_EINVAL);
            assert_int_equal(usable_now(), usable);
        }
    }
    for (size_t r = 0; r < sealane_registry_rows; r++) {
        /* Every kernel can be asked for by its name, but that of the SHA extensions, which come with the ceiling aesni. */
        assert_true(is_ceiling(sealane_registry[r].isa) || strcmp(sealane_registry[r].isa, "shani") == 0);
    }
    assert_int_equal(sealane_cpu_restrict(NULL), SEALANE_OK);
    assert_int_equal(usable_now(), everything);
}

/* No more than max is written, and the count is whole. */
static void report_limits(void **state) {
    (void)state;
    sealane_dispatch_limit(EVERYTHING);
    size_t features = sealane_cpu_features(NULL, 0), kernels = sealane_cpu_kernels(NULL, 0);
    assert_int_equal(features, feature_count());
    assert_int_equal(kernels, sealane_registry_rows);
    sealane_cpu_feature f[FEATURES_MAX + 1], untouched_f;
    sealane_kernel_info k[65], untouched_k;
    memset(&untouched_f, 0xa5, sizeof untouched_f);
    memset(&untouched_k, 0xa5, sizeof untouched_k);
    for (size_t max = 0; max <= features; max++) {
        memset(f, 0xa5, sizeof f);
        assert_int_equal(sealane_cpu_features(f, max), features);
        assert_memory_equal(&f[max], &untouched_f, sizeof untouched_f);
        assert_true(max == 0 || strcmp(f[max - 1].name, sealane_cpu_feature_table[max - 1].name) == 0);
    }
    assert_true(kernels <= 64);
    for (size_t max = 0; max <= kernels; max++) {
        memset(k, 0xa5, sizeof k);
        assert_int_equal(sealane_cpu_kernels(k, max), kernels);
        assert_memory_equal(&k[max], &untouched_k, sizeof untouched_k);
        assert_true(max == 0 || strcmp(k[max - 1].isa, sealane_registry[max - 1].isa) == 0);
    }
}

static const sealane_aead aeads[] = {
    SEALANE_CHACHA20_POLY1305, SEALANE_XCHACHA20_POLY1305, SEALANE_XSALSA20_POLY1305, SEALANE_AES128_GCM,
    SEALANE_AES256_GCM,        SEALANE_AEGIS128L,          SEALANE_AEGIS256,          SEALANE_XCHACHA20_POLY1305_SECRETBOX,
};

/*
 * One run through every family's public calls, on the same inputs: batches of mixed lengths. What came out is `record`; where
 * the oracle is there, `want` is what it says.
 */
enum { ITEMS = 41, LEN_MAX = 700, RECORD_MAX = 400000 };

typedef struct {
    uint8_t record[RECORD_MAX];
    size_t used;
} transcript;

static uint8_t *room(transcript *t, size_t n) {
    assert_true(t->used + n <= RECORD_MAX);
    t->used += n;
    return t->record + t->used - n;
}

typedef struct {
    uint8_t secret[ITEMS][32], peer[ITEMS][32], nonce[ITEMS][32], text[ITEMS][LEN_MAX];
    size_t len[ITEMS];
} inputs;

static void make_inputs(inputs *in) {
    rng r = rng_make(1);
    rng_fill(&r, (uint8_t *)in, offsetof(inputs, len));
    for (size_t i = 0; i < ITEMS; i++) {
        in->len[i] = i < 4 ? (size_t[]){0, 1, 64, LEN_MAX}[i] : rng_below(&r, LEN_MAX + 1);
    }
}

static void run_public_calls(const inputs *in, transcript *t) {
    t->used = 0;
    for (size_t a = 0; a < sizeof aeads / sizeof aeads[0]; a++) {
        sealane_aead_seal_item items[ITEMS];
        sealane_aead_open_item back[ITEMS];
        uint8_t opened[ITEMS][LEN_MAX], verdicts[ITEMS];
        for (size_t i = 0; i < ITEMS; i++) {
            items[i] =
                (sealane_aead_seal_item){.key = in->secret[i], .nonce = in->nonce[i], .in = in->text[i], .len = in->len[i]};
            items[i].out = room(t, in->len[i]);
            items[i].tag = room(t, sealane_aead_tag_bytes(aeads[a]));
            back[i] = (sealane_aead_open_item){.key = in->secret[i],
                                               .nonce = in->nonce[i],
                                               .in = items[i].out,
                                               .len = in->len[i],
                                               .out = opened[i],
                                               .tag = items[i].tag};
        }
        assert_int_equal(sealane_aead_seal_batch(aeads[a], items, ITEMS), SEALANE_OK);
        assert_int_equal(sealane_aead_open_batch(aeads[a], back, ITEMS, verdicts), SEALANE_OK);
        for (size_t i = 0; i < ITEMS; i++) {
            assert_memory_equal(opened[i], in->text[i], in->len[i]);
        }
    }
    sealane_hash_item hash[ITEMS];
    for (size_t i = 0; i < ITEMS; i++) {
        hash[i] = (sealane_hash_item){in->text[i], in->len[i], room(t, 32)};
    }
    assert_int_equal(sealane_sha256_batch(hash, ITEMS), SEALANE_OK);
    for (size_t i = 0; i < ITEMS; i++) {
        hash[i].out = room(t, 64);
    }
    assert_int_equal(sealane_sha512_batch(hash, ITEMS), SEALANE_OK);
    sealane_x25519_item mult[ITEMS];
    for (size_t i = 0; i < ITEMS; i++) {
        mult[i] = (sealane_x25519_item){in->secret[i], in->peer[i], room(t, 32)};
    }
    assert_int_equal(sealane_x25519_batch(mult, ITEMS, NULL), SEALANE_OK);
    sealane_ed25519_keypair_item pairs[ITEMS];
    sealane_ed25519_sign_item sign[ITEMS];
    sealane_ed25519_item verify[ITEMS];
    uint8_t verdicts[ITEMS];
    for (size_t i = 0; i < ITEMS; i++) {
        pairs[i] = (sealane_ed25519_keypair_item){in->secret[i], room(t, 32), room(t, 64)};
        sign[i] = (sealane_ed25519_sign_item){pairs[i].secret_key, in->text[i], in->len[i], room(t, 64)};
        verify[i] = (sealane_ed25519_item){.public_key = pairs[i].public_key,
                                           .signature = sign[i].signature,
                                           .message = in->text[i],
                                           .message_len = in->len[i]};
    }
    assert_int_equal(sealane_ed25519_keypair_batch(pairs, ITEMS), SEALANE_OK);
    assert_int_equal(sealane_ed25519_sign_batch(0, sign, ITEMS), SEALANE_OK);
    assert_int_equal(sealane_ed25519_verify_batch(SEALANE_ED25519_COFACTORLESS, verify, ITEMS, verdicts), SEALANE_OK);
    verify[3].message_len--; /* the last byte is missing */
    assert_int_equal(sealane_ed25519_verify_batch(SEALANE_ED25519_COFACTORED, verify, ITEMS, verdicts), SEALANE_EVERIFY);
    for (size_t i = 0; i < ITEMS; i++) {
        assert_int_equal(verdicts[i], i != 3);
    }
    sealane_box_seal_item box[ITEMS];
    for (size_t i = 0; i < ITEMS; i++) {
        box[i] = (sealane_box_seal_item){.public_key = in->peer[i],
                                         .secret_key = in->secret[i],
                                         .nonce = in->nonce[i],
                                         .in = in->text[i],
                                         .len = in->len[i],
                                         .out = room(t, in->len[i] + 16)};
    }
    assert_int_equal(sealane_box_seal_batch(box, ITEMS, NULL), SEALANE_OK);
}

/* For the algorithms that the oracle lacks. */
static int portable_seal(sealane_aead algorithm, const sealane_aead_seal_item *item) {
    kernel_family family = (kernel_family)(FAMILY_CHACHA20_POLY1305 + (algorithm - SEALANE_CHACHA20_POLY1305)); /* one order */
    ((const aead_ops *)kernel_portable(family)->ops)->seal_one(item);
    return oracle_present();
}

/* The same record by the oracle, item by item. 0 where there is none. */
static int run_oracle(const inputs *in, transcript *t) {
    int known = 1, good;
    t->used = 0;
    for (size_t a = 0; a < sizeof aeads / sizeof aeads[0]; a++) {
        for (size_t i = 0; i < ITEMS; i++) {
            sealane_aead_seal_item item = {.key = in->secret[i], .nonce = in->nonce[i], .in = in->text[i], .len = in->len[i]};
            uint8_t *out = room(t, in->len[i]), *tag = room(t, sealane_aead_tag_bytes(aeads[a]));
            item.out = out;
            item.tag = tag;
            known &= oracle_aead_seal(aeads[a], &item, out, tag) || portable_seal(aeads[a], &item);
        }
    }
    for (size_t i = 0; i < ITEMS; i++) {
        known &= oracle_sha256(room(t, 32), in->text[i], in->len[i]);
    }
    for (size_t i = 0; i < ITEMS; i++) {
        known &= oracle_sha512(room(t, 64), in->text[i], in->len[i]);
    }
    for (size_t i = 0; i < ITEMS; i++) {
        known &= oracle_x25519(room(t, 32), &good, in->secret[i], in->peer[i]);
    }
    for (size_t i = 0; i < ITEMS; i++) {
        uint8_t *public_key = room(t, 32), *secret_key = room(t, 64);
        known &= oracle_ed25519_keypair(public_key, secret_key, in->secret[i]);
        known &= oracle_ed25519_sign(room(t, 64), in->text[i], in->len[i], secret_key);
    }
    for (size_t i = 0; i < ITEMS; i++) {
        known &=
            oracle_box_seal(room(t, in->len[i] + 16), &good, in->text[i], in->len[i], in->nonce[i], in->peer[i], in->secret[i]);
    }
    return known;
}

/* Every combination of kernels that some subset of this CPU's features leads to, once. */
static void every_choice(void **state) {
    (void)state;
    enum { CHOICES_MAX = 4096 };
    static const kernel_row *seen[CHOICES_MAX][FAMILY_COUNT];
    size_t choices = 0;
    inputs *in = malloc(sizeof *in);
    transcript *want = malloc(sizeof *want), *got = malloc(sizeof *got);
    assert_true(in != NULL && want != NULL && got != NULL);
    make_inputs(in);
    if (!run_oracle(in, want)) {
        sealane_dispatch_limit(0);
        run_public_calls(in, want);
    }
    for (size_t i = 0; i < (size_t)1 << feature_count(); i++) {
        uint32_t features = sealane_cpu_close(sealane_cpu_found() & subset(i));
        const kernel_row *choice[FAMILY_COUNT];
        for (unsigned family = 0; family < FAMILY_COUNT; family++) {
            choice[family] = sealane_registry_choose((kernel_family)family, features);
        }
        size_t c = 0;
        while (c < choices && memcmp(seen[c], choice, sizeof choice) != 0) {
            c++;
        }
        if (c < choices) {
            continue;
        }
        assert_true(choices < CHOICES_MAX);
        memcpy(seen[choices++], choice, sizeof choice);
        sealane_dispatch_limit(subset(i));
        run_public_calls(in, got);
        assert_int_equal(got->used, want->used);
        assert_memory_equal(got->record, want->record, want->used);
    }
    figure("dispatch: %zu different sets of kernels chosen by subsets of this CPU's features, all calls as %s", choices,
           oracle_name());
    sealane_dispatch_limit(EVERYTHING);
    free(in);
    free(want);
    free(got);
}

static void status_strings(void **state) {
    (void)state;
    for (int i = -40; i < 10; i++) {
        const char *text = sealane_status_string((sealane_status)i);
        assert_non_null(text);
        assert_true(text[0] != '\0');
        for (int j = SEALANE_ERANDOM; j < i && i <= SEALANE_OK; j++) {
            assert_string_not_equal(text, sealane_status_string((sealane_status)j));
        }
    }
}

static const kernel_test tests[] = {
    ONCE(feature_table), ONCE(registry_order), ONCE(every_subset), ONCE(limits),
    ONCE(ceilings),      ONCE(report_limits),  ONCE(every_choice), ONCE(status_strings),
};
KERNEL_TESTS_MAIN(tests)
