# SPDX-License-Identifier: GPL-2.0-or-later
"""What the built-in dissectors show is the same with the plugin as without it.

The plugin's own are the control payload, which it dissects, and the RTP without SDP, which it hands
to the RTP dissector: of those frames everything down to TCP or UDP has to be the same.
"""

import concurrent.futures
import os

import pytest

from comparisons import STATISTICS, STATISTICS_OF_PAYLOAD, Comparison
from harness import CAPTURES

NAMES = sorted(path.stem for path in CAPTURES.rglob("*.pcapng"))
FOREIGN = ("foreign-mix", "sip-foreign-provider", "sip-evil-domain", "login-evil-host", "http-web-8081",
           "control-client-port", "control-other-port", "control-port-only-http", "control-port-only-ssh",
           "control-port-only-tls")


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
    assert comparison.changed_frames() == []


def test_columns_are_the_same_but_on_control_and_unsignalled_frames(comparison):
    assert len(comparison.columns) == len(comparison.bare_columns)
    assert comparison.changed_columns() == []


def test_statistics_of_others_are_the_same(comparison):
    assert comparison.statistics == comparison.bare_statistics


def test_nothing_is_taken_from_another_dissector_on_weak_evidence(comparison):
    assert comparison.taken() == []


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
