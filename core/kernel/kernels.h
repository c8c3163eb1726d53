/* SPDX-License-Identifier: ISC */
/* Every ops struct there is: declared here, defined by its kernel, listed by the registry. */
#ifndef SEALANE_KERNEL_KERNELS_H
#define SEALANE_KERNEL_KERNELS_H

#include "core/kernel/aead.h"
#include "core/kernel/ed25519.h"
#include "core/kernel/sha2.h"
#include "core/kernel/x25519.h"

extern const aead_ops sealane_chacha20_poly1305_portable;
extern const aead_ops sealane_xchacha20_poly1305_portable;
extern const aead_ops sealane_xsalsa20_poly1305_portable;
extern const aead_ops sealane_xchacha20_poly1305_secretbox_portable;
extern const aead_ops sealane_aes128_gcm_portable;
extern const aead_ops sealane_aes256_gcm_portable;
extern const aead_ops sealane_aegis128l_portable;
extern const aead_ops sealane_aegis256_portable;
extern const sha256_ops sealane_sha256_portable;
extern const sha512_ops sealane_sha512_portable;
extern const x25519_ops sealane_x25519_portable;
extern const ed25519_ops sealane_ed25519_portable;

/* Present where SEALANE_HAVE_<ISA> is defined to 1. */
extern const sha256_ops sealane_sha256_shani;

extern const aead_ops sealane_chacha20_poly1305_avx2;
extern const aead_ops sealane_xchacha20_poly1305_avx2;
extern const aead_ops sealane_xsalsa20_poly1305_avx2;
extern const aead_ops sealane_xchacha20_poly1305_secretbox_avx2;
extern const sha256_ops sealane_sha256_avx2;
extern const sha512_ops sealane_sha512_avx2;

extern const aead_ops sealane_chacha20_poly1305_avx512f;
extern const aead_ops sealane_xchacha20_poly1305_avx512f;
extern const aead_ops sealane_xsalsa20_poly1305_avx512f;
extern const aead_ops sealane_xchacha20_poly1305_secretbox_avx512f;
extern const sha256_ops sealane_sha256_avx512f;
extern const sha512_ops sealane_sha512_avx512f;

extern const aead_ops sealane_chacha20_poly1305_avx512;
extern const aead_ops sealane_xchacha20_poly1305_avx512;
extern const aead_ops sealane_xsalsa20_poly1305_avx512;
extern const aead_ops sealane_xchacha20_poly1305_secretbox_avx512;
extern const sha256_ops sealane_sha256_avx512;

extern const aead_ops sealane_aes128_gcm_aesni;
extern const aead_ops sealane_aes256_gcm_aesni;
extern const aead_ops sealane_aegis128l_aesni;
extern const aead_ops sealane_aegis256_aesni;

extern const aead_ops sealane_aes128_gcm_vaes256;
extern const aead_ops sealane_aes256_gcm_vaes256;
extern const aead_ops sealane_aegis128l_vaes256;
extern const aead_ops sealane_aegis256_vaes256;

extern const aead_ops sealane_aes128_gcm_avx512;
extern const aead_ops sealane_aes256_gcm_avx512;
extern const aead_ops sealane_aegis128l_avx512;
extern const aead_ops sealane_aegis256_avx512;

extern const x25519_ops sealane_x25519_avx512;
extern const ed25519_ops sealane_ed25519_avx512;
extern const x25519_ops sealane_x25519_avx2;
extern const ed25519_ops sealane_ed25519_avx2;
extern const x25519_ops sealane_x25519_bmi2;
extern const ed25519_ops sealane_ed25519_bmi2;

#endif
