// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for media/unreachable_call_takes_its_pc.scn: the relay thread that gives a call up
// has the PeerConnection closed, whose end hangs the call up, instead of running the core's
// hangup_media for a PeerConnection that stays.
@@
identifier goon, session;
symbol gateway;
@@
  goon = FALSE;
- janus_sip_hangup_media(session->handle);
+ gateway->close_pc(session->handle);
