/* SPDX-License-Identifier: ISC */
/*
 * What calls leave on the stack, and how much of it they take. Each call runs on a stack of its own that was painted before,
 * for several secrets. The stacks that it leaves may differ in nothing but public bytes: a key, a round key, a power of H, a
 * scalar or any value made from them shows as a difference, wherever the compiler put it. Contexts (prepared keys, shared keys,
 * the cache of them) lie on that stack as well, and are wiped by the public calls for that.
 *
 * Registers after the return are not looked at: vector registers may hold what was in them until other code takes them.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "core/util/random.h"
#include "sealane/sealane.h"
#include "tests/ct/subjects.h"
#include "tests/for_each_kernel.h"
#include "tests/support/rng.h"

enum { STACK_BYTES = 1 << 18, STACK_MAX = 65536, SECRETS = 3, WINDOW = 8, ENOUGH = 64, ALL_FAMILIES = (1 << FAMILY_COUNT) - 1 };

static uint8_t *stack; /* STACK_BYTES between two pages that cannot be touched */
static ct_memory memory;

/* Randomness of a run: its secret's. Copied from where it lies, so that nothing of it is the test's on the stack. */
static uint8_t random_pool[64 * 1024];
static size_t random_at;

sealane_status __wrap_sealane_random_fill(uint8_t *out, size_t n);
sealane_status __wrap_sealane_random_fill(uint8_t *out, size_t n) {
    assert_true(n <= sizeof random_pool - random_at);
    memcpy(out, random_pool + random_at, n);
    random_at += n;
    return SEALANE_OK;
}

static struct {
    ucontext_t outside, inside, fresh;
    const ct_subject *subject;
    size_t n, size;
    kernel_family family;
    uint8_t *top; /* where the call's frames begin */
} run;

/* Space between the call and what leaves the stack, that this may not write over what the call left. */
static __attribute__((noinline)) void enter_apart(void) {
    volatile uint8_t apart[512];
    apart[0] = 0;
    run.top = (uint8_t *)(uintptr_t)apart;
    run.subject->run(&memory, run.n, run.size, run.family);
    apart[1] = 0; /* and no tail call */
}

static void enter(void) {
    enter_apart();
    (void)swapcontext(&run.inside, &run.outside);
}

