/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes what the program reads: arguments of every command, files of keys, JSON lines of signatures, sealed boxes, saved
 * reports. Nothing may crash; what is refused has a message; keys and verdicts are those that libsodium's decoders and its
 * verification give; what is printed holds no control characters and no number that is none.
 *
 * Here cli_error and cli_options are this file's: messages are kept, and wrong usage does not end the process.
 *
 * Input: what is read; then its bytes. Arguments are separated by line ends.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/cli.h"
#include "fuzz/input.h"
#include "fuzz/kernels.h"

#define ARGUMENTS_MAX 24U
#define TEXT_BYTES_MAX ((size_t)1 << 16)

/* A file that commands read by name. */
typedef struct {
    int fd;
    char path[32];
} named_file;

static named_file file, second;

static FILE *report; /* libFuzzer's stderr; the variable stderr is the command's */
static int only_options;
static char messages[TEXT_BYTES_MAX];
static size_t messages_len, message_count;

static named_file named_file_new(void) {
    named_file f = {.fd = memfd_create("fuzz", MFD_CLOEXEC)};
    REQUIRE(NULL, f.fd >= 0);
    (void)snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.fd);
    return f;
}

static void fill(const named_file *f, const uint8_t *bytes, size_t n) {
    REQUIRE(NULL, ftruncate(f->fd, 0) == 0 && (n == 0 || pwrite(f->fd, bytes, n, 0) == (ssize_t)n));
}

void oracle_begin(void) {
    file = named_file_new();
    second = named_file_new();
    report = stderr;
    /* What commands write past stdio goes nowhere. */
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    REQUIRE(NULL, nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) == STDOUT_FILENO);
    REQUIRE(NULL, sodium_init() >= 0);
    fprintf(stderr, "fuzz: oracle: libsodium %s\n", sodium_version_string());
}

void cli_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int n = vsnprintf(messages + messages_len, sizeof messages - messages_len, format, arguments);
    va_end(arguments);
    REQUIRE(NULL, n > 0);
    message_count++;
    messages_len += (size_t)n < sizeof messages - messages_len ? (size_t)n : 0;
    messages[messages_len++] = '\n';
    messages_len = messages_len < sizeof messages / 2 ? messages_len : 0; /* of very many, the last are kept */
    messages[messages_len] = 0;
}

bool cli_options(const struct argp *argp, int argc, char **argv, unsigned flags, void *options) {
    const error_t error = argp_parse(argp, argc, argv, flags | ARGP_NO_EXIT, NULL, options);
    if (error != 0) {
        (void)fflush(stderr);
    }
    return error == 0 && !only_options;
}

/* What a command printed. */
typedef struct {
    int status;
    char *out, *err;
    size_t out_len, err_len;
} outcome;

static outcome run(int (*command)(int, char **), int argc, char **argv) {
    outcome o = {0};
    FILE *const own = stdout;
    messages_len = message_count = 0;
    messages[0] = 0;
    stdout = open_memstream(&o.out, &o.out_len);
    stderr = open_memstream(&o.err, &o.err_len);
    REQUIRE(NULL, stdout != NULL && stderr != NULL);
    char *const name = program_invocation_name, *const short_name = program_invocation_short_name;
    o.status = command(argc, argv);
    program_invocation_name = name; /* argp has an option that sets them */
    program_invocation_short_name = short_name;
    (void)fclose(stdout);
    (void)fclose(stderr);
    stdout = own;
    stderr = report;
    REQUIRE(NULL, o.status >= CLI_OK && o.status <= CLI_TROUBLE);
    return o;
}

static void outcome_free(outcome *o) {
    free(o->out);
    free(o->err);
}

