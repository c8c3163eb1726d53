# SPDX-License-Identifier: ISC
"""crypto_kdf_hkdf_*, which libsodium has from 1.0.19 on, beside Python's HMAC (RFC 5869, sections 2.2 and 2.3), and the example of
RFC 5869, A.1. usage: hkdf_test.py LIBRARY, one that serves the ABI of 1.0.19"""
import ctypes
import errno
import hmac
import random
import sys

library = ctypes.CDLL(sys.argv[1], use_errno=True)
rng = random.Random(20220101)
problems, checks = [], 0


def check(good, what):
    global checks
    checks += 1
    if not good:
        problems.append(what)


def extract(bits, salt, ikm):
    name, out = f"crypto_kdf_hkdf_sha{bits}_extract", ctypes.create_string_buffer(bits // 8)
    check(getattr(library, name)(out, salt or None, ctypes.c_size_t(len(salt)), ikm or None, ctypes.c_size_t(len(ikm))) == 0, name)
    state, streamed = ctypes.create_string_buffer(416), ctypes.create_string_buffer(bits // 8)
    check(getattr(library, f"{name}_init")(state, salt or None, ctypes.c_size_t(len(salt))) == 0, f"{name}_init")
    cut = rng.randrange(len(ikm) + 1)
    for part in (ikm[:cut], ikm[cut:]):
        check(getattr(library, f"{name}_update")(state, part or None, ctypes.c_size_t(len(part))) == 0, f"{name}_update")
    check(getattr(library, f"{name}_final")(state, streamed) == 0, f"{name}_final")
    check(out.raw == streamed.raw, f"{name}: the streaming form differs")
    size = 208 if bits == 256 else 416
    check(state.raw[:size] == bytes(size), f"{name}_final leaves the state")
    return out.raw


def expand(bits, prk, info, size):
    out = ctypes.create_string_buffer(b"\xa5" * (size + 8), size + 8)
    function = getattr(library, f"crypto_kdf_hkdf_sha{bits}_expand")
    status = function(out, ctypes.c_size_t(size), info or None, ctypes.c_size_t(len(info)), prk)
    check(out.raw[size:] == b"\xa5" * 8, "expand writes too much")
    return status, out.raw[:size]


def expected(bits, prk, info, size):
    made = last = b""
    for i in range(1, 256):
        if len(made) >= size:
            break
        last = hmac.digest(prk, last + info + bytes([i]), f"sha{bits}")
        made += last
    return made[:size]


for bits in (256, 512):
    for name, value in (("keybytes", bits // 8), ("bytes_min", 0), ("bytes_max", 255 * bits // 8), ("statebytes", 208 if bits == 256 else 416)):
        function = getattr(library, f"crypto_kdf_hkdf_sha{bits}_{name}")
        function.restype = ctypes.c_size_t
        check(function() == value, f"sha{bits}_{name}")
    for salt_len in (0, 1, 32, 63, 64, 65, 128, 129, 300):
        for ikm_len in (0, 1, 63, 64, 127, 128, 129, 1000):
            salt, ikm = rng.randbytes(salt_len), rng.randbytes(ikm_len)
            prk = extract(bits, salt, ikm)
            check(prk == hmac.digest(salt, ikm, f"sha{bits}"), f"extract sha{bits}, salt {salt_len}, ikm {ikm_len}")
            for size in (0, 1, 31, 32, 33, 64, 65, 200, 255 * bits // 8):
                info = rng.randbytes(rng.randrange(200))
                check(expand(bits, prk, info, size) == (0, expected(bits, prk, info, size)), f"expand sha{bits} to {size}")
    ctypes.set_errno(0)
    status, out = expand(bits, bytes(bits // 8), b"", 255 * bits // 8 + 1)
    check((status, ctypes.get_errno(), set(out)) == (-1, errno.EINVAL, {0xA5}), "too much is refused with EINVAL, and nothing written")
    keys = []
    for _ in range(2):
        key = ctypes.create_string_buffer(bits // 8)
        getattr(library, f"crypto_kdf_hkdf_sha{bits}_keygen")(key)
        keys.append(key.raw)
    check(keys[0] != keys[1], "keygen")

prk = extract(256, bytes(range(13)), b"\x0b" * 22)
check(prk.hex() == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5", "RFC 5869, A.1, PRK")
okm = expand(256, prk, bytes(range(0xF0, 0xFA)), 42)[1].hex()
check(okm == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865", "RFC 5869, A.1, OKM")

for problem in problems[:20]:
    print(problem)
print(f"{checks} checks, {len(problems)} failed")
sys.exit(bool(problems))
