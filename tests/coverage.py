# SPDX-License-Identifier: ISC
"""Runs the tests of a build with the preset coverage and says which lines and branches of core and simd ran: coverage.py BUILD.

Clang counts source regions. A function of simd/impl exists once an ISA; llvm-cov takes of each function the instance of which most
ran, and does not count conditions that are constants in every instance. So a branch that no instance takes both ways is counted
against us, and a loop that only one ISA has is judged there. Fails under 95 % of lines or of branches of core or of simd where every
kernel can run; elsewhere it prints the numbers.
"""

import glob
import json
import os
import re
import subprocess
import sys

FLOOR = 95.0


def objects(build):
    """Test programs: each holds the library's objects."""
    return sorted(p for p in glob.glob(f"{build}/tests/test_*") + glob.glob(f"{build}/fuzz/replay_*") if os.access(p, os.X_OK) and
                  os.path.isfile(p))


def main():
    build = sys.argv[1]
    profiles = os.path.abspath(f"{build}/profiles")
    os.makedirs(profiles, exist_ok=True)
    for old in glob.glob(f"{profiles}/*"):
        os.remove(old)
    environment = dict(os.environ, LLVM_PROFILE_FILE=f"{profiles}/%p-%m.profraw")
    environment.setdefault("SEALANE_SHORT", "1")
    tests = subprocess.run(["ctest", "--test-dir", build, "-j", str(os.cpu_count()), "--output-on-failure", "-L", "kernels|fuzz"],
                           env=environment, check=False)
    log = open(f"{build}/Testing/Temporary/LastTest.log", encoding="utf-8", errors="replace").read()
    merged = f"{profiles}/merged.profdata"
    with open(f"{profiles}/list", "w", encoding="utf-8") as f:
        f.write("\n".join(glob.glob(f"{profiles}/*.profraw")))
    subprocess.run(["llvm-profdata-19", "merge", "--sparse", "--failure-mode=all", "-f", f"{profiles}/list", "-o", merged], check=True)
    programs = objects(build)
    command = ["llvm-cov-19", "export", "--summary-only", f"--instr-profile={merged}", programs[0]]
    for program in programs[1:]:
        command += ["--object", program]
    data = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)["data"][0]
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parts = {"core": {}, "simd": {}}
    print(f"{'':44}{'lines':>22}{'branches':>22}")
    for entry in sorted(data["files"], key=lambda entry: entry["filename"]):
        name = os.path.relpath(entry["filename"], root) if os.path.isabs(entry["filename"]) else entry["filename"]
        name = name.removeprefix("build/").removeprefix("./")  # as the flags map prefixes
        part = name.split("/")[0]
        if part not in parts:
            continue
        row = f"{name:44}"
        for kind in ("lines", "branches"):
            summary = entry["summary"][kind]
            total = parts[part].setdefault(kind, [0, 0])
            total[0] += summary["covered"]
            total[1] += summary["count"]
            row += f"{summary['covered']:7} of {summary['count']:5} {100 * summary['covered'] / max(summary['count'], 1):5.1f}%"
        print(row)
    low = False
    for part, kinds in parts.items():
        for kind, (covered, count) in kinds.items():
            percent = 100 * covered / max(count, 1)
            low = low or percent < FLOOR
            print(f"figure: coverage of {part}: {percent:.2f} % of {count} {kind}")
    if not all(parts.values()):
        print("no file of core or simd was found")
        return 1
    everything = not re.search(r"^kernel .*(not on this CPU|not compiled)$", log, re.M)
    if not everything:
        print("SKIPPED the judgement of coverage: not every kernel can run here")
    if tests.returncode != 0:
        print("tests failed")
    return 1 if tests.returncode != 0 or (low and everything) else 0


sys.exit(main())
