# SPDX-License-Identifier: ISC
"""Includes go down the layers of ARCHITECTURE.md, never up or across. usage: layers.py SOURCE_DIR"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])

# A folder sees itself, the public headers, and every folder of a lower rank.
RANKS = {
    "core/util": 0,
    "core/kernel": 1,
    "core/plan": 1,
    "core/ref": 2,
    "simd/lanes": 2,
    "simd/impl": 3,
    "simd": 4,  # simd/<isa>
    "core/dispatch": 5,
    "core/aead": 6,
    "core/hash": 6,
    "core/curve": 7,
    "core/box": 8,
}
# Nothing but simd sees simd: kernels are reached through core/kernel and the registry. And simd is not made of ref.
HIDDEN = {"simd/lanes": ("simd",), "simd/impl": ("simd",), "simd": ("simd",)}
NOT_FOR = {"core/ref": ("simd",)}
# What is built on the public API alone, and which folders of its own each may see besides.
OUTSIDE = {"bench": ("bench/",), "cli": ("cli/", "bench/fanout/", "bench/report/", "dropin/stats.h")}
# The drop-in may use core's own states and primitives as well, never a kernel of simd.
DROPIN = ("dropin/", "core/")
# Other libraries' cryptography: oracles and peers.
FOREIGN = re.compile(r"<(sodium\.h|sodium/.*|openssl/.*|intel-ipsec-mb\.h)>")
FOREIGN_IN = ("tests/support/oracle.c", "tests/cli/sodium_box.c", "tests/dropin/linked.c", "fuzz/oracle.c", "fuzz/dropin.c", "fuzz/cli_parse.c", "bench/peers/", "bench/fanout/")

problems = []
seen = 0


def folder(path):
    if path.startswith("simd/") and not path.startswith(("simd/lanes/", "simd/impl/")):
        return "simd"
    return "/".join(path.split("/")[:2])


def check(path, included):
    if included.startswith("<"):
        if FOREIGN.match(included) and not path.startswith(FOREIGN_IN):
            problems.append(f"{path} includes {included}")
        return
    target = included.strip('"')
    top = path.split("/")[0]
    if top == "include":
        if "/" in target:
            problems.append(f"{path} includes {target}: a public header sees its neighbours only")
        return
    if "/" not in target or not (root / target).exists() and not (root / "include" / target).exists():
        problems.append(f"{path} includes {target}: not written from the root")
        return
    if target.startswith("sealane/"):
        return
    if top in OUTSIDE:
        if not target.startswith(OUTSIDE[top]):
            problems.append(f"{path} includes {target}: {top} is built on the public headers")
    elif top == "dropin":
        if not target.startswith(DROPIN):
            problems.append(f"{path} includes {target}: the drop-in is built on the public headers and core")
    elif top in ("core", "simd"):
        here, there = folder(path), folder(target)
        if there not in RANKS:
            problems.append(f"{path} includes {target}: not a layer below")
        elif here != there and (
            RANKS[there] >= RANKS[here]
            or here.split("/")[0] not in HIDDEN.get(there, ("core", "simd"))
            or here.split("/")[0] in NOT_FOR.get(there, ())
        ):
            problems.append(f"{path} includes {target}: up or across the layers")


for top in ("include", "core", "simd", "bench", "cli", "dropin", "tests", "fuzz"):
    for file in sorted((root / top).rglob("*.[ch]")):
        path = file.relative_to(root).as_posix()
        if top in ("core", "simd") and folder(path) not in RANKS:
            problems.append(f"{path}: its folder is no layer")
            continue
        seen += 1
        for included in re.findall(r'^\s*#\s*include\s+("[^"]+"|<[^>]+>)', file.read_text(), flags=re.M):
            check(path, included)

for problem in problems:
    print(problem)
print(f"{seen} files")
sys.exit(bool(problems) or seen == 0)
