/* SPDX-License-Identifier: ISC */
/*
 * A program linked with this library before libsodium: what is served comes from the first, all else from the second, the two
 * data objects too. argv[1], argv[2]: parts of the two libraries' file names.
 */
#include <dlfcn.h> /* dladdr, a GNU extension */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static int failures;

static void from(const void *symbol, const char *name, const char *library) {
    Dl_info info;
    if (dladdr(symbol, &info) == 0 || strstr(info.dli_fname, library) == NULL) {
        fprintf(stderr, "%s does not come from %s\n", name, library);
        failures++;
    }
}

#define FROM(symbol, library) from((const void *)&(symbol), #symbol, library)

int main(int argc, char **argv) {
    if (argc != 3 || sodium_init() < 0) {
        return 2;
    }
    FROM(crypto_box_easy, argv[1]);
    FROM(crypto_sign_verify_detached, argv[1]);
    FROM(crypto_aead_chacha20poly1305_ietf_encrypt, argv[1]);
    FROM(crypto_generichash, argv[2]);
    FROM(crypto_sign_ed25519_pk_to_curve25519, argv[2]);
    FROM(sodium_init, argv[2]);
    /* Data objects are copied into a program that is not position independent; elsewhere they lie in libsodium. */
    const char *name = randombytes_sysrandom_implementation.implementation_name();
    from((const void *)(size_t)randombytes_sysrandom_implementation.implementation_name, "sysrandom", argv[2]);
    from((const void *)(size_t)randombytes_internal_implementation.implementation_name, "internal", argv[2]);
    if (strcmp(name, "sysrandom") != 0) {
        failures++;
    }

    unsigned char pk[crypto_box_PUBLICKEYBYTES], sk[crypto_box_SECRETKEYBYTES], box[5 + crypto_box_SEALBYTES], text[5];
    if (crypto_box_keypair(pk, sk) != 0 || crypto_box_seal(box, (const unsigned char *)"hello", 5, pk) != 0 ||
        crypto_box_seal_open(text, box, sizeof box, pk, sk) != 0 || memcmp(text, "hello", 5) != 0) {
        fprintf(stderr, "a sealed box does not open\n");
        failures++;
    }
    printf("%d failures\n", failures);
    return failures != 0;
}
