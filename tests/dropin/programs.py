# SPDX-License-Identifier: ISC
"""Real programs of Debian's, unmodified, on libsealane-sodium.so over loopback.

programs.py test PROGRAM SEALANE LIBRARY     runs it with libsodium and with the drop-in and compares what it says; exit status 77:
                                             skipped, the reason is printed
programs.py bench SEALANE LIBRARY [PROGRAM…] throughput with and without, runs alternating; prints the median of the ratios of pairs
"""
import contextlib
import ctypes.util
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"  # Debian's, whose modules are meant
REPEATS = 7


class Unavailable(Exception):
    """Why a program cannot be run here."""


def require(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Unavailable(f"{program} is not installed")


def require_module(name, package):
    if subprocess.run([PYTHON, "-c", f"import {name}"], capture_output=True).returncode != 0:
        raise Unavailable(f"{package} is not installed")


class Runner:
    """Starts programs, with the drop-in or without, and stops them all at the end."""

    def __init__(self, sealane, library, folder, preloaded, counted):
        library = os.path.abspath(library)
        if counted:
            self.prefix = [os.path.abspath(sealane), "preload", "--stats", "--library", library, "--"] if preloaded else []
        else:  # nothing that is not the program's own comes between
            self.prefix = ["env", f"LD_PRELOAD={library if preloaded else ''}"]
        self.folder, self.running, self.served = pathlib.Path(folder), [], set()

    def start(self, *command, **options):
        log = open(self.folder / f"log{len(list(self.folder.iterdir()))}", "w+")
        process = subprocess.Popen([*self.prefix, *command], stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, **options)
        process.log = log
        self.running.append(process)
        return process

    def run(self, *command, timeout=120, check=True, **options):
        done = subprocess.run([*self.prefix, *command], capture_output=True, text=True, timeout=timeout, cwd=self.folder, **options)
        self.note(done.stderr)
        if check and done.returncode != 0:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done

    def note(self, text):
        """Takes the families that were served from the statistics."""
        for line in text.splitlines():
            words = line.split()
            if words and words[0].startswith("crypto_") and len(words) > 3:
                self.served.add(words[0])

    def stop(self):
        for process in reversed(self.running):
            process.terminate()
        for process in reversed(self.running):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.log.seek(0)
            self.note(process.log.read())
            process.log.close()
        self.running.clear()

    def logs(self):
        for process in self.running:
            process.log.seek(0)
            yield process.log.read()[-2000:]


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, runner, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}: {list(runner.logs())}")


# Every program: a function of a runner and of whether it is to be timed. It returns what must not depend on the library, and a
# table of rates: operations or bytes a second.


def php(runner, timed):
    require("php")
    if "sodium" not in subprocess.run(["php", "-m"], capture_output=True, text=True).stdout.split():
        raise Unavailable("php has no sodium extension")
    said = json.loads(runner.run("php", str(HERE / "php_sodium.php"), "bench" if timed else "test").stdout)
    return said["same"], said["rates"]


def pynacl(runner, timed):
    require_module("nacl", "python3-nacl")
    said = json.loads(runner.run(PYTHON, str(HERE / "pynacl_use.py"), "bench" if timed else "test").stdout)
    suite = os.environ.get("SEALANE_PYNACL_TESTS", "")
    if not timed and runner.prefix and os.path.isdir(suite):
        done = runner.run(PYTHON, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", suite, timeout=900, check=False)
        print("PyNaCl's own tests:", done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-500:])
        if done.returncode != 0:
            raise RuntimeError(done.stdout[-3000:])
    elif not timed and runner.prefix:
        print("PyNaCl's own tests: not found; SEALANE_PYNACL_TESTS names their folder")
    return said["same"], said["rates"]


def zmq(runner, timed):
    require_module("zmq", "python3-zmq")
    said = json.loads(runner.run(PYTHON, str(HERE / "zmq_curve.py"), "bench" if timed else "test").stdout)
    return said["same"], said["rates"]


