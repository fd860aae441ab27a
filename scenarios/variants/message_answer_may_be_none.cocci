// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for crossing/message_meets_bye.scn: the answer to a MESSAGE that nua could not send
// carries no SIP message.
@@
symbol sip;
identifier messageid;
@@
  char *messageid =
- g_strdup(sip->sip_call_id->i_id)
+ g_strdup(sip != NULL ? sip->sip_call_id->i_id : "")
  ;
