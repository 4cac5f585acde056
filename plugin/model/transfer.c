/* transfer.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/transfer.h"

#include "storage.h"
#include "text/sdp.h"

#define FOLLOW_SECONDS 180 /* timer C (RFC 3261 16.6) */

/* A call whose REFER or 3xx sends the client elsewhere. */
typedef struct {
    np_call_t *call;               /* NULL: already followed */
    const np_transaction_t *refer; /* NULL: 3xx */
    nstime_t time;
} origin_t;

static GHashTable *origins;    /* make_key() of the target → origin_t */
static GHashTable *redirected; /* Call-ID → latest np_call_t with a 3xx */

void
np_transfers_init(void)
{
    origins = np_map_new(wmem_str_hash, g_str_equal);
    redirected = np_map_new(wmem_str_hash, g_str_equal);
}

/* Equal URIs have equal keys (RFC 3261 19.1.4). user and host may be absent. g_free() the key. */
static char *
make_key(const np_session_t *session, np_span_t user, np_span_t host)
{
    char *escaped = g_strndup(user.data ? (const char *)user.data : "", user.len);
    char *plain = g_uri_unescape_string(escaped, NULL);
    char *lower = g_ascii_strdown(host.data ? (const char *)host.data : "", (ssize_t)host.len);
    char *key = ws_strdup_printf("%u %s@%s", session->info.number, plain ? plain : escaped, lower);

    g_free(escaped);
    g_free(plain);
    g_free(lower);
    return key;
}

static void
remember_origin(const np_sip_message_t *message, const np_sip_address_t *target)
{
    np_call_t *call = message->record->call;
    char *key = make_key(call->session, target->user, target->host);
    const origin_t origin = { call, message->sip->is_request ? message->transaction : NULL, message->packet->time };

    np_map_set_text(origins, key, wmem_memdup(wmem_file_scope(), &origin, sizeof origin));
    g_free(key);
}

/* The call that the INVITE follows from; NULL: the INVITE comes too late, or the REFER was refused. */
static np_call_t *
take_origin(origin_t *origin, const nstime_t *time)
{
    np_call_t *call = origin->call;
    nstime_t passed;

    nstime_delta(&passed, time, &origin->time);
    origin->call = NULL;
    return passed.secs < FOLLOW_SECONDS && !(origin->refer && origin->refer->refused) ? call : NULL;
}

/* The receiver of a 3xx may try each contact; a proxy keeps the Call-ID. */
static void
note_redirection(const np_sip_message_t *message)
{
    np_sip_values_t rest = { .headers = message->sip->headers };
    np_call_t *call = message->record->call;
    np_sip_address_t target;
    np_span_t contact;

    g_hash_table_insert(redirected, (gpointer)call->info.id, call);
    while (!message->sent && np_sip_next_contact(&rest, &contact)) {
        if (np_sip_read_address(contact, &target)) {
            remember_origin(message, &target);
        }
    }
}

const np_call_t *
np_transfer_find_redirected(const char *call_id)
{
    return (const np_call_t *)g_hash_table_lookup(redirected, call_id);
}

static origin_t *
find_origin(const np_sip_message_t *message, np_span_t host)
{
    char *key = make_key(message->record->session, message->sip->uri.user, host);
    origin_t *origin = (origin_t *)g_hash_table_lookup(origins, key);

    g_free(key);
    return origin;
}

np_call_t *
np_transfer_take_origin(const np_sip_message_t *message)
{
    const np_sip_address_t *uri = &message->sip->uri;
    origin_t *origin = message->sent ? find_origin(message, uri->host) : NULL;

    if (!origin && message->sent) {
        origin = find_origin(message, NP_SPAN_ABSENT);
    }
    return origin ? take_origin(origin, &message->packet->time) : NULL;
}

void
np_transfer_process(const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    np_record_t *record = message->record;
    np_transfer_t *transfer;
    np_sip_address_t target;

    if (!message->sent && record->call && sip->is_request && np_sip_is_method(sip, "REFER")
        && np_sip_read_address(sip->refer_to, &target)) {
        remember_origin(message, &target);
    }
    if (record->call && sip->status >= 300 && sip->status < 400 && np_sip_is_method(sip, "INVITE")) {
        note_redirection(message);
    }
    if (!sip->refer_to.data && !sip->referred_by.data && !sip->replaces.data && !sip->diversion.data) {
        return;
    }
    transfer = wmem_new0(wmem_file_scope(), np_transfer_t);
    transfer->refer_to = np_copy_text(sip->refer_to);
    transfer->referred_by = np_copy_text(sip->referred_by);
    transfer->replaces = np_copy_text(sip->replaces);
    transfer->diversion = np_copy_text(sip->diversion);
    if (np_sip_read_address(sip->refer_to, &target)) {
        transfer->refer_user = np_copy_text(target.user);
    }
    np_record_add_details(record)->transfer = transfer;
    if (record->call && transfer->refer_to) {
        record->call->info.transferred_to = transfer->refer_user ? transfer->refer_user : transfer->refer_to;
    }
    if (record->call && transfer->diversion) {
        record->call->info.forwarded_by = transfer->diversion;
    }
}

/* ---- hold ------------------------------------------------------------------- */

/* An offer is in an INVITE or UPDATE; if an INVITE has none, in its 2xx (RFC 3264). */
static bool
is_offer(const np_transaction_t *transaction, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    if (!sip->sdp.data) {
        return false;
    }
    if (sip->is_request) {
        return np_sip_is_method(sip, "INVITE") || np_sip_is_method(sip, "UPDATE");
    }
    return np_sip_is_method(sip, "INVITE") && sip->status >= 200 && sip->status < 300 && transaction->request_seen
        && !transaction->offers;
}

void
np_hold_process(np_call_t *call, np_transaction_t *transaction, const np_sip_message_t *message)
{
    unsigned side = message->sent ? NP_HOLD_BY_CLIENT : NP_HOLD_BY_OTHER, hold;
    np_record_details_t *details;

    if (message->sip->status >= 300) { /* both sides' offers may cross (RFC 3261 14.1): only this one is undone */
        call->hold = (call->hold & ~transaction->hold_side) | transaction->hold_before;
        transaction->hold_side = transaction->hold_before = 0;
    }
    if (!is_offer(transaction, message)) {
        return;
    }
    transaction->offers = true;
    hold = np_sdp_holds(message->sip->sdp) ? call->hold | side : call->hold & ~side;
    if (hold == call->hold) {
        return;
    }
    transaction->hold_side = side;
    transaction->hold_before = call->hold & side;
    call->hold = hold;
    details = np_record_add_details(message->record);
    details->hold = hold;
    details->changes_hold = true;
    details->begins_hold = (hold & side) != 0;
}
