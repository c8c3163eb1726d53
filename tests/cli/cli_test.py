#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Runs the sealane program as its users do.

cli_test.py --sealane PROGRAM [--sodium-box PROGRAM] [unittest's arguments]

What is expected comes from elsewhere: RFC 7748 and RFC 8032, curve arithmetic on Python's integers (below), and libsodium
(sodium_box.c), without which the tests that need it say that they were skipped.
"""
import argparse
import base64
import contextlib
import hashlib
import json
import os
import pty
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = None
SODIUM_BOX = None

# ---- The curves, on plain integers ----------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def x25519(scalar, u_bytes):
    """RFC 7748, section 5."""
    k = int.from_bytes(scalar, "little") & ~7 & (2**255 - 1) | 2**254
    u = int.from_bytes(u_bytes, "little") & (2**255 - 1)
    x2, z2, x3, z3 = 1, 0, u, 1
    for t in reversed(range(255)):
        bit = k >> t & 1
        if bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb, aa, bb = d * a % P, c * b % P, a * a % P, b * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
        if bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def public_of(secret):
    return x25519(secret, (9).to_bytes(32, "little"))


def add(p, q):
    """The affine law of RFC 8032, section 5.1.4; complete."""
    (x1, y1), (x2, y2) = p, q
    m = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + m, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - m, -1, P) % P


def multiply(k, p):
    q = (0, 1)
    for bit in bin(k)[2:]:
        q = add(q, q)
        if bit == "1":
            q = add(q, p)
    return q


def point_with(y):
    """A point of that y, or None."""
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if x * x % P != xx:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (x, y) if x * x % P == xx else None


def encode(p):
    return (p[1] | (p[0] & 1) << 255).to_bytes(32, "little")


B = point_with(4 * pow(5, -1, P) % P)
if B[0] & 1:
    B = (P - B[0], B[1])


def sign(secret, message, shift=(0, 1)):
    """A signature by the scalar `secret`, under its public key moved by the point `shift`. As verify's JSON object."""
    r = int.from_bytes(hashlib.sha512(b"r" + message).digest(), "little") % L
    public, big_r = encode(add(multiply(secret, B), shift)), encode(multiply(r, B))
    h = int.from_bytes(hashlib.sha512(big_r + public + message).digest(), "little") % L
    return {
        "public_key": public.hex(),
        "message": message.hex(),
        "signature": (big_r + ((r + h * secret) % L).to_bytes(32, "little")).hex(),
    }


def point_of_order_8():
    for y in range(2, 100):
        p = point_with(y)
        if p:
            p = multiply(L, p)
            if multiply(4, p) != (0, 1):
                return p
    raise AssertionError("no point of order 8")


# RFC 7748, section 6.1: Alice's keys.
ALICE_SECRET = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
ALICE_PUBLIC = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"

# RFC 8032, section 7.1, tests 1 to 3.
RFC8032 = [
    {
        "public_key": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "message": "",
        "signature": "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd2"
        "5bf5f0595bbe24655141438e7a100b",
    },
    {
        "public_key": "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "message": "72",
        "signature": "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2e"
        "aeb4302aeeb00d291612bb0c00",
    },
    {
        "public_key": "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "message": "af82",
        "signature": "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15"
        "e9716ed28dc027beceea1ec40a",
    },
]

# ---- The harness ----------------------------------------------------------------------------------


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="sealane-cli-")
        self.addCleanup(shutil.rmtree, self.dir)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def write(self, name, data):
        path = self.path(name)
        with open(path, "wb") as f:
            f.write(data.encode() if isinstance(data, str) else data)
        return path

    def read(self, *names):
        with open(self.path(*names), "rb") as f:
            return f.read()

    def files(self, *names):
        return sorted(os.listdir(self.path(*names)))

    def run_sealane(self, *arguments, status=0, error=None, **options):
        """Runs the program, checks its exit status, and that stderr is empty or has each part of `error`. Gives stdout."""
        options.setdefault("stdout", subprocess.PIPE)
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run([PROGRAM, *arguments], stderr=subprocess.PIPE, check=False, timeout=120, **options)
        said = done.stderr.decode(errors="replace")
        self.assertEqual(done.returncode, status, said)
        if error is None:
            self.assertEqual(said, "")
        for part in [error] if isinstance(error, str) else error or []:
            self.assertIn(part, said)
        if error is not None and status in (1, 2):
            self.assertRegex(said, r"\Asealane( [a-z]+)?: ")
        return done.stdout

    def make_key(self, name="key"):
        public = self.run_sealane("keygen", "-o", self.path(name)).decode().strip()
        return self.path(name), bytes.fromhex(public)


def secret_in(key_file):
    lines = [line for line in key_file.decode().splitlines() if line and not line.startswith("#")]
    assert len(lines) == 1, lines
    return bytes.fromhex(lines[0])


