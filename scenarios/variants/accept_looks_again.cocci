// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for the scenarios of accept/: before `accept` and `progress` answer a call, they look
// whether it is still there.
@@
identifier session, progress;
symbol janus_sip_call_status_progress, janus_sip_call_status_incall, janus_sip_call_status_invited;
symbol error_code, error_cause, sdp, JANUS_SIP_ERROR_WRONG_STATE;
@@
+ if(session->stack->s_nh_i == NULL || (session->status != janus_sip_call_status_invited && session->status != janus_sip_call_status_progress)) {
+   janus_mutex_lock(&session->mutex);
+   janus_sip_media_cleanup(session);
+   janus_mutex_unlock(&session->mutex);
+   g_free(sdp);
+   error_code = JANUS_SIP_ERROR_WRONG_STATE;
+   g_snprintf(error_cause, 512, "Wrong state (the call is over)");
+   goto error;
+ }
  janus_sip_call_update_status(session, progress ? janus_sip_call_status_progress : janus_sip_call_status_incall);
