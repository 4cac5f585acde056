#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens our captures with each setting that changes which dissectors see our packets, with a sanitized plugin.

Toggles each protocol and heuristic that concerns them and each boolean preference of PREFERENCES, and applies each
Decode As of our ports. All captures are read as one, in one pass and in two.
"""

import concurrent.futures
import itertools
import os
import random
import re
import subprocess
import sys
from typing import NamedTuple

import fuzz_prefixes
import mutations
import stories
from findings import Findings, add_seed, parser_of
from opening import NONE_IS_OURS, Opening, protocols_of
from reducing import Search
from harness import CAPTURES, TIMEOUT, Stage

PREFERENCES = ("udp", "tcp", "rtp", "rtcp", "sip", "sdp", "http")
BOOLEAN = re.compile(rf"^#?((?:{'|'.join(PREFERENCES)})\.\w+): (TRUE|FALSE)$", re.MULTILINE)
# Found by heuristics only when enabled, so not seen in our captures by default
MEDIA = {"rtp", "rtcp", "stun", "classicstun", "turnchannel", "zrtp", "dtls", "t38", "sip", "http", "rtsp"}
PORTS = {"tcp.port": (10500, 8081, 5060, 50023, 50024), "udp.port": (5060, 50286, 41000, 50300, 41001)}
DECODED_AS = ("rtp", "rtcp", "sip", "echo", "data", "http", "stun", "dns", "quic", "tls", "dtls", "t38", "zrtp", "rtsp",
              "naverphone", "naverphone.control", "rtp.rfc4571")
NOTHING = {"frame", "eth", "ethertype", "naverphone"}      # no frame is ours without these
ALWAYS = ("--disable-protocol rtp", "all others", "--enable-heuristic rtp_udp", "-d tcp.port==10500,echo", "profile none")


class Setting(NamedTuple):
    name: str
    options: list
    obeyed: str = ""        # a protocol that the user selects
    ports: frozenset = frozenset()      # ... on these ports: (table, port)
    alive: bool = True      # true if frames are still ours


def words(shark, *arguments) -> str:
    """tshark's output, including standard error."""
    done = subprocess.run(shark.command("tshark", *arguments), capture_output=True, text=True, timeout=TIMEOUT)
    return done.stdout + done.stderr


def protocols(opening, seen: set):
    for name in sorted(seen):
        yield Setting(f"--disable-protocol {name}", ["--disable-protocol", name], alive=name not in NOTHING)
    # No other protocol can concern us if all but those of our captures are disabled.
    listed = {line.split("\t")[2] for line in words(opening.bare, "-G", "protocols").splitlines() if line.count("\t") > 1}
    others = accepted(opening, dict.fromkeys(sorted(listed - seen - {"naverphone"}), "--disable-protocol"))
    yield Setting("all others", [part for name, switch in others.items() for part in (switch, name)])


def accepted(opening, switches: dict) -> dict:
    """The names and their switches, without names that tshark lists but refuses."""
    while True:
        options = [part for name, switch in switches.items() for part in (switch, name)]
        refused = set(re.findall(r"No such protocol ([^\s,]+)", words(opening.bare, "-r", os.devnull, *options)))
        if not refused & switches.keys():
            return switches
        switches = {name: switch for name, switch in switches.items() if name not in refused}


def heuristics(opening, seen: set):
    """Heuristics are named PROTOCOL_TABLE. tshark lists these names only from 4.4 on, so they are composed here."""
    names = {}
    for line in words(opening.bare, "-G", "heuristic-decodes").splitlines():
        table, protocol, enabled = (line.split("\t") + ["", ""])[:3]
        if table in seen | MEDIA and (protocol in seen | MEDIA or enabled == "F"):
            names[f"{protocol}_{table}"] = "--disable-heuristic" if enabled == "T" else "--enable-heuristic"
    for name, switch in accepted(opening, names).items():
        yield Setting(f"{switch} {name}", [switch, name])


def preferences(opening):
    for name, value in sorted(set(BOOLEAN.findall(words(opening.bare, "-G", "defaultprefs")))):
        option = f"{name}:{'FALSE' if value == 'TRUE' else 'TRUE'}"
        yield Setting(f"-o {option}", ["-o", option])


