// SPDX-License-Identifier: GPL-3.0-or-later
// places: 6
//
// janus#2853 put back (before df6ae443): a session's Call-ID is freed and replaced without the mutex of
// the table that has it as a key.
@@
symbol session, sessions_mutex, callid;
@@
- janus_mutex_lock(&sessions_mutex);
  g_free(session->callid);
  session->callid = callid;

// A rule of its own: as one with the first, spatch takes minutes.
@@
symbol session, sessions_mutex, callid;
@@
  session->callid = callid;
+ janus_mutex_lock(&sessions_mutex);

@@
symbol session, sessions_mutex, callids;
@@
- janus_mutex_lock(&sessions_mutex);
  if (session->callid) {
+   janus_mutex_lock(&sessions_mutex);
    g_hash_table_remove(callids, session->callid);
-   g_free(session->callid);
-   session->callid = NULL;
+   janus_mutex_unlock(&sessions_mutex);
  }
- janus_mutex_unlock(&sessions_mutex);
+ g_free(session->callid);
+ session->callid = NULL;
  g_free(session->transaction);
