/* SPDX-License-Identifier: ISC */
#include "cli/cli.h"

#ifdef SEALANE_FANOUT_LACKS
int cmd_plan(int argc, char **argv) {
    (void)argc;
    (void)argv;
    cli_error("this program was built without " SEALANE_FANOUT_LACKS);
    return CLI_TROUBLE;
}
#else
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/fanout/capacity.h"
#include "bench/report/machine.h"
#include "bench/report/table.h"

#define USER_MESSAGES 33 /* a day: 100 billion, of about three billion users */

/*
 * The default scenario. What is published says who, when and where; the rest is an assumption.
 */
static const char mix_default[] = "ssv2";
static const capacity_scenario published = {
    .deliveries = 100e9, .peak = 21.6, .recipients = 2.2, .devices = 2, .utilisation = 0.6, .watts = 3.9};

typedef struct {
    capacity_scenario scenario;
    const char *mix, *from;
    bool deliveries_given, peak_given, recipients_given, watts_given, mix_given;
} plan_options;

enum { OPTION_DELIVERIES = 256, OPTION_PEAK, OPTION_MIX, OPTION_UTILISATION, OPTION_WATTS, OPTION_FROM };

static const struct argp_option option_list[] = {
    {"deliveries", OPTION_DELIVERIES, "N", 0, "Messages times their recipients, a day; the default is 100e9", 0},
    {"peak", OPTION_PEAK, "K", 0, "How many times the average the peak is; the default is 21.6", 0},
    {"mix", OPTION_MIX, "PROFILE[:MODE][=W],...", 0,
     "What deliveries take, W being the share of them that take it (1 unless told); the default is ssv2. Profiles as of "
     "`sealane fanout --list`, a mode being the first of its profile unless told",
     0},
    {"recipients", 'r', "R", 0, "Recipients of a message, on average; the default is 2.2", 0},
    {"devices", 'd', "D", 0, "Devices of a recipient, on average; the default is 2", 0},
    {"utilisation", OPTION_UTILISATION, "U", 0, "The share of each core that the work may take; the default is 0.6", 0},
    {"watts-per-core", OPTION_WATTS, "W", 0, "What a working core draws: an assumption; the default is 3.9", 0},
    {"from", OPTION_FROM, "FILE", 0, "Take the figures that `sealane fanout --json FILE` saved, instead of measuring", 0},
    {0},
};

/* Reads a number above `above` and up to `most`. Reports what is wrong and returns EINVAL then. */
static error_t parse_number(const char *option, const char *text, double above, double most, double *number) {
    char *end;
    errno = 0;
    const double value = strtod(text, &end);
    if (end == text || *end != '\0' || errno != 0 || !isfinite(value) || value <= above || value > most) {
        cli_error("--%s: '%s' is not a number above %g and up to %g", option, text, above, most);
        return EINVAL;
    }
    *number = value;
    return 0;
}

/* One term of a mix, PROFILE[:MODE][=W]; text is written to. */
static error_t parse_term(char *text, capacity_scenario *scenario) {
    char *weight = strchr(text, '='), *mode;
    if (weight) {
        *weight++ = '\0';
    }
    mode = strchr(text, ':');
    if (mode) {
        *mode++ = '\0';
    }
    const fanout_profile *profile = sealane_fanout_find(text, strlen(text));
    if (!profile) {
        char names[256] = "";
        for (size_t i = 0; sealane_fanout_profiles[i]; i++) {
            (void)snprintf(names + strlen(names), sizeof names - strlen(names), " %s", sealane_fanout_profiles[i]->name);
        }
        cli_error("--mix: unknown profile '%s'; there are:%s", text, names);
        return EINVAL;
    }
    const fanout_mode *found = &profile->modes[0];
    while (mode && found->name && strcmp(found->name, mode) != 0) {
        found++;
    }
    if (!found->name) {
        char names[128] = "";
        for (size_t i = 0; profile->modes[i].name; i++) {
            (void)snprintf(names + strlen(names), sizeof names - strlen(names), " %s", profile->modes[i].name);
        }
        cli_error("--mix: %s has no mode '%s'; there are:%s", text, mode, names);
        return EINVAL;
    }
    if (scenario->term_count == CAPACITY_TERMS_MAX) {
        cli_error("--mix: more than %u terms", CAPACITY_TERMS_MAX);
        return EINVAL;
    }
    capacity_term *term = &scenario->terms[scenario->term_count++];
    *term = (capacity_term){profile, found, 1};
    return weight ? parse_number("mix", weight, 0, 1000, &term->weight) : 0;
}

