/* SPDX-License-Identifier: ISC */
#include "cli/cli.h"

#ifdef SEALANE_FANOUT_LACKS
int cmd_fanout(int argc, char **argv) {
    (void)argc;
    (void)argv;
    cli_error("this program was built without " SEALANE_FANOUT_LACKS);
    return CLI_TROUBLE;
}
#else
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/fanout/fanout.h"
#include "bench/fanout/html.h"
#include "bench/report/gnuplot.h"
#include "bench/report/machine.h"
#include "bench/report/table.h"

#define NAMES_MAX 8U
#define PROGRESS_STEPS 1000U

typedef struct {
    const fanout_profile *profiles[FANOUT_PROFILES_MAX];
    size_t profiles_n; /* 0: none was named */
    bool list;
    size_t recipients[FANOUT_COUNTS_MAX], recipients_n;
    const char *size_text, *message_path;
    bool impl_given, wanted[NAMES_MAX]; /* as sealane_peer_names */
    bool kernel_given;
    const char *kernel; /* a ceiling; NULL: none */
    const char *json, *html;
    uint64_t devices, threads, seed, rounds; /* devices 0: the profile's */
} fanout_options;

enum { OPTION_PROFILE = 256, OPTION_LIST, OPTION_SIZE, OPTION_MESSAGE, OPTION_IMPL, OPTION_SEED, OPTION_ROUNDS, OPTION_HTML };

static const struct argp_option option_list[] = {
    {"profile", OPTION_PROFILE, "NAME[,NAME...]", 0,
     "What to do, or \"all\"; the default is nacl-pairwise, on the text that ships with the program", 0},
    {"list", OPTION_LIST, NULL, 0, "Print the profiles", 0},
    {"recipients", 'r', "N[,N...]", 0, "For how many; the default is the profile's", 0},
    {"devices", 'd', "D", 0, "How many devices a recipient has; the default is the profile's", 0},
    {"size", OPTION_SIZE, "BYTES", 0, "Send so many random bytes; the default are the sizes of chat messages, drawn", 0},
    {"message", OPTION_MESSAGE, "FILE", 0, "Send what a file holds; - is stdin", 0},
    {"impl", OPTION_IMPL, "NAME[,NAME...]", 0, "Who takes part: sealane, libsodium, openssl, ipsec-mb; the default is all", 0},
    {"kernel", 'k', "ISA", 0,
     "No kernels of sealane's above ISA, or its best ones with \"best\"; the default is these, and beside them the portable "
     "ones",
     0},
    {"threads", 't', "T", 0, "Threads, each with its share of the recipients; the default is 1", 0},
    {"seed", OPTION_SEED, "S", 0, "A number from which keys, nonces and random messages are made; the default is 1", 0},
    {"rounds", OPTION_ROUNDS, "N", 0,
     "Everyone works exactly N times, for comparisons of whole processes; the default is about ten seconds for all", 0},
    {"html", OPTION_HTML, "FILE", 0, "Write a page for readers, with charts; needs gnuplot", 0},
    {"json", 'j', "FILE", 0, "Write all that was measured as JSON; - is stdout, instead of the table", 0},
    {0},
};

/* Reads a decimal number that ends at `end`; false if it is none, or not within low..high. */
static bool read_number(const char *text, const char *end, uint64_t low, uint64_t high, uint64_t *number) {
    char *stop;
    errno = 0;
    uintmax_t value = strtoumax(text, &stop, 10);
    *number = (uint64_t)value;
    return *text >= '0' && *text <= '9' && stop == end && errno == 0 && value >= low && value <= high;
}

/* The parsers of one option each report what is wrong, and return EINVAL then. */

static error_t parse_number(const char *option, const char *text, uint64_t low, uint64_t high, uint64_t *number) {
    if (read_number(text, text + strlen(text), low, high, number)) {
        return 0;
    }
    cli_error("--%s: '%s' is not a number from %" PRIu64 " to %" PRIu64, option, text, low, high);
    return EINVAL;
}

