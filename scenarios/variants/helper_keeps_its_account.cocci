// SPDX-License-Identifier: GPL-3.0-or-later
// places: 7
//
// A candidate fix for janus#3613 and what d0f6bdd4 left of it on 1.4.1: a helper session keeps its
// reference to the session whose account it shares for as long as it points to it, that is until it is
// freed or unregisters.
@@
identifier session;
@@
  janus_refcount_decrease(&session->handle->ref);
+ if (session->master != NULL)
+   janus_refcount_decrease(&session->master->ref);

@@
identifier session, helper;
@@
- helper->helper = FALSE;
- helper->master_id = 0;
- helper->master = NULL;
- janus_refcount_decrease(&session->ref);
  janus_refcount_decrease(&helper->ref);
  gateway->end_session(helper->handle);

@@
identifier session, master;
@@
  master->helpers = g_list_remove(master->helpers, session);
- session->helper = FALSE;
- session->master_id = 0;
- session->master = NULL;

@@
symbol master;
@@
- janus_refcount_decrease(&master->ref);

@@
symbol session, master;
@@
  session->master = NULL;
+ janus_refcount_decrease(&master->ref);

@@
identifier session, helper;
@@
  if (helper != NULL && helper->handle != NULL) {
-   janus_refcount_decrease(&session->ref);
    janus_refcount_decrease(&helper->ref);
    gateway->end_session(helper->handle);
  }
