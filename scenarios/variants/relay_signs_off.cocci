// SPDX-License-Identifier: GPL-3.0-or-later
// places: 7
//
// A candidate fix for laws/answered_and_hung_up.scn and laws/next_caller.scn: who starts a relay
// thread stores it under the session's mutex, and the thread clears it under that mutex on every way
// out, so that none is left that is gone.
@@
identifier session;
expression tname, error;
symbol janus_sip_relay_thread;
@@
- session->relayer_thread = g_thread_try_new(tname, janus_sip_relay_thread, session, error);
+ janus_mutex_lock(&session->mutex);
+ session->relayer_thread = g_thread_try_new(tname, janus_sip_relay_thread, session, error);
+ janus_mutex_unlock(&session->mutex);

@@
identifier session;
@@
  if (!session->account.username || !session->callee) {
-   janus_refcount_decrease(&session->ref);
+   janus_mutex_lock(&session->mutex);
+   session->relayer_thread = NULL;
+   janus_mutex_unlock(&session->mutex);
+   janus_refcount_decrease(&session->ref);
    g_thread_unref(g_thread_self());
    return NULL;
  }

@@
identifier session, pipe_fd;
statement log;
@@
(
  if (!session->callee) {
    log
-   janus_refcount_decrease(&session->ref);
+   janus_mutex_lock(&session->mutex);
+   session->relayer_thread = NULL;
+   janus_mutex_unlock(&session->mutex);
+   janus_refcount_decrease(&session->ref);
    g_thread_unref(g_thread_self());
    return NULL;
  }
|
  if (pipe_fd == -1) {
    log
-   janus_refcount_decrease(&session->ref);
+   janus_mutex_lock(&session->mutex);
+   session->relayer_thread = NULL;
+   janus_mutex_unlock(&session->mutex);
+   janus_refcount_decrease(&session->ref);
    g_thread_unref(g_thread_self());
    return NULL;
  }
)

@@
identifier session;
@@
- session->relayer_thread = NULL;
+ janus_mutex_lock(&session->mutex);
+ session->relayer_thread = NULL;
+ janus_mutex_unlock(&session->mutex);
  janus_refcount_decrease(&session->ref);
