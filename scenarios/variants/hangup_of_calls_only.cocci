// SPDX-License-Identifier: GPL-3.0-or-later
//
// janus#1856 put back (6c48d51f to 3378ccbe): `hangup` is for calls that are established and passes over
// one that is not answered yet.
@@
symbol session, janus_sip_call_status_inviting;
@@
- !janus_sip_call_is_established(session) && session->status != janus_sip_call_status_inviting
+ !janus_sip_call_is_established(session)
