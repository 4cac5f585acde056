/* fields.h
 * The fields, expert items, subtrees and value strings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_FIELDS_H
#define NP_SHOW_FIELDS_H

#include "compat.h"

#include <epan/expert.h>

#include "model/record.h"

void np_fields_register(int proto);

extern int hf_naverphone_leg;
extern int hf_naverphone_event;
extern int hf_naverphone_session;
extern int hf_naverphone_client;
extern int hf_naverphone_client6;
extern int hf_naverphone_identity;
extern int hf_naverphone_session_state;
extern int hf_naverphone_login_frame;
extern int hf_naverphone_register_frame;
extern int hf_naverphone_logout_frame;
extern int hf_naverphone_evidence;
extern int hf_naverphone_evidence_port;
extern int hf_naverphone_evidence_network;
extern int hf_naverphone_evidence_host;
extern int hf_naverphone_evidence_domain;
extern int hf_naverphone_evidence_peer;
extern int hf_naverphone_evidence_user;
extern int hf_naverphone_control_connect_frame;
extern int hf_naverphone_control_logout_frame;
extern int hf_naverphone_control_duration;
extern int hf_naverphone_control_message;
extern int hf_naverphone_control_direction;
extern int hf_naverphone_control_length;
extern int hf_naverphone_control_content;
extern int hf_naverphone_control_framing;
extern int hf_naverphone_control_framing_origin;
extern int hf_naverphone_control_confidence;
extern int hf_naverphone_control_type;
extern int hf_naverphone_control_type_name;
extern int hf_naverphone_control_sequence;
extern int hf_naverphone_control_payload;
extern int hf_naverphone_control_header;
extern int hf_naverphone_control_text;
extern int hf_naverphone_control_fragment;
extern int hf_naverphone_control_first_frame;
extern int hf_naverphone_control_reassembled_in;
extern int hf_naverphone_control_refers_to;
extern int hf_naverphone_control_refers_to_frame;
extern int hf_naverphone_login_method;
extern int hf_naverphone_login_host;
extern int hf_naverphone_login_uri;
extern int hf_naverphone_login_param;
extern int hf_naverphone_login_param_value;
extern int hf_naverphone_login_param_decoded;
extern int hf_naverphone_login_param_encoding;
extern int hf_naverphone_login_user;
extern int hf_naverphone_login_password;
extern int hf_naverphone_login_opaque;
extern int hf_naverphone_login_status;
extern int hf_naverphone_login_response_frame;
extern int hf_naverphone_login_request_frame;
extern int hf_naverphone_login_time;
extern int hf_naverphone_call;
extern int hf_naverphone_call_first;
extern int hf_naverphone_call_outcome;
extern int hf_naverphone_call_id;
extern int hf_naverphone_call_caller;
extern int hf_naverphone_call_dialled;
extern int hf_naverphone_call_service_prefix;
extern int hf_naverphone_call_service;
extern int hf_naverphone_call_number;
extern int hf_naverphone_call_number_kind;
extern int hf_naverphone_call_number_e164;
extern int hf_naverphone_call_state;
extern int hf_naverphone_call_invite_frame;
extern int hf_naverphone_call_answer_frame;
extern int hf_naverphone_call_release_frame;
extern int hf_naverphone_call_post_dial_delay;
extern int hf_naverphone_call_setup_time;
extern int hf_naverphone_call_duration;
extern int hf_naverphone_call_released_by;
extern int hf_naverphone_call_cause;
extern int hf_naverphone_call_hold;
extern int hf_naverphone_call_refer_to;
extern int hf_naverphone_call_referred_by;
extern int hf_naverphone_call_replaces;
extern int hf_naverphone_call_diversion;
extern int hf_naverphone_call_related;
extern int hf_naverphone_media_phase;
extern int hf_naverphone_media_direction;
extern int hf_naverphone_media_first_frame;

/** By np_expert_t. */
extern expert_field np_expert_items[NP_EXPERT_COUNT];

extern int ett_naverphone;
extern int ett_naverphone_session;
extern int ett_naverphone_call;
extern int ett_naverphone_evidence;
extern int ett_naverphone_param;
extern int ett_naverphone_message;
extern int ett_naverphone_framing;
extern int ett_naverphone_reference;

/** A bit of naverphone.evidence. */
typedef struct {
    uint32_t bit;
    int *field;        /**< NULL: the list ends */
    const char *words; /**< within a text: "server port" */
} np_evidence_field_t;

extern const np_evidence_field_t np_evidence_fields[];

extern const value_string np_leg_names[];
extern const value_string np_session_state_names[];
extern const value_string np_call_state_names[];
extern const value_string np_number_kind_names[];
extern const value_string np_released_by_names[];
extern const value_string np_control_direction_names[];
extern value_string_ext np_event_names_ext;

#endif /* NP_SHOW_FIELDS_H */