def limit_files(size, ignore):
    """For a child: writes past `size` bytes raise SIGXFSZ, or, where that is ignored, fail."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN if ignore else signal.SIG_DFL)

    return limit


# ---- The program as a whole -----------------------------------------------------------------------

COMMANDS = ["fanout", "plan", "keygen", "seal", "open", "verify", "cpu", "preload"]


def complete_commands():
    """Without libsodium, which checks its outputs, fanout and plan are there only to say so."""
    return COMMANDS if SODIUM_BOX else [c for c in COMMANDS if c not in ("fanout", "plan")]


class Program(Case):
    def test_help_of_the_program_lists_the_commands(self):
        text = self.run_sealane("--help").decode()
        for command in COMMANDS:
            self.assertRegex(text, rf"\n  {command} ")
        self.assertIn("Exit status: 0", text)

    def test_each_command_has_help(self):
        for command in complete_commands():
            with self.subTest(command):
                self.assertIn(f"sealane {command}", self.run_sealane(command, "--help").decode())

    def test_version(self):
        self.assertRegex(self.run_sealane("--version").decode(), r"^sealane \d+\.\d+\.\d+\n$")

    def test_no_command_and_unknown_command_list_the_commands(self):
        listed = "the commands are: " + " ".join(COMMANDS)
        self.run_sealane(status=2, error=["no command", listed])
        self.run_sealane("frobnicate", status=2, error=["unknown command: frobnicate", listed])

    def test_unknown_options(self):
        self.run_sealane("--frobnicate", status=2, error="--frobnicate")
        for command in complete_commands():
            with self.subTest(command):
                self.run_sealane(command, "--frobnicate", status=2, error="--frobnicate")

    def test_missing_and_superfluous_arguments(self):
        for arguments, error in [
            (["keygen"], "-o KEYFILE is missing"),
            (["keygen", "-o", "k", "extra"], "Too many arguments"),
            (["seal", "-o", "d", "f"], "-r RECIPIENTS is missing"),
            (["seal", "-r", "r", "f"], "-o DIR is missing"),
            (["seal", "-r", "r", "-o", "d"], "FILE is missing"),
            (["seal", "-r", "r", "-o", "d", "f", "g"], "'g' is one too many"),
            (["seal", "-r", "-", "-o", "d", "-"], "stdin cannot be"),
            (["open", "f"], "-k KEYFILE is missing"),
            (["open", "-k", "k"], "FILE is missing"),
            (["open", "-k", "k", "f", "g"], "'g' is one too many"),
            (["open", "-k", "-", "-"], "stdin cannot be"),
            (["verify"], "FILE is missing"),
            (["verify", "-", "-"], "stdin can be read once"),
            (["cpu", "extra"], "Too many arguments"),
        ]:
            with self.subTest(arguments):
                self.run_sealane(*arguments, status=2, error=error, cwd=self.dir)
        self.assertEqual(self.files(), [])

    def test_messages_do_not_drive_the_terminal(self):
        absent = self.path("\x1b[2J\x7f\n")
        self.run_sealane("verify", absent, status=2, error=self.path("?[2J??: cannot open"))

    def test_stdout_that_cannot_be_written(self):
        key, public = self.make_key()
        recipients = self.write("recipients", public.hex())
        message = self.write("message", "hello")
        self.run_sealane("seal", "-r", recipients, message, "-o", self.path("out"))
        box = self.path("out", self.files("out")[0])
        lines = self.write("lines", json.dumps(RFC8032[0]) + "\n")
        runs = [
            ["--help"],
            ["--version"],
            ["keygen", "--help"],
            ["cpu"],
            ["cpu", "--json"],
            ["seal", "-r", recipients, message, "-o", self.path("out")],
            ["seal", "--json", "-r", recipients, message, "-o", self.path("out")],
            ["open", "-k", key, box],
            ["verify", lines],
            ["verify", "--summary", lines],
        ]
        with open("/dev/full", "wb") as full:
            for run in runs:
                with self.subTest(run):
                    self.run_sealane(*run, status=2, error=["cannot write to stdout", "No space left"], stdout=full)
            # Enough verdicts that the failure comes before the end.
            many = self.write("many", (json.dumps(RFC8032[0]) + "\n") * 9000)
            self.run_sealane("verify", many, status=2, error="cannot write to stdout", stdout=full)
            # A key that was made stays made, and names its public key.
            self.run_sealane("keygen", "-o", self.path("key2"), status=2, error="cannot write to stdout", stdout=full)
        self.assertIn(public_of(secret_in(self.read("key2"))).hex(), self.read("key2").decode())

    def test_closed_descriptors(self):
        """Files that the program opens take the places of stdout and stderr then; nothing may be printed into them."""
        close = ["sh", "-c", 'exec "$0" "$@" >&- 2>&- <&-', PROGRAM]
        done = subprocess.run([*close, "keygen", "-o", self.path("key")], check=False)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(len(self.read("key").splitlines()), 2)
        secret_in(self.read("key"))


# ---- keygen ---------------------------------------------------------------------------------------


class Keygen(Case):
    def test_the_pair_fits_and_nothing_else_is_left(self):
        secrets = set()
        for i in range(4):
            key, public = self.make_key(f"key{i}")
            text = self.read(f"key{i}")
            self.assertTrue(text.startswith(b"# "))
            self.assertEqual(public_of(secret_in(text)), public)
            secrets.add(secret_in(text))
        self.assertEqual(len(secrets), 4)
        self.assertEqual(self.files(), ["key0", "key1", "key2", "key3"])

    def test_mode_is_0600_whatever_the_umask(self):
        for umask in (0, 0o022, 0o777):
            with self.subTest(oct(umask)):
                self.run_sealane("keygen", "-f", "-o", self.path("key"), umask=umask)
                self.assertEqual(stat.S_IMODE(os.stat(self.path("key")).st_mode), 0o600)

    def test_an_existing_file_is_kept(self):
        path = self.write("key", "precious")
        self.assertEqual(self.run_sealane("keygen", "-o", path, status=2, error=[path, "exists already", "--force"]), b"")
        self.assertEqual(self.read("key"), b"precious")
        self.assertEqual(self.files(), ["key"])
        self.run_sealane("keygen", "--force", "-o", path)
        self.assertEqual(len(secret_in(self.read("key"))), 32)
        self.assertEqual(self.files(), ["key"])

    def test_a_dangling_link_counts_as_existing(self):
        os.symlink("nowhere", self.path("key"))
        self.run_sealane("keygen", "-o", self.path("key"), status=2, error="exists already")
        self.assertEqual(self.files(), ["key"])

    def test_places_where_no_file_can_go(self):
        os.mkdir(self.path("dir"))
        os.mkfifo(self.path("pipe"))
        os.symlink("/dev/null", self.path("null"))  # by a link: a program that is wrong here replaces no device
        for path, error in [
            (self.path("absent", "key"), "No such file or directory"),
            (self.path("dir"), "not a regular file"),
            (self.path("pipe"), "not a regular file"),
            (self.path("null"), "not a regular file"),
            (self.path("dir") + "/", "names no file"),
            ("", "names no file"),
            (self.path("k" * 300), "File name too long"),
        ]:
            with self.subTest(path):
                self.assertEqual(self.run_sealane("keygen", "--force", "-o", path, status=2, error=error), b"")
        self.assertEqual(self.files(), ["dir", "null", "pipe"])
        self.assertEqual(self.files("dir"), [])
        self.assertTrue(os.path.islink(self.path("null")))

    def test_a_relative_path(self):
        self.run_sealane("keygen", "-o", "key", cwd=self.dir)
        self.assertEqual(self.files(), ["key"])

    def test_a_disk_that_is_full(self):
        for ignore, status, error in ((True, 2, "File too large"), (False, -signal.SIGXFSZ, None)):
            with self.subTest(ignore=ignore):
                path = self.path("key")
                self.run_sealane("keygen", "-o", path, status=status, error=error, restore_signals=False,
                                 preexec_fn=limit_files(10, ignore))
                self.assertEqual(self.files(), [])


# ---- seal and open --------------------------------------------------------------------------------


class SealAndOpen(Case):
    def setUp(self):
        super().setUp()
        self.key, self.public = self.make_key()
        self.recipients = self.write("recipients", self.public.hex() + "\n")
        self.message = self.write("message", "Meet at the usual place, at eight.\n")
        self.out = self.path("out")

    def seal(self, *more, recipients=None, message=None, **options):
        return self.run_sealane(
            "seal", "-r", recipients or self.recipients, message or self.message, "-o", self.out, *more, **options
        )

    def box(self, message=b"Meet at eight."):
        """The path of one box of that message, for self.key."""
        self.seal(message=self.write("boxed", message))
        shutil.move(self.path("out", self.files("out")[0]), self.path("box"))
        os.rmdir(self.out)
        return self.path("box")

    # seal

    def test_there_and_back_at_many_lengths(self):
        for length in (0, 1, 15, 16, 17, 63, 64, 65, 255, 400, 4096, 100001):
            with self.subTest(length):
                message = os.urandom(length)
                box = self.box(message)
                self.assertEqual(os.stat(box).st_size, length + 48)
                self.assertEqual(self.run_sealane("open", "-k", self.key, box), message)

    def test_names_lines_comments_and_encodings(self):
        keys = [self.make_key(f"key{i}") for i in range(6)]
        public = [public for _, public in keys]
        b64 = [base64.b64encode(p).decode() for p in public]
        recipients = self.write(
            "many",
            "# the crew\n"
            f"{public[0].hex()}\n"
            "\n"
            f"  {public[1].hex().upper()}\t # Bob\n"
            f"{b64[2]}\r\n"
            " \t\r\n"
            f"{b64[3].rstrip('=')}#Dora\n"
            f"{public[0].hex()}\n"
            f"\t{b64[4]}",
        )
        self.seal(recipients=recipients)
        at = {2: 0, 4: 1, 5: 2, 7: 3, 8: 0, 9: 4}
        self.assertEqual(self.files("out"), [f"{line:06}-{public[i].hex()[:8]}.box" for line, i in at.items()])
        for line, i in at.items():
            box = self.path("out", f"{line:06}-{public[i].hex()[:8]}.box")
            self.assertEqual(self.run_sealane("open", "-k", keys[i][0], box), self.read("message"))
            self.run_sealane("open", "-k", keys[5][0], box, status=1, error="refused")
        self.assertNotEqual(self.read("out", f"000002-{public[0].hex()[:8]}.box"),
                            self.read("out", f"000008-{public[0].hex()[:8]}.box"))

    def test_summary(self):
        self.assertEqual(self.seal().decode(), f"1 box of 83 bytes in {self.out}\n")
        two = self.write("two", f"{self.public.hex()}\n{self.public.hex()}\n")
        self.assertEqual(self.seal(recipients=two).decode(), f"2 boxes of 83 bytes in {self.out}\n")
        self.assertEqual(
            json.loads(self.seal("--json", recipients=two)),
            {"recipients": 2, "files": 2, "message_bytes": 35, "bytes": 166},
        )

    def test_stdin(self):
        self.run_sealane("seal", "-r", self.recipients, "-", "-o", self.out, input=b"from a pipe")
        box = self.path("out", self.files("out")[0])
        self.assertEqual(self.run_sealane("open", "-k", self.key, box), b"from a pipe")
        self.run_sealane("seal", "-r", "-", self.message, "-o", self.out, input=self.public.hex().encode())
        self.assertEqual(self.run_sealane("open", "-k", self.key, box), self.read("message"))
        self.run_sealane("seal", "-r", "-", self.message, "-o", self.out, input=b"# x\nzz", status=2, error="stdin:2: a key is")

    def test_existing_boxes_are_replaced_and_the_rest_kept(self):
        os.mkdir(self.out)
        self.write("out/other", "untouched")
        self.seal()
        first = self.files("out")
        box = self.read("out", first[0])
        self.seal()
        self.assertEqual(self.files("out"), first)
        self.assertNotEqual(self.read("out", first[0]), box)
        self.assertEqual(self.read("out", "other"), b"untouched")

    def test_malformed_recipients_name_the_line_and_write_nothing(self):
        good = self.public.hex()
        b64 = base64.b64encode(self.public).decode()
        for text, error in [
            (f"# c\n{good}\n{good[:-1]}\n", ":3: a key is 64 hex digits, or base64 of 32 bytes (44 characters); here are 63"),
            (f"{good}00\n", ":1: a key is"),
            (f"\n\n{good[:-1]}g\n", ":3: a key has a character that is no hex digit"),
            (f"{good[:-1]}@\n", ":1: a key has a character that is no hex digit"),
            (f"{good[:-1]}/\n", ":1: a key has a character that is no hex digit"),
            (f"{good[:-1]}:\n", ":1: a key has a character that is no hex digit"),
            (f"{good[:-1]}`\n", ":1: a key has a character that is no hex digit"),
            (f"{good[:-1]}\0\n", ":1: a key has a character that is no hex digit"),
            (f"{good}\n{b64[:5]}-{b64[6:]}\n", ":2: a key is not base64 of 32 bytes"),
            (f"{good}\n{'A' * 42}B=\n", ":2: a key is not base64 of 32 bytes"),
            (f"{'A' * 44}\n", ":1: a key is 64 hex"),
            (f"{good} {good}\n", ":1: a key is 64 hex"),
            ("", ": there is no key in it"),
            ("# nobody\n\n", ": there is no key in it"),
        ]:
            with self.subTest(text):
                recipients = self.write("bad", text)
                self.assertEqual(self.seal(recipients=recipients, status=2, error=recipients + error), b"")
                self.assertFalse(os.path.exists(self.out))

    def test_files_that_cannot_be_read(self):
        absent = self.path("absent")
        self.seal(recipients=absent, status=2, error=[absent, "No such file"])
        self.seal(recipients=self.dir, status=2, error=[self.dir, "Is a directory"])
        self.seal(message=absent, status=2, error=[absent, "No such file"])
        self.seal(message=self.dir, status=2, error=[self.dir, "Is a directory"])
        if os.geteuid() != 0:
            os.chmod(self.recipients, 0)
            self.seal(status=2, error=[self.recipients, "Permission denied"])
        self.assertFalse(os.path.exists(self.out))

    def test_directories_that_cannot_be_made(self):
        self.out = self.path("absent", "out")
        self.seal(status=2, error=[self.out, "No such file"])
        self.out = self.message
        self.seal(status=2, error=[self.out, "Not a directory"])

    def test_a_key_of_small_order_is_refused_by_line(self):
        text = f"{self.public.hex()}\n{bytes(32).hex()}\n{self.public.hex()}\n{(1).to_bytes(32, 'little').hex()}\n"
        recipients = self.write("bad", text)
        self.seal(recipients=recipients, status=2, error=[recipients + ":2: refused", recipients + ":4: refused"])
        self.assertFalse(os.path.exists(self.out))

    def test_a_failure_half_way_leaves_whole_boxes_and_no_temporary(self):
        name = self.public.hex()[:8]
        os.makedirs(self.path("out", f"000003-{name}.box"))
        recipients = self.write("four", (self.public.hex() + "\n") * 4)
        self.seal(recipients=recipients, status=2,
                  error=[f"000003-{name}.box: exists, and is not a regular file", "2 of 4 boxes are complete"])
        self.assertEqual(self.files("out"), [f"00000{i}-{name}.box" for i in (1, 2, 3)])
        self.assertEqual(self.run_sealane("open", "-k", self.key, self.path("out", f"000002-{name}.box")), self.read("message"))

    def test_a_disk_that_is_full(self):
        message = self.write("large", bytes(100000))
        for ignore, status, error in ((True, 2, "File too large"), (False, -signal.SIGXFSZ, None)):
            with self.subTest(ignore=ignore):
                os.mkdir(self.out)
                self.seal(message=message, status=status, error=error, restore_signals=False,
                          preexec_fn=limit_files(50000, ignore))
                self.assertEqual(self.files("out"), [])
                os.rmdir(self.out)

    def test_more_than_one_chunk(self):
        """1024 boxes, or 32 MiB of them, are made at a time."""
        recipients = self.write("many", (self.public.hex() + "\n") * 1030)
        self.seal(recipients=recipients)
        self.assertEqual(len(self.files("out")), 1030)
        for line in (1, 1024, 1025, 1030):
            box = self.path("out", f"{line:06}-{self.public.hex()[:8]}.box")
            self.assertEqual(self.run_sealane("open", "-k", self.key, box), self.read("message"))
        shutil.rmtree(self.out)
        message = os.urandom(12 << 20)
        recipients = self.write("five", (self.public.hex() + "\n") * 5)
        self.seal(recipients=recipients, message=self.write("large", message))
        for line in range(1, 6):
            box = self.path("out", f"{line:06}-{self.public.hex()[:8]}.box")
            self.assertEqual(self.run_sealane("open", "-k", self.key, box), message)

    def test_ended_by_a_signal(self):
        message = self.write("large", bytes(4 << 20))
        recipients = self.write("many", (self.public.hex() + "\n") * 400)
        command = [PROGRAM, "seal", "-r", recipients, message, "-o", self.out]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
            deadline = time.monotonic() + 60
            while not (os.path.isdir(self.out) and os.listdir(self.out)) and time.monotonic() < deadline:
                time.sleep(0.005)
            child.terminate()
            self.assertEqual(child.wait(60), -signal.SIGTERM)
        for name in self.files("out"):
            self.assertRegex(name, r"^\d{6}-[0-9a-f]{8}\.box$")
            self.assertEqual(os.stat(self.path("out", name)).st_size, (4 << 20) + 48)

    def bar(self, wait):
        """What stderr, a terminal, receives from a run whose message comes after `wait` seconds."""
        leader, follower = pty.openpty()
        command = [PROGRAM, "seal", "-r", self.recipients, "-", "-o", self.out]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=follower) as child:
            os.close(follower)
            time.sleep(wait)
            child.stdin.write(b"late")
            child.stdin.close()
            said = b""
            with contextlib.suppress(OSError):
                while part := os.read(leader, 4096):
                    said += part
            self.assertEqual(child.wait(60), 0)
        os.close(leader)
        return said.decode()

    def test_a_progress_bar_for_runs_over_two_seconds(self):
        self.assertEqual(self.bar(0.5), "")
        self.assertRegex(self.bar(2.2), r"^\rsealing \[#{40}\] 100%\r\x1b\[K$")

    # open

    def test_open_into_files(self):
        box = self.box()
        self.assertEqual(self.run_sealane("open", "-k", self.key, box, "-o", self.path("plain")), b"")
        self.assertEqual(self.read("plain"), b"Meet at eight.")
        self.assertEqual(self.run_sealane("open", "-k", self.key, box, "-o", "-"), b"Meet at eight.")
        self.assertEqual(self.run_sealane("open", "-k", self.key, "-", input=self.read("box")), b"Meet at eight.")
        self.assertEqual(self.run_sealane("open", "-k", "-", box, input=self.read("key")), b"Meet at eight.")
        os.symlink("/dev/full", self.path("full"))
        for path in (self.dir, self.path("full")):
            self.run_sealane("open", "-k", self.key, box, "-o", path, status=2, error=[path, "not a regular file"])
        absent = self.path("absent", "plain")
        self.run_sealane("open", "-k", self.key, box, "-o", absent, status=2, error=[absent, "No such file"])

    def test_keys_may_be_base64_with_comments(self):
        box = self.box()
        key = self.write("key64", b"# mine\n\n" + base64.b64encode(secret_in(self.read("key"))) + b" # keep\n")
        self.assertEqual(self.run_sealane("open", "-k", key, box), b"Meet at eight.")

    def test_bad_key_files(self):
        box = self.box()
        secret = secret_in(self.read("key")).hex()
        for text, error in [
            (f"{secret}\n# one more:\n{secret}\n", ":3: a second key"),
            ("# none\n", ": there is no key in it"),
            (f"# c\n{secret[:-2]}\n", ":2: a key is 64 hex digits"),
            (f"{secret[:-1]}x\n", ":1: a key has a character that is no hex digit"),
        ]:
            with self.subTest(error):
                key = self.write("bad", text)
                self.run_sealane("open", "-k", key, box, status=2, error=key + error)
        self.run_sealane("open", "-k", self.path("absent"), box, status=2, error="No such file")
        self.run_sealane("open", "-k", self.key, self.path("absent"), status=2, error="No such file")

    def test_refused_boxes_give_nothing(self):
        self.box()
        box = self.read("box")
        plain = self.write("plain", "what was there before")
        for i in range(len(box)):
            bad = self.write("bad", box[:i] + bytes([box[i] ^ 1 << i % 8]) + box[i + 1 :])
            self.assertEqual(self.run_sealane("open", "-k", self.key, bad, status=1, error=[bad, "refused"]), b"")
        for bad in (box[:-1], box + b"\0", bytes(48), bytes(len(box))):
            bad = self.write("bad", bad)
            self.run_sealane("open", "-k", self.key, bad, "-o", plain, status=1, error=[bad, "refused"])
        other, _ = self.make_key("other")
        self.run_sealane("open", "-k", other, self.path("box"), "-o", self.path("new"), status=1, error="refused")
        self.assertEqual(self.read("plain"), b"what was there before")
        self.assertFalse(os.path.exists(self.path("new")))

    def test_boxes_that_are_too_short(self):
        for length in (0, 1, 47):
            short = self.write("short", bytes(length))
            error = f"{short}: too short for a sealed box: {length} bytes"
            self.assertEqual(self.run_sealane("open", "-k", self.key, short, status=2, error=error), b"")

    # libsodium

    def sodium(self, verb, key, data):
        if not SODIUM_BOX:
            self.skipTest("libsodium was not found when this was built")
        done = subprocess.run([SODIUM_BOX, verb, key.hex()], input=data, stdout=subprocess.PIPE, check=False)
        return done.stdout if done.returncode == 0 else None

    def test_libsodium_opens_what_is_sealed(self):
        for length in (0, 1, 32, 400, 65536):
            message = os.urandom(length)
            self.box(message)
            self.assertEqual(self.sodium("open", secret_in(self.read("key")), self.read("box")), message)

    def test_what_libsodium_seals_is_opened(self):
        for length in (0, 1, 32, 400, 65536):
            message = os.urandom(length)
            box = self.write("box", self.sodium("seal", self.public, message))
            self.assertEqual(self.run_sealane("open", "-k", self.key, box), message)


# ---- verify ---------------------------------------------------------------------------------------


def line_of(signed):
    return json.dumps(signed) + "\n"


def flipped(signed, member):
    text = signed[member]
    return {**signed, member: text[:-1] + f"{int(text[-1], 16) ^ 1:x}"}


class Verify(Case):
    def verify(self, text, *more, **options):
        path = self.write("lines", text)
        return [json.loads(line) for line in self.run_sealane("verify", path, *more, **options).splitlines()]

    def test_the_oracle(self):
        self.assertEqual(public_of(bytes.fromhex(ALICE_SECRET)).hex(), ALICE_PUBLIC)
        self.assertEqual(multiply(L, B), (0, 1))
        self.assertEqual(multiply(8, point_of_order_8()), (0, 1))

    def test_good_and_bad(self):
        self.assertEqual(self.run_sealane("verify", self.write("lines", line_of(RFC8032[0]))), b'{"line":1,"valid":true}\n')
        signed = [*RFC8032, sign(12345, b"a message")]
        bad = [flipped(RFC8032[1], member) for member in ("message", "signature", "public_key")]
        self.assertEqual(
            self.verify("".join(map(line_of, signed))), [{"line": i + 1, "valid": True} for i in range(len(signed))]
        )
        mixed = [signed[0], bad[0], signed[1], bad[1], signed[2], bad[2], signed[3]]
        self.assertEqual(
            self.verify("".join(map(line_of, mixed)), status=1),
            [{"line": i + 1, "valid": i % 2 == 0} for i in range(len(mixed))],
        )

    def test_upper_case_extra_members_blank_lines_and_line_ends(self):
        upper = {name: value.upper() for name, value in RFC8032[2].items()}
        more = {**RFC8032[1], "comment": [1, None]}
        text = "\n" + line_of(upper) + " \t\r\n" + json.dumps(more) + "\r\n" + json.dumps(RFC8032[0])
        self.assertEqual(self.verify(text), [{"line": i, "valid": True} for i in (2, 4, 5)])
        self.assertEqual(self.verify(""), [])

    def test_many_lines_in_order(self):
        good, bad = line_of(RFC8032[1]), line_of(flipped(RFC8032[1], "signature"))
        expected = [i % 5 != 3 and i not in (4095, 4096, 4097) for i in range(9000)]
        self.assertEqual(
            self.verify("".join(good if valid else bad for valid in expected), status=1),
            [{"line": i + 1, "valid": valid} for i, valid in enumerate(expected)],
        )

    def test_long_lines(self):
        """Messages of 6 MiB, of which two go into one call, and one above what calls are bounded by."""
        signed = [sign(77, os.urandom(length)) for length in (6 << 20, 6 << 20, 6 << 20, 20 << 20, 3)]
        text = "".join(map(line_of, [*signed, flipped(signed[3], "message")]))
        self.assertEqual(self.verify(text, status=1), [{"line": i + 1, "valid": i < 5} for i in range(6)])

    def test_the_rules(self):
        """Under a key with a torsion part, the default rule accepts only where the hash is a multiple of 8."""
        torsion = point_of_order_8()
        signed = [sign(99, bytes([i]), shift=torsion) for i in range(24)]
        by_default = []
        for s in signed:
            hashed = bytes.fromhex(s["signature"][:64] + s["public_key"] + s["message"])
            by_default.append(int.from_bytes(hashlib.sha512(hashed).digest(), "little") % L % 8 == 0)
        self.assertEqual(set(by_default), {True, False})
        text = "".join(map(line_of, signed))
        self.assertEqual([v["valid"] for v in self.verify(text, status=1)], by_default)
        self.assertEqual([v["valid"] for v in self.verify(text, "--cofactored")], [True] * len(signed))
        self.verify(line_of(flipped(signed[0], "message")), "--cofactored", status=1)

    def test_malformed_lines(self):
        good = RFC8032[0]
        missing = {name: {k: v for k, v in good.items() if k != name} for name in good}
        for text, error in [
            ("{", ":2: bad JSON at column 1: string or '}' expected near end of file"),
            ("{\"public_key\": }", ":2: bad JSON at column 16: unexpected token near '}'"),
            (json.dumps(good) + "x", ":2: bad JSON at column"),
            (json.dumps(good)[:-1] + ',"message":""}', ":2: bad JSON at column"),
            ("[]", ":2: not a JSON object"),
            ("17", ":2: bad JSON at column"),
            ("\0", ":2: bad JSON at column"),
            ("\x1b[2J", ":2: bad JSON at column"),
            (json.dumps(missing["public_key"]), ':2: "public_key" is missing'),
            (json.dumps(missing["message"]), ':2: "message" is missing'),
            (json.dumps(missing["signature"]), ':2: "signature" is missing'),
            (json.dumps({**good, "message": 7}), ':2: "message" is not a string'),
            (json.dumps({**good, "message": None}), ':2: "message" is not a string'),
            (json.dumps({**good, "message": "0"}), ':2: "message" has an odd number of hex digits'),
            (json.dumps({**good, "message": "0g"}), ':2: "message" is not hex'),
            (json.dumps({**good, "message": "00\0"}), ":2: bad JSON at column"),
            (json.dumps({**good, "public_key": good["public_key"][2:]}), ':2: "public_key" has 62 hex digits, not 64'),
            (json.dumps({**good, "public_key": good["public_key"] + "00"}), ':2: "public_key" has 66 hex digits, not 64'),
            (json.dumps({**good, "signature": good["signature"][2:]}), ':2: "signature" has 126 hex digits, not 128'),
            (json.dumps({**good, "signature": ""}), ':2: "signature" has 0 hex digits, not 128'),
            (json.dumps({**good, "signature": "x" * 128}), ':2: "signature" is not hex'),
        ]:
            with self.subTest(text):
                # The other lines have their verdicts; 2 wins over 1.
                lines = line_of(good) + text + "\n" + line_of(flipped(good, "signature"))
                verdicts = self.verify(lines, status=2, error=self.path("lines") + error)
                self.assertEqual(verdicts, [{"line": 1, "valid": True}, {"line": 3, "valid": False}])

    def test_several_files(self):
        a = self.write("a", line_of(RFC8032[0]) + line_of(flipped(RFC8032[1], "message")))
        b = self.write("b", line_of(RFC8032[2]))
        odd = os.path.join(os.fsencode(self.dir), b'odd "\xff\n')
        with open(odd, "wb") as f:
            f.write(line_of(RFC8032[1]).encode())
        out = self.run_sealane("verify", a, "-", odd, b, input=line_of(RFC8032[1]).encode(), status=1)
        self.assertEqual(
            [json.loads(line) for line in out.splitlines()],
            [
                {"file": a, "line": 1, "valid": True},
                {"file": a, "line": 2, "valid": False},
                {"file": "-", "line": 1, "valid": True},
                {"file": self.dir + '/odd "?\n', "line": 1, "valid": True},
                {"file": b, "line": 1, "valid": True},
            ],
        )
        absent = self.path("absent")
        out = self.run_sealane("verify", absent, a, self.dir, b, status=2,
                               error=[absent + ": cannot open: No such file", self.dir + ": cannot read: Is a directory"])
        self.assertEqual(len(out.splitlines()), 3)

    def test_stdin(self):
        out = self.run_sealane("verify", "-", input=line_of(RFC8032[0]).encode() + b"{\n", status=2, error="stdin:2: bad JSON")
        self.assertEqual(out, b'{"line":1,"valid":true}\n')

    def test_summary(self):
        text = line_of(RFC8032[0]) * 3 + line_of(flipped(RFC8032[1], "message")) * 2
        self.assertEqual(self.verify(text, "--summary", status=1), [{"valid": 3, "invalid": 2, "malformed": 0}])
        self.assertEqual(
            self.verify(text + "{\n", "--summary", status=2, error=":6: bad JSON"), [{"valid": 3, "invalid": 2, "malformed": 1}]
        )


# ---- cpu ------------------------------------------------------------------------------------------

STATES = {"chosen", "available", "not on this CPU", "not compiled"}


class Cpu(Case):
    def report(self, *arguments):
        return json.loads(self.run_sealane("cpu", "--json", *arguments))

    def test_json(self):
        report = self.report()
        self.assertEqual(set(report), {"version", "ceiling", "features", "kernels"})
        self.assertIsNone(report["ceiling"])
        self.assertIn(report["version"], self.run_sealane("--version").decode())
        for feature in report["features"]:
            types = {name: type(value) for name, value in feature.items()}
            self.assertEqual(types, {"name": str, "present": bool, "usable": bool})
            self.assertLessEqual(feature["usable"], feature["present"])
        present = {f["name"] for f in report["features"] if f["present"]}
        chosen = []
        for kernel in report["kernels"]:
            self.assertEqual(set(kernel), {"family", "isa", "state", "needs", "why"})
            self.assertIn(kernel["state"], STATES)
            self.assertTrue(kernel["why"])
            if kernel["state"] in ("chosen", "available"):
                self.assertLessEqual(set(kernel["needs"].split()), present)
            if kernel["state"] == "chosen":
                chosen.append(kernel["family"])
        self.assertEqual(sorted(chosen), sorted({kernel["family"] for kernel in report["kernels"]}), "one for each family")

    def test_tables_say_the_same(self):
        report, text = self.report(), self.run_sealane("cpu").decode()
        lines = [line.split() for line in text.splitlines()]
        self.assertEqual(lines[0], ["FEATURE", "PRESENT", "USABLE"])
        for feature in report["features"]:
            yes_no = ["yes" if feature[name] else "no" for name in ("present", "usable")]
            self.assertIn([feature["name"], *yes_no], lines)
        self.assertIn(["FAMILY", "ISA", "STATE", "WHY"], lines)
        needs = lines[lines.index(["ISA", "NEEDS"]) :]
        for kernel in report["kernels"]:
            self.assertIn(" ".join(kernel[name] for name in ("family", "isa", "state", "why")).split(), lines)
            needed = kernel["needs"].split() or ["nothing"]
            label = f"{kernel['family']}/{kernel['isa']}"
            self.assertTrue([kernel["isa"], *needed] in needs or [label, *needed] in needs, label)

    def test_a_ceiling(self):
        report = self.report("--kernel", "portable")
        self.assertEqual(report["ceiling"], "portable")
        self.assertEqual({k["isa"] for k in report["kernels"] if k["state"] == "chosen"}, {"portable"})

    def test_an_unknown_ceiling_lists_those_that_exist(self):
        self.run_sealane("cpu", "--kernel", "mmx", status=2, error=["unknown kernel 'mmx'", "there are: portable"])


def main():
    global PROGRAM, SODIUM_BOX
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sealane", required=True)
    parser.add_argument("--sodium-box")
    options, rest = parser.parse_known_args()
    PROGRAM = os.path.abspath(options.sealane)
    SODIUM_BOX = options.sodium_box and os.path.abspath(options.sodium_box)
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
