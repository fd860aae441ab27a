# SPDX-License-Identifier: GPL-3.0-or-later
# Targets: a library of its own, so that the command line can list them without loading a plugin.
find_package(nlohmann_json REQUIRED)
pkg_check_modules(ELF REQUIRED IMPORTED_TARGET libdw libelf)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
onhook_library(onhook_target
  SOURCES allowed_calls.cc command.cc confinement.cc field_layout.cc git_clone.cc heap_types.cc janus_files.cc
    revision_target.cc target.cc
  LIBS onhook_report onhook_core_rules nlohmann_json::nlohmann_json PkgConfig::ELF PkgConfig::SECCOMP)
target_compile_definitions(onhook_target PRIVATE ONHOOK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
onhook_test(target_test
  SOURCES confinement_test.cc field_layout_test.cc git_clone_test.cc heap_types_test.cc janus_files_test.cc
    revision_target_test.cc target_test.cc
  LIBS onhook_target)
# These read the layouts of their own structures.
set_source_files_properties(field_layout_test.cc heap_types_test.cc PROPERTIES COMPILE_OPTIONS -g2)
