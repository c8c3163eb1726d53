#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Compares whole processes that do the same fixed work, profile by profile: the fan-out by sealane, and by libsodium. Start,
# key making and the check of every output are part of each; more rounds make them count for less.
set -euo pipefail

usage() {
    cat <<'END'
usage: bench/hyperfine.sh [-s SEALANE] [-p PROFILE,…] [-r RECIPIENTS] [-n ROUNDS] [DIRECTORY]

Writes PROFILE.json and PROFILE.md for each to DIRECTORY (default: build/hyperfine).
  -s SEALANE      the program (default: build/release/cli/sealane)
  -p PROFILE,…    what to do (default: every profile)
  -r RECIPIENTS   in the group (default: 100)
  -n ROUNDS       how often each process does it (default: 40)
END
}

root=$(dirname "$0")/..
sealane=$root/build/release/cli/sealane
profiles=
recipients=100
rounds=40
while getopts s:p:r:n:h option; do
    case $option in
    s) sealane=$OPTARG ;;
    p) profiles=${OPTARG//,/ } ;;
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
if [ -z "$profiles" ]; then
    profiles=$("$sealane" fanout --list | awk 'NR > 1 { print $1 }')
fi
mkdir -p "$directory"
for profile in $profiles; do
    work="--profile $profile --recipients $recipients --kernel best --json -"
    commands=()
    for implementation in sealane libsodium; do
        # Both have to work before either is timed.
        # shellcheck disable=SC2086
        "$sealane" fanout $work --impl "$implementation" --rounds 1 >/dev/null
        commands+=(--command-name "$profile, $implementation" "'$sealane' fanout $work --impl $implementation --rounds $rounds")
    done
    hyperfine --warmup 1 --export-json "$directory/$profile.json" --export-markdown "$directory/$profile.md" "${commands[@]}"
done
echo "Written: $directory"
