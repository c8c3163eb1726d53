#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The sealane program in a system that fails: faults.c makes it fail, call by call.

faults_test.py --sealane PROGRAM --faults LIBRARY [unittest's arguments]

Whatever fails, the program ends with status 2 and says why on stderr, or does its work all the same; no file is half-written, no
key has bytes that the system did not give, and no signature or box is called bad for want of memory.
"""
import argparse
import errno
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import cli_test

FAULTS = None
MESSAGE = bytes(range(256)) * 3
PATTERN = bytes(range(1, 33))  # what getrandom=short gives


class Case(cli_test.Case):
    def setUp(self):
        super().setUp()
        self.key, self.public = self.make_key()
        self.recipients = self.write("recipients", (self.public.hex() + "\n") * 3)
        self.message = self.write("message", MESSAGE)
        self.lines = self.write("lines", (json.dumps(cli_test.RFC8032[2]) + "\n") * 5)
        self.out = self.path("out")
        self.run_sealane("seal", "-r", self.recipients, self.message, "-o", self.path("boxes"))
        self.boxed = self.path("boxes", self.files("boxes")[0])

    def fail_at(self, fault, *arguments, **options):
        """Runs under a fault. Gives status, stdout, stderr, and how often the fault came up."""
        reader, writer = os.pipe()
        environment = dict(os.environ, LD_PRELOAD=FAULTS, SEALANE_FAULT=fault, SEALANE_FAULT_FD=str(writer))
        done = subprocess.run([cli_test.PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              timeout=120, env=environment, pass_fds=[writer], **options)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            times = len(pipe.read())
        return done.returncode, done.stdout, done.stderr.decode(), times

    def refused(self, fault, *arguments, error=None, **options):
        """One line that says why, and status 2."""
        status, out, said, times = self.fail_at(fault, *arguments, **options)
        self.assertGreater(times, 0, "the fault did not come up")
        self.assertEqual(status, 2, said)
        self.assertRegex(said, r"\Asealane( [a-z]+)?: [^\n]*\n\Z")
        if error:
            self.assertIn(error, said)
        return out

    def works(self, fault, *arguments, **options):
        status, out, said, times = self.fail_at(fault, *arguments, **options)
        self.assertGreater(times, 0, "the fault did not come up")
        self.assertEqual((status, said), (0, ""))
        return out

    def no_rubbish(self, *names):
        self.assertEqual([n for n in self.files(*names) if n.startswith(".sealane-")], [])


class Randomness(Case):
    def test_none_makes_no_key(self):
        for fault, error in ((f"getrandom={errno.ENOSYS}", "Function not implemented"), ("getrandom=zero", "no randomness"),
                             (f"getrandom={errno.EAGAIN}@2-9", "")):
            with self.subTest(fault):
                if fault.endswith("@2-9"):  # the second call is that for the temporary's name
                    self.refused(fault, "keygen", "-o", self.path("new"), error="cannot create a temporary file")
                else:
                    self.refused(fault, "keygen", "-o", self.path("new"), error=error)
                self.assertFalse(os.path.exists(self.path("new")))
                self.no_rubbish()

    def test_none_seals_nothing(self):
        for fault in (f"getrandom={errno.ENOSYS}", "getrandom=zero"):
            self.refused(fault, "seal", "-r", self.recipients, self.message, "-o", self.out, error="random")
            self.assertFalse(os.path.exists(self.out))

    def test_interrupted_calls_are_repeated(self):
        self.works(f"getrandom={errno.EINTR}@1-7", "keygen", "-o", self.path("new"))
        self.works(f"getrandom={errno.EINTR}@1-7", "seal", "-r", self.recipients, self.message, "-o", self.out)
        for name in self.files("out"):
            self.assertEqual(self.run_sealane("open", "-k", self.key, self.path("out", name)), MESSAGE)

    def test_bytes_that_come_one_by_one_are_all_used(self):
        self.works("getrandom=short", "keygen", "-o", self.path("new"))
        self.assertEqual(cli_test.secret_in(self.read("new")), PATTERN)
        one = self.write("one", self.public.hex())
        self.works("getrandom=short", "seal", "-r", one, self.message, "-o", self.out)
        box = self.read("out", self.files("out")[0])
        self.assertEqual(box[:32], cli_test.public_of(PATTERN))
        self.assertEqual(self.run_sealane("open", "-k", self.key, self.path("out", self.files("out")[0])), MESSAGE)


class Reading(Case):
    def test_short_and_interrupted_reads(self):
        for fault in ("read=short", f"read={errno.EINTR}@1-2", f"read={errno.EINTR}@2-9"):
            with self.subTest(fault):
                self.assertEqual(self.works(fault, "open", "-k", self.key, self.boxed), MESSAGE)
                self.works(fault, "seal", "-r", self.recipients, self.message, "-o", self.out)
                self.assertEqual(len(self.files("out")), 3)
                shutil.rmtree(self.out)

    def test_a_disk_that_does_not_read(self):
        for at in range(1, 5):  # key and box, each once for its bytes and once for its end
            with self.subTest(at):
                out = self.refused(f"read={errno.EIO}@{at}", "open", "-k", self.key, self.boxed, error="cannot read")
                self.assertEqual(out, b"")

    def test_a_box_that_ends_early_gives_nothing(self):
        """The second read of the box says that it ended, after one byte."""
        status, out, said, _ = self.fail_at("read=zero@3", "open", "-k", self.key, self.boxed)
        self.assertEqual((status, out), (2, b""))
        self.assertIn("too short", said)


class Writing(Case):
    def test_short_and_interrupted_writes(self):
        for fault in ("write=short", f"write={errno.EINTR}@1-3"):
            with self.subTest(fault):
                self.works(fault, "keygen", "-f", "-o", self.path("new"))
                self.assertEqual(len(cli_test.secret_in(self.read("new"))), 32)
                self.assertEqual(self.works(fault, "open", "-k", self.key, self.boxed), MESSAGE)
                self.works(fault, "open", "-k", self.key, self.boxed, "-o", self.path("opened"))
                self.assertEqual(self.read("opened"), MESSAGE)

    def test_each_step_of_writing_a_file_that_fails(self):
        """The file that was there stays; no temporary is left."""
        self.write("opened", "before")
        for fault, error in (
            (f"write={errno.ENOSPC}", "No space left on device"),
            (f"write={errno.EIO}@1", "Input/output error"),
            (f"fsync={errno.EIO}@1", "Input/output error"),
            (f"close={errno.EDQUOT}@3", "Disk quota exceeded"),
            (f"renameat={errno.EACCES}@1", "Permission denied"),
        ):
            with self.subTest(fault):
                self.refused(fault, "open", "-k", self.key, self.boxed, "-o", self.path("opened"), error=error)
                self.assertEqual(self.read("opened"), b"before")
                self.no_rubbish()

    def test_a_new_key_that_cannot_be_kept(self):
        for fault in (f"write={errno.ENOSPC}", f"fchmod={errno.EPERM}", f"fsync={errno.EIO}@1", f"renameat2={errno.EIO}"):
            with self.subTest(fault):
                self.assertEqual(self.refused(fault, "keygen", "-o", self.path("new")), b"")
                self.assertFalse(os.path.exists(self.path("new")))
                self.no_rubbish()

    def test_a_file_system_without_exclusive_renames(self):
        self.works(f"renameat2={errno.EINVAL}", "keygen", "-o", self.path("new"))
        self.assertEqual(len(cli_test.secret_in(self.read("new"))), 32)
        before = self.read("new")
        self.refused(f"renameat2={errno.EINVAL}", "keygen", "-o", self.path("new"), error="exists already")
        self.assertEqual(self.read("new"), before)
        self.no_rubbish()

    def test_a_disk_that_fills_up_between_boxes(self):
        self.refused_boxes = self.fail_at(f"write={errno.ENOSPC}@2-99", "seal", "-r", self.recipients, self.message, "-o", self.out)
        status, _, said, _ = self.refused_boxes
        self.assertEqual(status, 2)
        self.assertIn("No space left on device", said)
        self.assertIn("1 of 3 boxes are complete", said)
        self.assertEqual(len(self.files("out")), 1)
        self.assertEqual(self.run_sealane("open", "-k", self.key, self.path("out", self.files("out")[0])), MESSAGE)

    def test_a_real_disk_that_is_full(self):
        """A file system of 64 KiB in a mount namespace of its own."""
        big = self.write("big", os.urandom(40000))
        os.mkdir(self.path("disk"))
        script = 'mount -t tmpfs -o size=64k tmpfs "$1" || exit 77; "$2" seal -r "$3" "$4" -o "$1/out"; s=$?; ls -A "$1/out"; exit $s'
        done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", self.path("disk"), cli_test.PROGRAM, self.recipients, big],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode not in (0, 1, 2):
            self.skipTest("SKIPPED a full disk: no mount namespace here: " + done.stderr.decode().strip())
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"No space left on device", done.stderr)
        self.assertIn(b"1 of 3 boxes are complete", done.stderr)
        self.assertRegex(done.stdout.decode(), r"\A000001-[0-9a-f]{8}\.box\n\Z")

    def test_a_reader_that_goes_away(self):
        many = self.write("many", (json.dumps(cli_test.RFC8032[2]) + "\n") * 20000)
        for ignore, status in ((False, -signal.SIGPIPE), (True, 2)):
            with self.subTest(ignore=ignore):
                child = subprocess.Popen([cli_test.PROGRAM, "verify", many], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                         restore_signals=not ignore)
                child.stdout.read(1)
                child.stdout.close()
                said = child.stderr.read().decode()
                child.stderr.close()
                self.assertEqual(child.wait(60), status)
                self.assertEqual(said, "sealane verify: cannot write to stdout: Broken pipe\n" if ignore else "")


class Killed(Case):
    """SIGKILL in the middle of a write, or right before the rename: at the file's own name is all of the old or of the new."""

    def test_a_file_is_old_or_new(self):
        for call in ("write=kill@1", "fsync=kill@1", "renameat=kill@1", "fsync=kill@2"):
            for before in (b"before", None):
                with self.subTest(call=call, before=before):
                    for name in self.files():
                        if name == "opened" or name.startswith(".sealane-"):
                            os.remove(self.path(name))
                    if before:
                        self.write("opened", before)
                    status, _, _, times = self.fail_at(call, "open", "-k", self.key, self.boxed, "-o", self.path("opened"))
                    self.assertEqual((status, times), (-signal.SIGKILL, 1))
                    expected = MESSAGE if call == "fsync=kill@2" else before  # the second is the directory's, after the rename
                    if expected is None:
                        self.assertNotIn("opened", self.files())
                    else:
                        self.assertEqual(self.read("opened"), expected)

    def test_boxes_are_whole(self):
        for k in range(1, 4):
            status, _, _, _ = self.fail_at(f"write=kill@{k}", "seal", "-r", self.recipients, self.message, "-o", self.out)
            self.assertEqual(status, -signal.SIGKILL)
            boxes = [n for n in self.files("out") if not n.startswith(".sealane-")]
            self.assertEqual(len(boxes), k - 1)
            for name in boxes:
                self.assertEqual(self.run_sealane("open", "-k", self.key, self.path("out", name)), MESSAGE)
            shutil.rmtree(self.out)

    def test_at_any_moment(self):
        """By the clock: whatever is being done then."""
        message = self.write("large", bytes(1 << 20))
        recipients = self.write("many", (self.public.hex() + "\n") * 200)
        for delay in (0.0, 0.02, 0.05, 0.1, 0.2):
            with subprocess.Popen([cli_test.PROGRAM, "seal", "-r", recipients, message, "-o", self.out],
                                  stdout=subprocess.DEVNULL) as child:
                deadline = time.monotonic() + 60
                while not (os.path.isdir(self.out) and os.listdir(self.out)) and child.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.001)
                time.sleep(delay)
                child.kill()
                child.wait(60)
            for name in self.files("out"):
                if not name.startswith(".sealane-"):
                    self.assertEqual(os.stat(self.path("out", name)).st_size, (1 << 20) + 48)
            shutil.rmtree(self.out)

    def test_a_report_is_whole(self):
        if not cli_test.SODIUM_BOX:
            self.skipTest("SKIPPED reports: no libsodium, which checks what fanout makes")
        run = ["fanout", "--recipients", "2", "--rounds", "2", "--size", "10", "--json", self.path("report")]
        self.run_sealane(*run)
        json.loads(self.read("report"))
        before = self.read("report")
        for fault, status in (("write=kill", -signal.SIGKILL), (f"write={errno.ENOSPC}", 2), (f"renameat={errno.EIO}", 2)):
            with self.subTest(fault):
                got, _, said, times = self.fail_at(fault, *run)
                self.assertGreater(times, 0)
                self.assertEqual(got, status, said)
                self.assertEqual(self.read("report"), before)


