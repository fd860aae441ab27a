# SPDX-License-Identifier: GPL-3.0-or-later
# Scenarios as CTest tests, for onhook itself and for any other CMake project.
#
#   onhook_add_scenarios(PATH... TARGETS TARGET... [LEDGER FILE] [OPTIONS OPTION...] [TIMEOUT_S N])
#
# Every scenario under the paths (a .scn file, or a folder: all in it but those in a folder `bad`)
# becomes one test a target, named scenario.<path>@<target> and labelled `scenario`. It runs
#   onhook run FILE --target TARGET [--ledger FILE] [OPTION...]
# and so passes when the scenario holds or, with a ledger, when it does what the ledger expects.
# Targets are named as in scripts/build-target and are built on demand. The executable is the
# project's own target `onhook`, or else the one that find_program() finds (ONHOOK_EXECUTABLE).

function(onhook_add_scenarios)
  cmake_parse_arguments(A "" "LEDGER;TIMEOUT_S" "TARGETS;OPTIONS" ${ARGN})
  if(NOT A_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "onhook_add_scenarios: no scenario given")
  endif()
  if(NOT A_TARGETS)
    message(FATAL_ERROR "onhook_add_scenarios: no TARGETS given")
  endif()
  if(TARGET onhook)
    set(onhook $<TARGET_FILE:onhook>)
  else()
    find_program(ONHOOK_EXECUTABLE onhook REQUIRED)
    set(onhook ${ONHOOK_EXECUTABLE})
  endif()
  if(NOT A_TIMEOUT_S)
    set(A_TIMEOUT_S 300)
  endif()
  set(options ${A_OPTIONS})
  if(A_LEDGER)
    cmake_path(ABSOLUTE_PATH A_LEDGER)
    list(APPEND options --ledger ${A_LEDGER})
  endif()

  foreach(path ${A_UNPARSED_ARGUMENTS})
    cmake_path(ABSOLUTE_PATH path)
    if(IS_DIRECTORY ${path})
      file(GLOB_RECURSE scenarios CONFIGURE_DEPENDS ${path}/*.scn)
      list(FILTER scenarios EXCLUDE REGEX "/bad/")
      if(NOT scenarios)
        message(FATAL_ERROR "onhook_add_scenarios: no .scn file in ${path}")
      endif()
    elseif(EXISTS ${path})
      set(scenarios ${path})
    else()
      message(FATAL_ERROR "onhook_add_scenarios: there is no ${path}")
    endif()
    foreach(scenario ${scenarios})
      cmake_path(RELATIVE_PATH scenario BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE name)
      string(REGEX REPLACE "\\.scn$" "" name ${name})
      foreach(target ${A_TARGETS})
        add_test(NAME scenario.${name}@${target}
          COMMAND ${onhook} run ${scenario} --target ${target} ${options}
          WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
        set_tests_properties(scenario.${name}@${target} PROPERTIES
          LABELS scenario TIMEOUT ${A_TIMEOUT_S})
      endforeach()
    endforeach()
  endforeach()
endfunction()
