// SPDX-License-Identifier: GPL-3.0-or-later
// Called by the code under test: libc's functions on text. What they read is counted first and
// told before they run; nobody is told of bytes that they would not touch.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include <algorithm>
#include <cctype>

#include "harness/interpose/checked.h"

using namespace onhook;

namespace {

enum class Case { exact, ignored };

/// How far two texts have to be read to be compared, at most `most`.
std::size_t compared_bytes(const char* a, const char* b, std::size_t most, Case letters) {
  for (std::size_t i = 0; i < most; ++i) {
    const auto x = static_cast<unsigned char>(a[i]);
    const auto y = static_cast<unsigned char>(b[i]);
    const bool same = letters == Case::exact ? x == y : std::tolower(x) == std::tolower(y);
    if (!same || x == 0) return i + 1;
  }
  return most;
}

void compares(LibraryCall& call, const char* a, const char* b, std::size_t most = SIZE_MAX,
              Case letters = Case::exact) {
  const std::size_t n = compared_bytes(a, b, most, letters);
  call.reads(a, n);
  call.reads(b, n);
  call.happens();
}

/// Looks for a letter: as far as it is, or to the end.
void looks_for(LibraryCall& call, const char* text, int letter) {
  const char* found = std::strchr(text, letter);
  if (found != nullptr) {
    call.reads(text, static_cast<std::size_t>(found - text) + 1);
  } else {
    call.reads_text(text);
  }
  call.happens();
}

}  // namespace

ONHOOK_CHECKED(size_t, strlen, const char* text) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return std::strlen(text);
}

ONHOOK_CHECKED(size_t, strnlen, const char* text, size_t most) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(text, most);
  call.happens();
  return ::strnlen(text, most);
}

ONHOOK_CHECKED(char*, strcpy, char* to, const char* from) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(from);
  call.writes(to, std::strlen(from) + 1);
  call.happens();
  return std::strcpy(to, from);
}

ONHOOK_CHECKED(char*, strncpy, char* to, const char* from, size_t bytes) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(from, bytes);
  call.writes(to, bytes);
  call.happens();
  return std::strncpy(to, from, bytes);
}

ONHOOK_CHECKED(char*, strcat, char* to, const char* from) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(from);
  call.reads_text(to);
  call.writes(to + std::strlen(to), std::strlen(from) + 1);
  call.happens();
  return std::strcat(to, from);
}

ONHOOK_CHECKED(char*, strncat, char* to, const char* from, size_t most) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(from, most);
  call.reads_text(to);
  call.writes(to + std::strlen(to), ::strnlen(from, most) + 1);
  call.happens();
  return std::strncat(to, from, most);
}

ONHOOK_CHECKED(int, strcmp, const char* a, const char* b) {
  ONHOOK_LIBRARY_CALL(call);
  compares(call, a, b);
  return std::strcmp(a, b);
}

ONHOOK_CHECKED(int, strncmp, const char* a, const char* b, size_t most) {
  ONHOOK_LIBRARY_CALL(call);
  compares(call, a, b, most);
  return std::strncmp(a, b, most);
}

ONHOOK_CHECKED(int, strcasecmp, const char* a, const char* b) {
  ONHOOK_LIBRARY_CALL(call);
  compares(call, a, b, SIZE_MAX, Case::ignored);
  return ::strcasecmp(a, b);
}

ONHOOK_CHECKED(int, strncasecmp, const char* a, const char* b, size_t most) {
  ONHOOK_LIBRARY_CALL(call);
  compares(call, a, b, most, Case::ignored);
  return ::strncasecmp(a, b, most);
}

ONHOOK_CHECKED(char*, strchr, const char* text, int letter) {
  ONHOOK_LIBRARY_CALL(call);
  looks_for(call, text, letter);
  return const_cast<char*>(std::strchr(text, letter));
}

ONHOOK_CHECKED(char*, strrchr, const char* text, int letter) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return const_cast<char*>(std::strrchr(text, letter));
}

ONHOOK_CHECKED(char*, strstr, const char* text, const char* wanted) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text, wanted});
  return const_cast<char*>(std::strstr(text, wanted));
}

ONHOOK_CHECKED(char*, strcasestr, const char* text, const char* wanted) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text, wanted});
  return const_cast<char*>(::strcasestr(text, wanted));
}

ONHOOK_CHECKED(size_t, strspn, const char* text, const char* letters) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text, letters});
  return std::strspn(text, letters);
}

ONHOOK_CHECKED(size_t, strcspn, const char* text, const char* letters) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text, letters});
  return std::strcspn(text, letters);
}

ONHOOK_CHECKED(char*, strpbrk, const char* text, const char* letters) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text, letters});
  return const_cast<char*>(std::strpbrk(text, letters));
}

ONHOOK_CHECKED(char*, strtok_r, char* text, const char* letters, char** rest) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text != nullptr ? text : *rest, letters});
  return ::strtok_r(text, letters, rest);
}

ONHOOK_CHECKED(char*, strdup, const char* text) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return ::strdup(text);
}

ONHOOK_CHECKED(char*, strndup, const char* text, size_t most) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(text, most);
  call.happens();
  return ::strndup(text, most);
}

ONHOOK_CHECKED(int, atoi, const char* text) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return std::atoi(text);
}

ONHOOK_CHECKED(long, strtol, const char* text, char** end, int base) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return std::strtol(text, end, base);
}

ONHOOK_CHECKED(long long, strtoll, const char* text, char** end, int base) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return std::strtoll(text, end, base);
}

ONHOOK_CHECKED(unsigned long, strtoul, const char* text, char** end, int base) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return std::strtoul(text, end, base);
}

ONHOOK_CHECKED(unsigned long long, strtoull, const char* text, char** end, int base) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return std::strtoull(text, end, base);
}

ONHOOK_CHECKED(int, fputs, const char* text, FILE* file) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return std::fputs(text, file);
}

ONHOOK_CHECKED(int, puts, const char* text) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return std::puts(text);
}

ONHOOK_CHECKED(size_t, fwrite, const void* items, size_t bytes, size_t count, FILE* file) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads(items, bytes * count);
  call.happens();
  return std::fwrite(items, bytes, count, file);
}

ONHOOK_CHECKED(int, inet_pton, int family, const char* text, void* address) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(text);
  call.writes(address, family == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr));
  call.happens();
  return ::inet_pton(family, text, address);
}

ONHOOK_CHECKED(const char*, inet_ntop, int family, const void* address, char* text,
               socklen_t bytes) {
  ONHOOK_LIBRARY_CALL(call);
  char written[INET6_ADDRSTRLEN];
  call.reads(address, family == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr));
  if (::inet_ntop(family, address, written, sizeof written) != nullptr) {
    call.writes(text, std::min<std::size_t>(std::strlen(written) + 1, bytes));
  }
  call.happens();
  return ::inet_ntop(family, address, text, bytes);
}
