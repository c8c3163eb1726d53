#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# What strangers get: installs a build, moves the tree elsewhere, and builds the consumers against it by pkg-config and by CMake, C and
# C++, shared and static. usage: install.sh BUILD_DIR SOURCE_DIR CC [CXX]
set -euo pipefail
build=$1 source=$2 cc=$3 cxx=${4:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/first" >/dev/null
mv "$work/first" "$work/moved"
tree=$work/moved
libdir=$(dirname "$(find "$tree" -name libsealane.so)")
export PKG_CONFIG_PATH=$libdir/pkgconfig

expect() {
    local what=$1
    shift
    "$@" >"$work/log" 2>&1 || {
        echo "FAILED $what: $*"
        cat "$work/log"
        exit 1
    }
    echo "ok     $what"
}

soname=$(readelf -d "$libdir/libsealane.so" | sed -n 's/.*(SONAME).*\[\(.*\)\].*/\1/p')
expect "SONAME is $soname, and there" test -e "$libdir/$soname"
expect "every symbol has a version" sh -c "! nm -D --defined-only '$libdir/libsealane.so' | grep -v ' A ' | grep -v @@SEALANE_0"

compile() { # LANGUAGE_FLAGS SOURCE OUTPUT LIBRARIES…
    local compiler=$1 standard=$2 file=$3 out=$4
    shift 4
    # shellcheck disable=SC2046 # pkg-config's words
    "$compiler" "-std=$standard" -Wall -Wextra -Wpedantic -Werror $(pkg-config --cflags sealane) "$file" -o "$out" "$@"
}

# shellcheck disable=SC2046
for language in "$cc c11 consumer.c" ${cxx:+"$cxx c++11 consumer.cc"}; do
    read -r compiler standard file <<<"$language"
    expect "$file by pkg-config, shared" compile "$compiler" "$standard" "$source/tests/consumer/$file" "$work/shared" \
        $(pkg-config --libs sealane)
    expect "$file runs" env LD_LIBRARY_PATH="$libdir" "$work/shared"
    expect "$file by hand, static" compile "$compiler" "$standard" "$source/tests/consumer/$file" "$work/static" "$libdir/libsealane.a"
    expect "$file runs" "$work/static"
done

mkdir "$work/project"
cat >"$work/project/CMakeLists.txt" <<TEXT
cmake_minimum_required(VERSION 3.25)
project(stranger LANGUAGES C ${cxx:+CXX})
find_package(sealane 0.1 REQUIRED)
foreach(file consumer.c ${cxx:+consumer.cc})
  foreach(library sealane static)
    add_executable(\${library}_\${file} $source/tests/consumer/\${file})
    target_link_libraries(\${library}_\${file} PRIVATE sealane::\${library})
  endforeach()
endforeach()
TEXT
expect "find_package" cmake -S "$work/project" -B "$work/project/build" -DCMAKE_PREFIX_PATH="$tree" -DCMAKE_C_COMPILER="$cc" \
    ${cxx:+-DCMAKE_CXX_COMPILER="$cxx"}
expect "the CMake targets build" cmake --build "$work/project/build"
for program in "$work/project/build"/{sealane,static}_consumer.*; do
    expect "$(basename "$program") runs" "$program"
done
expect "no file names the place of the build or of the installation" \
    sh -c "! grep -rlE '$work/first|$build|$source' '$tree'/lib*/cmake '$tree'/lib*/pkgconfig '$tree'/share '$libdir'"

if [ -e "$libdir/libsealane-sodium.so" ] && pkg-config --exists libsodium; then
    # shellcheck disable=SC2046
    expect "linked before libsodium by pkg-config" "$cc" -D_GNU_SOURCE "$source/tests/dropin/linked.c" -o "$work/linked" \
        $(pkg-config --cflags --libs sealane-sodium) -ldl
    expect "each function comes from its library" env LD_LIBRARY_PATH="$libdir" "$work/linked" libsealane-sodium libsodium
fi
if [ -x "$tree/bin/sealane" ]; then
    expect "the program runs" "$tree/bin/sealane" cpu
    expect "bash completion knows its commands" bash -c "PATH='$tree/bin':\$PATH
        . '$tree/share/bash-completion/completions/sealane'
        COMP_WORDS=(sealane ver) COMP_CWORD=1
        _sealane
        [ \"\${COMPREPLY[*]}\" = verify ] || exit
        COMP_WORDS=(sealane seal --rec) COMP_CWORD=2
        _sealane
        [ \"\${COMPREPLY[*]}\" = --recipients ]"
    if [ -e "$libdir/libsealane-sodium.so" ]; then
        expect "sealane preload finds its library" sh -c "'$tree/bin/sealane' preload -s true 2>&1 | grep -q 'loaded by 1 process'"
    fi
fi
if command -v mandoc >/dev/null; then
    expect "manual pages" sh -c "find '$tree/share/man' -type f -exec mandoc -T lint -W warning {} +"
else
    echo "skipped: manual pages were not checked: mandoc is not installed"
fi
if command -v python3 >/dev/null; then
    expect "the bill of materials" python3 - "$tree" <<'PYTHON'
import json, pathlib, re, sys
text = json.loads(next(pathlib.Path(sys.argv[1]).rglob("sealane.spdx.json")).read_text())
assert text["spdxVersion"] == "SPDX-2.3" and text["dataLicense"] == "CC0-1.0" and text["SPDXID"] == "SPDXRef-DOCUMENT"
assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text["creationInfo"]["created"]) and text["creationInfo"]["creators"]
names = {p["SPDXID"] for p in text["packages"]} | {"SPDXRef-DOCUMENT"}
for package in text["packages"]:
    for field in ("name", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"):
        assert package[field], (package, field)
for relation in text["relationships"]:
    assert {relation["spdxElementId"], relation["relatedSpdxElement"]} <= names, relation
PYTHON
fi
