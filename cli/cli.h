/* SPDX-License-Identifier: ISC */
/* What the commands of the sealane program share: exit statuses, messages, files, keys, the progress bar. */
#ifndef SEALANE_CLI_CLI_H
#define SEALANE_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses. A run that meets several ends with the greatest. */
enum {
    CLI_OK = 0,
    CLI_FAILED = 1,  /* a check, an opening or a signature failed */
    CLI_TROUBLE = 2, /* usage, malformed input, or the system refused: a file, memory, randomness */
};

/* The commands. argv[0] is "sealane COMMAND"; the return value is the exit status. */
int cmd_fanout(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_keygen(int argc, char **argv);
int cmd_seal(int argc, char **argv);
int cmd_open(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_cpu(int argc, char **argv);
int cmd_preload(int argc, char **argv);

/* Prints "sealane COMMAND: message" and a line end to stderr, control characters as '?'. errno is kept. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct argp;

/*
 * Reads the options of a command into *options, which the parser of argp knows. Usage that is wrong ends the program, once it
 * is reported; false is what remains, malformed values or no memory, which are reported too. Beside cli_error, the one thing
 * that is the process's: of main.c.
 */
bool cli_options(const struct argp *argp, int argc, char **argv, unsigned flags, void *options);

/* What a parser returns where usage is wrong: argp_error ends the program, or, where it is told not to, the parsing. */
#define CLI_USAGE(state, ...) (argp_error(state, __VA_ARGS__), EINVAL)

/* What every command's --help ends with (argp's doc string after a \v). */
#define CLI_EXIT_STATUS_DOC                                                                                                    \
    "Exit status: 0 if all is well; 1 if a check, an opening or a signature failed; 2 for wrong usage or malformed input."

/*
 * Sets the ceiling of kernels that the user asked for. A name that is unknown, or not for this CPU, is reported together with
 * those that exist, and gives false.
 */
bool cli_restrict_kernels(const char *isa);

/* Bytes of a file. The memory is wiped whenever it is given up. */
typedef struct {
    uint8_t *data;
    size_t len;
} cli_buffer;

/* How messages name the file of an argument: "-" is stdin. */
const char *cli_name(const char *path);

/* Reads a whole file, or stdin if path is "-". On failure reports it and returns false; *buffer is then empty. */
bool cli_read(const char *path, cli_buffer *buffer);
void cli_buffer_free(cli_buffer *buffer);

/* n bytes of the system's randomness, or false and the reason in errno. */
bool cli_random(void *out, size_t n);

enum {
    CLI_FILE_PRIVATE = 1, /* mode 0600 instead of what the umask leaves of 0666 */
    CLI_FILE_NEW = 2,     /* refuse to replace a file */
    CLI_FILE_SYNC = 4,    /* on disk, with its directory entry, before the call returns */
};

/*
 * Writes a file so that it appears whole or not at all: as a temporary in the same directory, then renamed. A failure, or a
 * signal that ends the program, removes the temporary. Reports failures and returns false. The second form writes `name` in
 * the open directory `dir`; messages call it `shown`.
 */
bool cli_write(const char *path, const uint8_t *data, size_t len, unsigned flags);
bool cli_write_at(int dir, const char *name, const char *shown, const uint8_t *data, size_t len, unsigned flags);

/* Writes to stdout past stdio, whose buffers would keep a copy. Reports failures and returns false. */
bool cli_write_stdout(const uint8_t *data, size_t len);

/*
 * Hex, without branches or table look-ups on the contents, so that it may hold secrets. decode reads 2 * len digits of either
 * case and returns whether all were digits; encode writes 2 * len digits and a terminating zero.
 */
bool cli_hex_decode(uint8_t *out, const char *text, size_t len);
void cli_hex_encode(char *out, const uint8_t *in, size_t len);

enum { CLI_KEY_BYTES = 32 };

typedef struct {
    size_t line; /* in its file, from 1 */
    uint8_t bytes[CLI_KEY_BYTES];
} cli_key;

typedef struct {
    cli_key *keys;
    size_t n;
} cli_keys;

/*
 * Reads the keys of a file, hex or base64 a line; '#' begins a comment, empty lines are passed over. Reports failures, with
 * the line, and returns false; *keys is then empty. The contents are handled as secrets are. A file without a key is none.
 */
bool cli_keys_read(const char *path, cli_keys *keys);
void cli_keys_free(cli_keys *keys);

/*
 * The one progress bar: on stderr, if that is a terminal, once two seconds have passed since begin. cli_error removes
 * it before it prints; end is to be called before any other output.
 */
void cli_progress_begin(const char *what, uint64_t total);
void cli_progress_update(uint64_t done);
void cli_progress_end(void);

#endif
