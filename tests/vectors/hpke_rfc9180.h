/* SPDX-License-Identifier: ISC */
/* RFC 9180, appendix A.1.1 and A.2.1: base mode, the first encryption (sequence number 0). */
#ifndef SEALANE_TESTS_VECTORS_HPKE_RFC9180_H
#define SEALANE_TESTS_VECTORS_HPKE_RFC9180_H

#include "sealane/aead.h"

static const struct {
    sealane_aead aead;
    const char *section, *info, *ephemeral_secret, *recipient_secret, *recipient_public, *enc, *plaintext, *ad, *ciphertext;
} hpke_rfc9180[] = {
    {SEALANE_AES128_GCM, "A.1.1", "4f6465206f6e2061204772656369616e2055726e",
     "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
     "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
     "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
     "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
     "4265617574792069732074727574682c20747275746820626561757479", "436f756e742d30",
     "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"},
    {SEALANE_CHACHA20_POLY1305, "A.2.1", "4f6465206f6e2061204772656369616e2055726e",
     "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
     "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
     "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
     "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
     "4265617574792069732074727574682c20747275746820626561757479", "436f756e742d30",
     "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"},
};

#endif
