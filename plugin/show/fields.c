/* fields.c
 * People use the names, types and values in filters and scripts (tests/contract-fields.txt): never change one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/fields.h"

#include <epan/tfs.h>

#include "control/framed.h"
#include "control/references.h"
#include "model/packet.h"
#include "model/transfer.h"
#include "text/encodings.h"
#include "text/numbering.h"
#include "text/parameters.h"

/* clang-format off */
const value_string np_leg_names[] = {
    { NAVERPHONE_LEG_CONTROL, "Control" },
    { NAVERPHONE_LEG_LOGIN, "Login" },
    { NAVERPHONE_LEG_SIGNALLING, "Signalling" },
    { NAVERPHONE_LEG_MEDIA, "Media" },
    { 0, NULL }
};

const value_string np_session_state_names[] = {
    { NAVERPHONE_SESSION_CONNECTING, "Connecting" },
    { NAVERPHONE_SESSION_CONNECTED, "Connected" },
    { NAVERPHONE_SESSION_LOGGED_IN, "Logged in" },
    { NAVERPHONE_SESSION_REGISTERED, "Registered" },
    { NAVERPHONE_SESSION_IN_CALL, "In call" },
    { NAVERPHONE_SESSION_LOGGED_OUT, "Logged out" },
    { NAVERPHONE_SESSION_ABORTED, "Aborted" },
    { 0, NULL }
};

static const value_string call_hold_names[] = {
    { 0, "None" },
    { NP_HOLD_BY_CLIENT, "By client" },
    { NP_HOLD_BY_OTHER, "By the other side" },
    { NP_HOLD_BY_CLIENT | NP_HOLD_BY_OTHER, "Both" },
    { 0, NULL }
};

const value_string np_call_state_names[] = {
    { NAVERPHONE_CALL_SETUP, "Setup" },
    { NAVERPHONE_CALL_PROCEEDING, "Proceeding" },
    { NAVERPHONE_CALL_RINGING, "Ringing" },
    { NAVERPHONE_CALL_ANSWERED, "Answered" },
    { NAVERPHONE_CALL_RELEASED, "Released" },
    { NAVERPHONE_CALL_CANCELLED, "Cancelled" },
    { NAVERPHONE_CALL_REJECTED, "Rejected" },
    { NAVERPHONE_CALL_UNFINISHED, "Unfinished" },
    { 0, NULL }
};

const value_string np_number_kind_names[] = {
    { NP_NUMBER_MOBILE, "Mobile" },
    { NP_NUMBER_SEOUL, "Seoul" },
    { NP_NUMBER_AREA, "Area" },
    { NP_NUMBER_INTERNET_PHONE, "Internet phone" },
    { NP_NUMBER_PERSONAL, "Personal" },
    { NP_NUMBER_TOLL_FREE, "Toll-free" },
    { NP_NUMBER_PREMIUM, "Premium" },
    { NP_NUMBER_REPRESENTATIVE, "Representative" },
    { NP_NUMBER_EMERGENCY, "Emergency" },
    { NP_NUMBER_INTERNATIONAL, "International" },
    { NP_NUMBER_CARRIER, "Carrier" },
    { NP_NUMBER_PAGER, "Pager" },
    { NP_NUMBER_SHORT_CODE, "Short code" },
    { NP_NUMBER_NAME, "Name" },
    { NP_NUMBER_UNKNOWN, "Unknown" },
    { 0, NULL }
};

const value_string np_released_by_names[] = {
    { NAVERPHONE_RELEASED_BY_CALLER, "Caller" },
    { NAVERPHONE_RELEASED_BY_CALLEE, "Callee" },
    { NAVERPHONE_RELEASED_BY_NETWORK, "Network" },
    { 0, NULL }
};

static const value_string media_phase_names[] = {
    { NAVERPHONE_MEDIA_EARLY, "Early" },
    { NAVERPHONE_MEDIA_IN_CALL, "In call" },
    { NAVERPHONE_MEDIA_AFTER_RELEASE, "After release" },
    { 0, NULL }
};

static const value_string media_direction_names[] = {
    { NAVERPHONE_FROM_CLIENT, "From client" },
    { NAVERPHONE_TO_CLIENT, "To client" },
    { 0, NULL }
};

const value_string np_control_direction_names[] = {
    { NAVERPHONE_FROM_CLIENT, "Client to server" },
    { NAVERPHONE_TO_CLIENT, "Server to client" },
    { 0, NULL }
};

