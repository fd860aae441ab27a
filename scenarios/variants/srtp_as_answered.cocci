// SPDX-License-Identifier: GPL-3.0-or-later
// places: 2
//
// A candidate fix for media/plain_peer_hears_plain_media.scn: where the peer's SDP has no SRTP, none is sent.
@@
identifier session;
statement give_up;
@@
+ if (!session->media.has_srtp_remote_audio)
+   session->media.has_srtp_local_audio = FALSE;
+ if (!session->media.has_srtp_remote_video)
+   session->media.has_srtp_local_video = FALSE;
  if (!session->media.remote_audio_ip && !session->media.remote_video_ip)
    give_up
