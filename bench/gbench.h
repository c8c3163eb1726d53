/* SPDX-License-Identifier: ISC */
/* Google Benchmark, as far as the benchmarks need it, for C. */
#ifndef SEALANE_BENCH_GBENCH_H
#define SEALANE_BENCH_GBENCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One run of a benchmark in progress. */
typedef struct gbench_run gbench_run;

/* A benchmark: readies what it needs, calls gbench_measure once or gbench_skip, cleans up. Called for each repetition. */
typedef void (*gbench_benchmark)(gbench_run *run, void *argument);

/* What is timed: does the work `iterations` times. */
typedef void (*gbench_work)(void *work_argument, uint64_t iterations);

/* Takes one repetition's result: CPU time of an iteration, and what gbench_note was given. */
typedef void (*gbench_sink)(void *sink_argument, void *argument, double nanoseconds, double note);

/* Registers a benchmark. The name is copied; argument goes to the benchmark and to the sink. */
void gbench_register(const char *name, gbench_benchmark benchmark, void *argument);

/* Times the work. */
void gbench_measure(gbench_run *run, gbench_work work, void *work_argument);

/* Gives a number to the sink beside the time of this run. */
void gbench_note(gbench_run *run, double note);

/* Ends this benchmark without a result; the sink is not called. */
void gbench_skip(gbench_run *run, const char *why);

/*
 * Runs every benchmark whose name matches the regular expression, all repetitions of all of them in random order. Returns
 * how many matched; 0 also where the expression is none.
 */
size_t gbench_run_all(const char *regex, unsigned repetitions, double seconds_each, gbench_sink sink, void *sink_argument);

/* Prints the names that match, one a line, and returns how many. */
size_t gbench_list(const char *regex);

#ifdef __cplusplus
}
#endif

#endif
