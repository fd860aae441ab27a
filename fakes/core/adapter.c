/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The adapter: what a Janus revision calls a plugin, turned into fakes/plugin_abi.h.
 *
 * Compiled by scripts/build-plugin against the revision's own headers and linked into the same
 * shared object as its janus_sip.c; the only file of onhook that sees a Janus header. It decides
 * nothing: what the core would do is up to the fake core behind onhook_core_ops.
 *
 * What changed between revisions comes in as ONHOOK_HAS_<FIELD>, found by the builder in plugin.h
 * and debug.h. Designated initialisers cope with everything else. */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "debug.h"
#include "fakes/plugin_abi.h"
#include "mutex.h"
#include "plugins/plugin.h"
#include "refcount.h"

#define ADAPTER_EXPORT __attribute__((visibility("default")))

static const onhook_core_ops* core;
static janus_plugin* plugin;

/* Globals that the core defines ----------------------------------------------------------------*/

/* Warnings and errors; a host that wants more looks this symbol up and raises it. */
ADAPTER_EXPORT int janus_log_level = LOG_WARN;
gboolean janus_log_timestamps = FALSE;
gboolean janus_log_colors = FALSE;
#ifdef ONHOOK_HAS_LOG_GLOBAL_PREFIX
char* janus_log_global_prefix = NULL;
#endif
int lock_debug = 0;
int refcount_debug = 0;

/* The level is not an argument of the logger, but three of them begin the line. */
static int level_of(const char* line) {
  for (int level = LOG_FATAL; level <= LOG_WARN; level++) {
    if (strncmp(line, janus_log_prefix[level], strlen(janus_log_prefix[level])) == 0) return level;
  }
  return 0;
}

/* Not instrumented: the log of the real core is a queue of its own that orders nothing. */
__attribute__((no_sanitize_thread)) void janus_vprintf(const char* format, ...) {
  if (core == NULL) return;
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  size_t length = strlen(line);
  while (length > 0 && line[length - 1] == '\n') line[--length] = '\0';
  core->log_line(level_of(line), line);
}

/* Callbacks: the plugin asks the core ----------------------------------------------------------*/

/* The core ignores what concerns a handle that is no pointer or was detached. The flag is read from
 * the handle's own memory, as the core does, so that a dangling handle is seen. */
static int alive(janus_plugin_session* handle) {
  return (uintptr_t)handle >= 0x1000 && !g_atomic_int_get(&handle->stopped);
}

static int adapter_push_event(janus_plugin_session* handle, janus_plugin* caller,
                              const char* transaction, json_t* message, json_t* jsep) {
  if (caller == NULL || message == NULL) return -1;
  if (!alive(handle)) return -2;
  return core->push_event(handle->gateway_handle, transaction, message, jsep);
}

#ifdef ONHOOK_HAS_PACKET_STRUCTS
static void adapter_relay_rtp(janus_plugin_session* handle, janus_plugin_rtp* packet) {
  if (!alive(handle) || packet == NULL || packet->buffer == NULL || packet->length < 1) return;
  core->relay_rtp(handle->gateway_handle, packet->video, packet->buffer, packet->length);
}

static void adapter_relay_rtcp(janus_plugin_session* handle, janus_plugin_rtcp* packet) {
  if (!alive(handle) || packet == NULL || packet->buffer == NULL || packet->length < 1) return;
  core->relay_rtcp(handle->gateway_handle, packet->video, packet->buffer, packet->length);
}

static void adapter_relay_data(janus_plugin_session* handle, janus_plugin_data* packet) {
  (void)handle, (void)packet;
  core->unmodelled("gateway->relay_data");
}
#else
static void adapter_relay_rtp(janus_plugin_session* handle, int video, char* buffer, int length) {
  if (!alive(handle) || buffer == NULL || length < 1) return;
  core->relay_rtp(handle->gateway_handle, video, buffer, length);
}

static void adapter_relay_rtcp(janus_plugin_session* handle, int video, char* buffer, int length) {
  if (!alive(handle) || buffer == NULL || length < 1) return;
  core->relay_rtcp(handle->gateway_handle, video, buffer, length);
}

static void adapter_relay_data(janus_plugin_session* handle, char* buffer, int length) {
  (void)handle, (void)buffer, (void)length;
  core->unmodelled("gateway->relay_data");
}
#endif

