// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for laws/hold_without_call.scn: a hold or unhold outside of a call is answered with
// an error instead of being dropped.
@@
identifier session, msg;
symbol janus_sip_call_status_incall, error_code, error_cause;
@@
  if (session->status != janus_sip_call_status_incall) {
    ...
-   janus_sip_message_free(msg);
-   continue;
+   error_code = JANUS_SIP_ERROR_WRONG_STATE;
+   g_snprintf(error_cause, 512, "Wrong state (not in a call?)");
+   goto error;
  }
