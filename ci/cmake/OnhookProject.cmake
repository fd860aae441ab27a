# SPDX-License-Identifier: GPL-3.0-or-later
# What every folder's CMakeLists.txt uses: one static library a layer, its tests beside it.

find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(GTest REQUIRED)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0 gthread-2.0)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(SOFIA REQUIRED IMPORTED_TARGET sofia-sip-ua)

option(ONHOOK_WERROR "Treat warnings as errors" OFF)
option(ONHOOK_SANITIZE "Build our own code under ASan and UBSan (no onhook executable)" OFF)
option(ONHOOK_UNIT_TESTS "Build the tests of single files; the preset asan has them, release has not" ON)
# Halves the compile time. scripts/check-tidy does without, or missing includes would go unseen.
option(ONHOOK_PCH "Precompile the common headers" OFF)
# The code of a test is compiled once for each time it runs; that of a library that is COLD runs
# once for each campaign.
set(onhook_compiling_library "")
set(onhook_compiling_cold $<IF:$<BOOL:${ONHOOK_SANITIZE}>,-O0,-O1> -g1)
set(onhook_compiling_test -O0 -g1)

find_program(ONHOOK_CCACHE ccache)
if(ONHOOK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${ONHOOK_CCACHE})
  # ccache caches what uses a precompiled header only when told that it may.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros ${ONHOOK_CCACHE})
endif()

add_library(onhook_options INTERFACE)
target_include_directories(onhook_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(onhook_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow
  $<$<BOOL:${ONHOOK_WERROR}>:-Werror>)
if(ONHOOK_SANITIZE)
  target_compile_options(onhook_options INTERFACE -fsanitize=address,undefined
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(onhook_options INTERFACE -fsanitize=address,undefined)
endif()

# The compiler refuses a precompiled header made with other flags; -pthread comes and goes with
# libraries, so it is given to all.
if(ONHOOK_PCH)
  target_compile_options(onhook_options INTERFACE -pthread -fpch-preprocess)
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/pch.cc CONTENT "")
  foreach(kind library cold test)
    add_library(onhook_pch_${kind} OBJECT ${CMAKE_BINARY_DIR}/pch.cc)
    target_link_libraries(onhook_pch_${kind} PRIVATE onhook_options fmt::fmt
      $<$<STREQUAL:${kind},test>:GTest::gtest>)
    target_compile_options(onhook_pch_${kind} PRIVATE "${onhook_compiling_${kind}}")
    target_precompile_headers(onhook_pch_${kind} PRIVATE <algorithm> <array> <cstdint> <functional>
      <map> <memory> <optional> <string> <string_view> <variant> <vector> <fmt/format.h>
      $<$<STREQUAL:${kind},test>:<gtest/gtest.h$<ANGLE-R>>)
  endforeach()
endif()
function(onhook_options_of name kind)
  target_compile_options(${name} PRIVATE "${onhook_compiling_${kind}}")
  if(ONHOOK_PCH)
    target_precompile_headers(${name} REUSE_FROM onhook_pch_${kind})
  endif()
endfunction()

# onhook_library(NAME [COLD] SOURCES a.cc b.cc LIBS dep1 dep2)
function(onhook_library name)
  cmake_parse_arguments(A "COLD" "" "SOURCES;LIBS" ${ARGN})
  add_library(${name} STATIC ${A_SOURCES})
  target_link_libraries(${name} PUBLIC onhook_options fmt::fmt ${A_LIBS})
  if(A_COLD)
    onhook_options_of(${name} cold)
  else()
    onhook_options_of(${name} library)
  endif()
endfunction()

# onhook_test(NAME [NATIVE] SOURCES a_test.cc LIBS dep1 [DEFINITIONS A="b"]): one GoogleTest
# executable, its cases in CTest. NATIVE: it cannot run under the sanitizers, because it starts
# onhook or has the libc of interpose/.
function(onhook_test name)
  cmake_parse_arguments(A "NATIVE" "" "SOURCES;LIBS;DEFINITIONS" ${ARGN})
  if((A_NATIVE AND ONHOOK_SANITIZE) OR NOT (A_NATIVE OR ONHOOK_UNIT_TESTS))
    return()
  endif()
  set(label unit)
  if(A_NATIVE)
    set(label native)
  endif()
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE onhook_options fmt::fmt GTest::gtest_main ${A_LIBS})
  target_compile_definitions(${name} PRIVATE ${A_DEFINITIONS})
  onhook_options_of(${name} test)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${label})
endfunction()
include(GoogleTest)
