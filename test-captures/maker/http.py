# SPDX-License-Identifier: GPL-2.0-or-later
"""HTTP messages, and the login of these captures.

The documentation says that an encrypted id and password are sent in hexadecimal over HTTP/1.1 to was.np.naver.com:8081.
The path, method and parameter names here are made up.
"""

from .bytes import opaque, wire

LOGIN_PATH = "/made/login"
FORM = "application/x-www-form-urlencoded"


def request(method, target, host, body=b"", kind=None, headers=()):
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "User-Agent: made-up/1.0", *headers]
    return message(lines, body, kind)


def response(status=200, reason="OK", body=b"OK", kind="text/plain"):
    return message([f"HTTP/1.1 {status} {reason}", "Server: made-up/1.0"], body, kind)


def message(lines, body, kind):
    if body:
        lines = lines + [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    elif lines[0].startswith("HTTP"):
        lines = lines + ["Content-Length: 0"]
    return wire("\r\n".join(lines + ["", ""])) + body


def chunked(method, target, host, kind, chunks):
    """A request with a chunked body."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", f"Content-Type: {kind}",
             "Transfer-Encoding: chunked", "", ""]
    pieces = [b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks]
    return ["\r\n".join(lines).encode(), *pieces, b"0\r\n\r\n"]


def parameters(**values):
    return "&".join(f"{name}={value}" for name, value in values.items())


def encrypted(text):
    """A stand-in for the unknown cipher: 16 meaningless bytes in hexadecimal."""
    return opaque(f"made-up cipher of {text}", 16).hex()


def login(subscriber, service):
    """The login request: a GET with id and password in hexadecimal."""
    query = parameters(id=encrypted(subscriber.user), pw=encrypted(subscriber.password))
    return request("GET", f"{LOGIN_PATH}?{query}", f"{service.login_host}:{service.login.port}")
