# SPDX-License-Identifier: ISC
"""How libsealane-sodium.so finds libsodium, and how `sealane preload` runs a program. usage: loading_test.py SEALANE
LIBSEALANE_SODIUM FAKE_DIR: a folder for each faked release, VERSION/libsodium.so.26"""
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

sealane, library, fakes = sys.argv[1:]
failures = 0


def check(good, what):
    global failures
    failures += not good
    print("ok    " if good else "FAILED", what)


def run(*command, **environment):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, **environment})


VERIFY = """
import ctypes, sys
ctypes.CDLL("libsodium.so.26", mode={mode})
ours = ctypes.CDLL(sys.argv[1])
state = ctypes.create_string_buffer(208)
ours.crypto_sign_init(state)
print(ours.crypto_sign_verify_detached(bytes(64), b"m", ctypes.c_ulonglong(1), bytes(32)),
      ours.crypto_sign_final_verify(state, bytes(64), bytes(32)))
"""

# The Ed25519 rule follows the libsodium that is loaded, locally or not: known releases have the rule here, others their own.
for version in sorted(os.listdir(fakes)):
    known = version in ("1.0.18", "1.0.19", "1.0.20", "1.0.21", "1.0.22")
    for mode in ("ctypes.RTLD_LOCAL", "ctypes.RTLD_GLOBAL"):
        got = run(sys.executable, "-c", VERIFY.format(mode=mode), library, LD_LIBRARY_PATH=os.path.join(fakes, version)).stdout.split()
        check(got == (["-1", "-1"] if known else ["7", "8"]), f"libsodium {version}, {mode}: {got}")

TEXT = b"what is hashed"
PROGRAM = "import ctypes; l = ctypes.CDLL(None); o = ctypes.create_string_buffer(32); l.crypto_hash_sha256(o, b'%s', ctypes.c_ulonglong(%d)); print(o.raw.hex())" % (
    TEXT.decode(), len(TEXT))

done = run(sealane, "preload", "--stats", "--library", library, "--", sys.executable, "-c", PROGRAM)
check(done.returncode == 0 and done.stdout.strip() == hashlib.sha256(TEXT).hexdigest(), "a preloaded function serves")
row = [line.split() for line in done.stderr.splitlines() if line.startswith("crypto_hash")]
check(len(row) == 1 and row[0][1:3] == ["1", str(len(TEXT))] and row[0][3].startswith("sha256/"), f"statistics: {row}")
for ending in ("import os; os._exit(3)", "import os; os.fork() or os._exit(0); os.wait()"):
    done = run(sealane, "preload", "-s", "-l", library, "--", sys.executable, "-c", f"{PROGRAM}; {ending}")
    check("crypto_hash" in done.stderr, f"statistics survive: {ending}")
check(run(sealane, "preload", "-l", library, "sh", "-c", "exit 5").returncode == 5, "the exit status is the command's")
check(run(sealane, "preload", "-s", "-l", library, "sh", "-c", "exit 5").returncode == 5, "the same with statistics")
check(run(sealane, "preload", "-s", "-l", library, "sh", "-c", "kill -9 $$").returncode == 137, "a signal is 128 + 9")
check(run(sealane, "preload", "-l", library, "/no/such/program").returncode == 127, "127 where there is no program")
check(run(sealane, "preload", "-l", library, "/etc/passwd").returncode == 126, "126 where it cannot be run")
check(run(sealane, "preload").returncode == 2, "2 without a command")
done = run(sealane, "preload", "-l", "/no/such/library", "true")
check(done.returncode == 2 and "/no/such/library" in done.stderr, "2 where the library is not there")
done = run(sealane, "preload", "-l", library, "sh", "-c", "echo $LD_PRELOAD", LD_PRELOAD="libc.so.6")
check(done.stdout.strip() == os.path.realpath(library) + ":libc.so.6", "goes before what is preloaded already")
with tempfile.TemporaryDirectory() as folder:
    spaced = pathlib.Path(folder, "a b")
    spaced.mkdir()
    (spaced / "lib.so").write_bytes(b"")
    check(run(sealane, "preload", "-l", str(spaced / "lib.so"), "true").returncode == 2, "a path that the loader would split is refused")
    left = run(sealane, "preload", "-s", "-l", library, "true", TMPDIR=folder)
    check(left.returncode == 0 and os.listdir(folder) == ["a b"], "no statistics file is left")
    # A file that is no statistics file is not written to.
    other = pathlib.Path(folder, "other")
    other.write_bytes(b"x" * 65536)
    run(sys.executable, "-c", PROGRAM, LD_PRELOAD=library, SEALANE_SODIUM_STATS=str(other))
    check(other.read_bytes() == b"x" * 65536, "another file is left alone")
sys.exit(failures != 0)
