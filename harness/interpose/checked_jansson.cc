// SPDX-License-Identifier: GPL-3.0-or-later
// Called by the code under test: Jansson's functions that are given a text, and copy or compare it.
// Of Jansson's own objects nothing is told: their counts are not seen where the library changes
// them.
#include <jansson.h>

#include <cstdarg>

#include "harness/interpose/checked.h"

using namespace onhook;

namespace {

void reads_bytes(LibraryCall& call, const char* text, std::size_t bytes) {
  if (text != nullptr) call.reads(text, bytes);
}

/// The texts that json_pack() takes for a format: keys and strings alike. As far as the format is
/// understood; the library refuses what it does not know itself.
class PackReader {
 public:
  PackReader(LibraryCall& call, const char* format) : call_(call), at_(format) {}

  void read(va_list arguments) {
    while (*at_ != 0) {
      if (!value(*at_++, arguments)) return;
    }
  }

 private:
  bool value(char kind, va_list arguments) {
    switch (kind) {
      case 's':
        do text(arguments);
        while (take('+'));
        return true;
      case 'b':
      case 'i':
        va_arg(arguments, int);
        return true;
      case 'I':
        va_arg(arguments, json_int_t);
        return true;
      case 'f':
        va_arg(arguments, double);
        return true;
      case 'o':
      case 'O':
        va_arg(arguments, json_t*);
        return true;
      default:
        return std::strchr("{}[]n?*,: \t\n", kind) != nullptr;
    }
  }

  void text(va_list arguments) {
    const char* text = va_arg(arguments, const char*);
    if (take('#')) {
      const int bytes = va_arg(arguments, int);
      reads_bytes(call_, text, bytes < 0 ? 0 : static_cast<std::size_t>(bytes));
    } else if (take('%')) {
      reads_bytes(call_, text, va_arg(arguments, std::size_t));
    } else {
      call_.reads_text(text);
    }
  }

  bool take(char wanted) {
    if (*at_ != wanted) return false;
    ++at_;
    return true;
  }

  LibraryCall& call_;
  const char* at_;
};

}  // namespace

ONHOOK_CHECKED(json_t*, json_string, const char* text) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return json_string(text);
}

ONHOOK_CHECKED(json_t*, json_string_nocheck, const char* text) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return json_string_nocheck(text);
}

ONHOOK_CHECKED(json_t*, json_stringn, const char* text, size_t bytes) {
  ONHOOK_LIBRARY_CALL(call);
  reads_bytes(call, text, bytes);
  call.happens();
  return json_stringn(text, bytes);
}

ONHOOK_CHECKED(json_t*, json_stringn_nocheck, const char* text, size_t bytes) {
  ONHOOK_LIBRARY_CALL(call);
  reads_bytes(call, text, bytes);
  call.happens();
  return json_stringn_nocheck(text, bytes);
}

ONHOOK_CHECKED(int, json_string_set, json_t* string, const char* text) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return json_string_set(string, text);
}

ONHOOK_CHECKED(int, json_string_set_nocheck, json_t* string, const char* text) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return json_string_set_nocheck(string, text);
}

ONHOOK_CHECKED(json_t*, json_object_get, const json_t* object, const char* key) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {key});
  return json_object_get(object, key);
}

ONHOOK_CHECKED(int, json_object_set_new, json_t* object, const char* key, json_t* value) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {key});
  return json_object_set_new(object, key, value);
}

ONHOOK_CHECKED(int, json_object_set_new_nocheck, json_t* object, const char* key, json_t* value) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {key});
  return json_object_set_new_nocheck(object, key, value);
}

ONHOOK_CHECKED(int, json_object_del, json_t* object, const char* key) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {key});
  return json_object_del(object, key);
}

ONHOOK_CHECKED(void*, json_object_iter_at, json_t* object, const char* key) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {key});
  return json_object_iter_at(object, key);
}

ONHOOK_CHECKED(json_t*, json_loads, const char* text, size_t flags, json_error_t* error) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return json_loads(text, flags, error);
}

ONHOOK_CHECKED(json_t*, json_loadb, const char* text, size_t bytes, size_t flags,
               json_error_t* error) {
  ONHOOK_LIBRARY_CALL(call);
  reads_bytes(call, text, bytes);
  call.happens();
  return json_loadb(text, bytes, flags, error);
}

ONHOOK_CHECKED(json_t*, json_pack, const char* format, ...) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(format);
  va_list arguments;
  va_start(arguments, format);
  va_list copy;
  va_copy(copy, arguments);
  if (format != nullptr) PackReader(call, format).read(copy);
  va_end(copy);
  call.happens();
  json_t* packed = json_vpack_ex(nullptr, 0, format, arguments);
  va_end(arguments);
  return packed;
}
