// SPDX-License-Identifier: GPL-3.0-or-later
// places: 2
//
// janus#2188 and janus#2216 put back (9f777b2e to d93606c5): a call has no reference to the session that it
// is bound to, of which the account's thread is still told after the session is gone.
@@
expression account;
identifier session;
@@
- account->active_calls = g_list_append(account->active_calls, session);
- janus_refcount_increase(&session->ref);
