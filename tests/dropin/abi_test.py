# SPDX-License-Identifier: ISC
"""Every function that libsealane-sodium.so exports, beside libsodium's own: the same return value, the same bytes in all the memory
around the arguments, on good and bad input. usage: abi_test.py NM LIBSEALANE_SODIUM; exit status 77: no libsodium to compare with"""
import ctypes
import hashlib
import os
import random
import re
import signal
import subprocess
import sys

nm, ours_path = sys.argv[1:]
try:
    sodium = ctypes.CDLL("libsodium.so.26")
except OSError:
    try:
        sodium = ctypes.CDLL("libsodium.so.23")
    except OSError:
        print("skipped: neither libsodium.so.26 nor libsodium.so.23 is installed")
        sys.exit(77)
ours = ctypes.CDLL(ours_path)
sodium.sodium_init()
sodium.sodium_version_string.restype = ctypes.c_char_p
version = sodium.sodium_version_string().decode()

rng = random.Random(20220101)
ARENA = 0xC000
OUT, IN, AD, SMALL = 0x1000, 0x5000, 0x9000, 0x9800  # 16 KiB each for texts
K, N, PK, SK, SEED, MAC, LEN, STATE = (SMALL + 0x400 * i for i in range(8))
LENGTHS = [0, 1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 63, 64, 65, 95, 96, 97, 127, 128, 129, 191, 255, 256, 257, 320, 511, 512, 513,
           1023, 1024, 1500, 2048, 4095, 4096, 4097, 5000, 8192, 12345]
called, zeroed = set(), set()
problems = []
calls = 0


class At(int):
    """An address in the arena."""


STATE_UNDER_K = object()  # a crypto_aead_aes256gcm_state of the library's own, made from the key at K


def state_under(library, key):
    called.add("crypto_aead_aes256gcm_beforenm")
    room = ctypes.create_string_buffer(b"\xa5" * 576, 576)
    start = 32 - ctypes.addressof(room) % 16
    value = library.crypto_aead_aes256gcm_beforenm(ctypes.byref(room, start), ctypes.c_void_p(key))
    if value != 0 or set(room.raw[:start] + room.raw[start + 512 :]) != {0xA5}:
        problems.append(f"crypto_aead_aes256gcm_beforenm: returns {value}, or writes beside the state")
    return ctypes.byref(room, start)


def plain(library, argument, base):
    if argument is STATE_UNDER_K:
        return state_under(library, base + K)
    if isinstance(argument, At):
        return ctypes.c_void_p(base + argument)
    return ctypes.c_void_p(None) if argument is None else ctypes.c_ulonglong(argument)


# libsodium's generator, replaced by one that gives both libraries the same bytes.
drawn = 0


def draw(buffer, size):
    global drawn
    data = random.Random(drawn + 7).randbytes(size)
    drawn += 1
    ctypes.memmove(buffer, data, size)


class Implementation(ctypes.Structure):
    _fields_ = [("name", ctypes.CFUNCTYPE(ctypes.c_char_p)), ("random", ctypes.CFUNCTYPE(ctypes.c_uint32)),
                ("stir", ctypes.c_void_p), ("uniform", ctypes.c_void_p),
                ("buf", ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t)), ("close", ctypes.c_void_p)]


implementation = Implementation()
implementation.name = type(implementation.name)(lambda: b"test")
implementation.random = type(implementation.random)(lambda: 4)
implementation.buf = type(implementation.buf)(draw)
sodium.randombytes_set_implementation(ctypes.byref(implementation))


def run(library, name, arguments, memory, result=ctypes.c_int):
    global drawn
    arena = ctypes.create_string_buffer(memory, ARENA)
    function = getattr(library, name)
    function.restype = result
    drawn = 0
    value = function(*(plain(library, a, ctypes.addressof(arena)) for a in arguments))
    return value, arena.raw


def without_stale(memory, states):
    """The memory with zeroes for what the buffers of hash states hold beyond the bytes that wait in them."""
    for at, block in states:
        count_at = at + 32 if block == 64 else at + 64 + 8
        waiting = int.from_bytes(memory[count_at : count_at + 8], sys.byteorder) // 8 % block
        start = at + (40 if block == 64 else 80) + waiting
        memory = memory[:start] + bytes(block - waiting) + memory[start + block - waiting :]
    return memory


