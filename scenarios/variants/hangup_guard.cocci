// SPDX-License-Identifier: GPL-3.0-or-later
//
// The condition of janus#3430 put back (releases 1.2.2 to 1.2.4 had it): when a call has terminated,
// the PeerConnection is closed only if the session still says that it has media. The relay thread
// clears those two flags on its way out, so who comes first decides.
//
// scripts/apply-variant demands exactly one match.
@@
identifier session;
symbol gateway, nua_callstate_terminated;
statement otherwise;
@@
  if (<+... nua_callstate_terminated ...+>) {
    <+...
-   gateway->close_pc(session->handle);
+   if(session->media.has_audio || session->media.has_video)
+     gateway->close_pc(session->handle);
    ...+>
  } else otherwise
