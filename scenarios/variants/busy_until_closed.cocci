// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for janus#1611 on 1.4.1 (laws/next_call.scn): at the end of a call whose
// PeerConnection was up, `established` stays set until the core has closed it, as before 9c0e771f; only
// a call without one is cleaned up at once. One that ends between the answer and the PeerConnection's
// coming up is not helped.
@@
identifier session;
@@
- janus_sip_hangup_media_internal(session->handle);
+ if(!g_atomic_int_get(&session->established))
+   janus_sip_hangup_media_internal(session->handle);
