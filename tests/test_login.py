# SPDX-License-Identifier: GPL-2.0-or-later
"""The login: which HTTP messages belong to it, what they contain, and how request and response are matched."""

import functools
import subprocess
import urllib.parse

import pytest

PORT, NETWORK, HOST, PEER = 0x01, 0x02, 0x04, 0x10
LOGIN = "naverphone.leg == 2"
LOGIN_REQUEST, SUCCESS, FAILURE, REQUEST, RESPONSE = "20", "21", "22", "23", "24"
PLAIN, PERCENT, HEX, BASE64 = "1", "2", "3", "4"

WAS = "was.np.naver.com:8081"
PATH = "/made/login"
CIPHER_ID, CIPHER_PW = "6333557edf5831eb3d9b93e4b3792c01", "4b55c0b2c3a1bef2f3878c245fd5da96"
ENCRYPTED = [("id", CIPHER_ID, HEX, CIPHER_ID), ("pw", CIPHER_PW, HEX, CIPHER_PW)]
SECRET = "made-up-secret"


def readable(name, sent, encoding, text) -> tuple:
    return name, sent, encoding, text.encode().hex()


# The frame of the login request, its method, host and URI, and its parameters: name, value, encoding, decoded bytes
REQUESTS = {
    "login-query-plain": (4, "GET", WAS, f"{PATH}?id=hong&password={SECRET}", [
        readable("id", "hong", PLAIN, "hong"), readable("password", SECRET, PLAIN, SECRET)]),
    "login-form-hex": (4, "POST", WAS, PATH, ENCRYPTED),
    "login-form-percent": (4, "POST", WAS, PATH, [
        readable("userid", "hong%40example", PERCENT, "hong@example"),
        readable("passwd", urllib.parse.quote("비밀번호"), PERCENT, "비밀번호")]),
    "login-base64": (4, "POST", WAS, PATH, [
        readable("user", "aG9uZ3Rlc3Q%3D", BASE64, "hongtest"),
        readable("password", "bWFkZS11cC1zZWNyZXQ%3D", BASE64, SECRET)]),
    "login-chunked": (8, "POST", WAS, PATH, ENCRYPTED),
    "login-segmented": (6, "POST", WAS, PATH, ENCRYPTED),
    "login-put": (4, "PUT", WAS, f"{PATH}?service=phone", [readable("service", "phone", PLAIN, "phone"), *ENCRYPTED]),
    "login-failed": (11, "GET", WAS, f"{PATH}?id={CIPHER_ID}&pw={CIPHER_PW}", ENCRYPTED),
    "login-host-other-port": (4, "POST", "was.np.naver.com", PATH, ENCRYPTED),
    "login-host-is-address": (4, "POST", "222.122.50.31:8081", PATH, ENCRYPTED),
    "login-known-server": (9, "POST", "198.51.100.20:8081", PATH, ENCRYPTED),
    "login-opaque": (4, "POST", WAS, PATH, []),
    "login-json": (4, "POST", WAS, PATH, [readable("version", "3", PLAIN, "3"),
                                          readable("id", "h\\u006fng", PLAIN, "hong"), ENCRYPTED[1]]),
    "login-xml": (4, "POST", WAS, PATH, [readable("id", "a&amp;b", PLAIN, "a&b"),
                                         readable("pw", "bWFkZS11cC1zZWNyZXQ=", BASE64, SECRET)]),
    "login-multipart": (4, "POST", WAS, PATH, ENCRYPTED),
    "login-gzip": (4, "POST", WAS, PATH, ENCRYPTED),
}

