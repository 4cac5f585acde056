# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the failing stories of a capture and reduces the first of each kind to the packets needed to fail."""

import re

import mutations
from opening import without_numbers

STEPS = 80              # maximum number of openings to reduce a capture
IN_PLUGIN = re.compile(r"#\d+ \S+ in (\w+) \S*(?:plugin/|packet-naverphone)")


def signature(wrong: str) -> str:
    """The plugin function where it failed, or else the start of the message."""
    found = IN_PLUGIN.search(wrong)
    return found[1] if found else without_numbers(wrong.partition("\n")[0])[:40]


class Reducer:
    """Reduces a failing story as long as it fails at the same place."""

    def __init__(self, capture, link_type, what_is_wrong, wrong):
        self.capture, self.link_type, self.what_is_wrong = capture, link_type, what_is_wrong
        self.wrong, self.signature = wrong, signature(wrong)
        self.steps = 0

    def fails(self, packets) -> bool:
        self.steps += 1
        mutations.write(self.capture, packets, self.link_type)
        wrong = self.what_is_wrong(self.capture)
        if wrong and signature(wrong) == self.signature:
            self.wrong = wrong
            return True
        return False

    def reduced(self, packets: list) -> list:
        """Leaves out halves, quarters and so on, down to single packets."""
        size = len(packets) // 2
        while size and self.steps < STEPS:
            start = 0
            while start < len(packets) and self.steps < STEPS:
                less = packets[:start] + packets[start + size:]
                if less and self.fails(less):
                    packets = less
                else:
                    start += size
            size = min(size, len(packets)) // 2
        return packets


class Search:
    """Opens captures of many stories. The first failure of each kind is kept, later ones are counted."""

    def __init__(self, stage, findings, link_type, failures):
        self.stage, self.findings, self.link_type, self.failures = stage, findings, link_type, failures
        self.signatures = set()

    def check(self, told: list, name, way, what_is_wrong):
        """Opens the stories. After a new kind of failure, opens each half of them in turn, down to single stories."""
        capture = self.stage.new_capture(f"{name}.pcap")
        mutations.write(capture, mutations.joined(told), self.link_type)
        wrong = what_is_wrong(capture)
        capture.unlink()
        if not wrong or self.findings.count >= self.failures:
            return
        if signature(wrong) in self.signatures:
            self.findings.count += 1
            return
        before = self.findings.count
        if len(told) > 1:
            half = len(told) // 2
            self.check(told[:half], f"{name}-", way, what_is_wrong)
            self.check(told[half:], f"{name}+", way, what_is_wrong)
        if self.findings.count == before:
            self.keep(told, name, way, what_is_wrong, wrong)

    def keep(self, told, name, way, what_is_wrong, wrong):
        self.signatures.add(signature(wrong))
        capture = self.stage.new_capture(f"{name}.pcap")
        reducer = Reducer(capture, self.link_type, what_is_wrong, wrong)
        packets = reducer.reduced(mutations.joined(told))
        mutations.write(capture, packets, self.link_type)
        self.findings.add(capture, way, f"{reducer.signature}\n{reducer.wrong}")
        capture.unlink()
