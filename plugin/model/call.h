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

/** A section of an SDP, and the address where its sender receives. Lives with the capture; never changes. */
typedef struct np_media_section {
    struct np_media_section *next; /**< NULL: last */
    const address *host;
    uint16_t port;      /**< 0: shares the first section's (RFC 9143) */
    uint16_t rtcp_port; /**< 0: none */
    bool is_video;      /**< else audio */
    bool has_relay;     /**< media may pass a TURN server, inside STUN */
    bool sends, receives;
    const char *formats; /**< payload types, "8 0 101", up to a NUL; NULL: none */
    const char *rtpmaps; /**< lines that np_sdp_encoding_name() and np_sdp_clock_rate() read, up to a NUL; NULL: none */
} np_media_section_t;

/** The latest SDP of one side. */
typedef struct np_described_media {
    np_media_section_t *sections, *last; /**< NULL: no SDP */
    unsigned count;                      /**< sections */
} np_described_media_t;

/** The requests that one side has sent so far. */
typedef struct {
    const char *tag; /**< From tag of the first one; NULL: none */
    uint32_t cseq;   /**< highest */
} np_requests_t;

#define NP_BRANCHES 4 /**< of a forked INVITE; further ones are ignored */

/** A branch that rings (RFC 3261 12.1) or has answered (13.2.2.4). */
typedef struct {
    const char *tag;   /**< To tag; NULL: free */
    uint32_t cseq;     /**< of its INVITE */
    bool ended;        /**< while it rang: by BYE or 199 */
    bool acknowledged; /**< after its answer: by an ACK with this tag */
} np_branch_t;

/** An ACK that was captured before the answer. */
typedef struct {
    uint32_t frame; /**< 0: none */
    uint32_t cseq;
    const char *tag; /**< To tag; NULL: none */
} np_early_ack_t;

/** Totals of all audio or all video streams, by naverphone_direction_t. */
typedef struct {
    naverphone_media_info_t media[3];
    double jitter_sum[3];       /**< milliseconds: each stream's mean jitter times its packets, added up */
    uint32_t jitter_packets[3]; /**< packets of the streams in jitter_sum */
} np_media_totals_t;

typedef struct np_call np_call_t;

/** One client's INVITE and what follows. Lives with the capture; only the first pass writes it. Times are absolute.
 *  Arrays of two have the client's value at [1] and the other side's at [0]; arrays of three are by
 *  naverphone_direction_t. */
struct np_call {
    naverphone_call_info_t info;
    np_session_t *session;
    const address *server; /**< the other end of the first message */
    np_history_t states;   /**< naverphone_call_state_t */

    /* Parties and their messages */
    bool caller_known;
    bool from_client;          /**< the client is the caller; valid with caller_known */
    bool seen[2];              /**< that side sent a message */
    bool went_on;              /**< messages or media followed the answer, other than a 1xx that it overtook */
    np_requests_t requests[2]; /**< of that side */
    nstime_t latest;           /**< time of the latest message */

    /* INVITEs outside a dialog, and their refusals */
    nstime_t invite_time;           /**< valid with info.invite_frame */
    uint32_t invite_cseq;           /**< latest one's */
    unsigned pending_invites;       /**< branches to the client with invite_cseq that are not refused */
    unsigned cancelled_invites;     /**< of these */
    uint32_t challenged_cseq;       /**< of the latest INVITE that was challenged; 0: none */
    bool challenged;                /**< by 401 or 407 */
    bool with_credentials;          /**< an INVITE had some */
    bool revocable;                 /**< a further INVITE revokes the rejection */
    bool cancel_crossed;            /**< a CANCEL came after the answer */
    const char *cancel_reason;      /**< Reason of the CANCEL; NULL: none */
    np_branch_t early[NP_BRANCHES]; /**< branches that ring, or rang */

    /* Answer */
    nstime_t answer_time;              /**< valid with info.answer_frame */
    uint32_t answer_cseq;              /**< likewise */
    bool callee_untagged;              /**< the answer has no To tag */
    bool counted_up;                   /**< in session->calls_up */
    np_branch_t branches[NP_BRANCHES]; /**< branches that answered, in this order */
    unsigned talking;                  /**< index of the one that the caller keeps */
    unsigned hold;                     /**< naverphone.call.hold, at the moment */
    np_early_ack_t early_ack;

