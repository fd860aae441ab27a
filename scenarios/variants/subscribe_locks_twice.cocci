// SPDX-License-Identifier: GPL-3.0-or-later
//
// janus#2387 put back (922b3926 to da6d470d): `subscribe` locks the mutex of the SIP stack, which it has
// locked already.
@@
symbol session, error_code, error_cause, LOG_ERR;
@@
+ janus_mutex_lock(&session->stack->smutex);
  if (session->stack->s_nua == NULL) {
    janus_mutex_unlock(&session->stack->smutex);
    JANUS_LOG(LOG_ERR, "NUA destroyed while subscribing?\n");
    ...
  }
