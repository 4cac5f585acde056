/* call.h
 * Calls: parties, progress, outcome and media (RFC 3261)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CALL_H
#define NP_MODEL_CALL_H

#include "compat.h"

#include <epan/address.h>

#include "model/packet.h"
#include "model/record.h"
#include "model/release.h"
#include "model/session.h"
#include "model/timeline.h"
#include "packet-naverphone.h"
#include "text/span.h"

/** SDP section, with the address where its sender receives. */
typedef struct np_media_section {
    struct np_media_section *next;
    address host;
    uint16_t port;
    uint16_t rtcp_port; /**< 0: none */
    bool is_video;
    bool has_relay; /**< media may pass a TURN server, inside STUN */
    bool sends, receives;
    np_span_t formats;
    np_span_t rtpmaps;
} np_media_section_t;

/** One side's latest SDP. */
typedef struct np_described_media {
    np_media_section_t *sections, *last;
    unsigned count; /**< 0: none, or no SDP */
} np_described_media_t;

/** What one side has sent so far. */
typedef struct {
    const char *tag; /**< From tag */
    uint32_t cseq;
} np_requests_t;

#define NP_BRANCHES 4 /**< further branches are ignored */

/** A branch that rings (RFC 3261 12.1). */
typedef struct {
    const char *tag; /**< To tag; NULL: free */
    bool ended;      /**< by BYE or 199 */
} np_early_dialog_t;

/** An ACK captured before its answer. */
typedef struct {
    uint32_t frame; /**< 0: none */
    uint32_t cseq;
    const char *tag; /**< To tag; NULL: none */
} np_early_ack_t;

/** Totals of sound or video, by naverphone_direction_t. */
typedef struct {
    naverphone_media_info_t media[3];
    double jitter_sum[3];       /**< mean jitter times packets, over streams */
    uint32_t jitter_packets[3]; /**< packets of streams with jitter */
} np_media_totals_t;

typedef struct np_call np_call_t;

/** One client's INVITE and what follows. Lives with the capture; only the first pass writes it. Times are absolute. */
struct np_call {
    naverphone_call_info_t info;
    np_media_totals_t sound, video; /**< info points to them */
    np_session_t *session;
    address server;        /**< peer in the first message */
    np_history_t states;   /**< naverphone_call_state_t */
    wmem_tree_t *releases; /**< np_release_t by frame, NULL where revoked; NULL: none */
    np_release_t *release; /**< latest; NULL: none, or revoked */
    bool seen[2];          /**< client's [1], peer's [0] */

    nstime_t invite_time; /**< valid with info.invite_frame */
    nstime_t answer_time; /**< valid with info.answer_frame */
    bool caller_known;
    bool from_client; /**< valid if caller_known */
    bool challenged, with_credentials;
    bool revocable; /**< a further INVITE revokes the rejection */
    bool counted_up;
    bool early_media_told;
    bool has_media[3]; /**< by naverphone_direction_t */
    bool has_sound[3]; /**< without video */
    bool sound_agreed[3];
    bool media_at_client;
    bool callee_untagged; /**< no To tag in the answer */
    uint32_t answer_cseq;
    uint32_t challenged_cseq;          /**< latest; 0: none */
    np_requests_t requests[2];         /**< client's [1], peer's [0] */
    const char *branches[NP_BRANCHES]; /**< To tags, in order of answer */
    bool acknowledged[NP_BRANCHES];    /**< by branch */
    unsigned talking;                  /**< index of the current branch */
    np_early_dialog_t early[NP_BRANCHES];
    unsigned hold;
    np_early_ack_t early_ack;
    np_release_t *crossing;            /**< BYE after the releasing one; NULL: none */
    const char *cancel_reason;         /**< NULL: none */
    uint32_t invite_cseq;              /**< latest outside a dialog */
    unsigned pending_invites;          /**< to the client, with invite_cseq, not refused */
    unsigned cancelled_invites;        /**< of these */
    nstime_t latest;                   /**< of the latest message */
    bool went_on;                      /**< messages or media after the answer, but no 1xx that it overtook */
    np_described_media_t described[2]; /**< use np_call_described() */
};

/** Implemented by np_user_tables_find_service(). */
typedef const char *np_find_service_t(const char *dialled, const char **prefix, const char **name);

void np_calls_init(np_find_service_t *finder);

/** Does not copy id. */
np_call_t *np_call_new(np_session_t *session, const char *id, const np_sip_message_t *message);

/** If so, an INVITE outside the dialog starts another call. */
bool np_call_is_final(const np_call_t *call);

void np_call_name_parties(np_call_t *call, const np_sip_message_t *message);

void np_call_note_sequence(np_call_t *call, const np_sip_message_t *message);

/** True if later messages were captured before this INVITE. */
bool np_call_was_overtaken(const np_call_t *call, const np_sip_message_t *message);

/** Its final state if nothing follows. */
naverphone_call_state_t np_call_outcome(const naverphone_call_info_t *call);

/** Even if its end was not captured. A CANCEL may still come too late. */
static inline bool
np_call_is_over(const np_call_t *call)
{
    return np_call_outcome(&call->info) != NAVERPHONE_CALL_UNFINISHED;
}

/** The callee's tag in the message's dialog; absent: none. */
np_span_t np_call_callee_tag(const np_call_t *call, const np_sip_message_t *message);

/** Index of the answered branch that the message is of; NP_BRANCHES: none. */
unsigned np_call_find_branch(const np_call_t *call, const np_sip_message_t *message);

/** Index of the early dialog that the message is of; NP_BRANCHES: none. */
unsigned np_call_find_early(const np_call_t *call, const np_sip_message_t *message);

/** Adds an answered branch, and returns its index; NP_BRANCHES: no tag, or no room. */
unsigned np_call_add_branch(np_call_t *call, np_span_t tag);

void np_call_count_up(np_call_t *call, bool up);

/** Ends the post-dial delay, once. */
void np_call_ring(np_call_t *call, const np_packet_t *packet);

/** Latest SDP of that sender (not 0). */
static inline const np_described_media_t *
np_call_described(const np_call_t *call, naverphone_direction_t sender)
{
    return &call->described[sender - NAVERPHONE_FROM_CLIENT];
}

void np_call_note_agreed(np_call_t *call);

bool np_call_has_media(const np_call_t *call);

/** True if audio could be captured both ways, so far. */
bool np_call_can_show_sound(const np_call_t *call);

/** NP_EXPERT_MEDIA_NONE, NP_EXPERT_MEDIA_ONE_WAY or NP_EXPERT_NONE, so far. */
np_expert_t np_call_media_fault(const np_call_t *call);

#endif /* NP_MODEL_CALL_H */
