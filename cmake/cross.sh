#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Builds the library and its tests for another architecture with Debian's cross compiler and runs them: cmake/cross.sh ARCH.
# `./dev cross` installs what it needs before. aarch64 and s390x run under qemu-user.
set -euo pipefail
cd "$(dirname "$0")/.."

arch=${1:?cross: ARCH is i686, aarch64 or s390x}
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

# Under an emulator these three take tens of minutes; the quick of their tests are run by name.
long=(test_x25519 test_ed25519 test_box)
echo "cross: under $emulator only the quick tests of ${long[*]} are run: the others take tens of minutes there"
ctest --test-dir "$build" -j "$(nproc)" --output-on-failure --timeout 1200 -E "^($(IFS='|' && echo "${long[*]}"))\$"
quick=('test_x25519:rfc7748 *' 'test_x25519:small_order*' 'test_x25519:base_point*' 'test_ed25519:rfc8032*'
    'test_ed25519:malleable*' 'test_ed25519:prehashed*' 'test_ed25519:key_pairs*' 'test_box:nacl*')
for test in "${quick[@]}"; do
    output=$("$emulator" "$build/tests/${test%%:*}" --only "${test#*:}" 2>&1) || status=$?
    printf '%s\n' "$output"
    if [ "${status:-0}" != 0 ] || grep -q 'PASSED  \] 0 test' <<<"$output"; then
        echo "cross: $test failed, or names no test" >&2
        exit 1
    fi
done