# HTTP messages: request frame, response frame, events of both, status
EXCHANGES = {
    **{name: [(frame, frame + 2, LOGIN_REQUEST, SUCCESS, "200")] for name, (frame, *_) in REQUESTS.items()
       if name != "login-failed"},
    "login-failed": [(11, 13, LOGIN_REQUEST, FAILURE, "403")],
    "login-again": [(4, 6, LOGIN_REQUEST, FAILURE, "401"), (8, 10, LOGIN_REQUEST, SUCCESS, "302")],
    "login-moved": [(4, 6, LOGIN_REQUEST, RESPONSE, "307"), (8, 10, LOGIN_REQUEST, SUCCESS, "200")],
    "login-tried-again": [(frame, frame + 2, LOGIN_REQUEST, RESPONSE, status) for frame, status in (
        (4, "301"), (8, "407"), (12, "417"), (16, "421"), (20, "425"))] + [(24, 26, LOGIN_REQUEST, FAILURE, "403")],
    "login-then-web": [(4, 6, LOGIN_REQUEST, SUCCESS, "200"), (8, 10, REQUEST, RESPONSE, "200"),
                       (12, 14, REQUEST, RESPONSE, "200")],
    "login-pipelined": [(4, 6, REQUEST, RESPONSE, "200"), (4, 6, LOGIN_REQUEST, SUCCESS, "200")],
    "login-opaque-twice": [(4, 6, LOGIN_REQUEST, SUCCESS, "200"), (8, 10, REQUEST, RESPONSE, "200")],
    "login-retransmitted": [(4, 7, LOGIN_REQUEST, SUCCESS, "200")],
    "login-interim": [(4, 8, LOGIN_REQUEST, SUCCESS, "200")],
    "login-basic": [(4, 6, LOGIN_REQUEST, SUCCESS, "200")],
    "login-digest": [(4, 6, REQUEST, RESPONSE, "401"), (8, 10, LOGIN_REQUEST, SUCCESS, "200")],
    "login-pipelined-apart": [(4, 8, REQUEST, RESPONSE, "200"), (6, 10, LOGIN_REQUEST, FAILURE, "403")],
    "login-after-head": [(4, 6, REQUEST, RESPONSE, "200"), (15, 17, LOGIN_REQUEST, SUCCESS, "200")],
    "login-connect": [(4, 6, REQUEST, RESPONSE, "200"), (8, 10, LOGIN_REQUEST, SUCCESS, "200")],
    "login-reply-with-fin": [(4, 6, LOGIN_REQUEST, SUCCESS, "200")],
    "documented-call": [(72, 74, LOGIN_REQUEST, SUCCESS, "200")],
}


def login_rows(shark, capture, *names, only, **how) -> list:
    return shark.rows(capture, *(f"naverphone.login.{name}" for name in names), only=only, **how)


# ---- contents of the request -------------------------------------------------------------------------

@pytest.mark.parametrize("capture", REQUESTS)
def test_the_request_has_method_host_uri_and_the_decoded_user_and_password(shark, capture):
    frame, method, host, uri, parameters = REQUESTS[capture]
    decoded = [value for *_, value in parameters][-2:] or ["", ""]
    assert shark.frames(capture, "naverphone.event == 20", two_pass=True) == [frame]
    assert login_rows(shark, capture, "method", "host", "uri", "user", "password", only=f"frame.number == {frame}",
                      two_pass=True) == [(method, host, uri, *decoded)]


@pytest.mark.parametrize("capture", REQUESTS)
def test_each_parameter_has_its_value_encoding_and_decoded_bytes(shark, capture):
    *_, parameters = REQUESTS[capture]
    (columns,) = login_rows(shark, capture, "param", "param.value", "param.encoding", "param.decoded",
                            only="naverphone.event == 20", two_pass=True)
    # tshark doubles backslashes in fields from 4.4 on.
    assert list(zip(*(column.replace(r"\\", "\\").split(",") for column in columns if column))) == parameters


@pytest.mark.parametrize("capture", ["login-query-plain", "login-form-percent", "login-base64"])
def test_the_tree_tells_how_many_bytes_each_value_has(shark, capture):
    lines = shark.read(capture, "-O", "naverphone", "-Y", "naverphone.event == 20").splitlines()
    sizes = [line.rpartition("(")[2] for line in lines if line.strip().startswith(("User:", "Password:", "Decoded:"))]
    for *_, decoded in REQUESTS[capture][4]:
        assert f"{len(decoded) // 2} bytes)" in sizes


def test_a_body_that_is_no_parameter_list_is_opaque(shark, bare):
    body = bare.column("login-opaque", "tcp.payload", only="frame.number == 4")[0][-2 * 48:]
    rows = login_rows(shark, "login-opaque", "opaque", "param", "user", "password", only=LOGIN, two_pass=True)
    assert [row for row in rows if any(row)] == [(body, "", "", "")]


def test_basic_authentication_has_user_and_password(shark):
    rows = login_rows(shark, "login-basic", "param", "param.encoding", "user", "password", only="frame.number == 4",
                      two_pass=True)
    assert rows == [("Authorization,Authorization", f"{BASE64},{BASE64}", b"hongtest".hex(), SECRET.encode().hex())]


def test_digest_authentication_has_user_and_response(shark):
    rows = login_rows(shark, "login-digest", "param", "user", "password", only="frame.number == 8", two_pass=True)
    response = shark.column("login-digest", "naverphone.login.param.value", only="frame.number == 8")[0].split(",")[-1]
    assert rows == [("username,realm,nonce,algorithm,uri,response", b"hongtest".hex(), response)] and len(response) == 32


