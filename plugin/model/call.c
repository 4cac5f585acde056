/* call.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/call.h"

#include "model/transaction.h"
#include "storage.h"
#include "text/numbering.h"

static np_find_service_t *find_service;
static uint32_t call_count;
static const naverphone_media_info_t no_video[3]; /* by naverphone_direction_t */

void
np_calls_init(np_find_service_t *finder)
{
    find_service = finder;
    call_count = 0;
}

bool
np_call_is_final(const np_call_t *call)
{
    return (call->info.state >= NAVERPHONE_CALL_ANSWERED || call->info.cancelled) && !call->revocable;
}

naverphone_call_state_t
np_call_outcome(const naverphone_call_info_t *call)
{
    if (call->state >= NAVERPHONE_CALL_RELEASED) {
        return call->state;
    }
    if (call->state == NAVERPHONE_CALL_ANSWERED) {
        return NAVERPHONE_CALL_UNFINISHED;
    }
    if (call->cancelled) { /* even without its 487 (RFC 3261 9.1) */
        return NAVERPHONE_CALL_CANCELLED;
    }
    return call->refused ? NAVERPHONE_CALL_REJECTED : NAVERPHONE_CALL_UNFINISHED;
}

/* The national number, so that it lives with the capture. Usually it is the end of dialled, and needs no copy. */
static const char *
keep_national(const char *dialled, const char *national)
{
    return g_str_has_suffix(dialled, national) ? dialled + strlen(dialled) - strlen(national)
                                               : np_copy_string(national);
}

/* The user part without %xy escapes (RFC 3261 19.1.4). */
static const char *
unescape_user(const char *user)
{
    char *plain = strchr(user, '%') ? g_uri_unescape_string(user, NULL) : NULL;
    const char *kept = plain ? np_copy_string(plain) : user;

    g_free(plain);
    return kept;
}

static void
set_number(naverphone_call_info_t *call)
{
    const char *dialled = unescape_user(call->dialled), *service;
    const char *number = find_service(dialled, &call->service_prefix, &service);
    np_number_t parsed;

    if (number) {
        call->service = service;
    }
    np_number_parse(number ? number : dialled, &parsed);
    call->phone_number_kind = parsed.kind;
    if (parsed.national[0]) {
        call->phone_number = keep_national(dialled, parsed.national);
    }
    if (parsed.e164[0]) {
        call->phone_number_e164 = np_copy_string(parsed.e164);
    }
}

/* The dialled number is in the request URI. In a request to the client, that is the client's contact, so To is
 * taken. */
static np_span_t
dialled_user(const np_sip_t *sip, bool from_client)
{
    return sip->is_request && from_client && sip->uri.user.data ? sip->uri.user : sip->to.user;
}

void
np_call_name_parties(np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    call->caller_known = true;
    call->from_client = np_sip_message_is_asked_by_client(message);
    call->info.caller = np_copy_text(sip->from.user);
    call->info.dialled = np_copy_text(dialled_user(sip, call->from_client));
    if (call->info.dialled) {
        set_number(&call->info);
    }
    np_references_add_call(call->session->references, message->packet->frame, &call->info);
}

np_call_t *
np_call_new(np_session_t *session, const char *id, const np_sip_message_t *message)
{
    np_call_t *call = wmem_new0(wmem_file_scope(), np_call_t);
    const np_sip_t *sip = message->sip;

    call->info.number = ++call_count;
    call->info.media = call->sound.media;
    call->info.video = no_video;
    call->info.id = id;
    call->info.first_frame = message->packet->frame;
    call->info.first_time = message->packet->time;
    call->session = session;
    call->server = np_copy_address(message->sent ? message->packet->dst : message->packet->src);
    session->info.calls++;
    session->latest_call = call;
    message->record->begins_call = true;
    if (np_sip_is_method(sip, "INVITE") && !message->in_dialog && sip->status != 491) {
        np_call_name_parties(call, message);
        call->info.state = NAVERPHONE_CALL_SETUP;
    } else if (np_sip_is_method(sip, "CANCEL")) { /* follows a provisional response (RFC 3261 9.1) */
        np_call_name_parties(call, message);
        call->info.state = NAVERPHONE_CALL_PROCEEDING;
    } else {
        /* 491 is for an INVITE inside the dialog (RFC 3261 14.1). */
        bool may_be_early = np_call_allows_before_answer(sip);

        call->info.state = may_be_early ? NAVERPHONE_CALL_PROCEEDING : NAVERPHONE_CALL_ANSWERED;
        np_call_count_up(call, !may_be_early);
        np_references_add_text(session->references, NP_REFERENCE_CALL_ID, message->packet->frame, id);
    }
    return call;
}

