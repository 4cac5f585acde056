# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's limits, and what is compared; doc/performance.md has the reasons."""

import math
from typing import NamedTuple

import captures

FOREIGN_TIME, FOREIGN_MEMORY = 1.015, 1.01
TIME, MEMORY = 1.10, 1.03                   # sessions of 3,000 packets, which are typical
SHORT_TIME, SHORT_MEMORY = 1.10, 1.10       # of 600 packets
SHORTEST_TIME, SHORTEST_MEMORY = 1.25, 1.25     # of 60 packets, which are forged: an upper bound only
GROWTH = 1.05       # relative to tshark without the plugin: only the number of packets may raise the cost
OUR_FIELDS = ("session", "client", "identity", "leg", "event", "session.state", "call", "call.number", "call.state",
              "media.direction")
THEIR_FIELDS = ("sip.Method", "sip.Status-Code", "sip.Call-ID", "sip.CSeq.method", "sip.from.user", "sip.to.user",
                "rtp.ssrc", "rtp.seq", "rtp.timestamp", "rtp.p_type")
CONTROL_FIELDS = ("message", "length", "framing", "payload")
FRAMING = 'uat:naverphone_control_framing:"222.122.50.0/24","10500","u16be@2+4","0","0","0","0","0","be"'


class Capture(NamedTuple):
    """Arguments of captures.make(). The short form has a tenth of the packets."""
    kind: str
    packets: int
    at_once: int = 50
    length: int = 600
    is_middle: bool = False

    def sized(self, factor):
        return self._replace(packets=max(int(self.packets * factor), 2 * self.length))


class Side(NamedTuple):
    plugin: bool
    options: tuple


class Comparison(NamedTuple):
    name: str
    title: str
    capture: Capture
    ours: Side
    theirs: Side
    limit: float            # of the ratio of CPU times
    rounds: int = 11
    counted: bool = False   # also count instructions; not if each session has a new server, because inferring a framing,
                            # which happens a few times at most, would dominate the small captures for counting
    sessions: tuple = ()    # ... of captures with this many sessions of the comparison's own length; more than at_once
                            # leave out the first sessions, which infer the server's framing
    short: bool = True      # included in the short form
    memory: float = MEMORY  # limit of the ratio of peak memory


LONG_ROUNDS = 10        # most take half a minute each

# Sessions with two calls of 14 seconds. The calls of SHORT ones take 3, so there is eight times as much signalling.
NAVER, SHORT = Capture("naver", 300000, length=3000), Capture("naver", 300000)
FOREIGN, WEB = Capture("foreign", 300000), Capture("web", 300000)
CONTROL = Capture("control", 140000)
MILLIONS = SHORT._replace(packets=3000000)
NAVER_MILLIONS = NAVER._replace(packets=3000000)
MIDDLE = NAVER_MILLIONS._replace(at_once=5000, is_middle=True)
SHORTEST = SHORT._replace(length=60)


def fields(*names):
    return "-T", "fields", *(part for name in names for part in ("-e", name))


def with_and_without(*options):
    return Side(True, options), Side(False, options)


def with_both(ours, theirs):
    return Side(True, tuple(ours)), Side(True, tuple(theirs))


HIERARCHY = ("-q", "-z", "io,phs")
CONVERSATIONS = ("-q", "-z", "conv,ip")
THIRD_CALL = f'sip.Call-ID == "{captures.call_id(next(iter(captures.CALLS)), 2)}"'

