// SPDX-License-Identifier: GPL-3.0-or-later
//
// The condition of 62d75ab3 put back (releases 0.10.10 to 0.11.0, in part to 0.11.3): a call whose
// PeerConnection is not up is refused with 480, even one of our own or one that was accepted.
@@
identifier session;
symbol janus_sip_call_status_inviting;
@@
- janus_sip_call_is_established(session) || session->status == janus_sip_call_status_inviting
+ g_atomic_int_get(&session->established)
