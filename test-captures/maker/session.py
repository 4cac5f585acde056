# SPDX-License-Identifier: GPL-2.0-or-later
"""A client's session and its calls, used by most scenarios."""

from . import http
from .bytes import opaque
from .links import Connection, Udp
from .media import Stream, both_ways
from .places import HONG, NAVER, STAND_IN
from .sip import Dialog, sdp


class Session:
    """A subscriber's control connection, login, registration and calls."""

    def __init__(self, capture, subscriber=HONG, service=NAVER, name=""):
        self.capture, self.subscriber, self.service = capture, subscriber, service
        self.name = f"session {name} of {subscriber.user} at {subscriber.address}"
        self.control = Connection(capture, subscriber.at(subscriber.control_port), service.control)
        self.login = Connection(capture, subscriber.at(subscriber.login_port), service.login)
        self.sip = Udp(capture, subscriber.at(subscriber.sip_port), service.sip)

    def start(self):
        """Everything up to the first call."""
        self.connect()
        self.log_in()
        self.register()
        return self

    def connect(self):
        self.control.open()
        self.control.client_sends(opaque(f"greeting in {self.name}", 24))
        self.control.server_sends(opaque(f"welcome in {self.name}", 40))
        return self

    def keep_alive(self):
        self.control.client_sends(opaque("keep-alive", 12))
        self.control.server_sends(opaque("keep-alive reply", 12))

    def log_in(self, *requests, status=200, reason="OK"):
        """Opens the login connection, sends the request (in these segments, if given) and a response."""
        self.login.open()
        self.login.client_sends(*(requests or [http.login(self.subscriber, self.service)]))
        self.login.server_sends(http.response(status, reason, reason.encode()))
        return self

    def registration(self):
        return Dialog(self.sip, self.subscriber.user, self.subscriber.user, self.service.domain,
                      name=f"registration in {self.name}")

    def register(self):
        """A REGISTER that is accepted immediately."""
        registration = self.registration()
        registration.replies(self.register_request(registration), 200)
        return self

    def register_request(self, registration, **details):
        return registration.asks("REGISTER", uri=f"sip:{self.service.domain}", **details)

    def call(self, other=STAND_IN, **details):
        return Call(self, other, **details)

    def log_out(self):
        self.control.client_closes()


class Call(Dialog):
    """A call of the session's client; incoming if the client is called."""

    def __init__(self, session, other=STAND_IN, incoming=False, name=None, packets=10):
        subscriber, service = session.subscriber, session.service
        caller, callee = (other, subscriber.user) if incoming else (subscriber.user, other)
        super().__init__(session.sip, caller, callee, service.domain, incoming=incoming,
                         name=name or f"{caller} calls {callee} in {session.name}")
        self.capture, self.packets = session.capture, packets
        self.password = subscriber.password
        self.client_media, self.server_media = subscriber.at(subscriber.media_port), service.media
        self.up = Stream(self.capture, self.client_media, self.server_media, f"up {self.name}")
        self.down = Stream(self.capture, self.server_media, self.client_media, f"down {self.name}")
        self.invite = None

    def description(self, by_caller):
        """The SDP of one side."""
        return sdp(self.client_media if by_caller != self.incoming else self.server_media)

    def dial(self, trying=True, **details):
        self.invite = self.asks("INVITE", body=details.pop("body", self.description(True)), **details)
        if trying:
            self.replies(self.invite, 100)
        return self

    def dial_again_with_credentials(self):
        """ACK to a challenge, then the INVITE again with Proxy-Authorization."""
        challenge = self.challenges(self.invite)
        self.acknowledges(self.invite, challenge)
        return self.dial(more=[self.credentials("INVITE", self.callee.request_uri, self.password)])

    def ring(self):
        self.replies(self.invite, 180)
        self.capture.wait(0.5)
        return self

    def answer(self):
        answer = self.replies(self.invite, 200, body=self.description(False))
        self.acknowledges(self.invite, answer)
        return self

    def fail(self, status, **details):
        """An unsuccessful final response and its ACK."""
        self.acknowledges(self.invite, self.replies(self.invite, status, **details))
        return self

    def talk(self, packets=None):
        both_ways(self.capture, self.up, self.down, packets or self.packets)
        return self

    def inform(self, by_caller=True):
        self.replies(self.asks("INFO", by_caller=by_caller), 200)
        return self

    def release(self, by_caller=True, **details):
        self.replies(self.asks("BYE", by_caller=by_caller, **details), 200)
        return self

    def whole(self):
        """From the INVITE to the BYE."""
        return self.dial().ring().answer().talk().release()