void
np_call_note_sequence(np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    np_requests_t *requests = &call->requests[np_sip_message_is_asked_by_client(message)];

    if (!requests->tag) {
        requests->tag = np_copy_text(sip->from.tag);
    }
    requests->cseq = MAX(requests->cseq, sip->cseq);
    call->seen[message->sent] = true;
    call->latest = message->packet->time;
}

bool
np_call_was_overtaken(const np_call_t *call, const np_sip_message_t *message)
{
    const np_requests_t *requests = &call->requests[message->sent];

    return requests->tag && np_span_equals(message->sip->from.tag, requests->tag)
        && message->sip->cseq <= requests->cseq && message->sip->cseq != call->invite_cseq
        && !np_transaction_is_later(&message->packet->time, &call->latest);
}

void
np_call_count_up(np_call_t *call, bool up)
{
    if (call->counted_up != up) {
        call->counted_up = up;
        np_session_call_up(call->session, up);
    }
}

void
np_call_note_unseen_answer(np_call_t *call, const np_sip_message_t *message _U_)
{
    np_call_count_up(call, true);
}

void
np_call_ring(np_call_t *call, const np_packet_t *packet)
{
    if (call->info.ring_frame || call->info.answer_frame || !call->info.invite_frame) {
        return;
    }
    call->info.ring_frame = packet->frame;
    nstime_delta(&call->info.post_dial_delay, &packet->time, &call->invite_time);
}

bool
np_call_has_media(const np_call_t *call)
{
    return call->has_media[0] || call->has_media[NAVERPHONE_FROM_CLIENT] || call->has_media[NAVERPHONE_TO_CLIENT];
}

/* First audio section; NULL: none. */
static const np_media_section_t *
sound_section(const np_call_t *call, naverphone_direction_t sender)
{
    const np_media_section_t *section = call->described[sender].sections;

    while (section && section->is_video) {
        section = section->next;
    }
    return section;
}

/* A capture at the servers misses media that two clients exchange directly. So audio is expected only if the session
 * had media, if the SIP server relays it, or if the client's other legs were captured and the other side is no
 * client. */
bool
np_call_can_show_sound(const np_call_t *call)
{
    const np_media_section_t *own = sound_section(call, NAVERPHONE_FROM_CLIENT);
    const np_media_section_t *other = sound_section(call, NAVERPHONE_TO_CLIENT);
    const np_session_t *session = call->session;

    if (!own || !other || own->has_relay) {
        return false;
    }
    return session->has_media || addresses_equal(other->host, call->server)
        || ((session->has_control || session->login_seen) && !np_sessions_have_client(other->host));
}

static bool
is_missing(const np_call_t *call, naverphone_direction_t direction)
{
    return call->sound_agreed[direction] && !call->has_sound[direction];
}

np_expert_t
np_call_media_fault(const np_call_t *call)
{
    bool sent = call->has_sound[NAVERPHONE_FROM_CLIENT], received = call->has_sound[NAVERPHONE_TO_CLIENT];

    /* RTP of unknown direction, or RTP without SDP during the call, may be what is missing. If a CANCEL crossed the
     * answer, nobody spoke. */
    if (!call->info.answer_frame || call->info.cancelled || call->cancel_crossed || call->has_sound[0]
        || call->session->unsignalled_frame > call->info.answer_frame || !np_call_can_show_sound(call)
        || !(is_missing(call, NAVERPHONE_FROM_CLIENT) || is_missing(call, NAVERPHONE_TO_CLIENT))) {
        return NP_EXPERT_NONE;
    }
    if (!call->went_on) { /* the capture ends with the answer */
        return NP_EXPERT_NONE;
    }
    return sent || received ? NP_EXPERT_MEDIA_ONE_WAY : NP_EXPERT_MEDIA_NONE;
}

void
np_call_note_agreed(np_call_t *call)
{
    const np_media_section_t *client = sound_section(call, NAVERPHONE_FROM_CLIENT);
    const np_media_section_t *other = sound_section(call, NAVERPHONE_TO_CLIENT);

    if (client && other) {
        call->sound_agreed[NAVERPHONE_FROM_CLIENT] |= client->sends && other->receives;
        call->sound_agreed[NAVERPHONE_TO_CLIENT] |= other->sends && client->receives;
    }
}
