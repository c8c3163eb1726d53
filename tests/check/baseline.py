# SPDX-License-Identifier: ISC
"""What was compiled without ISA flags runs on every CPU of the architecture: its objects hold no AVX instruction. What was
compiled with them holds no code that the linker could pick for others: no weak symbol, and no external one but the library's.
usage: baseline.py COMPILE_COMMANDS OBJDUMP NM; exit status 77: nothing to check on this architecture"""
import json
import pathlib
import re
import shlex
import subprocess
import sys

commands, objdump, nm = sys.argv[1:]
problems = []
counts = {"baseline": 0, "isa": 0}
WIDE = re.compile(r"^\s*[0-9a-f]+:\s+(\S.*(?:%[yz]mm\d|%k[0-7]\b).*|v[a-z]+[0-9a-z]*\s+.*%xmm\d.*)$")

for entry in json.loads(pathlib.Path(commands).read_text()):
    arguments = shlex.split(entry["command"])
    output = arguments[arguments.index("-o") + 1]
    if "sealane_objects.dir" not in output:
        continue
    path = pathlib.Path(entry["directory"], output)
    name = pathlib.Path(entry["file"]).name
    if any(re.match(r"-m(avx|bmi|aes|vaes|pclmul|vpclmul|sha|adx|fma)", a) for a in arguments):
        counts["isa"] += 1
        for line in subprocess.run([nm, path], check=True, capture_output=True, text=True).stdout.splitlines():
            kind, symbol = line.split()[-2:]
            weak = kind in "WVvu"
            external = kind.isupper() and kind != "U"
            if weak or external and not symbol.startswith("sealane_"):
                problems.append(f"{entry['file']}: {kind} {symbol}")
        continue
    listing = subprocess.run([objdump, "-d", "--no-show-raw-insn", path], check=True, capture_output=True, text=True).stdout
    if "x86-64" not in listing and "i386" not in listing:
        print(f"{name}: not an x86 object")
        sys.exit(77)
    counts["baseline"] += 1
    wide = [line.strip() for line in listing.splitlines() if WIDE.match(line)]
    if wide:
        problems.append(f"{entry['file']}: {len(wide)} wide instructions, the first: {wide[0]}")

for problem in problems:
    print(problem)
print(f"{counts['baseline']} baseline objects, {counts['isa']} objects with ISA flags")
sys.exit(bool(problems) or counts["baseline"] == 0)
