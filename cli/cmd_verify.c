/* SPDX-License-Identifier: ISC */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "sealane/sealane.h"

typedef struct {
    char **files;
    size_t files_n;
    unsigned flags;
    bool summary;
} verify_options;

enum { OPTION_COFACTORED = 256, OPTION_SUMMARY };

static const struct argp_option option_list[] = {
    {"cofactored", OPTION_COFACTORED, NULL, 0, "Verify by the cofactored rule; the default is libsodium's", 0},
    {"summary", OPTION_SUMMARY, NULL, 0, "Print one JSON object of counts instead of a verdict a line", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    (void)argument;
    verify_options *options = state->input;
    switch (key) {
    case OPTION_COFACTORED:
        options->flags = SEALANE_ED25519_COFACTORED;
        return 0;
    case OPTION_SUMMARY:
        options->summary = true;
        return 0;
    case ARGP_KEY_ARGS: {
        options->files = state->argv + state->next;
        options->files_n = (size_t)(state->argc - state->next);
        size_t stdins = 0;
        for (size_t i = 0; i < options->files_n; i++)
            stdins += strcmp(options->files[i], "-") == 0;
        if (stdins > 1)
            return CLI_USAGE(state, "stdin can be read once");
        return 0;
    }
    case ARGP_KEY_NO_ARGS:
        return CLI_USAGE(state, "FILE is missing; - is stdin");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .args_doc = "FILE...",
    .doc = "Verifies Ed25519 signatures in JSON lines, {\"public_key\":\"...\",\"message\":\"...\",\"signature\":\"...\"}, all "
           "hex, and prints {\"line\":N,\"valid\":true|false} for each, in order (and \"file\", where there are several). FILE "
           "may be -, for stdin.\vA malformed line is reported on stderr, has no verdict, and does not keep the others from "
           "theirs. Empty lines are passed over. " CLI_EXIT_STATUS_DOC,
};

/* One call verifies this many signatures, or fewer where their messages exceed so many bytes. */
#define BATCH_ITEMS ((size_t)4096)
#define BATCH_BYTES ((size_t)16 << 20)
#define FIRST_BYTES ((size_t)64 << 10)
enum { PUBLIC_KEY = SEALANE_ED25519_PUBLIC_KEY_BYTES, SIGNATURE = SEALANE_ED25519_SIGNATURE_BYTES };

/* A signature that waits for the next call. Its bytes are a public key, a signature and a message, one behind the other. */
typedef struct {
    const char *file_json; /* the file's name as a JSON string, or NULL */
    uintmax_t line;
    size_t offset, message_len;
} pending;

typedef struct {
    const verify_options *options;
    size_t n;       /* signatures that wait */
    uint8_t *bytes; /* of all that wait; `room` allocated */
    size_t len, room;
    uintmax_t valid, invalid, malformed;
    bool trouble; /* reported already: a file, memory, or stdout */
} verifier;

/* Of the signatures that wait; the program has one verifier. */
static pending waiting[BATCH_ITEMS];
static sealane_ed25519_item items[BATCH_ITEMS];
static uint8_t verdicts[BATCH_ITEMS];

/* Verifies what waits and prints the verdicts. */
static void flush(verifier *v) {
    for (size_t i = 0; i < v->n; i++) {
        const uint8_t *bytes = v->bytes + waiting[i].offset;
        items[i] = (sealane_ed25519_item){.public_key = bytes,
                                          .signature = bytes + PUBLIC_KEY,
                                          .message = bytes + PUBLIC_KEY + SIGNATURE,
                                          .message_len = waiting[i].message_len};
    }
    sealane_status status = sealane_ed25519_verify_batch(v->options->flags, items, v->n, verdicts);
    if (status != SEALANE_OK && status != SEALANE_EVERIFY) {
        cli_error("cannot verify: %s", sealane_status_string(status));
        v->trouble = true;
        v->n = 0;
    }
    for (size_t i = 0; i < v->n; i++) {
        const pending *p = &waiting[i];
        *(verdicts[i] ? &v->valid : &v->invalid) += 1;
        if (v->options->summary)
            continue;
        putchar('{');
        if (p->file_json)
            printf("\"file\":%s,", p->file_json);
        printf("\"line\":%" PRIuMAX ",\"valid\":%s}\n", p->line, verdicts[i] ? "true" : "false");
    }
    v->n = v->len = 0;
}

/* Makes room for a signature's bytes, or reports that there is no memory for it. */
static bool reserve(verifier *v, size_t more, const char *name, uintmax_t line) {
    if (v->n == BATCH_ITEMS || (v->n > 0 && v->len + more > BATCH_BYTES))
        flush(v);
    if (v->room - v->len >= more)
        return true;
    size_t room = 2 * v->room > v->len + more ? 2 * v->room : v->len + more;
    room = room > FIRST_BYTES ? room : FIRST_BYTES;
    uint8_t *larger = realloc(v->bytes, room);
    if (!larger) {
        cli_error("%s:%" PRIuMAX ": out of memory", name, line);
        v->trouble = true;
        return false;
    }
    v->bytes = larger;
    v->room = room;
    return true;
}

/* Whether a member is hex of `size` bytes, or of any number if size is 0. Reports what is wrong with it. */
static bool check_member(const json_t *object, const char *member_name, size_t size, const char *name, uintmax_t line) {
    const json_t *member = json_object_get(object, member_name);
    const char *fault = NULL;
    if (!member)
        fault = "is missing";
    else if (!json_is_string(member))
        fault = "is not a string";
    else if (strspn(json_string_value(member), "0123456789abcdefABCDEF") != json_string_length(member))
        fault = "is not hex";
    else if (json_string_length(member) % 2 != 0)
        fault = "has an odd number of hex digits";
    if (fault)
        cli_error("%s:%" PRIuMAX ": \"%s\" %s", name, line, member_name, fault);
    else if (size != 0 && json_string_length(member) != 2 * size)
        cli_error("%s:%" PRIuMAX ": \"%s\" has %zu hex digits, not %zu", name, line, member_name, json_string_length(member),
                  2 * size);
    else
        return true;
    return false;
}

/* Takes a line's object into those that wait. Returns false if it is malformed, which is then reported. */
static bool take_object(verifier *v, const json_t *object, const char *name, uintmax_t line, const char *file_json) {
    static const struct {
        const char *name;
        size_t size;
    } members[] = {{"public_key", PUBLIC_KEY}, {"signature", SIGNATURE}, {"message", 0}};
    if (!json_is_object(object)) {
        cli_error("%s:%" PRIuMAX ": not a JSON object", name, line);
        return false;
    }
    size_t total = 0;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!check_member(object, members[i].name, members[i].size, name, line))
            return false;
        total += json_string_length(json_object_get(object, members[i].name)) / 2;
    }
    if (!reserve(v, total, name, line))
        return true;
    waiting[v->n++] = (pending){file_json, line, v->len, total - PUBLIC_KEY - SIGNATURE};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const json_t *member = json_object_get(object, members[i].name);
        size_t len = json_string_length(member) / 2;
        cli_hex_decode(v->bytes + v->len, json_string_value(member), len);
        v->len += len;
    }
    return true;
}

