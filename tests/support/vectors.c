/* SPDX-License-Identifier: ISC */
#include "tests/support/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PYCA_DIR "/usr/lib/python3/dist-packages/cryptography_vectors"

FILE *vectors_open(const char *name, const char *pyca) {
    const char *dir = getenv("SEALANE_VECTORS_DIR");
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s", dir != NULL ? dir : SEALANE_VECTORS_DEFAULT, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL && pyca != NULL) {
        (void)snprintf(path, sizeof path, "%s/%s", PYCA_DIR, pyca);
        file = fopen(path, "rb");
    }
    if (file == NULL) {
        printf("vectors: absent %s\n", name);
    }
    return file;
}

void vectors_ran(const char *name, const char *label, size_t cases) {
    printf("vectors: ran %s on %s, %zu cases\n", name, label, cases);
    assert_true(cases > 0);
}

int vectors_next(vectors_text *text, const char **key, const char **value) {
    for (ssize_t n; (n = getline(&text->line, &text->room, text->file)) >= 0;) {
        char *line = text->line;
        while (n > 0 && strchr(" \t\r\n", line[n - 1]) != NULL) {
            line[--n] = '\0';
        }
        char *separator = strpbrk(line, "=:");
        if (separator == NULL || separator == line || line[0] == '#' || line[0] == '[') {
            continue;
        }
        char *start = separator + 1 + strspn(separator + 1, " \t");
        while (separator > line && (separator[-1] == ' ' || separator[-1] == '\t')) {
            separator--;
        }
        *separator = '\0';
        *key = line;
        *value = start;
        return 1;
    }
    return 0;
}

void vectors_close(vectors_text *text) {
    free(text->line);
    (void)fclose(text->file);
}

#if SEALANE_JANSSON

json_t *vectors_json(const char *name, const char *pyca) {
    FILE *file = vectors_open(name, pyca);
    if (file == NULL) {
        return NULL;
    }
    json_error_t error;
    json_t *root = json_loadf(file, 0, &error);
    (void)fclose(file);
    if (root == NULL) {
        fail_msg("%s, line %d: %s", name, error.line, error.text);
    }
    return root;
}

const char *vectors_string(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    if (text == NULL) {
        fail_msg("no string \"%s\" in a vector", key);
    }
    return text;
}

hex_bytes vectors_hex(const json_t *object, const char *key) {
    return hex_alloc(vectors_string(object, key));
}

#endif
