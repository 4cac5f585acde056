# SPDX-License-Identifier: GPL-2.0-or-later
"""The two streams of a captured TCP connection, read by tshark."""

import subprocess

FIELDS = ("tcp.stream", "tcp.dstport", "tcp.seq", "tcp.flags.syn", "tcp.flags.fin", "tcp.flags.reset", "tcp.payload")


def streams(capture, port):
    """(client's bytes, server's bytes) of a capture that contains exactly one complete connection."""
    rows = segments(capture, port)
    if {row["tcp.stream"] for row in rows} != {"0"}:
        raise ValueError(f"{capture.name}: not one TCP connection")
    to_server = [row for row in rows if row["tcp.dstport"] == str(port)]
    to_client = [row for row in rows if row["tcp.dstport"] != str(port)]
    return joined(capture, to_server, to_client), joined(capture, to_client, to_server)


def segments(capture, port):
    wanted = [part for field in FIELDS for part in ("-e", field)]
    # Wireshark's VNC dissector would make two streams of one.
    done = subprocess.run(["tshark", "-r", capture, "-d", f"tcp.port=={port},data", "-o", "tcp.analyze_sequence_numbers:TRUE",
                           "-o", "tcp.relative_sequence_numbers:TRUE", "-T", "fields", *wanted],
                          capture_output=True, text=True, check=True)
    return [dict(zip(FIELDS, line.split("\t"))) for line in done.stdout.splitlines()]


def joined(capture, rows, others):
    """The bytes of one direction, from SYN to FIN or RST, or to the RST of the other direction."""
    begin, *_ = [True for row in rows if flag(row, "syn")] or [False]
    end, *_ = [int(row["tcp.seq"]) + len(payload(row)) for row in rows if flag(row, "fin") or flag(row, "reset")] or [0]
    is_cut_off = any(flag(row, "reset") for row in others)
    stream = bytearray()
    for row in sorted(rows, key=lambda row: int(row["tcp.seq"])):
        at = int(row["tcp.seq"]) - 1        # the SYN takes a sequence number
        if payload(row) and at > len(stream):
            raise ValueError(f"{capture.name}: a segment is missing")
        if payload(row):
            stream[at:at + len(payload(row))] = payload(row)
    if not begin or not (is_cut_off or end == len(stream) + 1):
        raise ValueError(f"{capture.name}: a direction lacks its begin or its end")
    return bytes(stream)


def flag(row, name):
    return row[f"tcp.flags.{name}"] in ("1", "True")


def payload(row):
    return bytes.fromhex(row["tcp.payload"])
