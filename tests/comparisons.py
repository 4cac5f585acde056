# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares readings of one capture: with the plugin and without it, in one pass, in two, and at random access.

Each class reads one capture and reports forbidden differences. The tests use our captures (test_every_capture.py),
fuzzing uses damaged and foreign ones (fuzz/fuzz_properties.py).
"""

import collections
import copy
import functools
import random
import re
import xml.etree.ElementTree as xml

from harness import arrows_in, rows_in

SEED = 20091230     # end of the service
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")     # written by tshark but invalid in XML


PACKET = re.compile(r"^<packet>\n.*?^</packet>\n", re.MULTILINE | re.DOTALL)
OURS = re.compile(r'^( *)<proto name="naverphone"[^<>]*(?:/>|>.*?^\1</proto>)\n', re.MULTILINE | re.DOTALL)


def packets_of(pdml: str) -> list:
    """The packets of a PDML text, unparsed. Parsing is slow, and most are the same with the plugin and without it."""
    return PACKET.findall(NO_XML.sub("\ufffd", pdml))


def our_fields(packet: str) -> list:
    """The naverphone fields of a packet, including the trees."""
    return [field for tree in OURS.finditer(packet) for field in xml.fromstring(tree[0]).iter()]


def unfolded(layer) -> list:
    """The layer without nested layers (as in an 802.11 A-MSDU), followed by these."""
    held = [(parent, child) for parent in layer.iter() for child in parent
            if child.tag == "proto" or child.get("name") == "data" and layer.get("name") != DATA]
    for parent, child in held:
        parent.remove(child)
        if child.get("name") == "data":
            child.set("name", DATA)
    return [layer, *(child for _, child in held)]


# ---- with the plugin and without it -------------------------------------------------------------------

ARROW = 3       # a column of tshark
SET_UP_BY_SDP = 'name="rtp.setup-method" showname="Setup Method: SDP"'
DATA = "fake-field-wrapper"     # PDML's name for payload that no dissector takes

# Statistics of other protocols. Those that count payloads exclude the plugin's own frames.
STATISTICS = ("sip,stat", "conv,tcp", "conv,udp", "endpoints,ip", "dns,tree", "credentials", "icmp,srt")
STATISTICS_OF_PAYLOAD = ("expert,chat", "io,phs", "http,stat", "http,tree", "http_req,tree", "http_srv,tree",
                         "http_seq,tree")
HEADLINES = ("Errors (", "Warns (", "Notes (", "Chats (", "====", "   Frequency")


class Frame:
    """A frame's built-in layers and our fields."""

    UDP_PORT = re.compile(r'<field name="udp\.(?:src|dst)port".* show="(\d+)"')

    def __init__(self, packet: str):
        self.built_in = OURS.sub("", packet)
        self.ours = our_fields(packet)
        said = {field.get("name"): field.get("show") for field in self.ours}
        self.is_control = any((field.get("name"), field.get("show")) == ("naverphone.leg", "1") for field in self.ours)
        self.is_control_payload = "naverphone.control.direction" in said
        # A call learns addresses from the RTP it sees, so RTP without SDP may belong to one, too.
        without_sdp = 'proto name="rtp"' in self.built_in and SET_UP_BY_SDP not in self.built_in
        self.is_unsignalled = said.get("naverphone.leg") == "4" and ("naverphone.call" not in said or without_sdp)
        self.is_claimed_by_port = said.get("naverphone.evidence", "") in ("0x01", "0x00000001")

    @functools.cached_property
    def udp_ports(self) -> frozenset:
        return frozenset(self.UDP_PORT.findall(self.built_in))

    @functools.cached_property
    def layers(self) -> list:
        return [each for layer in xml.fromstring(self.built_in) for each in unfolded(layer)]

    @property
    def names(self) -> list:
        return [layer.get("name") for layer in self.layers]

    @property
    def is_own(self) -> bool:
        return self.is_control_payload or self.is_unsignalled

    def down_to_transport(self) -> list:
        """The layers up to TCP or UDP, without fields that depend on the payload's dissector."""
        end = 1 + max(self.names.index(name) for name in ("tcp", "udp") if name in self.names)
        layers = copy.deepcopy([layer for layer in self.layers[:end] if layer.get("name") != DATA])
        for layer in layers:
            # TCP adds the fields of segments if the payload's dissector waits for more data.
            for field in [field for field in layer if field.get("name") in
                          ("frame.protocols", "tcp.segment_data", "tcp.reassembled_in")]:
                layer.remove(field)
        return [xml.canonicalize(xml.tostring(layer), strip_text=True) for layer in layers]

    def payload_layers(self) -> list:
        behind = self.names[1 + max(self.names.index(name) for name in ("tcp", "udp") if name in self.names):]
        return [name for name in behind if name != "_ws.malformed"]     # no dissector: here TCP or UDP, as of a wrong length


