// SPDX-License-Identifier: GPL-3.0-or-later
// The committed reference and grammar are what the tables say. ONHOOK_UPDATE_GOLDEN=1 writes them
// anew: read the difference.
#include "harness/scenario/manual.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "harness/base/testing.h"
#include "harness/scenario/names.h"

namespace onhook {
namespace {

void expect_committed(const std::string& file, const std::string& text) {
  const std::string path = std::string(ONHOOK_SOURCE_FOLDER) + file;
  const std::string committed = testing_base::text_of_file(path);
  if (committed != text && std::getenv("ONHOOK_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
  }
  EXPECT_EQ(committed, text) << path;
}

TEST(Manual, is_committed) {
  expect_committed("/harness/scenario/REFERENCE.md", reference_manual());
}

TEST(Manual, knows_every_verb_and_observable) {
  const std::string text = reference_manual();
  for (const auto& verb : names::verbs()) {
    EXPECT_NE(text.find(std::string(verb.doc)), std::string::npos) << verb.word;
  }
  for (const auto& observable : names::observables()) {
    EXPECT_NE(text.find(std::string(observable.doc)), std::string::npos) << observable.head;
  }
}

TEST(Manual, the_grammar_for_editors_is_committed) {
  expect_committed("/ci/editor/onhook.tmLanguage.json", textmate_grammar());
}

}  // namespace
}  // namespace onhook
