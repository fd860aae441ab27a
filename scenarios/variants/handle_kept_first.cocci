// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for decline/declined_at_once.scn: the handle of a call that comes in is stored before
// the application is shown the call, not after.
@@
identifier session, caller;
symbol nh;
@@
  session->callee = g_strdup(caller);
+ session->stack->s_nh_i = nh;
  janus_mutex_unlock(&session->mutex);
  su_free(session->stack->s_home, caller);
