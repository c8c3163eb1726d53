# SPDX-License-Identifier: ISC
"""A DNSCrypt client (dnscrypt.info/protocol) that asks a server on loopback under both of its ciphers and prints JSON.
usage: dnscrypt_client.py PORT PROVIDER_PUBLIC_KEY_FILE QUERIES"""
import ctypes
import json
import os
import pathlib
import socket
import struct
import sys
import time

import nacl.bindings as b
import nacl.signing

port, queries = int(sys.argv[1]), int(sys.argv[3])
provider_file = pathlib.Path(sys.argv[2])
QUESTION = struct.pack(">HHHHHH", 0x1234, 0x0100, 1, 0, 0, 0) + b"\x04name\x04test\0" + struct.pack(">HH", 1, 1)
CERTIFICATES = struct.pack(">HHHHHH", 1, 0x0100, 1, 0, 0, 0) + b"\x012\x08provider\x04test\0" + struct.pack(">HH", 16, 1)
ANSWER = bytes([127, 0, 0, 42])
CLIENTS = 8
WINDOW = 32

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", port))


def ask(query, tries=60):
    """The server may not listen yet."""
    for _ in range(tries):
        try:
            s.settimeout(0.25)
            s.send(query)
            return s.recv(8192)
        except OSError:
            time.sleep(0.1)
    raise SystemExit("no answer")


def certificates(answer):
    """Those of the answer's TXT records that the provider signed: (version, public key, client magic)."""
    provider = nacl.signing.VerifyKey(provider_file.read_bytes())
    at, found = len(CERTIFICATES), []
    for _ in range(struct.unpack(">H", answer[6:8])[0]):
        at += 10
        size = struct.unpack(">H", answer[at : at + 2])[0]
        record = answer[at + 3 : at + 2 + size]
        at += 2 + size
        magic, version, _minor, signature = record[:4], *struct.unpack(">HH", record[4:8]), record[8:72]
        assert magic == b"DNSC"
        provider.verify(record[72:], signature)
        found.append((version, record[72:104], record[104:112]))
    return found


# Both ciphers from libsodium itself, as PyNaCl has but one of them.
sodium = ctypes.CDLL("libsodium.so.23")
NAMES = {1: "crypto_box", 2: "crypto_box_curve25519xchacha20poly1305"}


def call(version, what, *arguments):
    return getattr(sodium, f"{NAMES[version]}_{what}")(*(ctypes.c_ulonglong(a) if isinstance(a, int) else a for a in arguments))


def sealed(version, text, nonce, shared):
    out = ctypes.create_string_buffer(len(text) + 16)
    assert call(version, "easy_afternm", out, text, len(text), nonce, shared) == 0
    return out.raw


def opened(version, box, nonce, shared):
    out = ctypes.create_string_buffer(max(len(box) - 16, 1))
    return out.raw[: len(box) - 16] if call(version, "open_easy_afternm", out, box, len(box), nonce, shared) == 0 else None


def padded(text, least):
    size = max(least, len(text) + 1)
    size += -size % 64
    return text + b"\x80" + bytes(size - len(text) - 1)


answer = ask(CERTIFICATES)
found = certificates(answer)
same, rates = {"certificates": sorted(version for version, _, _ in found)}, {}
for version, server, magic in found:
    clients = []
    for i in range(CLIENTS):
        pk, sk = b.crypto_box_keypair()
        shared = ctypes.create_string_buffer(32)
        assert call(version, "beforenm", shared, server, sk) == 0
        clients.append((pk, shared))

    def query(i):
        pk, shared = clients[i % CLIENTS]
        nonce = os.urandom(8) + struct.pack(">I", i)
        return magic + pk + nonce + sealed(version, padded(QUESTION, 256), nonce + bytes(12), shared)

    # One by one, each answer opened; a damaged query gets none that opens to the address.
    good = 0
    for i in range(100):
        reply = ask(query(i))
        assert reply[:8] == b"r6fnvWj8"
        text = opened(version, reply[32:], reply[8:32], clients[i % CLIENTS][1])
        good += text is not None and text.rstrip(b"\0")[-5:-1] == ANSWER
    damaged = bytearray(query(0))
    damaged[80] ^= 1
    s.settimeout(0.3)
    try:
        s.send(damaged)
        s.recv(8192)
        refused = False
    except OSError:
        refused = True
    same[version] = [good, refused]
    assert good == 100 and refused

    # Then a window of queries at a time, made before.
    ready = [query(i) for i in range(min(queries, 2000))]
    s.settimeout(2)
    begin, at = time.perf_counter(), 0
    while at < queries:
        for i in range(WINDOW):
            s.send(ready[(at + i) % len(ready)])
        for i in range(WINDOW):
            s.recv(8192)
        at += WINDOW
    rates[f"DNSCrypt version {version}"] = at / (time.perf_counter() - begin)
print(json.dumps({"same": same, "rates": rates}))