def child_seconds():
    """CPU time of the children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def minisign(runner, timed):
    require("minisign")
    folder = runner.folder
    text = folder / "text"
    text.write_bytes(hashlib.shake_128(b"minisign").digest((64 << 20) if timed else 100000))
    # A key pair, made once by libsodium, and what it signed.
    key, public = folder / "key", folder / "key.pub"
    subprocess.run(["minisign", "-G", "-W", "-f", "-s", key, "-p", public], check=True, capture_output=True)
    same, rates = {}, {}
    for mode in ([], ["-l"]):
        signature = folder / f"signature{len(mode)}"
        sign = ["minisign", "-S", *mode, "-W", "-s", str(key), "-m", str(text), "-t", "a comment", "-x", str(signature)]
        verify = ["minisign", "-V", "-p", str(public), "-m", str(text), "-x", str(signature)]
        runner.run(*sign)
        made = signature.read_text()
        subprocess.run(sign, check=True, capture_output=True)
        if signature.read_text() != made:
            raise RuntimeError("another signature than with libsodium")
        begin = child_seconds()
        runner.run(*verify)
        rates[" ".join(["verify", *mode, "64 MiB"])] = 1 / (child_seconds() - begin)
        signature.write_text(made.replace("a comment", "A comment"))
        same[f"forged comment {mode}"] = runner.run(*verify, check=False).returncode
    return same, rates


CIPHERS = ("chacha20-ietf-poly1305", "xchacha20-ietf-poly1305", "aes-256-gcm")


def shadowsocks(runner, timed):
    require("ss-server", "ss-local", "curl")
    same, rates = {}, {}
    served = runner.folder / "served"
    served.mkdir()
    size = (32 << 20) if timed else (3 << 20) + 17
    (served / "file").write_bytes(hashlib.shake_128(b"shadowsocks").digest(1 << 16) * (size >> 16) + b"x" * (size % 65536))
    expected = hashlib.sha256((served / "file").read_bytes()).hexdigest()
    http = free_port()
    # The web server is not under test: it never runs on the drop-in.
    server = subprocess.Popen([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(http), "--directory", served],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(http, runner)
        for cipher in CIPHERS:
            remote, local = free_port(), free_port()
            common = ["-s", "127.0.0.1", "-p", str(remote), "-k", "a password", "-m", cipher]
            runner.start("ss-server", *common)
            runner.start("ss-local", *common, "-b", "127.0.0.1", "-l", str(local))
            wait_for_port(remote, runner)
            wait_for_port(local, runner)
            begin = time.perf_counter()
            got = subprocess.run(["curl", "-sf", "--max-time", "60", "--noproxy", "", "--socks5-hostname", f"127.0.0.1:{local}",
                                  f"http://127.0.0.1:{http}/file", "-o", "got"], cwd=runner.folder)
            rates[cipher] = size / (time.perf_counter() - begin)
            if got.returncode != 0:
                raise RuntimeError(f"curl ended with {got.returncode}: {list(runner.logs())}")
            same[cipher] = hashlib.sha256((runner.folder / "got").read_bytes()).hexdigest() == expected
            runner.stop()
    finally:
        server.kill()
        server.wait()
    if not all(same.values()):
        raise RuntimeError(f"what came through is not what was sent: {same}")
    return same, rates


def dnsdist(runner, timed):
    require("dnsdist")
    require_module("nacl", "python3-nacl")
    backend = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    backend.bind(("127.0.0.1", 0))
    done = threading.Event()

    def answer():
        backend.settimeout(0.2)
        while not done.is_set():
            with contextlib.suppress(TimeoutError):
                query, client = backend.recvfrom(4096)
                backend.sendto(query[:2] + b"\x85\x80" + query[4:6] + query[4:6] + b"\0\0\0\0" + query[12:] +
                               b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x2a", client)

    thread = threading.Thread(target=answer)
    thread.start()
    port = free_port(socket.SOCK_DGRAM)
    config = runner.folder / "dnsdist.conf"
    config.write_text(f"""
