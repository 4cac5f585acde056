/* transitions.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/transitions.h"

#include "model/transition_rows.h"

static bool
row_fits(const np_transition_t *row, const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    unsigned state = call ? 1U << call->info.state : 0;

    return sip->status >= row->first && sip->status <= row->last && (!row->method || np_sip_is_method(sip, row->method))
        && (row->before == WITHOUT || (row->before & state)) && (!row->holds || row->holds(call, message));
}

naverphone_event_t
np_transition_apply_first(const np_transition_t *rows, size_t count, np_call_t *call, const np_sip_message_t *message)
{
    for (const np_transition_t *row = rows; row < rows + count; row++) {
        if (!row_fits(row, call, message)) {
            continue;
        }
        if (row->apply) {
            row->apply(call, message);
        }
        if (row->after) {
            call->info.state = row->after;
        }
        return row->event;
    }
    return NAVERPHONE_EVENT_NONE;
}

naverphone_event_t
np_transition_apply(np_call_t *call, const np_sip_message_t *message)
{
    if (!message->sip->method.data) { /* cut off before CSeq */
        return NAVERPHONE_EVENT_NONE;
    }
    return message->sip->is_request ? np_request_apply(call, message) : np_response_apply(call, message);
}
