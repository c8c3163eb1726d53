/* SPDX-License-Identifier: ISC */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "dropin/stats.h"

/* As env and the shells have it. */
enum { CANNOT_EXECUTE = 126, NOT_FOUND = 127, SIGNALLED = 128 };

typedef struct {
    const char *library;
    bool stats;
    char **command;
} preload_options;

static const struct argp_option option_list[] = {
    {"library", 'l', "FILE", 0, "Preload FILE instead of the libsealane-sodium.so that belongs to this program", 0},
    {"stats", 's', NULL, 0, "When the command has ended, tell on stderr what was served and by which kernels", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    preload_options *options = state->input;
    switch (key) {
    case 'l':
        options->library = argument;
        return 0;
    case 's':
        options->stats = true;
        return 0;
    case ARGP_KEY_ARG:
        options->command = &state->argv[state->next - 1];
        state->next = state->argc; /* the rest is the command's */
        return 0;
    case ARGP_KEY_NO_ARGS:
        return CLI_USAGE(state, "no command to run");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .args_doc = "[--] COMMAND [ARGUMENT...]",
    .doc =
        "Runs COMMAND with libsealane-sodium.so preloaded: what it asks of libsodium is served by Sealane where that can, and "
        "by "
        "libsodium where not. Set-user-ID programs and programs that hold a libsodium of their own are not affected.\vExit "
        "status: that of COMMAND, or 128 plus the number of the signal that ended it; 127 if it was not found, 126 if it could "
        "not be run; 2 for wrong usage.",
};

/* The library's place, from that of the program: where both are installed, and where both are built. */
static const char *const places[] = {SEALANE_DROPIN_INSTALLED, SEALANE_DROPIN_BUILT};

/* In static storage; NULL, reported, where there is none. */
static const char *find_library(void) {
    static char path[PATH_MAX];
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len < 0) {
        cli_error("cannot read /proc/self/exe: %s", strerror(errno));
        return NULL;
    }
    program[len] = 0;
    *strrchr(program, '/') = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *joined = NULL;
        if (asprintf(&joined, "%s/%s", program, places[i]) < 0) {
            cli_error("out of memory");
            return NULL;
        }
        bool found = realpath(joined, path) != NULL;
        free(joined);
        if (found)
            return path;
    }
    cli_error("libsealane-sodium.so is not installed beside this program; --library FILE names another place");
    return NULL;
}

/* Puts the library before what is preloaded already. */
static bool set_preload(const char *library) {
    char path[PATH_MAX];
    if (!realpath(library, path)) {
        cli_error("cannot preload %s: %s", library, strerror(errno));
        return false;
    }
    if (strpbrk(path, " :")) {
        cli_error("cannot preload %s: the loader takes spaces and colons for separators", path);
        return false;
    }
    const char *others = getenv("LD_PRELOAD");
    char *value = NULL;
    if (asprintf(&value, "%s%s%s", path, others && *others ? ":" : "", others ? others : "") < 0 ||
        setenv("LD_PRELOAD", value, 1) != 0) {
        cli_error("out of memory");
        free(value);
        return false;
    }
    free(value);
    return true;
}

static int execute(char **command) {
    execvp(*command, command);
    int reason = errno;
    cli_error("cannot run %s: %s", *command, strerror(reason));
    return reason == ENOENT ? NOT_FOUND : CANNOT_EXECUTE;
}

/* The file that the processes count in, mapped; its name is the environment's. NULL, reported, on failure. */
static stats_file *make_stats(char *path, size_t size) {
    const char *folder = getenv("TMPDIR");
    stats_file *stats = MAP_FAILED;
    snprintf(path, size, "%s/sealane-stats.XXXXXX", folder && *folder ? folder : "/tmp");
    int file = mkostemp(path, O_CLOEXEC);
    if (file >= 0 && ftruncate(file, sizeof *stats) == 0)
        stats = mmap(NULL, sizeof *stats, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (stats == MAP_FAILED || setenv(STATS_VARIABLE, path, 1) != 0) {
        cli_error("cannot keep statistics in %s: %s", path, strerror(errno));
        if (file >= 0)
            unlink(path);
        stats = NULL;
    }
    if (file >= 0)
        close(file);
    if (stats)
        atomic_store(&stats->magic, STATS_MAGIC);
    return stats;
}

static bool print_stats(const stats_file *stats) {
    uint64_t processes = atomic_load(&stats->processes);
    fprintf(stderr, "sealane: loaded by %" PRIu64 " process%s\n", processes, processes == 1 ? "" : "es");
    struct libscols_table *table = scols_new_table();
    bool good = table && scols_table_set_stream(table, stderr) == 0 && scols_table_new_column(table, "FAMILY", 0, 0) &&
                scols_table_new_column(table, "CALLS", 0, SCOLS_FL_RIGHT) &&
                scols_table_new_column(table, "BYTES", 0, SCOLS_FL_RIGHT) && scols_table_new_column(table, "KERNELS", 0, 0);
    for (size_t f = 0; good && f < STATS_FAMILIES; f++) {
        const stats_row *row = &stats->row[f];
        uint64_t calls = atomic_load(&row->calls);
        if (calls == 0)
            continue;
        char numbers[2][24];
        snprintf(numbers[0], sizeof numbers[0], "%" PRIu64, calls);
        snprintf(numbers[1], sizeof numbers[1], "%" PRIu64, atomic_load(&row->bytes));
        struct libscols_line *line = scols_table_new_line(table, NULL);
        good = line && scols_line_set_data(line, 0, row->name) == 0 && scols_line_set_data(line, 1, numbers[0]) == 0 &&
               scols_line_set_data(line, 2, numbers[1]) == 0 && scols_line_set_data(line, 3, row->kernels) == 0;
    }
    good = good && scols_print_table(table) == 0;
    scols_unref_table(table);
    return good;
}

static volatile sig_atomic_t child;

static void pass_on(int signal) {
    if (child > 0)
        kill(child, signal);
}

/* Runs the command as a child. The terminal's own signals reach it without help, those of others are passed on. */
static int run(char **command) {
    struct sigaction ignore = {.sa_handler = SIG_IGN}, pass = {.sa_handler = pass_on, .sa_flags = SA_RESTART}, interrupt, quit;
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    pid_t pid = fork();
    if (pid == 0) {
        sigaction(SIGINT, &interrupt, NULL);
        sigaction(SIGQUIT, &quit, NULL);
        _exit(execute(command));
    }
    if (pid < 0) {
        cli_error("cannot run %s: %s", *command, strerror(errno));
        return CANNOT_EXECUTE;
    }
    child = pid;
    sigaction(SIGTERM, &pass, NULL);
    sigaction(SIGHUP, &pass, NULL);
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return CANNOT_EXECUTE;
    return WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

int cmd_preload(int argc, char **argv) {
    preload_options options = {0};
    if (!cli_options(&argp, argc, argv, ARGP_IN_ORDER, &options))
        return CLI_TROUBLE;
    const char *library = options.library ? options.library : find_library();
    if (!library || !set_preload(library))
        return CLI_TROUBLE;
    if (!options.stats)
        return execute(options.command);

    char path[PATH_MAX];
    stats_file *stats = make_stats(path, sizeof path);
    if (!stats)
        return CLI_TROUBLE;
    int status = run(options.command);
    unlink(path);
    if (!print_stats(stats))
        cli_error("out of memory");
    return status;
}
