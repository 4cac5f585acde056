#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Records one TCP connection of each protocol on the loopback, from real programs, into framing/NAME.pcapng. Writes
framing/truth.tsv with the framing of each stream by the protocol's specification, and checks that each stream has it.
Takes about three minutes; nothing leaves this machine.

Needs root, and of Debian: wireshark-common (dumpcap), tshark, bind9-dnsutils, unbound, openssl, openssh-server,
openssh-client, postgresql-15, mariadb-server-core, mariadb-client-core, slapd, ldap-utils, redis-server, redis-tools,
memcached, python3-pylibmc, mosquitto, mosquitto-clients, python3-paho-mqtt, python3-aiosmtpd, nghttp2-server,
nghttp2-client, beanstalkd, python3-pymodbus, python3-serial-asyncio, gearman-job-server, gearman-tools, bird2,
dovecot-imapd, tigervnc-standalone-server, gvncviewer, xvfb, xdotool, x11-apps, xrdp, freerdp2-x11, erlang-base, samba,
smbclient, openvswitch-switch, openvswitch-testcontroller, rsync, git, openttd, openttd-opengfx. None of these servers
has to run as a service: each is started on its own port of 127.0.0.10 in a network namespace, and ended.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

from recorder import protocols                                      # noqa: E402,F401  (they list themselves)
from recorder.capture import streams                                # noqa: E402
from recorder.framing import NONE, cut, same_cuts                   # noqa: E402
from recorder.stage import PROTOCOLS, Stage                         # noqa: E402

LARGEST = 60_000            # maximum bytes of a capture
ALWAYS_NEEDED = {"dumpcap": "wireshark-common", "tshark": "tshark", "unshare": "util-linux", "ip": "iproute2"}
ISOLATED = "RECORD_STREAMS_ISOLATED"        # set in the network namespace
COLUMNS = ("capture", "port", "direction", "framing", "preface", "messages", "bytes", "same cuts", "note")
HEADER = """\
# SPDX-License-Identifier: GPL-2.0-or-later
# How the streams of these captures are cut into messages. Written by record_streams.py, which has checked each.
# framing: u<8|16|24|32><be|le>@<offset><+|-><n>, fixed <n>, lines crlf, lines lf, nul; none: no framing of this grammar
# preface: bytes before the first message that are cut by another rule; messages: how many follow, up to the last byte
# same cuts: other framings that cut these very bytes at the same places
"""


def main():
    wanted = arguments()
    unknown = [name for name in wanted.names if name not in PROTOCOLS]
    if unknown:
        sys.exit(f"record_streams.py: no such protocol: {' '.join(unknown)} (--help names them all)")
    chosen = [PROTOCOLS[name] for name in wanted.names or PROTOCOLS]
    try:
        demand([] if wanted.truth else chosen)
        isolate()
        wanted.output.mkdir(parents=True, exist_ok=True)
        for protocol in [] if wanted.truth else chosen:
            record(protocol, wanted.output)
        (wanted.output / "truth.tsv").write_text(HEADER + "".join(map(line, truth(wanted.output))))
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as problem:
        sys.exit(f"record_streams.py: {problem}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "framing", metavar="DIR",
                        help="folder to write to (default: framing beside this script)")
    parser.add_argument("--truth", action="store_true", help="record nothing, check the captures that are there")
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"what to record (default: all): {', '.join(PROTOCOLS)}")
    return parser.parse_args()


def demand(chosen):
    """Fails if a program or a Python module is missing."""
    needs = dict(ALWAYS_NEEDED)
    for protocol in chosen:
        needs.update(protocol.needs)
    missing = [f"{tool} (package {package})" for tool, package in needs.items() if not found(tool)]
    if missing:
        raise RuntimeError(f"not found: {', '.join(missing)}")
    if os.geteuid() != 0:
        raise RuntimeError("needs root")


def found(tool):
    try:
        return shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin") or importlib.util.find_spec(tool)
    except ModuleNotFoundError:
        return None


def isolate():
    """Starts again in a network namespace that has a loopback only: some servers listen on all addresses."""
    if ISOLATED not in os.environ:
        begin = 'hostname server && ip link set lo up && exec "$0" "$@"'
        os.execvpe("unshare", ["unshare", "--net", "--uts", "sh", "-c", begin, sys.executable, *sys.argv],
                   {**os.environ, ISOLATED: "1"})


def record(protocol, folder):
    """Records and checks the capture, and keeps it only if it is right."""
    with Stage(protocol.port) as stage:
        protocol.record(stage)
        whole = rows(protocol, stage.capture)
        if stage.capture.stat().st_size > LARGEST:
            raise RuntimeError(f"{protocol.name}: too large, {stage.capture.stat().st_size} bytes")
        output = folder / f"{protocol.name}.pcapng"
        shutil.copyfile(stage.capture, output)
        output.chmod(0o644)
    print(f"recorded {output.name}: {' and '.join(str(row['messages']) for row in whole)} messages", flush=True)


def truth(folder):
    """The rows of all existing captures."""
    for protocol in PROTOCOLS.values():
        capture = folder / f"{protocol.name}.pcapng"
        if capture.exists():
            yield from rows(protocol, capture)


def rows(protocol, capture):
    sides = zip(("client", "server"), (protocol.client, protocol.server), streams(capture, protocol.port))
    return [{"capture": protocol.name, "port": protocol.port, "direction": direction, "framing": side.framing,
             "note": side.note, "bytes": len(stream), **measured(side, stream, f"{protocol.name}, {direction}")}
            for direction, side, stream in sides]


def measured(side, stream, where):
    """Values from the stream itself: where messages begin, how many there are, and which other framings fit."""
    if side.framing == NONE:
        return {"preface": 0, "messages": "-", "same cuts": "-"}
    preface = side.preface(stream)
    try:
        messages = cut(side.framing, stream[preface:])
    except ValueError as problem:
        raise ValueError(f"{where}: {problem}") from problem
    return {"preface": preface, "messages": len(messages),
            "same cuts": ", ".join(same_cuts(side.framing, stream[preface:])) or "-"}


def line(row):
    return "\t".join(str(row[column]) for column in COLUMNS) + "\n"


if __name__ == "__main__":
    main()
