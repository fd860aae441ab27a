// SPDX-License-Identifier: GPL-3.0-or-later
// places: 2
//
// A candidate fix for accept/accepted_after_early_media.scn: no relay thread is started beside one that is there, here
// by an 'accept' that comes after 'progress'.
@@
identifier session;
expression tname, error;
symbol janus_sip_relay_thread;
@@
- session->relayer_thread = g_thread_try_new(tname, janus_sip_relay_thread, session, error);
+ if (session->relayer_thread == NULL)
+   session->relayer_thread = g_thread_try_new(tname, janus_sip_relay_thread, session, error);
+ else
+   janus_refcount_decrease(&session->ref);