def changed_frames(ours: list, theirs: list) -> list:
    """The numbers of the frames whose built-in dissection the plugin changed."""
    assert len(ours) == len(theirs)
    changed = []
    for number, (with_plugin, without) in enumerate(zip(ours, theirs), 1):
        same = with_plugin.built_in == without.built_in
        if not same and with_plugin.is_own:
            same = with_plugin.down_to_transport() == without.down_to_transport()
        if not same:
            changed.append(number)
    return changed


class Dissection:
    """A capture as PDML with other protocols' statistics and, with the plugin, its call table and flow graph, from one
    run of tshark. Without the plugin, own has the numbers of the plugin's own frames."""

    OWN_FRAMES = ("naverphone.control.direction || "
                  'naverphone.leg == 4 && (!naverphone.call || rtp && !(rtp.setup-method == "SDP"))')
    OURS = ("-z", "naverphone,calls", "-z", "flow,naverphone,network")
    FLOW = re.compile(r"^(?:Conv\.|[ \d]{0,8})\|.*\n", re.MULTILINE)
    CALLS = re.compile(r"^Naver Phone Calls:\n.*?^=+\n", re.MULTILINE | re.DOTALL)

    def __init__(self, shark, capture, two_pass, own=()):
        numbers = f"frame.number in {{{','.join(map(str, own or [0]))}}}"
        but_own = f"!({self.OWN_FRAMES if shark.plugin else numbers})"
        text = shark.read(capture, "-T", "pdml", *(self.OURS if shark.plugin else ()), *statistics_options(but_own),
                          two_pass=two_pass)
        pdml, statistics = text.replace(but_own, "but ours").rsplit("</pdml>\n", 1)
        self.frames = [*map(Frame, packets_of(pdml))]
        self.calls = rows_in("".join(self.CALLS.findall(statistics)))
        statistics = self.CALLS.sub("", statistics)
        self.arrows = arrows_in("".join(self.FLOW.findall(statistics)))
        self.statistics = self.FLOW.sub("", statistics)


def statistics_options(but_own: str) -> list:
    """Options for other protocols' statistics. Those that count payloads use the filter but_own."""
    wanted = [*STATISTICS, *(f"{statistic},{but_own}" for statistic in STATISTICS_OF_PAYLOAD), "rtp,streams"]
    return [part for statistic in wanted for part in ("-z", statistic)]


def listed(shark, capture, two_pass=False) -> list:
    """sharkd's columns of each frame, stripped, and without the arrow between addresses."""
    lines = shark.read(capture, "-T", "tabs", two_pass=two_pass).split("\n")[:-1]
    return [[cell.strip() for place, cell in enumerate(line.split("\t")) if place != ARROW] for line in lines]


