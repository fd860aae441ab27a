// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for hold/resumed_call_is_heard.scn, and what 94408ffc does for audio: when the peer's
// audio is wanted again, its next packet follows the last one that was passed on, however many there
// were in between.
@@
identifier m, session;
symbol JANUS_SDP_RECVONLY, JANUS_SDP_INACTIVE, FALSE, TRUE;
@@
  if (m->direction == JANUS_SDP_RECVONLY || m->direction == JANUS_SDP_INACTIVE)
    session->media.audio_recv = FALSE;
  else
-   session->media.audio_recv = TRUE;
+   session->media.acontext.seq_reset |= !session->media.audio_recv, session->media.audio_recv = TRUE;
