// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for janus#2433 (laws/cancelled_too_early.scn, crossing/cancel_meets_answer.scn): a 200
// for a call that has been hung up meanwhile is acknowledged and does not bring the call back, but ends
// it. `hangup` sets the status first and frees the callee last, hangup_media the other way round.
@@
identifier nh;
symbol session, sdp, janus_sip_call_status_closing;
expression list args;
@@
- nua_ack(nh, args);
+ nua_ack(nh, args);
+ janus_mutex_lock(&session->mutex);
+ gboolean hung_up = session->callee == NULL || session->status == janus_sip_call_status_closing;
+ janus_mutex_unlock(&session->mutex);
+ if(hung_up) {
+   janus_sdp_destroy(sdp);
+   nua_bye(nh, TAG_END());
+   break;
+ }