def test_requests_that_nobody_answered_before_the_reset_have_their_events_and_no_response(shark):
    ((events, responses),) = shark.rows("login-reset", "naverphone.event", "naverphone.login.response_frame",
                                        only="frame.number == 4", two_pass=True)
    assert events.split(",") == [LOGIN_REQUEST] + [REQUEST] * 20 and responses == ""
    assert shark.frames("login-reset", LOGIN, two_pass=True) == [1, 2, 3, 4, 5, 6]


def test_of_pipelined_requests_each_has_a_tree_of_its_own(shark):
    assert login_rows(shark, "login-pipelined", "method", "uri", "user", "password", only="frame.number == 4",
                      two_pass=True) == [("GET,POST", f"/made/notice,{PATH}", CIPHER_ID, CIPHER_PW)]


# ---- requests and responses ------------------------------------------------------------------------

@pytest.fixture(scope="module")
def messages(shark):
    """The HTTP messages of a capture: frame, then the requested fields. Messages of one frame follow each other."""
    @functools.cache
    def read(capture, two_pass):
        return shark.rows(capture, "frame.number", "frame.time_relative", "naverphone.event", "naverphone.login.status",
                          "naverphone.login.request_frame", "naverphone.login.response_frame", "naverphone.login.time",
                          only=f"{LOGIN} && http", two_pass=two_pass)
    return read


@pytest.mark.parametrize("capture", EXCHANGES)
def test_each_http_message_has_its_event(messages, capture):
    found = [(int(frame), event) for frame, _, events, *_ in messages(capture, True) for event in events.split(",")]
    expected = [message for request, response, asked, answered, _ in EXCHANGES[capture]
                for message in ((request, asked), (response, answered))]
    interim = [(6, RESPONSE)] if capture == "login-interim" else []
    assert sorted(found) == sorted(expected + interim)


@pytest.mark.parametrize("capture", EXCHANGES)
def test_the_response_has_its_status_its_request_and_the_time_between(messages, capture):
    rows = {int(frame): values for frame, *values in messages(capture, True)}
    for request, response, _, _, status in EXCHANGES[capture]:
        time, _, statuses, requests, _, took = rows[response]
        assert (set(statuses.split(",")), set(requests.split(","))) == ({status}, {str(request)})
        expected = pytest.approx(float(time) - float(rows[request][0]))
        assert all(float(shown) == expected for shown in took.split(","))


@pytest.mark.parametrize("capture", EXCHANGES)
def test_the_request_has_its_response_on_later_passes(messages, capture):
    links = {str(request): str(response) for request, response, *_ in EXCHANGES[capture]}
    assert {frame: response for frame, *_, responses, _ in messages(capture, True) if responses
            for response in responses.split(",")} == links
    assert {responses for *_, responses, _ in messages(capture, False)} == {""}


def test_an_interim_response_is_no_answer(shark):
    assert login_rows(shark, "login-interim", "status", "request_frame", "time", only="frame.number == 6",
                      two_pass=True) == [("100", "", "")]


@pytest.mark.parametrize("capture, request_frame", [("login-reply-lost", 6), ("login-reply-begins-late", 8)])
def test_reply_to_the_next_request_is_none_to_the_login(shark, capture, request_frame):
    rows = shark.rows(capture, "frame.number", "naverphone.event", "naverphone.login.request_frame",
                      only=f"{LOGIN} && naverphone.event", two_pass=True)
    assert rows == [("4", LOGIN_REQUEST, ""), (str(request_frame), REQUEST, ""),
                    (str(request_frame + 2), RESPONSE, str(request_frame))]


@pytest.mark.parametrize("capture, login_frame, last", [("login-without-sip", 13, 22), ("login-again", 10, 15)])
def test_frames_link_to_the_success_of_the_login_in_one_pass_from_there_on(shark, capture, login_frame, last, two_pass):
    link = "naverphone.session.login_frame"
    first = 1 if two_pass else login_frame
    assert shark.rows(capture, "frame.number", link, only=link, two_pass=two_pass) == [
        (str(frame), str(login_frame)) for frame in range(first, last + 1)]


def test_a_login_that_failed_is_no_session_login_frame(shark):
    assert shark.frames("login-failed", "naverphone.session.login_frame", two_pass=True) == []


# ---- evidence --------------------------------------------------------------------------------------