def compare(what, theirs, mine, left_alone):
    """left_alone: (start, length) of a buffer that libsodium does not touch on failure and that is zeroed here."""
    if theirs[0] != mine[0]:
        problems.append(f"{what}: returns {mine[0]}, libsodium {theirs[0]}")
    expected = theirs[1]
    if left_alone and theirs[0] != 0 and mine[0] != 0:
        start, length = left_alone
        if length and expected[start : start + length] == before[start : start + length]:
            zeroed.add(what.split("(")[0])
            expected = expected[:start] + bytes(length) + expected[start + length :]
    if expected != mine[1]:
        first = next(i for i in range(ARENA) if expected[i] != mine[1][i])
        problems.append(f"{what}: memory differs at {first:#x}")


before = b""


def call(name, *arguments, memory=None, left_alone=None, states=(), note=""):
    """Calls both; returns libsodium's value and memory. states: (place, block size) of hash states, see without_stale."""
    global before, calls
    before = memory if memory is not None else rng.randbytes(ARENA)
    called.add(name)
    calls += 1
    theirs = run(sodium, name, arguments, before)
    mine = run(ours, name, arguments, before)
    shown = [(value, without_stale(after, states)) for value, after in (theirs, mine)]
    compare(f"{name}({note})", *shown, left_alone)
    return theirs


def put(memory, at, data):
    return memory[:at] + data + memory[at + len(data) :]


def flip(memory, at):
    return put(memory, at, bytes([memory[at] ^ (1 << rng.randrange(8))]))


