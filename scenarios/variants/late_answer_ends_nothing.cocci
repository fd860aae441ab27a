// SPDX-License-Identifier: GPL-3.0-or-later
// places: 2
//
// A candidate fix for crossing/hold_meets_hangup.scn: an answer that comes when its call is being hung up, or is
// over, is acknowledged and changes nothing, and the end of a call is told once, for the handle that the session
// still has.
@@
identifier nh;
symbol session, sdp, janus_sip_call_status_closing;
expression list args;
@@
  nua_ack(nh, args);
+ janus_mutex_lock(&session->mutex);
+ gboolean hung_up = session->callee == NULL || session->status == janus_sip_call_status_closing ||
+   session->stack->s_nh_i != nh;
+ janus_mutex_unlock(&session->mutex);
+ if(hung_up) {
+   janus_sdp_destroy(sdp);
+   nua_bye(nh, TAG_END());
+   break;
+ }

@@
identifier session, nh;
symbol nua_callstate_terminated;
expression state;
@@
  state == nua_callstate_terminated &&
- (session->stack->s_nh_i == nh || session->stack->s_nh_i == NULL)
+ session->stack->s_nh_i == nh
