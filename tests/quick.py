# SPDX-License-Identifier: ISC
"""The quick of the tests, for emulators: those that quick.txt names.

quick.py FOLDER EMULATOR [ARGUMENT...] runs them from a folder of test programs, says what it left out, and gives status 1 where
one failed.
"""

import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import time


def selections():
    """Test program -> the patterns of its tests that run; None stands for all of them."""
    found = {}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "quick.txt"), encoding="utf-8") as f:
        for line in f:
            line = line.split("#")[0].strip()
            if line:
                test, _, pattern = line.partition(" ")
                found.setdefault(test, []).append(pattern.strip() or None)
    return found


def arguments(pattern):
    return ["--only", pattern] if pattern else []


def outcome_of(status, output):
    """A pattern that fits no test has not passed; nor have tests that were all skipped, for reasons that they print."""
    if status != 0 or "Running 0 test" in output:
        return "FAILED"
    return "SKIPPED" if "PASSED  ] 0 test" in output else "passed"


def names(program):
    """All tests of a program, by its source."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.path.basename(program) + ".c")
    with open(source, encoding="utf-8") as f:
        return re.findall(r"(?:FOR_EACH_KERNEL|ONCE)\((\w+)", f.read())


def run(program, pattern, emulator):
    start = time.monotonic()
    done = subprocess.run([*emulator, program, *arguments(pattern)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    said = done.stdout.decode(errors="replace")
    outcome = outcome_of(done.returncode, said)
    label = f"{os.path.basename(program)} {pattern or ''}".strip()
    print(f"{outcome} {label}: {time.monotonic() - start:.0f} s", flush=True)
    if outcome != "passed":
        print(said[-4000:])
    return outcome


def main():
    folder, *emulator = sys.argv[1:]
    under = os.path.basename(emulator[0])
    programs = sorted(p for p in glob.glob(os.path.join(folder, "test_*")) if os.path.isfile(p) and os.access(p, os.X_OK))
    quick = selections()
    if under == "valgrind":
        quick.pop("test_wipe")  # reads dead stack, as memcheck lets nobody
    jobs, left_out, without = [], [], ["test_first_call"]  # which ctest runs
    for program in programs:
        name = os.path.basename(program)
        if name in without:
            continue
        patterns = quick.get(name, [])
        jobs += [(program, pattern) for pattern in patterns]
        if None not in patterns:
            left_out += [f"{name} {test}" for test in names(program) if not any(p.rstrip("*").strip() == test for p in patterns)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda job: run(*job, emulator), jobs))
    for name in left_out:
        print(f"SKIPPED {name}: not quick, or not possible, under {under} (tests/quick.txt)")
    print(f"figure: under {under}: {results.count('passed')} of {len(results)} selections of {len(programs)} test programs passed, "
          f"{results.count('SKIPPED')} skipped")
    return 1 if "FAILED" in results else 0


if __name__ == "__main__":
    sys.exit(main())