static const value_string content_names[] = {
    { NP_CONTENT_TEXT, "Text" },
    { NP_CONTENT_BINARY, "Structured binary" },
    { NP_CONTENT_HIGH_ENTROPY, "High entropy" },
    { NP_CONTENT_EMPTY, "Empty" },
    { 0, NULL }
};

static const value_string framing_origin_names[] = {
    { NP_ORIGIN_USER, "Set by user" },
    { NP_ORIGIN_INFERRED, "Inferred" },
    { NP_ORIGIN_SEGMENT, "Segment" },
    { 0, NULL }
};

static const value_string reference_names[] = {
    { NP_REFERENCE_CLIENT, "Client address" },
    { NP_REFERENCE_SERVER, "Server address" },
    { NP_REFERENCE_PORT, "Port" },
    { NP_REFERENCE_SIP_USER, "SIP user" },
    { NP_REFERENCE_DIALLED, "Dialled number" },
    { NP_REFERENCE_LOGIN_USER, "Login user" },
    { NP_REFERENCE_PASSWORD, "Login password" },
    { NP_REFERENCE_CALL_ID, "Call-ID" },
    { NP_REFERENCE_SSRC, "SSRC" },
    { 0, NULL }
};

static const value_string encoding_names[] = {
    { NP_ENCODING_PLAIN, "Plain" },
    { NP_ENCODING_PERCENT, "Percent" },
    { NP_ENCODING_HEX, "Hex" },
    { NP_ENCODING_BASE64, "Base64" },
    { 0, NULL }
};

static const value_string event_names[] = {
    { NAVERPHONE_EVENT_CONNECT, "Connect" },
    { NAVERPHONE_EVENT_ACCEPT, "Accept" },
    { NAVERPHONE_EVENT_ESTABLISHED, "Established" },
    { NAVERPHONE_EVENT_CONTROL_MESSAGE, "Control message" },
    { NAVERPHONE_EVENT_CLIENT_CLOSES, "Client closes" },
    { NAVERPHONE_EVENT_SERVER_CLOSES, "Server closes" },
    { NAVERPHONE_EVENT_CLOSED, "Closed" },
    { NAVERPHONE_EVENT_RESET, "Reset" },
    { NAVERPHONE_EVENT_LOGIN_REQUEST, "Login request" },
    { NAVERPHONE_EVENT_LOGIN_SUCCESS, "Login success" },
    { NAVERPHONE_EVENT_LOGIN_FAILURE, "Login failure" },
    { NAVERPHONE_EVENT_HTTP_REQUEST, "HTTP request" },
    { NAVERPHONE_EVENT_HTTP_RESPONSE, "HTTP response" },
    { NAVERPHONE_EVENT_REGISTER, "Register" },
    { NAVERPHONE_EVENT_REGISTERED, "Registered" },
    { NAVERPHONE_EVENT_CHALLENGE, "Challenge" },
    { NAVERPHONE_EVENT_UNREGISTERED, "Unregistered" },
    { NAVERPHONE_EVENT_INVITE, "Invite" },
    { NAVERPHONE_EVENT_TRYING, "Trying" },
    { NAVERPHONE_EVENT_RINGING, "Ringing" },
    { NAVERPHONE_EVENT_ANSWER, "Answer" },
    { NAVERPHONE_EVENT_ACKNOWLEDGE, "Acknowledge" },
    { NAVERPHONE_EVENT_MID_CALL_REQUEST, "Mid-call request" },
    { NAVERPHONE_EVENT_RELEASE, "Release" },
    { NAVERPHONE_EVENT_CANCEL, "Cancel" },
    { NAVERPHONE_EVENT_REJECTED, "Rejected" },
    { NAVERPHONE_EVENT_CONFIRMED, "Confirmed" },
    { NAVERPHONE_EVENT_MEDIA_START, "Media start" },
    { NAVERPHONE_EVENT_MEDIA, "Media" },
    { NAVERPHONE_EVENT_UNSIGNALLED_MEDIA, "Unsignalled media" },
    { 0, NULL }
};
/* clang-format on */
value_string_ext np_event_names_ext = VALUE_STRING_EXT_INIT(event_names);

