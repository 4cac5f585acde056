# SPDX-License-Identifier: GPL-2.0-or-later
"""Generated streams over real TCP without any message boundaries."""

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
    """Random bytes in both directions."""
    with stage.both_ends() as (client, server):
        for _ in range(40):
            pass_on(client, server, os.urandom(random.randint(1, 500)))
            pass_on(server, client, os.urandom(random.randint(1, 500)))


@protocol(20002,
          Truth(NONE, "made by us: one gzip file (RFC 1952) in pieces of random sizes"),
          Truth(NONE, "made by us: one zlib stream (RFC 1950) in pieces of random sizes"))
def _gzip(stage):
    """Compressed text in both directions."""
    with stage.both_ends() as (client, server):
        ways = [(client, server, gzip.compress((TEXTS / "GPL-2").read_bytes(), mtime=0)),
                (server, client, zlib.compress((TEXTS / "LGPL-2.1").read_bytes()))]
        while any(left for _, _, left in ways):
            ways = [(sender, receiver, send_some(sender, receiver, left)) for sender, receiver, left in ways]


def send_some(sender, receiver, stream):
    """Sends the first bytes of a stream and returns the rest."""
    length = random.randint(50, 700)
    if stream:
        pass_on(sender, receiver, stream[:length])
    return stream[length:]


def pass_on(sender, receiver, piece):
    """Sends a piece and waits until it has arrived."""
    sender.sendall(piece)
    left = len(piece)
    while left:
        left -= len(receiver.recv(left))
    time.sleep(0.002)