def decode_as(opening):
    for table, ports in PORTS.items():
        known = set(re.findall(r"^\t(\S+) \(", words(opening.shark, "-r", os.devnull, "-d", f"{table}==1,none-of-all"), re.MULTILINE))
        for port, name in itertools.product(ports, sorted(known.intersection(DECODED_AS))):
            obeyed = "" if name.startswith("naverphone") else name
            yield Setting(f"-d {table}=={port},{name}", ["-d", f"{table}=={port},{name}"], obeyed, frozenset({(table, port)}))
        for name in sorted(known - {"naverphone"}):
            yield Setting(f"{table}: all to {name}", [part for port in ports for part in ("-d", f"{table}=={port},{name}")],
                          name, frozenset((table, port) for port in ports))


def decoded_as_nothing(stage):
    """tshark has no option for this, so a profile sets it."""
    profile = stage.home / "config/wireshark/profiles/none"
    profile.mkdir(parents=True)
    profile.joinpath("decode_as_entries").write_text("".join(
        f"decode_as_entry: {table},{port},{initial},(none)\n" for table, ports in PORTS.items() for port in ports
        for initial in ("SIP", "HTTP", "NaverPhone")))
    subprocess.run(["chmod", "-R", "a+rX", stage.home / "config"], check=True)
    yield Setting("profile none", ["-C", "none"])


def settings_of(opening, stage, capture) -> list:
    seen = {name for protocols, *_ in protocols_of(opening.shark, capture, ()) for name in protocols.split(":")}
    return [*protocols(opening, seen), *heuristics(opening, seen), *preferences(opening), *decode_as(opening),
            *decoded_as_nothing(stage)]


def sample(settings: list, count: int, seed: int) -> list:
    """A random sample of the settings, plus those in ALWAYS."""
    chosen = [setting for setting in settings if setting.name in ALWAYS]
    others = [setting for setting in settings if setting.name not in ALWAYS]
    return chosen + random.Random(seed).sample(others, max(0, min(count - len(chosen), len(others))))


def main() -> int:
    parser = parser_of(__doc__, "captures to open (all of test-captures)")
    parser.add_argument("--settings", type=int, help="only so many of the settings, as the seed chooses (all)")
    parser.add_argument("--released", action="store_true", help="the plugin is built without sanitizers")
    parser.add_argument("--failures", type=int, default=10, help="ends after so many failures (10)")
    add_seed(parser)
    chosen = parser.parse_args()
    findings = Findings(chosen.keep)
    told = [stories.moved(fuzz_prefixes.told_apart(fuzz_prefixes.without_the_middle_of_streams(packets), number), number)
            for number, packets in enumerate(mutations.read_all(chosen.captures or sorted(CAPTURES.rglob("*.pcapng"))))]
    with Stage() as stage:
        opening = Opening(stage, chosen.released)
        whole = stage.new_capture("whole.pcap")
        frames = mutations.write(whole, mutations.joined(told))
        settings = settings_of(opening, stage, whole)
        settings = sample(settings, len(settings) if chosen.settings is None else chosen.settings, chosen.seed)

        def check(numbered):
            number, setting = numbered
            search = Search(stage, findings, 1, chosen.failures)    # the first failure of each setting is kept
            name, options = f"settings-{number}", setting.options
            said = setting.name.replace("{", "{{").replace("}", "}}")
            search.check(told, name, f"{said}, tshark -r {{}} -V:", lambda capture: opening.in_tshark(capture, *options, "-V"))
            wrong = changed(opening, setting, whole)
            if wrong == NONE_IS_OURS and setting.alive:
                findings.add(whole, f"{said}, tshark -r {{}} -2:", wrong)
            elif wrong and wrong != NONE_IS_OURS:
                search.check(told, name, f"{said}, layers of {{}} in two passes, with the plugin and without:",
                             lambda capture: changed(opening, setting, capture).replace(NONE_IS_OURS, ""))
            if number % 10 == 0:
                findings.progress(f"{number} of {len(settings)} settings")

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(check, enumerate(settings, 1)))
    return findings.end(f"{len(settings)} settings, {2 * frames * len(settings)} frames in one pass and in two")


def changed(opening, setting, capture) -> str:
    return opening.changed(capture, *setting.options, "-2", obeyed=setting.obeyed, ports=setting.ports)


if __name__ == "__main__":
    sys.exit(main())
