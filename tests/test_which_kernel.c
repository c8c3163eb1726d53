/* SPDX-License-Identifier: ISC */
/*
 * The kernel that is forced is the kernel that runs, and no other of its family. A breakpoint instruction is put on the first
 * byte of every kernel function in the registry; its handler notes the hit, puts the byte back and lets the function go on.
 */
#include "tests/for_each_kernel.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "core/dispatch/cpu.h"
#include "sealane/sealane.h"

#define EVERY_FAMILY ((1U << FAMILY_COUNT) - 1)

#if defined(__x86_64__)
typedef uint8_t instruction;
#define BREAKPOINT 0xcc /* int3, after which the program counter is one on */
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext.gregs[REG_RIP])
#define COUNTER_BEHIND 1
#elif defined(__i386__)
typedef uint8_t instruction;
#define BREAKPOINT 0xcc
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext.gregs[REG_EIP])
#define COUNTER_BEHIND 1
#elif defined(__aarch64__)
typedef uint32_t instruction;
#define BREAKPOINT UINT32_C(0xd4200000) /* brk #0, at which the program counter stays */
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext.pc)
#define COUNTER_BEHIND 0
#endif

#ifdef BREAKPOINT

enum { FUNCTIONS_MAX = 256 };

/* One function of one or several kernels, which may share it. */
typedef struct {
    uintptr_t address;
    instruction original;
    volatile sig_atomic_t hit;
} function;

static function functions[FUNCTIONS_MAX];
static size_t function_count;

static function *function_at(uintptr_t address) {
    for (size_t i = 0; i < function_count; i++) {
        if (functions[i].address == address) {
            return &functions[i];
        }
    }
    return NULL;
}

/* ThreadSanitizer keeps no account of code: noting a write there would fault. */
__attribute__((no_sanitize("thread"))) static void put(uintptr_t address, instruction x) {
    memcpy((void *)address, &x, sizeof x);
    __builtin___clear_cache((char *)address, (char *)(address + sizeof x));
}

static void on_breakpoint(int number, siginfo_t *info, void *context) {
    (void)number;
    (void)info;
    uintptr_t address = (uintptr_t)PROGRAM_COUNTER((ucontext_t *)context) - COUNTER_BEHIND;
    function *f = function_at(address);
    if (f == NULL) {
        abort();
    }
    f->hit = 1;
    put(address, f->original);
    PROGRAM_COUNTER((ucontext_t *)context) -= COUNTER_BEHIND;
}

/* The entry points of a kernel; how many there are. */
enum { ENTRIES_MAX = 8 };

static size_t entries(const kernel_row *row, uintptr_t list[ENTRIES_MAX]) {
    size_t n = 0;
    if (row->ops == NULL) {
        return 0;
    }
    switch (row->family) {
    case FAMILY_SHA256:
        list[n++] = (uintptr_t)((const sha256_ops *)row->ops)->compress;
        break;
    case FAMILY_SHA512:
        list[n++] = (uintptr_t)((const sha512_ops *)row->ops)->compress;
        break;
    case FAMILY_X25519: {
        const x25519_ops *ops = row->ops;
        list[n++] = (uintptr_t)ops->mult;
        list[n++] = (uintptr_t)ops->base;
        break;
    }
    case FAMILY_ED25519: {
        const ed25519_ops *ops = row->ops;
        list[n++] = (uintptr_t)ops->verify;
        list[n++] = (uintptr_t)ops->mult_base;
        list[n++] = (uintptr_t)ops->prepare;
        break;
    }
    default: { /* the AEADs */
        const aead_ops *ops = row->ops;
        list[n++] = (uintptr_t)ops->seal_one;
        list[n++] = (uintptr_t)ops->open_one;
        if (ops->lanes != 0) {
            list[n++] = (uintptr_t)ops->seal_lanes;
            list[n++] = (uintptr_t)ops->open_lanes;
        }
        if (ops->prepare != NULL) {
            list[n++] = (uintptr_t)ops->prepare;
            list[n++] = (uintptr_t)ops->seal_prepared;
            list[n++] = (uintptr_t)ops->open_prepared;
        }
        break;
    }
    }
    return n;
}

