# SPDX-License-Identifier: GPL-2.0-or-later
"""Bytes and numbers that look random and are the same on every run."""

from hashlib import sha256
from itertools import count


def wire(text):
    """A text's bytes. Those that are no UTF-8 are in it as surrogates, as Python has them in the names of files."""
    return text.encode(errors="surrogateescape")


def opaque(label, length):
    """Bytes that mean nothing, named by a label."""
    block = (sha256(wire(f"{label} {turn}")).digest() for turn in count())
    data = b""
    while len(data) < length:
        data += next(block)
    return data[:length]


def number(label, bits):
    return int.from_bytes(opaque(label, 8), "big") % 2 ** bits


def token(label):
    """Eight hexadecimal digits, as in a SIP tag."""
    return opaque(label, 4).hex()
