/* SPDX-License-Identifier: ISC */
/* Runs a fuzz target over files, without libFuzzer: every file named, and every file of the directories named. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/kernels.h"

static _Noreturn void die(const char *path) {
    fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
    exit(1);
}

static void run_file(const char *path, size_t size) {
    uint8_t *data = malloc(size == 0 ? 1 : size);
    FILE *f = fopen(path, "rb");
    if (data == NULL || f == NULL || fread(data, 1, size, f) != size) {
        die(path);
    }
    fclose(f);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

/* Runs the file or the files of the directory; returns how many. */
static size_t run(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0) {
        die(path);
    }
    if (!S_ISDIR(st.st_mode)) {
        run_file(path, (size_t)st.st_size);
        return 1;
    }
    struct dirent **entries;
    int n = scandir(path, &entries, NULL, alphasort);
    if (n < 0) {
        die(path);
    }
    size_t count = 0;
    for (int i = 0; i < n; i++) {
        char *file;
        if (entries[i]->d_name[0] != '.') {
            if (asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0) {
                die(path);
            }
            count += run(file);
            free(file);
        }
        free(entries[i]);
    }
    free(entries);
    return count;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE|DIRECTORY...\n", argv[0]);
        return 2;
    }
    LLVMFuzzerInitialize(&argc, &argv);
    size_t count = 0;
    for (int i = 1; i < argc; i++) {
        count += run(argv[i]);
    }
    printf("replay: %zu inputs ran\n", count);
    return count > 0 ? 0 : 1;
}
