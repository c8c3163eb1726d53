/* SPDX-License-Identifier: ISC */
/* Stands for a libsodium of another release: its Ed25519 verdicts are told from every other by their value. */
int crypto_sign_ed25519_verify_detached(const unsigned char *sig, const unsigned char *m, unsigned long long mlen,
                                        const unsigned char *pk);
int crypto_sign_ed25519ph_final_verify(void *state, const unsigned char *sig, const unsigned char *pk);
const char *sodium_version_string(void);

const char *sodium_version_string(void) {
    return FAKE_VERSION;
}

int crypto_sign_ed25519_verify_detached(const unsigned char *sig, const unsigned char *m, unsigned long long mlen,
                                        const unsigned char *pk) {
    (void)sig, (void)m, (void)mlen, (void)pk;
    return 7;
}

int crypto_sign_ed25519ph_final_verify(void *state, const unsigned char *sig, const unsigned char *pk) {
    (void)state, (void)sig, (void)pk;
    return 8;
}
