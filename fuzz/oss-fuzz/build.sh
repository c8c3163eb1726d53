#!/bin/bash
# SPDX-License-Identifier: ISC
# Builds the fuzz targets as OSS-Fuzz asks: with its compilers and flags, linked with its engine, each with its seeds as a zip.
# Wants cmake, ninja, zip, and the development packages of libsodium, jansson, libsmartcols and OpenSSL; shared libraries that
# the targets need are put beside them.
set -euo pipefail
: "${CC:?}" "${CXX:?}" "${CFLAGS?}" "${LIB_FUZZING_ENGINE:?}" "${OUT:?}" "${SRC:?}"

source=$SRC/sealane
build=${WORK:-$source/build}/oss-fuzz
mkdir -p "$OUT/lib"
cmake -G Ninja -S "$source" -B "$build" -DCMAKE_BUILD_TYPE=None -DSEALANE_FUZZ=ON -DSEALANE_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" \
    -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON -DCMAKE_INSTALL_RPATH="\$ORIGIN/lib"
cmake --build "$build" --target fuzz_targets

for seeds in "$source"/fuzz/corpus/*/; do
    name=fuzz_$(basename "$seeds")
    [ -f "$build/fuzz/$name" ] || continue
    cp "$build/fuzz/$name" "$OUT/"
    (cd "$seeds" && zip -q -r "$OUT/${name}_seed_corpus.zip" .)
    printf '[libfuzzer]\nmax_len = 4096\n' >"$OUT/$name.options"
    ldd "$build/fuzz/$name" | awk '$3 ~ /lib(sodium|jansson|smartcols|crypto|IPSec_MB)/ { print $3 }' | while read -r library; do
        cp -Lu "$library" "$OUT/lib/"
    done
done
# The target dropin loads libsodium by its name.
library=$(ldd "$build/fuzz/fuzz_aead" | awk '$1 ~ /^libsodium/ { print $3 }')
[ -z "$library" ] || cp -Lu "$library" "$OUT/lib/"
