// SPDX-License-Identifier: GPL-3.0-or-later
// places: 1
//
// janus#2247 put back (before 922b3926): an account's thread destroys its stack and does not say so.
@@
symbol session;
identifier s_nua;
@@
  nua_t *s_nua = session->stack->s_nua;
- session->stack->s_nua = NULL;
