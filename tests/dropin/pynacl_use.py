# SPDX-License-Identifier: ISC
"""What PyNaCl says, as JSON: results that must not depend on the library, and rates in operations a second."""
import json
import sys
import time

import nacl.bindings as b
import nacl.exceptions
import nacl.hash
import nacl.public
import nacl.secret
import nacl.signing

signer = nacl.signing.SigningKey(b"s" * 32)
box = nacl.secret.SecretBox(b"k" * 32)
mine, theirs = nacl.public.PrivateKey(b"m" * 32), nacl.public.PrivateKey(b"t" * 32)
same = {}


def refused(work):
    try:
        work()
    except nacl.exceptions.CryptoError as error:
        return str(error)
    return "accepted"


for n in (0, 1, 64, 1000, 16384):
    text = b"t" * n
    signed = signer.sign(text)
    sealed = nacl.public.SealedBox(mine.public_key).encrypt(text)
    same[n] = [
        signed.hex()[:256], signer.verify_key.verify(signed) == text,
        refused(lambda: signer.verify_key.verify(bytes([signed[0] ^ 1]) + signed[1:])),
        box.encrypt(text, b"n" * 24).hex()[:256], box.decrypt(box.encrypt(text)) == text,
        refused(lambda: box.decrypt(b"x" * (n + 16), b"n" * 24)),
        nacl.public.Box(mine, theirs.public_key).encrypt(text, b"n" * 24).hex()[:256],
        nacl.public.SealedBox(mine).decrypt(sealed) == text,
        refused(lambda: nacl.public.SealedBox(mine).decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]))),
        b.crypto_aead_chacha20poly1305_ietf_encrypt(text, b"ad", b"n" * 12, b"k" * 32).hex()[:256],
        nacl.hash.sha256(text).decode(), nacl.hash.sha512(text).decode(), nacl.hash.blake2b(text).decode(),
        b.crypto_scalarmult(b"m" * 32, bytes(theirs.public_key)).hex(),
    ]


def rate(work, seconds=0.25):
    work()
    count, begin = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - begin) < seconds:
        for _ in range(16):
            work()
        count += 16
    return count / elapsed


rates = {}
if sys.argv[1] == "bench":
    text = b"t" * 200
    signed, verify = signer.sign(text), signer.verify_key.verify
    sealing, opening = nacl.public.SealedBox(mine.public_key), nacl.public.SealedBox(mine)
    sealed = sealing.encrypt(text)
    rates = {"verify": rate(lambda: verify(signed)), "sign": rate(lambda: signer.sign(text)), "SecretBox 200 B": rate(lambda: box.encrypt(text, b"n" * 24)),
             "SealedBox.encrypt": rate(lambda: sealing.encrypt(text)), "SealedBox.decrypt": rate(lambda: opening.decrypt(sealed))}
print(json.dumps({"same": same, "rates": rates}))
