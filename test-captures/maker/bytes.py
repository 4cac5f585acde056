# SPDX-License-Identifier: GPL-2.0-or-later
"""Pseudo-random bytes and numbers, the same on every run."""

from hashlib import sha256
from itertools import count


def wire(text):
    """A text's bytes. Surrogates stand for invalid UTF-8, as in Python's file names."""
    return text.encode(errors="surrogateescape")


def opaque(label, length):
    """Meaningless bytes determined by a label."""
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
