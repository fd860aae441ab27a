// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/base/strings.h"

#include <deque>
#include <unordered_map>

#include "harness/base/check.h"

namespace onhook {
namespace {

struct Table {
  std::deque<std::string> texts{std::string()};
  std::unordered_map<std::string_view, StringId> ids{{std::string_view(), 0}};
};

Table& table() {
  static auto* t = new Table;  // never destroyed: ids outlive every static
  return *t;
}

}  // namespace

StringId intern(std::string_view text) {
  Table& t = table();
  if (auto it = t.ids.find(text); it != t.ids.end()) return it->second;
  const auto id = static_cast<StringId>(t.texts.size());
  const std::string& kept = t.texts.emplace_back(text);
  t.ids.emplace(kept, id);
  return id;
}

std::string_view text_of(StringId id) {
  Table& t = table();
  ONHOOK_CHECK(id < t.texts.size(), "unknown string id");
  return t.texts[id];
}

}  // namespace onhook
