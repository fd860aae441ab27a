// SPDX-License-Identifier: GPL-3.0-or-later
// Called by the code under test: libc's and GLib's formatted text.
#include <glib.h>
#include <stdio.h>

#include <algorithm>

#include "harness/interpose/checked.h"
#include "harness/interpose/format_reads.h"

using namespace onhook;

namespace {

/// What vsnprintf(to, room, ...) would write.
void writes_text(LibraryCall& call, char* to, std::size_t room, const char* format,
                 va_list arguments) {
  if (to == nullptr || room == 0) return;
  va_list copy;
  va_copy(copy, arguments);
  const int length = std::vsnprintf(nullptr, 0, format, copy);
  va_end(copy);
  if (length >= 0) call.writes(to, std::min(static_cast<std::size_t>(length) + 1, room));
}

int print_into(LibraryCall& call, char* to, std::size_t room, const char* format,
               va_list arguments) {
  reads_format(call, format, arguments);
  // What is read may be what is wrong: then nobody gets as far as to the writing.
  call.happens();
  writes_text(call, to, room, format, arguments);
  call.happens();
  return room == SIZE_MAX ? std::vsprintf(to, format, arguments)
                          : std::vsnprintf(to, room, format, arguments);
}

gchar* duplicate(LibraryCall& call, const char* format, va_list arguments) {
  reads_format(call, format, arguments);
  call.happens();
  return g_strdup_vprintf(format, arguments);
}

int print_to(LibraryCall& call, FILE* file, const char* format, va_list arguments) {
  reads_format(call, format, arguments);
  call.happens();
  return std::vfprintf(file, format, arguments);
}

}  // namespace

// `statement` with the arguments behind `format`.
#define ONHOOK_WITH_ARGUMENTS(arguments, format, statement) \
  va_list arguments;                                        \
  va_start(arguments, format);                              \
  statement;                                                \
  va_end(arguments)

ONHOOK_CHECKED(int, vsnprintf, char* to, size_t room, const char* format, va_list arguments) {
  ONHOOK_LIBRARY_CALL(call);
  return print_into(call, to, room, format, arguments);
}

ONHOOK_CHECKED(int, snprintf, char* to, size_t room, const char* format, ...) {
  ONHOOK_LIBRARY_CALL(call);
  ONHOOK_WITH_ARGUMENTS(arguments, format,
                        const int length = print_into(call, to, room, format, arguments));
  return length;
}

ONHOOK_CHECKED(int, sprintf, char* to, const char* format, ...) {
  ONHOOK_LIBRARY_CALL(call);
  ONHOOK_WITH_ARGUMENTS(arguments, format,
                        const int length = print_into(call, to, SIZE_MAX, format, arguments));
  return length;
}

ONHOOK_CHECKED(gint, g_vsnprintf, gchar* to, gulong room, const gchar* format, va_list arguments) {
  ONHOOK_LIBRARY_CALL(call);
  return print_into(call, to, room, format, arguments);
}

ONHOOK_CHECKED(gint, g_snprintf, gchar* to, gulong room, const gchar* format, ...) {
  ONHOOK_LIBRARY_CALL(call);
  ONHOOK_WITH_ARGUMENTS(arguments, format,
                        const int length = print_into(call, to, room, format, arguments));
  return length;
}

ONHOOK_CHECKED(gchar*, g_strdup_vprintf, const gchar* format, va_list arguments) {
  ONHOOK_LIBRARY_CALL(call);
  return duplicate(call, format, arguments);
}

ONHOOK_CHECKED(gchar*, g_strdup_printf, const gchar* format, ...) {
  ONHOOK_LIBRARY_CALL(call);
  ONHOOK_WITH_ARGUMENTS(arguments, format, gchar* text = duplicate(call, format, arguments));
  return text;
}

ONHOOK_CHECKED(int, vfprintf, FILE* file, const char* format, va_list arguments) {
  ONHOOK_LIBRARY_CALL(call);
  return print_to(call, file, format, arguments);
}

ONHOOK_CHECKED(int, fprintf, FILE* file, const char* format, ...) {
  ONHOOK_LIBRARY_CALL(call);
  ONHOOK_WITH_ARGUMENTS(arguments, format,
                        const int length = print_to(call, file, format, arguments));
  return length;
}

ONHOOK_CHECKED(int, printf, const char* format, ...) {
  ONHOOK_LIBRARY_CALL(call);
  ONHOOK_WITH_ARGUMENTS(arguments, format,
                        const int length = print_to(call, stdout, format, arguments));
  return length;
}
