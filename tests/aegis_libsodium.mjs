// SPDX-License-Identifier: ISC
// Writes tests/vectors/aegis_libsodium.h: what libsodium 1.0.22 makes of AEGIS, as one SHA-256 a length of associated data over
// the ciphertexts and tags of every message length from 0 to 4096.
//     npm install --prefix DIRECTORY libsodium-wrappers-sumo@0.8.4
//     node tests/aegis_libsodium.mjs DIRECTORY > tests/vectors/aegis_libsodium.h
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(resolve(process.argv[2] ?? ".", "index.js"));
const sodium = require("libsodium-wrappers-sumo");
await sodium.ready;

const algorithms = [
  ["SEALANE_AEGIS128L", 16, 16, sodium.crypto_aead_aegis128l_encrypt],
  ["SEALANE_AEGIS256", 32, 32, sodium.crypto_aead_aegis256_encrypt],
];
const adLengths = [0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 257];

function stream(seed) {
  let x = seed >>> 0;
  return (n) => Uint8Array.from({ length: n }, () => (x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 24);
}

console.log(`/* SPDX-License-Identifier: ISC */
/* Written by tests/aegis_libsodium.mjs from libsodium ${sodium.sodium_version_string()}. */
#ifndef SEALANE_TESTS_VECTORS_AEGIS_LIBSODIUM_H
#define SEALANE_TESTS_VECTORS_AEGIS_LIBSODIUM_H

#include "sealane/aead.h"

typedef struct {
    sealane_aead algorithm;
    size_t ad_len;
    const char *sha256;
} aegis_libsodium_row;

/* clang-format off */
static const aegis_libsodium_row aegis_libsodium_rows[] = {`);
for (const [name, keyBytes, nonceBytes, encrypt] of algorithms) {
  for (const adLength of adLengths) {
    const hash = createHash("sha256");
    for (let length = 0; length <= 4096; length++) {
      const next = stream(length * 1000 + adLength);
      const key = next(keyBytes);
      const nonce = next(nonceBytes);
      const ad = next(adLength);
      hash.update(encrypt(next(length), ad, null, nonce, key)); // ciphertext, then tag
    }
    console.log(`    {${name}, ${adLength}, "${hash.digest("hex")}"},`);
  }
}
console.log(`};
/* clang-format on */

#endif`);