class Comparison:
    """Readings of one capture with the plugin and without it, in one pass or two. Existing readings can be passed: the
    dissection with the plugin, and the columns with it and without."""

    STREAMS = re.compile(r"^=+ RTP Streams =+\n.*?^=+\n", re.MULTILINE | re.DOTALL)
    UDP_STREAM = re.compile(r'^ *<field name="udp\.stream".*\n', re.MULTILINE)
    OF_UDP_STREAMS = re.compile(r'^ *<field name="udp\.(?:stream|time_relative|time_delta)".*\n', re.MULTILINE)
    CONVERSATION = re.compile(r"(?:^|<-> )[\da-f.:]+:(\d+) ")      # the ports of a line of conv,udp or conv,tcp

    def __init__(self, shark, bare, capture, two_pass, ours=None, columns=None):
        ours = ours or Dissection(shark, capture, two_pass)
        theirs = Dissection(bare, capture, two_pass, [number for number, frame in enumerate(ours.frames, 1) if frame.is_own])
        self.frames, self.bare_frames = ours.frames, theirs.frames
        self.columns, self.bare_columns = columns or [listed(wireshark, capture, two_pass) for wireshark in (shark, bare)]
        unsignalled = any(frame.is_unsignalled for frame in self.frames)
        self.statistics, self.bare_statistics = (
            others((self.STREAMS.sub("", found.statistics) if unsignalled else found.statistics).splitlines())
            for found in (ours, theirs))

    def changed_frames(self) -> list:
        return changed_frames(self.frames, self.bare_frames)

    def changed_columns(self) -> list:
        return [(line, bare_line) for frame, line, bare_line in zip(self.frames, self.columns, self.bare_columns)
                if line != bare_line and not frame.is_control and not frame.is_unsignalled]

    def changed_statistics(self) -> list:
        """Lines that only one side has."""
        lines, bare_lines = collections.Counter(self.statistics), collections.Counter(self.bare_statistics)
        return [*(lines - bare_lines), *(bare_lines - lines)]

    def taken(self) -> list:
        """Frames that the plugin dissects without address evidence although another dissector would."""
        return [number for number, (frame, bare_frame) in enumerate(zip(self.frames, self.bare_frames), 1)
                if (frame.is_unsignalled or frame.is_control_payload and frame.is_claimed_by_port)
                and bare_frame.payload_layers() not in ([], [DATA], frame.payload_layers())]

    def ignore_udp_streams(self):
        """For mixed captures: once RTP without SDP was seen, Wireshark takes its two ports for RTP in other calls, too
        (doc/limits.md), and divides the UDP packets of these ports into streams otherwise. So all later streams have
        other numbers."""
        ports = frozenset().union(*(frame.udp_ports for frame in self.frames if frame.is_unsignalled))
        for frame in (*self.frames, *self.bare_frames):
            what = self.OF_UDP_STREAMS if frame.udp_ports & ports else self.UDP_STREAM if ports else None
            if what:
                frame.built_in = what.sub("", frame.built_in)
        self.statistics, self.bare_statistics = (
            [line for line in lines if not ports.intersection(self.CONVERSATION.findall(line))]
            for lines in (self.statistics, self.bare_statistics))

    def faults(self) -> dict:
        self.ignore_udp_streams()
        return {"built-in layers changed by the plugin, in frames": self.changed_frames(),
                "columns changed by the plugin": self.changed_columns(),
                "others' statistics changed by the plugin": self.changed_statistics(),
                "taken from another dissector on weak evidence, in frames": self.taken()}


def others(statistics: list) -> list:
    """Removes the plugin's rows, headlines that count them, and the flow graph's lines between conversations."""
    return [line for line in statistics
            if line.strip("-") and "naverphone" not in line.lower() and not line.startswith(HEADLINES)]


# ---- in one pass and in two ---------------------------------------------------------------------------

