// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/core/event_detail.h"

#include <algorithm>

namespace onhook::fakes {

std::string_view event_name(const json_t* message) {
  if (json_object_get(message, "error_code") != nullptr) return "error";
  const char* name =
      json_string_value(json_object_get(json_object_get(message, "result"), "event"));
  return name == nullptr ? "event" : name;
}

std::string event_detail(const json_t* message, std::string_view jsep_type) {
  std::string detail(event_name(message));
  const json_t* result = json_object_get(message, "result");
  const json_t* code = json_object_get(message, "error_code");
  if (code == nullptr) code = json_object_get(result, "code");
  if (json_is_integer(code)) detail += ", code " + std::to_string(json_integer_value(code));
  if (const char* reason = json_string_value(json_object_get(result, "reason"))) {
    std::string text(reason);
    std::replace(text.begin(), text.end(), ',', ';');
    detail += ", reason " + text;
  }
  if (!jsep_type.empty()) detail.append(", jsep ").append(jsep_type);
  return detail;
}

}  // namespace onhook::fakes
