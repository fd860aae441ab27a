// SPDX-License-Identifier: GPL-3.0-or-later
//
// janus#3133 put back (4ae44a4b to dd7f88cf): what is told of a SUBSCRIBE that failed is read from the
// answer, which there is none of when nua refuses to send it.
@@
symbol sip, event;
@@
- if (sip && sip->sip_call_id)
+ if (sip->sip_call_id)
    json_object_set_new(event, "call_id", json_string(sip->sip_call_id->i_id));
