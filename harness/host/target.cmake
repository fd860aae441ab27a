# SPDX-License-Identifier: GPL-3.0-or-later
# Targets: a library of its own, so that the command line can list them without loading a plugin.
find_package(nlohmann_json REQUIRED)
onhook_library(onhook_target SOURCES command.cc target.cc LIBS onhook_report nlohmann_json::nlohmann_json)
target_compile_definitions(onhook_target PRIVATE ONHOOK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
onhook_test(target_test SOURCES target_test.cc LIBS onhook_target)
