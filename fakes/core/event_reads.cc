// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/core/event_reads.h"

#include <cstring>

namespace onhook::fakes {

void EventReads::add_json(const json_t* value) {
  if (value == nullptr) return;
  add({&value->type, sizeof value->type});
  if (json_is_string(value)) return add_text(json_string_value(value));
  for (std::size_t i = 0; i < json_array_size(value); ++i) add_json(json_array_get(value, i));
  const char* key = nullptr;
  json_t* member = nullptr;
  json_object_foreach(const_cast<json_t*>(value), key, member) {
    add_text(key);
    add_json(member);
  }
}

void EventReads::add_text(const char* text) {
  if (text != nullptr) add({text, std::strlen(text) + 1});
}

}  // namespace onhook::fakes