#ifdef ONHOOK_HAS_SEND_PLI
static void adapter_send_pli(janus_plugin_session* handle) {
  if (alive(handle)) core->send_pli(handle->gateway_handle);
}
#endif

#ifdef ONHOOK_HAS_SEND_PLI_STREAM
static void adapter_send_pli_stream(janus_plugin_session* handle, int mindex) {
  (void)handle, (void)mindex;
  core->unmodelled("gateway->send_pli_stream");
}
#endif

#ifdef ONHOOK_HAS_SEND_REMB
static void adapter_send_remb(janus_plugin_session* handle, guint32 bitrate) {
  (void)handle, (void)bitrate;
  core->unmodelled("gateway->send_remb");
}
#endif

static void adapter_close_pc(janus_plugin_session* handle) {
  if (alive(handle)) core->close_pc(handle->gateway_handle);
}

static void adapter_end_session(janus_plugin_session* handle) {
  if (alive(handle)) core->end_session(handle->gateway_handle);
}

static gboolean adapter_events_is_enabled(void) { return core->events_is_enabled() ? TRUE : FALSE; }

/* The core takes the event's reference, also when it drops the event. */
static void adapter_notify_event(janus_plugin* caller, janus_plugin_session* handle,
                                 json_t* event) {
  if (caller == NULL || event == NULL || !json_is_object(event)) return;
  if (handle != NULL && !alive(handle)) {
    json_decref(event);
    return;
  }
  core->notify_event(handle ? handle->gateway_handle : NULL, event);
}

#ifdef ONHOOK_HAS_AUTH_IS_SIGNED
static gboolean adapter_auth_is_signed(void) {
  core->unmodelled("gateway->auth_is_signed");
  return FALSE;
}
#endif

#ifdef ONHOOK_HAS_AUTH_SIGNATURE
static gboolean adapter_auth_is_signature_valid(janus_plugin* caller, const char* token) {
  (void)caller, (void)token;
  core->unmodelled("gateway->auth_is_signature_valid");
  return FALSE;
}

static gboolean adapter_auth_signature_contains(janus_plugin* caller, const char* token,
                                                const char* descriptor) {
  (void)caller, (void)token, (void)descriptor;
  core->unmodelled("gateway->auth_signature_contains");
  return FALSE;
}
#endif

static janus_callbacks callbacks = {
    .push_event = adapter_push_event,
    .relay_rtp = adapter_relay_rtp,
    .relay_rtcp = adapter_relay_rtcp,
    .relay_data = adapter_relay_data,
#ifdef ONHOOK_HAS_SEND_PLI
    .send_pli = adapter_send_pli,
#endif
#ifdef ONHOOK_HAS_SEND_PLI_STREAM
    .send_pli_stream = adapter_send_pli_stream,
#endif
#ifdef ONHOOK_HAS_SEND_REMB
    .send_remb = adapter_send_remb,
#endif
    .close_pc = adapter_close_pc,
    .end_session = adapter_end_session,
    .events_is_enabled = adapter_events_is_enabled,
    .notify_event = adapter_notify_event,
#ifdef ONHOOK_HAS_AUTH_IS_SIGNED
    .auth_is_signed = adapter_auth_is_signed,
#endif
#ifdef ONHOOK_HAS_AUTH_SIGNATURE
    .auth_is_signature_valid = adapter_auth_is_signature_valid,
    .auth_signature_contains = adapter_auth_signature_contains,
#endif
};

/* Handles: what the core keeps for a plugin ----------------------------------------------------*/

static janus_plugin_session* session_of(onhook_handle* handle) {
  return (janus_plugin_session*)handle;
}

static void free_session(const janus_refcount* counter) {
  g_free(janus_refcount_containerof(counter, janus_plugin_session, ref));
}

static onhook_handle* session_new(void* gateway) {
  janus_plugin_session* session = g_malloc(sizeof *session);
  session->gateway_handle = gateway;
  session->plugin_handle = NULL;
  g_atomic_int_set(&session->stopped, 0);
  janus_refcount_init(&session->ref, free_session);
  return (onhook_handle*)session;
}

static void session_unref(onhook_handle* handle) {
  janus_refcount_decrease(&session_of(handle)->ref);
}

static int session_refcount(onhook_handle* handle) {
  return g_atomic_int_get(&session_of(handle)->ref.count);
}

