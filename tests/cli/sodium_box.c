/* SPDX-License-Identifier: ISC */
/*
 * libsodium's sealed boxes as a program, for the test of the sealane program:
 *   sodium_box seal PUBLIC_KEY_HEX   reads a message, writes a box
 *   sodium_box open SECRET_KEY_HEX   reads a box, writes the message; exit status 1 if it is refused
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { BYTES_MAX = 1 << 20 };

static unsigned char in[BYTES_MAX], out[BYTES_MAX + crypto_box_SEALBYTES];

int main(int argc, char **argv) {
    unsigned char key[crypto_box_PUBLICKEYBYTES], public_key[crypto_box_PUBLICKEYBYTES];
    size_t key_len;
    if (sodium_init() < 0 || argc != 3 ||
        sodium_hex2bin(key, sizeof key, argv[2], strlen(argv[2]), NULL, &key_len, NULL) != 0 || key_len != sizeof key)
        return 2;

    size_t len = fread(in, 1, sizeof in, stdin), out_len;
    if (ferror(stdin) || !feof(stdin))
        return 2;
    if (strcmp(argv[1], "seal") == 0) {
        out_len = len + crypto_box_SEALBYTES;
        if (crypto_box_seal(out, in, len, key) != 0)
            return 1;
    } else if (strcmp(argv[1], "open") == 0 && len >= crypto_box_SEALBYTES) {
        out_len = len - crypto_box_SEALBYTES;
        if (crypto_scalarmult_base(public_key, key) != 0 || crypto_box_seal_open(out, in, len, public_key, key) != 0)
            return 1;
    } else {
        return 2;
    }
    return fwrite(out, 1, out_len, stdout) == out_len && fflush(stdout) == 0 ? 0 : 2;
}
