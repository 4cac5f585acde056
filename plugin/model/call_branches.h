/* call_branches.h
 * Branches of a forked INVITE (RFC 3261 16.7)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CALL_BRANCHES_H
#define NP_MODEL_CALL_BRANCHES_H

#include "model/call.h"

/** The callee's tag in the message's dialog; absent: none. */
np_span_t np_call_callee_tag(const np_call_t *call, const np_sip_message_t *message);

/** Index of the answered branch that the message is of; NP_BRANCHES: none. */
unsigned np_call_find_branch(const np_call_t *call, const np_sip_message_t *message);

/** Index of the early dialog that the message is of; NP_BRANCHES: none. */
unsigned np_call_find_early(const np_call_t *call, const np_sip_message_t *message);

/** True if the message is of an early dialog that has not answered. */
bool np_call_is_early(const np_call_t *call, const np_sip_message_t *message);

/** True if a BYE, or its response, is about the branch that the caller keeps. If two callees answer, that is supposedly
 *  the first one; if it is released before any media, the next one. */
bool np_call_is_kept_branch(const np_call_t *call, const np_sip_message_t *message);

/** First pass: adds a branch to call->early or call->branches, and returns its index. NP_BRANCHES: no tag, or no
 *  room. */
unsigned np_call_add_branch(np_branch_t branches[NP_BRANCHES], np_span_t tag, uint32_t cseq);

/** First pass: the message ends its early dialog, if it has one. */
void np_call_end_early(np_call_t *call, const np_sip_message_t *message);

#endif /* NP_MODEL_CALL_BRANCHES_H */
