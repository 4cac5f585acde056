# SPDX-License-Identifier: GPL-2.0-or-later
"""The ways in which a capture is opened, and what is wrong then: with the plugin and not without it.

Each method returns an empty text, or what is wrong.
"""

import copy
import json
import random
import re

import mutations
from sanitized import Sanitized, ended, what_went_wrong
from harness import Wireshark

ASKED = 300             # frames that sharkd is asked for
LISTED = 20             # frames that are named of those that differ
FIELDS = ("frame.protocols", "tcp.port", "udp.port", "naverphone.leg", "naverphone.call", "naverphone.control.direction")
NOBODY = ":data", ":tcp", ":udp"        # how the layers end of a payload that no other dissector knows
NONE_IS_OURS = "no frame is ours"
OTHERS_BUG = re.compile(r"Dissector bug, protocol (?!(?:NaverPhone|RTP|RTCP|SIP|SDP|HTTP|TCP|UDP)\b)")
CONTROL, MEDIA = "1", "4"       # naverphone.leg
OF_CALLS = "3", MEDIA   # the legs whose trees name a call, if they have one


def without_numbers(line: str) -> str:
    return re.sub(r"0x[0-9a-f]+|\d+", "N", line)


class Opening:
    def __init__(self, stage, released):
        wireshark = Wireshark if released else Sanitized
        self.shark, self.bare = wireshark(stage), wireshark(stage, plugin=False)

    def ours_alone(self, *command, wmem="simple", **how) -> str:
        """What goes wrong with the plugin alone. Wireshark has faults of its own, and says so; an assertion that fails in a
        dissector to which we hand nothing is one, also where the plugin changed which dissector was asked before."""
        shark, bare = copy.copy(self.shark), copy.copy(self.bare)
        shark.wmem = bare.wmem = wmem
        wrong = "\n".join(line for line in what_went_wrong(shark, *command, **how).splitlines() if not OTHERS_BUG.search(line))
        if not wrong:
            return ""
        without = set(map(without_numbers, what_went_wrong(bare, *command, **how).splitlines()))
        return "\n".join(line for line in wrong.splitlines() if without_numbers(line) not in without)

    def in_tshark(self, capture, *options, wmem="simple") -> str:
        """Allocator simple lets the sanitizer see each piece of memory, strict finds writes beyond one."""
        return self.ours_alone("tshark", "-r", capture, *options, wmem=wmem)

    def at_random(self, capture) -> str:
        """In sharkd, which is told all at once which frames to show, and ends by itself."""
        count = len(mutations.read(capture))
        numbers = random.Random(count).choices(range(1, count + 1), k=min(count, ASKED)) if count else []
        asked = [("load", {"file": str(capture)}), *(("frame", {"frame": number, "proto": True}) for number in numbers)]
        lines = [json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters})
                 for number, (method, parameters) in enumerate(asked, 1)]
        return self.ours_alone("sharkd", "-", input="\n".join([*lines, ""]).encode())

    def changed(self, capture, *options, obeyed="", ports=frozenset(), follow=True) -> str:
        """Frames whose layers are others with the plugin, although it took none of their payload. Of a protocol that is
        obeyed on these ports, it may take none there. Also wrong, and said only then: no frame is ours. Left out is what is
        between two ports where it took media before: Wireshark's RTP keeps a conversation of any hosts with them
        (doc/limits.md). Unless follow: only frames before the first one that it took from another dissector, since what that one
        learned there changes what follows."""
        ours, bare = (list(protocols_of(shark, capture, options)) for shark in (self.shark, self.bare))
        if len(ours) != len(bare):      # some dissectors end tshark: Wireshark's own fault, if they do without the plugin
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
    """The layers of each frame, the leg for which the plugin took a payload of it (control, or media outside calls), its legs,
    and the pairs of ports it went between."""
    fields = FIELDS if shark.plugin else FIELDS[:3]
    done = ended(shark, "tshark", "-r", capture, *options, "-T", "fields", *(part for field in fields for part in ("-e", field)))
    for line in done.stdout.decode(errors="replace").splitlines():
        protocols, tcp, udp, leg, call, direction = (line + "\t" * len(FIELDS)).split("\t")[:len(FIELDS)]
        took_media = MEDIA in leg and sum(map(leg.split(",").count, OF_CALLS)) > len(call.split(",") if call else [])
        yield protocols, MEDIA if took_media else CONTROL if direction else "", leg, ends_in(tcp, "tcp") | ends_in(udp, "udp")


def ends_in(values: str, transport: str) -> set:
    ports = [(f"{transport}.port", int(port)) for port in values.split(",") if port]
    return {frozenset(pair) for pair in zip(ports[::2], ports[1::2])}
