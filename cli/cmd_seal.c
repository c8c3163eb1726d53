/* SPDX-License-Identifier: ISC */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "sealane/sealane.h"

typedef struct {
    const char *recipients, *file, *output;
    bool json;
} seal_options;

static const struct argp_option option_list[] = {
    {"recipients", 'r', "RECIPIENTS", 0, "Public keys, one a line: hex or base64, # begins a comment", 0},
    {"output", 'o', "DIR", 0, "The directory that the boxes go to; made if it is not there", 0},
    {"json", 'j', NULL, 0, "Print the summary as JSON", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    seal_options *options = state->input;
    switch (key) {
    case 'r':
        options->recipients = argument;
        return 0;
    case 'o':
        options->output = argument;
        return 0;
    case 'j':
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->file)
            return CLI_USAGE(state, "one FILE at a time; '%s' is one too many", argument);
        options->file = argument;
        return 0;
    case ARGP_KEY_END:
        if (!options->recipients)
            return CLI_USAGE(state, "-r RECIPIENTS is missing");
        if (!options->file)
            return CLI_USAGE(state, "FILE is missing");
        if (!options->output)
            return CLI_USAGE(state, "-o DIR is missing");
        if (strcmp(options->recipients, "-") == 0 && strcmp(options->file, "-") == 0)
            return CLI_USAGE(state, "stdin cannot be RECIPIENTS and FILE at once");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .args_doc = "-r RECIPIENTS FILE -o DIR",
    .doc = "Seals FILE for every recipient, as libsodium's crypto_box_seal does: DIR/NNNNNN-KKKKKKKK.box, where NNNNNN is "
           "the line of RECIPIENTS and KKKKKKKK how the recipient's key begins, in hex. FILE may be -, for stdin.\vA run "
           "that fails leaves the boxes that were complete, and no part of another. " CLI_EXIT_STATUS_DOC,
};

/* The boxes that are made in one call take at most this many bytes, unless a single one takes more. */
#define CHUNK_BYTES ((size_t)32 << 20)
#define CHUNK_BOXES ((size_t)1024)

typedef struct {
    uint8_t *boxes; /* room for `capacity` boxes of box_len bytes, one behind the other */
    size_t box_len, capacity;
    sealane_sealed_box_seal_item *items;
    uint8_t *verdicts;
} seal_chunk;

static bool chunk_make(seal_chunk *chunk, size_t message_len, size_t recipients) {
    *chunk = (seal_chunk){.box_len = message_len + SEALANE_SEALED_BOX_BYTES};
    size_t fit = CHUNK_BYTES / chunk->box_len;
    fit = fit < 1 ? 1 : fit > CHUNK_BOXES ? CHUNK_BOXES : fit;
    chunk->capacity = fit < recipients ? fit : recipients;
    chunk->boxes = malloc(chunk->capacity * chunk->box_len);
    chunk->items = calloc(chunk->capacity, sizeof *chunk->items);
    chunk->verdicts = malloc(chunk->capacity);
    return chunk->boxes && chunk->items && chunk->verdicts;
}

static void chunk_free(seal_chunk *chunk) {
    free(chunk->boxes);
    free(chunk->items);
    free(chunk->verdicts);
}

/* Seals the message for n recipients at once; reports each key that is refused. */
static bool chunk_seal(seal_chunk *chunk, const seal_options *options, const cli_buffer *message, const cli_key *keys,
                       size_t n) {
    for (size_t i = 0; i < n; i++)
        chunk->items[i] = (sealane_sealed_box_seal_item){
            .public_key = keys[i].bytes, .in = message->data, .len = message->len, .out = chunk->boxes + i * chunk->box_len};
    sealane_status status = sealane_sealed_box_seal_batch(chunk->items, n, chunk->verdicts);
    if (status == SEALANE_OK)
        return true;
    if (status == SEALANE_EVERIFY) {
        for (size_t i = 0; i < n; i++)
            if (!chunk->verdicts[i])
                cli_error("%s:%zu: refused: a public key of small order, which hides nothing", cli_name(options->recipients),
                          keys[i].line);
    } else {
        cli_error("%s: cannot seal: %s", cli_name(options->file), sealane_status_string(status));
    }
    return false;
}

static bool box_write(int dir, const char *dir_name, const cli_key *key, const uint8_t *box, size_t len) {
    char hex[9];
    cli_hex_encode(hex, key->bytes, 4);
    char *shown = NULL;
    if (asprintf(&shown, "%s/%06zu-%s.box", dir_name, key->line, hex) < 0) {
        cli_error("out of memory");
        return false;
    }
    /* Not CLI_FILE_SYNC: a box that a power cut takes can be made again, and a disk wait for each would be the whole cost. */
    bool good = cli_write_at(dir, shown + strlen(dir_name) + 1, shown, box, len, 0);
    free(shown);
    return good;
}

/* Returns how many boxes were written: all, unless a failure was reported. */
static size_t seal_all(const seal_options *options, const cli_keys *recipients, const cli_buffer *message, int dir) {
    seal_chunk chunk;
    size_t written = 0;
    bool good = chunk_make(&chunk, message->len, recipients->n);
    if (!good)
        cli_error("%s: out of memory for boxes of %zu bytes", cli_name(options->file), chunk.box_len);
    while (good && written < recipients->n) {
        const cli_key *keys = recipients->keys + written;
        size_t left = recipients->n - written, n = left < chunk.capacity ? left : chunk.capacity;
        good = chunk_seal(&chunk, options, message, keys, n);
        for (size_t i = 0; good && i < n; i++) {
            good = box_write(dir, options->output, &keys[i], chunk.boxes + i * chunk.box_len, chunk.box_len);
            written += good;
            cli_progress_update(written);
        }
    }
    cli_progress_end();
    chunk_free(&chunk);
    return written;
}

static bool print_summary(const seal_options *options, size_t recipients, size_t message_len) {
    size_t box_len = message_len + SEALANE_SEALED_BOX_BYTES;
    if (!options->json) {
        printf("%zu %s of %zu bytes in %s\n", recipients, recipients == 1 ? "box" : "boxes", box_len, options->output);
        return true;
    }
    json_t *summary = json_pack("{s:I, s:I, s:I, s:I}", "recipients", (json_int_t)recipients, "files", (json_int_t)recipients,
                                "message_bytes", (json_int_t)message_len, "bytes", (json_int_t)(recipients * box_len));
    if (!summary) {
        cli_error("out of memory");
        return false;
    }
    json_dumpf(summary, stdout, 0);
    putchar('\n');
    json_decref(summary);
    return true;
}

/* Seals into options->output, which is removed again if this run made it and left it empty. */
static int seal_into_directory(const seal_options *options, const cli_keys *recipients, const cli_buffer *message) {
    bool made = mkdir(options->output, 0777) == 0;
    if (!made && errno != EEXIST) {
        cli_error("%s: cannot make the directory: %s", options->output, strerror(errno));
        return CLI_TROUBLE;
    }
    size_t written = 0;
    int dir = open(options->output, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) {
        cli_error("%s: cannot open the directory: %s", options->output, strerror(errno));
    } else {
        written = seal_all(options, recipients, message, dir);
        close(dir);
    }
    if (written == recipients->n)
        return print_summary(options, recipients->n, message->len) ? CLI_OK : CLI_TROUBLE;
    if (written > 0)
        cli_error("%s: %zu of %zu boxes are complete", options->output, written, recipients->n);
    else if (made)
        rmdir(options->output);
    return CLI_TROUBLE;
}

int cmd_seal(int argc, char **argv) {
    seal_options options = {0};
    if (!cli_options(&argp, argc, argv, 0, &options))
        return CLI_TROUBLE;

    cli_keys recipients;
    cli_buffer message;
    int status = CLI_TROUBLE;
    if (!cli_keys_read(options.recipients, &recipients))
        return CLI_TROUBLE;
    cli_progress_begin("sealing", recipients.n);
    if (cli_read(options.file, &message)) {
        status = seal_into_directory(&options, &recipients, &message);
        cli_buffer_free(&message);
    }
    cli_keys_free(&recipients);
    return status;
}
