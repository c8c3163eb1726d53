#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Builds and runs fuzz targets, over the seed corpus and what earlier runs found, and adds what ran to fuzz/totals.csv. A
# finding is left in the build's fuzz/findings; the exit status is then not 0.
set -euo pipefail

root=$(realpath "$(dirname "$0")/..")
corpora=$root/fuzz/corpus
totals=$root/fuzz/totals.csv

usage() {
    cat >&2 <<'TEXT'
usage: ./dev fuzz TARGET|all [--seconds N] [--engine libfuzzer|afl] [libFuzzer's -option=value...]
       ./dev fuzz --list | --totals
TEXT
    exit 2
}

die() {
    echo "fuzz: $*" >&2
    exit 2
}

list() {
    for directory in "$corpora"/*/; do
        basename "$directory"
    done
}

# What is to be reached in all: runs of what is cheap, runs and core-minutes of what is on the curve.
goal() {
    case $1 in
    aead | kdf | cli_parse) echo "10000000 0" ;;
    ed25519_* | x25519 | sign) echo "100000 30" ;;
    *) echo "0 0" ;;
    esac
}

print_totals() {
    list | while read -r target; do
        read -r runs minutes <<<"$(goal "$target")"
        awk -F, -v t="$target" -v runs="$runs" -v minutes="$minutes" '
            $1 == t { r += $3; s += $4 }
            END {
                reached = r >= runs && s >= 60 * minutes
                goal = runs == 0 ? "no goal" : sprintf("of %d runs%s: %s", runs, minutes ? " and " minutes " min" : "",
                                                       reached ? "reached" : "not yet")
                printf "%-20s %10d runs %8.1f core-minutes  %s\n", t, r, s / 60, goal
            }' "$totals"
    done
}

# add_up TARGET ENGINE RUNS CORE_SECONDS: one row a target, engine, day, CPU and compiler.
add_up() {
    local cpu compiler key
    cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1 | tr ',' ' ')
    compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")
    compiler=$("$compiler" --version 2>/dev/null | sed -n 's/.*\(clang version [0-9.]*\).*/\1/p' | head -n 1)
    key="$1,$2,$(date -u +%F),${cpu:-unknown CPU},${compiler:-unknown compiler}"
    awk -F, -v OFS=, -v key="$key" -v runs="$3" -v seconds="$4" '
        { this = $1 OFS $2 OFS $5 OFS $6 OFS $7 }
        this == key { $3 += runs; $4 = sprintf("%.0f", $4 + seconds); found = 1 }
        { print }
        END { if (!found) { split(key, k, ","); print k[1], k[2], runs, sprintf("%.0f", seconds), k[3], k[4], k[5] } }
    ' "$totals" >"$totals.new" && mv "$totals.new" "$totals"
}

run_libfuzzer() {
    local target=$1 status=0 runs
    shift
    local corpus=$build/fuzz/corpus/$target log=$build/fuzz/$target.log
    mkdir -p "$corpus"
    rm -f "$log.time"
    # Buffers are poisoned by hand, and large frames are cheap only without a heap for each. libFuzzer's entropic schedule would
    # take an eighth of the time.
    ASAN_OPTIONS=detect_stack_use_after_return=0 python3 "$root/fuzz/core_seconds.py" "$log.time" "$program" \
        "-max_total_time=$seconds" -max_len=4096 -entropic=0 -timeout=60 -print_final_stats=1 \
        "-artifact_prefix=$findings/$target-" "$@" "$corpus" "$corpora/$target" >"$log" 2>&1 || status=$?
    grep -aE '^fuzz: |DONE|^stat::(number|average)' "$log" || true
    if [ "$status" != 0 ]; then
        # The last of what it said before libFuzzer's dump of the input, and where the input is.
        grep -avE '^#[0-9]|^INFO|^fuzz: |^stat::' "$log" | tail -n 60
        echo "fuzz: $target: a finding: see $log and $findings" >&2
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    add_up "$target" libfuzzer "${runs:-0}" "$(cat "$log.time")"
    return "$status"
}

run_afl() {
    local target=$1 status=0 runs
    local out=$build/fuzz/afl/$target log=$build/fuzz/$target.log
    mkdir -p "$out"
    rm -f "$log.time"
    # -i- goes on where an earlier run ended.
    local in=$corpora/$target
    [ ! -d "$out/default/queue" ] || in=-
    AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 \
        python3 "$root/fuzz/core_seconds.py" "$log.time" \
        afl-fuzz -i "$in" -o "$out" -V "$seconds" -t 60000 -m none -- "$program" >"$log" 2>&1 || status=$?
    [ "$status" = 0 ] || tail -n 40 "$log"
    grep -E '^(execs_done|execs_per_sec|corpus_count|edges_found|total_edges|bitmap_cvg|saved_crashes|saved_hangs) ' \
        "$out/default/fuzzer_stats" || true
    # Once more over what it kept: which kernels that reaches.
    "$program" "$out/default/queue/"id* 2>&1 | grep -a '^fuzz: ' || true
    runs=$(sed -n 's/^execs_done *: *//p' "$out/default/fuzzer_stats")
    local before=0
    [ ! -f "$out/counted" ] || before=$(cat "$out/counted")
    echo "${runs:-0}" >"$out/counted"
    [ "$in" = - ] || before=0
    add_up "$target" afl "$((${runs:-0} - before))" "$(cat "$log.time")"
    if compgen -G "$out/default/crashes/id*" >/dev/null; then
        cp "$out"/default/crashes/id* "$findings/"
        echo "fuzz: $target: findings: see $findings" >&2
        status=1
    fi
    return "$status"
}

seconds=60 engine=libfuzzer
case ${1-} in
--list)
    list
    exit
    ;;
--totals)
    print_totals
    exit
    ;;
'' | -*) usage ;;
esac
wanted=$1
shift
while [ $# -gt 0 ]; do
    case $1 in
    --seconds)
        seconds=${2:?fuzz: --seconds needs a number}
        shift 2
        ;;
    --engine)
        engine=${2:?fuzz: --engine needs a name}
        shift 2
        ;;
    -*=*) break ;;
    *) usage ;;
    esac
done
case $engine in
libfuzzer) preset=fuzz ;;
afl) preset=fuzz-afl ;;
*) die "no engine $engine; there are: libfuzzer afl" ;;
esac
if [ "$wanted" = all ]; then
    mapfile -t names < <(list)
elif [ -d "$corpora/$wanted" ]; then
    names=("$wanted")
else
    die "no target $wanted; there are: $(list | tr '\n' ' ')or all"
fi

build=$root/build/$preset
findings=$build/fuzz/findings
(cd "$root" && cmake --preset "$preset" && cmake --build --preset "$preset" --target "${names[@]/#/fuzz_}") >&2
mkdir -p "$findings"
failed=0
for name in "${names[@]}"; do
    program=$build/fuzz/fuzz_$name
    echo "fuzz: $name, $engine, $seconds s"
    if [ "$engine" = afl ]; then
        run_afl "$name" || failed=1
    else
        run_libfuzzer "$name" "$@" || failed=1
    fi
done
print_totals
exit "$failed"