def aead(name, key, nonce, tag, suffix="", k=At(K)):
    """suffix and k: of the calls with a state, "_afternm" and STATE_UNDER_K."""
    encrypt, decrypt = f"{name}_encrypt{suffix}", f"{name}_decrypt{suffix}"
    encrypt_detached, decrypt_detached = f"{name}_encrypt_detached{suffix}", f"{name}_decrypt_detached{suffix}"
    for ad_len in (0, 1, 16, 33, 300):
        for n in LENGTHS if ad_len in (0, 33) else LENGTHS[::4]:
            note = f"{n}, ad {ad_len}"
            ad = At(AD) if ad_len else None
            m = At(IN) if n else None
            _, sealed = call(encrypt, At(OUT), At(LEN), m, n, ad, ad_len, None, At(N), k, note=note)
            call(encrypt, At(OUT), None, At(IN), n, At(AD), ad_len, None, At(N), k, note=note + ", no length")
            call(encrypt_detached, At(OUT) if n else None, At(MAC), At(LEN), m, n, ad, ad_len, None, At(N), k, note=note)
            call(encrypt_detached, At(IN), At(MAC), None, m, n, ad, ad_len, None, At(N), k, note=note + ", in place")
            opening = [At(IN), At(LEN), None, At(OUT), n + tag, ad, ad_len, At(N), k]
            call(decrypt, *opening, memory=sealed, note=note)
            call(decrypt, None, *opening[1:], memory=sealed, note=note + ", to NULL")
            call(decrypt, At(OUT), None, *opening[2:], memory=sealed, note=note + ", in place")
            moved = run(ours, decrypt, (At(OUT - 24), None, *opening[2:]), sealed)
            # libsodium's vector code garbles texts that overlap by less than all of it; here they are whole.
            if moved[0] != 0 or moved[1][OUT - 24 : OUT - 24 + n] != sealed[IN : IN + n]:
                problems.append(f"{decrypt}({note}, to a lower place): not the text")
            detached = [At(IN), None, At(OUT), n, At(OUT + n), ad, ad_len, At(N), k]
            call(decrypt_detached, *detached, memory=sealed, note=note)
            for at, what in ((OUT + rng.randrange(n + tag), "ciphertext"), (N + rng.randrange(nonce), "nonce"),
                             (K + rng.randrange(key), "key"), (AD + rng.randrange(ad_len or 1), "ad")):
                bad = flip(sealed, at)
                call(decrypt, *opening, memory=bad, note=f"{note}, bad {what}")
                call(decrypt, None, *opening[1:], memory=bad, note=f"{note}, to NULL, bad {what}")
                call(decrypt, At(OUT), *opening[1:], memory=bad, note=f"{note}, in place, bad {what}")
                call(decrypt_detached, *detached, memory=bad, note=f"{note}, bad {what}")
    for short in range(tag):
        call(decrypt, At(OUT), At(LEN), None, At(IN), short, None, 0, At(N), k, note=f"{short} bytes in all")
    # The associated data is part of the text that is replaced.
    for n in (16, 64, 200, 300, 4000):
        call(encrypt, At(IN), None, At(IN), n, At(IN), n // 2, None, At(N), k, note=f"{n}, ad in the text")


def box_like(name, keys, sizes=LENGTHS):
    """crypto_secretbox's and crypto_box's own convention. keys: what comes after the nonce."""
    seal, open_ = f"{name}_easy", f"{name}_open_easy"
    suffix = "_afternm" if name.endswith("_afternm") else ""
    if suffix:
        name = name[: -len(suffix)]
        seal, open_ = f"{name}_easy_afternm", f"{name}_open_easy_afternm"
    start = rng.randbytes(ARENA)
    if len(keys) == 2:  # a key pair whose other half opens as well: the two sides are the same
        start = run(sodium, "crypto_box_seed_keypair", (At(PK), At(SK), At(SEED)), start)[1]
    for n in sizes:
        note = str(n)
        _, sealed = call(seal, At(OUT), At(IN) if n else None, n, At(N), *keys, memory=start, note=note)
        call(f"{name}_detached{suffix}", At(OUT), At(MAC), At(IN), n, At(N), *keys, memory=start, note=note)
        for shift in (-700, -16, -1, 0, 1, 15, 16, 17, 33, 64, 700):
            call(seal, At(IN + shift), At(IN), n, At(N), *keys, memory=start, note=f"{note}, box at {shift}")
            call(f"{name}_detached{suffix}", At(IN + shift), At(MAC), At(IN), n, At(N), *keys, memory=start, note=f"{note}, at {shift}")
            call(open_, At(OUT + shift), At(OUT), n + 16, At(N), *keys, memory=sealed, note=f"{note}, opened at {shift}")
            bad = flip(sealed, OUT + rng.randrange(n + 16))
            compare_open(open_, shift, n, keys, bad, note)
        call(open_, At(IN), At(OUT), n + 16, At(N), *keys, memory=sealed, note=note)
        if len(keys) == 1:
            call(open_, None, At(OUT), n + 16, At(N), *keys, memory=sealed, note=f"{note}, to NULL")
        opening = [At(IN), At(OUT + 16), At(OUT), n, At(N), *keys]
        call(f"{name}_open_detached{suffix}", *opening, memory=sealed, note=note)
        call(f"{name}_open_detached{suffix}", At(OUT), *opening[1:], memory=sealed, note=f"{note}, over its tag")
        for at, what in ((OUT + rng.randrange(n + 16), "box"), (N + rng.randrange(24), "nonce")):
            bad = flip(sealed, at)
            call(open_, At(IN), At(OUT), n + 16, At(N), *keys, memory=bad, left_alone=(IN, n), note=f"{note}, bad {what}")
            call(f"{name}_open_detached{suffix}", *opening, memory=bad, left_alone=(IN, n), note=f"{note}, bad {what}")
    for short in range(16):
        call(open_, At(OUT), At(IN), short, At(N), *keys, note=f"{short} bytes in all")


def compare_open(open_, shift, n, keys, bad, note):
    """A box that is refused while its buffer overlaps that of the text: the box stays whole, as with libsodium."""
    theirs = run(sodium, open_, (At(OUT + shift), At(OUT), n + 16, At(N), *keys), bad)
    mine = run(ours, open_, (At(OUT + shift), At(OUT), n + 16, At(N), *keys), bad)
    global calls
    calls += 1
    what = f"{open_}({note}, bad, opened at {shift})"
    if theirs != (-1, bad):
        problems.append(f"{what}: libsodium itself changed something")
    if mine[0] != -1:
        problems.append(f"{what}: not refused")
    box = slice(OUT, OUT + 16 + n)
    expected = put(put(bad, OUT + shift, bytes(n)), OUT, bad[box])
    if mine[1] != expected:
        problems.append(f"{what}: the box is not whole, or the text not zero")


def padded(name, keys):
    start = rng.randbytes(ARENA)
    if len(keys) == 2:
        start = run(sodium, "crypto_box_seed_keypair", (At(PK), At(SK), At(SEED)), start)[1]
    for n in [0, 16, 31] + [32 + n for n in LENGTHS]:
        memory = put(start, IN, bytes(32))
        _, sealed = call(name, At(OUT), At(IN), n, At(N), *keys, memory=memory, note=str(n))
        call(name, At(OUT), At(IN), n, At(N), *keys, memory=start, note=f"{n}, padding not zero")
        call(name, At(IN), At(IN), n, At(N), *keys, memory=memory, note=f"{n}, in place")
        opening = f"{name}_open" if "afternm" not in name else name.replace("_afternm", "_open_afternm")
        call(opening, At(IN), At(OUT), n, At(N), *keys, memory=sealed, note=str(n))
        call(opening, At(OUT), At(OUT), n, At(N), *keys, memory=sealed, note=f"{n}, in place")
        if n >= 32:
            bad = flip(sealed, OUT + 16 + rng.randrange(n - 16))
            call(opening, At(IN), At(OUT), n, At(N), *keys, memory=bad, left_alone=(IN + 32, n - 32), note=f"{n}, bad")
            call(opening, At(OUT), At(OUT), n, At(N), *keys, memory=bad, note=f"{n}, in place, bad")


SMALL_ORDER = [bytes(32), bytes([1]) + bytes(31), bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
               bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
               bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
               bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
               bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]


def boxes(name):
    for _ in range(20):
        call(f"{name}_seed_keypair", At(PK), At(SK), At(SEED))
        call(f"{name}_seed_keypair", At(PK), At(SEED), At(SEED), note="in place")
        call(f"{name}_keypair", At(PK), At(SK))
        call(f"{name}_beforenm", At(K), At(PK), At(SK))
    for point in SMALL_ORDER:
        memory = put(rng.randbytes(ARENA), PK, point)
        call(f"{name}_beforenm", At(K), At(PK), At(SK), memory=memory, left_alone=(K, 32), note="small order")
        if f"{name}_easy" in exported:
            call(f"{name}_easy", At(OUT), At(IN), 100, At(N), At(PK), At(SK), memory=memory, note="small order")
            call(f"{name}_detached", At(OUT), At(MAC), At(IN), 100, At(N), At(PK), At(SK), memory=memory, note="small order")
            call(f"{name}_open_easy", At(OUT), At(IN), 100, At(N), At(PK), At(SK), memory=memory, note="small order")
            call(f"{name}_open_detached", At(OUT), At(IN), At(MAC), 100, At(N), At(PK), At(SK), memory=memory, note="small order")
            call(f"{name}_seal", At(OUT), At(IN), 100, At(PK), memory=memory, note="small order")
            call(f"{name}_seal_open", At(OUT), At(IN), 100, At(PK), At(SK), memory=put(memory, IN, point), note="small order")


def seal_over(name, start, n, shift):
    """libsodium 1.0.18 writes the ephemeral key first, and over a message that lies there; here the message is whole."""
    if shift <= -32 or shift >= n:
        call(f"{name}_seal", At(IN + shift), At(IN), n, At(PK), memory=start, note=f"{n}, box at {shift}")
        return
    value, sealed = run(ours, f"{name}_seal", (At(IN + shift), At(IN), n, At(PK)), start)
    opened = run(sodium, f"{name}_seal_open", (At(OUT), At(IN + shift), n + 48, At(PK), At(SK)), sealed)
    if (value, opened[0], opened[1][OUT : OUT + n]) != (0, 0, start[IN : IN + n]):
        problems.append(f"{name}_seal({n}, box at {shift}): not a box of the message")


def sealed_boxes(name):
    start = run(sodium, f"{name}_seed_keypair", (At(PK), At(SK), At(SEED)), rng.randbytes(ARENA))[1]
    for n in LENGTHS:
        _, sealed = call(f"{name}_seal", At(OUT), At(IN) if n else None, n, At(PK), memory=start, note=str(n))
        for shift in (-48, -1, 0, 16, 32, 48, 60):
            seal_over(name, start, n, shift)
            call(f"{name}_seal_open", At(OUT + shift), At(OUT), n + 48, At(PK), At(SK), memory=sealed, note=f"{n}, opened at {shift}")
        opening = [At(IN), At(OUT), n + 48, At(PK), At(SK)]
        call(f"{name}_seal_open", *opening, memory=sealed, note=str(n))
        for at in (OUT + rng.randrange(31), OUT + 32 + rng.randrange(n + 16), SK + 9):
            call(f"{name}_seal_open", *opening, memory=flip(sealed, at), left_alone=(IN, n), note=f"{n}, bad")
    for short in range(48):
        call(f"{name}_seal_open", At(OUT), At(IN), short, At(PK), At(SK), note=f"{short} bytes in all")


L = 2**252 + 27742317777372353535851937790883648493
EDGE_POINTS = [
    bytes(32), bytes([1]) + bytes(31), bytes([0xEC]) + b"\xff" * 30 + b"\x7f", bytes([0xED]) + b"\xff" * 30 + b"\x7f",
    bytes([0xEE]) + b"\xff" * 30 + b"\x7f", b"\xff" * 32, bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), bytes(31) + b"\x80", bytes([2]) + bytes(31)]


