// SPDX-License-Identifier: GPL-3.0-or-later
// places: 3
//
// A candidate fix for accounts/account_leaves_while_its_stack_is_made.scn: the stack of an account is shown to others
// with its mutex made, and one whose account has left before there was a user agent to shut down shuts down itself.
@@
typedef ssip_t;
symbol session, stack;
@@
  janus_sip_sofia_thread(...) {
  <...
- session->stack = g_malloc0(sizeof(ssip_t));
+ ssip_t *stack = g_malloc0(sizeof(ssip_t));
+ janus_mutex_init(&stack->smutex);
+ session->stack = stack;
  ...>
  }

@@
symbol session;
@@
- janus_mutex_init(&session->stack->smutex);

@@
symbol session;
expression list args;
@@
  session->stack->s_nua = nua_create(args);
+ janus_mutex_lock(&sessions_mutex);
+ if(g_atomic_int_get(&session->destroyed))
+   nua_shutdown(session->stack->s_nua);
+ janus_mutex_unlock(&sessions_mutex);
