// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "harness/scenario/compiled.h"

namespace onhook {
namespace {

bool has_attribute(std::string_view detail, std::string_view attribute) {
  while (true) {
    const std::size_t comma = detail.find(", ");
    if (detail.substr(0, comma) == attribute) return true;
    if (comma == detail.npos) return false;
    detail.remove_prefix(comma + 2);
  }
}

// "siprtp alice" is a thread of alice.
bool is_thread_of(std::string_view lane, std::string_view account) {
  return lane.size() > account.size() && lane.ends_with(account) &&
         lane[lane.size() - account.size() - 1] == ' ';
}

}  // namespace

bool has_attributes(std::string_view detail, const std::vector<std::string>& attributes) {
  return std::all_of(attributes.begin(), attributes.end(), [detail](const std::string& attribute) {
    return has_attribute(detail, attribute);
  });
}

bool matches(const Subject& subject, const Lane& lane, std::string_view actor) {
  if (subject.kind == SubjectKind::actor) return actor == subject.name;
  return lane.role == subject.entry_function &&
         (subject.account.empty() || is_thread_of(lane.name, subject.account)) &&
         (subject.number == 0 || subject.number == lane.number);
}

bool matches(const EventPattern& event, const Lane& lane, std::string_view actor,
             std::string_view verb, std::string_view detail) {
  return verb == event.verb && matches(event.subject, lane, actor) &&
         has_attributes(detail, event.attributes);
}

}  // namespace onhook
