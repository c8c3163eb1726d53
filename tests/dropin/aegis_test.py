# SPDX-License-Identifier: ISC
"""crypto_aead_aegis128l_* and crypto_aead_aegis256_*, which libsodium has from 1.0.19 on, beside what libsodium 1.0.22 makes, and on
bad input. usage: aegis_test.py LIBRARY VECTORS: one that serves the ABI of 1.0.19, and tests/vectors/aegis_libsodium.h"""
import ctypes
import hashlib
import os
import re
import signal
import sys

library = ctypes.CDLL(sys.argv[1])
rows = re.findall(r'\{SEALANE_AEGIS(\w+), (\d+), "(\w{64})"\}', open(sys.argv[2], encoding="ascii").read())
problems, checks = [], 0
long = ctypes.c_ulonglong


def check(good, what):
    global checks
    checks += 1
    if not good:
        problems.append(what)


def stream(x, n):
    """That of tests/aegis_libsodium.mjs."""
    return bytes([(x := (x * 1664525 + 1013904223) & 0xFFFFFFFF) >> 24 for _ in range(n)])


def buffer(n, data=b""):
    return ctypes.create_string_buffer(data + b"\xa5" * (n + 8 - len(data)), n + 8)


def in_child(function):
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(2)
        function()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


class Aegis:
    def __init__(self, variant, size):
        self.name, self.size = f"crypto_aead_aegis{variant}", size

    def __getattr__(self, name):
        return getattr(library, f"{self.name}_{name}")

    def encrypt_both(self, m, ad, npub, k):
        """The combined form; the detached one, in place, must give the same."""
        combined, clen = buffer(len(m) + 32), long(7)
        check(self.encrypt(combined, ctypes.byref(clen), m or None, long(len(m)), ad or None, long(len(ad)), None, npub, k) == 0, "encrypt")
        check(clen.value == len(m) + 32 and combined.raw[-8:] == b"\xa5" * 8, "encrypt: the length, or what is beyond it")
        text, mac, maclen = buffer(len(m), m), buffer(32), long(7)
        status = self.encrypt_detached(text, mac, ctypes.byref(maclen), text, long(len(m)), ad or None, long(len(ad)), None, npub, k)
        check((status, maclen.value) == (0, 32) and mac.raw[32:] == b"\xa5" * 8, "encrypt_detached")
        check(text.raw[: len(m)] + mac.raw[:32] == combined.raw[:-8], f"{self.name}: the two forms differ at {len(m)} bytes")
        return combined.raw[:-8]

    def open_all(self, m, sealed, ad, npub, k):
        """Opens in every form, and not once a bit is another."""
        n, rest = len(m), (ad or None, long(len(ad)))
        for at in (None, 0, n // 2, n - 1, n, n + 31, "ad", "npub", "k"):
            box, these = bytearray(sealed), {"ad": ad, "npub": npub, "k": k}
            if isinstance(at, int):
                box[at] ^= 0x10  # n - 1 is -1 in an empty message: the last byte of the tag
            elif at:
                these[at] = bytes([these[at][0] ^ 1]) + these[at][1:] if these[at] else b"\1"
            ad_now = (these["ad"] or None, long(len(these["ad"])), these["npub"], these["k"])
            good, box, note = at is None, bytes(box), f"{self.name}, {n} bytes, changed: {at}"
            status, text = 0 if good else -1, m if good else bytes(n)
            out, mlen = buffer(n), long(7)
            check(self.decrypt(out, ctypes.byref(mlen), None, box, long(n + 32), *ad_now) == status, f"decrypt: {note}")
            check(out.raw == text + b"\xa5" * 8 and mlen.value == (n if good else 0), f"decrypt's output: {note}")
            check(self.decrypt(None, None, None, box, long(n + 32), *ad_now) == status, f"decrypt to NULL: {note}")
            for shift in (0, 1, 40):  # to where it lies, and to lower places
                room = buffer(n + 72, bytes(shift) + box)
                check(self.decrypt(room, None, None, ctypes.byref(room, shift), long(n + 32), *ad_now) == status, f"decrypt {shift} down: {note}")
                check(room.raw[:n] == text, f"the output, {shift} down: {note}")
            out = buffer(n)
            check(self.decrypt_detached(out, None, box[:n], long(n), box[n:], *ad_now) == status, f"decrypt_detached: {note}")
            check(out.raw == text + b"\xa5" * 8, f"decrypt_detached's output: {note}")
        for short in range(32):
            mlen = long(7)
            check((self.decrypt(buffer(0), ctypes.byref(mlen), None, sealed, long(short), *rest, npub, k), mlen.value) == (-1, 0), f"{short} bytes")


for variant, size in (("128l", 16), ("256", 32)):
    aegis = Aegis(variant, size)
    for name, value in (("keybytes", size), ("nsecbytes", 0), ("npubbytes", size), ("abytes", 32), ("messagebytes_max", 2**61 - 1)):
        function = getattr(aegis, name)
        function.restype = ctypes.c_size_t
        check(function() == value, f"{aegis.name}_{name}")
    compared = 0
    for ad_len, sha256 in [(int(n), digest) for which, n, digest in rows if which == variant.upper() and n in ("0", "17")]:
        made = hashlib.sha256()
        for n in range(4097):
            drawn = stream(n * 1000 + ad_len, 2 * size + ad_len + n)
            k, npub, ad, m = drawn[:size], drawn[size : 2 * size], drawn[2 * size :][:ad_len], drawn[2 * size + ad_len :]
            sealed = aegis.encrypt_both(m, ad, npub, k)
            made.update(sealed)
            if n in (0, 1, 16, 31, 32, 33, 100, 1024, 4096):
                aegis.open_all(m, sealed, ad, npub, k)
        check(made.hexdigest() == sha256, f"{aegis.name}: not as libsodium seals, with {ad_len} bytes of associated data")
        compared += 1
    check(compared == 2, f"{aegis.name}: two rows of {sys.argv[2]}")
    keys = [buffer(size) for _ in range(2)]
    for key in keys:
        aegis.keygen(key)
    check(keys[0].raw != keys[1].raw and keys[0].raw[size:] == b"\xa5" * 8, "keygen")
    # Over the limit: a misuse to seal, refused to open, and nothing is read.
    out, k = buffer(64), bytes(size)
    for n, ad_len in ((2**61, 0), (0, 2**61), (2**64 - 1, 0)):
        note = f"{aegis.name} of {n} bytes, {ad_len} of associated data"
        sealing = (out, long(n), out, long(ad_len), None, k, k)
        check(in_child(lambda: aegis.encrypt(out, None, *sealing)) == -signal.SIGABRT, f"encrypt: {note}")
        check(in_child(lambda: aegis.encrypt_detached(out, out, None, *sealing)) == -signal.SIGABRT, f"encrypt_detached: {note}")
        opening = (out, long(ad_len), k, k)
        check(aegis.decrypt(out, None, None, out, long(min(n + 32, 2**64 - 1)), *opening) == -1, f"decrypt: {note}")
        check(aegis.decrypt_detached(out, None, out, long(n), out, *opening) == -1, f"decrypt_detached: {note}")
    check(out.raw == b"\xa5" * 72, f"{aegis.name}: nothing written")

for problem in problems[:20]:
    print(problem)
print(f"{checks} checks, {len(problems)} failed")
sys.exit(bool(problems))
