# SPDX-License-Identifier: GPL-2.0-or-later
"""The HTTP login: ways to send id and password, and HTTP that is no login.

Naver Phone's way is not documented except as "hexadecimal", so the plugin should handle all of these.
"""

import gzip
import json
from base64 import b64encode
from urllib.parse import quote

from .. import http
from ..bytes import opaque
from ..links import Connection
from ..places import ELSEWHERE, FOREIGN_WEB, HONG, NAVER, Endpoint
from ..scenario import scenario
from ..session import Session
from ..sip import Dialog

HOST = f"{NAVER.login_host}:{NAVER.login.port}"


def form(body, host=HOST):
    return http.request("POST", http.LOGIN_PATH, host, body.encode(), http.FORM)


def encrypted_form():
    return http.parameters(id=http.encrypted(HONG.user), pw=http.encrypted(HONG.password))


def ask(capture, server, *requests, client=HONG.at(HONG.login_port)):
    """A complete connection: each request gets a response, then the client closes."""
    connection = Connection(capture, client, server).open()
    for request in requests:
        connection.client_sends(request)
        connection.server_sends(http.response())
    connection.client_closes()


@scenario
def login_query_plain(capture):
    """GET with id and password in plain text."""
    query = http.parameters(id="hong", password=HONG.password)
    ask(capture, NAVER.login, http.request("GET", f"{http.LOGIN_PATH}?{query}", HOST))


@scenario
def login_form_hex(capture):
    """POST of a form with id and password encrypted, in hexadecimal."""
    ask(capture, NAVER.login, form(encrypted_form()))


@scenario
def login_form_percent(capture):
    """POST of a form whose password is Korean text, percent-encoded."""
    ask(capture, NAVER.login, form(http.parameters(userid=quote("hong@example"), passwd=quote("비밀번호"))))


@scenario
def login_base64(capture):
    """POST of a form with id and password in Base64, readable once decoded."""
    values = [quote(b64encode(text.encode())) for text in (HONG.user, HONG.password)]
    ask(capture, NAVER.login, form(http.parameters(user=values[0], password=values[1])))


@scenario
def login_opaque(capture):
    """POST of a binary body that is no parameter list."""
    ask(capture, NAVER.login, http.request("POST", http.LOGIN_PATH, HOST, opaque("login", 48),
                                           "application/octet-stream"))


@scenario
def login_failed(capture):
    """The server answers the login with 403."""
    Session(capture).connect().log_in(status=403, reason="Forbidden").log_out()


@scenario
def login_chunked(capture):
    """A form in chunks, each chunk in a segment of its own."""
    body = encrypted_form().encode()
    chunks = (body[:10], body[10:50], body[50:])
    Session(capture).log_in(*http.chunked("POST", http.LOGIN_PATH, HOST, http.FORM, chunks)).login.client_closes()


@scenario
def login_segmented(capture):
    """A form in three segments, split inside the headers and inside the body."""
    request = form(encrypted_form())
    Session(capture).log_in(request[:30], request[30:-40], request[-40:]).login.client_closes()


@scenario
def login_host_other_port(capture):
    """The login host on port 80 of an unknown server: the Host header is the only evidence."""
    ask(capture, Endpoint(FOREIGN_WEB, 80), form(encrypted_form(), NAVER.login_host))


@scenario
def login_evil_host(capture):
    """Two hosts on port 8081 whose names merely contain the login host's: not ours."""
    ask(capture, ELSEWHERE.login, form(encrypted_form(), "np.naver.com.evil.example:8081"),
        form(encrypted_form(), "evilnp.naver.com.example:8081"), form(encrypted_form(), "evilnp.naver.com:8081"))


@scenario
def login_without_sip(capture):
    """Control connection, login and logout, with nothing in between."""
    session = Session(capture).connect().log_in()
    session.keep_alive()
    session.log_out()


@scenario
def http_web_8081(capture):
    """A foreign web server that happens to use port 8081, with a form of its own: not ours."""
    ask(capture, ELSEWHERE.login, http.request("GET", "/", "www.example:8081"),
        form(http.parameters(id="someone", password="else"), "www.example:8081"))


@scenario
def login_pipelined(capture):
    """Two requests in one segment, the login second; two replies in one segment."""
    notice = http.request("GET", "/made/notice", HOST)
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    connection.client_sends(notice + form(encrypted_form()))
    connection.server_sends(http.response() + http.response())
    connection.client_closes()


@scenario
def login_then_web(capture):
    """Two more requests to the login host on the connection of the login."""
    ask(capture, NAVER.login, http.login(HONG, NAVER),
        http.request("GET", "/made/notice", HOST), http.request("GET", "/made/friends?page=2", HOST))


@scenario
def login_put(capture):
    """PUT of a form, with a parameter in the query, too."""
    ask(capture, NAVER.login, http.request("PUT", f"{http.LOGIN_PATH}?service=phone", HOST, encrypted_form().encode(),
                                           http.FORM))