def point(name, *arguments):
    out = ctypes.create_string_buffer(32)
    if getattr(sodium, name)(out, *arguments) != 0:
        problems.append(f"{name}: libsodium fails")
    return out.raw


def mixed_key(torsion):
    """A public key with a component of small order, and the scalar of the other."""
    scalar = (rng.randrange(1, L)).to_bytes(32, "little")
    return point("crypto_core_ed25519_add", point("crypto_scalarmult_ed25519_base_noclamp", scalar), torsion), scalar


def mixed_signature(key, scalar, message):
    """A signature that is off by a point of small order: S B - h A is R + h times what is too much in A, not R."""
    while True:
        nonce = rng.randrange(1, L)
        r = point("crypto_scalarmult_ed25519_base_noclamp", nonce.to_bytes(32, "little"))
        h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
        if h % 8 == 1:
            return r + ((nonce + h * int.from_bytes(scalar, "little")) % L).to_bytes(32, "little")


def sign(name, streaming):
    for _ in range(10):
        call(f"{name}_seed_keypair", At(PK), At(SK), At(SEED))
        call(f"{name}_keypair", At(PK), At(SK))
    start = run(sodium, "crypto_sign_seed_keypair", (At(PK), At(SK), At(SEED)), rng.randbytes(ARENA))[1]
    verify, open_ = f"{name}_verify_detached", f"{name}_open"
    for n in LENGTHS:
        _, signed = call(name, At(OUT), At(LEN), At(IN) if n else None, n, At(SK), memory=start, note=str(n))
        for shift in (-64, -1, 0, 1, 32, 64, 65, 90):
            call(name, At(IN + shift), None, At(IN), n, At(SK), memory=start, note=f"{n}, at {shift}")
            call(open_, At(OUT + shift), None, At(OUT), n + 64, At(PK), memory=signed, note=f"{n}, opened at {shift}")
        call(f"{name}_detached", At(OUT), At(LEN), At(IN) if n else None, n, At(SK), memory=start, note=str(n))
        call(f"{name}_detached", At(OUT), None, At(IN), n, At(SK), memory=start, note=str(n))
        call(open_, At(IN), At(LEN), At(OUT), n + 64, At(PK), memory=signed, note=str(n))
        call(open_, None, At(LEN), At(OUT), n + 64, At(PK), memory=signed, note=f"{n}, to NULL")
        call(verify, At(OUT), At(OUT + 64) if n else None, n, At(PK), memory=signed, note=str(n))
        for at in (OUT + rng.randrange(32), OUT + 32 + rng.randrange(32), OUT + 64 + rng.randrange(n or 1), PK + rng.randrange(32)):
            bad = flip(signed, at)
            call(open_, At(IN), At(LEN), At(OUT), n + 64, At(PK), memory=bad, note=f"{n}, bad")
            call(verify, At(OUT), At(OUT + 64), n, At(PK), memory=bad, note=f"{n}, bad")
    _, signed = call(name, At(OUT), None, At(IN), 32, At(SK), memory=start)
    s = int.from_bytes(signed[OUT + 32 : OUT + 64], "little")
    for scalar in (0, 1, L - 1, L, L + 1, (s + L) % 2**256, 2**252, 2**253 - 1, 2**256 - 1):
        call(verify, At(OUT), At(OUT + 64), 32, At(PK), memory=put(signed, OUT + 32, scalar.to_bytes(32, "little")), note="edge S")
    for point in EDGE_POINTS:
        call(verify, At(OUT), At(OUT + 64), 32, At(PK), memory=put(signed, OUT, point), note="edge R")
        call(verify, At(OUT), At(OUT + 64), 32, At(PK), memory=put(signed, PK, point), note="edge A")
        call(verify, At(OUT), At(OUT + 64), 32, At(PK), memory=put(put(signed, PK, point), OUT, point + bytes(32)), note="edge A and R")
    if name == "crypto_sign":
        for torsion in (EDGE_POINTS[2], EDGE_POINTS[7]):
            memory = put(put(start, PK, (key := mixed_key(torsion))[0]), OUT, mixed_signature(*key, start[IN : IN + 32]))
            call(verify, At(OUT), At(IN), 32, At(PK), memory=memory, note="torsion that only the cofactor clears")
    for short in range(64):
        call(open_, At(OUT), At(LEN), At(IN), short, At(PK), note=f"{short} bytes in all")
    for n in LENGTHS:
        cut = rng.randrange(n + 1)
        call(f"{streaming}_init", At(STATE), memory=start)
        memory = run(sodium, f"{streaming}_init", (At(STATE),), start)[1]
        for at, size in ((0, cut), (cut, n - cut)):
            _, memory = call(f"{streaming}_update", At(STATE), At(IN + at), size, memory=memory, states=[(STATE, 128)], note=str(n))
        _, signed = call(f"{streaming}_final_create", At(STATE), At(OUT), At(LEN), At(SK), memory=memory, note=str(n))
        signed = put(signed, STATE, memory[STATE : STATE + 208])
        call(f"{streaming}_final_verify", At(STATE), At(OUT), At(PK), memory=signed, note=str(n))
        for at in (OUT + rng.randrange(64), STATE + rng.randrange(64), PK + 3):
            call(f"{streaming}_final_verify", At(STATE), At(OUT), At(PK), memory=flip(signed, at), note=f"{n}, bad")


