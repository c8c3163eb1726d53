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

# Under an emulator: small random counts, and of each test program the tests that tests/quick.txt names. The rest of ctest whole.
export SEALANE_SHORT=1
ctest --test-dir "$build" -j "$(nproc)" --output-on-failure --timeout 1200 -LE kernels
exec python3 tests/quick.py "$build/tests" "$emulator"
