#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The same sources, built twice in different places, give the same files: what is installed is compared byte for byte.
# usage: reproducible.sh SOURCE_DIR [CMAKE ARGUMENTS]
set -euo pipefail
source=$(realpath "$1")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=1767225600 CCACHE_DISABLE=1
for place in one another/and/longer; do
    mkdir -p "$work/$place"
    (cd "$source" && git ls-files -z --cached --others --exclude-standard | xargs -0 tar c) | tar x -C "$work/$place"
    cmake -S "$work/$place" -B "$work/$place/b" -G Ninja -DCMAKE_BUILD_TYPE=Release "$@" >/dev/null
    cmake --build "$work/$place/b" >/dev/null
    cmake --install "$work/$place/b" --prefix "$work/$place/installed" >/dev/null
    (cd "$work/$place/installed" && find . -type f -print0 | sort -z | xargs -0 sha256sum) >"$work/$(basename "$place").sums"
done
if ! diff "$work/one.sums" "$work/longer.sums"; then
    echo "FAILED: the two builds differ"
    exit 1
fi
echo "$(wc -l <"$work/one.sums") installed files are the same in both builds"
