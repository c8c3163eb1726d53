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
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/fanout/fanout.h"
#include "bench/report/machine.h"
#include "bench/report/table.h"

#define NAMES_MAX 8U
#define PROGRESS_STEPS 1000U

typedef struct {
    const fanout_profile *profile;
    bool list;
    size_t recipients[FANOUT_COUNTS_MAX], recipients_n;
    const char *size_text, *message_path;
    bool impl_given, wanted[NAMES_MAX]; /* as sealane_peer_names */
    bool kernel_given;
    const char *kernel; /* a ceiling; NULL: none */
    const char *json;
    uint64_t threads, seed, rounds;
} fanout_options;

enum { OPTION_PROFILE = 256, OPTION_LIST, OPTION_SIZE, OPTION_MESSAGE, OPTION_IMPL, OPTION_SEED, OPTION_ROUNDS };

static const struct argp_option option_list[] = {
    {"profile", OPTION_PROFILE, "NAME", 0, "What to do; the default is nacl-pairwise", 0},
    {"list", OPTION_LIST, NULL, 0, "Print the profiles", 0},
    {"recipients", 'r', "N[,N...]", 0, "For how many; the default is the profile's", 0},
    {"size", OPTION_SIZE, "BYTES", 0, "Send random bytes instead of the text that ships with the program", 0},
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

static error_t parse_profile(fanout_options *options, const char *name) {
    for (size_t i = 0; sealane_fanout_profiles[i]; i++) {
        if (strcmp(sealane_fanout_profiles[i]->name, name) == 0) {
            options->profile = sealane_fanout_profiles[i];
            return 0;
        }
    }
    char names[256] = "";
    for (size_t i = 0; sealane_fanout_profiles[i]; i++) {
        (void)snprintf(names + strlen(names), sizeof names - strlen(names), " %s", sealane_fanout_profiles[i]->name);
    }
    cli_error("unknown profile '%s'; there are:%s", name, names);
    return EINVAL;
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
        return parse_profile(options, argument);
    case OPTION_LIST:
        options->list = true;
        return 0;
    case 'r':
        return parse_recipients(options, argument);
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
            argp_error(state, "--size and --message exclude each other");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .doc = "Seals one message for a group as messengers do, with sealane and with other libraries, opens every output with "
           "libsodium, and prints what it took.\v" CLI_EXIT_STATUS_DOC,
};

static void list_profiles(void) {
    static const char *const columns[] = {"profile", "primitives", "recipients", "work", NULL};
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

/* Reads or makes the message; cli_buffer_free frees it in any case. Reports failures and returns false. */
static bool take_message(const fanout_options *options, cli_buffer *message) {
    *message = (cli_buffer){malloc(FANOUT_MESSAGE_MAX + 1), strlen(sealane_fanout_message)};
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

__attribute__((format(printf, 2, 3))) static void note(json_t *notes, const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_array_append_new(notes, json_string(text));
}

/* Adds sealane under a ceiling, unless the one before has the same kernels. */
static void add_sealane(const fanout_profile *profile, const char *ceiling, fanout_contestant *contestants, size_t *n) {
    char kernels[96];
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
static size_t choose_contestants(const fanout_options *options, fanout_contestant *contestants, json_t *notes) {
    const fanout_profile *profile = options->profile;
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
    while (plan->profile->modes[modes]) {
        modes++;
    }
    double needed = (double)plan->profile->slot_bytes(plan->size) * (double)(most * modes * plan->contestant_count);
    if (needed <= 0.5 * (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE)) {
        return true;
    }
    cli_error("%zu bytes for %zu recipients take %.0f MiB of memory, more than half of this machine's", plan->size, most,
              needed / 0x1p20);
    return false;
}

static void show_progress(double part) {
    cli_progress_update((uint64_t)(part * PROGRESS_STEPS));
}

static bool write_json(json_t *all, const char *path) {
    char *text = all ? json_dumps(all, JSON_INDENT(2)) : NULL, *lines = NULL;
    int len = text ? asprintf(&lines, "%s\n", text) : -1;
    free(text);
    json_decref(all);
    if (len < 0) {
        cli_error("out of memory");
        return false;
    }
    bool good = strcmp(path, "-") == 0 ? cli_write_stdout((const uint8_t *)lines, (size_t)len)
                                       : cli_write(path, (const uint8_t *)lines, (size_t)len, 0);
    free(lines);
    return good;
}

/* Measures and reports; the exit status. */
static int run(const fanout_options *options, const fanout_plan *plan, json_t *notes) {
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
            sealane_fanout_print(plan, rows, n, notes);
        }
        if (options->json && !write_json(sealane_fanout_json(plan, rows, n, notes), options->json)) {
            status = CLI_TROUBLE;
        }
    }
    free(rows);
    return status;
}

int cmd_fanout(int argc, char **argv) {
    fanout_options options = {.profile = sealane_fanout_profiles[0], .threads = 1, .seed = 1};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0) {
        return CLI_TROUBLE;
    }
    if (options.list) {
        list_profiles();
        return CLI_OK;
    }
    cli_buffer message;
    if (!take_message(&options, &message)) {
        cli_buffer_free(&message);
        return CLI_TROUBLE;
    }

    fanout_contestant contestants[FANOUT_CONTESTANTS_MAX];
    json_t *notes = json_array();
    fanout_plan plan = {
        .profile = options.profile,
        .contestants = contestants,
        .contestant_count = choose_contestants(&options, contestants, notes),
        .recipients = options.recipients_n > 0 ? options.recipients : options.profile->recipients,
        .recipients_count = options.recipients_n,
        .message = message.data,
        .size = message.len,
        .threads = (unsigned)options.threads,
        .rounds = (unsigned)options.rounds,
        .seed = options.seed,
        .progress = show_progress,
    };
    while (options.recipients_n == 0 && plan.recipients[plan.recipients_count] != 0) {
        plan.recipients_count++;
    }

    int status = CLI_TROUBLE;
    if (plan.contestant_count == 0) {
        for (size_t i = 0; i < json_array_size(notes); i++) {
            cli_error("%s", json_string_value(json_array_get(notes, i)));
        }
        cli_error("no implementation is left");
    } else if (fits_memory(&plan)) {
        status = run(&options, &plan, notes);
    }
    json_decref(notes);
    cli_buffer_free(&message);
    return status;
}
#endif
