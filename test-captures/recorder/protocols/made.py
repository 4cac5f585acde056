# SPDX-License-Identifier: GPL-2.0-or-later
"""Streams of our own making over real TCP: nothing in them tells where a message ends."""

import gzip
import os
import random
import time
import zlib
from pathlib import Path

from recorder.framing import NONE
from recorder.stage import Truth, protocol

TEXTS = Path("/usr/share/common-licenses")


@protocol(20001, Truth(NONE, "made by us: os.urandom in segments of random sizes"))
def _random(stage):
    """Random bytes, both ways."""
    with stage.both_ends() as (client, server):
        for _ in range(40):
            pass_on(client, server, os.urandom(random.randint(1, 500)))
            pass_on(server, client, os.urandom(random.randint(1, 500)))


@protocol(20002,
          Truth(NONE, "made by us: one gzip file (RFC 1952) in pieces of random sizes"),
          Truth(NONE, "made by us: one zlib stream (RFC 1950) in pieces of random sizes"))
def _gzip(stage):
    """Compressed text, both ways."""
    with stage.both_ends() as (client, server):
        ways = [(client, server, gzip.compress((TEXTS / "GPL-2").read_bytes(), mtime=0)),
                (server, client, zlib.compress((TEXTS / "LGPL-2.1").read_bytes()))]
        while any(left for _, _, left in ways):
            ways = [(sender, receiver, send_some(sender, receiver, left)) for sender, receiver, left in ways]


def send_some(sender, receiver, stream):
    """Send a stream's first bytes; the others."""
    length = random.randint(50, 700)
    if stream:
        pass_on(sender, receiver, stream[:length])
    return stream[length:]


def pass_on(sender, receiver, piece):
    """Send a piece, and let it arrive before the next."""
    sender.sendall(piece)
    left = len(piece)
    while left:
        left -= len(receiver.recv(left))
    time.sleep(0.002)
