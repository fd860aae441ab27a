// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for judged/guest_registers_again.scn: what an account knows is freed before it is given
// anew, whether or not the request says that it refreshes a registration.
@@
symbol session, refresh;
statement S;
@@
- if (refresh)
+ if (refresh || session->account.identity != NULL)
  S
