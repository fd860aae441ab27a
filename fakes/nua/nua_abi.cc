// SPDX-License-Identifier: GPL-3.0-or-later
// The C functions that a plugin calls, under sofia-sip's own names: exported by the executable,
// they take precedence over those of libsofia-sip-ua. All others of that library stay real.
#include <sofia-sip/su_tagarg.h>

#include <cstdio>
#include <cstdlib>

#include "fakes/nua/nua_api.h"

namespace onhook::fakes {
namespace {

NuaApi& api(const char* function) {
  NuaApi* const current = NuaApi::current();
  if (!current) {
    std::fprintf(stderr, "onhook: %s() was called outside a world\n", function);
    std::abort();
  }
  return *current;
}

}  // namespace

}  // namespace onhook::fakes

using onhook::fakes::api;

#define ONHOOK_NUA extern "C" __attribute__((visibility("default")))

// Signals: the arguments become one list, the rest is NuaApi::signal().
#define ONHOOK_SIGNAL(function, answer)                                                \
  ONHOOK_NUA void function(nua_handle_t* nh, tag_type_t tag, tag_value_t value, ...) { \
    ta_list ta;                                                                        \
    ta_start(ta, tag, value);                                                          \
    api(#function).signal(nh, #function, answer, ta_args(ta));                         \
    ta_end(ta);                                                                        \
  }

ONHOOK_SIGNAL(nua_register, nua_r_register)
ONHOOK_SIGNAL(nua_unregister, nua_r_unregister)
ONHOOK_SIGNAL(nua_invite, nua_r_invite)
ONHOOK_SIGNAL(nua_ack, nua_r_ack)
ONHOOK_SIGNAL(nua_bye, nua_r_bye)
ONHOOK_SIGNAL(nua_cancel, nua_r_cancel)
ONHOOK_SIGNAL(nua_subscribe, nua_r_subscribe)
ONHOOK_SIGNAL(nua_unsubscribe, nua_r_unsubscribe)
ONHOOK_SIGNAL(nua_notify, nua_r_notify)
ONHOOK_SIGNAL(nua_refer, nua_r_refer)
ONHOOK_SIGNAL(nua_info, nua_r_info)
ONHOOK_SIGNAL(nua_message, nua_r_message)
ONHOOK_SIGNAL(nua_options, nua_r_options)
ONHOOK_SIGNAL(nua_authenticate, nua_r_authenticate)
ONHOOK_SIGNAL(nua_prack, nua_r_prack)
ONHOOK_SIGNAL(nua_update, nua_r_update)
ONHOOK_SIGNAL(nua_publish, nua_r_publish)
ONHOOK_SIGNAL(nua_unpublish, nua_r_unpublish)
ONHOOK_SIGNAL(nua_chat, nua_r_chat)
ONHOOK_SIGNAL(nua_notifier, nua_r_notifier)
ONHOOK_SIGNAL(nua_terminate, nua_r_terminate)
ONHOOK_SIGNAL(nua_authorize, nua_r_authorize)
ONHOOK_SIGNAL(nua_redirect, nua_r_redirect)
ONHOOK_SIGNAL(nua_method, nua_r_method)
ONHOOK_SIGNAL(nua_set_hparams, nua_r_set_params)
ONHOOK_SIGNAL(nua_get_hparams, nua_r_get_params)

ONHOOK_NUA nua_t* nua_create(su_root_t* root, nua_callback_f callback, nua_magic_t* magic,
                             tag_type_t tag, tag_value_t value, ...) {
  ta_list ta;
  ta_start(ta, tag, value);
  nua_t* nua = api("nua_create").create(root, callback, magic, ta_args(ta));
  ta_end(ta);
  return nua;
}

ONHOOK_NUA void nua_shutdown(nua_t* nua) { api("nua_shutdown").shutdown(nua); }
ONHOOK_NUA void nua_destroy(nua_t* nua) { api("nua_destroy").destroy(nua); }

ONHOOK_NUA void nua_get_params(nua_t* nua, tag_type_t tag, tag_value_t value, ...) {
  ta_list ta;
  ta_start(ta, tag, value);
  api("nua_get_params").get_params(nua, ta_args(ta));
  ta_end(ta);
}

ONHOOK_NUA void nua_set_params(nua_t*, tag_type_t, tag_value_t, ...) {
  api("nua_set_params").unmodelled("nua_set_params");
  std::abort();
}

ONHOOK_NUA nua_handle_t* nua_handle(nua_t* nua, nua_hmagic_t* magic, tag_type_t tag,
                                    tag_value_t value, ...) {
  ta_list ta;
  ta_start(ta, tag, value);
  nua_handle_t* handle = api("nua_handle").handle(nua, magic, ta_args(ta));
  ta_end(ta);
  return handle;
}

ONHOOK_NUA void nua_handle_bind(nua_handle_t* nh, nua_hmagic_t* magic) {
  api("nua_handle_bind").handle_bind(nh, magic);
}
ONHOOK_NUA nua_hmagic_t* nua_handle_magic(nua_handle_t* nh) {
  return api("nua_handle_magic").handle_magic(nh);
}
ONHOOK_NUA void nua_handle_destroy(nua_handle_t* nh) {
  api("nua_handle_destroy").handle_destroy(nh);
}
ONHOOK_NUA nua_handle_t* nua_handle_ref(nua_handle_t* nh) {
  return api("nua_handle_ref").handle_ref(nh);
}
ONHOOK_NUA int nua_handle_unref(nua_handle_t* nh) {
  return api("nua_handle_unref").handle_unref(nh);
}

ONHOOK_NUA sip_replaces_t* nua_handle_make_replaces(nua_handle_t* nh, su_home_t* home,
                                                    int early_only) {
  return api("nua_handle_make_replaces").make_replaces(nh, home, early_only);
}

ONHOOK_NUA void nua_respond(nua_handle_t* nh, int status, char const* phrase, tag_type_t tag,
                            tag_value_t value, ...) {
  ta_list ta;
  ta_start(ta, tag, value);
  api("nua_respond").respond(nh, status, phrase, ta_args(ta));
  ta_end(ta);
}

ONHOOK_NUA int nua_save_event(nua_t* nua, nua_saved_event_t saved[1]) {
  return api("nua_save_event").save_event(nua, saved);
}
ONHOOK_NUA void nua_destroy_event(nua_saved_event_t* saved) {
  api("nua_destroy_event").destroy_event(saved);
}
ONHOOK_NUA nua_event_data_t const* nua_event_data(nua_saved_event_t const*) {
  api("nua_event_data").unmodelled("nua_event_data");
  std::abort();
}
ONHOOK_NUA msg_t* nua_saved_event_request(nua_saved_event_t const* saved) {
  return api("nua_saved_event_request").saved_event_request(saved);
}
ONHOOK_NUA msg_t* nua_current_request(nua_t const* nua) {
  return api("nua_current_request").current_request(nua);
}

ONHOOK_NUA su_root_t* su_root_create(su_root_magic_t* magic) {
  return api("su_root_create").root_create(magic);
}
ONHOOK_NUA void su_root_run(su_root_t* root) { api("su_root_run").root_run(root); }
ONHOOK_NUA void su_root_break(su_root_t* root) { api("su_root_break").root_break(root); }
ONHOOK_NUA void su_root_destroy(su_root_t* root) { api("su_root_destroy").root_destroy(root); }
