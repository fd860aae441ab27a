// SPDX-License-Identifier: GPL-3.0-or-later
// places: 4
//
// janus#2599 put back (before ac0db0a3): the media of a call are cleaned up without the session's mutex,
// by the relay thread and by the end of the PeerConnection.
@@
identifier session;
@@
- janus_mutex_lock(&session->mutex);
  janus_sip_media_cleanup(session);
- janus_mutex_unlock(&session->mutex);