@pytest.mark.parametrize("capture, frame, bits", [
    ("login-form-hex", 1, PORT | NETWORK), ("login-host-other-port", 4, HOST),
    ("login-host-is-address", 1, PORT | NETWORK), ("login-known-server", 9, PORT | PEER)])
def test_the_evidence_says_why_the_connection_is_taken(shark, capture, frame, bits):
    (found,) = shark.column(capture, "naverphone.evidence", only=f"frame.number == {frame}", two_pass=True)
    assert int(found, 16) == bits


@pytest.mark.parametrize("capture, is_login_host", [
    ("login-form-hex", "1"), ("login-host-other-port", "1"), ("login-host-is-address", "0"),
    ("login-known-server", "0")])
def test_a_login_host_is_evidence_from_the_request_on(shark, capture, is_login_host):
    assert shark.column(capture, "naverphone.evidence.host", only="naverphone.event in {20, 21}",
                        two_pass=True) == [is_login_host] * 2


@pytest.mark.parametrize("capture", ["login-evil-host", "http-web-8081", "foreign-mix"])
def test_a_foreign_host_is_not_taken(shark, capture):
    assert shark.frames(capture, "naverphone", two_pass=True) == []


def test_on_a_foreign_port_a_request_to_a_foreign_host_is_not_taken(shark):
    assert shark.frames("login-proxied", "naverphone.event", two_pass=True) == [4, 6]
    assert login_rows(shark, "login-proxied", "host", only="naverphone.login.host", two_pass=True) == [
        ("was.np.naver.com",)]


def test_proxied_response_to_foreign_request_is_not_taken(shark):
    assert shark.rows("login-proxied-on-8081", "frame.number", "naverphone.event", "naverphone.login.status",
                      "naverphone.login.request_frame", only="http && naverphone.event", two_pass=True) == [
        ("4", LOGIN_REQUEST, "", ""), ("6", SUCCESS, "200", "4"), ("10", LOGIN_REQUEST, "", ""), ("14", SUCCESS, "200", "10")]
    assert shark.frames("login-proxied-on-8081", "naverphone.login.status", two_pass=True) == [6, 14]


def test_form_that_the_snap_length_cuts_is_a_login(shark, stage):
    snapped = stage.new_capture("login-snapped.pcapng")
    subprocess.run(["editcap", "-s", "200", stage.find("login-form-hex"), snapped], check=True)
    snapped.chmod(0o644)
    assert shark.rows(snapped, "frame.number", "naverphone.event", "naverphone.session.state",
                      only="naverphone.event") == [("4", LOGIN_REQUEST, "1"), ("6", SUCCESS, "3")]
    assert shark.frames(snapped, "naverphone.login.param || naverphone.login.plaintext") == []


def test_response_to_a_foreign_request_before_the_login_is_not_its(shark):
    if shark.stage.series != "4.0":
        pytest.skip("HTTP numbers the requests of a connection up to Wireshark 4.0 (doc/limits.md)")
    rows = shark.rows("login-proxied-behind-others", "frame.number", "naverphone.event", "naverphone.login.status",
                      "naverphone.login.request_frame", only="naverphone.event", two_pass=True)
    assert rows == [("6", LOGIN_REQUEST, "", ""), ("10", SUCCESS, "200", "6")]


def test_login_hosts_and_login_ports_are_preferences(shark, two_pass):
    both = ("-o", "naverphone.login_hosts:www.example", "-o", "naverphone.login_ports:80")
    assert shark.frames("http-web-8081", "naverphone.event", options=both, two_pass=two_pass) == [4, 6, 8, 10]
    assert shark.frames("login-form-hex", "naverphone", options=both, two_pass=two_pass) == []


@pytest.mark.parametrize("capture, count", [("login-form-hex", 11), ("login-segmented", 13), ("login-chunked", 15),
                                            ("login-pipelined", 11), ("login-host-is-address", 11)])
def test_every_frame_of_the_connection_belongs_and_those_without_http_have_no_event(shark, capture, count):
    assert shark.rows(capture, "naverphone.leg", "naverphone.session", only="tcp && tcp.len == 0 || http",
                      two_pass=True).count(("", "")) == 0
    assert shark.frames(capture, LOGIN, two_pass=True) == list(range(1, count + 1))
    assert shark.frames(capture, f"{LOGIN} && !http && naverphone.event", two_pass=True) == []


def test_on_the_host_alone_the_handshake_is_claimed_on_later_passes(shark):
    assert shark.frames("login-host-other-port", LOGIN, two_pass=False) == list(range(4, 12))
    assert shark.frames("login-host-other-port", LOGIN, two_pass=True) == list(range(1, 12))


