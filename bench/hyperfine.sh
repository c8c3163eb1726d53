#!/bin/sh
# SPDX-License-Identifier: ISC
# Compares whole processes that do the same fixed work: the fan-out by sealane, and by libsodium. Start, key making and the
# check of every output are part of each; more rounds make them count for less.
set -eu

usage() {
    cat <<'END'
usage: bench/hyperfine.sh [-s SEALANE] [-r RECIPIENTS] [-n ROUNDS] [DIRECTORY]

Writes fanout.json and fanout.md to DIRECTORY (default: build/hyperfine).
  -s SEALANE      the program (default: build/release/cli/sealane)
  -r RECIPIENTS   in the group (default: 256)
  -n ROUNDS       messages that each process seals in each mode (default: 200)
END
}

root=$(dirname "$0")/..
sealane=$root/build/release/cli/sealane
recipients=256
rounds=200
while getopts s:r:n:h option; do
    case $option in
    s) sealane=$OPTARG ;;
    r) recipients=$OPTARG ;;
    n) rounds=$OPTARG ;;
    h)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
done
shift $((OPTIND - 1))
if [ $# -gt 1 ]; then
    usage >&2
    exit 2
fi
directory=${1:-$root/build/hyperfine}

if ! command -v hyperfine >/dev/null; then
    echo "hyperfine.sh: hyperfine is not installed (Debian: apt-get install hyperfine)" >&2
    exit 2
fi
if [ ! -x "$sealane" ]; then
    echo "hyperfine.sh: there is no program $sealane; build it first, or name it with -s" >&2
    exit 2
fi

# Both have to work before either is timed.
for implementation in sealane libsodium; do
    "$sealane" fanout --impl "$implementation" --recipients "$recipients" --rounds 1 --json - >/dev/null
done
mkdir -p "$directory"
set -- --warmup 1 --export-json "$directory/fanout.json" --export-markdown "$directory/fanout.md"
for implementation in sealane libsodium; do
    set -- "$@" --command-name "$implementation" "'$sealane' fanout --impl $implementation --kernel best \
        --recipients $recipients --rounds $rounds --json -"
done
hyperfine "$@"
echo "Written: $directory/fanout.json, $directory/fanout.md"
