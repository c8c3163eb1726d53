/* SPDX-License-Identifier: ISC */
#include <argp.h>
#include <jansson.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "sealane/sealane.h"

typedef struct {
    const char *kernel;
    bool json;
} cpu_options;

static const struct argp_option option_list[] = {
    {"kernel", 'k', "ISA", 0, "Show what would serve with no kernels above ISA", 0},
    {"json", 'j', NULL, 0, "Print JSON instead of tables", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    cpu_options *options = state->input;
    switch (key) {
    case 'k':
        options->kernel = argument;
        return 0;
    case 'j':
        options->json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .doc = "Shows the CPU features that kernels ask for, the kernels, and which of them serve.\v" CLI_EXIT_STATUS_DOC,
};

bool cli_restrict_kernels(const char *isa) {
    sealane_status status = sealane_cpu_restrict(isa);
    if (status == SEALANE_OK)
        return true;
    char *names = NULL;
    size_t size;
    FILE *list = open_memstream(&names, &size);
    if (!list) {
        cli_error("out of memory");
        return false;
    }
    for (const char *const *name = sealane_cpu_ceilings(); *name; name++)
        fprintf(list, " %s", *name);
    fclose(list);
    cli_error(status == SEALANE_EUNSUPPORTED ? "this CPU has not all that the kernels '%s' need; in order, there are:%s"
                                             : "unknown kernel '%s'; there are:%s",
              isa, names);
    free(names);
    return false;
}

static const char *state_name(sealane_kernel_state state) {
    switch (state) {
    case SEALANE_KERNEL_CHOSEN:
        return "chosen";
    case SEALANE_KERNEL_AVAILABLE:
        return "available";
    case SEALANE_KERNEL_NOT_ON_CPU:
        return "not on this CPU";
    case SEALANE_KERNEL_NOT_COMPILED:
        return "not compiled";
    }
    return "unknown";
}

typedef struct {
    sealane_cpu_feature *features;
    size_t features_n;
    sealane_kernel_info *kernels;
    size_t kernels_n;
} cpu_report;

/* Each returns false where memory ran out. */

static bool take_report(cpu_report *report) {
    report->features_n = sealane_cpu_features(NULL, 0);
    report->kernels_n = sealane_cpu_kernels(NULL, 0);
    /* One more than there are: a list may be empty, calloc's answer to that is not to be told from a failure. */
    report->features = calloc(report->features_n + 1, sizeof *report->features);
    report->kernels = calloc(report->kernels_n + 1, sizeof *report->kernels);
    if (!report->features || !report->kernels)
        return false;
    sealane_cpu_features(report->features, report->features_n);
    sealane_cpu_kernels(report->kernels, report->kernels_n);
    return true;
}

static bool print_json(const cpu_report *report, const char *ceiling) {
    json_t *features = json_array(), *kernels = json_array();
    bool good = features && kernels;
    for (size_t i = 0; i < report->features_n; i++) {
        const sealane_cpu_feature *f = &report->features[i];
        good &= json_array_append_new(
                    features, json_pack("{s:s, s:b, s:b}", "name", f->name, "present", f->present, "usable", f->usable)) == 0;
    }
    for (size_t i = 0; i < report->kernels_n; i++) {
        const sealane_kernel_info *k = &report->kernels[i];
        good &= json_array_append_new(kernels, json_pack("{s:s, s:s, s:s, s:s, s:s}", "family", k->family, "isa", k->isa,
                                                         "state", state_name(k->state), "needs", k->needs, "why", k->why)) == 0;
    }
    json_t *all = json_pack("{s:s, s:s?, s:o, s:o}", "version", SEALANE_VERSION_STRING, "ceiling", ceiling, "features",
                            features, "kernels", kernels);
    good = good && all;
    if (good) {
        json_dumpf(all, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(all);
    return good;
}

/* A table that prints itself only if no step failed. */
typedef struct {
    struct libscols_table *table;
    bool good;
} report_table;

static report_table table_begin(const char *const *columns) {
    report_table t = {.table = scols_new_table()};
    t.good = t.table != NULL;
    for (; t.good && *columns; columns++)
        t.good = scols_table_new_column(t.table, *columns, 0, 0) != NULL;
    return t;
}

static void table_row(report_table *t, const char *const *cells) {
    struct libscols_line *line = t->good ? scols_table_new_line(t->table, NULL) : NULL;
    t->good = line != NULL;
    for (size_t i = 0; t->good && cells[i]; i++)
        t->good = scols_line_set_data(line, i, cells[i]) == 0;
}

static bool table_print(report_table *t) {
    t->good = t->good && scols_print_table(t->table) == 0;
    scols_unref_table(t->table);
    return t->good;
}

static bool print_features(const cpu_report *report) {
    report_table t = table_begin((const char *const[]){"FEATURE", "PRESENT", "USABLE", NULL});
    for (size_t i = 0; i < report->features_n; i++) {
        const sealane_cpu_feature *f = &report->features[i];
        table_row(&t, (const char *const[]){f->name, f->present ? "yes" : "no", f->usable ? "yes" : "no", NULL});
    }
    return table_print(&t);
}

static bool print_kernels(const cpu_report *report) {
    report_table t = table_begin((const char *const[]){"FAMILY", "ISA", "STATE", "WHY", NULL});
    for (size_t i = 0; i < report->kernels_n; i++) {
        const sealane_kernel_info *k = &report->kernels[i];
        table_row(&t, (const char *const[]){k->family, k->isa, state_name(k->state), k->why, NULL});
    }
    return table_print(&t);
}

/* What kernels need is mostly the same for all of one ISA, and long: a table of its own, where only exceptions have a row. */
static bool print_needs(const cpu_report *report) {
    report_table t = table_begin((const char *const[]){"ISA", "NEEDS", NULL});
    for (size_t i = 0; i < report->kernels_n; i++) {
        const sealane_kernel_info *k = &report->kernels[i], *first = report->kernels;
        while (strcmp(first->isa, k->isa) != 0)
            first++;
        char label[128];
        if (first == k)
            snprintf(label, sizeof label, "%s", k->isa);
        else if (strcmp(first->needs, k->needs) != 0)
            snprintf(label, sizeof label, "%s/%s", k->family, k->isa);
        else
            continue;
        table_row(&t, (const char *const[]){label, *k->needs ? k->needs : "nothing", NULL});
    }
    return table_print(&t);
}

static bool print_tables(const cpu_report *report) {
    bool good = print_features(report);
    putchar('\n');
    good = good && print_kernels(report);
    putchar('\n');
    return good && print_needs(report);
}

int cmd_cpu(int argc, char **argv) {
    cpu_options options = {0};
    if (!cli_options(&argp, argc, argv, 0, &options))
        return CLI_TROUBLE;
    if (options.kernel && !cli_restrict_kernels(options.kernel))
        return CLI_TROUBLE;

    cpu_report report = {0};
    bool good = take_report(&report) && (options.json ? print_json(&report, options.kernel) : print_tables(&report));
    if (!good)
        cli_error("out of memory");
    free(report.features);
    free(report.kernels);
    return good ? CLI_OK : CLI_TROUBLE;
}
