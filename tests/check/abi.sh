#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The library's ABI has nothing taken from it and nothing changed since packaging/sealane.abi was made; what was added is printed.
# `abi.sh --update BUILD_DIR SOURCE_DIR` makes that file anew, for a release. usage: abi.sh BUILD_DIR SOURCE_DIR; exit status 77: no
# abidiff, or no debug information
set -euo pipefail
update=
[ "$1" != --update ] || { update=1 && shift; }
library=$1/libsealane.so source=$2 baseline=$2/packaging/sealane.abi
command -v abidiff >/dev/null || {
    echo "skipped: abidiff is not installed (abigail-tools)"
    exit 77
}
readelf -S "$library" | grep debug_info >/dev/null || {
    echo "skipped: $library was built without debug information"
    exit 77
}
common=(--headers-dir "$source/include")
if [ -n "$update" ]; then
    exec abidw "${common[@]}" --drop-private-types --no-corpus-path --no-comp-dir-path --no-show-locs --out-file "$baseline" "$library"
fi
status=0
abidiff "$baseline" "$library" || status=$?
# 1: it failed; 2: usage; 4: a change; 8: an incompatible one.
if [ $((status & 3)) != 0 ] || [ $((status & 8)) != 0 ]; then
    echo "FAILED: the ABI is not the one of $baseline"
    exit 1
fi
# libabigail calls a removal or a changed type of a parameter a change (4) as well: only additions may be.
if [ "$status" = 4 ] && abidiff --no-added-syms "$baseline" "$library" >/dev/null; then
    echo "only additions"
elif [ "$status" != 0 ]; then
    echo "FAILED: the ABI is not the one of $baseline"
    exit 1
fi