# Fields that depend on later frames
AHEAD = {
    "naverphone.session",   # on a SYN: the session begins with the SYN-ACK
    "naverphone.control.connect_frame",     # on a SYN-ACK that was captured before its SYN
    "naverphone.identity", "naverphone.session.login_frame", "naverphone.session.register_frame", "naverphone.call.invite_frame",
    "naverphone.session.logout_frame", "naverphone.control.logout_frame", "naverphone.control.duration",
    "naverphone.login.response_frame", "naverphone.call.answer_frame", "naverphone.call.release_frame",
    "naverphone.call.post_dial_delay", "naverphone.call.setup_time", "naverphone.call.duration",
    "naverphone.call.released_by", "naverphone.call.cause", "naverphone.call.outcome",
    "naverphone.control.reassembled_in", "naverphone.control.refers_to", "naverphone.control.refers_to.frame",
    # if other messages of the call arrived before its INVITE
    "naverphone.call.caller", "naverphone.call.dialled", "naverphone.call.service_prefix", "naverphone.call.service",
    "naverphone.call.number", "naverphone.call.number_kind", "naverphone.call.number_e164",
}
LATER_ITEMS = {"naverphone.register.incomplete", "naverphone.call.not_acknowledged", "naverphone.call.unfinished",
               "naverphone.media.one_way", "naverphone.media.none"}
EXPERT = {"_ws.expert", "_ws.expert.message", "_ws.expert.severity", "_ws.expert.group"}

# Shown in each control frame, with or without framing
OF_EVERY_SEGMENT = {"naverphone.control.direction", "naverphone.control.connect_frame",
                    "naverphone.control.logout_frame", "naverphone.control.duration"}


def values(fields) -> collections.Counter:
    return collections.Counter((field.get("name"), field.get("show")) for field in fields)


CONFIDENT = 0.9     # a framing that one pass is less sure of may be withdrawn


DECIDED = {"naverphone.control.framing", "naverphone.control.framing_origin", "naverphone.control.confidence"}


def is_undecided(fields) -> bool:
    return any(name == "naverphone.control.confidence" and float(shown) < CONFIDENT for name, shown in fields)


def framings(fields) -> dict:
    return {field: count for field, count in fields.items() if field[0] in DECIDED}


def comparable(one, two) -> tuple:
    """A frame's values in one pass and in two. Messages are ignored if one pass does not know the framing yet, or if only
    two passes do, because it was found after the capture's end: then a FIN may complete messages, and has their
    direction."""
    one, two = values(one), values(two)
    if framings(one) == framings(two) or framings(one) and not is_undecided(one):
        return one, two
    kept = OF_EVERY_SEGMENT if framings(one) else OF_EVERY_SEGMENT - {"naverphone.control.direction"}
    return tuple(collections.Counter({field: count for field, count in found.items() if is_of_segment(field[0], kept)})
                 for found in (one, two))


def is_of_segment(name, kept) -> bool:
    return name in kept or not (name.startswith("naverphone.control.") or name in EXPERT)


def labels(fields) -> list:
    """The lines of the tree as shown in the window."""
    return [field.get("showname") for field in fields if field.get("hide") != "yes"]


class Passes:
    """Readings of one capture in one pass and in two. Existing dissections can be passed."""

    def __init__(self, shark, capture, dissections=None):
        dissections = dissections or [Dissection(shark, capture, two_pass) for two_pass in (False, True)]
        self.one, self.two = ([frame.ours for frame in dissection.frames] for dissection in dissections)
        self.calls = [dissection.calls for dissection in dissections]
        self.arrows = [dissection.arrows for dissection in dissections]

    def lost(self) -> dict:
        """Frame number → fields that only one pass shows."""
        return {number: sorted((one - two).elements()) for number, one, two in self.comparable() if one - two}

    def added(self) -> dict:
        """Frame number → fields that only two passes show and that do not depend on later frames."""
        found = {}
        for number, one, two in self.comparable():
            names = {name for name, _ in two - one}
            if names & LATER_ITEMS:
                names -= LATER_ITEMS | EXPERT
            if one and names - AHEAD:
                found[number] = names - AHEAD
        return found

    def comparable(self):
        for number, frame in enumerate(zip(self.one, self.two), 1):
            yield number, *comparable(*frame)

    def claimed_later(self) -> dict:
        """Frame number → the leg of frames that only two passes claim."""
        return {number: dict(values(two).keys())["naverphone.leg"]
                for number, (one, two) in enumerate(zip(self.one, self.two), 1) if two and not one}

    def lost_arrows(self) -> list:
        """Arrows of the flow graph that two passes lack."""
        one, two = map(collections.Counter, self.arrows)
        return sorted((one - two).elements())

    def faults(self) -> dict:
        return {"fields of one pass that -2 lacks": self.lost(),
                "fields that -2 adds and did not lie ahead": self.added(),
                "media or signalling that only -2 claims": {number: leg for number, leg in self.claimed_later().items()
                                                            if leg not in "12"},
                "calls that -2 changes": [row for row in zip(*self.calls) if row[0] != row[1]]
                + [row for calls in self.calls for row in calls[min(map(len, self.calls)):]],
                "arrows of the flow graph that -2 lacks": self.lost_arrows()}