    /* Release; see call_release.h */
    np_history_t releases;  /**< np_release_t; NULL where one was revoked */
    np_release_t *release;  /**< the one that holds; NULL: none */
    np_release_t *crossing; /**< by a BYE that crosses the releasing one, and holds if that is refused; NULL: none */

    /* Media */
    np_described_media_t described[3]; /**< latest SDP, by the direction of its sender; 0 is unused */
    np_media_totals_t sound;           /**< info.media points to it */
    np_media_totals_t *video;          /**< NULL: none so far */
    bool has_media[3];                 /**< RTP was captured */
    bool has_sound[3];                 /**< RTP other than video was captured */
    bool sound_agreed[3];              /**< by both sides' SDP, at any time */
    bool media_at_client;              /**< RTP or RTCP was captured at the client's address */
    bool early_media_told;             /**< the expert item was given */
};

/** Finds the service prefix of a dialled number. Implemented by np_user_tables_find_service(). */
typedef const char *np_find_service_t(const char *dialled, const char **prefix, const char **name);

void np_calls_init(np_find_service_t *finder);

/** True if an INVITE outside the dialog now begins another call. */
bool np_call_is_final(const np_call_t *call);

/** How the call ends if nothing follows: NAVERPHONE_CALL_RELEASED to NAVERPHONE_CALL_UNFINISHED. */
naverphone_call_state_t np_call_outcome(const naverphone_call_info_t *call);

/** First pass: sets caller and dialled number from an INVITE or a response to it. */
void np_call_name_parties(np_call_t *call, const np_sip_message_t *message);

/** First pass: begins a call with this message, usually an INVITE. id: the Call-ID in UTF-8, which must live with the
 *  capture. Without an INVITE, the state is what the message implies. */
np_call_t *np_call_new(np_session_t *session, const char *id, const np_sip_message_t *message);

/** First pass: notes tag, CSeq and time of a message that was applied. */
void np_call_note_sequence(np_call_t *call, const np_sip_message_t *message);

/** True if messages that follow this INVITE in its dialog were captured before it. */
bool np_call_was_overtaken(const np_call_t *call, const np_sip_message_t *message);

/** True if the call has ended, or must have, even if its end was not captured. A CANCEL may still come too late. */
static inline bool
np_call_is_over(const np_call_t *call)
{
    return np_call_outcome(&call->info) != NAVERPHONE_CALL_UNFINISHED;
}

/** True for a request of the caller, and for a response to one. Each side has its own CSeq (RFC 3261 12.2.1.1), so the
 *  number alone does not tell. */
static inline bool
np_call_is_by_caller(const np_call_t *call, const np_sip_message_t *message)
{
    return call->caller_known && np_sip_message_is_asked_by_client(message) == call->from_client;
}

/** True for UPDATE and PRACK, which a dialog may have before the answer, too (RFC 3311, RFC 3262). Others follow it. */
static inline bool
np_call_allows_before_answer(const np_sip_t *sip)
{
    return np_sip_is_method(sip, "UPDATE") || np_sip_is_method(sip, "PRACK");
}

/** First pass: tells the session that an answered call began (up) or ended, once each. */
void np_call_count_up(np_call_t *call, bool up);

/** First pass: a message shows that the call was answered before it. */
void np_call_note_unseen_answer(np_call_t *call, const np_sip_message_t *message);

/** First pass: a ring, or early media. The first one ends the post-dial delay. */
void np_call_ring(np_call_t *call, const np_packet_t *packet);

/** True if RTP was captured, so far. */
bool np_call_has_media(const np_call_t *call);

/** True if audio could be captured both ways, as known so far: then missing audio is the call's, not the capture's. */
bool np_call_can_show_sound(const np_call_t *call);

/** What is wrong with the audio so far: NP_EXPERT_MEDIA_NONE, NP_EXPERT_MEDIA_ONE_WAY, or NP_EXPERT_NONE. */
np_expert_t np_call_media_fault(const np_call_t *call);

/** First pass: notes in which directions the latest SDPs of both sides allow audio. */
void np_call_note_agreed(np_call_t *call);

#endif /* NP_MODEL_CALL_H */
