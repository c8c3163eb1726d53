# SPDX-License-Identifier: ISC
"""Prints what a run of ctest has shown, from its log: kernels, vector sets, figures, and what was skipped and why.

figures.py [LOG…]; without one, from stdin. Lines of tests count that begin with "figure: " or "vectors: ", or that hold SKIPPED;
lines that differ in the kernel at their end alone become one.
"""

import collections
import re
import sys


def read(paths):
    if not paths:
        return sys.stdin.read().split("\n")
    lines = []
    for path in paths:
        with open(path, encoding="utf-8", errors="replace") as f:
            lines += f.read().split("\n")
    return lines


def grouped(lines):
    """Lines without repetition, in order; those that differ in a label at the end alone are joined."""
    groups = collections.OrderedDict()
    for line in lines:
        m = re.match(r"(.*) \[([a-z0-9-]+/[a-z0-9]+)\]$", line)
        groups.setdefault(m[1] if m else line, []).extend([m[2]] if m else [])
    for text, labels in groups.items():
        yield text, sorted(set(labels))


def main():
    figures, skips, kernels, vectors, ct = [], [], {}, {}, collections.Counter()
    for line in read(sys.argv[1:]):
        if m := re.match(r"kernel (\S+) +(ran|not compiled|not on this CPU)$", line):
            kernels[m[1]] = m[2]
        elif line.startswith("figure: "):
            figures.append(line[8:])
        elif m := re.match(r"vectors: ran (.*) on (\S+).*, (\d+) cases$", line):
            sets = vectors.setdefault(m[1], [set(), 0])
            sets[0].add(m[2])
            sets[1] = max(sets[1], int(m[3]))
        elif line.startswith("vectors: absent "):
            skips.append("vectors " + line[16:] + ": absent")
        elif m := re.match(r"SKIPPED .*: (more than \d+ instructions)$", line):
            ct["traces: " + m[1]] += 1
        elif m := re.match(r"SKIPPED .* \[[a-z0-9-]+/([a-z0-9]+)\]: (.*)$", line):
            ct[f"kernels {m[1]}: {m[2]}"] += 1
        elif m := re.match(r"\[ +SKIPPED +\] (?!\d+ test)(.*)$", line):
            skips.append(f"test {m[1]}")
        elif "SKIPPED" in line and "SKIPPED TEST(S)" not in line and "] " not in line[:14]:
            skips.append(line)
        elif m := re.match(r"ok +.*: (no branch and no address depends on a secret|\d+ instructions, \d+ secrets)", line):
            ct["equal traces" if "instructions" in m[1] else "valgrind: " + m[1]] += 1

    by_state = collections.defaultdict(list)
    for label, state in kernels.items():
        by_state[state].append(label)
    print("== Kernels")
    for state, labels in by_state.items():
        print(f"{len(labels)} {state}: {' '.join(labels)}")
    print("== Vector sets")
    for name, (on, cases) in sorted(vectors.items()):
        print(f"{name}: {cases} cases on {len(on)} kernels")
    print("== Figures")
    for text, labels in grouped(figures):
        print(text + (f", on {len(labels)} kernels: {' '.join(labels)}" if labels else ""))
    for text, count in sorted(ct.items()):
        if ": no branch" in text or text == "equal traces":
            print(f"constant time, {text}: {count} calls")
    print("== Skipped")
    for text, labels in grouped(skips):
        print(text + (f", on {' '.join(labels)}" if labels else ""))
    for text, count in sorted(ct.items()):
        if not (": no branch" in text or text == "equal traces"):
            print(f"constant time, {text}: {count} calls")


main()