static void session_set_stopped(onhook_handle* handle, int stopped) {
  g_atomic_int_set(&session_of(handle)->stopped, stopped);
}

static int session_is_stopped(onhook_handle* handle) {
  return g_atomic_int_get(&session_of(handle)->stopped);
}

/* The core sets the count only after the plugin's create_session, whatever that did to it, and then
 * takes the reference that the plugin gives back when it frees its session. */
static void create_session(onhook_handle* handle, int* error) {
  janus_plugin_session* session = session_of(handle);
  *error = 0;
  plugin->create_session(session, error);
  janus_refcount_init(&session->ref, free_session);
  if (*error == 0) janus_refcount_increase(&session->ref);
}

static void destroy_session(onhook_handle* handle, int* error) {
  *error = 0;
  plugin->destroy_session(session_of(handle), error);
}

static json_t* query_session(onhook_handle* handle) {
  return plugin->query_session(session_of(handle));
}

static int handle_message(onhook_handle* handle, const char* transaction, json_t* message,
                          json_t* jsep, const char** text, json_t** content) {
  janus_plugin_result* result =
      plugin->handle_message(session_of(handle), g_strdup(transaction), message, jsep);
  if (text != NULL) *text = NULL;
  if (content != NULL) *content = NULL;
  if (result == NULL) return ONHOOK_RESULT_ERROR;
  int type = result->type;
  if (text != NULL) *text = result->text;
  if (content != NULL && result->content != NULL) *content = json_incref(result->content);
  janus_plugin_result_destroy(result);
  return type;
}

static void setup_media(onhook_handle* handle) { plugin->setup_media(session_of(handle)); }

static void hangup_media(onhook_handle* handle) { plugin->hangup_media(session_of(handle)); }

static void incoming_rtp(onhook_handle* handle, int video, char* buffer, int length) {
#ifdef ONHOOK_HAS_PACKET_STRUCTS
  janus_plugin_rtp packet;
  janus_plugin_rtp_reset(&packet);
#ifdef ONHOOK_HAS_MINDEX
  packet.mindex = video ? 1 : 0;
#endif
  packet.video = video ? TRUE : FALSE;
  packet.buffer = buffer;
  packet.length = (uint16_t)length;
  plugin->incoming_rtp(session_of(handle), &packet);
#else
  plugin->incoming_rtp(session_of(handle), video, buffer, length);
#endif
}

static void incoming_rtcp(onhook_handle* handle, int video, char* buffer, int length) {
#ifdef ONHOOK_HAS_PACKET_STRUCTS
  janus_plugin_rtcp packet;
  janus_plugin_rtcp_reset(&packet);
#ifdef ONHOOK_HAS_MINDEX
  packet.mindex = video ? 1 : 0;
#endif
  packet.video = video ? TRUE : FALSE;
  packet.buffer = buffer;
  packet.length = (uint16_t)length;
  plugin->incoming_rtcp(session_of(handle), &packet);
#else
  plugin->incoming_rtcp(session_of(handle), video, buffer, length);
#endif
}

static int init(const onhook_core_ops* core_ops, const char* config_folder) {
  core = core_ops;
  return plugin->init(&callbacks, config_folder);
}

static void destroy(void) { plugin->destroy(); }

/* ------------------------------------------------------------------------------------------------*/

create_p create; /* the plugin's entry point */

ADAPTER_EXPORT const onhook_plugin_ops* onhook_adapter(void) {
  static onhook_plugin_ops ops = {
      .abi = ONHOOK_PLUGIN_ABI,
      .api_version = JANUS_PLUGIN_API_VERSION,
      .init = init,
      .destroy = destroy,
      .session_new = session_new,
      .session_unref = session_unref,
      .session_refcount = session_refcount,
      .session_set_stopped = session_set_stopped,
      .session_is_stopped = session_is_stopped,
      .create_session = create_session,
      .destroy_session = destroy_session,
      .query_session = query_session,
      .handle_message = handle_message,
      .setup_media = setup_media,
      .incoming_rtp = incoming_rtp,
      .incoming_rtcp = incoming_rtcp,
      .hangup_media = hangup_media,
  };
  if (plugin == NULL) {
    plugin = create();
    ops.version = plugin->get_version_string();
    ops.package = plugin->get_package();
  }
  return &ops;
}