def streams(name, before_update, states, one_shot):
    """A streaming state, compared after every step: the two libraries can take over from each other."""
    for n in LENGTHS:
        memory = call(f"{name}_init", At(STATE), *before_update, states=states)[1]
        at = 0
        while at < n:
            step = min(n - at, rng.choice((0, 1, 7, 63, 64, 65, 127, 128, 129, 1000)))
            _, memory = call(f"{name}_update", At(STATE), At(IN + at) if step else None, step, memory=memory, states=states, note=f"{at} of {n}")
            at += step
        call(f"{name}_final", At(STATE), At(OUT), memory=memory, note=str(n))
        one_shot(n)


def hashes(name):
    def one_shot(n):
        call(name, At(OUT), At(IN) if n else None, n, note=str(n))
        call(name, At(IN), At(IN), n, note=f"{n}, in place")

    streams(name, (), [(STATE, 64 if name.endswith("256") else 128)], one_shot)


def auths(name, size, streaming):
    def one_shot(n):
        _, made = call(name, At(OUT), At(IN) if n else None, n, At(K), note=str(n))
        call(f"{name}_verify", At(OUT), At(IN), n, At(K), memory=made, note=str(n))
        for at in (OUT + rng.randrange(size), K + rng.randrange(32)) + ((IN + rng.randrange(n),) if n else ()):
            call(f"{name}_verify", At(OUT), At(IN), n, At(K), memory=flip(made, at), note=f"{n}, bad")

    if not streaming:
        for n in LENGTHS:
            one_shot(n)
        return
    block, size = (64, 104) if name.endswith("sha256") else (128, 208)
    states = [(STATE, block), (STATE + size, block)]
    streams(name, (At(K), 32), states, one_shot)
    for key_len in (0, 1, 31, 63, 64, 65, 127, 128, 129, 300):
        memory = call(f"{name}_init", At(STATE), At(AD) if key_len else None, key_len, states=states, note=f"key {key_len}")[1]
        memory = call(f"{name}_update", At(STATE), At(IN), 100, memory=memory, states=states)[1]
        call(f"{name}_final", At(STATE), At(OUT), memory=memory)


