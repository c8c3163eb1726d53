# SPDX-License-Identifier: ISC
"""The shared library exports what the public headers declare, no more and no less, and needs nothing but libc; the static
library's external names all begin with sealane_. usage: exports.py NM READELF INCLUDE_DIR SHARED STATIC"""
import pathlib
import re
import subprocess
import sys

nm, readelf, include_dir, shared, static = sys.argv[1:]
problems = []


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


declared = set()
for header in pathlib.Path(include_dir, "sealane").glob("*.h"):
    text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
    declared |= set(re.findall(r"\bSEALANE_API\b[^;(]*?\b(sealane_\w+)\s*\(", text))
    for name in re.findall(r"^(?!SEALANE_API\b)[a-z][^;{}#=]*?\b(sealane_\w+)\s*\([^;{]*\)\s*;", text, flags=re.M):
        if name not in declared:
            problems.append(f"{header.name}: {name} is declared without SEALANE_API")

# The names of versions are absolute symbols.
listing = [line.split() for line in run(nm, "-D", "--defined-only", shared).splitlines()]
exported = {fields[-1].split("@")[0] for fields in listing if fields[-2] != "A"}
problems += [f"declared, not exported: {name}" for name in sorted(declared - exported)]
problems += [f"exported, not declared: {name}" for name in sorted(exported - declared)]

for line in run(nm, "-g", "--defined-only", static).splitlines():
    fields = line.split()
    # On 32-bit x86 the compiler adds hidden thunks of its own.
    if len(fields) == 3 and not fields[2].startswith(("sealane_", "__x86.get_pc_thunk.")):
        problems.append(f"static library: external name {fields[2]}")

needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run(readelf, "-d", shared))
problems += [f"needs {name}" for name in needed if not re.match(r"(libc|ld-linux[\w-]*)\.so\.", name)]

for problem in problems:
    print(problem)
print(f"{len(declared)} functions declared, {len(exported)} exported; needs {', '.join(needed) or 'nothing'}")
sys.exit(bool(problems) or not declared)