/* Collects all functions and makes their pages writable. 0 where the system does not allow that; why is printed. */
static int prepare(void) {
    static int ready = -1;
    if (ready >= 0) {
        return ready;
    }
    ready = 0;
    const char *preload = getenv("LD_PRELOAD");
    if (preload != NULL && strstr(preload, "vgpreload") != NULL) {
        printf("which_kernel: not under valgrind, which translates code before it runs\n");
        return 0;
    }
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < sealane_registry_rows; i++) {
        uintptr_t list[ENTRIES_MAX];
        size_t n = entries(&sealane_registry[i], list);
        for (size_t j = 0; j < n; j++) {
            if (function_at(list[j]) != NULL) {
                continue;
            }
            assert_true(function_count < FUNCTIONS_MAX && list[j] != 0);
            function *f = &functions[function_count++];
            f->address = list[j];
            memcpy(&f->original, (const void *)list[j], sizeof f->original);
            uintptr_t first = list[j] & ~(page - 1), last = (list[j] + sizeof f->original - 1) & ~(page - 1);
            if (mprotect((void *)first, last - first + page, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) {
                printf("which_kernel: this system does not let code be written: no breakpoints\n");
                return 0;
            }
        }
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_breakpoint;
    action.sa_flags = SA_SIGINFO;
    assert_int_equal(sigaction(SIGTRAP, &action, NULL), 0);
    return ready = 1;
}

static void arm(void) {
    for (size_t i = 0; i < function_count; i++) {
        functions[i].hit = 0;
        put(functions[i].address, BREAKPOINT);
    }
}

static void disarm(void) {
    for (size_t i = 0; i < function_count; i++) {
        put(functions[i].address, functions[i].original);
    }
}

/* Public calls that need every function of a kernel of this family; 1 if all went well. */
static int call_family(kernel_family family) {
    enum { N = 20, LONG = 20000 };
    static uint8_t in[LONG], out[N][LONG], tags[N][32], keys[N][64];
    static const uint8_t nonce[32];
    int good = 1;
    switch (family) {
    case FAMILY_SHA256:
    case FAMILY_SHA512: {
        sealane_hash_item items[N];
        for (size_t i = 0; i < N; i++) {
            items[i] = (sealane_hash_item){in, 10 * i, out[i]};
        }
        good &= (family == FAMILY_SHA256 ? sealane_sha256_batch(items, N) : sealane_sha512_batch(items, N)) == SEALANE_OK;
        break;
    }
    case FAMILY_X25519: {
        static const uint8_t scalar[32] = {1}, nine[32] = {9};
        sealane_x25519_item items[N];
        sealane_x25519_base_item base[N];
        for (size_t i = 0; i < N; i++) {
            items[i] = (sealane_x25519_item){scalar, nine, keys[i]};
            base[i] = (sealane_x25519_base_item){scalar, out[i]};
        }
        good &= sealane_x25519_batch(items, N, NULL) == SEALANE_OK;
        good &= sealane_x25519_base_batch(base, N) == SEALANE_OK;
        good &= memcmp(keys[N - 1], out[N - 1], 32) == 0;
        break;
    }
    case FAMILY_ED25519: {
        static const uint8_t seed[32];
        static sealane_ed25519_key prepared;
        enum { FILL = 4 }; /* enough items for lanes to be worth their while */
        uint8_t public_key[FILL][32], secret_key[FILL][64], signature[FILL][64];
        sealane_ed25519_keypair_item pair[FILL];
        sealane_ed25519_sign_item sign[FILL];
        sealane_ed25519_item item[FILL];
        for (size_t i = 0; i < FILL; i++) {
            pair[i] = (sealane_ed25519_keypair_item){seed, public_key[i], secret_key[i]};
            sign[i] = (sealane_ed25519_sign_item){secret_key[i], in, 10, signature[i]};
            item[i] = (sealane_ed25519_item){public_key[i], NULL, signature[i], in, 10};
        }
        good &= sealane_ed25519_keypair_batch(pair, FILL) == SEALANE_OK;
        good &= sealane_ed25519_sign_batch(0, sign, FILL) == SEALANE_OK;
        good &= sealane_ed25519_key_prepare(&prepared, public_key[0]) == SEALANE_OK;
        good &= sealane_ed25519_verify_batch(0, item, FILL, NULL) == SEALANE_OK;
        break;
    }
    default: {
        sealane_aead algorithm =
            (sealane_aead)(SEALANE_CHACHA20_POLY1305 + (family - FAMILY_CHACHA20_POLY1305)); /* one order */
        sealane_aead_seal_item seal[N];
        sealane_aead_open_item open[N];
        for (size_t i = 0; i < N; i++) {
            seal[i] = (sealane_aead_seal_item){
                .key = keys[i], .nonce = nonce, .in = in, .len = 40 + i, .out = out[i], .tag = tags[i]};
            open[i] = (sealane_aead_open_item){
                .key = keys[i], .nonce = nonce, .in = out[i], .len = 40 + i, .out = out[i], .tag = tags[i]};
        }
        for (int large = 0; large < 2; large++) { /* a batch that fills lanes, and one long message */
            seal[0].len = open[0].len = large ? LONG : 40;
            good &= sealane_aead_seal_batch(algorithm, seal, large ? 1 : N) == SEALANE_OK;
            good &= sealane_aead_open_batch(algorithm, open, large ? 1 : N, NULL) == SEALANE_OK;
        }
        sealane_aead_prepared prepared;
        good &= sealane_aead_prepare(&prepared, algorithm, keys[0]) == SEALANE_OK;
        seal[0].key = open[0].key = NULL;
        good &= sealane_aead_seal_prepared(&prepared, seal) == SEALANE_OK;
        good &= sealane_aead_open_prepared(&prepared, open) == SEALANE_OK;
        break;
    }
    }
    return good;
}

/* Runs a family's calls: every function of `row` is hit, and none of the family that is not `row`'s. */
static void check_runs(const kernel_row *row) {
    uintptr_t mine[ENTRIES_MAX];
    size_t n = entries(row, mine);
    arm();
    int good = call_family(row->family);
    disarm();
    assert_true(good);
    for (size_t i = 0; i < n; i++) {
        if (!function_at(mine[i])->hit) {
            fail_msg("function %zu of %s/%s did not run", i, sealane_family_name(row->family), row->isa);
        }
    }
    for (size_t r = 0; r < sealane_registry_rows; r++) {
        const kernel_row *other = &sealane_registry[r];
        uintptr_t theirs[ENTRIES_MAX];
        size_t count = other->family == row->family && other != row ? entries(other, theirs) : 0;
        for (size_t i = 0; i < count; i++) {
            int shared = 0;
            for (size_t j = 0; j < n; j++) {
                shared |= mine[j] == theirs[i];
            }
            if (!shared && function_at(theirs[i])->hit) {
                fail_msg("function %zu of %s/%s ran in place of %s's", i, sealane_family_name(row->family), other->isa,
                         row->isa);
            }
        }
    }
}

/* Each kernel, when the features are limited to what it requires. */
static void forced(void **state) {
    if (!prepare()) {
        skip();
    }
    kernel_force(kernel_of(state));
    check_runs(kernel_of(state));
}

/* Each family under each ceiling: the best kernel whose features the ceiling leaves. */
static void under_ceilings(void **state) {
    (void)state;
    if (!prepare()) {
        skip();
    }
    for (const char *const *name = sealane_cpu_ceilings(); *name != NULL; name++) {
        if (sealane_cpu_restrict(*name) != SEALANE_OK) {
            printf("ceiling %s: not on this CPU\n", *name);
            continue;
        }
        sealane_cpu_feature features[32];
        size_t n = sealane_cpu_features(features, 32);
        uint32_t usable = 0;
        for (size_t i = 0; i < n; i++) {
            usable |= features[i].usable ? sealane_cpu_feature_table[i].bit : 0;
        }
        for (unsigned family = 0; family < FAMILY_COUNT; family++) {
            const kernel_row *want = NULL;
            for (size_t r = sealane_registry_rows; r-- > 0;) {
                const kernel_row *row = &sealane_registry[r];
                if (row->family == (kernel_family)family && row->ops != NULL && (row->features & ~usable) == 0) {
                    want = row;
                }
            }
            assert_non_null(want);
            check_runs(want);
            printf("ceiling %s: %s/%s ran\n", *name, sealane_family_name(want->family), want->isa);
        }
    }
    assert_int_equal(sealane_cpu_restrict(NULL), SEALANE_OK);
}

#else

static void forced(void **state) {
    (void)state;
    printf("which_kernel: no breakpoint instruction is known for this architecture\n");
    skip();
}

static void under_ceilings(void **state) {
    forced(state);
}

#endif

static const kernel_test tests[] = {
    FOR_EACH_KERNEL(forced, EVERY_FAMILY),
    ONCE(under_ceilings),
};
KERNEL_TESTS_MAIN(tests)