def scalarmult(name):
    for _ in range(60):
        call(name, At(OUT), At(K), At(PK))
        call(f"{name}_base", At(OUT), At(K))
        call(f"{name}_base", At(K), At(K), note="in place")
    for point in SMALL_ORDER + [p[:31] + bytes([p[31] | 0x80]) for p in SMALL_ORDER]:
        call(name, At(OUT), At(K), At(PK), memory=put(rng.randbytes(ARENA), PK, point), left_alone=(OUT, 32), note="small order")
    for value in (2, 9, 2**255 - 20, 2**255 - 18, 2**255 - 1, 2**256 - 1):
        call(name, At(OUT), At(K), At(PK), memory=put(rng.randbytes(ARENA), PK, value.to_bytes(32, "little")), left_alone=(OUT, 32))


def in_child(function):
    """The exit status of a child that calls function, negative for a signal."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(2)
        function()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def misuse():
    """Lengths that cannot be are a misuse: the program's handler is called, then abort."""
    huge = 2**64 - 1
    memory = rng.randbytes(ARENA)
    cases = {("crypto_secretbox_easy", huge): (At(OUT), At(IN), huge, At(N), At(K)),
             ("crypto_secretbox_xchacha20poly1305_easy", huge): (At(OUT), At(IN), huge, At(N), At(K)),
             ("crypto_box_easy", huge): (At(OUT), At(IN), huge, At(N), At(PK), At(SK)),
             ("crypto_box_easy_afternm", huge): (At(OUT), At(IN), huge, At(N), At(K)),
             ("crypto_box_curve25519xchacha20poly1305_easy", huge): (At(OUT), At(IN), huge, At(N), At(PK), At(SK)),
             ("crypto_box_curve25519xchacha20poly1305_easy_afternm", huge): (At(OUT), At(IN), huge, At(N), At(K))}
    for name in exported:
        if re.fullmatch(r"crypto_aead_(?!aes256gcm)\w+_encrypt", name):
            cases[name, huge] = (At(OUT), None, At(IN), huge, None, 0, None, At(N), At(K))
    long = 2**36 - 31  # AES-256-GCM's limit, and one
    for suffix, k in (("", At(K)), ("_afternm", STATE_UNDER_K)) if compare_aes256gcm else ():
        for m, c in ((long, long + 16), (huge, huge)):
            ends = (None, 0, At(N), k)
            name = "crypto_aead_aes256gcm_{}" + suffix
            cases[name.format("encrypt"), m] = (At(OUT), None, At(IN), m, None, 0, None, At(N), k)
            cases[name.format("encrypt_detached"), m] = (At(OUT), At(MAC), None, At(IN), m, None, 0, None, At(N), k)
            cases[name.format("decrypt"), c] = (At(OUT), None, None, At(IN), c, *ends)
            cases[name.format("decrypt_detached"), m] = (At(OUT), None, At(IN), m, At(MAC), *ends)
    handler = ctypes.CFUNCTYPE(None)(lambda: os._exit(42))

    def with_handler(library, case):
        sodium.sodium_set_misuse_handler(handler)
        run(library, case[0], cases[case], memory)

    for case in sorted(cases):
        for expected, how in ((-signal.SIGABRT, lambda l, c: run(l, c[0], cases[c], memory)), (42, with_handler)):
            for which, library in (("libsodium", sodium), ("this library", ours)):
                got = in_child(lambda: how(library, case))
                if got != expected:
                    problems.append(f"{case[0]} of {case[1]} bytes: {which} ends with {got}, not {expected}")
    # A state that was never made is one here.
    for name in ("encrypt", "encrypt_detached", "decrypt", "decrypt_detached"):
        arguments = list(cases.get((f"crypto_aead_aes256gcm_{name}_afternm", huge), ()))
        for state in (At(STATE), None) if arguments else ():
            arguments = [16 if a == huge else a for a in arguments[:-1]] + [state]
            got = in_child(lambda: run(ours, f"crypto_aead_aes256gcm_{name}_afternm", arguments, memory))
            if got != -signal.SIGABRT:
                problems.append(f"crypto_aead_aes256gcm_{name}_afternm without a state: ends with {got}")


