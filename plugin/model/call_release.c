/* call_release.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/call_release.h"

#include "model/call_branches.h"
#include "storage.h"

/* "486 Busy Here" */
static const char *
status_cause(const np_sip_t *sip)
{
    char *cause = ws_strdup_printf("%u %.*s", sip->status, NP_SPAN_ARGUMENTS(sip->reason_phrase));
    const char *text = np_copy_text(np_span_trim(np_span_of(cause)));

    g_free(cause);
    return text;
}

/* Why the call ends; NULL: it is released in the ordinary way. */
static const char *
find_cause(const np_call_t *call, const np_sip_t *sip)
{
    if (call->cancel_reason && sip->status >= 300) {
        return call->cancel_reason;
    }
    if (sip->reason.data) {
        return np_copy_text(sip->reason);
    }
    return sip->status >= 300 ? status_cause(sip) : NULL;
}

np_release_t
np_call_make_release(const np_call_t *call, const np_sip_message_t *message, naverphone_released_by_t by)
{
    np_release_t release = { .frame = message->packet->frame,
                             .record = message->record,
                             .time = message->packet->time,
                             .by = by,
                             .cause = find_cause(call, message->sip),
                             .before = call->info.state,
                             .has_duration = call->info.answer_frame != 0,
                             .transaction = message->transaction };

    if (release.has_duration) {
        nstime_delta(&release.duration, &release.time, &call->answer_time);
    }
    return release;
}

/* True for a failure in Q.850, or a timeout or server failure in SIP. */
static bool
is_network_reason(np_span_t reason)
{
    np_span_t protocol = np_span_trim(np_span_slice(reason, 0, np_span_find(reason, 0, ';')));
    uint64_t value;

    if (!np_span_to_number(np_sip_parameter(reason, "cause"), UINT16_MAX, &value)) {
        return false;
    }
    return (np_span_equals_nocase(protocol, "Q.850") && value >= 34 && value <= 127)
        || (np_span_equals_nocase(protocol, "SIP") && (value == 408 || (value >= 500 && value < 600)));
}

/* A message may give a Reason for each protocol (RFC 3326 2). */
static bool
has_network_reason(const np_sip_t *sip)
{
    np_sip_values_t rest = { .headers = sip->headers };
    np_span_t reason;

    while (np_sip_next_value(&rest, "Reason", NULL, &reason)) {
        if (is_network_reason(reason)) {
            return true;
        }
    }
    return false;
}

naverphone_released_by_t
np_call_find_releaser(const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    /* The service's own BYE: no user, or a network reason. */
    if (!np_sip_message_is_asked_by_client(message) && (!sip->from.user.data || has_network_reason(sip))) {
        return NAVERPHONE_RELEASED_BY_NETWORK;
    }
    if (!call->caller_known) {
        return NAVERPHONE_RELEASED_BY_UNKNOWN;
    }
    return np_call_is_by_caller(call, message) ? NAVERPHONE_RELEASED_BY_CALLER : NAVERPHONE_RELEASED_BY_CALLEE;
}

/* From frame on. NULL: none. */
static void
apply_release(np_call_t *call, np_release_t *release, uint32_t frame)
{
    naverphone_call_info_t *info = &call->info;

    np_history_set(&call->releases, frame, release);
    call->release = release;
    info->release_frame = release ? release->frame : 0;
    info->released_by = release ? release->by : NAVERPHONE_RELEASED_BY_UNKNOWN;
    info->cause = release ? release->cause : NULL;
    if (release) {
        info->duration = release->duration;
    }
    np_call_count_up(call, !release && info->state == NAVERPHONE_CALL_ANSWERED);
}

void
np_call_set_release(np_call_t *call, const np_release_t *release)
{
    apply_release(call, (np_release_t *)wmem_memdup(wmem_file_scope(), release, sizeof *release), release->frame);
}

void
np_call_end(np_call_t *call, const np_sip_message_t *message)
{
    const np_release_t release = np_call_make_release(call, message, NAVERPHONE_RELEASED_BY_UNKNOWN);

    np_call_set_release(call, &release);
}

void
np_call_release(np_call_t *call, const np_sip_message_t *message)
{
    const np_release_t release = np_call_make_release(call, message, np_call_find_releaser(call, message));

    np_call_end_early(call, message);
    np_call_set_release(call, &release);
    np_record_add_expert(message->record, np_call_media_fault(call));
}

void
np_call_revoke_release(np_call_t *call, uint32_t frame)
{
    np_release_t *next = call->crossing;

    call->crossing = NULL;
    if (!next && call->release) {
        call->info.state = call->release->before;
    }
    apply_release(call, next, frame);
}

const np_release_t *
np_call_release_at(const np_call_t *call, uint32_t frame)
{
    const np_release_t *release = (const np_release_t *)np_history_at(&call->releases, frame);
    static const np_release_t none;

    if (release) {
        return release;
    }
    return call->release ? call->release : &none;
}
