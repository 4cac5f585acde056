/* transaction.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/transaction.h"

#include "storage.h"

#define REPEAT_SECONDS 32 /* 64*T1 (RFC 3261 17.1.1.2) */

static GHashTable *by_branch;   /* make_key() → np_transaction_t */
static GHashTable *by_sequence; /* the same key without its branch → the latest np_transaction_t */
static GHashTable *messages;    /* set */
static uint32_t transaction_count;

#define BEFORE_BRANCH "\n" /* in keys; a header field has no line feed */

static size_t
sequence_length(const char *key)
{
    return strcspn(key, BEFORE_BRANCH);
}

static unsigned
sequence_hash(gconstpointer key)
{
    return np_hash_bytes(key, sequence_length((const char *)key));
}

static gboolean
sequence_equal(gconstpointer left, gconstpointer right)
{
    return strncmp((const char *)left, (const char *)right, sequence_length((const char *)left) + 1) == 0;
}

void
np_transactions_init(void)
{
    by_branch = np_map_new(wmem_str_hash, g_str_equal);
    by_sequence = np_map_new(sequence_hash, sequence_equal);
    messages = np_map_new(wmem_str_hash, g_str_equal);
    transaction_count = 0;
}

bool
np_transaction_is_later(const nstime_t *time, const nstime_t *since)
{
    nstime_t passed;

    nstime_delta(&passed, time, since);
    return passed.secs >= REPEAT_SECONDS;
}

/* g_free() it. */
static char *
make_key(uint32_t group, const np_sip_message_t *message, np_span_t method)
{
    const np_sip_t *sip = message->sip;

    return ws_strdup_printf("%u %d %u %.*s %.*s" BEFORE_BRANCH "%.*s", group,
                            np_sip_message_is_asked_by_client(message), sip->cseq, NP_SPAN_ARGUMENTS(method),
                            NP_SPAN_ARGUMENTS(sip->from.tag), NP_SPAN_ARGUMENTS(sip->branch));
}

static np_transaction_t *
transaction_new(const np_sip_message_t *message)
{
    np_transaction_t *transaction = wmem_new0(wmem_file_scope(), np_transaction_t);
    const np_packet_t *packet = message->packet;

    transaction->number = ++transaction_count;
    transaction->src = np_copy_address(packet->src);
    transaction->dst = np_copy_address(packet->dst);
    transaction->src_port = packet->src_port;
    transaction->dst_port = packet->dst_port;
    transaction->latest = packet->time;
    return transaction;
}

static bool
is_between(const np_transaction_t *transaction, const np_packet_t *packet)
{
    bool same_way = addresses_equal(transaction->src, packet->src) && addresses_equal(transaction->dst, packet->dst)
                 && transaction->src_port == packet->src_port && transaction->dst_port == packet->dst_port;
    bool other_way = addresses_equal(transaction->src, packet->dst) && addresses_equal(transaction->dst, packet->src)
                  && transaction->src_port == packet->dst_port && transaction->dst_port == packet->src_port;

    return same_way || other_way;
}

/* On another hop the branch differs, ACKs of a repeated 2xx have their own, and responses may lack one. What follows a
 * refusal goes to, or comes from, another server (RFC 3263 4.3). */
static bool
joins(const np_transaction_t *transaction, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    bool is_ack = np_sip_is_method(sip, "ACK");

    if (!sip->is_request && !sip->branch.data) {
        return true;
    }
    if (np_transaction_is_later(&message->packet->time, &transaction->latest)
        || (is_ack && message->invite != transaction->refused_invite) || (sip->status < 300 && transaction->refused)) {
        return false;
    }
    return !is_between(transaction, message->packet) || (is_ack && !message->invite);
}

/* Too late: a request that repeats an old one, or a response without branch to an unseen request. */
static bool
is_over(const np_transaction_t *transaction, const np_sip_message_t *message)
{
    bool is_new =
        message->sip->is_request ? transaction->request_seen : !transaction->request_seen && !message->sip->branch.data;

    return is_new && np_transaction_is_later(&message->packet->time, &transaction->latest);
}

static void
note_request(np_transaction_t *transaction, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    if (sip->is_request && !transaction->request_seen) {
        transaction->request_seen = true;
        transaction->in_dialog = message->in_dialog;
        transaction->credentials = sip->credentials;
        transaction->refused_invite = np_sip_is_method(sip, "ACK") ? message->invite : NULL;
    }
}

/* of_branch: what by_branch has for the key; NULL: nothing. Returns NULL if the message begins one. */
static np_transaction_t *
choose_transaction(np_transaction_t *of_branch, const char *key, const np_sip_message_t *message)
{
    np_transaction_t *transaction;

    if (of_branch) {
        return is_over(of_branch, message) ? NULL : of_branch;
    }
    transaction = (np_transaction_t *)g_hash_table_lookup(by_sequence, key);
    return transaction && joins(transaction, message) ? transaction : NULL;
}

bool
np_transaction_is_begun(uint32_t group, const np_sip_message_t *message)
{
    char *key = make_key(group, message, message->sip->method);
    np_transaction_t *of_branch = (np_transaction_t *)g_hash_table_lookup(by_branch, key);
    bool begun = choose_transaction(of_branch, key, message) != NULL;

    g_free(key);
    return begun;
}

np_transaction_t *
np_transaction_of(uint32_t group, const np_sip_message_t *message)
{
    char *key = make_key(group, message, message->sip->method);
    gpointer kept = NULL, of_branch = NULL;
    bool is_known = g_hash_table_lookup_extended(by_branch, key, &kept, &of_branch);
    np_transaction_t *transaction = choose_transaction((np_transaction_t *)of_branch, key, message);

    if (!is_known) {
        kept = np_copy_string(key);
    }
    if (!transaction) {
        transaction = transaction_new(message);
        g_hash_table_insert(by_sequence, kept, transaction);
    }
    if (transaction != of_branch) {
        g_hash_table_insert(by_branch, kept, transaction);
    }
    note_request(transaction, message);
    transaction->latest = message->packet->time;
    g_free(key);
    return transaction;
}

np_transaction_t *
np_transaction_of_invite(uint32_t group, const np_sip_message_t *message)
{
    np_transaction_t *transaction;
    char *key;

    if (!np_sip_is_method(message->sip, "ACK") && !np_sip_is_method(message->sip, "CANCEL")) {
        return NULL;
    }
    key = make_key(group, message, np_span_of("INVITE"));
    transaction = (np_transaction_t *)g_hash_table_lookup(by_branch, key);
    g_free(key);
    return transaction;
}

bool
np_transaction_is_repeated(np_transaction_t *transaction, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    char *key = ws_strdup_printf("%u %u %.*s", transaction->number, sip->status, NP_SPAN_ARGUMENTS(sip->to.tag));
    bool repeated = g_hash_table_contains(messages, key);

    if (!repeated) {
        g_hash_table_add(messages, np_copy_string(key));
    }
    g_free(key);
    return repeated;
}
