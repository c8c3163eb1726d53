// SPDX-License-Identifier: ISC
// A stranger's program in C++11.
#include <cstdio>
#include <cstring>
#include <sealane/sealane.h>
#include <string>
#include <vector>

int main() {
    const std::string text = "The meeting is at noon.";
    const std::vector<uint8_t> key(SEALANE_XCHACHA20_POLY1305_KEY_BYTES, 7), nonce(SEALANE_XCHACHA20_POLY1305_NONCE_BYTES, 9);
    std::vector<uint8_t> sealed(text.size()), tag(SEALANE_XCHACHA20_POLY1305_TAG_BYTES), opened(text.size());

    sealane_aead_seal_item seal = sealane_aead_seal_item();
    seal.key = key.data();
    seal.nonce = nonce.data();
    seal.in = reinterpret_cast<const uint8_t *>(text.data());
    seal.len = text.size();
    seal.out = sealed.data();
    seal.tag = tag.data();
    if (sealane_aead_seal(SEALANE_XCHACHA20_POLY1305, &seal) != SEALANE_OK) {
        std::fprintf(stderr, "seal failed\n");
        return 1;
    }
    sealane_aead_open_item open = sealane_aead_open_item();
    open.key = key.data();
    open.nonce = nonce.data();
    open.in = sealed.data();
    open.len = sealed.size();
    open.out = opened.data();
    open.tag = tag.data();
    if (sealane_aead_open(SEALANE_XCHACHA20_POLY1305, &open) != SEALANE_OK ||
        std::memcmp(opened.data(), text.data(), text.size()) != 0) {
        std::fprintf(stderr, "open failed\n");
        return 1;
    }
    tag[0] ^= 1;
    const sealane_status status = sealane_aead_open(SEALANE_XCHACHA20_POLY1305, &open);
    std::printf("a forged tag: %s\n", sealane_status_string(status));
    return status == SEALANE_EVERIFY ? 0 : 1;
}
