# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares numbering.c with phonenumbers over every prefix and length.

The oracle uses the patterns of python3-phonenumbers' KR region (PhoneMetadata), so its parser's guesses play no part. A
dialled number is the national number with a leading 0, or without it as in the oracle (representative, short codes).

NP_NUMBER_KIND names the program; the default is the one in a build folder.
"""

import os
import pathlib
import random
import re
import subprocess

import phonenumbers
import pytest
from phonenumbers import PhoneMetadata

SEED = 20091230
ROOT = pathlib.Path(__file__).resolve().parents[2]

MOBILE, SEOUL, AREA, INTERNET, PERSONAL, TOLL_FREE, PREMIUM, REPRESENTATIVE = range(1, 9)
EMERGENCY, INTERNATIONAL, CARRIER, PAGER, SHORT_CODE, NAME, UNKNOWN = range(9, 16)

KR = PhoneMetadata.metadata_for_region("KR")
KR_SHORT = PhoneMetadata.short_metadata_for_region("KR")

# Where our numbering rules (FACTS) and the oracle disagree: pattern of the dialled number → our kind, and the reason.
# FACTS use prefix and length. The oracle also knows which blocks are assigned, which changes from version to version.
EXCEPTIONS = [
    (r"010\d{7}", UNKNOWN, "FACTS: 010 has 11 digits; the oracle allows 10"),
    (r"010\d{8}", MOBILE, "010-0 and parts of 010-59 not handed out; stand-ins are made of them"),
    (r"012\d{7,8}", PAGER, "FACTS: pager; the oracle has these as mobile (machines today), or as nothing"),
    (r"02[0]\d{6,7}", SEOUL, "oracle: no subscriber number begins with 0"),
    (r"0(3[1-3]|[46][1-4]|5[1-5])0\d{6,7}", AREA, "oracle: no subscriber number begins with 0"),
    (r"060[01]\d{6}", PREMIUM, "oracle: 060-0 and 060-1 not handed out"),
    (r"1[568]\d{6}", REPRESENTATIVE, "FACTS: 15xx, 16xx, 18xx whole; the oracle lists those of its day (1811 is newer)"),
    (r"08([1-46-8]|5\d\d)\d{7,12}", CARRIER, "a way to dial, no number of its own to the oracle"),
    (r"1\d\d", SHORT_CODE, "FACTS: all other 1xx; the oracle lists those in use"),
    (r"13\d\d", SHORT_CODE, "as 1xx: the government's 13xx as a whole"),
]
# International prefixes: FACTS have 0073x and 0075x-0076x with five digits; the oracle has only 0073 (four) and
# 00755, 00761, 00762, 00766. 00308, 00368 and 00798 get no E.164 form: the oracle writes +8200308... but lists them
# under no_international_dialling itself.
FIVE_DIGITS_ABROAD = re.compile(r"007[356]\d")
NOT_FROM_ABROAD = re.compile(r"00(308|368|798)")


def matches(description, number):
    pattern = description and description.national_number_pattern
    return bool(pattern) and re.fullmatch(pattern, number) is not None


def oracle(dialled):
    """(kind, e164) of digits dialled in Korea, by the oracle's patterns; '-' means no E.164."""
    if matches(KR_SHORT.emergency, dialled):
        return EMERGENCY, "-"
    if matches(KR_SHORT.short_code, dialled) or matches(KR_SHORT.carrier_specific, dialled):
        return SHORT_CODE, "-"
    if matches(KR.uan, dialled):
        return REPRESENTATIVE, "+82" + dialled
    if NOT_FROM_ABROAD.match(dialled):
        return (TOLL_FREE, "-") if matches(KR.toll_free, dialled) else (UNKNOWN, "-")
    if not dialled.startswith("0") or dialled.startswith("00"):
        return UNKNOWN, "-"
    national = dialled[1:]
    kinds = [
        (KR.fixed_line, SEOUL if national.startswith("2") else AREA), (KR.mobile, MOBILE), (KR.voip, INTERNET),
        (KR.personal_number, PERSONAL), (KR.toll_free, TOLL_FREE), (KR.premium_rate, PREMIUM), (KR.pager, PAGER)]
    found = {kind for description, kind in kinds if matches(description, national)}
    assert len(found) <= 1, dialled
    return (found.pop(), "+82" + national) if found else (UNKNOWN, "-")


def exception(dialled):
    return next((kind for pattern, kind, _ in EXCEPTIONS if re.fullmatch(pattern, dialled)), None)


def program():
    named = os.environ.get("NP_NUMBER_KIND")
    if named:
        return named
    found = [p for p in sorted(ROOT.glob("build*/**/number_kind")) if p.is_file()]
    if not found:
        pytest.fail("number_kind is not built: set NP_NUMBER_KIND")
    return str(found[0])


def kinds_of(numbers):
    """Runs the program; returns number → (kind, e164)."""
    run = subprocess.run([program()], input="\n".join(numbers) + "\n", capture_output=True, text=True, check=True,
                         timeout=60)
    lines = run.stdout.splitlines()
    assert len(lines) == len(numbers)
    told = {}
    for number, line in zip(numbers, lines):
        shown, kind, e164 = line.rsplit(" ", 2)
        assert shown == number
        told[number] = (int(kind), e164)
    return told