static uint64_t paint_at(size_t i) {
    return (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static void paint(void) {
    for (size_t i = 0; i < STACK_BYTES; i += 8) {
        const uint64_t x = paint_at(i);
        memcpy(stack + i, &x, 8);
    }
}

/* The lowest byte that is not as it was painted. */
static size_t lowest(void) {
    for (size_t i = 0; i < STACK_BYTES; i += 8) {
        const uint64_t x = paint_at(i);
        if (memcmp(stack + i, &x, 8) != 0) {
            return i;
        }
    }
    return STACK_BYTES;
}

static void set_up(void) {
    if (stack == NULL) {
        const size_t page = (size_t)sysconf(_SC_PAGESIZE);
        uint8_t *mapped = mmap(NULL, STACK_BYTES + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_true(mapped != MAP_FAILED);
        stack = mapped + page;
        assert_int_equal(getcontext(&run.fresh), 0); /* once, as its registers reach the stack in prologues */
        assert_int_equal(mprotect(stack, STACK_BYTES, PROT_READ | PROT_WRITE), 0);
    }
}

/* Runs a subject on the painted stack for one secret; returns the bytes of stack that it took. */
static size_t run_painted(const ct_subject *subject, size_t n, size_t size, kernel_family family, uint64_t seed) {
    rng randomness = {.state = ~seed};
    set_up();
    ct_fill(&memory, seed);
    rng_fill(&randomness, random_pool, sizeof random_pool);
    random_at = 0;
    if (subject->prepare != NULL) {
        subject->prepare(&memory, n, size, family);
    }
    run.subject = subject;
    run.n = n;
    run.size = size;
    run.family = family;
    paint();
    run.inside = run.fresh;
    run.inside.uc_stack.ss_sp = stack;
    run.inside.uc_stack.ss_size = STACK_BYTES;
    run.inside.uc_link = NULL;
    makecontext(&run.inside, enter, 0);
    assert_int_equal(swapcontext(&run.outside, &run.inside), 0);
    assert_false(memory.failed);
    return (size_t)(run.top - stack) - lowest();
}

static int holds(const uint8_t *where, size_t bytes, const uint8_t window[WINDOW]) {
    return memmem(where, bytes, window, WINDOW) != NULL;
}

/* Whether stack[i] is in a window of bytes that are public: inputs that are, or outputs that are and repeat no secret input.
   Returns how many bytes from i on are. */
static size_t is_public(const ct_subject *subject, size_t i) {
    for (size_t at = i; at + WINDOW > i; at--) {
        if (holds(memory.public, sizeof memory.public, stack + at) ||
            (subject->out_is_public && holds(memory.out, sizeof memory.out, stack + at) &&
             !holds(memory.secret, sizeof memory.secret, stack + at))) {
            return at + WINDOW - i;
        }
    }
    return 0;
}

typedef struct {
    size_t leftover; /* bytes that depend on the secret */
    size_t taken;    /* bytes of stack */
} residue;

/* What a subject leaves; tells where if label is given. */
static residue residue_of(const ct_subject *subject, size_t n, size_t size, kernel_family family, const char *label) {
    static uint8_t first[STACK_BYTES];
    residue r = {0, 0};
    (void)run_painted(subject, n, size, family, 1); /* a first call resolves the dispatch */
    for (uint64_t seed = 1; seed <= SECRETS; seed++) {
        const size_t taken = run_painted(subject, n, size, family, seed);
        r.taken = taken > r.taken ? taken : r.taken;
        if (seed == 1) {
            memcpy(first, stack, STACK_BYTES);
            continue;
        }
        for (size_t i = WINDOW; i < STACK_BYTES - WINDOW && r.leftover < ENOUGH; i++) {
            if (stack[i] == first[i]) {
                continue;
            }
            const size_t public = is_public(subject, i);
            if (public != 0) {
                i += public - 1;
                continue;
            }
            if (r.leftover++ == 0 && label != NULL) {
                printf("%s: a secret's trace %td bytes below the call:", label, run.top - (stack + i));
                for (size_t b = 0; b < 16 && i + b < STACK_BYTES; b++) {
                    printf(" %02x%s", stack[i + b], stack[i + b] == first[i + b] ? "=" : "");
                }
                printf("\n");
            }
        }
    }
    return r;
}

/* Shapes of batches besides the subjects' own: what takes other ways through the kernels. */
static const struct {
    size_t n, size;
} shapes[] = {{1, 1},    {1, 16},   {1, 17},   {1, 100},   {1, 200},   {1, 256},  {1, 500}, {1, 512},  {1, 700},
              {1, 1100}, {1, 1500}, {1, 2500}, {1, 4100},  {1, 20000}, {2, 0},    {3, 0},   {4, 64},   {5, 200},
              {8, 0},    {9, 0},    {16, 64},  {16, 1000}, {17, 0},    {21, 200}, {33, 0},  {40, 700}, {64, 0}};

/* Whether the memory of the subjects has room for it. */
static int fits(const ct_subject *subject, size_t n, size_t size) {
    const uint32_t aeads = FAMILIES_AEAD;
    return (subject->families & aeads) != 0 ? n * size <= 28000 : size <= 512 && n <= 32;
}

static size_t deepest;
static char deepest_label[200];

static void note_depth(size_t taken, const char *label) {
    if (taken > deepest) {
        deepest = taken;
        (void)snprintf(deepest_label, sizeof deepest_label, "%s", label);
    }
}

/* Every shape of every subject of the kernel's family. */
static void leaves_nothing(void **state) {
    const kernel_row *row = kernel_of(state);
    size_t leftovers = 0, calls = 0, most = 0;
    char label[160], at[160] = "";
    kernel_force(row);
    for (size_t s = 0; s < ct_subject_count; s++) {
        const ct_subject *subject = &ct_subjects[s];
        if ((subject->families & FAMILY_BIT(row->family)) == 0) {
            continue;
        }
        const int repeats = s > 0 && ct_subjects[s - 1].run == subject->run; /* then only its own shape is new */
        const size_t count = repeats ? 0 : sizeof shapes / sizeof shapes[0];
        for (size_t i = 0; i <= count; i++) {
            const size_t n = i == count ? subject->n : shapes[i].n, size = i == count ? subject->size : shapes[i].size;
            if (i != count && !fits(subject, n, size)) {
                continue;
            }
            const ct_subject shaped = {.name = subject->name, .n = n, .size = size};
            ct_label(&shaped, row, label);
            const residue r = residue_of(subject, n, size, row->family, label);
            leftovers += r.leftover != 0;
            calls++;
            note_depth(r.taken, label);
            if (r.taken > most) {
                most = r.taken;
                (void)snprintf(at, sizeof at, "%s", label);
            }
        }
    }
    printf("stack: %zu B at most in %zu calls; %s\n", most, calls, at);
    assert_int_equal(leftovers, 0);
    assert_true(calls > 0 && most <= STACK_MAX);
}

/* Leaks that are planted: what the test must see. */
static __attribute__((noinline)) void keep(volatile uint8_t *dead, const uint8_t *secret, size_t n, uint8_t mask) {
    for (size_t i = 0; i < n; i++) {
        dead[i] = secret[i] ^ mask;
    }
}

static void leak_key(ct_memory *m, size_t n, size_t size, kernel_family family) {
    volatile uint8_t dead[64];
    (void)n, (void)size, (void)family;
    keep(dead, m->secret, 32, 0);
}

static void leak_derived(ct_memory *m, size_t n, size_t size, kernel_family family) {
    volatile uint8_t dead[4096];
    (void)n, (void)size, (void)family;
    keep(dead + 100, m->secret + 7, WINDOW, 0x5c);
}

static void leak_byte(ct_memory *m, size_t n, size_t size, kernel_family family) {
    volatile uint8_t dead[64];
    (void)n, (void)size, (void)family;
    keep(dead, m->secret + 3, 1, 0);
}

static void leak_context(ct_memory *m, size_t n, size_t size, kernel_family family) {
    sealane_aead_prepared prepared;
    (void)n, (void)size, (void)family;
    m->failed |= sealane_aead_prepare(&prepared, SEALANE_AES256_GCM, m->secret) != SEALANE_OK;
}

/* A seed in a secret key that is output: public is only what of the output is not in the secrets. */
static void leak_through_output(ct_memory *m, size_t n, size_t size, kernel_family family) {
    volatile uint8_t dead[64];
    (void)n, (void)size, (void)family;
    keep(dead, m->secret, 32, 0);
    memcpy(m->out, m->secret, 32);
}

static void keeps_public(ct_memory *m, size_t n, size_t size, kernel_family family) {
    volatile uint8_t dead[64];
    (void)n, (void)size, (void)family;
    for (size_t i = 0; i < 32; i++) {
        m->out[i] = m->secret[i] ^ 0x36;
    }
    keep(dead, m->out, 32, 0);
}

static void takes_much(ct_memory *m, size_t n, size_t size, kernel_family family) {
    volatile uint8_t dead[STACK_MAX + 1];
    (void)size, (void)family;
    dead[n] = m->public[0];
    m->failed |= dead[n] != m->public[0];
}

static void catches_what_is_planted(void **state) {
    static const struct {
        ct_subject subject;
        int leaks;
    } planted[] = {
        {{.name = "a key", .run = leak_key}, 1},
        {{.name = "eight bytes made from a key", .run = leak_derived}, 1},
        {{.name = "one byte", .run = leak_byte}, 1},
        {{.name = "a prepared key, not wiped", .run = leak_context}, 1},
        {{.name = "a seed that is output as well", .run = leak_through_output, .out_is_public = 1}, 1},
        {{.name = "a public output", .run = keeps_public, .out_is_public = 1}, 0},
        {{.name = "a secret output", .run = keeps_public}, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof planted / sizeof planted[0]; i++) {
        const residue r = residue_of(&planted[i].subject, 1, 0, FAMILY_COUNT, NULL);
        printf("planted: %s: %zu bytes found\n", planted[i].subject.name, r.leftover);
        assert_int_equal(r.leftover != 0, planted[i].leaks);
    }
    const ct_subject deep = {.name = "much stack", .run = takes_much};
    assert_true(residue_of(&deep, 0, 0, FAMILY_COUNT, NULL).taken > STACK_MAX);
}

static void wiped_contexts_are_zero(void **state) {
    static const uint8_t zero[1024];
    sealane_aead_prepared prepared;
    sealane_box_key key;
    sealane_box_keys *keys;
    uint8_t cache[SEALANE_BOX_KEYS_BYTES(8)];
    (void)state;
    for (unsigned algorithm = SEALANE_CHACHA20_POLY1305; algorithm <= SEALANE_XCHACHA20_POLY1305_SECRETBOX; algorithm++) {
        memset(&prepared, 0xff, sizeof prepared);
        assert_int_equal(sealane_aead_prepare(&prepared, (sealane_aead)algorithm, memory.secret), SEALANE_OK);
        sealane_aead_prepared_wipe(&prepared);
        assert_memory_equal(&prepared, zero, sizeof prepared);
    }
    memset(&key, 0xff, sizeof key);
    sealane_box_key_wipe(&key);
    assert_memory_equal(&key, zero, sizeof key);
    assert_int_equal(sealane_box_keys_init(&keys, cache, sizeof cache, memory.secret), SEALANE_OK);
    sealane_box_keys_wipe(keys);
    assert_memory_equal(cache, zero, sizeof cache);
}

/* Verification has no secrets; what it takes of the stack is measured alike. Messages are the public bytes. */
enum { VERIFY_MAX = 1200, KEYS = 40 };

static struct {
    uint8_t public_key[KEYS][32], secret_key[KEYS][64], signature[VERIFY_MAX][64];
    sealane_ed25519_item items[VERIFY_MAX];
    sealane_ed25519_key prepared[KEYS];
    uint8_t verdicts[VERIFY_MAX];
    unsigned flags;
    int use_prepared, one_bad;
} verify;

static void verify_batch(ct_memory *m, size_t n, size_t size, kernel_family family) {
    (void)size, (void)family;
    const sealane_status status = sealane_ed25519_verify_batch(verify.flags, verify.items, n, verify.verdicts);
    m->failed |= status != (verify.one_bad ? SEALANE_EVERIFY : SEALANE_OK);
}

static void verify_single(ct_memory *m, size_t n, size_t size, kernel_family family) {
    (void)n, (void)size, (void)family;
    m->failed |= sealane_ed25519_verify(verify.flags, verify.items) != (verify.one_bad ? SEALANE_EVERIFY : SEALANE_OK);
}

static void verify_prepare(ct_memory *m, size_t n, size_t size, kernel_family family) {
    (void)n, (void)size, (void)family;
    m->failed |= sealane_ed25519_key_prepare(&verify.prepared[0], verify.public_key[0]) != SEALANE_OK;
}

/* n items under `keys` keys, the last one bad where asked for. */
static void verify_items(size_t n, size_t keys, size_t size) {
    for (size_t i = 0; i < n; i++) {
        const size_t k = i % keys;
        sealane_ed25519_sign_item sign = {verify.secret_key[k], memory.public, size, verify.signature[i]};
        assert_int_equal(sealane_ed25519_sign_batch(verify.flags & SEALANE_ED25519_PREHASHED, &sign, 1), SEALANE_OK);
        verify.items[i] = (sealane_ed25519_item){verify.public_key[k], verify.use_prepared ? &verify.prepared[k] : NULL,
                                                 verify.signature[i], memory.public, size};
    }
    if (verify.one_bad) {
        verify.signature[n - 1][0] ^= 1;
    }
}

static void verification_takes_little(void **state) {
    static const struct {
        size_t n, keys, size;
        int prepared, one_bad;
    } batches[] = {{2, 2, 100, 0, 0},    {9, 9, 100, 0, 1},   {40, 40, 1000, 0, 0}, {40, 40, 0, 1, 1},
                   {200, 3, 100, 0, 0},  {300, 8, 64, 0, 1},  {300, 40, 64, 0, 0},  {1200, 40, 64, 0, 0},
                   {1200, 40, 64, 1, 0}, {1200, 8, 64, 0, 1}, {1200, 1, 64, 0, 0}};
    static const unsigned flags[] = {SEALANE_ED25519_COFACTORLESS, SEALANE_ED25519_COFACTORED, SEALANE_ED25519_LANES_ONLY};
    const kernel_row *row = kernel_of(state);
    size_t most = 0, calls = 0;
    char label[160], at[200] = "";
    kernel_force(row);
    ct_fill(&memory, 1);
    for (size_t k = 0; k < KEYS; k++) {
        sealane_ed25519_keypair_item pair = {memory.secret + 32 * k, verify.public_key[k], verify.secret_key[k]};
        assert_int_equal(sealane_ed25519_keypair_batch(&pair, 1), SEALANE_OK);
        assert_int_equal(sealane_ed25519_key_prepare(&verify.prepared[k], verify.public_key[k]), SEALANE_OK);
    }
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
        for (size_t f = 0; f < sizeof flags / sizeof flags[0]; f++) {
            const ct_subject subjects[] = {{.name = "Ed25519 verify", .n = 1, .run = verify_single},
                                           {.name = "Ed25519 verify batch", .n = batches[i].n, .run = verify_batch},
                                           {.name = "Ed25519 prepare key", .n = 1, .run = verify_prepare}};
            verify.flags = flags[f] | (batches[i].size == 64 && f == 1 ? SEALANE_ED25519_PREHASHED : 0);
            verify.use_prepared = batches[i].prepared;
            verify.one_bad = batches[i].one_bad;
            verify_items(batches[i].n, batches[i].keys, batches[i].size);
            for (size_t s = 0; s < sizeof subjects / sizeof subjects[0]; s++) {
                const int first_only = subjects[s].run != verify_batch;
                if (first_only && (batches[i].one_bad || i > 3)) {
                    continue;
                }
                const size_t taken = run_painted(&subjects[s], subjects[s].n, batches[i].size, row->family, 1);
                ct_label(&subjects[s], row, label);
                note_depth(taken, label);
                calls++;
                if (taken > most) {
                    most = taken;
                    (void)snprintf(at, sizeof at, "%s, %zu keys", label, batches[i].keys);
                }
            }
        }
    }
    printf("stack: %zu B at most in %zu calls; %s\n", most, calls, at);
    assert_true(most > 0 && most <= STACK_MAX);
}

static void deepest_of_all(void **state) {
    (void)state;
    printf("stack: the deepest call of all took %zu B of %d: %s\n", deepest, STACK_MAX, deepest_label);
    assert_true(deepest > 0 && deepest <= STACK_MAX);
}

static const kernel_test tests[] = {
    ONCE(catches_what_is_planted),
    ONCE(wiped_contexts_are_zero),
    FOR_EACH_KERNEL(leaves_nothing, ALL_FAMILIES),
    FOR_EACH_KERNEL(verification_takes_little, FAMILY_BIT(FAMILY_ED25519)),
    ONCE(deepest_of_all),
};

#ifdef __OPTIMIZE__
KERNEL_TESTS_MAIN(tests)
#else
int main(void) {
    (void)tests;
    printf("SKIPPED: code that is not optimised spills to the stack what no wiping reckons with\n");
    return 77;
}
#endif
