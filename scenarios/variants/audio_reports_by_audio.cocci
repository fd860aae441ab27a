// SPDX-License-Identifier: GPL-3.0-or-later
// places: 2
//
// A candidate fix for media/reports_of_audio_are_relayed.scn: whether the reports of the audio are passed on depends on
// what became of the audio, not of the video.
@@
identifier session;
statement not_expected, held, unprotect;
symbol JANUS_SDP_RECVONLY;
@@
- if (!session->media.video_recv)
+ if (!session->media.audio_recv)
    not_expected
- if (session->media.on_hold && session->media.hold_video_dir != JANUS_SDP_RECVONLY)
+ if (session->media.on_hold && session->media.hold_audio_dir != JANUS_SDP_RECVONLY)
    held
  if (session->media.has_srtp_remote_audio)
    unprotect
