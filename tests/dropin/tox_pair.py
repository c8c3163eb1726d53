# SPDX-License-Identifier: ISC
"""Two Tox clients on loopback become friends and send each other packets: what arrived, and how fast, as JSON."""
import ctypes
import ctypes.util
import hashlib
import json
import sys
import time

tox = ctypes.CDLL(ctypes.util.find_library("toxcore"))
for name in ("tox_new", "tox_options_new"):
    getattr(tox, name).restype = ctypes.c_void_p
tox.tox_friend_add_norequest.restype = ctypes.c_uint32
tox.tox_self_get_udp_port.restype = ctypes.c_uint16
P = ctypes.c_void_p
for name in ("tox_friend_send_lossless_packet", "tox_bootstrap"):
    getattr(tox, name).restype = ctypes.c_bool
PACKET = ctypes.CFUNCTYPE(None, P, ctypes.c_uint32, P, ctypes.c_size_t, P)
SIZE = 1300
received = []


@PACKET
def on_packet(_tox, _friend, data, size, _user):
    received.append(ctypes.string_at(data, size))


def client(seed):
    options = P(tox.tox_options_new(None))
    for setting in ("ipv6_enabled", "local_discovery_enabled"):
        getattr(tox, f"tox_options_set_{setting}")(options, ctypes.c_bool(False))
    made = P(tox.tox_new(options, None))
    tox.tox_options_free(options)
    if not made:
        raise SystemExit("tox_new failed")
    key, dht = ctypes.create_string_buffer(32), ctypes.create_string_buffer(32)
    tox.tox_self_get_public_key(made, key)
    tox.tox_self_get_dht_id(made, dht)
    return made, key, dht, tox.tox_self_get_udp_port(made, None)


def iterate():
    for c in clients:
        tox.tox_iterate(c[0], None)


def until(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"no {what} within {seconds} s")
        iterate()
        time.sleep(0.001)


clients = [client(0), client(1)]
a, b = clients
tox.tox_callback_friend_lossless_packet(b[0], on_packet)
for one, other in ((a, b), (b, a)):
    tox.tox_friend_add_norequest(one[0], other[1], None)
    if not tox.tox_bootstrap(one[0], b"127.0.0.1", ctypes.c_uint16(other[3]), other[2], None):
        raise SystemExit("bootstrap failed")
until(lambda: all(tox.tox_friend_get_connection_status(c[0], ctypes.c_uint32(0), None) == 2 for c in clients), 120, "connection")


def send(data):
    """Waits for room in the queue."""
    while not tox.tox_friend_send_lossless_packet(a[0], ctypes.c_uint32(0), data, ctypes.c_size_t(len(data)), None):
        iterate()


texts = [bytes([160]) + hashlib.shake_128(bytes([i])).digest(SIZE) for i in range(50)]
for text in texts:
    send(text)
until(lambda: len(received) == len(texts), 60, "packets")
same = {"arrived": received == texts}
if received != texts:
    raise SystemExit("packets were lost or altered")
rates = {}
if sys.argv[1] == "bench":
    count, text = 3000, texts[0]
    received.clear()
    begin = time.perf_counter()
    for i in range(count):
        send(text)
        if i % 16 == 0:
            iterate()
    while len(received) < count:
        iterate()
    rates["lossless packets"] = count / (time.perf_counter() - begin)
for c in clients:
    tox.tox_kill(c[0])
print(json.dumps({"same": same, "rates": rates}))
