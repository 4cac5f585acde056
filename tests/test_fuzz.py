# SPDX-License-Identifier: GPL-2.0-or-later
"""The damage done by fuzzing (mutations.py and fuzz_prefixes.py in tests/fuzz) is reproducible and of each kind. Also
tests mixed traffic and settings (stories.py, joins.py, fuzz_settings.py), the reduction of failures (reducing.py), and
the verdicts of bounds.py on times.
"""

import pytest

import bounds
import findings
import fuzz_prefixes
import fuzz_settings
import joins
import mutations
import opening
import payloads
import reducing
import stories
from harness import CAPTURES


@pytest.fixture(scope="module")
def packets():
    return mutations.read(CAPTURES / "small" / "full-session.pcapng")


def test_written_packets_are_read_back(packets, tmp_path):
    mutations.write(tmp_path / "again.pcap", packets)
    again = mutations.read(tmp_path / "again.pcap")
    assert [(packet.frame, packet.length) for packet in again] == [(packet.frame, packet.length) for packet in packets]


def test_same_seed_gives_the_same_damage(packets):
    assert mutations.mutated("7 1", [packets]) == mutations.mutated("7 1", [packets])


def test_damage_leaves_most_of_the_story(packets):
    frames = {packet.frame for packet in packets}
    for seed in range(20):
        left = [packet for packet in mutations.mutated(seed, [packets]) if packet.frame in frames]
        assert 0 < len(left) and mutations.mutated(seed, [packets]) != packets


@pytest.mark.parametrize("change", mutations.OF_A_PACKET, ids=lambda change: change.__name__)
def test_each_kind_of_damage_accepts_any_packet(packets, change):
    chance = mutations.random.Random(1)
    for packet in packets:
        assert isinstance(change(chance, packet.frame, mutations.place_of(packet.frame)), bytes)


# ---- prefixes ---------------------------------------------------------------------------------------

def test_each_packet_is_cut_at_every_byte(packets):
    lengths = {number: set() for number in range(len(packets))}
    for damaged in fuzz_prefixes.cut_at_every_byte(packets):
        for number, packet in enumerate(damaged):
            lengths[number].add(len(packet.frame))
    for number, packet in enumerate(packets):
        assert lengths[number] >= set(range(len(packet.frame)))


def test_each_packet_is_lost_once_and_each_end_is_tried(packets):
    assert [len(damaged) for damaged in fuzz_prefixes.each_packet_lost(packets)] == [len(packets) - 1] * len(packets)
    assert list(fuzz_prefixes.ended_after_every_packet(packets)) == [packets[:end] for end in range(1, len(packets))]


def test_only_the_ends_of_a_stream_remain(packets):
    left = fuzz_prefixes.without_the_middle_of_streams(packets)
    rtp = [packet for packet in left if packet.frame[42:43] == b"\x80"]
    assert len(rtp) == 2 * 2 * fuzz_prefixes.ENDS and len(left) < len(packets)


def test_stories_differ_only_in_sequence_numbers_and_call_ids(packets):
    one, two = (fuzz_prefixes.told_apart(packets, number) for number in (1, 2))
    assert all(len(packet.frame) == len(again.frame) for packet, again in zip(packets, one))
    for some, others in zip(one, two):
        place = mutations.place_of(some.frame)
        changed = some.frame[place.transport + 4:] != others.frame[place.transport + 4:]
        assert changed == (place.protocol == mutations.TCP or b"Call-ID: " in some.frame)
        assert some.frame[:place.transport + 4] == others.frame[:place.transport + 4]


# ---- mixed traffic -----------------------------------------------------------------------------------

def stories_of(kind, packets, count):
    found = payloads.Payloads([packets], {"eth:ip:udp:echo": [(b"foreign", 7)]})
    return [stories.story_of(kind, [packets], found, 1, number)[0] for number in range(count)]


def test_same_number_gives_the_same_story(packets):
    for kind in (stories.inserted, joins.joined):
        assert stories_of(kind, packets, 3) == stories_of(kind, packets, 3)