@scenario
def login_host_is_address(capture):
    """The Host header is the login server's address: port and network are the evidence."""
    ask(capture, NAVER.login, form(encrypted_form(), f"{NAVER.login.address}:{NAVER.login.port}"))


@scenario
def login_known_server(capture):
    """A foreign server with a control connection, then a login on port 8081 without a login host: ours, because the server is known."""
    control = Connection(capture, HONG.at(HONG.control_port), ELSEWHERE.control).open()
    control.client_sends(opaque("greeting", 24))
    ask(capture, Endpoint(ELSEWHERE.control.address, NAVER.login.port), form(encrypted_form(), f"{ELSEWHERE.control.address}:8081"))


@scenario
def login_proxied(capture):
    """A proxy's connection, port 80: a form to the login host, then one to a foreign host, which is not ours."""
    ask(capture, Endpoint(FOREIGN_WEB, 80), form(encrypted_form(), NAVER.login_host),
        form(http.parameters(id="someone", password="else"), "www.example"))


@scenario
def login_proxied_on_8081(capture):
    """A proxy's connection, port 8081: a login, whose reply is 200; a foreign request and another login at once, whose replies are 403 and 200."""
    connection = Connection(capture, HONG.at(HONG.login_port), Endpoint(FOREIGN_WEB, 8081)).open()
    foreign = form(http.parameters(id="someone", password="else"), "www.example")
    connection.client_sends(form(encrypted_form()))
    connection.server_sends(http.response())
    connection.client_sends(foreign)
    connection.client_sends(form(encrypted_form()))
    connection.server_sends(http.response(403, "Forbidden"))
    connection.server_sends(http.response())
    connection.client_closes()


@scenario
def login_proxied_behind_others(capture):
    """A proxy's connection, port 80: two foreign requests and the login at once, in two segments; the replies are 404, 403 and 200."""
    connection = Connection(capture, HONG.at(HONG.login_port), Endpoint(FOREIGN_WEB, 80)).open()
    foreign = http.request("GET", "http://www.example/", "www.example")
    connection.client_sends(foreign)
    connection.client_sends(foreign + form(encrypted_form()))
    connection.server_sends(http.response(404, "Not Found"))
    connection.server_sends(http.response(403, "Forbidden") + http.response())
    connection.client_closes()


@scenario
def login_opaque_twice(capture):
    """Two binary bodies: only the client's first is the login."""
    binary = http.request("POST", http.LOGIN_PATH, HOST, opaque("login", 48), "application/octet-stream")
    ask(capture, NAVER.login, binary, binary)


@scenario
def login_again(capture):
    """The first login is answered with 401, the second, on the same connection, with 302."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    for status, reason in ((401, "Unauthorized"), (302, "Found")):
        connection.client_sends(form(encrypted_form()))
        connection.server_sends(http.response(status, reason))
    connection.client_closes()


@scenario
def login_interim(capture):
    """The server answers with 100 Continue, and only then with 200."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    connection.client_sends(form(encrypted_form()))
    connection.server_sends(b"HTTP/1.1 100 Continue\r\n\r\n")
    connection.server_sends(http.response())
    connection.client_closes()


@scenario
def login_pipelined_apart(capture):
    """A request and the login, each in a segment, before any reply; then the replies, 200 and 403, each in a segment."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    connection.client_sends(http.request("GET", "/made/notice", HOST))
    connection.client_sends(form(encrypted_form()))
    connection.server_sends(http.response())
    connection.server_sends(http.response(403, "Forbidden"))
    connection.client_closes()


@scenario
def login_after_head(capture):
    """HEAD, whose reply has a length but no body; then the login, on a connection of its own."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    connection.client_sends(http.request("HEAD", "/made/notice", HOST))
    connection.server_sends(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
    connection.client_closes()
    ask(capture, NAVER.login, form(encrypted_form()), client=HONG.at(HONG.login_port + 1))


@scenario
def login_reply_lost(capture):
    """The capture missed the reply to the login; the next request is answered by 404."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    connection.client_sends(form(encrypted_form()))
    with capture.lost():
        connection.server_sends(http.response())
    connection.client_sends(http.request("GET", "/made/notice", HOST))
    connection.server_sends(http.response(404, "Not Found"))
    connection.client_closes()


@scenario
def login_reply_begins_late(capture):
    """The capture missed the first segment of the reply to the login; the next request is answered by 404."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    connection.client_sends(form(encrypted_form()))
    reply = http.response(body=b"welcome " * 40)
    with capture.lost():
        connection.segment(connection.server_side, "PA", reply[:200])
    connection.server_sends(reply[200:])
    connection.client_sends(http.request("GET", "/made/notice", HOST))
    connection.server_sends(http.response(404, "Not Found"))
    connection.client_closes()


@scenario
def login_moved(capture):
    """The login is answered by 307, and sent again to the other path, where it succeeds."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    connection.client_sends(form(encrypted_form()))
    connection.server_sends(http.response(307, "Temporary Redirect"))
    connection.client_sends(form(encrypted_form()))
    connection.server_sends(http.response())
    connection.client_closes()


@scenario
def login_tried_again(capture):
    """The login is answered by 301, 407, 417, 421 and 425, and sent again each time; then by 403."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    for status, reason in ((301, "Moved Permanently"), (407, "Proxy Authentication Required"), (417, "Expectation Failed"),
                           (421, "Misdirected Request"), (425, "Too Early"), (403, "Forbidden")):
        connection.client_sends(form(encrypted_form()))
        connection.server_sends(http.response(status, reason))
    connection.client_closes()


