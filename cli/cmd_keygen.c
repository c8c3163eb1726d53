/* SPDX-License-Identifier: ISC */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "sealane/sealane.h"

typedef struct {
    const char *output;
    bool force;
} keygen_options;

static const struct argp_option option_list[] = {
    {"output", 'o', "KEYFILE", 0, "Where the secret key goes (mode 0600)", 0},
    {"force", 'f', NULL, 0, "Replace KEYFILE if it exists", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    keygen_options *options = state->input;
    switch (key) {
    case 'o':
        options->output = argument;
        return 0;
    case 'f':
        options->force = true;
        return 0;
    case ARGP_KEY_END:
        if (!options->output)
            return CLI_USAGE(state, "-o KEYFILE is missing");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .args_doc = "-o KEYFILE",
    .doc =
        "Makes an X25519 secret key, writes it to KEYFILE as a line of hex, and prints its public key.\v" CLI_EXIT_STATUS_DOC,
};

int cmd_keygen(int argc, char **argv) {
    keygen_options options = {0};
    if (!cli_options(&argp, argc, argv, 0, &options))
        return CLI_TROUBLE;

    uint8_t secret[SEALANE_X25519_BYTES], public[SEALANE_X25519_BYTES];
    if (!cli_random(secret, sizeof secret)) {
        cli_error("no randomness from the system: %s", strerror(errno));
        explicit_bzero(secret, sizeof secret);
        return CLI_TROUBLE;
    }
    char secret_hex[2 * sizeof secret + 1], public_hex[2 * sizeof public + 1];
    char text[256];
    bool good = false;
    sealane_status status = sealane_x25519_base_batch(&(sealane_x25519_base_item){.scalar = secret, .out = public}, 1);
    if (status != SEALANE_OK) {
        cli_error("no public key: %s", sealane_status_string(status));
    } else {
        cli_hex_encode(secret_hex, secret, sizeof secret);
        cli_hex_encode(public_hex, public, sizeof public);
        /* Not by printf, whose buffers would keep the secret. */
        char *end = stpcpy(text, "# X25519 secret key of the public key ");
        end = stpcpy(end, public_hex);
        end = stpcpy(end, "\n");
        end = stpcpy(end, secret_hex);
        end = stpcpy(end, "\n");
        good = cli_write(options.output, (const uint8_t *)text, (size_t)(end - text),
                         CLI_FILE_PRIVATE | CLI_FILE_SYNC | (options.force ? 0 : CLI_FILE_NEW));
    }
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(secret_hex, sizeof secret_hex);
    explicit_bzero(text, sizeof text);
    if (!good)
        return CLI_TROUBLE;
    printf("%s\n", public_hex);
    return CLI_OK;
}