int hf_naverphone_leg = -1;
int hf_naverphone_event = -1;
int hf_naverphone_session = -1;
int hf_naverphone_client = -1;
int hf_naverphone_client6 = -1;
int hf_naverphone_identity = -1;
int hf_naverphone_session_state = -1;
int hf_naverphone_login_frame = -1;
int hf_naverphone_register_frame = -1;
int hf_naverphone_logout_frame = -1;
int hf_naverphone_evidence = -1;
int hf_naverphone_evidence_port = -1;
int hf_naverphone_evidence_network = -1;
int hf_naverphone_evidence_host = -1;
int hf_naverphone_evidence_domain = -1;
int hf_naverphone_evidence_peer = -1;
int hf_naverphone_evidence_user = -1;
int hf_naverphone_control_connect_frame = -1;
int hf_naverphone_control_logout_frame = -1;
int hf_naverphone_control_duration = -1;
int hf_naverphone_control_message = -1;
int hf_naverphone_control_direction = -1;
int hf_naverphone_control_length = -1;
int hf_naverphone_control_content = -1;
int hf_naverphone_control_framing = -1;
int hf_naverphone_control_framing_origin = -1;
int hf_naverphone_control_confidence = -1;
int hf_naverphone_control_type = -1;
int hf_naverphone_control_type_name = -1;
int hf_naverphone_control_sequence = -1;
int hf_naverphone_control_payload = -1;
int hf_naverphone_control_header = -1;
int hf_naverphone_control_text = -1;
int hf_naverphone_control_fragment = -1;
int hf_naverphone_control_first_frame = -1;
int hf_naverphone_control_reassembled_in = -1;
int hf_naverphone_control_refers_to = -1;
int hf_naverphone_control_refers_to_frame = -1;
int hf_naverphone_login_method = -1;
int hf_naverphone_login_host = -1;
int hf_naverphone_login_uri = -1;
int hf_naverphone_login_param = -1;
int hf_naverphone_login_param_value = -1;
int hf_naverphone_login_param_decoded = -1;
int hf_naverphone_login_param_encoding = -1;
int hf_naverphone_login_user = -1;
int hf_naverphone_login_password = -1;
int hf_naverphone_login_opaque = -1;
int hf_naverphone_login_status = -1;
int hf_naverphone_login_response_frame = -1;
int hf_naverphone_login_request_frame = -1;
int hf_naverphone_login_time = -1;
int hf_naverphone_call = -1;
int hf_naverphone_call_first = -1;
int hf_naverphone_call_outcome = -1;
int hf_naverphone_call_id = -1;
int hf_naverphone_call_caller = -1;
int hf_naverphone_call_dialled = -1;
int hf_naverphone_call_service_prefix = -1;
int hf_naverphone_call_service = -1;
int hf_naverphone_call_number = -1;
int hf_naverphone_call_number_kind = -1;
int hf_naverphone_call_number_e164 = -1;
int hf_naverphone_call_state = -1;
int hf_naverphone_call_invite_frame = -1;
int hf_naverphone_call_answer_frame = -1;
int hf_naverphone_call_release_frame = -1;
int hf_naverphone_call_post_dial_delay = -1;
int hf_naverphone_call_setup_time = -1;
int hf_naverphone_call_duration = -1;
int hf_naverphone_call_released_by = -1;
int hf_naverphone_call_cause = -1;
int hf_naverphone_call_hold = -1;
int hf_naverphone_call_refer_to = -1;
int hf_naverphone_call_referred_by = -1;
int hf_naverphone_call_replaces = -1;
int hf_naverphone_call_diversion = -1;
int hf_naverphone_call_related = -1;
int hf_naverphone_media_phase = -1;
int hf_naverphone_media_direction = -1;
int hf_naverphone_media_first_frame = -1;

expert_field np_expert_items[NP_EXPERT_COUNT];

int ett_naverphone = -1;
int ett_naverphone_session = -1;
int ett_naverphone_call = -1;
int ett_naverphone_evidence = -1;
int ett_naverphone_param = -1;
int ett_naverphone_message = -1;
int ett_naverphone_framing = -1;
int ett_naverphone_reference = -1;

