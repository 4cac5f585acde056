# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up words and sentences for clients to send: different everywhere, the same on every run."""

from random import Random

SYLLABLES = "ba de fi go hu ka le mi no pu ra se ti vo wu za".split()


def word(number):
    """A word of two to five syllables."""
    chance = Random(f"word {number}")
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 5)))


def sentence(number, length):
    """Words and spaces with this total length."""
    text, place = "", 0
    while len(text) < length:
        text += word(f"{number} {place}") + " "
        place += 1
    return text[:length - 1].strip().ljust(length, "a") if length else ""


def lengths(label, count, shortest, longest):
    """Varied lengths, including the longest."""
    chance = Random(f"lengths {label}")
    found = [chance.randint(shortest, longest) for _ in range(count - 1)]
    found.insert(count // 2, longest)
    return found
