// SPDX-License-Identifier: GPL-3.0-or-later
//
// The order of janus#1500 put back (before 8976fbd0): a session whose call is over already, as it is when
// the peer has ended it, is left alone before its recorders are closed.
@@
identifier session;
symbol TRUE, janus_sip_call_status_inviting, janus_sip_call_status_invited;
@@
+ if(!(session->status == janus_sip_call_status_inviting || session->status == janus_sip_call_status_invited || janus_sip_call_is_established(session))) {
+   g_atomic_int_set(&session->establishing, 0);
+   g_atomic_int_set(&session->established, 0);
+   g_atomic_int_set(&session->hangingup, 0);
+   return;
+ }
  janus_mutex_lock(&session->rec_mutex);
  janus_sip_recorder_close(session, TRUE, TRUE, TRUE, TRUE);
