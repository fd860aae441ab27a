// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for hold/held_peer_hears_nothing.scn on 1.4.1: the address 0.0.0.0 is looked for
// whether or not there is one to connect to. Since acb13782 there is none when it is 0.0.0.0, so that
// the hold was never seen.
// places: 2
@@
identifier have;
expression address;
@@
- have && !strcmp(address, "0.0.0.0")
+ address != NULL && !strcmp(address, "0.0.0.0")