/* Commands whose options alone are read: none is carried out. */
static void fuzz_arguments(const uint8_t *data, size_t size) {
    static const struct {
        const char *name;
        int (*run)(int, char **);
    } commands[] = {
        {"sealane fanout", cmd_fanout},
        {"sealane plan", cmd_plan},
        {"sealane keygen", cmd_keygen},
        {"sealane seal", cmd_seal},
        {"sealane open", cmd_open},
        {"sealane verify", cmd_verify},
        {"sealane cpu", cmd_cpu},
#if SEALANE_DROPIN
        {"sealane preload", cmd_preload}
#endif
    };
    reader r = {data, size};
    const unsigned which = read_u8(&r) % (sizeof commands / sizeof commands[0]);
    char *argv[ARGUMENTS_MAX + 1] = {strdup(commands[which].name)}, *text = malloc(r.left + 1), *rest = text;
    int argc = 1;
    REQUIRE(NULL, argv[0] != NULL && text != NULL);
    memcpy(text, r.at, r.left);
    text[r.left] = 0;
    while (rest != NULL && argc < (int)ARGUMENTS_MAX) {
        char *argument = strsep(&rest, "\n");
        /* argp's own --HANG sleeps. */
        if (strncmp(argument, "--H", 3) != 0) {
            argv[argc++] = strdup(argument);
            REQUIRE(NULL, argv[argc - 1] != NULL);
        }
    }
    char *given[ARGUMENTS_MAX + 1]; /* argp sorts argv */
    memcpy(given, argv, sizeof given);
    only_options = 1;
    outcome o = run(commands[which].run, argc, argv);
    only_options = 0;
    REQUIRE(NULL, o.status == CLI_TROUBLE);
    outcome_free(&o);
    for (int i = 0; i < argc; i++) {
        free(given[i]);
    }
    free(text);
}

/* Keys, as libsodium decodes them line by line. */
static void fuzz_keys(const uint8_t *data, size_t size) {
    cli_keys keys;
    fill(&file, data, size);
    messages_len = message_count = 0;
    const bool read = cli_keys_read(file.path, &keys);
    REQUIRE(NULL, read == (message_count == 0));
    REQUIRE(NULL, read || (keys.keys == NULL && keys.n == 0));
    size_t n = 0, line = 0;
    bool good = true;
    for (const char *at = (const char *)data, *end = at + size; good && at < end;) {
        const char *next = memchr(at, '\n', (size_t)(end - at)), *stop = next != NULL ? next : end;
        const char *comment = memchr(at, '#', (size_t)(stop - at));
        const char *last = comment != NULL ? comment : stop;
        uint8_t key[33];
        size_t bytes = 0;
        line++;
        for (; at < last && memchr(" \t\r", *at, 3) != NULL; at++) {
        }
        for (; at < last && memchr(" \t\r", last[-1], 3) != NULL; last--) {
        }
        const size_t len = (size_t)(last - at);
        if (len > 0) {
            const int variant = len == 44 ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
            bool ascii = true; /* libsodium 1.0.18 takes some bytes above for digits of base64 */
            for (size_t i = 0; i < len; i++) {
                ascii = ascii && (unsigned char)at[i] < 0x80;
            }
            good = ascii &&
                   (len == 64 ? sodium_hex2bin(key, sizeof key, at, len, NULL, &bytes, NULL)
                              : sodium_base642bin(key, sizeof key, at, len, NULL, &bytes, NULL, variant)) == 0 &&
                   bytes == CLI_KEY_BYTES;
            if (good && read) {
                REQUIRE(NULL, n < keys.n && keys.keys[n].line == line && memcmp(keys.keys[n].bytes, key, CLI_KEY_BYTES) == 0);
            }
            n += good;
        }
        at = next != NULL ? next + 1 : end;
    }
    REQUIRE(NULL, read == (good && n > 0));
    if (read) {
        REQUIRE(NULL, keys.n == n);
    } else if (!good) {
        char where[64];
        (void)snprintf(where, sizeof where, "%s:%zu: ", file.path, line);
        REQUIRE(NULL, strncmp(messages, where, strlen(where)) == 0);
    }
    cli_keys_free(&keys);
}

/* Hex of a member; returns its bytes, or -1. */
static long hex_member(const json_t *object, const char *name, uint8_t *out, size_t room) {
    const json_t *member = json_object_get(object, name);
    size_t bytes = 0;
    return json_is_string(member) &&
                   sodium_hex2bin(out, room, json_string_value(member), json_string_length(member), NULL, &bytes, NULL) == 0
               ? (long)bytes
               : -1;
}

/* 1 or 0 as libsodium verifies a line, -1 where it is no signature; -2 where it is blank. */
static int judge_line(const char *text, size_t len) {
    static uint8_t message[TEXT_BYTES_MAX];
    uint8_t public_key[33], signature[65];
    json_error_t error;
    size_t blanks = 0;
    while (blanks < len && memchr(" \t\r", text[blanks], 3) != NULL) {
        blanks++;
    }
    if (blanks == len) {
        return -2;
    }
    json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    const long message_len = hex_member(object, "message", message, sizeof message);
    const int good = json_is_object(object) && message_len >= 0 && hex_member(object, "public_key", public_key, 33) == 32 &&
                     hex_member(object, "signature", signature, 65) == 64;
    json_decref(object);
    return good ? crypto_sign_verify_detached(signature, message, (unsigned long long)message_len, public_key) == 0 : -1;
}

