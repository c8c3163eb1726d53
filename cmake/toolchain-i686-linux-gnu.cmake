# SPDX-License-Identifier: ISC
# 32-bit x86 with Debian's cross compiler and its i386 packages. The programs run as they are where the kernel runs 32-bit
# programs, elsewhere under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR i686)
set(CMAKE_C_COMPILER i686-linux-gnu-gcc)
execute_process(COMMAND /lib/ld-linux.so.2 --version RESULT_VARIABLE cannot_run OUTPUT_QUIET ERROR_QUIET)
if(cannot_run)
  set(CMAKE_CROSSCOMPILING_EMULATOR qemu-i386)
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/i386-linux-gnu/pkgconfig:/usr/share/pkgconfig)
