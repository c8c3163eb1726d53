/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

static const char bar[] = "########################################";
static const int bar_len = sizeof bar - 1;
static const double appears_after = 2.0, redrawn_every = 0.1; /* seconds */

static struct {
    const char *what;
    uint64_t total;
    struct timespec start, drawn;
    bool running, visible;
} progress;

static double seconds_between(const struct timespec *from, const struct timespec *to) {
    return (double)(to->tv_sec - from->tv_sec) + 1e-9 * (double)(to->tv_nsec - from->tv_nsec);
}

void cli_progress_begin(const char *what, uint64_t total) {
    progress.what = what;
    progress.total = total;
    progress.running = total > 0 && isatty(STDERR_FILENO) == 1;
    progress.visible = false;
    clock_gettime(CLOCK_MONOTONIC, &progress.start);
    progress.drawn = progress.start;
}

void cli_progress_update(uint64_t done) {
    if (!progress.running)
        return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (seconds_between(&progress.start, &now) < appears_after || seconds_between(&progress.drawn, &now) < redrawn_every)
        return;
    progress.drawn = now;
    progress.visible = true;
    double part = (double)done / (double)progress.total;
    fprintf(stderr, "\r%s [%-*.*s] %3d%%", progress.what, bar_len, (int)(part * bar_len), bar, (int)(part * 100));
    fflush(stderr);
}

void cli_progress_end(void) {
    if (progress.visible)
        fputs("\r\033[K", stderr);
    progress.running = progress.visible = false;
}