static error_t parse_mix(const char *text, capacity_scenario *scenario) {
    char *copy = strdup(text), *rest = copy;
    error_t error = 0;
    if (!copy) {
        return ENOMEM;
    }
    scenario->term_count = 0;
    while (rest && error == 0) {
        error = parse_term(strsep(&rest, ","), scenario);
    }
    free(copy);
    return error;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    plan_options *options = state->input;
    capacity_scenario *s = &options->scenario;
    switch (key) {
    case OPTION_DELIVERIES:
        options->deliveries_given = true;
        return parse_number("deliveries", argument, 0, 1e15, &s->deliveries);
    case OPTION_PEAK:
        options->peak_given = true;
        return parse_number("peak", argument, 0, 1e6, &s->peak);
    case OPTION_MIX:
        options->mix = argument;
        options->mix_given = true;
        return parse_mix(argument, s);
    case 'r':
        options->recipients_given = true;
        return parse_number("recipients", argument, 0, FANOUT_RECIPIENTS_MAX, &s->recipients);
    case 'd':
        return parse_number("devices", argument, 0, FANOUT_DEVICES_MAX, &s->devices);
    case OPTION_UTILISATION:
        return parse_number("utilisation", argument, 0, 1, &s->utilisation);
    case OPTION_WATTS:
        options->watts_given = true;
        return parse_number("watts-per-core", argument, 0, 1000, &s->watts);
    case OPTION_FROM:
        options->from = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .doc = "From deliveries a day to cores and energy, with libsodium and with sealane, by figures measured now on this "
           "machine or "
           "saved before. Without options: a messenger of WhatsApp's published size.\v" CLI_EXIT_STATUS_DOC,
};

/* A saved report, or NULL after a message. */
static json_t *read_report(const char *path) {
    cli_buffer text;
    json_error_t error;
    if (!cli_read(path, &text)) {
        return NULL;
    }
    json_t *report = json_loadb((const char *)text.data, text.len, 0, &error);
    cli_buffer_free(&text);
    if (!report) {
        cli_error("%s: line %d: %s", cli_name(path), error.line, error.text);
    } else if (!json_is_array(json_object_get(report, "runs"))) {
        cli_error("%s: not a report of `sealane fanout --json`", cli_name(path));
        json_decref(report);
        report = NULL;
    }
    return report;
}

static void show_progress(double part) {
    cli_progress_update((uint64_t)(part * 1000));
}

/* Measures one profile for groups on both sides of R, and a large one, and appends it to the runs; the exit status. */
static int measure(const fanout_profile *profile, const capacity_scenario *s, json_t *runs) {
    static uint8_t zeroes[1 << 16];
    const size_t below = s->recipients < 2 ? 1 : (size_t)s->recipients, many = below + 1 < 100 ? 100 : 2 * below,
                 recipients[] = {below, below + 1, many};
    fanout_contestant contestants[] = {{.peer = &sealane_peer_sealane}, {.peer = &sealane_peer_libsodium}};
    char kernels[160];
    fanout_plan plan = {.profile = profile,
                        .contestants = contestants,
                        .contestant_count = 2,
                        .recipients = recipients,
                        .recipients_count = 3,
                        .devices = profile->devices == 0 ? 1 : profile->devices,
                        .threads = 1,
                        .seed = 1,
                        .progress = show_progress};
    sealane_machine_kernels(profile->families, kernels, sizeof kernels);
    (void)snprintf(contestants[0].label, sizeof contestants[0].label, "sealane:%s", kernels);
    (void)snprintf(contestants[1].label, sizeof contestants[1].label, "libsodium");
    sealane_fanout_chat(&plan, zeroes);
    fanout_row *rows = NULL;
    fanout_failure failure;
    cli_progress_begin(profile->name, 1000);
    const size_t n = sealane_fanout_measure(&plan, &rows, &failure);
    cli_progress_end();
    int status = CLI_OK;
    json_t *notes = json_array();
    if (n == 0) {
        cli_error("%s", failure.why);
        status = CLI_FAILED;
    } else if (json_array_append_new(runs, sealane_fanout_json(&plan, rows, n, notes)) != 0) {
        cli_error("out of memory");
        status = CLI_TROUBLE;
    }
    json_decref(notes);
    free(rows);
    return status;
}

/* Measures what the scenario needs; NULL after a message, and the exit status. */
static json_t *measure_all(const capacity_scenario *s, int *status) {
    json_t *runs = json_array(), *report = NULL;
    for (size_t i = 0; *status == CLI_OK && i < s->term_count; i++) {
        bool done = false;
        for (size_t k = 0; k < i; k++) {
            done |= s->terms[k].profile == s->terms[i].profile;
        }
        *status = done ? CLI_OK : measure(s->terms[i].profile, s, runs);
    }
    if (*status == CLI_OK) {
        report = sealane_fanout_report("sealane plan", runs);
        if (!report) {
            cli_error("out of memory");
            *status = CLI_TROUBLE;
        }
    }
    json_decref(runs);
    return report;
}

/* What a report says; control characters, which might drive the terminal, as '?'. */
static void print_printable(const char *text) {
    for (; *text != '\0'; text++) {
        putchar((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
    }
}

static void print_scenario(const plan_options *o, const json_t *report) {
    const capacity_scenario *s = &o->scenario;
    printf("%.4g billion deliveries a day%s\n", s->deliveries / 1e9,
           o->deliveries_given ? ""
                               : " (WhatsApp: about 100 billion messages a day; Facebook's earnings call of October 2020)");
    printf("%.4g times as many at the peak%s\n", s->peak,
           o->peak_given
               ? ""
               : " (25 million messages a second against that average; W. Cathcart of WhatsApp on the World Cup final, "
                 "December 2022)");
    printf("%.4g recipients a message%s\n", s->recipients,
           o->recipients_given ? "" : " (20 billion sent and 44 billion received in a day; WhatsApp, April 2014)");
    printf("%.4g devices a recipient, %.0f %% of a core to be used\n", s->devices, 100 * s->utilisation);
    printf("The work: %s%s\n", o->mix, o->mix_given ? "" : " (Signal's sealed sender, for every delivery)");
    printf("Assumed: %.4g W a working core%s\n", s->watts,
           o->watts_given ? "" : " (AMD EPYC 9755: 500 W for 128 cores, by its data sheet)");
    const json_t *machine = json_object_get(report, "machine");
    const char *cpu = json_string_value(json_object_get(machine, "cpu")),
               *compiler = json_string_value(json_object_get(machine, "compiler"));
    printf("Figures: %s%s, ", o->from ? "from " : "measured now", o->from ? cli_name(o->from) : "");
    print_printable(cpu ? cpu : "unknown CPU");
    printf(", ");
    print_printable(compiler ? compiler : "unknown compiler");
    printf("\n\n");
}

static void print_needs(capacity_needs needs) {
    static const char *const columns[] = {
        "implementation", "messages", ">µs a delivery", ">cores on average", ">cores at the peak", ">kWh a day (assumed)",
        ">times as fast", NULL};
    static const char *const names[] = {"libsodium", "sealane"}, *const ways[CAPACITY_WAYS] = {"each alone", "in batches"};
    table *t = sealane_table_new(columns);
    for (int way = 0; way < CAPACITY_WAYS; way++) {
        for (int i = 0; i < 2; i++) {
            const capacity_need *n = &needs[i][way];
            sealane_table_row(t);
            sealane_table_cell(t, "%s", names[i]);
            sealane_table_cell(t, "%s", ways[way]);
            sealane_table_cell(t, "%.2f", n->microseconds);
            sealane_table_cell(t, "%.1f", n->cores_average);
            sealane_table_cell(t, "%.0f", n->cores_peak);
            sealane_table_cell(t, "%.1f", n->kilowatt_hours);
            sealane_table_cell(t, "%.2f", needs[0][way].microseconds / n->microseconds);
        }
    }
    sealane_table_print(t);
    printf(
        "\nIn batches: messages of many senders collected until the lanes are full, at the cost of a recipient in the largest\n"
        "group measured. A user's %d messages a day cost %.2f ms of a core with libsodium, %.2f ms with sealane in batches.\n",
        USER_MESSAGES, USER_MESSAGES * needs[0][CAPACITY_TOGETHER].microseconds / 1e3,
        USER_MESSAGES * needs[1][CAPACITY_TOGETHER].microseconds / 1e3);
}

int cmd_plan(int argc, char **argv) {
    plan_options options = {.scenario = published, .mix = mix_default};
    if (parse_mix(mix_default, &options.scenario) != 0) {
        cli_error("out of memory");
        return CLI_TROUBLE;
    }
    if (!cli_options(&argp, argc, argv, 0, &options)) {
        return CLI_TROUBLE;
    }
    int status = CLI_OK;
    json_t *report = options.from ? read_report(options.from) : measure_all(&options.scenario, &status);
    if (!report) {
        return status == CLI_OK ? CLI_TROUBLE : status;
    }
    capacity_needs needs;
    char why[256];
    if (sealane_capacity(&options.scenario, report, needs, why, sizeof why)) {
        print_scenario(&options, report);
        print_needs(needs);
    } else {
        cli_error("%s: %s", options.from ? cli_name(options.from) : "measured", why);
        status = CLI_TROUBLE;
    }
    json_decref(report);
    return status;
}
#endif