def constants():
    for name in sorted(exported):
        if re.search(r"(bytes|bytes_max|bytes_min|primitive|is_available)$", name):
            kind = ctypes.c_char_p if name.endswith("primitive") else ctypes.c_size_t
            call_constant(name, kind)
        elif name.endswith("_keygen"):
            call(name, At(K))


def call_constant(name, kind):
    called.add(name)
    theirs, mine = getattr(sodium, name), getattr(ours, name)
    theirs.restype = mine.restype = kind
    expected = 1 if name == "crypto_aead_aes256gcm_is_available" else theirs()  # here it is available everywhere
    if expected != mine():
        problems.append(f"{name}: {mine()}, not {expected}")


listing = subprocess.run([nm, "-D", "--defined-only", ours_path], check=True, capture_output=True, text=True).stdout
exported = {line.split()[-1].split("@")[0] for line in listing.splitlines()}

# libsodium's AES-256-GCM wants a CPU with AES and carry-less multiplication.
compare_aes256gcm = bool(sodium.crypto_aead_aes256gcm_is_available())
if not compare_aes256gcm:
    print("skipped: AES-256-GCM, which libsodium does not have on this CPU")
    called |= {name for name in exported if name.startswith("crypto_aead_aes256gcm_")}

constants()
if compare_aes256gcm:
    aead("crypto_aead_aes256gcm", 32, 12, 16)
    aead("crypto_aead_aes256gcm", 32, 12, 16, "_afternm", STATE_UNDER_K)
