# SPDX-License-Identifier: GPL-2.0-or-later
"""Addresses that collide in Wireshark's own hash function."""

import itertools
import struct
from ipaddress import ip_address

import numpy


def same_hash():
    """IPv6 addresses with equal add_address_to_hash(0, ...). The hash mixes byte by byte, and each step can be
    reversed. So the states from which three bytes lead to zero are known, and the byte before them is searched by
    trial."""
    aims = numpy.zeros(1, numpy.uint32)
    for _ in range(3):
        aims = (undone(aims)[:, None] - numpy.arange(256, dtype=numpy.uint32)).ravel()
    order = numpy.argsort(aims)
    aims = aims[order]
    for number in itertools.count():
        start = struct.pack("!IQ", 0x20010db8, number)
        tried = mixed(one_at_a_time(start) + numpy.arange(256, dtype=numpy.uint32))
        places = numpy.searchsorted(aims, tried).clip(max=len(aims) - 1)
        for byte in numpy.flatnonzero(aims[places] == tried):
            tail = int(order[places[byte]])
            yield ip_address(start + bytes((byte, tail & 255, tail >> 8 & 255, tail >> 16)))


def mixed(state):
    state = state * numpy.uint32(1025)
    return state ^ state >> numpy.uint32(6)


def undone(state):
    before = state
    for _ in range(6):
        before = state ^ before >> numpy.uint32(6)
    return before * numpy.uint32(pow(1025, -1, 2 ** 32))


def one_at_a_time(data: bytes):
    state = numpy.zeros(1, numpy.uint32)
    for byte in data:
        state = mixed(state + numpy.uint32(byte))
    return state
