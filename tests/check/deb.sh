#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The Debian packages of a build, installed by dpkg on a fresh root, which has nothing of the project's: they unpack, their programs
# run, and they are removed without a trace. usage: deb.sh BUILD_DIR; exit status 77: no dpkg, or not root
set -euo pipefail
build=$(realpath "$1")
if ! command -v dpkg-shlibdeps >/dev/null; then
    echo "skipped: dpkg-dev is not installed"
    exit 77
fi
if [ "$(id -u)" != 0 ]; then
    echo "skipped: dpkg on a fresh root needs to be root"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$build" && cpack -B "$work" >"$work/cpack.log" 2>&1) || {
    cat "$work/cpack.log"
    exit 1
}
rm -rf "$work/_CPack_Packages"
packages=("$work"/*.deb)
for package in "${packages[@]}"; do
    printf '%s\n  depends on: %s\n' "$(basename "$package")" "$(dpkg-deb -f "$package" Depends)"
done
dpkg-deb -f "$work"/libsealane0_*.deb Depends | grep -vE 'lib(ssl|sodium|jansson|smartcols)' >/dev/null || {
    echo "FAILED: the libraries' package needs more than libc"
    exit 1
}

# A fresh root: nothing but what a maintainer script takes to run (CPack's calls ldconfig). The packages that the host has count as
# installed, so that dependencies are checked.
root=$work/root
mkdir -p "$root/etc"
for file in /bin/sh /sbin/ldconfig /lib64/ld-linux-x86-64.so.2 /lib/*-linux-gnu/libc.so.6; do
    [ ! -e "$file" ] || cp -L --parents "$file" "$root"
done
mkdir -p "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/triggers"
dpkg-query -W -f='Package: ${Package}\nStatus: ${Status}\nArchitecture: ${Architecture}\nMulti-Arch: ${Multi-Arch}\nMaintainer: host\nVersion: ${Version}\nProvides: ${Provides}\nDescription: host\n\n' |
    grep -vE '^(Multi-Arch|Provides): *$' | awk -v RS= -v ORS='\n\n' '/Status: install ok installed/ && !/Package: (lib)?sealane/' \
    >"$root/var/lib/dpkg/status"
dpkg --root="$root" --log=/dev/null -i "${packages[@]}" >"$work/dpkg.log" 2>&1 || {
    grep -v "files list file for package" "$work/dpkg.log"
    exit 1
}
LD_LIBRARY_PATH=$(dirname "$(find "$root/usr/lib" -name 'libsealane.so.0')")
export LD_LIBRARY_PATH
test -L "$LD_LIBRARY_PATH/libsealane.so.0"
if [ -x "$root/usr/bin/sealane" ]; then
    "$root/usr/bin/sealane" --version
    "$root/usr/bin/sealane" preload --stats -- true
fi
dpkg --root="$root" --log=/dev/null -P libsealane-dev sealane libsealane0 >"$work/dpkg.log" 2>&1 || {
    grep -v "files list file for package" "$work/dpkg.log"
    exit 1
}
left=$(find "$root" -name "*sealane*")
[ -z "$left" ] || {
    echo "FAILED: left after removal: $left"
    exit 1
}
echo "${#packages[@]} packages installed and removed"
