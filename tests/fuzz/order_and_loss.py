#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Loses, repeats and reorders packets of captures, and checks that calls and sessions keep their frames and owners.

Every call whose INVITE and final response survive must still be one call of the same client, and no session may have
frames of two clients. The undamaged capture is the reference. Our captures have two clients at most, so a capture of
many simultaneous clients is made first.
"""

import collections
import pathlib
import random
import sys
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "test-captures")]

import mutations                                                    # noqa: E402
from findings import Findings, add_seed, parser_of                  # noqa: E402
from harness import CAPTURES, Stage, Wireshark                      # noqa: E402
from maker.capture import Capture                                   # noqa: E402
from maker.places import HONG                                       # noqa: E402
from maker.scenarios.sessions import whole_session                  # noqa: E402

CROWD = 12
FIELDS = ("frame.number", "naverphone.session", "naverphone.client", "naverphone.client6", "naverphone.call",
          "naverphone.event", "sip.Call-ID", "ip.src", "ipv6.src", "sip.from.user")
INVITE, FINAL = {"40"}, {"43", "48"}


class Frame(NamedTuple):
    sessions: tuple     # one value for each SIP message in the frame
    clients: tuple
    calls: tuple
    events: tuple
    call_ids: tuple
    sources: tuple
    users: tuple        # from From headers


def told(shark, capture) -> dict:
    """The values of each frame with a naverphone or SIP layer, by frame number."""
    rows = shark.rows(capture, *FIELDS, only="naverphone || sip", two_pass=True)
    frames = {}
    for number, sessions, client, client6, calls, events, call_ids, source, source6, users in rows:
        texts = (sessions, client + client6, calls, events, call_ids, source + source6, users)
        frames[int(number)] = Frame(*(tuple(filter(None, text.split(","))) for text in texts))
    return frames


# ---- damage: yields (index of the packet, delay in seconds) for the remaining ones ------------------------------

def lost(share):
    def damage(chance, count):
        return [(index, 0) for index in range(count) if chance.random() >= share]
    return damage


def repeated(chance, count):
    return [(index, late) for index in range(count) for late in ((0, chance.random() / 10) if chance.random() < 0.2 else (0,))]


def reordered(chance, count):
    return [(index, chance.random() / 10) for index in range(count)]


DAMAGES = {"lost 1 %": lost(0.01), "lost 5 %": lost(0.05), "lost 20 %": lost(0.2), "repeated": repeated,
           "reordered within 100 ms": reordered}


def damaged(packets, damage, chance) -> tuple:
    """The remaining packets, and the number of each one's original frame."""
    left = sorted((packets[index].time + late, index) for index, late in damage(chance, len(packets)))
    return [packets[index]._replace(time=time) for time, index in left], [index + 1 for _, index in left]


# ---- properties ------------------------------------------------------------------------------------------------

class Truth:
    """The calls and clients of the undamaged capture.

    Successive calls with one Call-ID are left out, because the frames that separate them may be lost."""

    def __init__(self, frames):
        self.frames = frames
        self.of_call = collections.defaultdict(set)
        ids = collections.defaultdict(set)
        for number, frame in frames.items():
            if frame.call_ids and len(set(frame.calls)) == 1:
                self.of_call[frame.calls[0]].add(number)
                ids[frame.call_ids[0], frame.clients].add(frame.calls[0])
        for calls in ids.values():
            if len(calls) > 1:
                for call in calls:
                    del self.of_call[call]

    def has(self, number, events) -> bool:
        return bool(events.intersection(self.frames[number].events))

    def survivors(self, left) -> dict:
        """The calls with an INVITE and a final response among the remaining frames, and their frames."""
        return {call: numbers & left for call, numbers in self.of_call.items()
                if any(self.has(number, INVITE) for number in numbers & left)
                and any(self.has(number, FINAL) for number in numbers & left)}


def what_is_wrong(truth, origins, frames) -> tuple:
    """What is wrong, and the number of surviving calls. frames: values by the damaged capture's frame numbers; origins:
    the original number of each frame."""
    wrong, found = [], collections.defaultdict(list)
    for number, frame in frames.items():
        if frame.call_ids:      # a TCP message is seen only after those before it
            found[origins[number - 1]].append(frame)
    seen = {}
    for call, numbers in truth.survivors(found.keys()).items():
        frames_left = [frame for number in numbers for frame in found[number]]
        now = {one for frame in frames_left for one in frame.calls}
        clients = {one for frame in frames_left for one in frame.clients}
        if len(now) != 1:
            wrong.append(f"call {call} is now calls {sorted(now)}")
        elif clients != set(truth.frames[min(numbers)].clients):
            wrong.append(f"call {call} is now of {sorted(clients)}")
        elif now & seen.keys():
            wrong.append(f"calls {call} and {seen[min(now)]} are now one")
        seen.update(dict.fromkeys(now, call))
    wrong += [f"session {session} has frames of {sorted(clients)}" for session, clients in clients_of(frames).items()
              if len(clients) > 1 and clients not in clients_of(truth.frames).values()]
    return wrong, len(seen)


def clients_of(frames) -> dict:
    """The addresses of each session's client and the users that it signals for. Clients can share an address."""
    clients = collections.defaultdict(set)
    for frame in frames.values():
        if len(set(frame.sessions)) == 1:
            clients[frame.sessions[0]].update((client, *(frame.users if frame.sources == (client,) else ()))
                                              for client in frame.clients)
    return {session: {one for one in found if len(one) > 1} or found for session, found in clients.items()}


def crowd(path):
    """Writes a capture of many clients, each with a complete session, starting a fifth of a second apart."""
    capture = Capture()
    for number in range(CROWD):
        client = HONG._replace(address=f"203.0.113.{number + 1}", user=f"user{number}")
        with capture.meanwhile(after=number / 5):
            whole_session(capture, client, packets=50)
    capture.write(path, "made")
    path.chmod(0o644)


def main() -> int:
    parser = parser_of(__doc__, "captures to damage (ours that have calls, and a crowd)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each capture is damaged in each way (3)")
    add_seed(parser)
    chosen = parser.parse_args()
    findings = Findings(chosen.keep)
    runs = calls = 0
    with Stage() as stage:
        shark = Wireshark(stage)
        everybody = stage.new_capture("crowd.pcapng")
        crowd(everybody)
        for capture in chosen.captures or [everybody, *sorted(CAPTURES.rglob("*.pcapng"))]:
            packets = mutations.read(capture)
            path = stage.new_capture("whole.pcap")
            mutations.write(path, packets)
            truth = Truth(told(shark, path))
            for name, damage in DAMAGES.items() if truth.of_call else ():
                for turn in range(chosen.seed, chosen.seed + chosen.rounds):
                    left, origins = damaged(packets, damage, random.Random(f"{capture.stem} {name} {turn}"))
                    path = stage.new_capture(f"{capture.stem}-{name.replace(' ', '-').replace('%', 'percent')}-{turn}.pcap")
                    mutations.write(path, left)
                    wrong, survived = what_is_wrong(truth, origins, told(shark, path))
                    runs += 1
                    calls += survived
                    if wrong:
                        findings.add(path, "{}:", "; ".join(wrong))
                    path.unlink()
    return findings.end(f"{runs} damaged captures with {calls} calls whose INVITE and final answer survived")


if __name__ == "__main__":
    sys.exit(main())
