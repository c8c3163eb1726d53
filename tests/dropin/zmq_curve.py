# SPDX-License-Identifier: ISC
"""Messages through a CURVE connection of libzmq over loopback; also that a client with a wrong key for the server gets nothing."""
import hashlib
import json
import sys
import time

import zmq

SERVER = zmq.curve_keypair()
CLIENT = zmq.curve_keypair()


def connect(context, server_key):
    pull, push = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    for s in (pull, push):
        s.linger = 0
        s.curve_publickey, s.curve_secretkey = CLIENT
    pull.curve_publickey, pull.curve_secretkey = SERVER
    pull.curve_server = True
    port = pull.bind_to_random_port("tcp://127.0.0.1")
    push.curve_serverkey = server_key
    push.connect(f"tcp://127.0.0.1:{port}")
    return pull, push


context = zmq.Context()
same, rates = {}, {}
for size in (0, 1, 100, 5000, 100000):
    pull, push = connect(context, SERVER[0])
    texts = [hashlib.shake_128(bytes([i])).digest(size) for i in range(20)]
    for text in texts:
        push.send(text)
    same[size] = all(pull.poll(5000) and pull.recv() == text for text in texts)
    pull.close()
    push.close()
pull, push = connect(context, zmq.curve_keypair()[0])
push.send(b"for somebody else")
same["wrong server key"] = pull.poll(500)
pull.close()
push.close()
if not all(same[size] for size in (0, 1, 100, 5000, 100000)):
    raise SystemExit(f"messages were lost or altered: {same}")

if sys.argv[1] == "bench":
    for size, count in ((200, 30000), (16384, 4000)):
        pull, push = connect(context, SERVER[0])
        text = b"t" * size
        push.send(text)
        pull.recv()
        begin = time.perf_counter()
        for at in range(0, count, 500):
            for _ in range(500):
                push.send(text, copy=False)
            for _ in range(500):
                pull.recv(copy=False)
        rates[f"CURVE, {size} B"] = count / (time.perf_counter() - begin)
        pull.close()
        push.close()
context.term()
print(json.dumps({"same": same, "rates": rates}))
