// SPDX-License-Identifier: GPL-3.0-or-later
// libsrtp's sessions; the rest of the library stays real (symbols/pure.txt). The core starts it
// before it loads plugins, and in the world that would be more than 200,000 steps, on OpenSSL's
// locks. Here a protected packet is the plain one with a tag behind it (RFC 3711, sections 3.1 and
// 3.4): keys and profiles make no difference, and nothing is ever a repetition.
//
// A session that is not there is a crash, as in the library, and one that is freed a use after
// free.
#include <srtp2/srtp.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

#include "fakes/media/srtp_tag.h"
#include "harness/interpose/checked.h"

using namespace onhook;

struct srtp_ctx_t_ {
  bool keyed;
};

namespace {

constexpr std::string_view kTag = fakes::kSrtpTag;
constexpr std::string_view kIndexAndTag = "E...SRTP's tag";  // the E bit, an index and the same

void touches(LibraryCall& call, srtp_t session, void* packet, int bytes) {
  call.reads(session, sizeof *session);
  call.writes(packet, static_cast<std::size_t>(bytes));
  call.happens();
}

srtp_err_status_t add(LibraryCall& call, srtp_t session, void* packet, int* bytes,
                      std::string_view tag) {
  touches(call, session, packet, *bytes + static_cast<int>(tag.size()));
  if (!session->keyed) return srtp_err_status_no_ctx;
  std::memcpy(static_cast<char*>(packet) + *bytes, tag.data(), tag.size());
  *bytes += static_cast<int>(tag.size());
  return srtp_err_status_ok;
}

srtp_err_status_t take_off(LibraryCall& call, srtp_t session, void* packet, int* bytes,
                           std::string_view tag) {
  touches(call, session, packet, *bytes);
  if (!session->keyed) return srtp_err_status_no_ctx;
  const std::string_view whole(static_cast<const char*>(packet), static_cast<std::size_t>(*bytes));
  if (!whole.ends_with(tag)) return srtp_err_status_auth_fail;
  *bytes -= static_cast<int>(tag.size());
  return srtp_err_status_ok;
}

}  // namespace

ONHOOK_EXPORT srtp_err_status_t srtp_create(srtp_t* session, const srtp_policy_t* policy) {
  CallSite call(__builtin_return_address(0));
  if (session == nullptr) return srtp_err_status_bad_param;
  auto* made = static_cast<srtp_t>(std::malloc(sizeof(srtp_ctx_t_)));
  if (made == nullptr) return srtp_err_status_alloc_fail;
  made->keyed = policy != nullptr && policy->key != nullptr;
  *session = made;
  return srtp_err_status_ok;
}

ONHOOK_EXPORT srtp_err_status_t srtp_dealloc(srtp_t session) {
  CallSite call(__builtin_return_address(0));
  std::free(session);
  return srtp_err_status_ok;
}

ONHOOK_EXPORT srtp_err_status_t srtp_protect(srtp_t session, void* packet, int* bytes) {
  ONHOOK_LIBRARY_CALL(call);
  return add(call, session, packet, bytes, kTag);
}

ONHOOK_EXPORT srtp_err_status_t srtp_protect_rtcp(srtp_t session, void* packet, int* bytes) {
  ONHOOK_LIBRARY_CALL(call);
  return add(call, session, packet, bytes, kIndexAndTag);
}

ONHOOK_EXPORT srtp_err_status_t srtp_unprotect(srtp_t session, void* packet, int* bytes) {
  ONHOOK_LIBRARY_CALL(call);
  return take_off(call, session, packet, bytes, kTag);
}

ONHOOK_EXPORT srtp_err_status_t srtp_unprotect_rtcp(srtp_t session, void* packet, int* bytes) {
  ONHOOK_LIBRARY_CALL(call);
  return take_off(call, session, packet, bytes, kIndexAndTag);
}
