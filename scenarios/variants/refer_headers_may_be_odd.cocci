// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for malformed/transfer_to_odd_headers.scn: sofia-sip makes no headers of a query that is
// none, and then there is no Replaces among them.
@@
expression headers;
@@
- strstr(headers, "replaces:")
+ (headers ? strstr(headers, "replaces:") : NULL)