if "crypto_aead_aegis256_encrypt" in exported:
    aead("crypto_aead_aegis128l", 16, 16, 32)
    aead("crypto_aead_aegis256", 32, 32, 32)
aead("crypto_aead_chacha20poly1305_ietf", 32, 12, 16)
aead("crypto_aead_xchacha20poly1305_ietf", 32, 24, 16)
box_like("crypto_secretbox", [At(K)])
box_like("crypto_secretbox_xchacha20poly1305", [At(K)])
padded("crypto_secretbox", [At(K)])
padded("crypto_secretbox_xsalsa20poly1305", [At(K)])
boxes("crypto_box")
boxes("crypto_box_curve25519xsalsa20poly1305")
boxes("crypto_box_curve25519xchacha20poly1305")
for name in ("crypto_box", "crypto_box_curve25519xchacha20poly1305"):
    box_like(name, [At(PK), At(SK)], LENGTHS[::3])
    box_like(f"{name}_afternm", [At(K)], LENGTHS[::2])
    sealed_boxes(name)
for name in ("crypto_box", "crypto_box_curve25519xsalsa20poly1305"):
    padded(name, [At(PK), At(SK)])
    padded(f"{name}_afternm", [At(K)])
sign("crypto_sign", "crypto_sign")
sign("crypto_sign_ed25519", "crypto_sign_ed25519ph")
for _ in range(5):
    call("crypto_sign_ed25519_sk_to_pk", At(PK), At(SK))
    call("crypto_sign_ed25519_sk_to_seed", At(SEED), At(SK))
scalarmult("crypto_scalarmult")
scalarmult("crypto_scalarmult_curve25519")
hashes("crypto_hash_sha256")
hashes("crypto_hash_sha512")
for n in LENGTHS:
    call("crypto_hash", At(OUT), At(IN), n)
auths("crypto_auth", 32, False)
auths("crypto_auth_hmacsha256", 32, True)
auths("crypto_auth_hmacsha512", 64, True)
auths("crypto_auth_hmacsha512256", 32, True)
misuse()

# hkdf_test.py calls those.
elsewhere = {name for name in exported if name.startswith("crypto_kdf_hkdf_")}
problems += [f"{name} is exported and was not called" for name in sorted(exported - elsewhere - called)]
for problem in problems[:30]:
    print(problem)
print(f"libsodium {version}: {len(called)} of {len(exported)} functions, {calls} pairs of calls, {len(problems)} differences")
print("zeroed where refused, while libsodium leaves the buffer alone:", *sorted(zeroed), sep="\n  ")
sys.exit(bool(problems))
