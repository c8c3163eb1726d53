#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs a fuzz target that was built by the preset fuzz for a time, over the seed corpus and what earlier runs found, and adds
# up the runs. A finding is left in the build's fuzz/findings; the exit status is then libFuzzer's.
set -eu

root=$(dirname "$0")/..
corpora=$root/fuzz/corpus
build=$root/build/fuzz

list() {
    for directory in "$corpora"/*/; do
        basename "$directory"
    done
}

usage() {
    echo "usage: fuzz/run.sh --list | fuzz/run.sh TARGET [--seconds N] [--build DIRECTORY] [libFuzzer option...]" >&2
    exit 2
}

target=${1-}
case $target in
--list)
    list
    exit
    ;;
'' | -*) usage ;;
esac
shift
if ! [ -d "$corpora/$target" ]; then
    echo "fuzz: no target $target; there are: $(list | tr '\n' ' ')" >&2
    exit 2
fi
seconds=60
while [ $# -gt 0 ]; do
    case $1 in
    --seconds)
        seconds=${2:?fuzz: --seconds needs a number}
        shift 2
        ;;
    --build)
        build=${2:?fuzz: --build needs a directory}
        shift 2
        ;;
    -*=*) break ;;
    *) usage ;;
    esac
done
program=$build/fuzz/fuzz_$target
if ! [ -x "$program" ]; then
    echo "fuzz: $program is not built" >&2
    exit 2
fi

corpus=$build/fuzz/corpus/$target
findings=$build/fuzz/findings
log=$build/fuzz/$target.log
totals=$build/fuzz/$target.runs
mkdir -p "$corpus" "$findings"
status=0
"$program" "-max_total_time=$seconds" -max_len=4096 -timeout=60 -print_final_stats=1 "-artifact_prefix=$findings/$target-" \
    "$@" "$corpus" "$corpora/$target" >"$log" 2>&1 || status=$?
grep -E '^fuzz: |^Done|^stat::' "$log" || true
if [ "$status" != 0 ]; then
    # The last of what it said before libFuzzer's dump of the input, and where the input is.
    grep -vE '^#[0-9]|^INFO|^fuzz: |^stat::' "$log" | tail -n 60
    echo "fuzz: $target: a finding: see $log and $findings" >&2
fi
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
echo "${runs:-0}" >>"$totals"
awk -v t="$target" '{ all += $1 } END { printf "fuzz: %s: %d runs now, %d in all by this build\n", t, $1, all }' "$totals"
exit "$status"
