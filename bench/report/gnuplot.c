/* SPDX-License-Identifier: ISC */
#include "bench/report/gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Runs gnuplot on open files; why tells what went wrong. Its settings are its own, not those of the user's home. */
static bool run(const char *argument, FILE *in, FILE *out, FILE *errors, char *why, size_t size) {
    char name[] = "gnuplot", defaults[] = "-d", *last = strdup(argument);
    char *argv[] = {name, defaults, last, NULL};
    posix_spawn_file_actions_t files;
    pid_t child;
    int status = 0, error = ENOMEM;
    if (last != NULL && (error = posix_spawn_file_actions_init(&files)) == 0) {
        posix_spawn_file_actions_adddup2(&files, fileno(in), STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&files, fileno(out), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&files, fileno(errors), STDERR_FILENO);
        error = posix_spawnp(&child, name, &files, NULL, argv, environ);
        posix_spawn_file_actions_destroy(&files);
    }
    free(last);
    if (error != 0) {
        (void)snprintf(why, size,
                       error == ENOENT ? "gnuplot, which draws the charts, is not installed (Debian: gnuplot-nox)"
                                       : "gnuplot cannot be run: %s",
                       strerror(error));
        return false;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        char line[160] = "";
        rewind(errors);
        while (line[strspn(line, " \n")] == '\0' && fgets(line, sizeof line, errors) != NULL) {
        }
        line[strcspn(line, "\n")] = '\0';
        (void)snprintf(why, size, "gnuplot failed: %s", line);
        return false;
    }
    return true;
}

static char *contents(FILE *f) {
    long len = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    char *text = len < 0 ? NULL : malloc((size_t)len + 1);
    if (text != NULL) {
        rewind(f);
        text[fread(text, 1, (size_t)len, f)] = '\0';
    }
    return text;
}

/* Unnamed files for a run; what argument "-" reads is in the first. */
static char *run_with_files(const char *argument, const char *script, size_t len, char *why, size_t size) {
    FILE *files[3] = {tmpfile(), tmpfile(), tmpfile()};
    char *text = NULL;
    if (files[0] == NULL || files[1] == NULL || files[2] == NULL || fwrite(script, 1, len, files[0]) != len ||
        fflush(files[0]) != 0) {
        (void)snprintf(why, size, "no temporary file for gnuplot: %s", strerror(errno));
    } else {
        rewind(files[0]);
        if (run(argument, files[0], files[1], files[2], why, size)) {
            text = contents(files[1]);
            if (text == NULL) {
                (void)snprintf(why, size, "out of memory");
            }
        }
    }
    for (int i = 0; i < 3; i++) {
        if (files[i] != NULL) {
            (void)fclose(files[i]);
        }
    }
    return text;
}

bool sealane_gnuplot_present(char *why, size_t size) {
    char *version = run_with_files("--version", "", 0, why, size);
    free(version);
    return version != NULL;
}

char *sealane_gnuplot_run(const char *script, size_t len, char *why, size_t size) {
    return run_with_files("-", script, len, why, size);
}
