/* SPDX-License-Identifier: ISC */
/* The sealane program: finds the command and hands over to it. */
#include <argp.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "sealane/sealane.h"

static const struct {
    const char *name; /* as argv[0] of the command: the word after the space is what the user types */
    int (*run)(int argc, char **argv);
    const char *doc;
} commands[] = {
    {"sealane fanout", cmd_fanout, "Measure what messages to groups cost, beside other libraries"},
    {"sealane plan", cmd_plan, "From deliveries a day to cores and energy"},
    {"sealane keygen", cmd_keygen, "Make an X25519 secret key; print its public key"},
    {"sealane seal", cmd_seal, "Seal a file for many recipients, one sealed box each"},
    {"sealane open", cmd_open, "Open a sealed box"},
    {"sealane verify", cmd_verify, "Verify Ed25519 signatures in JSON lines"},
    {"sealane cpu", cmd_cpu, "Show CPU features, kernels, and which of them serve"},
#ifdef SEALANE_DROPIN
    {"sealane preload", cmd_preload, "Run a program that uses libsodium, served by Sealane"},
#endif
};

enum { COMMANDS = sizeof commands / sizeof *commands, PREFIX = sizeof "sealane " - 1 };

/* The command in whose name messages speak. */
static const char *speaker = "sealane";

void cli_error(const char *format, ...) {
    int errno_kept = errno;
    cli_progress_end();
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int len = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (len < 0)
        text = NULL;
    /* Messages repeat parts of files and names; those must not drive the terminal. */
    for (int i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            text[i] = '?';
    fprintf(stderr, "%s: %s\n", speaker, text ? text : "out of memory");
    free(text);
    errno = errno_kept;
}

bool cli_options(const struct argp *argp, int argc, char **argv, unsigned flags, void *options) {
    error_t error = argp_parse(argp, argc, argv, flags, NULL, options);
    if (error == ENOMEM) /* argp_parse keeps that to itself */
        cli_error("out of memory");
    return error == 0;
}

/* Runs at exit: what was printed has to have arrived, or else the exit status says so. */
static void close_stdout(void) {
    bool failed_before = ferror(stdout);
    errno = 0;
    if (fclose(stdout) != 0)
        cli_error("cannot write to stdout: %s", strerror(errno));
    else if (failed_before)
        cli_error("cannot write to stdout");
    else
        return;
    _exit(CLI_TROUBLE);
}

static const char *command_name(size_t i) {
    return commands[i].name + PREFIX;
}

static void list_commands(struct argp_state *state, const char *what, const char *name) {
    fprintf(stderr, "sealane: %s%s; the commands are:", what, name);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(stderr, " %s", command_name(i));
    fputc('\n', stderr);
    argp_state_help(state, stderr, ARGP_HELP_STD_ERR);
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    int *command = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        for (size_t i = 0; i < COMMANDS; i++)
            if (strcmp(argument, command_name(i)) == 0) {
                *command = state->next - 1;
                state->next = state->argc; /* the rest is the command's */
                return 0;
            }
        list_commands(state, "unknown command: ", argument);
        return EINVAL;
    case ARGP_KEY_NO_ARGS:
        list_commands(state, "no command", "");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int main(int argc, char **argv) {
    atexit(close_stdout);
    argp_err_exit_status = CLI_TROUBLE;
    argp_program_version = "sealane " SEALANE_VERSION_STRING;
    char program[] = "sealane"; /* messages begin with that, however the program was called */
    argv[0] = program;

    struct argp_option options[COMMANDS + 2] = {{.doc = "Commands:", .group = 1}};
    for (size_t i = 0; i < COMMANDS; i++)
        options[i + 1] = (struct argp_option){
            .name = command_name(i), .flags = OPTION_DOC | OPTION_NO_USAGE, .doc = commands[i].doc, .group = 1};
    struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "COMMAND [ARGUMENT...]",
        .doc = "Batched cryptography for group messages.\vsealane COMMAND --help tells more about each. " CLI_EXIT_STATUS_DOC,
    };
    int at = 0;
    if (!cli_options(&argp, argc, argv, ARGP_IN_ORDER, &at))
        return CLI_TROUBLE;

    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[at], command_name(i)) == 0) {
            static char name[32]; /* speaker outlives main */
            speaker = argv[at] = strcpy(name, commands[i].name);
            return commands[i].run(argc - at, argv + at);
        }
    return CLI_TROUBLE;
}
