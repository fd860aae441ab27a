// SPDX-License-Identifier: GPL-3.0-or-later
// places: 2
//
// janus#2974 put back (a0eec8dd to ba7e2a35): the handles of subscriptions are given up when the session
// is freed, after its user agent is gone.
@@
symbol session;
@@
  su_home_unref(session->stack->s_home);
+ if (session->stack->subscriptions != NULL)
+   g_hash_table_unref(session->stack->subscriptions);

@@
symbol session;
@@
- if (session->stack->subscriptions != NULL)
-   g_hash_table_unref(session->stack->subscriptions);
- session->stack->subscriptions = NULL;