static error_t parse_profiles(fanout_options *options, const char *text) {
    options->profiles_n = 0;
    for (const char *at = text;; at++) {
        const char *end = strchrnul(at, ',');
        const fanout_profile *found = sealane_fanout_find(at, (size_t)(end - at));
        if (strcmp(text, "all") == 0) {
            while (sealane_fanout_profiles[options->profiles_n]) {
                options->profiles[options->profiles_n] = sealane_fanout_profiles[options->profiles_n];
                options->profiles_n++;
            }
            return 0;
        }
        if (!found) {
            char names[256] = "";
            for (size_t i = 0; sealane_fanout_profiles[i]; i++) {
                (void)snprintf(names + strlen(names), sizeof names - strlen(names), " %s", sealane_fanout_profiles[i]->name);
            }
            cli_error("unknown profile '%.*s'; there are:%s, or all", (int)(end - at), at, names);
            return EINVAL;
        }
        if (options->profiles_n == FANOUT_PROFILES_MAX) {
            cli_error("--profile: more than %u names", FANOUT_PROFILES_MAX);
            return EINVAL;
        }
        options->profiles[options->profiles_n++] = found;
        at = end;
        if (*at == '\0') {
            return 0;
        }
    }
}

static error_t parse_recipients(fanout_options *options, const char *text) {
    options->recipients_n = 0;
    for (const char *at = text;; at++) {
        const char *end = strchrnul(at, ',');
        uint64_t n;
        if (!read_number(at, end, 1, FANOUT_RECIPIENTS_MAX, &n)) {
            cli_error("--recipients: '%.*s' is not a number from 1 to %u", (int)(end - at), at, FANOUT_RECIPIENTS_MAX);
            return EINVAL;
        }
        if (options->recipients_n == FANOUT_COUNTS_MAX) {
            cli_error("--recipients: more than %u numbers", FANOUT_COUNTS_MAX);
            return EINVAL;
        }
        options->recipients[options->recipients_n++] = (size_t)n;
        at = end;
        if (*at == '\0') {
            return 0;
        }
    }
}

static error_t parse_implementations(fanout_options *options, const char *text) {
    options->impl_given = true;
    for (const char *at = text;; at++) {
        const char *end = strchrnul(at, ',');
        size_t i = 0, len = (size_t)(end - at);
        while (sealane_peer_names[i] &&
               !(strlen(sealane_peer_names[i]) == len && strncmp(sealane_peer_names[i], at, len) == 0)) {
            i++;
        }
        if (!sealane_peer_names[i]) {
            char names[256] = "";
            for (i = 0; sealane_peer_names[i]; i++) {
                (void)snprintf(names + strlen(names), sizeof names - strlen(names), " %s", sealane_peer_names[i]);
            }
            cli_error("unknown implementation '%.*s'; there are:%s", (int)len, at, names);
            return EINVAL;
        }
        options->wanted[i] = true;
        at = end;
        if (*at == '\0') {
            return 0;
        }
    }
}

