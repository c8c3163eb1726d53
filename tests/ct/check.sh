#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Runs the checks of what is secret that were built in a folder, and prints what they said once all have ended, so that several
# builds can be checked at a time. usage: check.sh BUILD
set -euo pipefail
build=${1:?check.sh needs a build}
log=$build/ct.log
failed=0
check() {
    echo "ct: $build, $1"
    shift
    "$@" || failed=1
}
{
    check "traces" "$build/tests/ct_trace"
    check "valgrind" valgrind -q --log-file="$build/memcheck.log" "$build/tests/ct_memcheck"
    check "what stays on the stack" "$build/tests/test_wipe"
} >"$log" 2>&1
cat "$log"
exit "$failed"
