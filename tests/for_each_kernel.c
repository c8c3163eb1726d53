/* SPDX-License-Identifier: ISC */
#include "tests/for_each_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dispatch/cpu.h"
#include "tests/support/oracle.h"
#include "tests/support/rng.h"
#include "tests/support/serve.h"

static int on_this_cpu(const kernel_row *row) {
    return (row->features & ~sealane_cpu_close(sealane_cpu_found())) == 0;
}

static int runs_here(const kernel_row *row) {
    return row->ops != NULL && on_this_cpu(row);
}

void kernel_force(const kernel_row *row) {
    assert_true(serve_kernel(row));
}

const kernel_row *kernel_portable(kernel_family family) {
    return sealane_registry_choose(family, 0);
}

static void label_of(const kernel_row *row, char out[64]) {
    (void)snprintf(out, 64, "%s/%s", sealane_family_name(row->family), row->isa);
}

static void print_skip(const kernel_row *row) {
    char label[64];
    label_of(row, label);
    if (row->ops == NULL) {
        printf("SKIPPED %s: not compiled\n", label);
        return;
    }
    printf("SKIPPED %s: not on this CPU (needs", label);
    for (const cpu_feature *feature = sealane_cpu_feature_table; feature->name != NULL; feature++) {
        if ((row->features & feature->bit) != 0) {
            printf(" %s", feature->name);
        }
    }
    printf(")\n");
}

/* Whether the item of `bytes` bytes in a list of requirements asks for this row. */
static int item_names(const char *item, size_t bytes, const kernel_row *row) {
    char label[64];
    label_of(row, label);
    return (strlen(label) == bytes && memcmp(label, item, bytes) == 0) ||
           (strlen(row->isa) == bytes && memcmp(row->isa, item, bytes) == 0);
}

static int required(const char *list, const kernel_row *row) {
    if (strcmp(list, "all") == 0) {
        return 1;
    }
    for (const char *item = list; *item != '\0';) {
        size_t bytes = strcspn(item, ",");
        if (item_names(item, bytes, row)) {
            return 1;
        }
        item += bytes + (item[bytes] == ',');
    }
    return 0;
}

/* A requirement that names nothing would otherwise be met by every run. */
static int list_is_known(const char *list) {
    for (const char *item = list; strcmp(list, "all") != 0 && *item != '\0';) {
        size_t bytes = strcspn(item, ",");
        int known = 0;
        for (size_t i = 0; i < sealane_registry_rows; i++) {
            known |= item_names(item, bytes, &sealane_registry[i]);
        }
        if (!known) {
            fprintf(stderr, "no kernel or ISA is called %.*s\n", (int)bytes, item);
            return 0;
        }
        item += bytes + (item[bytes] == ',');
    }
    return 1;
}

static void required_kernel(void **state) {
    char label[64];
    label_of(kernel_of(state), label);
    fail_msg("%s is required, and cannot run here", label);
}

static void add(struct CMUnitTest *test, const char *name, void (*body)(void **state), const kernel_row *row) {
    char *full = malloc(160);
    if (full == NULL) {
        abort();
    }
    if (row == NULL) {
        (void)snprintf(full, 160, "%s", name);
    } else {
        char label[64];
        label_of(row, label);
        (void)snprintf(full, 160, "%s [%s]", name, label);
    }
    union {
        const kernel_row *row;
        void *state;
    } u = {.row = row};
    *test = (struct CMUnitTest){.name = full, .test_func = body, .initial_state = u.state};
}

int kernel_tests_run(int argc, char **argv, const kernel_test tests[], size_t n) {
    const char *require = getenv("SEALANE_REQUIRE");
    for (int i = 1; i < argc; i++) {
        if (i + 1 < argc && strcmp(argv[i], "--require") == 0) {
            require = argv[++i];
        } else if (i + 1 < argc && strcmp(argv[i], "--only") == 0) {
            cmocka_set_test_filter(argv[++i]);
        } else {
            fprintf(stderr, "usage: %s [--require all|ISA[,FAMILY/ISA...]] [--only PATTERN]\n", argv[0]);
            return 2;
        }
    }
    if (require == NULL) {
        require = "";
    }
    if (!list_is_known(require)) {
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    printf("oracle: %s; seed: %llu (SEALANE_SEED)\n", oracle_name(), (unsigned long long)rng_seed());

    uint32_t families = 0;
    for (size_t t = 0; t < n; t++) {
        families |= tests[t].families;
    }
    struct CMUnitTest *group = calloc((n + 1) * sealane_registry_rows + n, sizeof *group);
    if (group == NULL) {
        abort();
    }
    size_t count = 0;
    for (size_t i = 0; i < sealane_registry_rows; i++) {
        const kernel_row *row = &sealane_registry[i];
        if ((families & FAMILY_BIT(row->family)) != 0 && !runs_here(row)) {
            print_skip(row);
            if (required(require, row)) {
                add(&group[count++], "required_kernel", required_kernel, row);
            }
        }
    }
    for (size_t t = 0; t < n; t++) {
        if (tests[t].families == 0) {
            add(&group[count++], tests[t].name, tests[t].body, NULL);
            continue;
        }
        for (size_t i = 0; i < sealane_registry_rows; i++) {
            const kernel_row *row = &sealane_registry[i];
            if ((tests[t].families & FAMILY_BIT(row->family)) != 0 && runs_here(row)) {
                add(&group[count++], tests[t].name, tests[t].body, row);
            }
        }
    }

    const char *slash = strrchr(argv[0], '/');
    int failures = _cmocka_run_group_tests(slash != NULL ? slash + 1 : argv[0], group, count, NULL, NULL);

    for (size_t i = 0; i < sealane_registry_rows; i++) {
        const kernel_row *row = &sealane_registry[i];
        if ((families & FAMILY_BIT(row->family)) != 0) {
            char label[64];
            label_of(row, label);
            printf("kernel %-32s %s\n", label, runs_here(row) ? "ran" : row->ops == NULL ? "not compiled" : "not on this CPU");
        }
    }
    for (size_t i = 0; i < count; i++) {
        union {
            const char *name;
            void *memory;
        } u = {.name = group[i].name};
        free(u.memory);
    }
    free(group);
    return failures;
}
