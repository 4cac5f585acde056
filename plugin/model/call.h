/* call.h
 * Calls: who called whom, and how it went
 *
 * Sources: calls follow RFC 3261, numbers the Korean numbering plan (text/numbering.h).
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

/** An m= section of audio or video in SDP: where a side wants to get it, and what its payload types are. */
typedef struct np_media_section {
    struct np_media_section *next; /**< of the same description */
    address host;
    uint16_t port;
    uint16_t rtcp_port; /**< 0: none */
    bool is_video;
    bool sends, receives; /**< by a=sendonly and the like */
    np_span_t formats; /**< payload types as text */
    np_span_t rtpmaps; /**< empty: it has none */
} np_media_section_t;

/** The latest SDP of one side of a call. */
typedef struct {
    np_media_section_t *sections, *last;
    unsigned count; /**< 0: no SDP seen, or it wants no sound or picture */
} np_described_media_t;

/** How far one side of a call has counted its requests: first-pass state. */
typedef struct {
    const char *tag; /**< NULL: none seen */
    uint32_t cseq;   /**< the highest */
} np_requests_t;

#define NP_BRANCHES 4 /**< more answers to one INVITE are not told apart, nor more early dialogs */

/** An early dialog: a branch of a fork that has sent a provisional response. */
typedef struct {
    const char *tag; /**< NULL: none */
    bool ended;      /**< by BYE or 199 */
} np_early_dialog_t;

/** An ACK that came before what it acknowledges. */
typedef struct {
    uint32_t frame; /**< 0: none */
    uint32_t cseq;
    const char *tag; /**< of the callee; NULL: none */
} np_early_ack_t;

typedef struct np_call np_call_t;

/** A call: an INVITE of one client, and what follows it. Lives with the capture; the first pass writes it. */
struct np_call {
    naverphone_call_info_t info; /**< must be first: what the tap publishes */
    np_session_t *session;
    address server; /**< the other end of its first message */
    np_history_t states;    /**< naverphone_call_state_t */
    wmem_tree_t *releases;  /**< by frame: np_release_t, or NULL where one is taken back; NULL: none yet */
    np_release_t *release;  /**< the latest, if it holds: ask np_call_release_at() */
    bool seen[2];           /**< whether anything of the other party, and of the client, is in the capture */

    /* First-pass state. */
    nstime_t invite_time; /**< absolute; known if info.invite_frame is */
    nstime_t answer_time; /**< absolute; known if info.answer_frame is */
    bool caller_known;    /**< INVITE or a response to it was seen */
    bool from_client;     /**< ... and the client is the caller */
    bool challenged, with_credentials;
    bool revocable; /**< its rejection is one that a further INVITE takes back */
    bool counted_up; /**< its session counts it among the calls that are up */
    bool early_media_told;
    bool has_media[3];                 /**< RTP of any kind, by naverphone_direction_t */
    bool has_sound[3];                 /**< RTP other than pictures */
    bool sound_agreed[3];              /**< SDP of both sides has allowed sound that way, once at least */
    bool media_at_client;              /**< some of it came from the client's address, or went there */
    uint32_t answer_cseq;              /**< of the 2xx that set it up */
    np_requests_t requests[2];         /**< of the other party, and of the client */
    const char *branches[NP_BRANCHES]; /**< tags of the callees that answered, in that order; NULL: no more */
    unsigned talking;                  /**< the branch that the call goes on with */
    np_early_dialog_t early[NP_BRANCHES];
    unsigned hold;             /**< naverphone.call.hold */
    np_early_ack_t early_ack;  /**< the latest */
    np_release_t *crossing;    /**< a BYE after the one that released the call; NULL: none */
    const char *cancel_reason; /**< Reason of its CANCEL; NULL: none */
    uint32_t invite_cseq;      /**< of the latest INVITE outside the dialog */
    unsigned pending_invites;  /**< INVITEs of that CSeq that reached the client on branches of their own, unrefused */
    nstime_t latest;           /**< absolute: its latest message */
    np_described_media_t described[2]; /**< latest SDP of each side: ask np_call_described() */
};

/** Finds the service prefix of a dialled user part: np_user_tables_find_service(). */
typedef const char *np_find_service_t(const char *dialled, const char **prefix, const char **name);

/** For the init routine. */
void np_calls_init(np_find_service_t *finder);

/** First pass: a call that begins with this message. id: its Call-ID as text, which lives with the capture. */
np_call_t *np_call_new(np_session_t *session, const char *id, const np_sip_message_t *message);

/** True once it is answered, cancelled or ended for good: an INVITE outside the dialog after that is another call. */
bool np_call_is_final(const np_call_t *call);

/** First pass: notes the caller and what was dialled, by an INVITE or a response to it. */
void np_call_name_parties(np_call_t *call, const np_sip_message_t *message);

/** First pass: notes how far the side that sent the request has counted. */
void np_call_note_sequence(np_call_t *call, const np_sip_message_t *message);

/** Did the network deliver this INVITE, which was not seen before, after what followed it in its call? */
bool np_call_was_overtaken(const np_call_t *call, const np_sip_message_t *message);

/** How the call ended, or would: NAVERPHONE_CALL_RELEASED to NAVERPHONE_CALL_UNFINISHED. */
naverphone_call_state_t np_call_outcome(const naverphone_call_info_t *call);

/** Has the call ended, however? */
static inline bool
np_call_is_over(const np_call_t *call)
{
    return call->info.state >= NAVERPHONE_CALL_RELEASED;
}

/** First pass: has the session count the call among those that are up, or not any more. */
void np_call_count_up(np_call_t *call, bool up);

/** First pass: notes the first ring or early media, whichever comes first: the post-dial delay ends. */
void np_call_ring(np_call_t *call, const np_packet_t *packet);

/** What the side that sends in a direction (not 0) wants. */
static inline const np_described_media_t *
np_call_described(const np_call_t *call, naverphone_direction_t sender)
{
    return &call->described[sender - NAVERPHONE_FROM_CLIENT];
}

/** Where the side that sends in a direction wants sound; NULL: no SDP tells. */
const np_media_section_t *np_call_sound_section(const np_call_t *call, naverphone_direction_t sender);

/** First pass: notes which ways the SDP of both sides allows sound. To be called after each. */
void np_call_note_agreed(np_call_t *call);

/** Has any packet of the call's media come? */
bool np_call_has_media(const np_call_t *call);

/** Can the capture show sound both ways? By what is known so far. */
bool np_call_can_show_sound(const np_call_t *call);

/** What is wrong with the media of an answered call so far: NP_EXPERT_NONE, NP_EXPERT_MEDIA_NONE or
 *  NP_EXPERT_MEDIA_ONE_WAY. */
np_expert_t np_call_media_fault(const np_call_t *call);

#endif /* NP_MODEL_CALL_H */
