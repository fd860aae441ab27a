// SPDX-License-Identifier: GPL-3.0-or-later
// places: 3
//
// What 61f7a40d repaired, put back (judged/reasons_of_a_refusal.scn): a reason that takes the place of
// an older one leaves that behind.
@@
identifier session;
expression text;
@@
- g_free(session->hangup_reason_header);
  session->hangup_reason_header = g_strdup(text);

@@
identifier session;
expression text;
@@
- g_free(session->hangup_reason_header_protocol);
  session->hangup_reason_header_protocol = g_strdup(text);

@@
identifier session;
expression text;
@@
- g_free(session->hangup_reason_header_cause);
  session->hangup_reason_header_cause = g_strdup(text);
