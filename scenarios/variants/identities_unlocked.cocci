// SPDX-License-Identifier: GPL-3.0-or-later
// places: 2
//
// janus#2818 put back (before 75fe2181): whoever drops the last reference to an account takes it out
// of the table of accounts, without the table's mutex.
@@
expression session;
symbol identities;
@@
- if (session->master == NULL && session->account.identity)
-   g_hash_table_remove(identities, session->account.identity);

@@
expression session;
symbol identities;
@@
  if (session->master == NULL && session->account.identity) {
+   g_hash_table_remove(identities, session->account.identity);
    g_free(session->account.identity);
    ...
  }