def test_its_handshake_has_the_state_of_the_session(shark):
    assert shark.column("login-host-other-port", "naverphone.session.state", only="frame.number < 4",
                        two_pass=True) == ["1", "1", "1"]


# ---- expert items ----------------------------------------------------------------------------------

UNENCRYPTED, PLAINTEXT, FAILED = (f"naverphone.login.{item}" for item in ("unencrypted", "plaintext", "failed"))
LOGGED_IN = "naverphone.session.login"
EXPERTS = {
    "login-form-hex": [(4, UNENCRYPTED), (6, LOGGED_IN)],
    "login-query-plain": [(4, PLAINTEXT), (4, UNENCRYPTED), (6, LOGGED_IN)],
    "login-form-percent": [(4, PLAINTEXT), (4, UNENCRYPTED), (6, LOGGED_IN)],
    "login-base64": [(4, PLAINTEXT), (4, UNENCRYPTED), (6, LOGGED_IN)],
    "login-opaque": [(6, LOGGED_IN)],
    "login-json": [(4, UNENCRYPTED), (6, LOGGED_IN)],
    "login-xml": [(4, PLAINTEXT), (4, UNENCRYPTED), (6, LOGGED_IN)],
    "login-multipart": [(4, UNENCRYPTED), (6, LOGGED_IN)],
    "login-gzip": [(4, UNENCRYPTED), (6, LOGGED_IN)],
    "login-basic": [(4, PLAINTEXT), (4, UNENCRYPTED), (6, LOGGED_IN)],
    "login-digest": [(8, UNENCRYPTED), (10, LOGGED_IN)],
    "login-opaque-twice": [(6, LOGGED_IN)],
    "login-failed": [(11, UNENCRYPTED), (13, FAILED)],
    "login-again": [(4, UNENCRYPTED), (6, FAILED), (10, LOGGED_IN)],
    "login-then-web": [(4, UNENCRYPTED), (6, LOGGED_IN)],
    "login-retransmitted": [(4, UNENCRYPTED), (7, LOGGED_IN)],
    "login-interim": [(4, UNENCRYPTED), (8, LOGGED_IN)],
}


@pytest.mark.parametrize("capture", EXPERTS)
def test_the_login_has_its_expert_items(shark, capture):
    assert [(frame, item) for frame, item in shark.experts(capture, two_pass=True)
            if item.startswith("naverphone.login.") or item == LOGGED_IN] == EXPERTS[capture]


@pytest.mark.parametrize("heading, capture, item", [
    ("Errors", "login-query-plain", PLAINTEXT), ("Notes", "login-form-hex", UNENCRYPTED),
    ("Warns", "login-failed", FAILED), ("Warns", "control-reset", "naverphone.control.reset")])
def test_errors_and_warnings_are_summed_up_as_such(shark, heading, capture, item):
    ours = {}
    for line in shark.read(capture, "-q", "-z", f"expert,{item}").splitlines():
        if line.endswith(")") and line.split()[0] in ("Errors", "Warns", "Notes", "Chats"):
            severity = line.split()[0]
        elif " NaverPhone " in line:
            ours.setdefault(severity, []).append(line)
    assert heading in ours


# ---- columns ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("capture", ["login-query-plain", "login-form-hex", "login-chunked", "login-pipelined",
                                     "login-opaque", "login-host-other-port"])
def test_the_columns_are_as_http_and_tcp_write_them(shark, bare, capture, two_pass):
    frames = ",".join(map(str, shark.frames(capture, LOGIN, two_pass=True)))
    ours, theirs = (wireshark.list_columns(capture, only=f"frame.number in {{{frames}}}", two_pass=two_pass)
                    for wireshark in (shark, bare))
    assert ours == theirs


@pytest.mark.parametrize("capture", [name for name, request in REQUESTS.items() if request[4]])
def test_the_password_is_in_no_info_column_but_where_http_itself_writes_it(shark, bare, capture):
    _, sent, _, decoded = REQUESTS[capture][4][-1]
    forms = {sent, urllib.parse.unquote(sent), decoded, bytes.fromhex(decoded).decode(errors="replace")}
    with_plugin, without = ([info for _, info in wireshark.list_columns(capture, only="frame", two_pass=True)]
                            for wireshark in (shark, bare))
    for ours, theirs in zip(with_plugin, without, strict=True):
        assert [form for form in forms if form in ours] == [form for form in forms if form in theirs]
    if "?" not in REQUESTS[capture][3] or capture == "login-put":
        assert not any(form in info for form in forms for info in with_plugin)
