# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP requests and matching responses, with SDP and digest credentials."""

from dataclasses import dataclass, field
from hashlib import md5
from ipaddress import ip_address
from typing import NamedTuple

from .bytes import token, wire

SDP = "application/sdp"
REASONS = {100: "Trying", 180: "Ringing", 183: "Session Progress", 199: "Early Dialog Terminated", 200: "OK",
           302: "Moved Temporarily", 403: "Forbidden", 404: "Not Found", 407: "Proxy Authentication Required",
           408: "Request Timeout", 422: "Session Interval Too Small", 481: "Call/Transaction Does Not Exist", 486: "Busy Here",
           487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending", 500: "Server Internal Error",
           503: "Service Unavailable", 603: "Decline"}


class Party(NamedTuple):
    """One side of a dialog: its address of record and its tag."""
    uri: str
    tag: str = ""

    @property
    def user(self):
        return self.uri[4:].rpartition("@")[0]

    @property
    def request_uri(self):
        return f"{self.uri}:5060"

    def __str__(self):
        return f"<{self.uri}>" + (f";tag={self.tag}" if self.tag else "")


@dataclass
class Message:
    """A sent message and its sender, so that it can be repeated or answered."""
    start: str
    from_client: bool
    headers: dict
    body: bytes = b""
    more: list = field(default_factory=list)

    @property
    def method(self):
        return self.headers["CSeq"].split()[1]

    def __bytes__(self):
        lines = [self.start] + [f"{name}: {value}" for name, value in self.headers.items()]
        lines += self.more + [f"Content-Length: {len(self.body)}", "", ""]
        return wire("\r\n".join(lines)) + self.body


class Dialog:
    """Messages with one Call-ID. The caller is the client, unless the dialog is incoming."""

    def __init__(self, link, caller, callee, domain="pps.naver.com", name=None, incoming=False):
        self.link, self.domain, self.incoming = link, domain, incoming
        self.name = name or f"{caller} calls {callee}"
        self.call_id = f"{token(self.name)}@{at(link.client.address)}"
        self.caller = Party(f"sip:{caller}@{domain}", token(f"caller of {self.name}"))
        self.callee = Party(f"sip:{callee}@{domain}")
        self.sequence = {True: 1, False: 100}
        self.sent = 0

    def send(self, *messages):
        """Sends messages of one side together."""
        data = b"".join(map(bytes, messages))
        (self.link.client_sends if messages[0].from_client else self.link.server_sends)(data)
        return messages[0]

    again = send

    def request(self, method, by_caller=True, uri=None, sequence=None, branch=None, body=b"", kind=SDP, more=()):
        """A request of one side. CSeq and branch are new unless given."""
        if sequence is None:
            sequence = self.sequence[by_caller]
            self.sequence[by_caller] += 1
        origin, target = (self.caller, self.callee) if by_caller else (self.callee, self.caller)
        from_client = by_caller != self.incoming
        source = self.link.client if from_client else self.link.server
        self.sent += 1
        branch = branch or "z9hG4bK" + token(f"branch {self.sent} of {self.name}")
        headers = {"Via": f"SIP/2.0/{self.link.transport} {host_port(source)};branch={branch}",
                   "Max-Forwards": "70", "From": str(origin), "To": str(target), "Call-ID": self.call_id,
                   "CSeq": f"{sequence} {method}", "Contact": contact(origin, source)}
        if body:
            headers["Content-Type"] = kind
        return Message(f"{method} {uri or target.request_uri} SIP/2.0", from_client, headers, body, list(more))

    def reply(self, request, status, tag=None, body=b"", kind=SDP, more=()):
        """The other side's response to a request. Its tag becomes the dialog's."""
        headers = {name: request.headers[name] for name in ("Via", "From", "To", "Call-ID", "CSeq")}
        if status > 100 and ";tag=" not in headers["To"]:
            headers["To"] += f";tag={tag or self.fresh_tag(request)}"
        if request.method == "REGISTER" and status == 200:
            headers["Contact"] = request.headers["Contact"] + ";expires=3600"
        if body:
            headers["Contact"] = contact(self.callee, self.link.client if self.incoming else self.link.server)
            headers["Content-Type"] = kind
        return Message(f"SIP/2.0 {status} {REASONS[status]}", not request.from_client, headers, body, list(more))

    def asks(self, method, **details):
        return self.send(self.request(method, **details))

    def replies(self, request, status, **details):
        reply = self.send(self.reply(request, status, **details))
        if request.method == "INVITE" and 200 <= status < 300 and not self.callee.tag:
            self.callee = self.callee._replace(tag=reply.headers["To"].split(";tag=")[1])
        return reply

    def fresh_tag(self, request):
        """The callee's tag, one per INVITE or other request that creates a dialog."""
        return token(f"callee of {self.name}, {request.headers['CSeq'].split()[0]}")

    def challenges(self, request):
        """A 407 with a nonce."""
        return self.replies(request, 407, more=[f"Proxy-Authenticate: Digest {self.challenge()}"])

    def challenge(self):
        return f'realm="{self.domain}", nonce="{token("nonce of " + self.name)}", algorithm=MD5'

    def credentials(self, method, uri, password):
        """The Proxy-Authorization header that answers the challenge."""
        user, nonce = self.caller.user, token("nonce of " + self.name)
        secret, action = digest(user, self.domain, password), digest(method, uri)
        return (f'Proxy-Authorization: Digest username="{user}", {self.challenge()}, uri="{uri}", '
                f'response="{digest(secret, nonce, action)}"')

    def acknowledges(self, invite, reply):
        """Sends the ACK: part of the INVITE's transaction after a failure, a separate request after a 2xx."""
        sequence, branch = invite.headers["CSeq"].split()[0], invite.headers["Via"].split("branch=")[1]
        success = reply.start.startswith("SIP/2.0 2")
        ack = self.request("ACK", by_caller=invite.from_client != self.incoming, sequence=sequence,
                           branch=None if success else branch, uri=invite.start.split()[1])
        ack.headers["To"] = reply.headers["To"]
        return self.send(ack)

    def cancels(self, invite):
        sequence, branch = invite.headers["CSeq"].split()[0], invite.headers["Via"].split("branch=")[1]
        return self.asks("CANCEL", sequence=sequence, branch=branch)


def contact(party, endpoint):
    """The address for direct requests to this party."""
    user = f"{party.user}@" if party.user else ""
    return f"<sip:{user}{host_port(endpoint)}>"


def digest(*parts):
    return md5(":".join(parts).encode()).hexdigest()


def at(address):
    """An address in URI syntax."""
    return f"[{address}]" if ip_address(address).version == 6 else address


def host_port(endpoint):
    return f"{at(endpoint.address)}:{endpoint.port}"


def sdp(media, payloads=("8 PCMA/8000",), version=1):
    """A session description with audio at this endpoint and these payloads, each "type name/clock"."""
    family = f"IP{ip_address(media.address).version}"
    numbers = " ".join(payload.split()[0] for payload in payloads)
    lines = ["v=0", f"o=- 1194224400 {version} IN {family} {media.address}", "s=-",
             f"c=IN {family} {media.address}", "t=0 0", f"m=audio {media.port} RTP/AVP {numbers}",
             *(f"a=rtpmap:{payload}" for payload in payloads), "a=sendrecv"]
    return wire("".join(line + "\r\n" for line in lines))
