# SPDX-License-Identifier: ISC
"""The quick of the tests, for emulators and other slow places: quick.txt."""

import os


def selections():
    """Test program -> the patterns of its tests that run, [] for none, [None] for the whole program."""
    found = {}
    with open(os.path.join(os.path.dirname(__file__), "quick.txt"), encoding="utf-8") as f:
        for line in f:
            line = line.split("#")[0].strip()
            if line:
                test, _, pattern = line.partition(" ")
                found.setdefault(test, []).append(pattern.strip() or None)
    return found


def arguments(pattern):
    return ["--only", pattern] if pattern else []


def passed(status, output):
    """A pattern that fits no test has not passed."""
    return status == 0 and "PASSED  ] 0 test" not in output
