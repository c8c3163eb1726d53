#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Builds the library and its tests for another architecture and runs them: cmake/cross.sh ARCH, with Debian's cross compiler and the
# foreign packages of libsodium and cmocka beside the native ones. aarch64 and s390x run under qemu-user.
set -euo pipefail
cd "$(dirname "$0")/.."

arch=${1:?cross: ARCH is i686, aarch64 or s390x}
case $arch in
i686) debian=i386 ;;
aarch64) debian=arm64 ;;
s390x) debian=s390x ;;
*)
    echo "cross: no architecture $arch; there are: i686 aarch64 s390x" >&2
    exit 2
    ;;
esac

packages=(cmake ninja-build pkg-config python3 "gcc-$arch-linux-gnu" "libc6:$debian" "libsodium-dev:$debian" "libcmocka-dev:$debian" qemu-user)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    if [ -n "${SEALANE_NO_INSTALL:-}" ]; then
        echo "cross: not installed, and left so: ${missing[*]}" >&2
    else
        root=()
        [ "$(id -u)" = 0 ] || root=(sudo)
        "${root[@]}" dpkg --add-architecture "$debian"
        "${root[@]}" apt-get update -qq
        "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
    fi
fi

build=build/cross-$arch
cmake -S . -B "$build" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$PWD/cmake/toolchain-$arch-linux-gnu.cmake" -DCMAKE_BUILD_TYPE=Release \
    -DSEALANE_TESTS=ON -DSEALANE_WERROR=ON >&2
cmake --build "$build" >&2

# i686 runs as it is where the kernel runs 32-bit programs.
emulator=
case $arch in
i686) /lib/ld-linux.so.2 --version >/dev/null 2>&1 || emulator=qemu-i386 ;;
*) emulator=qemu-$arch ;;
esac
if [ -z "$emulator" ]; then
    exec ctest --test-dir "$build" -j "$(nproc)" --output-on-failure --timeout 1200
fi

# qemu multiplies the time of long tests by about fifty: of the curves, boxes and batches only the quick tests run there.
echo "cross: under $emulator the long tests of curves, boxes, forgeries and memory are left out"
ctest --test-dir "$build" -j "$(nproc)" --output-on-failure --timeout 1200 \
    -E '^test_(aead|aead_batch|aead_forgery|aead_memory|x25519|ed25519|box)$'
quick=('test_x25519:rfc7748 *' 'test_x25519:small_order*' 'test_x25519:base_point*' 'test_ed25519:rfc8032*'
    'test_ed25519:malleable*' 'test_ed25519:prehashed*' 'test_ed25519:key_pairs*' 'test_box:nacl*')
for test in "${quick[@]}"; do
    "$emulator" "$build/tests/${test%%:*}" --only "${test#*:}"
done
