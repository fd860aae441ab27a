// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/testing/toy_plugin.h"

#include <algorithm>

namespace onhook::fakes::testing {

const char* const kToySdp =
    "v=0\r\no=bob 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    "m=audio 6000 RTP/AVP 0\r\nc=IN IP4 127.0.0.1\r\na=rtpmap:0 PCMU/8000\r\n";

namespace {

ToyPlugin* current = nullptr;

}  // namespace

/// The C side.
struct ToyOps {
  static void called(const char* name, const onhook_handle* handle = nullptr) {
    current->calls.emplace_back(name);
    if (handle != nullptr && handle->freed) ++current->uses_after_free;
  }

  static int init(const onhook_core_ops* core, const char* config_folder) {
    called("init");
    current->core_ = core;
    current->config_folder = config_folder;
    return current->init_result;
  }
  static void destroy() { called("destroy"); }

  static onhook_handle* session_new(void* gateway) {
    current->handles.push_back(std::make_unique<onhook_handle>());
    onhook_handle* handle = current->handles.back().get();
    handle->gateway = gateway;
    handle->count = 1;
    return handle;
  }
  static void session_unref(onhook_handle* handle) {
    if (handle->freed) ++current->uses_after_free;
    if (--handle->count == 0) handle->freed = true;
  }
  static int session_refcount(onhook_handle* handle) { return handle->count; }
  static void session_set_stopped(onhook_handle* handle, int stopped) {
    if (handle->freed) ++current->uses_after_free;
    handle->stopped = stopped;
  }
  static int session_is_stopped(onhook_handle* handle) { return handle->stopped; }

  static void create_session(onhook_handle* handle, int* error) {
    called("create_session", handle);
    if (current->on_create) current->on_create(handle);
    *error = current->create_error;
    if (*error == 0) ++handle->count;
  }
  static void destroy_session(onhook_handle* handle, int* /*error*/) {
    called("destroy_session", handle);
    if (current->on_destroy) current->on_destroy(handle);
  }
  static json_t* query_session(onhook_handle* handle) {
    called("query_session", handle);
    return current->on_query ? current->on_query(handle) : nullptr;
  }
  static int handle_message(onhook_handle* handle, const char* transaction, json_t* message,
                            json_t* jsep, const char** text, json_t** content) {
    called("handle_message", handle);
    *text = nullptr;
    *content = nullptr;
    int result = ONHOOK_RESULT_OK_WAIT;
    if (current->on_message) result = current->on_message(handle, transaction, message, jsep);
    json_decref(message);
    json_decref(jsep);
    return result;
  }
  static void setup_media(onhook_handle* handle) {
    called("setup_media", handle);
    if (current->on_setup_media) current->on_setup_media(handle);
  }
  static void media(onhook_handle* handle, const char* name, bool rtcp, const char* buffer,
                    int length) {
    called(name, handle);
    if (current->on_media)
      current->on_media(handle, rtcp, std::string(buffer, static_cast<std::size_t>(length)));
  }
  static void incoming_rtp(onhook_handle* handle, int /*video*/, char* buffer, int length) {
    media(handle, "incoming_rtp", false, buffer, length);
  }
  static void incoming_rtcp(onhook_handle* handle, int /*video*/, char* buffer, int length) {
    media(handle, "incoming_rtcp", true, buffer, length);
  }
  static void hangup_media(onhook_handle* handle) {
    called("hangup_media", handle);
    if (current->on_hangup_media) current->on_hangup_media(handle);
  }
};

ToyPlugin::ToyPlugin() {
  ops_ = {.abi = ONHOOK_PLUGIN_ABI,
          .api_version = 0,
          .version = "toy",
          .package = "janus.plugin.sip",
          .init = ToyOps::init,
          .destroy = ToyOps::destroy,
          .session_new = ToyOps::session_new,
          .session_unref = ToyOps::session_unref,
          .session_refcount = ToyOps::session_refcount,
          .session_set_stopped = ToyOps::session_set_stopped,
          .session_is_stopped = ToyOps::session_is_stopped,
          .create_session = ToyOps::create_session,
          .destroy_session = ToyOps::destroy_session,
          .query_session = ToyOps::query_session,
          .handle_message = ToyOps::handle_message,
          .setup_media = ToyOps::setup_media,
          .incoming_rtp = ToyOps::incoming_rtp,
          .incoming_rtcp = ToyOps::incoming_rtcp,
          .hangup_media = ToyOps::hangup_media};
  current = this;
}

ToyPlugin::~ToyPlugin() { current = nullptr; }

int ToyPlugin::count(const std::string& name) const {
  return static_cast<int>(std::count(calls.begin(), calls.end(), name));
}

void ToyPlugin::drop_reference(onhook_handle* handle) { ToyOps::session_unref(handle); }

int ToyPlugin::push(onhook_handle* handle, const std::string& name, const std::string& jsep_type,
                    const std::string& transaction, const std::string& sdp) {
  json_t* message = json_pack("{s:s, s:{s:s}}", "sip", "event", "result", "event", name.c_str());
  json_t* jsep = jsep_type.empty() ? nullptr
                                   : json_pack("{s:s, s:s}", "type", jsep_type.c_str(), "sdp",
                                               sdp.empty() ? kToySdp : sdp.c_str());
  const int result = core().push_event(
      handle->gateway, transaction.empty() ? nullptr : transaction.c_str(), message, jsep);
  json_decref(message);
  json_decref(jsep);
  return result;
}

}  // namespace onhook::fakes::testing
