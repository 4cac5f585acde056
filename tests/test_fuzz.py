# SPDX-License-Identifier: GPL-2.0-or-later
"""The damage that fuzzing does (tests/fuzz/mutations.py): the same for the same seed, and damage at all."""

import sys

import pytest

from harness import CAPTURES, ROOT

sys.path.insert(0, str(ROOT / "tests" / "fuzz"))

import mutations    # noqa: E402


@pytest.fixture(scope="module")
def packets():
    return mutations.read(CAPTURES / "small" / "full-session.pcapng")


def test_what_is_written_is_read_again(packets, tmp_path):
    mutations.write(tmp_path / "again.pcap", packets)
    again = mutations.read(tmp_path / "again.pcap")
    assert [(packet.frame, packet.length) for packet in again] == [(packet.frame, packet.length) for packet in packets]


def test_the_same_seed_gives_the_same_damage(packets):
    assert mutations.mutated("7 1", [packets]) == mutations.mutated("7 1", [packets])


def test_damage_leaves_most_of_the_story(packets):
    frames = {packet.frame for packet in packets}
    for seed in range(20):
        left = [packet for packet in mutations.mutated(seed, [packets]) if packet.frame in frames]
        assert 0 < len(left) and mutations.mutated(seed, [packets]) != packets


@pytest.mark.parametrize("change", mutations.OF_A_PACKET, ids=lambda change: change.__name__)
def test_each_kind_of_damage_takes_any_packet(packets, change):
    chance = mutations.random.Random(1)
    for packet in packets:
        assert isinstance(change(chance, packet.frame, mutations.place_of(packet.frame)), bytes)
