// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for laws/two_relays.scn and laws/late_hangup.scn: `call` is refused, as an INVITE is,
// until the relay thread of the call before is gone and its PeerConnection given up.
@invite@
identifier session;
symbol busy, janus_sip_call_status_inviting;
position p;
@@
  if (session->status@p >= janus_sip_call_status_inviting) {
    busy = TRUE;
  }

@@
identifier session;
position q != invite.p;
@@
- session->status@q >= janus_sip_call_status_inviting
+ (session->status >= janus_sip_call_status_inviting || g_atomic_int_get(&session->establishing) || g_atomic_int_get(&session->established) || session->relayer_thread != NULL)
