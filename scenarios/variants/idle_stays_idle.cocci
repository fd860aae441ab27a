// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for the scenarios of crossing/: a call that is over by now is not closing. Who hangs up
// has seen a call that went on, but nua may have told of its end since.
@@
identifier session, wanted;
typedef janus_sip_session, janus_sip_call_status;
@@
  void janus_sip_call_update_status(janus_sip_session *session, janus_sip_call_status wanted) {
+   if(wanted == janus_sip_call_status_closing && session->status == janus_sip_call_status_idle)
+     return;
    ...
  }
