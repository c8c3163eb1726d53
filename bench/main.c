/* SPDX-License-Identifier: ISC */
/* sealane-bench: measures operations by every implementation and kernel, and compares them. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/cases.h"
#include "bench/gbench.h"
#include "bench/report/machine.h"
#include "bench/results.h"

typedef struct {
    const char *regex, *json;
    bool list;
    unsigned repetitions;
    double seconds;
} options;

/* A case with its result; what the benchmarks are given. */
typedef struct {
    bench_case *bench;
    bench_result *result;
    unsigned repetitions;
} entry;

static const struct argp_option option_list[] = {
    {"json", 'j', "FILE", 0, "Write all that was measured as JSON; - is stdout, instead of the tables", 0},
    {"list", 'l', NULL, 0, "Print the names of the benchmarks", 0},
    {"repetitions", 'n', "N", 0, "How often each is measured; the default is 7", 0},
    {"min-time", 't', "SECONDS", 0, "How long a repetition takes at least; the default is 0.05", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    options *o = state->input;
    char *end = argument;
    switch (key) {
    case 'j':
        o->json = argument;
        return 0;
    case 'l':
        o->list = true;
        return 0;
    case 'n':
        o->repetitions = (unsigned)strtoul(argument, &end, 10);
        if (*argument < '1' || *argument > '9' || *end != '\0' || o->repetitions > 10000) {
            argp_error(state, "--repetitions: '%s' is not a number from 1 to 10000", argument);
        }
        return 0;
    case 't':
        o->seconds = strtod(argument, &end);
        if (end == argument || *end != '\0' || !(o->seconds > 0 && o->seconds <= 60)) {
            argp_error(state, "--min-time: '%s' is not a number of seconds up to 60", argument);
        }
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) {
            argp_error(state, "more than one REGEX");
        }
        o->regex = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .args_doc = "[REGEX]",
    .doc = "Measures operations by every implementation and every kernel that runs here, and compares them. REGEX picks names, "
           "<operation>/<algorithm>/<implementation[:kernel]>/<bytes>/<n>; the default is all.",
};

/* On a terminal, says what is being measured. */
static void show(const char *name) {
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%.100s\033[K", name);
        fflush(stderr);
    }
}

static void benchmark(gbench_run *run, void *argument) {
    bench_case *c = ((entry *)argument)->bench;
    show(c->name);
    workload *w = sealane_cpu_restrict(c->ceiling) == SEALANE_OK ? sealane_workload_new(c) : NULL;
    if (w == NULL) {
        gbench_skip(run, "out of memory, or the implementation does not run here");
        return;
    }
    if (c->wrong) {
        gbench_skip(run, "does not give what the reference implementation gives");
    } else {
        sealane_workload_run(w, 1);
        double before = sealane_machine_cycle_ns();
        gbench_measure(run, sealane_workload_run, w);
        gbench_note(run, 0.5 * (before + sealane_machine_cycle_ns()));
        if (!sealane_workload_good(w)) {
            c->wrong = true;
            gbench_skip(run, "failed while it was measured");
        }
    }
    sealane_workload_free(w);
}

static void take(void *sink_argument, void *argument, double nanoseconds, double cycle_ns) {
    (void)sink_argument;
    entry *e = argument;
    bench_result *r = e->result;
    if (r->samples < e->repetitions) {
        r->nanoseconds[r->samples] = nanoseconds / (double)e->bench->n;
        r->cycles[r->samples] = nanoseconds / (double)e->bench->n / cycle_ns;
        r->samples++;
    }
}

/* Writes a file beside `path` and renames it, so that it appears whole. */
static int write_json(const json_t *all, const char *path) {
    char *beside = NULL;
    int written = -1;
    if (strcmp(path, "-") == 0) {
        written = json_dumpf(all, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF && fflush(stdout) == 0 ? 0 : -1;
    } else if (asprintf(&beside, "%s.%ld", path, (long)getpid()) > 0) {
        written = json_dump_file(all, beside, JSON_INDENT(2));
        if (written == 0) {
            written = rename(beside, path);
        }
        if (written != 0) {
            int why = errno;
            unlink(beside);
            errno = why;
        }
    }
    if (written != 0) {
        fprintf(stderr, "sealane-bench: %s: cannot write: %s\n", path, strerror(errno));
    }
    free(beside);
    return written;
}

/* Runs what matches and reports; the exit status. */
static int run(const options *o, const bench_case *cases, bench_result *results, size_t count) {
    size_t matched = gbench_run_all(o->regex, o->repetitions, o->seconds, take, NULL);
    if (isatty(STDERR_FILENO)) {
        fputs("\r\033[K", stderr);
    }
    if (matched == 0) {
        fprintf(stderr, "sealane-bench: no benchmark matches '%s'; --list shows their names\n", o->regex);
        return 2;
    }
    int status = 0;
    for (size_t i = 0; i < count; i++) {
        bench_result *r = &results[i];
        if (r->samples > 0) {
            r->ns = sealane_stats_quartiles(r->nanoseconds, r->samples);
            r->cycle = sealane_stats_quartiles(r->cycles, r->samples);
        }
        status = cases[i].wrong ? 1 : status;
    }
    if (o->json == NULL || strcmp(o->json, "-") != 0) {
        sealane_results_print(results, count);
    }
    if (o->json != NULL) {
        json_t *all = sealane_results_json(results, count);
        status = write_json(all, o->json) != 0 ? 2 : status;
        json_decref(all);
    }
    return status;
}

int main(int argc, char **argv) {
    options o = {.regex = ".", .repetitions = 7, .seconds = 0.05};
    argp_err_exit_status = 2;
    if (argp_parse(&argp, argc, argv, 0, NULL, &o) != 0) {
        return 2;
    }
    bench_case *cases;
    size_t count = sealane_bench_cases(&cases);
    entry *entries = calloc(count + 1, sizeof *entries);
    bench_result *results = calloc(count + 1, sizeof *results);
    double *samples = calloc(2 * (count + 1) * o.repetitions, sizeof *samples);
    int status = 1;
    if (cases == NULL || entries == NULL || results == NULL || samples == NULL) {
        fprintf(stderr, "sealane-bench: out of memory\n");
    } else {
        for (size_t i = 0; i < count; i++) {
            results[i] = (bench_result){.bench = &cases[i],
                                        .nanoseconds = samples + 2 * i * o.repetitions,
                                        .cycles = samples + (2 * i + 1) * o.repetitions};
            entries[i] = (entry){&cases[i], &results[i], o.repetitions};
            gbench_register(cases[i].name, benchmark, &entries[i]);
        }
        status = !o.list ? run(&o, cases, results, count) : gbench_list(o.regex) > 0 ? 0 : 2;
    }
    free(cases);
    free(entries);
    free(results);
    free(samples);
    return status;
}
