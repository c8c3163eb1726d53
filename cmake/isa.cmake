# SPDX-License-Identifier: ISC
# The one table of ISA flags. A kernel's files are compiled with the flags of its ISA, everything else with the baseline.
include(CheckCCompilerFlag)

set(SEALANE_ISA_x86_64 shani bmi2 avx2 avx512f avx512)
set(SEALANE_FLAGS_shani -msha -mssse3 -msse4.1)
set(SEALANE_FLAGS_bmi2 -mbmi2 -mtune=haswell)
set(SEALANE_FLAGS_avx2 -mavx2 -mbmi2 -mtune=haswell)
set(SEALANE_FLAGS_avx512f -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mbmi2 -mprefer-vector-width=512)
set(SEALANE_FLAGS_avx512 ${SEALANE_FLAGS_avx512f} -mavx512ifma -mavx512vbmi -mvaes -mvpclmulqdq -maes -mpclmul)

set(SEALANE_ISA "")
if(SEALANE_SIMD AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$" AND CMAKE_SIZEOF_VOID_P EQUAL 8)
  foreach(isa ${SEALANE_ISA_x86_64})
    string(REPLACE ";" " " flags "${SEALANE_FLAGS_${isa}}")
    check_c_compiler_flag("${flags}" SEALANE_COMPILER_HAS_${isa})
    if(SEALANE_COMPILER_HAS_${isa})
      list(APPEND SEALANE_ISA ${isa})
    else()
      message(STATUS "sealane: no ${isa} kernels: the compiler does not know ${flags}")
    endif()
  endforeach()
endif()

# Adds files to the library, compiled for an ISA, and tells the registry that they are there.
function(sealane_isa_sources isa)
  if(isa IN_LIST SEALANE_ISA)
    target_sources(sealane_objects PRIVATE ${ARGN})
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "${SEALANE_FLAGS_${isa}}")
    string(TOUPPER ${isa} upper)
    set_property(SOURCE core/dispatch/registry.c APPEND PROPERTY COMPILE_DEFINITIONS SEALANE_HAVE_${upper}=1)
  endif()
endfunction()
