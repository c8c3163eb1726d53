#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs a fuzz target that was built in BUILD (preset fuzz) for a time, over the seed corpus and what earlier runs found, and
# adds up the runs. A finding is left in BUILD/fuzz/findings and is exit status 77 or 1.
set -eu

usage() {
    echo "usage: fuzz/run.sh --list | fuzz/run.sh BUILD TARGET SECONDS [libFuzzer option...]" >&2
    exit 2
}

corpora=$(dirname "$0")/corpus

list() {
    for directory in "$corpora"/*/; do
        basename "$directory"
    done
}

if [ "${1-}" = --list ]; then
    list
    exit
fi
[ $# -ge 3 ] || usage
build=$1 target=$2 seconds=$3
shift 3
program=$build/fuzz/fuzz_$target
if ! [ -d "$corpora/$target" ]; then
    echo "fuzz: no target $target; there are: $(list | tr '\n' ' ')" >&2
    exit 2
fi
if ! [ -x "$program" ]; then
    echo "fuzz: $program is not built" >&2
    exit 2
fi

work=$build/fuzz/corpus/$target
findings=$build/fuzz/findings
log=$build/fuzz/$target.log
totals=$build/fuzz/$target.runs
mkdir -p "$work" "$findings"
status=0
"$program" "-max_total_time=$seconds" -max_len=4096 -timeout=60 -print_final_stats=1 "-artifact_prefix=$findings/$target-" \
    "$@" "$work" "$corpora/$target" >"$log" 2>&1 || status=$?
grep -E '^fuzz: |DONE|^stat::|^fuzz/|not so|ERROR|SUMMARY|runtime error|Test unit written' "$log" || true
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
echo "${runs:-0}" >>"$totals"
awk -v t="$target" '{ all += $1 } END { printf "fuzz: %s: %d runs, %d in all of this build directory\n", t, $1, all }' "$totals"
if [ "$status" != 0 ]; then
    tail -n 40 "$log"
    echo "fuzz: $target: a finding (exit status $status): see $log and $findings" >&2
fi
exit "$status"