# ---- at random access ---------------------------------------------------------------------------------

def columns_of(frames) -> list:
    """The columns of each frame that sharkd lists."""
    return [[cell.strip() for cell in frame["c"]] for frame in frames]


class Accesses:
    """What sharkd shows of each frame of one capture, by the order of requests and what came before."""

    WAYS = ("backwards", "shuffled", "filtered", "loaded_again", "changed_and_back")
    CHANGED = ("naverphone.infer_framing", "naverphone.mark_sip_rtp", "naverphone.accept_port_alone")

    def __init__(self, shark, capture, session=None):
        """An existing session of sharkd has loaded other captures before."""
        self.shark, self.capture = shark, capture
        if session:
            session.ask("load", file=shark.stage.find(capture))
            self.visit_in_turn(session)
        else:
            with shark.sharkd(capture) as session:
                self.visit_in_turn(session)

    def visit_in_turn(self, session):
        frames = session.ask("frames")
        numbers = [int(frame["num"]) for frame in frames]
        self.columns = columns_of(frames)
        shuffled = random.Random(f"{SEED} {self.capture}").sample(numbers, len(numbers))
        self.forwards = self.visit(session, numbers)
        self.backwards = self.visit(session, reversed(numbers))
        self.shuffled = self.visit(session, shuffled)
        session.ask("frames", filter="sip || tcp.len > 0")
        self.filtered = self.visit(session, shuffled)
        session.ask("load", file=self.shark.stage.find(self.capture))
        self.loaded_again = self.visit(session, shuffled)
        self.changed, self.changed_and_back = (self.visit_with(session, shuffled, value) for value in ("FALSE", "TRUE"))

    def visit_with(self, session, numbers, value) -> dict:
        """Changes our preferences, if the plugin is loaded, and visits the frames."""
        if self.shark.plugin:
            for preference in self.CHANGED:
                session.ask("setconf", name=preference, value=value)
        session.ask("load", file=self.shark.stage.find(self.capture))
        return self.visit(session, numbers)

    @staticmethod
    def visit(session, numbers) -> dict:
        """Columns and our lines of each frame. Other lines, such as HTTP's request URI, depend on the order even
        without the plugin."""
        return {number: session.columns_and_lines(number) for number in numbers}

    def differences(self) -> dict:
        """Way of access → frames whose columns or lines differ from forwards."""
        return {way: different(getattr(self, way), self.forwards)
                for way in self.WAYS}

    def faults(self, bare) -> dict:
        """The differences that do not also occur without the plugin."""
        found = self.differences()
        if not any(found.values()):
            return {}
        without = Accesses(bare, self.capture).differences()
        return {f"frames that differ from forwards when {way}": [number for number in numbers if number not in without[way]]
                for way, numbers in found.items()}


def different(some: dict, others: dict) -> list:
    assert some.keys() == others.keys()
    return [number for number in some if some[number] != others[number]]