static error_t parse_kernel(fanout_options *options, const char *isa) {
    options->kernel_given = true;
    options->kernel = strcmp(isa, "best") == 0 ? NULL : isa;
    return !options->kernel || (cli_restrict_kernels(isa) && sealane_cpu_restrict(NULL) == SEALANE_OK) ? 0 : EINVAL;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    fanout_options *options = state->input;
    switch (key) {
    case OPTION_PROFILE:
        return parse_profiles(options, argument);
    case OPTION_LIST:
        options->list = true;
        return 0;
    case 'r':
        return parse_recipients(options, argument);
    case 'd':
        return parse_number("devices", argument, 1, FANOUT_DEVICES_MAX, &options->devices);
    case OPTION_HTML:
        options->html = argument;
        return 0;
    case OPTION_SIZE:
        options->size_text = argument;
        return 0;
    case OPTION_MESSAGE:
        options->message_path = argument;
        return 0;
    case OPTION_IMPL:
        return parse_implementations(options, argument);
    case 'k':
        return parse_kernel(options, argument);
    case 't':
        return parse_number("threads", argument, 1, FANOUT_THREADS_MAX, &options->threads);
    case OPTION_SEED: /* JSON's integers are signed */
        return parse_number("seed", argument, 0, INT64_MAX, &options->seed);
    case OPTION_ROUNDS:
        return parse_number("rounds", argument, 1, FANOUT_ROUNDS_MAX, &options->rounds);
    case 'j':
        options->json = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->size_text && options->message_path) {
            return CLI_USAGE(state, "--size and --message exclude each other");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .doc = "Does what messengers do for a message to a group, with sealane and with other libraries, opens every output and "
           "repeats every verdict with libsodium, and prints what it took.\v" CLI_EXIT_STATUS_DOC,
};

static void list_profiles(void) {
    static const char *const columns[] = {"profile", "primitives", "recipients", ">devices", "work", NULL};
    table *t = sealane_table_new(columns);
    for (size_t i = 0; sealane_fanout_profiles[i]; i++) {
        const fanout_profile *profile = sealane_fanout_profiles[i];
        char numbers[64] = "";
        for (size_t j = 0; profile->recipients[j] != 0; j++) {
            (void)snprintf(numbers + strlen(numbers), sizeof numbers - strlen(numbers), j == 0 ? "%zu" : ",%zu",
                           profile->recipients[j]);
        }
        sealane_table_row(t);
        sealane_table_cell(t, "%s", profile->name);
        sealane_table_cell(t, "%s", sealane_fanout_primitives(profile));
        sealane_table_cell(t, "%s", numbers);
        if (profile->devices != 0) {
            sealane_table_cell(t, "%zu", profile->devices);
        } else {
            sealane_table_cell(t, "-");
        }
        sealane_table_cell(t, "%s", profile->work);
    }
    sealane_table_print(t);
}

/* Reads a message, and no more of a file than tells that it is too long. Reports failures and returns false. */
static bool read_message(const char *path, cli_buffer *message) {
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *f = is_stdin ? stdin : fopen(path, "rb");
    if (!f) {
        cli_error("%s: cannot open: %s", path, strerror(errno));
        return false;
    }
    message->len = fread(message->data, 1, FANOUT_MESSAGE_MAX + 1, f);
    int error = ferror(f) ? errno : 0;
    if (!is_stdin) {
        (void)fclose(f);
    }
    if (error != 0) {
        cli_error("%s: cannot read: %s", cli_name(path), strerror(error));
    } else if (message->len > FANOUT_MESSAGE_MAX) {
        cli_error("%s: a message has at most %u bytes", cli_name(path), FANOUT_MESSAGE_MAX);
    } else {
        return true;
    }
    return false;
}

__attribute__((format(printf, 2, 3))) static void note(json_t *notes, const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_array_append_new(notes, json_string(text));
}

/* Reads or makes the message that was asked for; cli_buffer_free frees it in any case. Reports failures, returns false. */
static bool take_message(const fanout_options *options, cli_buffer *message) {
    *message = (cli_buffer){calloc(FANOUT_MESSAGE_MAX + 1, 1), strlen(sealane_fanout_message)};
    if (!message->data) {
        cli_error("out of memory");
        *message = (cli_buffer){0};
        return false;
    }
    if (options->message_path) {
        return read_message(options->message_path, message);
    }
    if (!options->size_text) {
        memcpy(message->data, sealane_fanout_message, message->len);
        return true;
    }
    uint64_t size, random = ~options->seed; /* not the keys' sequence */
    if (parse_number("size", options->size_text, 0, FANOUT_MESSAGE_MAX, &size) != 0) {
        return false;
    }
    message->len = (size_t)size;
    sealane_stats_random_bytes(&random, message->data, message->len);
    return true;
}

/* The messages of a profile: the one that was asked for, or chat messages. */
static void choose_messages(const fanout_options *options, const cli_buffer *message, fanout_plan *plan, json_t *notes) {
    const bool asked = options->message_path || options->size_text || options->profiles_n == 0;
    sealane_fanout_chat(plan, message->data);
    if (asked && (plan->profile->sized || plan->profile->draws)) {
        plan->message_count = 1;
        plan->messages[0] = (fanout_text){message->data, message->len, 1};
    } else if (asked) {
        note(notes, "%s: its messages have sizes of their own, whatever was asked for", plan->profile->name);
    }
}

/* Adds sealane under a ceiling, unless the one before has the same kernels. */
static void add_sealane(const fanout_profile *profile, const char *ceiling, fanout_contestant *contestants, size_t *n) {
    char kernels[160];
    if (sealane_cpu_restrict(ceiling) != SEALANE_OK) {
        return;
    }
    sealane_machine_kernels(profile->families, kernels, sizeof kernels);
    fanout_contestant *c = &contestants[*n];
    *c = (fanout_contestant){.peer = &sealane_peer_sealane, .ceiling = ceiling};
    (void)snprintf(c->label, sizeof c->label, "sealane:%s", kernels);
    if (*n == 0 || strcmp(contestants[*n - 1].label, c->label) != 0) {
        ++*n;
    }
}

/* Fills in who takes part, and notes who does not. */
static size_t choose_contestants(const fanout_options *options, const fanout_profile *profile, fanout_contestant *contestants,
                                 json_t *notes) {
    size_t n = 0;
    for (size_t i = 0; sealane_peer_names[i]; i++) {
        const char *name = sealane_peer_names[i];
        if (options->impl_given && !options->wanted[i]) {
            continue;
        }
        const peer *p = sealane_peer_find(name);
        const char *lacks = p ? sealane_peer_lacks(p, profile->operations) : NULL;
        if (!p) {
            note(notes, "%s: not in this build, left out of %s", name, profile->name);
        } else if (lacks) {
            note(notes, "%s: no %s, left out of %s", name, lacks, profile->name);
        } else if (p != &sealane_peer_sealane) {
            contestants[n] = (fanout_contestant){.peer = p};
            (void)snprintf(contestants[n++].label, sizeof contestants->label, "%s", name);
        } else {
            add_sealane(profile, options->kernel, contestants, &n);
            if (!options->kernel_given) {
                add_sealane(profile, "portable", contestants, &n);
            } else if (options->kernel && !strstr(contestants[0].label, options->kernel)) {
                note(notes, "sealane: no %s kernel of what %s needs; %s serves under that ceiling", options->kernel,
                     profile->name, contestants[0].label);
            }
        }
    }
    return sealane_cpu_restrict(NULL) == SEALANE_OK ? n : 0;
}

/* Whether the outputs leave half of this machine's memory alone. Reports if not. */
static bool fits_memory(const fanout_plan *plan) {
    size_t most = 0, modes = 0;
    for (size_t i = 0; i < plan->recipients_count; i++) {
        most = plan->recipients[i] > most ? plan->recipients[i] : most;
    }
    while (plan->profile->modes[modes].name) {
        modes++;
    }
    double needed = 0;
    for (size_t i = 0; i < plan->message_count; i++) {
        const fanout_load load = {
            .profile = plan->profile, .size = plan->messages[i].size, .recipients = most, .devices = plan->devices};
        needed += (double)plan->profile->slot_bytes(&load) * (double)(most * modes * plan->contestant_count);
    }
    if (needed <= 0.5 * (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE)) {
        return true;
    }
    cli_error("%s for %zu recipients takes %.0f MiB of memory, more than half of this machine's", plan->profile->name, most,
              needed / 0x1p20);
    return false;
}

static void show_progress(double part) {
    cli_progress_update((uint64_t)(part * PROGRESS_STEPS));
}

static bool write_json(const json_t *report, const char *path) {
    char *text = json_dumps(report, JSON_INDENT(2)), *lines = NULL;
    int len = text ? asprintf(&lines, "%s\n", text) : -1;
    free(text);
    if (len < 0) {
        cli_error("out of memory");
        return false;
    }
    bool good = strcmp(path, "-") == 0 ? cli_write_stdout((const uint8_t *)lines, (size_t)len)
                                       : cli_write(path, (const uint8_t *)lines, (size_t)len, 0);
    free(lines);
    return good;
}

static bool write_html(const json_t *report, const char *path) {
    char why[256];
    size_t len;
    char *page = sealane_fanout_html(report, &len, why, sizeof why);
    if (!page) {
        cli_error("--html: %s", why);
        return false;
    }
    bool good = cli_write(path, (const uint8_t *)page, len, 0);
    free(page);
    return good;
}

/* Measures one profile, prints it, and appends it to the report; the exit status. */
static int run(const fanout_options *options, const fanout_plan *plan, json_t *notes, json_t *runs) {
    fanout_row *rows = NULL;
    fanout_failure failure;
    cli_progress_begin(plan->profile->name, PROGRESS_STEPS);
    size_t n = sealane_fanout_measure(plan, &rows, &failure);
    cli_progress_end();
    int status = CLI_OK;
    if (n == 0) {
        cli_error("%s", failure.why);
        status = CLI_FAILED;
    } else {
        if (!options->json || strcmp(options->json, "-") != 0) {
            if (json_array_size(runs) > 0) {
                printf("\n\n");
            }
            sealane_fanout_print(plan, rows, n, notes);
            (void)fflush(stdout);
        }
        if (json_array_append_new(runs, sealane_fanout_json(plan, rows, n, notes)) != 0) {
            cli_error("out of memory");
            status = CLI_TROUBLE;
        }
    }
    free(rows);
    return status;
}

/* The same for a profile by the options; whether there is anything to measure is seen to before. */
static int run_profile(const fanout_options *options, const fanout_profile *profile, const cli_buffer *message, json_t *runs) {
    fanout_contestant contestants[FANOUT_CONTESTANTS_MAX];
    json_t *notes = json_array();
    fanout_plan plan = {
        .profile = profile,
        .contestants = contestants,
        .contestant_count = choose_contestants(options, profile, contestants, notes),
        .recipients = options->recipients_n > 0 ? options->recipients : profile->recipients,
        .recipients_count = options->recipients_n,
        .devices = profile->devices == 0   ? 1
                   : options->devices != 0 ? (size_t)options->devices
                                           : profile->devices,
        .threads = (unsigned)options->threads,
        .rounds = (unsigned)options->rounds,
        .seed = options->seed,
        .progress = show_progress,
    };
    if (profile->devices == 0 && options->devices > 1) {
        note(notes, "%s: its cost does not depend on devices", profile->name);
    }
    choose_messages(options, message, &plan, notes);
    while (options->recipients_n == 0 && plan.recipients[plan.recipients_count] != 0) {
        plan.recipients_count++;
    }
    int status = CLI_TROUBLE;
    if (plan.contestant_count == 0) {
        for (size_t i = 0; i < json_array_size(notes); i++) {
            cli_error("%s", json_string_value(json_array_get(notes, i)));
        }
        cli_error("no implementation is left");
    } else if (fits_memory(&plan)) {
        status = run(options, &plan, notes, runs);
    }
    json_decref(notes);
    return status;
}

/* Adds an argument to a command line, as a shell takes it. */
static void add_argument(FILE *line, const char *argument) {
    if (argument[0] != '\0' && argument[strspn(argument, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                                         "-_./,:=+@%")] == '\0') {
        (void)fprintf(line, " %s", argument);
        return;
    }
    (void)fputs(" '", line);
    for (const char *c = argument; *c; c++) {
        (void)fputs(*c == '\'' ? "'\\''" : (char[]){*c, '\0'}, line);
    }
    (void)fputc('\'', line);
}

/* The command as it was typed; NULL: no memory. */
static char *command_line(int argc, char **argv) {
    char *text = NULL;
    size_t size;
    FILE *line = open_memstream(&text, &size);
    if (!line) {
        return NULL;
    }
    (void)fputs(argv[0], line);
    for (int i = 1; i < argc; i++) {
        add_argument(line, argv[i]);
    }
    return fclose(line) == 0 ? text : NULL;
}

/* Whether there is what draws the page's charts, before time is spent on what they will show. Reports if not. */
static bool drawable(const char *path) {
    char why[256];
    if (!path || sealane_gnuplot_present(why, sizeof why)) {
        return true;
    }
    cli_error("--html: %s", why);
    return false;
}

/* Whether a file can be made where it is to go. Reports if not. */
static bool writable(const char *path) {
    if (!path || strcmp(path, "-") == 0) {
        return true;
    }
    char *directory = strdup(path);
    if (!directory) {
        cli_error("out of memory");
        return false;
    }
    bool good = access(dirname(directory), W_OK | X_OK) == 0;
    if (!good) {
        cli_error("%s: cannot write there: %s", path, strerror(errno));
    }
    free(directory);
    return good;
}

/* The files that were asked for. Reports failures and returns false. */
static bool write_reports(const fanout_options *options, const char *command, json_t *runs) {
    json_t *report = sealane_fanout_report(command, runs);
    bool good = report != NULL;
    if (!good) {
        cli_error("out of memory");
    }
    good =
        good && (!options->json || write_json(report, options->json)) && (!options->html || write_html(report, options->html));
    json_decref(report);
    return good;
}

int cmd_fanout(int argc, char **argv) {
    fanout_options options = {.threads = 1, .seed = 1};
    char *command = command_line(argc, argv); /* before argp sorts the arguments */
    json_t *runs = json_array();
    cli_buffer message = {0};
    int status = CLI_TROUBLE;
    if (!command || !runs) {
        cli_error("out of memory");
    } else if (!cli_options(&argp, argc, argv, 0, &options)) {
        status = CLI_TROUBLE;
    } else if (options.list) {
        list_profiles();
        status = CLI_OK;
    } else if (writable(options.json) && writable(options.html) && drawable(options.html) && take_message(&options, &message)) {
        status = CLI_OK;
        for (size_t i = 0; status == CLI_OK && i < (options.profiles_n == 0 ? 1 : options.profiles_n); i++) {
            status = run_profile(&options, options.profiles_n == 0 ? sealane_fanout_profiles[0] : options.profiles[i], &message,
                                 runs);
        }
        if (status == CLI_OK && !write_reports(&options, command, runs)) {
            status = CLI_TROUBLE;
        }
    }
    cli_buffer_free(&message);
    json_decref(runs);
    free(command);
    return status;
}
#endif