static void take_line(verifier *v, const char *text, size_t len, const char *name, uintmax_t line, const char *file_json) {
    if (strspn(text, " \t\r\n") == len)
        return;
    json_error_t error;
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (!json && json_error_code(&error) == json_error_out_of_memory) {
        cli_error("%s:%" PRIuMAX ": out of memory", name, line);
        v->trouble = true;
    } else if (!json) {
        cli_error("%s:%" PRIuMAX ": bad JSON at column %d: %s", name, line, error.column, error.text);
        v->malformed++;
    } else if (!take_object(v, json, name, line, file_json)) {
        v->malformed++;
    }
    json_decref(json);
}

static void take_file(verifier *v, const char *path, const char *file_json) {
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!file) {
        cli_error("%s: cannot open: %s", path, strerror(errno));
        v->trouble = true;
        return;
    }
    char *text = NULL;
    size_t size = 0;
    ssize_t len;
    errno = 0;
    /* Verdicts that reach nobody are not worth the work: a stdout that failed ends the loop. */
    for (uintmax_t line = 1; !ferror(stdout) && (len = getline(&text, &size, file)) >= 0; line++) {
        if (len > 0 && text[len - 1] == '\n')
            text[--len] = '\0';
        take_line(v, text, (size_t)len, cli_name(path), line, file_json);
        errno = 0;
    }
    if (errno != 0 && !feof(file) && !ferror(stdout)) {
        cli_error("%s: cannot read: %s", cli_name(path), strerror(errno));
        v->trouble = true;
    }
    free(text);
    if (file != stdin)
        fclose(file);
}

/* A file's name as a JSON string. JSON is UTF-8; a name that is not gets '?' for every byte above ASCII. */
static char *name_as_json(const char *path) {
    json_t *name = json_string(path);
    if (!name) {
        char *ascii = strdup(path);
        if (!ascii)
            return NULL;
        for (char *c = ascii; *c; c++)
            if ((unsigned char)*c > 0x7f)
                *c = '?';
        name = json_string(ascii);
        free(ascii);
    }
    char *text = json_dumps(name, JSON_ENCODE_ANY);
    json_decref(name);
    return text;
}

int cmd_verify(int argc, char **argv) {
    verify_options options = {.flags = SEALANE_ED25519_COFACTORLESS};
    if (!cli_options(&argp, argc, argv, 0, &options))
        return CLI_TROUBLE;

    char **names = calloc(options.files_n, sizeof *names);
    if (!names) {
        cli_error("out of memory");
        return CLI_TROUBLE;
    }
    verifier v = {.options = &options};
    for (size_t i = 0; i < options.files_n; i++) {
        if (options.files_n > 1 && !(names[i] = name_as_json(options.files[i]))) {
            cli_error("out of memory");
            v.trouble = true;
            break;
        }
        take_file(&v, options.files[i], names[i]);
    }
    flush(&v);
    if (options.summary)
        printf("{\"valid\":%" PRIuMAX ",\"invalid\":%" PRIuMAX ",\"malformed\":%" PRIuMAX "}\n", v.valid, v.invalid,
               v.malformed);
    int status = v.trouble || v.malformed > 0 ? CLI_TROUBLE : v.invalid > 0 ? CLI_FAILED : CLI_OK;
    for (size_t i = 0; i < options.files_n; i++)
        free(names[i]);
    free(names);
    free(v.bytes);
    return status;
}