def test_each_payload_is_inserted_on_each_flow(packets):
    chance, found = mutations.random.Random(1), payloads.Payloads([packets], {"foreign": [(b"foreign", 7)]})
    assert {found.choose(chance).kind for _ in range(500)} == {*payloads.MADE, "ours", "foreign"}
    flows, used = stories.flows_of(packets), set()
    for _ in range(100):
        used |= {insertion.flow for chosen in stories.insertions(chance, packets, found).values() for insertion in chosen}
    assert used >= {way for flow in flows for way in (flow, flow.turned())}


def test_tcp_continues_after_an_insertion(packets):
    number, flow = next((number, stories.flow_of(packet.frame, mutations.place_of(packet.frame)))
                        for number, packet in enumerate(packets)
                        if packet.frame[mutations.place_of(packet.frame).payload:].startswith(b"GET"))
    shifts, following = {}, {}
    before = [stories.shifted(packet, shifts, following) for packet in packets[:number]]
    frame = stories.ethernet(stories.made(stories.Insertion(flow, b"inserted", False), shifts, following))
    behind = stories.shifted(packets[number], shifts, following)
    at = mutations.place_of(frame).transport + 4
    assert before == packets[:number] and frame[at:at + 4] == packets[number].frame[at:at + 4]
    assert int.from_bytes(behind.frame[at:at + 4]) == int.from_bytes(frame[at:at + 4]) + len(b"inserted")


def test_tshark_dissects_every_way_to_join_packets(packets, stage, bare):
    told = stories_of(joins.joined, packets, 30)
    capture = stage.new_capture("joined.pcap")
    mutations.write(capture, mutations.joined(told), joins.WLAN)
    layers = bare.column(capture, "frame.protocols", only="frame")
    assert {name for frame in layers for name in frame.split(":")} >= {
        "wlan", "gtp", "gre", "erspan", "vxlan", "icmp", "sctp", "stun", "sip", "rtp", "http", "tcp"}
    assert any(":rtp:llc:ip:tcp" in frame for frame in layers)


def test_search_finds_the_packet_that_fails(packets, stage, tmp_path):
    told = stories_of(stories.inserted, packets, 8)
    planted = stories.ethernet(stories.datagram(stories.flows_of(packets)[0], b"planted"))
    told[5].insert(7, mutations.Packet(told[5][7].time, planted, len(planted)))
    found = findings.Findings(tmp_path)

    def what_is_wrong(capture):
        return "planted fault" if any(b"planted" in packet.frame for packet in mutations.read(capture)) else ""

    reducing.Search(stage, found, 1, 10).check(told, "planted", "{}:", what_is_wrong)
    assert [[packet.frame for packet in mutations.read(kept)] for kept in tmp_path.iterdir()] == [[planted]]


def test_settings_that_are_always_tried_exist(shark, stage):
    opened = opening.Opening(stage, released=True)
    settings = fuzz_settings.settings_of(opened, stage, stage.captures / "documented-call.pcapng")
    chosen = fuzz_settings.sample(settings, 30, 1)
    assert len(chosen) == 30 and {setting.name for setting in chosen} >= set(fuzz_settings.ALWAYS)
    assert chosen == fuzz_settings.sample(settings, 30, 1)


# ---- times of forged captures ------------------------------------------------------------------------

def said_of_times(whole, quarter=0.1) -> str:
    """The verdict on the seconds with the plugin, one for each reading of the whole capture. tshark alone takes four,
    and one for a quarter."""
    times = iter(whole)

    def read_part(part):
        alone, frames = 4 / part, 20000 // part
        return bounds.Reading(frames, 0, alone + (quarter if part == 4 else next(times)), alone, 0, 0, "")

    return bounds.verdict(bounds.Forgery(bounds.calls, 20000), *bounds.compare(read_part))


def test_time_raised_by_a_busy_machine_is_no_failure():
    assert said_of_times([9.0, 8.0, 0.4]) == ""


def test_quadratic_time_is_a_failure_after_every_reading():
    assert said_of_times([4.0] * (1 + bounds.READ_AGAIN)) == "time grows faster than the frames"
