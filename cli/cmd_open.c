/* SPDX-License-Identifier: ISC */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "sealane/sealane.h"

typedef struct {
    const char *key, *file, *output;
} open_options;

static const struct argp_option option_list[] = {
    {"key", 'k', "KEYFILE", 0, "The secret key, as keygen writes it: hex or base64, # begins a comment", 0},
    {"output", 'o', "FILE", 0, "Where the message goes, instead of stdout; it appears whole or not at all", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    open_options *options = state->input;
    switch (key) {
    case 'k':
        options->key = argument;
        return 0;
    case 'o':
        options->output = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (options->file)
            return CLI_USAGE(state, "one FILE at a time; '%s' is one too many", argument);
        options->file = argument;
        return 0;
    case ARGP_KEY_END:
        if (!options->key)
            return CLI_USAGE(state, "-k KEYFILE is missing");
        if (!options->file)
            return CLI_USAGE(state, "FILE is missing");
        if (strcmp(options->key, "-") == 0 && strcmp(options->file, "-") == 0)
            return CLI_USAGE(state, "stdin cannot be KEYFILE and FILE at once");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .args_doc = "-k KEYFILE FILE",
    .doc = "Opens a sealed box, as libsodium's crypto_box_seal_open does. Nothing is written before all of it is verified. "
           "FILE may be -, for stdin.\v" CLI_EXIT_STATUS_DOC,
};

/* Opens the box in place; *len receives the length of the message, which begins where the box did. */
static int open_box(const open_options *options, const uint8_t secret[CLI_KEY_BYTES], cli_buffer *box, size_t *len) {
    if (box->len < SEALANE_SEALED_BOX_BYTES) {
        cli_error("%s: too short for a sealed box: %zu bytes, of at least %u", cli_name(options->file), box->len,
                  SEALANE_SEALED_BOX_BYTES);
        return CLI_TROUBLE;
    }
    *len = box->len - SEALANE_SEALED_BOX_BYTES;
    uint8_t public[CLI_KEY_BYTES];
    sealane_status status = sealane_x25519_base_batch(&(sealane_x25519_base_item){.scalar = secret, .out = public}, 1);
    if (status == SEALANE_OK)
        status = sealane_sealed_box_open_batch(
            &(sealane_sealed_box_open_item){
                .public_key = public, .secret_key = secret, .in = box->data, .len = *len, .out = box->data},
            1, NULL);
    if (status == SEALANE_OK)
        return CLI_OK;
    if (status == SEALANE_EVERIFY) {
        cli_error("%s: refused: altered, or sealed for another key", cli_name(options->file));
        return CLI_FAILED;
    }
    cli_error("%s: cannot open: %s", cli_name(options->file), sealane_status_string(status));
    return CLI_TROUBLE;
}

int cmd_open(int argc, char **argv) {
    open_options options = {0};
    if (!cli_options(&argp, argc, argv, 0, &options))
        return CLI_TROUBLE;

    cli_keys keys;
    cli_buffer box = {0};
    size_t len = 0;
    int status = CLI_TROUBLE;
    if (!cli_keys_read(options.key, &keys))
        return CLI_TROUBLE;
    if (keys.n > 1)
        cli_error("%s:%zu: a second key; one is expected", cli_name(options.key), keys.keys[1].line);
    else if (cli_read(options.file, &box))
        status = open_box(&options, keys.keys[0].bytes, &box, &len);
    cli_keys_free(&keys);

    if (status == CLI_OK) {
        bool to_stdout = !options.output || strcmp(options.output, "-") == 0;
        if (!(to_stdout ? cli_write_stdout(box.data, len) : cli_write(options.output, box.data, len, CLI_FILE_SYNC)))
            status = CLI_TROUBLE;
    }
    cli_buffer_free(&box);
    return status;
}
