/* call.h
 * Calls: parties, progress, outcome and media
 *
 * Sources: RFC 3261; for numbers the Korean numbering plan (text/numbering.h).
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

/** An audio or video section (m=) of SDP, with the address at which its sender receives. */
typedef struct np_media_section {
    struct np_media_section *next;
    address host;
    uint16_t port;
    uint16_t rtcp_port; /**< 0: none */
    bool is_video;
    bool sends, receives; /**< by a=sendonly and the like */
    np_span_t formats;
    np_span_t rtpmaps; /**< a=rtpmap lines; empty: none */
} np_media_section_t;

typedef struct {
    np_media_section_t *sections, *last;
    unsigned count; /**< 0: no SDP, or no audio or video in it */
} np_described_media_t;

/** First-pass state: the latest request of one side. */
typedef struct {
    const char *tag; /**< From tag */
    uint32_t cseq;
} np_requests_t;

#define NP_BRANCHES 4 /**< later branches of a fork are ignored */

/** A branch of a fork that has sent a provisional response. */
typedef struct {
    const char *tag; /**< To tag; NULL: free */
    bool ended;      /**< by BYE or 199 */
} np_early_dialog_t;

/** An ACK captured before the response that it acknowledges. */
typedef struct {
    uint32_t frame; /**< 0: none */
    uint32_t cseq;
    const char *tag; /**< the callee's; NULL: none */
} np_early_ack_t;

typedef struct np_call np_call_t;

/** A call: an INVITE of or to one client, and what follows. Lives with the capture; written on the first pass. */
struct np_call {
    naverphone_call_info_t info; /**< must be first: published by the tap */
    np_session_t *session;
    address server;        /**< the client's peer in the call's first message */
    np_history_t states;   /**< naverphone_call_state_t */
    wmem_tree_t *releases; /**< np_release_t by frame, NULL where one is revoked; NULL: none yet */
    np_release_t *release; /**< latest, unless revoked; for a given frame use np_call_release_at() */
    bool seen[2];          /**< [1]: a message of the client was seen; [0]: of its peer */

    /* First-pass state. */
    nstime_t invite_time; /**< absolute; valid if info.invite_frame is set */
    nstime_t answer_time; /**< absolute; valid if info.answer_frame is set */
    bool caller_known;    /**< an INVITE or its response was seen */
    bool from_client;     /**< the client is the caller; valid if caller_known */
    bool challenged, with_credentials;
    bool revocable;  /**< another INVITE of the caller would revoke its rejection */
    bool counted_up; /**< counted in session->calls_up */
    bool early_media_told;
    bool has_media[3];                 /**< any RTP was seen, by naverphone_direction_t */
    bool has_sound[3];                 /**< RTP other than video */
    bool sound_agreed[3];              /**< SDP of both sides has allowed audio this way */
    bool media_at_client;              /**< some came from or went to the client's address */
    uint32_t answer_cseq;              /**< of the 2xx that established the call */
    np_requests_t requests[2];         /**< [1]: of the client; [0]: of its peer */
    const char *branches[NP_BRANCHES]; /**< To tags, in the order of their answers; NULL: unused */
    unsigned talking;                  /**< index of the current branch */
    np_early_dialog_t early[NP_BRANCHES];
    unsigned hold; /**< naverphone.call.hold */
    np_early_ack_t early_ack;
    np_release_t *crossing;            /**< a BYE after the one that released the call; NULL: none */
    const char *cancel_reason;         /**< Reason of its CANCEL; NULL: none */
    uint32_t invite_cseq;              /**< of the latest INVITE outside a dialog */
    unsigned pending_invites;          /**< branches of that INVITE to the client that are not refused */
    nstime_t latest;                   /**< absolute, of the latest message */
    np_described_media_t described[2]; /**< latest SDP of each side; use np_call_described() */
};

/** Implemented by np_user_tables_find_service(). */
typedef const char *np_find_service_t(const char *dialled, const char **prefix, const char **name);

void np_calls_init(np_find_service_t *finder);

/** First pass: creates a call that begins with this message. id lives with the capture. */
np_call_t *np_call_new(np_session_t *session, const char *id, const np_sip_message_t *message);

/** True once the call is answered, cancelled or ended for good. A later INVITE outside the dialog starts another
 *  call. */
bool np_call_is_final(const np_call_t *call);

/** First pass: sets caller and dialled number from an INVITE or its response. */
void np_call_name_parties(np_call_t *call, const np_sip_message_t *message);

/** First pass: stores tag, CSeq and time of a message. */
void np_call_note_sequence(np_call_t *call, const np_sip_message_t *message);

/** True if this new INVITE was captured after messages of its call that were sent later. */
bool np_call_was_overtaken(const np_call_t *call, const np_sip_message_t *message);

/** The state of the call if nothing else follows: NAVERPHONE_CALL_RELEASED to NAVERPHONE_CALL_UNFINISHED. */
naverphone_call_state_t np_call_outcome(const naverphone_call_info_t *call);

static inline bool
np_call_is_over(const np_call_t *call)
{
    return call->info.state >= NAVERPHONE_CALL_RELEASED;
}

/** First pass: updates session->calls_up. */
void np_call_count_up(np_call_t *call, bool up);

/** First pass: called at ringing and early media. The first call ends the post-dial delay. */
void np_call_ring(np_call_t *call, const np_packet_t *packet);

/** Latest SDP of the side that sends in this direction (not 0). */
static inline const np_described_media_t *
np_call_described(const np_call_t *call, naverphone_direction_t sender)
{
    return &call->described[sender - NAVERPHONE_FROM_CLIENT];
}

/** The first audio section of that SDP; NULL: none. */
const np_media_section_t *np_call_sound_section(const np_call_t *call, naverphone_direction_t sender);

/** First pass: updates sound_agreed. Called after each session description. */
void np_call_note_agreed(np_call_t *call);

bool np_call_has_media(const np_call_t *call);

/** True if the capture so far could contain audio both ways. */
bool np_call_can_show_sound(const np_call_t *call);

/** Fault in the media of an answered call so far: NP_EXPERT_NONE, NP_EXPERT_MEDIA_NONE or NP_EXPERT_MEDIA_ONE_WAY. */
np_expert_t np_call_media_fault(const np_call_t *call);

#endif /* NP_MODEL_CALL_H */