@scenario
def login_reply_with_fin(capture):
    """The reply to the login has no length and ends with the FIN in its own segment, as in HTTP/1.0."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    connection.client_sends(form(encrypted_form()))
    connection.segment(connection.server_side, "FPA", b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nwelcome")
    connection.segment(connection.client_side, "FA")
    connection.segment(connection.server_side, "A")


def login_with(capture, body, kind, headers=()):
    ask(capture, NAVER.login, http.request("POST", http.LOGIN_PATH, HOST, body, kind, headers))


@scenario
def login_json(capture):
    """POST of JSON: the id with an escape, the password encrypted, both inside an object."""
    fields = {"version": 3, "login": {"id": "h\\u006fng", "pw": http.encrypted(HONG.password)}}
    login_with(capture, json.dumps(fields).replace("\\\\", "\\").encode(), "application/json")


@scenario
def login_xml(capture):
    """POST of XML: the id in an attribute, the password in Base64 as an element's text, readable once decoded."""
    password = b64encode(HONG.password.encode()).decode()
    login_with(capture, f'<?xml version="1.0"?><n:login n:id="a&amp;b"><n:pw>{password}</n:pw></n:login>'.encode(),
               "text/xml")


@scenario
def login_multipart(capture):
    """POST of multipart/form-data with id and password encrypted, in hexadecimal."""
    parts = [f'--made-up\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{http.encrypted(text)}\r\n'
             for name, text in (("id", HONG.user), ("pw", HONG.password))]
    login_with(capture, "".join([*parts, "--made-up--\r\n"]).encode(), "multipart/form-data; boundary=made-up")


@scenario
def login_gzip(capture):
    """POST of a form that is compressed by gzip."""
    login_with(capture, gzip.compress(encrypted_form().encode(), mtime=0), http.FORM, ["Content-Encoding: gzip"])


@scenario
def login_basic(capture):
    """GET with Basic authentication."""
    credentials = b64encode(f"{HONG.user}:{HONG.password}".encode()).decode()
    ask(capture, NAVER.login, http.request("GET", http.LOGIN_PATH, HOST, headers=[f"Authorization: Basic {credentials}"]))


@scenario
def login_digest(capture):
    """GET without credentials, whose reply is 401; then the same with Digest authentication."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    ask_again = Dialog(connection, HONG.user, HONG.user, domain="login.example")
    credentials = ask_again.credentials("GET", http.LOGIN_PATH, HONG.password).partition(": ")[2]
    connection.client_sends(http.request("GET", http.LOGIN_PATH, HOST))
    connection.server_sends(http.message(["HTTP/1.1 401 Unauthorized", f"WWW-Authenticate: Digest {ask_again.challenge()}"], b"", None))
    connection.client_sends(http.request("GET", http.LOGIN_PATH, HOST, headers=[f"Authorization: {credentials}"]))
    connection.server_sends(http.response())
    connection.client_closes()


@scenario
def login_reset(capture):
    """A login and twenty requests in one segment; the server answers none and resets."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    capture.wait(0.000123)
    connection.client_sends(form(encrypted_form()) + 20 * http.request("GET", "/made/notice", HOST))
    connection.server_resets()


@scenario
def login_retransmitted(capture):
    """The request and the reply are each sent twice."""
    connection = Connection(capture, HONG.at(HONG.login_port), NAVER.login).open()
    for side, data in ((connection.client_side, form(encrypted_form())), (connection.server_side, http.response())):
        connection.segment(side, "PA", data)
        capture.wait(0.3)
        connection.again(side, "PA", data)
        connection.segment(side.other, "A")
    connection.client_closes()


@scenario
def login_connect(capture):
    """A proxy's connection: CONNECT to the login host, whose reply has no body, and the login inside the tunnel."""
    connection = Connection(capture, HONG.at(HONG.login_port), Endpoint(FOREIGN_WEB, 3128)).open()
    connection.client_sends(http.request("CONNECT", HOST, HOST))
    connection.server_sends(b"HTTP/1.1 200 Connection established\r\n\r\n")
    connection.client_sends(form(encrypted_form()))
    connection.server_sends(http.response())
    connection.client_closes()