class Memory(Case):
    def sweep(self, arguments, check):
        """Every allocation fails once. The program ends with 2, or as ever; check looks at what is there then."""
        refused = 0
        for k in range(1, 5000):
            status, out, said, times = self.fail_at(f"malloc={errno.ENOMEM}@{k}", *arguments)
            if times == 0:
                self.assertEqual(status, 0)
                return k - 1, refused
            self.assertIn(status, (0, 2), f"allocation {k}: {said}")
            if status == 2:
                refused += 1
                self.assertRegex(said, r"\Asealane( [a-z]+)?: .", f"allocation {k}")
            check(status, out)
        raise AssertionError("the program does not stop to allocate")

    def report(self, name, result):
        print(f"figure: memory that fails, sealane {name}: each of {result[0]} allocations, {result[1]} of them reported")

    def test_keygen(self):
        def check(status, _):
            if status == 0:
                self.assertEqual(len(cli_test.secret_in(self.read("new"))), 32)
            self.no_rubbish()

        result = self.sweep(["keygen", "-f", "-o", self.path("new")], check)
        self.assertGreater(result[1], 0)
        self.report("keygen", result)

    def test_seal(self):
        def check(status, _):
            for name in self.files("out") if os.path.isdir(self.out) else []:
                self.assertEqual(self.run_sealane("open", "-k", self.key, self.path("out", name)), MESSAGE)
            if status == 0:
                self.assertEqual(len(self.files("out")), 3)
            shutil.rmtree(self.out, ignore_errors=True)

        result = self.sweep(["seal", "-r", self.recipients, self.message, "-o", self.out], check)
        self.assertGreater(result[1], 3)
        self.report("seal", result)

    def test_open(self):
        def check(status, out):
            self.assertEqual(out, MESSAGE if status == 0 else b"")

        result = self.sweep(["open", "-k", self.key, self.boxed], check)
        self.assertGreater(result[1], 2)
        self.report("open", result)

    def test_verify(self):
        def check(status, out):
            verdicts = [json.loads(line)["valid"] for line in out.split(b"\n") if line]
            self.assertEqual(verdicts, [True] * len(verdicts))
            if status == 0:
                self.assertEqual(len(verdicts), 5)

        result = self.sweep(["verify", self.lines], check)
        self.assertGreater(result[1], 3)
        self.report("verify", result)

    def test_a_box_larger_than_memory(self):
        large = self.write("large", bytes(64 << 20))

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (96 << 20, 96 << 20))

        self.run_sealane("seal", "-r", self.recipients, large, "-o", self.out, status=2, error="out of memory", preexec_fn=limit)
        self.assertFalse(os.path.exists(self.out))


def main():
    global FAULTS
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sealane", required=True)
    parser.add_argument("--sodium-box")
    parser.add_argument("--faults", required=True)
    options, rest = parser.parse_known_args()
    cli_test.PROGRAM = os.path.abspath(options.sealane)
    cli_test.SODIUM_BOX = options.sodium_box
    FAULTS = os.path.abspath(options.faults)
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
