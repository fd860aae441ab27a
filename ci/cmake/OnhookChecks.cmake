# SPDX-License-Identifier: GPL-3.0-or-later
# The checks of scripts/ as CTest tests (label check), so that one `ctest` says whether all is well.
# check-tidy is run by hand until every file has been through it.
foreach(check layers format shell reproducible)
  add_test(NAME check.${check} COMMAND ${CMAKE_SOURCE_DIR}/scripts/check-${check}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(check.${check} PROPERTIES LABELS check)
endforeach()
add_test(NAME check.known-bugs COMMAND ${CMAKE_SOURCE_DIR}/scripts/known-bugs --check)
set_tests_properties(check.known-bugs PROPERTIES LABELS check)
if(TARGET onhook)
  add_test(NAME check.symbols COMMAND ${CMAKE_SOURCE_DIR}/scripts/check-symbols $<TARGET_FILE:onhook>)
  add_test(NAME check.scenarios.lint COMMAND onhook lint ${CMAKE_SOURCE_DIR}/scenarios)
  add_test(NAME check.scenarios.fmt COMMAND onhook fmt --check ${CMAKE_SOURCE_DIR}/scenarios)
  # Every violation of the newest version that is known, again.
  add_test(NAME check.schedules COMMAND ${CMAKE_SOURCE_DIR}/scripts/schedules --check)
  set_tests_properties(check.schedules PROPERTIES LABELS check TIMEOUT 600)
  set_tests_properties(check.symbols check.scenarios.lint check.scenarios.fmt PROPERTIES LABELS check)
endif()