setSecurityPollSuffix("")
setACL("127.0.0.0/8")
newServer({{address="127.0.0.1:{backend.getsockname()[1]}", healthCheckMode="up"}})
generateDNSCryptProviderKeys("provider.pub", "provider.key")
generateDNSCryptCertificate("provider.key", "1.cert", "1.key", 1, os.time() - 60, os.time() + 86400, DNSCryptExchangeVersion.VERSION1)
generateDNSCryptCertificate("provider.key", "2.cert", "2.key", 2, os.time() - 60, os.time() + 86400, DNSCryptExchangeVersion.VERSION2)
addDNSCryptBind("127.0.0.1:{port}", "2.provider.test", {{"1.cert", "2.cert"}}, {{"1.key", "2.key"}})
""")
    try:
        runner.start("dnsdist", "--supervised", "--disable-syslog", "-C", str(config))
        # The client is not under test.
        client = subprocess.run([PYTHON, str(HERE / "dnscrypt_client.py"), str(port), str(runner.folder / "provider.pub"),
                                 "20000" if timed else "200"], capture_output=True, text=True, timeout=120)
        if client.returncode != 0:
            raise RuntimeError(f"{client.stderr[-2000:]} {list(runner.logs())}")
        said = json.loads(client.stdout)
    finally:
        done.set()
        thread.join()
        backend.close()
    return said["same"], said["rates"]


def toxcore(runner, timed):
    if not ctypes.util.find_library("toxcore"):
        raise Unavailable("libtoxcore2 is not installed")
    said = json.loads(runner.run(PYTHON, str(HERE / "tox_pair.py"), "bench" if timed else "test", timeout=300).stdout)
    return said["same"], said["rates"]


# What each must have been served at least.
PROGRAMS = {
    "dnsdist": (dnsdist, {"crypto_box", "crypto_box_curve25519xchacha20poly1305", "crypto_sign"}),
    "shadowsocks": (shadowsocks, {"crypto_aead_chacha20poly1305_ietf", "crypto_aead_xchacha20poly1305_ietf"}),
    "zmq": (zmq, {"crypto_box"}),
    "php": (php, {"crypto_sign", "crypto_box", "crypto_secretbox", "crypto_aead_chacha20poly1305_ietf", "crypto_scalarmult"}),
    "pynacl": (pynacl, {"crypto_sign", "crypto_box", "crypto_secretbox", "crypto_hash"}),
    "minisign": (minisign, {"crypto_sign"}),
    "toxcore": (toxcore, {"crypto_box"}),
}


def once(name, sealane, library, preloaded, timed):
    """What the program says, its rates, and what was served."""
    with tempfile.TemporaryDirectory(prefix="sealane-") as folder:
        runner = Runner(sealane, library, folder, preloaded, not timed)
        try:
            same, rates = PROGRAMS[name][0](runner, timed)
        finally:
            runner.stop()
        return same, rates, runner.served


def test(name, sealane, library):
    try:
        plain = once(name, sealane, library, False, False)
    except Unavailable as reason:
        print(f"skipped: {reason}")
        return 77
    mine = once(name, sealane, library, True, False)
    missing = PROGRAMS[name][1] - mine[2]
    if plain[0] != mine[0]:
        print(f"with libsodium: {plain[0]}\nwith the drop-in: {mine[0]}")
    if missing:
        print(f"not served: {', '.join(sorted(missing))}")
    print(f"{name}: {len(plain[0])} results compared; served: {', '.join(sorted(mine[2]))}")
    return int(plain[0] != mine[0] or bool(missing))


def bench(sealane, library, names):
    print(f"{'program':12} {'what':44} {'libsodium/s':>14} {'ratio':>7} {'lowest':>7} {'highest':>7}")
    for name in names or PROGRAMS:
        ratios, rates = {}, {}
        try:
            for i in range(REPEATS):
                order = (False, True) if i % 2 == 0 else (True, False)
                run = {preloaded: once(name, sealane, library, preloaded, True)[1] for preloaded in order}
                for what in run[False]:
                    ratios.setdefault(what, []).append(run[True][what] / run[False][what])
                    rates.setdefault(what, []).append(run[False][what])
        except Unavailable as reason:
            print(f"{name:12} skipped: {reason}")
        for what, list_ in ratios.items():
            print(f"{name:12} {what:44} {statistics.median(rates[what]):14.4g} {statistics.median(list_):7.3f} {min(list_):7.3f} "
                  f"{max(list_):7.3f}", flush=True)
    return 0


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))  # so that what was started is stopped
    if sys.argv[1] == "test":
        sys.exit(test(*sys.argv[2:5]))
    sys.exit(bench(sys.argv[2], sys.argv[3], sys.argv[4:]))
