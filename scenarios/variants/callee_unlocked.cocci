// SPDX-License-Identifier: GPL-3.0-or-later
// places: 3
//
// janus#2184 put back (before 0ce4893e): the end of the PeerConnection frees the callee without the mutex
// under which requests do.
@@
identifier session;
@@
- janus_mutex_lock(&session->mutex);
  if (session->stack->s_nh_i != NULL && session->callee != NULL) {
    g_free(session->callee);
    session->callee = NULL;
-   janus_mutex_unlock(&session->mutex);
    ...
  } else {
-   janus_mutex_unlock(&session->mutex);
  }
