/* call_branches.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/call_branches.h"

#include "storage.h"

np_span_t
np_call_callee_tag(const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    return np_sip_message_is_asked_by_client(message) == call->from_client ? sip->to.tag : sip->from.tag;
}

static unsigned
find_tag(const np_branch_t branches[NP_BRANCHES], np_span_t tag)
{
    for (unsigned branch = 0; branch < NP_BRANCHES && branches[branch].tag; branch++) {
        if (np_span_equals(tag, branches[branch].tag)) {
            return branch;
        }
    }
    return NP_BRANCHES;
}

unsigned
np_call_find_branch(const np_call_t *call, const np_sip_message_t *message)
{
    return find_tag(call->branches, np_call_callee_tag(call, message));
}

unsigned
np_call_find_early(const np_call_t *call, const np_sip_message_t *message)
{
    return find_tag(call->early, np_call_callee_tag(call, message));
}

bool
np_call_is_early(const np_call_t *call, const np_sip_message_t *message)
{
    return np_call_find_early(call, message) < NP_BRANCHES && np_call_find_branch(call, message) == NP_BRANCHES;
}

/* The next branch goes on if its answer was acknowledged, or neither was. A caller that acknowledges one branch alone
 * does not know the others. */
static bool
has_next_branch(const np_call_t *call, unsigned branch)
{
    unsigned next = branch + 1;

    return next < NP_BRANCHES && call->branches[next].tag
        && (call->branches[next].acknowledged || !call->branches[branch].acknowledged);
}

bool
np_call_is_kept_branch(const np_call_t *call, const np_sip_message_t *message)
{
    unsigned branch = np_call_find_branch(call, message);

    if (branch == NP_BRANCHES) {
        return !call->info.answer_frame || !np_call_is_early(call, message);
    }
    return branch == call->talking && (!has_next_branch(call, branch) || np_call_has_media(call));
}

unsigned
np_call_add_branch(np_branch_t branches[NP_BRANCHES], np_span_t tag, uint32_t cseq)
{
    unsigned branch = 0;

    while (branch < NP_BRANCHES && branches[branch].tag) {
        branch++;
    }
    if (!tag.data || branch == NP_BRANCHES) {
        return NP_BRANCHES;
    }
    branches[branch].tag = np_copy_text(tag);
    branches[branch].cseq = cseq;
    return branch;
}

void
np_call_end_early(np_call_t *call, const np_sip_message_t *message)
{
    unsigned early = np_call_find_early(call, message);

    if (early < NP_BRANCHES) {
        call->early[early].ended = true;
    }
}
