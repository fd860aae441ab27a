// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for laws/refused_caller.scn: the end of a call is told and cleaned up only if it is
// the session's own. A session without one also took the end of an INVITE that it had just refused
// for its own.
@@
identifier session, nh;
symbol nua_callstate_terminated;
expression state;
@@
  state == nua_callstate_terminated &&
- (session->stack->s_nh_i == nh || session->stack->s_nh_i == NULL)
+ session->stack->s_nh_i == nh