static void fuzz_verify(const uint8_t *data, size_t size) {
    char command[] = "sealane verify", summary[] = "--summary", *wanted = NULL;
    size_t wanted_len, line = 0, counts[3] = {0}; /* invalid, valid, malformed */
    reader r = {data, size};
    const int summarise = read_u8(&r) & 1;
    FILE *expected = open_memstream(&wanted, &wanted_len);
    REQUIRE(NULL, expected != NULL);
    fill(&file, r.at, r.left);
    outcome o = run(cmd_verify, summarise ? 3 : 2, (char *[]){command, summarise ? summary : file.path, file.path, NULL});
    for (const char *at = (const char *)r.at, *end = at + r.left; at < end;) {
        const char *next = memchr(at, '\n', (size_t)(end - at)), *stop = next != NULL ? next : end;
        const int verdict = judge_line(at, (size_t)(stop - at));
        line++;
        if (verdict >= 0) {
            counts[verdict]++;
            if (!summarise) {
                fprintf(expected, "{\"line\":%zu,\"valid\":%s}\n", line, verdict ? "true" : "false");
            }
        } else if (verdict == -1) {
            char where[64];
            counts[2]++;
            (void)snprintf(where, sizeof where, "%s:%zu: ", file.path, line);
            REQUIRE(NULL, counts[2] > 1 || strncmp(messages, where, strlen(where)) == 0);
        }
        at = next != NULL ? next + 1 : end;
    }
    if (summarise) {
        fprintf(expected, "{\"valid\":%zu,\"invalid\":%zu,\"malformed\":%zu}\n", counts[1], counts[0], counts[2]);
    }
    (void)fclose(expected);
    REQUIRE(NULL, message_count == counts[2]);
    REQUIRE(NULL, o.out_len == wanted_len && memcmp(o.out, wanted, wanted_len) == 0);
    REQUIRE(NULL, o.status == (counts[2] > 0 ? CLI_TROUBLE : counts[0] > 0 ? CLI_FAILED : CLI_OK));
    free(wanted);
    outcome_free(&o);
}

/* A key file and a box, a zero byte between them. */
static void fuzz_open(const uint8_t *data, size_t size) {
    char command[] = "sealane open", key[] = "-k";
    const uint8_t *zero = memchr(data, 0, size), *box = zero != NULL ? zero + 1 : data + size;
    fill(&second, data, zero != NULL ? (size_t)(zero - data) : size);
    fill(&file, box, (size_t)(data + size - box));
    outcome o = run(cmd_open, 4, (char *[]){command, key, second.path, file.path, NULL});
    REQUIRE(NULL, (o.status == CLI_OK) == (message_count == 0) && message_count <= 1);
    outcome_free(&o);
}

/* A saved report, from which figures are printed or refused with a reason. */
static void fuzz_report(const uint8_t *data, size_t size) {
    char command[] = "sealane plan", from[] = "--from", mix[] = "--mix=nacl-pairwise,ssv2=0.5";
    reader r = {data, size};
    const int mixed = read_u8(&r) & 1;
    fill(&file, r.at, r.left);
    outcome o = run(cmd_plan, mixed ? 4 : 3, (char *[]){command, from, file.path, mix, NULL});
    REQUIRE(NULL, (o.status == CLI_OK) == (message_count == 0));
    REQUIRE(NULL, o.status == CLI_OK || o.out_len == 0);
    for (size_t i = 0; i < o.out_len; i++) {
        REQUIRE(NULL, o.out[i] == '\n' || ((unsigned char)o.out[i] >= 0x20 && o.out[i] != 0x7f));
    }
    /* The lines of figures begin with who needs what. */
    for (char *line = o.out; o.status == CLI_OK && line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, "libsodium ", 10) == 0 || strncmp(line, "sealane ", 8) == 0) {
            const size_t len = strcspn(line, "\n");
            REQUIRE(NULL, memmem(line, len, "nan", 3) == NULL && memmem(line, len, "inf", 3) == NULL);
        }
    }
    outcome_free(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static void (*const all[])(const uint8_t *, size_t) = {fuzz_arguments, fuzz_keys, fuzz_verify, fuzz_open, fuzz_report};
    if (size > 0 && size < TEXT_BYTES_MAX) {
        uint8_t *bytes = buffer_copy(data + 1, size - 1, size == 1);
        all[data[0] % (sizeof all / sizeof all[0])](bytes, size - 1);
        buffers_free();
    }
    return 0;
}
