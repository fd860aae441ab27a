// SPDX-License-Identifier: GPL-3.0-or-later
// A reference to a Jansson value that gives itself back.
#pragma once

#include <jansson.h>

#include <memory>
#include <string>

namespace onhook::e2e {

struct JsonRelease {
  void operator()(json_t* value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonRelease>;

/// The text of a member, "" when there is none.
inline std::string text_member(const json_t* object, const char* name) {
  const char* text = json_string_value(json_object_get(object, name));
  return text == nullptr ? "" : text;
}

}  // namespace onhook::e2e
