# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens captures in different ways and finds what fails with the plugin but not without it.

Each method returns an empty text, or what is wrong.
"""

import copy
import json
import random
import re

import mutations
from sanitized import Sanitized, ended, what_went_wrong
from harness import Wireshark

ASKED = 300             # frames requested from sharkd
LISTED = 20             # differing frames that are named
FIELDS = ("frame.protocols", "tcp.port", "udp.port", "naverphone.leg", "naverphone.call", "naverphone.control.direction",
          "rtp.setup-method")
NOBODY = ":data", ":tcp", ":udp"        # last layer of a payload that no other dissector knows
NONE_IS_OURS = "no frame is ours"
OTHERS_BUG = re.compile(r"Dissector bug, protocol (?!(?:NaverPhone|RTP|RTCP|SIP|SDP|HTTP|TCP|UDP)\b)")
CONTROL, MEDIA = "1", "4"       # naverphone.leg
OF_CALLS = "3", MEDIA   # legs whose trees name the call, if any


def without_numbers(line: str) -> str:
    return re.sub(r"0x[0-9a-f]+|\d+", "N", line)


class Opening:
    def __init__(self, stage, released):
        wireshark = Wireshark if released else Sanitized
        self.shark, self.bare = wireshark(stage), wireshark(stage, plugin=False)

    def ours_alone(self, *command, wmem="simple", **how) -> str:
        """Errors that occur only with the plugin. Wireshark's own faults are ignored, also a failed assertion in a
        dissector that we never call, even if the plugin changed which dissector ran before."""
        shark, bare = copy.copy(self.shark), copy.copy(self.bare)
        shark.wmem = bare.wmem = wmem
        wrong = "\n".join(line for line in what_went_wrong(shark, *command, **how).splitlines() if not OTHERS_BUG.search(line))
        if not wrong:
            return ""
        without = set(map(without_numbers, what_went_wrong(bare, *command, **how).splitlines()))
        return "\n".join(line for line in wrong.splitlines() if without_numbers(line) not in without)

    def in_tshark(self, capture, *options, wmem="simple") -> str:
        """The allocator simple lets the sanitizer check each allocation; strict finds writes beyond one."""
        return self.ours_alone("tshark", "-r", capture, *options, wmem=wmem)

    def at_random(self, capture) -> str:
        """Opens the capture in sharkd, with all requests for frames written at once."""
        count = len(mutations.read(capture))
        numbers = random.Random(count).choices(range(1, count + 1), k=min(count, ASKED)) if count else []
        asked = [("load", {"file": str(capture)}), *(("frame", {"frame": number, "proto": True}) for number in numbers)]
        lines = [json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters})
                 for number, (method, parameters) in enumerate(asked, 1)]
        return self.ours_alone("sharkd", "-", input="\n".join([*lines, ""]).encode())

    def changed(self, capture, *options, obeyed="", ports=frozenset(), follow=True) -> str:
        """Frames whose layers the plugin changed without dissecting their payload. On these ports, it may not dissect
        payload of the protocol that the user selected there (obeyed) either. If there are no such frames, reports when
        no frame is ours. Frames between two ports where the plugin found media before are ignored, because Wireshark's
        RTP then keeps a conversation for any hosts with these ports (doc/limits.md). Without follow, checking ends at
        the first frame that the plugin took from another dissector, because that dissector then behaves differently."""
        ours, bare = (list(protocols_of(shark, capture, options)) for shark in (self.shark, self.bare))
        if len(ours) != len(bare):      # a dissector may end tshark; without the plugin, too, it is Wireshark's fault
            ends_early = ended(self.bare, "tshark", "-r", capture, *options, "-T", "fields", "-e", "frame.number").returncode
            return "" if ends_early else f"{len(ours)} frames with the plugin, {len(bare)} without"
        changed, taken_from = [], set()
        for number, ((protocols, own, _, ends), (without, *_)) in enumerate(zip(ours, bare), 1):
            if not follow and own and not without.endswith(NOBODY):
                break
            is_obeyed = ports & frozenset().union(*ends) and obeyed in without.split(":")
            if protocols != without and (is_obeyed if own else not ends & taken_from):
                changed.append(number)
            if own == MEDIA:
                taken_from |= ends
        if changed:
            return f"layers changed by the plugin in frames {changed[:LISTED]}, as {ours[changed[0] - 1]} {bare[changed[0] - 1]}"
        return "" if any(leg for _, _, leg, _ in ours) else NONE_IS_OURS


def protocols_of(shark, capture, options):
    """Yields for each frame: its layers, the leg whose payload the plugin dissected (control, or media that no SDP
    announced), all its legs, and its pairs of ports."""
    fields = FIELDS if shark.plugin else FIELDS[:3]
    done = ended(shark, "tshark", "-r", capture, *options, "-T", "fields", *(part for field in fields for part in ("-e", field)))
    for line in done.stdout.decode(errors="replace").splitlines():
        protocols, tcp, udp, leg, call, direction, setup = (line + "\t" * len(FIELDS)).split("\t")[:len(FIELDS)]
        is_outside_calls = sum(map(leg.split(",").count, OF_CALLS)) > len(call.split(",") if call else [])
        learnt = "rtp" in protocols.split(":") and "SDP" not in setup     # a call can learn addresses from RTP
        took_media = MEDIA in leg and (is_outside_calls or learnt)
        yield protocols, MEDIA if took_media else CONTROL if direction else "", leg, ends_in(tcp, "tcp") | ends_in(udp, "udp")


def ends_in(values: str, transport: str) -> set:
    ports = [(f"{transport}.port", int(port)) for port in values.split(",") if port]
    return {frozenset(pair) for pair in zip(ports[::2], ports[1::2])}