COMPARISONS = [
    Comparison("foreign", "foreign, -q", FOREIGN, *with_and_without("-q"), FOREIGN_TIME, 201, short=False,
               memory=FOREIGN_MEMORY),
    Comparison("foreign-conv", "foreign, no tree, -q -z conv,ip", FOREIGN, *with_and_without(*CONVERSATIONS),
               FOREIGN_TIME, 15,
               counted=True, memory=FOREIGN_MEMORY),
    Comparison("foreign-tree", "foreign, full tree, -V", FOREIGN, *with_and_without("-V"), FOREIGN_TIME, 6, counted=True,
               short=False, memory=FOREIGN_MEMORY),
    Comparison("web-conv", "web on port 8081, no tree, -q -z conv,ip", WEB, *with_and_without(*CONVERSATIONS),
               FOREIGN_TIME, 15,
               counted=True, short=False, memory=FOREIGN_MEMORY),
    Comparison("web-tree", "web on port 8081, full tree, -V", WEB, *with_and_without("-V"), FOREIGN_TIME, 6,
               counted=True,
               short=False, memory=FOREIGN_MEMORY),
    Comparison("naver", "Naver Phone, -q -z io,phs", NAVER, *with_and_without(*HIERARCHY), TIME, 15, counted=True,
               sessions=(3, 9)),
    Comparison("naver-conv", "Naver Phone, no tree, -q -z conv,ip", NAVER, *with_and_without(*CONVERSATIONS), TIME, 15,
               counted=True, sessions=(3, 9), short=False),
    Comparison("naver-3M", "3,000,000 packets of them, -q -z io,phs", NAVER_MILLIONS, *with_and_without(*HIERARCHY),
               TIME,
               LONG_ROUNDS, short=False),
    Comparison("fields", "ten of our fields against ten of SIP and RTP", NAVER,
               *with_both(fields(*(f"naverphone.{name}" for name in OUR_FIELDS)), fields(*THEIR_FIELDS)), 1.10, counted=True),
    Comparison("filter", "naverphone.call == 3 against sip.Call-ID == …", NAVER,
               *with_both(("-Y", "naverphone.call == 3"), ("-Y", THIRD_CALL)), 1.10, counted=True, short=False),
    Comparison("framing", "control, framing inferred against set", CONTROL,
               *with_both(fields(*(f"naverphone.control.{name}" for name in CONTROL_FIELDS)),
                          ("-o", FRAMING, *fields(*(f"naverphone.control.{name}" for name in CONTROL_FIELDS)))), 1.10),
    Comparison("calls", "-z naverphone,calls against -z io,phs", NAVER,
               *with_both(("-q", "-z", "naverphone,calls"), HIERARCHY), 1.15, counted=True),
    Comparison("flow", "-z flow,naverphone,network against -z io,phs", NAVER,
               *with_both(("-q", "-z", "flow,naverphone,network"), HIERARCHY), 1.15, counted=True),
    Comparison("short", "short sessions, -q -z io,phs", SHORT, *with_and_without(*HIERARCHY), SHORT_TIME, 11, counted=True,
               sessions=(60, 180), memory=SHORT_MEMORY),
    Comparison("short-1M", "1,000,000 packets of them", SHORT._replace(packets=1000000), *with_and_without(*HIERARCHY),
               SHORT_TIME, LONG_ROUNDS, short=False, memory=SHORT_MEMORY),
    Comparison("short-3M", "3,000,000 packets of them", MILLIONS, *with_and_without(*HIERARCHY), SHORT_TIME,
               LONG_ROUNDS,
               short=False, memory=SHORT_MEMORY),
    Comparison("short-3M-5000", "3,000,000, 5,000 sessions at once", MILLIONS._replace(at_once=5000),
               *with_and_without(*HIERARCHY), SHORT_TIME, LONG_ROUNDS, short=False, memory=SHORT_MEMORY),
    Comparison("middle", "3,000,000 out of the middle of 5,000 sessions at once", MIDDLE,
               *with_and_without(*HIERARCHY), SHORT_TIME,
               LONG_ROUNDS, short=False, memory=SHORT_MEMORY),
    Comparison("shortest", "sessions of 60 packets", SHORTEST, *with_and_without(*HIERARCHY), SHORTEST_TIME,
               LONG_ROUNDS,
               short=False, memory=SHORTEST_MEMORY),
    Comparison("shortest-5000", "sessions of 60 packets, 5,000 at once", SHORTEST._replace(at_once=5000),
               *with_and_without(*HIERARCHY), SHORTEST_TIME, LONG_ROUNDS, short=False, memory=SHORTEST_MEMORY),
]

# Unusually short sessions cost more, so the short form judges only their memory and growth.
UNUSUAL = {comparison.name for comparison in COMPARISONS
           if comparison.capture.kind == "naver" and comparison.capture.length < NAVER.length}


class Growth(NamedTuple):
    """From one comparison's capture to another's."""
    title: str
    before: str
    after: str


GROWTHS = [Growth("from 300,000 to 3,000,000 packets", "naver", "naver-3M"),
           Growth("the same, short sessions", "short", "short-3M"),
           Growth("from 50 to 5,000 sessions at once", "short-3M", "short-3M-5000"),
           Growth("the same, sessions of 60 packets", "shortest", "shortest-5000")]


# Times of the same run differ by at least this.
LEAST_NOISE = 0.04


def holds(ratio, limit, allowance=1):
    """True if the ratio is within its limit, or within the given multiple of the allowance."""
    return ratio <= 1 + max((limit - 1) * allowance, LEAST_NOISE if allowance > 1 else 0)


def interval(ratios):
    """The two ratios between which their true median lies with 95 % confidence, by rank, so for any distribution. With
    fewer than six ratios these are the lowest and the highest, and the confidence is lower."""
    ordered, rounds = sorted(ratios), len(ratios)
    outside = 0     # ratios left out at each end
    while 2 * sum(math.comb(rounds, beyond) for beyond in range(outside + 1)) <= 0.05 * 2 ** rounds:
        outside += 1
    outside = max(outside - 1, 0)
    return ordered[outside], ordered[rounds - 1 - outside]
