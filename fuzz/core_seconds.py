# SPDX-License-Identifier: ISC
"""Runs a command and writes the core-seconds of all that it started to a file. A shell's `time` misses processes that their
parent did not wait for, as AFL++ does not for the one that runs its target.

core_seconds.py FILE COMMAND [ARGUMENT...]
"""

import ctypes
import os
import resource
import subprocess
import sys

PR_SET_CHILD_SUBREAPER = 36


def main():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    status = subprocess.call(sys.argv[2:])
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(sys.argv[1], "w", encoding="ascii") as f:
        print(round(taken.ru_utime + taken.ru_stime, 1), file=f)
    sys.exit(status if status >= 0 else 128 - status)


main()
