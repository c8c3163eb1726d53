#!/bin/sh
# SPDX-License-Identifier: ISC
# Every public header compiles by itself, as C11 and C++11, pedantically. usage: headers.sh INCLUDE_DIR CC [CXX]
set -eu
dir=$1 cc=$2 cxx=${3:-}
warnings='-Wall -Wextra -Wpedantic -Wshadow -Werror'
count=0
for header in "$dir"/sealane/*.h; do
    # shellcheck disable=SC2086 # a list of words
    printf '#include <sealane/%s>\n' "$(basename "$header")" | "$cc" -std=c11 $warnings -I"$dir" -fsyntax-only -x c -
    if [ -n "$cxx" ]; then
        # shellcheck disable=SC2086
        printf '#include <sealane/%s>\n' "$(basename "$header")" |
            "$cxx" -std=c++11 $warnings -I"$dir" -fsyntax-only -x c++ -
    fi
    count=$((count + 1))
done
test "$count" -gt 0
echo "$count headers compile by themselves"
