// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "fakes/vocabulary.h"
#include "harness/base/testing.h"
#include "harness/scenario/scenario_fixture.h"

namespace onhook {
namespace {

bool is_in_vocabulary(std::string_view verb) {
  return std::find(fakes::verb::kAll.begin(), fakes::verb::kAll.end(), verb) !=
         fakes::verb::kAll.end();
}

TEST(NamesTest, EveryVerbOfAnEventIsOneThatFakesRecord) {
  for (const names::Verb& verb : names::verbs()) {
    const bool can_be_event = (verb.uses & names::kEvent) != 0;
    EXPECT_TRUE(!can_be_event || is_in_vocabulary(verb.word)) << verb.word;
  }
}

TEST(NamesTest, EveryObservableReadsAVerbThatFakesRecord) {
  for (const names::ObservableName& o : names::observables()) {
    EXPECT_TRUE(is_in_vocabulary(o.verb)) << o.head;
    EXPECT_TRUE(o.opposite_verb.empty() || is_in_vocabulary(o.opposite_verb)) << o.head;
  }
}

TEST(NamesTest, NoObservableStandsTwice) {
  std::set<std::string> seen;
  for (const names::ObservableName& o : names::observables()) {
    EXPECT_TRUE(seen.insert(std::string(o.head) + '.' + std::string(o.field)).second) << o.head;
  }
}

TEST(NamesTest, EverythingIsDocumented) {
  for (const auto& k : names::keywords()) EXPECT_TRUE(k.form.starts_with(k.word) && !k.doc.empty());
  for (const auto& v : names::verbs()) EXPECT_FALSE(v.doc.empty()) << v.word;
  for (const auto& o : names::observables()) EXPECT_FALSE(o.doc.empty()) << o.head;
  for (const auto& g : names::givens()) EXPECT_FALSE(g.doc.empty()) << g.kind;
  for (const auto& l : names::general_laws()) EXPECT_FALSE(l.doc.empty()) << l.name;
}

TEST(NamesTest, TheManualListsTheGeneralLaws) {
  const std::string manual =
      testing_base::text_of_file(ONHOOK_SOURCE_FOLDER "/harness/scenario/LANGUAGE.md");
  for (const names::GeneralLaw& law : names::general_laws()) {
    const std::string row = "| " + std::string(law.name) + " | " + std::string(law.doc) + " |\n";
    EXPECT_NE(manual.find(row), std::string::npos) << row;
  }
}

TEST(NamesTest, EveryObservableCanBeSaidInALaw) {
  for (const names::ObservableName& o : names::observables()) {
    const bool thread = o.subjects == names::kThread;
    std::string law = std::string("never ") + std::string(o.head) + '(';
    law += thread ? "relay" : o.subjects == names::kSipPeer ? "bob" : "alice";
    if (o.reading == Observable::Reading::keyed) law += ", call_status";
    law += ')';
    if (!o.field.empty()) law += '.' + std::string(o.field);
    if (o.type == ValueType::integer) law += " == 7";
    if (o.type == ValueType::text) law += " == \"x\"";
    const auto s = testing_support::compiled_call("event e alice requests hangup\n" + law + "\n");
    ASSERT_EQ(s.laws.size(), 1u) << law;
    EXPECT_EQ(s.laws[0].text, law);
  }
}

}  // namespace
}  // namespace onhook
