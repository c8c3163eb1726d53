/* SPDX-License-Identifier: ISC */
/* SHA-2 examples: FIPS 180-2, appendices B and C, and the empty message. Each text is hashed `times` times in a row. */
#ifndef SEALANE_TESTS_VECTORS_FIPS180_H
#define SEALANE_TESTS_VECTORS_FIPS180_H

#include <stddef.h>

typedef struct {
    const char *text;
    size_t times;
    const char *sha256, *sha512; /* hexadecimal */
} sha2_vector;

/* clang-format off */
static const sha2_vector sha2_vectors[] = {
    {
        .text = "",
        .times = 1,
        .sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .sha512 = "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f"
                  "63b931bd47417a81a538327af927da3e",
    },
    {
        .text = "abc",
        .times = 1,
        .sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        .sha512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
                  "454d4423643ce80e2a9ac94fa54ca49f",
    },
    {
        .text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        .times = 1,
        .sha256 = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        .sha512 = "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c33596fd15c13b1b07f9aa1d3bea57789ca0"
                  "31ad85c7a71dd70354ec631238ca3445",
    },
    {
        .text = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        .times = 1,
        .sha256 = "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
        .sha512 = "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433a"
                  "c7d329eeb6dd26545e96e55b874be909",
    },
    {
        .text = "a",
        .times = 1000000,
        .sha256 = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        .sha512 = "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31b"
                  "eb009c5c2c49aa2e4eadb217ad8cc09b",
    },
};
/* clang-format on */

#endif
