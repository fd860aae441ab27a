// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/interpose/format_reads.h"

#include <cctype>
#include <cstddef>
#include <cstdint>

namespace onhook {
namespace {

/// The length modifiers of C17 7.21.6.1 paragraph 7, by the size of the argument.
enum class Length { usual, two_longs, one_long, whole, long_double };

class FormatReader {
 public:
  FormatReader(LibraryCall& call, const char* format) : call_(call), at_(format) {}

  void read(va_list arguments) {
    while (*at_ != 0) {
      if (*at_++ != '%') continue;
      if (*at_ == '%') {
        ++at_;
        continue;
      }
      if (!directive(arguments)) return;
    }
  }

 private:
  static constexpr long kNone = -1;

  bool directive(va_list arguments) {
    while (*at_ != 0 && std::strchr("-+ #0'I", *at_) != nullptr) ++at_;
    number(arguments);
    if (*at_ == '$') return false;
    long precision = kNone;
    if (*at_ == '.') {
      ++at_;
      precision = number(arguments);
      if (precision == kNone) precision = 0;
      if (precision < 0) precision = kNone;  // as if it were not there
    }
    return conversion(length(), precision, arguments);
  }

  /// Digits or a star; kNone when there is neither.
  long number(va_list arguments) {
    if (*at_ == '*') {
      ++at_;
      const int value = va_arg(arguments, int);
      return value < 0 ? kNone - 1 : value;
    }
    if (std::isdigit(static_cast<unsigned char>(*at_)) == 0) return kNone;
    long value = 0;
    while (std::isdigit(static_cast<unsigned char>(*at_)) != 0 && value < 1'000'000'000) {
      value = value * 10 + (*at_++ - '0');
    }
    return value;
  }

  Length length() {
    Length length = Length::usual;
    for (;; ++at_) {
      if (*at_ == 'l') {
        length = length == Length::one_long ? Length::two_longs : Length::one_long;
      } else if (*at_ == 'z' || *at_ == 'j' || *at_ == 't' || *at_ == 'q') {
        length = Length::whole;
      } else if (*at_ == 'L') {
        length = Length::long_double;
      } else if (*at_ != 'h') {
        return length;
      }
    }
  }

  bool conversion(Length length, long precision, va_list arguments) {
    switch (*at_ != 0 ? *at_++ : 0) {
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X':
      case 'c':
        if (length == Length::usual) {
          va_arg(arguments, int);
        } else {
          va_arg(arguments, long);
        }
        return true;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A':
        if (length == Length::long_double) {
          va_arg(arguments, long double);
        } else {
          va_arg(arguments, double);
        }
        return true;
      case 'p':
      case 'n':
        va_arg(arguments, void*);
        return true;
      case 'm':
        return true;
      case 's': {
        const char* text = va_arg(arguments, const char*);
        if (length != Length::usual || text == nullptr) return true;
        if (precision == kNone) {
          call_.reads_text(text);
        } else {
          call_.reads_text(text, static_cast<std::size_t>(precision));
        }
        return true;
      }
      default:
        return false;
    }
  }

  LibraryCall& call_;
  const char* at_;
};

}  // namespace

void reads_format(LibraryCall& call, const char* format, va_list arguments) {
  if (format == nullptr) return;
  call.reads_text(format);
  va_list copy;
  va_copy(copy, arguments);
  FormatReader(call, format).read(copy);
  va_end(copy);
}

}  // namespace onhook