/* clang-format off */
const np_evidence_field_t np_evidence_fields[] = {
    { NP_EVIDENCE_PORT,    &hf_naverphone_evidence_port,    "server port" },
    { NP_EVIDENCE_NETWORK, &hf_naverphone_evidence_network, "server network" },
    { NP_EVIDENCE_HOST,    &hf_naverphone_evidence_host,    "login host" },
    { NP_EVIDENCE_DOMAIN,  &hf_naverphone_evidence_domain,  "SIP domain" },
    { NP_EVIDENCE_PEER,    &hf_naverphone_evidence_peer,    "known peer" },
    { NP_EVIDENCE_USER,    &hf_naverphone_evidence_user,    "Decode As" },
    { 0, NULL, NULL }
};

static hf_register_info fields[] = {
    { &hf_naverphone_leg,
        { "Leg", "naverphone.leg", FT_UINT8, BASE_DEC, VALS(np_leg_names), 0x0,
          "Part of the session that the frame belongs to", HFILL } },
    { &hf_naverphone_event,
        { "Event", "naverphone.event", FT_UINT8, BASE_DEC|BASE_EXT_STRING, &np_event_names_ext, 0x0,
          "What the frame does; absent on retransmissions, bare ACKs and the like", HFILL } },
    { &hf_naverphone_session,
        { "Session", "naverphone.session", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Number of the session, from 1, in the order in which sessions were recognised", HFILL } },
    { &hf_naverphone_client,
        { "Client", "naverphone.client", FT_IPv4, BASE_NONE, NULL, 0x0,
          "The client's address", HFILL } },
    { &hf_naverphone_client6,
        { "Client", "naverphone.client6", FT_IPv6, BASE_NONE, NULL, 0x0,
          "The client's address", HFILL } },
    { &hf_naverphone_identity,
        { "Identity", "naverphone.identity", FT_STRING, BASE_NONE, NULL, 0x0,
          "SIP user of the client, as known at this frame: from REGISTER, else from an INVITE it sent or "
          "received", HFILL } },
    { &hf_naverphone_session_state,
        { "Session state", "naverphone.session.state", FT_UINT8, BASE_DEC, VALS(np_session_state_names), 0x0,
          "State of the session after this frame", HFILL } },
    { &hf_naverphone_login_frame,
        { "Logged in", "naverphone.session.login_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The response that confirmed the login", HFILL } },
    { &hf_naverphone_register_frame,
        { "Registered", "naverphone.session.register_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The response that confirmed the registration", HFILL } },
    { &hf_naverphone_logout_frame,
        { "Logged out", "naverphone.session.logout_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The first FIN, or the RST, of the control connection", HFILL } },
    { &hf_naverphone_evidence,
        { "Evidence", "naverphone.evidence", FT_UINT32, BASE_HEX, NULL, 0x0,
          "Why the frame counts as Naver Phone", HFILL } },
    { &hf_naverphone_evidence_port,
        { "Server port", "naverphone.evidence.port", FT_BOOLEAN, 32, NULL, NP_EVIDENCE_PORT,
          "The server's port is in control_ports or login_ports", HFILL } },
    { &hf_naverphone_evidence_network,
        { "Server network", "naverphone.evidence.network", FT_BOOLEAN, 32, NULL, NP_EVIDENCE_NETWORK,
          "The server is in server_networks", HFILL } },
    { &hf_naverphone_evidence_host,
        { "Login host", "naverphone.evidence.host", FT_BOOLEAN, 32, NULL, NP_EVIDENCE_HOST,
          "The HTTP Host is in login_hosts", HFILL } },
    { &hf_naverphone_evidence_domain,
        { "SIP domain", "naverphone.evidence.domain", FT_BOOLEAN, 32, NULL, NP_EVIDENCE_DOMAIN,
          "A host of the SIP message is in sip_domains", HFILL } },
    { &hf_naverphone_evidence_peer,
        { "Known peer", "naverphone.evidence.peer", FT_BOOLEAN, 32, NULL, NP_EVIDENCE_PEER,
          "Client or server is known from a leg with other evidence", HFILL } },
    { &hf_naverphone_evidence_user,
        { "Decode As", "naverphone.evidence.user", FT_BOOLEAN, 32, NULL, NP_EVIDENCE_USER,
          "The user chose Naver Phone for the port in Decode As", HFILL } },
    { &hf_naverphone_control_connect_frame,
        { "Connected", "naverphone.control.connect_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The SYN of this control connection", HFILL } },
    { &hf_naverphone_control_logout_frame,
        { "Closing begins", "naverphone.control.logout_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The first FIN, or the RST, of this control connection", HFILL } },
    { &hf_naverphone_control_duration,
        { "Connection time", "naverphone.control.duration", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          "Time from the SYN to the last frame of the control connection", HFILL } },
    { &hf_naverphone_control_message,
        { "Message", "naverphone.control.message", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Number of the control message in its direction", HFILL } },
    { &hf_naverphone_control_direction,
        { "Direction", "naverphone.control.direction", FT_UINT8, BASE_DEC, VALS(np_control_direction_names), 0x0,
          "Direction of the control message", HFILL } },
    { &hf_naverphone_control_length,
        { "Length", "naverphone.control.length", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Length of the control message in bytes", HFILL } },
    { &hf_naverphone_control_content,
        { "Content", "naverphone.control.content", FT_UINT8, BASE_DEC, VALS(content_names), 0x0,
          "Kind of content, judged by the bytes", HFILL } },
    { &hf_naverphone_control_framing,
        { "Framing", "naverphone.control.framing", FT_STRING, BASE_NONE, NULL, 0x0,
          "How the stream is cut into messages: a length field such as u16be@0+2, fixed 20, lines crlf, lines "
          "lf, nul, segment", HFILL } },
    { &hf_naverphone_control_framing_origin,
        { "Framing origin", "naverphone.control.framing_origin", FT_UINT8, BASE_DEC, VALS(framing_origin_names), 0x0,
          "Where the framing comes from", HFILL } },
    { &hf_naverphone_control_confidence,
        { "Confidence", "naverphone.control.confidence", FT_FLOAT, BASE_NONE, NULL, 0x0,
          "Confidence in the inferred framing, from 0 to 1", HFILL } },
    { &hf_naverphone_control_type,
        { "Type", "naverphone.control.type", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Message type, at the offset set in the table Control Framing", HFILL } },
    { &hf_naverphone_control_type_name,
        { "Type name", "naverphone.control.type_name", FT_STRING, BASE_NONE, NULL, 0x0,
          "Name of the message type, from the table Control Messages", HFILL } },
    { &hf_naverphone_control_sequence,
        { "Sequence", "naverphone.control.sequence", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Sequence number, at the offset set in the table Control Framing", HFILL } },
    { &hf_naverphone_control_payload,
        { "Payload", "naverphone.control.payload", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Bytes of the message; their meaning is not documented", HFILL } },
    { &hf_naverphone_control_text,
        { "Text", "naverphone.control.text", FT_STRING, BASE_NONE, NULL, 0x0,
          "The payload as text, if all of it is readable as UTF-8 or CP949", HFILL } },
    { &hf_naverphone_control_header,
        { "Header", "naverphone.control.header", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Header of the message, of the length set in the table Control Framing", HFILL } },
    { &hf_naverphone_control_fragment,
        { "Fragment", "naverphone.control.fragment", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Part of a message that begins or ends in another frame, or bytes that fit no message", HFILL } },
    { &hf_naverphone_control_first_frame,
        { "Begins in frame", "naverphone.control.first_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The frame in which this control message begins", HFILL } },
    { &hf_naverphone_control_reassembled_in,
        { "Ends in frame", "naverphone.control.reassembled_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The frame in which this control message ends and is shown", HFILL } },
    { &hf_naverphone_control_refers_to,
        { "Refers to", "naverphone.control.refers_to", FT_UINT8, BASE_DEC, VALS(reference_names), 0x0,
          "Kind of a value in the message that is known from another leg", HFILL } },
    { &hf_naverphone_control_refers_to_frame,
        { "Known from frame", "naverphone.control.refers_to.frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The frame from which the value is known", HFILL } },
    { &hf_naverphone_login_method,
        { "Method", "naverphone.login.method", FT_STRING, BASE_NONE, NULL, 0x0,
          "HTTP request method", HFILL } },
    { &hf_naverphone_login_host,
        { "Host", "naverphone.login.host", FT_STRING, BASE_NONE, NULL, 0x0,
          "Host that the HTTP request is for: of its target, else of its Host header", HFILL } },
    { &hf_naverphone_login_uri,
        { "URI", "naverphone.login.uri", FT_STRING, BASE_NONE, NULL, 0x0,
          "HTTP request target", HFILL } },
    { &hf_naverphone_login_param,
        { "Parameter", "naverphone.login.param", FT_STRING, BASE_NONE, NULL, 0x0,
          "Name of a parameter of the query or body", HFILL } },
    { &hf_naverphone_login_param_value,
        { "Value", "naverphone.login.param.value", FT_STRING, BASE_NONE, NULL, 0x0,
          "Value of the parameter, as sent", HFILL } },
    { &hf_naverphone_login_param_decoded,
        { "Decoded", "naverphone.login.param.decoded", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Value of the parameter, decoded", HFILL } },
    { &hf_naverphone_login_param_encoding,
        { "Encoding", "naverphone.login.param.encoding", FT_UINT8, BASE_DEC, VALS(encoding_names), 0x0,
          "Encoding of the value, judged by its form", HFILL } },
    { &hf_naverphone_login_user,
        { "User", "naverphone.login.user", FT_BYTES, BASE_NONE, NULL, 0x0,
          "User id, recognised by the parameter's name, as decoded bytes; they may be encrypted", HFILL } },
    { &hf_naverphone_login_password,
        { "Password", "naverphone.login.password", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Password, recognised by the parameter's name, as decoded bytes; they may be encrypted", HFILL } },
    { &hf_naverphone_login_opaque,
        { "Opaque body", "naverphone.login.opaque", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Request body that is not a list of parameters", HFILL } },
    { &hf_naverphone_login_status,
        { "Status", "naverphone.login.status", FT_UINT16, BASE_DEC, NULL, 0x0,
          "HTTP status of the response", HFILL } },
    { &hf_naverphone_login_response_frame,
        { "Response in frame", "naverphone.login.response_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0x0,
          "The response to this request", HFILL } },
    { &hf_naverphone_login_request_frame,
        { "Request in frame", "naverphone.login.request_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0x0,
          "The request that this response answers", HFILL } },
    { &hf_naverphone_login_time,
        { "Time since request", "naverphone.login.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          "Time from the request to this response", HFILL } },
    { &hf_naverphone_call,
        { "Call", "naverphone.call", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Number of the call, from 1, in the whole capture", HFILL } },
    { &hf_naverphone_call_first,
        { "First frame of the call", "naverphone.call.first", FT_NONE, BASE_NONE, NULL, 0x0,
          "Marks the call's first frame, on which later passes show the whole call", HFILL } },
    { &hf_naverphone_call_outcome,
        { "Outcome", "naverphone.call.outcome", FT_UINT8, BASE_DEC, VALS(np_call_state_names), 0x0,
          "How the call ended", HFILL } },
    { &hf_naverphone_call_id,
        { "Call-ID", "naverphone.call.id", FT_STRING, BASE_NONE, NULL, 0x0,
          "SIP Call-ID", HFILL } },
    { &hf_naverphone_call_caller,
        { "Caller", "naverphone.call.caller", FT_STRING, BASE_NONE, NULL, 0x0,
          "User part of the caller's SIP address, as sent", HFILL } },
    { &hf_naverphone_call_dialled,
        { "Dialled", "naverphone.call.dialled", FT_STRING, BASE_NONE, NULL, 0x0,
          "User part of the callee's SIP address, as sent", HFILL } },
    { &hf_naverphone_call_service_prefix,
        { "Service prefix", "naverphone.call.service_prefix", FT_STRING, BASE_NONE, NULL, 0x0,
          "Prefix before the number that requests a service", HFILL } },
    { &hf_naverphone_call_service,
        { "Service", "naverphone.call.service", FT_STRING, BASE_NONE, NULL, 0x0,
          "Service that the prefix requests", HFILL } },
    { &hf_naverphone_call_number,
        { "Number", "naverphone.call.number", FT_STRING, BASE_NONE, NULL, 0x0,
          "Dialled number without the service prefix, in national form", HFILL } },
    { &hf_naverphone_call_number_kind,
        { "Kind of number", "naverphone.call.number_kind", FT_UINT8, BASE_DEC, VALS(np_number_kind_names), 0x0,
          "Kind of the number in the Korean numbering plan", HFILL } },
    { &hf_naverphone_call_number_e164,
        { "E.164", "naverphone.call.number_e164", FT_STRING, BASE_NONE, NULL, 0x0,
          "Dialled number in international form", HFILL } },
    { &hf_naverphone_call_state,
        { "Call state", "naverphone.call.state", FT_UINT8, BASE_DEC, VALS(np_call_state_names), 0x0,
          "State of the call after this frame", HFILL } },
    { &hf_naverphone_call_invite_frame,
        { "Invited", "naverphone.call.invite_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The call's first INVITE", HFILL } },
    { &hf_naverphone_call_answer_frame,
        { "Answered", "naverphone.call.answer_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The 2xx to the INVITE", HFILL } },
    { &hf_naverphone_call_release_frame,
        { "Released", "naverphone.call.release_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The BYE, or the final response that ended the attempt", HFILL } },
    { &hf_naverphone_call_post_dial_delay,
        { "Post-dial delay", "naverphone.call.post_dial_delay", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          "Time from the first INVITE to the first ringing or early media", HFILL } },
    { &hf_naverphone_call_setup_time,
        { "Setup time", "naverphone.call.setup_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          "Time from the first INVITE to the answer", HFILL } },
    { &hf_naverphone_call_duration,
        { "Duration", "naverphone.call.duration", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          "Time from the answer to the release", HFILL } },
    { &hf_naverphone_call_released_by,
        { "Released by", "naverphone.call.released_by", FT_UINT8, BASE_DEC, VALS(np_released_by_names), 0x0,
          "Who released the call", HFILL } },
    { &hf_naverphone_call_cause,
        { "Cause", "naverphone.call.cause", FT_STRING, BASE_NONE, NULL, 0x0,
          "Reason header of the BYE or CANCEL, else the final status that ended the call; absent after an "
          "ordinary release", HFILL } },
    { &hf_naverphone_call_hold,
        { "Hold", "naverphone.call.hold", FT_UINT8, BASE_DEC, VALS(call_hold_names), 0x0,
          "Who holds the call from this request on; absent on requests that do not change it", HFILL } },
    { &hf_naverphone_call_refer_to,
        { "Refer-To", "naverphone.call.refer_to", FT_STRING, BASE_NONE, NULL, 0x0,
          "Target of a transfer (Refer-To)", HFILL } },
    { &hf_naverphone_call_referred_by,
        { "Referred-By", "naverphone.call.referred_by", FT_STRING, BASE_NONE, NULL, 0x0,
          "Who transfers the call (Referred-By)", HFILL } },
    { &hf_naverphone_call_replaces,
        { "Replaces", "naverphone.call.replaces", FT_STRING, BASE_NONE, NULL, 0x0,
          "Dialog that this INVITE replaces: Call-ID and tags (Replaces)", HFILL } },
    { &hf_naverphone_call_diversion,
        { "Diversion", "naverphone.call.diversion", FT_STRING, BASE_NONE, NULL, 0x0,
          "Who forwarded the call (Diversion, else History-Info)", HFILL } },
    { &hf_naverphone_call_related,
        { "Follows from call", "naverphone.call.related", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Number of the call that led to this one by a transfer, Replaces or a forward", HFILL } },
    { &hf_naverphone_media_phase,
        { "Media phase", "naverphone.media.phase", FT_UINT8, BASE_DEC, VALS(media_phase_names), 0x0,
          "Phase of the call in which the packet was sent", HFILL } },
    { &hf_naverphone_media_direction,
        { "Media direction", "naverphone.media.direction", FT_UINT8, BASE_DEC, VALS(media_direction_names), 0x0,
          "Direction of the packet", HFILL } },
    { &hf_naverphone_media_first_frame,
        { "Stream begins", "naverphone.media.first_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
          "The first frame of this RTP stream", HFILL } },
};

static ei_register_info expert_items[] = {
    { &np_expert_items[NP_EXPERT_LOGIN_UNENCRYPTED],
        { "naverphone.login.unencrypted", PI_SECURITY, PI_NOTE, "Login over HTTP without encryption", EXPFILL } },
    { &np_expert_items[NP_EXPERT_LOGIN_PLAINTEXT],
        { "naverphone.login.plaintext", PI_SECURITY, PI_ERROR, "Password is readable text", EXPFILL } },
    { &np_expert_items[NP_EXPERT_LOGIN_FAILED],
        { "naverphone.login.failed", PI_RESPONSE_CODE, PI_WARN, "Login failed", EXPFILL } },
    { &np_expert_items[NP_EXPERT_CONTROL_RESET],
        { "naverphone.control.reset", PI_SEQUENCE, PI_WARN, "Control connection reset", EXPFILL } },
    { &np_expert_items[NP_EXPERT_FRAMING_LOST],
        { "naverphone.control.framing_lost", PI_REASSEMBLE, PI_WARN, "Stream no longer fits the framing", EXPFILL } },
    { &np_expert_items[NP_EXPERT_SESSION_LOGIN],
        { "naverphone.session.login", PI_SEQUENCE, PI_CHAT, "Logged in", EXPFILL } },
    { &np_expert_items[NP_EXPERT_SESSION_LOGOUT],
        { "naverphone.session.logout", PI_SEQUENCE, PI_CHAT, "Logout: control connection closes", EXPFILL } },
    { &np_expert_items[NP_EXPERT_LOGOUT_IN_CALL],
        { "naverphone.session.logout_in_call", PI_SEQUENCE, PI_WARN, "Control connection ends during a call", EXPFILL } },
    { &np_expert_items[NP_EXPERT_REGISTER_INCOMPLETE],
        { "naverphone.register.incomplete", PI_SEQUENCE, PI_NOTE, "REGISTER challenged, no confirmation in the capture", EXPFILL } },
    { &np_expert_items[NP_EXPERT_CHALLENGED_ANSWER],
        { "naverphone.call.challenged_answer", PI_SEQUENCE, PI_NOTE, "INVITE challenged, yet answered without credentials", EXPFILL } },
    { &np_expert_items[NP_EXPERT_NOT_ACKNOWLEDGED],
        { "naverphone.call.not_acknowledged", PI_SEQUENCE, PI_WARN, "No ACK for the answer", EXPFILL } },
    { &np_expert_items[NP_EXPERT_EARLY_MEDIA],
        { "naverphone.call.early_media", PI_SEQUENCE, PI_CHAT, "Media before the answer", EXPFILL } },
    { &np_expert_items[NP_EXPERT_UNFINISHED],
        { "naverphone.call.unfinished", PI_SEQUENCE, PI_NOTE, "No release of the call in the capture", EXPFILL } },
    { &np_expert_items[NP_EXPERT_SERVICE_NUMBER],
        { "naverphone.call.service_number", PI_COMMENTS_GROUP, PI_CHAT, "Service prefix, or a premium, emergency or international number", EXPFILL } },
    { &np_expert_items[NP_EXPERT_MEDIA_ONE_WAY],
        { "naverphone.media.one_way", PI_SEQUENCE, PI_WARN, "Answered call has audio RTP one way only", EXPFILL } },
    { &np_expert_items[NP_EXPERT_MEDIA_NONE],
        { "naverphone.media.none", PI_SEQUENCE, PI_WARN, "Answered call has no audio RTP", EXPFILL } },
    { &np_expert_items[NP_EXPERT_AFTER_RELEASE],
        { "naverphone.media.after_release", PI_SEQUENCE, PI_NOTE, "Media after the release", EXPFILL } },
    { &np_expert_items[NP_EXPERT_SSRC_COLLISION],
        { "naverphone.media.ssrc_collision", PI_PROTOCOL, PI_WARN, "Two sources in the call use this SSRC", EXPFILL } },
    { &np_expert_items[NP_EXPERT_UNSIGNALLED],
        { "naverphone.media.unsignalled", PI_ASSUMPTION, PI_NOTE, "RTP without SDP, assigned to the session", EXPFILL } },
};

static int *subtrees[] = {
    &ett_naverphone,
    &ett_naverphone_session,
    &ett_naverphone_call,
    &ett_naverphone_evidence,
    &ett_naverphone_param,
    &ett_naverphone_message,
    &ett_naverphone_framing,
    &ett_naverphone_reference,
};
/* clang-format on */

/* TFS(&tfs_yes_no) cannot be in the table above: on Windows, the address of another library's data is no constant. */
static void
name_truth_values(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (fields[i].hfinfo.type == FT_BOOLEAN) {
            fields[i].hfinfo.strings = TFS(&tfs_yes_no);
        }
    }
}

void
np_fields_register(int proto)
{
    name_truth_values();
    proto_register_field_array(proto, fields, G_N_ELEMENTS(fields));
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
    G_STATIC_ASSERT(G_N_ELEMENTS(expert_items) == NP_EXPERT_COUNT - 1); /* all but NP_EXPERT_NONE */
    expert_register_field_array(expert_register_protocol(proto), expert_items, G_N_ELEMENTS(expert_items));
}
