# SPDX-License-Identifier: GPL-2.0-or-later
"""What the built-in dissectors show is the same with the plugin as without it.

The plugin's own are the control payload, which it dissects, and the RTP without SDP, which it hands
to the RTP dissector: of those frames everything down to TCP or UDP has to be the same.
"""

import concurrent.futures
import os
import xml.etree.ElementTree as xml

import pytest

from harness import CAPTURES

NAMES = sorted(path.stem for path in CAPTURES.rglob("*.pcapng"))
FOREIGN = ("foreign-mix", "sip-foreign-provider", "sip-evil-domain", "login-evil-host", "http-web-8081",
           "control-client-port", "control-other-port", "control-port-only-http", "control-port-only-ssh",
           "control-port-only-tls")
DATA = "fake-field-wrapper"     # what PDML calls a payload that nobody dissects

# Statistics of others. Those that count payloads leave the plugin's own frames out.
STATISTICS = ("sip,stat", "conv,tcp", "conv,udp", "endpoints,ip", "dns,tree", "credentials", "icmp,srt")
STATISTICS_OF_PAYLOAD = ("expert,chat", "io,phs", "http,stat", "http,tree", "http_req,tree", "http_srv,tree",
                         "http_seq,tree")
HEADLINES = ("Errors (", "Warns (", "Notes (", "Chats (", "====", "   Frequency")


class Frame:
    """A frame's built-in layers as PDML, and what the plugin says of it."""

    def __init__(self, packet):
        layers = [layer for layer in packet if layer.get("name") != "naverphone"]
        self.names = [layer.get("name") for layer in layers]
        self.layers = [xml.tostring(layer).strip() for layer in layers]
        said = {field.get("name"): field.get("show") for field in packet.iterfind("proto[@name='naverphone']//field")}
        self.is_control = said.get("naverphone.leg") == "1"
        self.is_control_payload = "naverphone.control.direction" in said
        self.is_unsignalled = said.get("naverphone.leg") == "4" and "naverphone.call" not in said
        self.is_claimed_by_port = said.get("naverphone.evidence", "") in ("0x01", "0x00000001")

    @property
    def is_own(self) -> bool:
        return self.is_control_payload or self.is_unsignalled

    def down_to_transport(self) -> list:
        """The layers that carry the payload, without what they say of the dissectors that the payload went to."""
        end = 1 + max(self.names.index(name) for name in ("tcp", "udp") if name in self.names)
        layers = [xml.fromstring(layer) for layer in self.layers[:end]]
        for layer in layers:
            # A payload is data of a segment, says TCP, where the dissector that had it waited for more.
            for field in [field for field in layer if field.get("name") in ("frame.protocols", "tcp.segment_data")]:
                layer.remove(field)
        return [xml.canonicalize(xml.tostring(layer), strip_text=True) for layer in layers]

    def payload_layers(self) -> list:
        return self.names[1 + max(self.names.index(name) for name in ("tcp", "udp") if name in self.names):]


def frames_of(pdml: str) -> list:
    return [Frame(packet) for packet in xml.fromstring(pdml).iterfind("packet")]


def changed_frames(ours: list, theirs: list) -> list:
    """The numbers of the frames whose built-in dissection the plugin changed."""
    assert len(ours) == len(theirs)
    changed = []
    for number, (with_plugin, without) in enumerate(zip(ours, theirs), 1):
        if with_plugin.is_own:
            same = with_plugin.down_to_transport() == without.down_to_transport()
        else:
            same = with_plugin.layers == without.layers
        if not same:
            changed.append(number)
    return changed


class Comparison:
    """One capture, read with the plugin and without it, in one pass or two."""

    def __init__(self, shark, bare, capture, two_pass):
        self.frames, self.bare_frames = (frames_of(wireshark.read(capture, "-T", "pdml", two_pass=two_pass))
                                         for wireshark in (shark, bare))
        options = self.statistics_options()
        text, bare_text = (wireshark.read(capture, *options, two_pass=two_pass).splitlines()
                           for wireshark in (shark, bare))
        count = len(self.frames)
        self.columns, self.bare_columns = text[:count], bare_text[:count]
        self.statistics, self.bare_statistics = others(text[count:]), others(bare_text[count:])

    def statistics_options(self) -> list:
        own = [str(number) for number, frame in enumerate(self.frames, 1) if frame.is_own]
        but_own = f",!(frame.number in {{{','.join(own)}}})" if own else ""
        wanted = [*STATISTICS, *(statistic + but_own for statistic in STATISTICS_OF_PAYLOAD)]
        if not any(frame.is_unsignalled for frame in self.frames):
            wanted.append("rtp,streams")
        return [part for statistic in wanted for part in ("-z", statistic)]

    def changed_columns(self) -> list:
        return [(line, bare_line) for frame, line, bare_line in zip(self.frames, self.columns, self.bare_columns)
                if line != bare_line and not frame.is_control and not frame.is_unsignalled]

    def taken(self) -> list:
        """Frames that the plugin dissects though another dissector did and no address speaks for it."""
        return [number for number, (frame, bare_frame) in enumerate(zip(self.frames, self.bare_frames), 1)
                if (frame.is_unsignalled or frame.is_control_payload and frame.is_claimed_by_port)
                and bare_frame.payload_layers() != [DATA]]


def others(statistics: list) -> list:
    """Without the plugin's rows, and without headlines that count them."""
    return [line for line in statistics
            if line and "naverphone" not in line.lower() and not line.startswith(HEADLINES)]


@pytest.fixture(scope="module")
def comparisons(shark, bare):
    """capture and passes → the comparison to be."""
    pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
    yield {(name, two_pass): pool.submit(Comparison, shark, bare, name, two_pass)
           for name in NAMES for two_pass in (False, True)}
    pool.shutdown(cancel_futures=True)


@pytest.fixture(params=[(name, two_pass) for name in NAMES for two_pass in (False, True)],
                ids=lambda param: f"{param[0]}-{'two-passes' if param[1] else 'one-pass'}", scope="module")
def comparison(request, comparisons):
    return comparisons[request.param].result()


def test_built_in_layers_are_the_same(comparison):
    assert changed_frames(comparison.frames, comparison.bare_frames) == []


def test_columns_are_the_same_but_on_control_and_unsignalled_frames(comparison):
    assert len(comparison.columns) == len(comparison.bare_columns)
    assert comparison.changed_columns() == []


def test_statistics_of_others_are_the_same(comparison):
    assert comparison.statistics == comparison.bare_statistics


def test_nothing_is_taken_from_another_dissector_on_weak_evidence(comparison):
    assert comparison.taken() == []


@pytest.mark.parametrize("two_pass", [False, True], ids=["one-pass", "two-passes"])
@pytest.mark.parametrize("capture", FOREIGN)
def test_a_foreign_capture_is_the_same_to_the_letter(shark, bare, capture, two_pass):
    options = ["-P", "-V", "-x", *(part for statistic in (*STATISTICS, *STATISTICS_OF_PAYLOAD, "rtp,streams")
                                   for part in ("-z", statistic))]
    for shown in (options, ["-T", "pdml"]):
        text, bare_text = (drop_creation_time(wireshark.read(capture, *shown, two_pass=two_pass))
                           for wireshark in (shark, bare))
        assert text == bare_text


def drop_creation_time(pdml: str) -> str:
    return "\n".join(line for line in pdml.splitlines() if not line.startswith("<pdml "))
