# SPDX-License-Identifier: ISC
"""Runs the program and the test of dispatch on older CPUs, as qemu-user emulates them.

Each model gets the kernels that are stated here for it, meets no instruction that it lacks, and gives libsodium's bytes. qemu
stops at what a model lacks; a program of one instruction shows that it does, model by model. --full runs the quick
selections of every test (quick.txt) on a model of each tier as well. Exit status 77: no qemu-x86_64.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import quick

STREAM = ["chacha20-poly1305", "xchacha20-poly1305", "xsalsa20-poly1305", "xchacha20-poly1305-secretbox"]
AES = ["aes128-gcm", "aes256-gcm", "aegis128l", "aegis256"]
CURVE = ["x25519", "ed25519"]
COLUMNS = {"stream ciphers": STREAM, "AES": AES, "sha256": ["sha256"], "sha512": ["sha512"], "curves": CURVE}

# Model, then the kernels of the columns. qemu 7.2 emulates neither AVX-512 nor VAES nor the SHA extensions, whatever the model;
# those are taken away from models that have them.
P, A, B, V = "portable", "aesni", "bmi2", "avx2"
MODELS = [
    ("kvm64", [P, P, P, P, P]),
    ("phenom", [P, P, P, P, P]),
    ("Opteron_G3", [P, P, P, P, P]),
    ("core2duo", [P, P, P, P, P]),
    ("Penryn", [P, P, P, P, P]),
    ("Nehalem", [P, P, P, P, P]),
    ("Westmere", [P, A, P, P, P]),
    ("SandyBridge", [P, A, P, P, P]),
    ("Opteron_G5", [P, A, P, P, P]),
    ("Denverton", [P, A, P, P, P]),
    ("Haswell", [V, A, V, V, V]),
    ("Broadwell", [V, A, V, V, V]),
    ("Skylake-Client", [V, A, V, V, V]),
    ("Skylake-Server", [V, A, V, V, V]),
    ("Icelake-Server", [V, A, V, V, V]),
    ("EPYC", [V, A, V, V, V]),
    ("EPYC-Milan", [V, A, V, V, V]),
    ("max", [V, A, V, V, V]),
    # What hypervisors mask.
    ("Haswell,-aes", [V, P, V, V, V]),
    ("Haswell,-pclmulqdq", [V, P, V, V, V]),
    ("Haswell,-avx2", [P, A, P, P, B]),
    ("Haswell,-avx", [P, A, P, P, B]),
    ("Haswell,-xsave", [P, A, P, P, B]),
    ("Haswell,-bmi2", [P, A, P, P, P]),
    ("Haswell,-ssse3,-sse4.1,-sse4.2,-avx,-avx2,-aes,-pclmulqdq", [P, P, P, P, B]),
]
# The choice alone: beside it run glibc's strspn (SSE4.2), libsodium's AES and libcrypto (AVX), which presume SSSE3 unasked.
CHOICE_ALONE = [("Haswell,-ssse3", [P, P, P, P, B]), ("Haswell,-sse4.1", [P, P, P, P, B])]
TIERS = ["core2duo", "Westmere", "Haswell"]  # for --full

# RFC 8032, 7.1, test 3, and the same with another message.
SIGNED = {
    "public_key": "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "message": "af82",
    "signature": "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
}

failures = []


def fail(model, what):
    failures.append(f"{model}: {what}")


def run(model, *command, data=b"", timeout=600):
    """Under the model; status and stdout. What qemu lacks of a model it says on stderr."""
    done = subprocess.run(["qemu-x86_64", "-cpu", model, *command], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=timeout)
    return done.returncode, done.stdout, done.stderr


def check(model, what, *command, status=0, **more):
    got, said, errors = run(model, *command, **more)
    if got != status:
        why = signal.Signals(-got).name if got < 0 else f"status {got}"
        fail(model, f"{what}: {why}: {(said + errors).decode(errors='replace')[-600:]}")
    return said


def kernels_of(model):
    cpu = json.loads(check(model, "cpu", args.sealane, "cpu", "--json"))
    chosen = {k["family"]: k["isa"] for k in cpu["kernels"] if k["state"] == "chosen"}
    return chosen, {f["name"]: f["present"] for f in cpu["features"]}


def check_choice(model, stated):
    chosen, present = kernels_of(model)
    for (column, families), isa in zip(COLUMNS.items(), stated):
        for family in families:
            if chosen.get(family) != isa:
                fail(model, f"{family} is served by {chosen.get(family)}, stated is {isa}")
    if sorted(chosen) != sorted(sum(COLUMNS.values(), [])):
        fail(model, f"families {sorted(chosen)}")
    # The emulator stops at what the model lacks, and lets pass what it has.
    trapped = 0
    for name in ("ssse3", "sse4.1", "aesni", "pclmul", "sha", "avx2", "bmi2", "avx512f"):
        status, _, _ = run(model, args.instruction, name)
        if status != (0 if present[name] else -signal.SIGILL):
            fail(model, f"an instruction of {name} ended with {status}, and sealane says present = {present[name]}")
        trapped += status == -signal.SIGILL
    return trapped


def check_program(model, folder):
    """Boxes that libsodium opens, and the other way round; signatures."""
    key, recipients, out = (os.path.join(folder, name) for name in ("key", "recipients", "out"))
    for path in (key, out):
        shutil.rmtree(path, ignore_errors=True)
    public = check(model, "keygen", args.sealane, "keygen", "-f", "-o", key).decode().strip()
    with open(key, encoding="ascii") as f:
        secret = [line for line in f.read().split("\n") if line and line[0] != "#"][0]
    message = bytes(range(256)) * 5 + b"end"
    with open(recipients, "w", encoding="ascii") as f:
        f.write((public + "\n") * 20)
    check(model, "seal", args.sealane, "seal", "-r", recipients, "-", "-o", out, data=message)
    for name in sorted(os.listdir(out))[::7]:
        with open(os.path.join(out, name), "rb") as f:
            opened = subprocess.run([args.sodium_box, "open", secret], stdin=f, stdout=subprocess.PIPE, check=False)
        if opened.returncode != 0 or opened.stdout != message:
            fail(model, f"libsodium does not open {name}")
    box = subprocess.run([args.sodium_box, "seal", public], input=message, stdout=subprocess.PIPE, check=True).stdout
    if check(model, "open", args.sealane, "open", "-k", key, "-", data=box) != message:
        fail(model, "what libsodium sealed was opened to something else")
    lines = "".join(json.dumps(dict(SIGNED, message=m)) + "\n" for m in ["af82", "af83"] * 40)
    verdicts = check(model, "verify", args.sealane, "verify", "-", data=lines.encode(), status=1).decode().split("\n")
    got = [json.loads(line)["valid"] for line in verdicts if line]
    if got != [True, False] * 40:
        fail(model, f"verdicts {got}")


def main():
    if not shutil.which("qemu-x86_64"):
        print("SKIPPED cpu_models: qemu-x86_64 was not found (qemu-user)")
        return 77
    folder = tempfile.mkdtemp(prefix="sealane-cpu-")
    try:
        print(f"{'model':62}" + "".join(f"{column:16}" for column in COLUMNS) + "refused instructions")
        for model, stated in MODELS + CHOICE_ALONE:
            trapped = check_choice(model, stated)
            print(f"{model:62}" + "".join(f"{isa:16}" for isa in stated) + f"{trapped} of 8", flush=True)
            if (model, stated) in CHOICE_ALONE:
                continue
            check_program(model, folder)
            check(model, "test_dispatch", os.path.join(args.tests, "test_dispatch"))
    finally:
        shutil.rmtree(folder)
    print(f"figure: CPU models under qemu: {len(MODELS)}, kernels as stated, no illegal instruction, bytes as libsodium's"
          if not failures else f"{len(failures)} failures")
    if args.full:
        for model in TIERS:
            start, before = time.monotonic(), len(failures)
            for test, patterns in quick.selections().items():
                for pattern in patterns:
                    status, said, _ = run(model, os.path.join(args.tests, test), *quick.arguments(pattern), timeout=1800)
                    if quick.outcome_of(status, said.decode(errors="replace")) != "passed":
                        fail(model, f"{test} {pattern}: status {status}: {said.decode(errors='replace')[-600:]}")
            if len(failures) == before:
                print(f"figure: quick selections of every test on {model} under qemu: passed in {time.monotonic() - start:.0f} s")
    for failure in failures:
        print("FAILED", failure)
    return 1 if failures else 0


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--sealane", required=True)
parser.add_argument("--sodium-box", required=True)
parser.add_argument("--instruction", required=True)
parser.add_argument("--tests", required=True, help="the folder of the tests' programs")
parser.add_argument("--full", action="store_true", default="SEALANE_LONG" in os.environ)
args = parser.parse_args()
sys.exit(main())
