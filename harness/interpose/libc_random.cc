// SPDX-License-Identifier: GPL-3.0-or-later
// Randomness: every source draws from one generator of the world, seeded by the schedule.
#include <glib.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include <cstring>

#include "harness/host/randomness.h"
#include "harness/interpose/real.h"

using namespace onhook;

namespace {

void fill(void* buffer, std::size_t bytes) {
  auto* out = static_cast<unsigned char*>(buffer);
  while (bytes > 0) {
    const std::uint64_t word = world_prng().next();
    const std::size_t n = bytes < sizeof word ? bytes : sizeof word;
    std::memcpy(out, &word, n);
    out += n;
    bytes -= n;
  }
}

}  // namespace

ONHOOK_EXPORT ssize_t getrandom(void* buffer, size_t bytes, unsigned flags) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(getrandom)(buffer, bytes, flags);
  fill(buffer, bytes);
  return static_cast<ssize_t>(bytes);
}

ONHOOK_EXPORT int getentropy(void* buffer, size_t bytes) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(getentropy)(buffer, bytes);
  fill(buffer, bytes);
  return 0;
}

ONHOOK_EXPORT int rand() {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(rand)();
  return static_cast<int>(world_prng().next() & RAND_MAX);
}

ONHOOK_EXPORT void srand(unsigned seed) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(srand)(seed);
  world_prng() = Prng(seed);
}

ONHOOK_EXPORT long random() {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(random)();
  return static_cast<long>(world_prng().next() & RAND_MAX);
}

ONHOOK_EXPORT void srandom(unsigned seed) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(srandom)(seed);
  world_prng() = Prng(seed);
}

// OpenSSL's, declared here so that building needs none of its headers.
ONHOOK_EXPORT int RAND_bytes(unsigned char* buffer, int bytes) {
  if (current_scheduler() == nullptr) {
    using Function = int(unsigned char*, int);
    static auto* const next = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, "RAND_bytes"));
    return next(buffer, bytes);
  }
  fill(buffer, static_cast<std::size_t>(bytes));
  return 1;
}

ONHOOK_EXPORT guint32 g_random_int() {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_random_int)();
  return static_cast<guint32>(world_prng().next() >> 32);
}

ONHOOK_EXPORT gint32 g_random_int_range(gint32 begin, gint32 end) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_random_int_range)(begin, end);
  const auto width = static_cast<std::uint64_t>(static_cast<std::int64_t>(end) - begin);
  return static_cast<gint32>(begin + static_cast<std::int64_t>(world_prng().below(width)));
}

ONHOOK_EXPORT gdouble g_random_double() {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_random_double)();
  return static_cast<double>(world_prng().next() >> 11) * 0x1p-53;
}

ONHOOK_EXPORT gchar* g_uuid_string_random() {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_uuid_string_random)();
  unsigned char b[16];
  fill(b, sizeof b);
  b[6] = static_cast<unsigned char>((b[6] & 0x0f) | 0x40);  // RFC 4122 section 4.4: version 4
  b[8] = static_cast<unsigned char>((b[8] & 0x3f) | 0x80);
  return g_strdup_printf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                         b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
                         b[12], b[13], b[14], b[15]);
}
