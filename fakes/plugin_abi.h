/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one C interface between onhook and a plugin of any Janus revision.
 *
 * The adapter (fakes/core/adapter.c) is compiled against the revision's own plugin.h and linked
 * into the same shared object as the plugin. It turns the revision's janus_plugin and
 * janus_callbacks, whatever their layout, into the two tables below. No Janus header is seen on
 * this side. */
#ifndef ONHOOK_PLUGIN_ABI_H
#define ONHOOK_PLUGIN_ABI_H

#include <jansson.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever a table below changes; the host refuses an object with another number. */
#define ONHOOK_PLUGIN_ABI 1

/* A janus_plugin_session of the revision: made by session_new, freed when its count reaches 0. */
typedef struct onhook_handle onhook_handle;

/* What handle_message answers: the values of janus_plugin_result_type. */
enum onhook_result { ONHOOK_RESULT_ERROR = -1, ONHOOK_RESULT_OK = 0, ONHOOK_RESULT_OK_WAIT = 1 };

/* What the plugin asks of the core. `gateway` is what session_new was given. */
typedef struct onhook_core_ops {
  int (*push_event)(void* gateway, const char* transaction, json_t* message, json_t* jsep);
  void (*relay_rtp)(void* gateway, int video, const char* buffer, int length);
  void (*relay_rtcp)(void* gateway, int video, const char* buffer, int length);
  void (*send_pli)(void* gateway);
  void (*close_pc)(void* gateway);
  void (*end_session)(void* gateway);
  int (*events_is_enabled)(void);
  void (*notify_event)(void* gateway_or_null, json_t* event);
  /* A line that the plugin logged at `level` (LOG_FATAL 1 .. LOG_DBG 7; 0 when unknown). */
  void (*log_line)(int level, const char* line);
  /* The adapter was asked for something that this table cannot express. Does not return. */
  void (*unmodelled)(const char* what);
} onhook_core_ops;

/* What the core asks of the plugin. */
typedef struct onhook_plugin_ops {
  int abi;             /* ONHOOK_PLUGIN_ABI */
  int api_version;     /* JANUS_PLUGIN_API_VERSION of the revision */
  const char* version; /* the plugin's get_version_string() */
  const char* package; /* "janus.plugin.sip" */
  int (*init)(const onhook_core_ops* core, const char* config_folder);
  void (*destroy)(void);
  /* Core reference rules: the returned handle has count 1 (the core's own). */
  onhook_handle* (*session_new)(void* gateway);
  void (*session_unref)(onhook_handle* handle);
  int (*session_refcount)(onhook_handle* handle);
  void (*session_set_stopped)(onhook_handle* handle, int stopped);
  int (*session_is_stopped)(onhook_handle* handle);
  void (*create_session)(onhook_handle* handle, int* error);
  void (*destroy_session)(onhook_handle* handle, int* error);
  json_t* (*query_session)(onhook_handle* handle);
  /* Takes the references of message and jsep, as janus_plugin does; transaction is copied.
   * *text (borrowed) and *content (owned by the caller) may be NULL. */
  int (*handle_message)(onhook_handle* handle, const char* transaction, json_t* message,
                        json_t* jsep, const char** text, json_t** content);
  void (*setup_media)(onhook_handle* handle);
  void (*incoming_rtp)(onhook_handle* handle, int video, char* buffer, int length);
  void (*incoming_rtcp)(onhook_handle* handle, int video, char* buffer, int length);
  void (*hangup_media)(onhook_handle* handle);
} onhook_plugin_ops;

/* The adapter's one exported symbol. */
const onhook_plugin_ops* onhook_adapter(void);

#ifdef __cplusplus
}
#endif
#endif