def generated():
    """Numbers of every three-digit prefix, and some longer ones, at every length up to 15: three each, ten if it starts
    with 0."""
    rng = random.Random(SEED)
    prefixes = [f"{p:03d}" for p in range(1000)]
    prefixes += [f"010{p:02d}" for p in range(100)] + [f"01059{p}" for p in range(10)] + [f"0122{p}" for p in range(10)]
    prefixes += [f"1{p:03d}" for p in range(1000)] + ["00308", "00368", "00798"]
    numbers = set()
    for prefix in prefixes:
        for length in range(len(prefix), 16):
            for _ in range(10 if prefix.startswith("0") else 3):
                numbers.add(prefix + "".join(rng.choice("0123456789") for _ in range(length - len(prefix))))
    return sorted(numbers)


def is_other_way_to_dial(number):
    """True for international prefixes and Korea's own country code, which have their own tests."""
    return re.match(r"00(?!308|368|798)|82", number) is not None


def test_oracle_agrees_except_for_the_listed_exceptions():
    numbers = [n for n in generated() if not is_other_way_to_dial(n)]
    assert len(numbers) > 50000
    wrong = []
    for number, (kind, e164) in kinds_of(numbers).items():
        expected, expected_e164 = oracle(number)
        if (kind, e164) == (expected, expected_e164):
            continue
        if kind == exception(number) and kind != expected:
            assert e164 in ("-", "+82" + number.removeprefix("0")) or kind == CARRIER, number
            continue
        wrong.append((number, kind, e164, expected, expected_e164))
    assert not wrong, (len(wrong), wrong[:20])


def test_listed_exceptions_are_still_needed():
    """An exception that no number needs must be removed from the list."""
    told = kinds_of([n for n in generated() if not is_other_way_to_dial(n)])
    needed = set()
    for number, (kind, _) in told.items():
        if kind != oracle(number)[0]:
            needed.add(next(i for i, (pattern, _, _) in enumerate(EXCEPTIONS) if re.fullmatch(pattern, number)))
    assert needed == set(range(len(EXCEPTIONS)))


def test_e164_is_formatted_as_by_phonenumbers():
    numbers = [n for n in generated() if not is_other_way_to_dial(n)]
    compared = 0
    for number, (kind, e164) in kinds_of(numbers).items():
        if kind in (CARRIER, UNKNOWN) or e164 == "-" or oracle(number)[0] != kind:
            continue
        parsed = phonenumbers.parse(number, "KR")
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == e164, number
        assert phonenumbers.is_possible_number(parsed), number
        compared += 1
    assert compared > 1000


def test_separators_and_country_code_change_nothing():
    rng = random.Random(SEED)
    plain = [n for n, (kind, e164) in kinds_of(generated()).items()
             if kind not in (CARRIER, INTERNATIONAL) and e164 != "-" and not n.startswith("82")]
    plain = rng.sample(plain, 1000)
    base = kinds_of(plain)
    written = {}
    for number in plain:
        at = rng.randrange(1, len(number))
        written[number[:at] + rng.choice("-.()") + number[at:]] = number
        written[number + ";phone-context=x"] = number
        written[base[number][1]] = number
        written[base[number][1][1:]] = number
    for way, told in kinds_of(sorted(written)).items():
        assert told == base[written[way]], way


def test_international_numbers_match_the_oracle():
    rng = random.Random(SEED)
    examples = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number(region)
        if region != "KR" and example:
            examples.append(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
    prefixes = ["001", "002", "005", "006", "008", "009", "00345", "00365", "00391", "00700", "00727"]
    prefixes += [f"0073{x}" for x in range(10)] + [f"007{x}{y}" for x in "56" for y in range(10)]
    dialled = {prefix + e164[1:]: (prefix, e164) for e164 in examples for prefix in rng.sample(prefixes, 6)}
    told = kinds_of(sorted(dialled) + examples)
    for number, (prefix, e164) in dialled.items():
        if len(e164) - 1 >= 7:
            assert told[number] == (INTERNATIONAL, e164), number
            if not FIVE_DIGITS_ABROAD.match(prefix):
                parsed = phonenumbers.parse(number, "KR")
                assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == e164, number
    for e164 in examples:
        if len(e164) - 1 >= 7:
            assert told[e164] == (INTERNATIONAL, e164), e164


def test_number_after_carrier_prefix_matches_the_oracle():
    rng = random.Random(SEED)
    numbers = set()
    for carrier in ["081", "082", "083", "084", "086", "087", "088", "08500", "08599"]:
        for _ in range(100):
            area = rng.choice(["2", "31", "43", "52", "64"])
            numbers.add(carrier + area + rng.choice("23456789") + "".join(rng.choice("0123456789") for _ in range(7)))
    for number, told in kinds_of(sorted(numbers)).items():
        parsed = phonenumbers.parse(number, "KR")
        assert phonenumbers.is_valid_number(parsed), number
        assert told == (CARRIER, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)), number
