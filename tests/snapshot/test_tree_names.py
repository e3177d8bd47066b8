"""Names of files are readable, stable, and safe on every system."""

import re
import unicodedata
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.documents import TEXTS

from crawler.snapshot.tree_names import Names, name_of

DEVICES = ["con", "PRN", "aux", "NUL", "com1", "LPT9", "COM\u00b9", "CONIN$", "CLOCK$"]


@pytest.mark.parametrize(
    ("identity", "title", "expected"),
    [
        ("0d7ebf39", "Payment", "payment-0d7ebf39"),
        ("0d7ebf39", "Pay by card / PayPal (EU)", "pay-by-card-paypal-eu-0d7ebf39"),
        ("0d7ebf39", "  ...Trailing dots...  ", "trailing-dots-0d7ebf39"),
        ("0d7ebf39", "Zahlungsmöglichkeiten: Straße", "zahlungsmöglichkeiten-strasse-0d7ebf39"),
        ("0d7ebf39", "Оплата карткою", "оплата-карткою-0d7ebf39"),
        ("0d7ebf39", "支払い", "支払い-0d7ebf39"),
        ("0d7ebf39", "\U0001f600 Smileys \U0001f600", "smileys-0d7ebf39"),
        ("0d7ebf39", "\u202eevil\u202c.exe\u200f", "evil-exe-0d7ebf39"),
        ("0d7ebf39", "zero\u200dwidth", "zerowidth-0d7ebf39"),
        ("0d7ebf39", "../../etc/passwd", "etc-passwd-0d7ebf39"),
        ("0d7ebf39", "a\x00b\nc", "a-b-c-0d7ebf39"),
        ("0d7ebf39", "\u0301\u0301 accents alone", "accents-alone-0d7ebf39"),
        ("0d7ebf39", "\U0001f600", "suite-0d7ebf39"),
        ("0d7ebf39", "", "suite-0d7ebf39"),
        ("0d7ebf39", None, "suite-0d7ebf39"),
        ("0d7ebf39", ["no text"], "suite-0d7ebf39"),
        ("con", "", "suite-con"),
    ],
)
def test_a_name_is_made_of_title_and_id(identity: str, title: object, expected: str) -> None:
    """Letters and digits of any script; all else parts words or vanishes."""
    assert name_of(identity, title) == expected


@pytest.mark.parametrize(
    "identity", ["", "..", "a/b", "a\\b", "AB", "a b", "a\x00", "x" * 33, "é", "a-b", None]
)
def test_an_id_that_the_service_never_gives_is_replaced_by_its_digest(identity: object) -> None:
    """IDs are hostile input."""
    assert re.fullmatch(r"x-_[0-9a-f]{16}", name_of(identity, "x"))


def test_ids_that_differ_only_in_case_have_names_that_differ_in_more() -> None:
    """Some systems take them for one."""
    names = {name_of(identity, "x").casefold() for identity in ("ab", "Ab", "aB", "AB")}
    assert len(names) == 4


def test_titles_that_differ_only_in_how_an_accent_is_composed_give_one_name() -> None:
    """So a system that composes them itself finds the file."""
    assert name_of("1", "caf\u00e9") == name_of("1", "cafe\u0301") == "caf\u00e9-1"


@pytest.mark.parametrize("device", DEVICES)
def test_no_name_is_a_device_of_windows(device: str) -> None:
    """Neither as a title nor as an ID, with a suffix or without."""
    for name in (name_of("1", device), name_of(device, ""), name_of(device.lower(), device)):
        for file in (name, f"{name}.yaml"):
            stem = PureWindowsPath(file).name.partition(".")[0]
            assert stem.upper() not in {each.upper() for each in DEVICES}


def test_the_second_of_a_name_gets_a_number() -> None:
    """With a sign that no other name has."""
    names = Names()
    assert [names.take("a-1") for _ in range(3)] == ["a-1", "a-1+2", "a-1+3"]


@given(st.text(max_size=300) | TEXTS, st.text(max_size=40) | TEXTS)
def test_every_name_is_short_folded_and_composed(title: str, identity: str) -> None:
    """Whatever the title and the ID are."""
    name = name_of(identity, title)
    assert len(name.encode("utf-16-le")) // 2 <= 70
    assert len(name.encode()) <= 110
    assert name == unicodedata.normalize("NFC", name)
    assert name.isascii() or name.casefold() == name
    assert not re.search(r"[\x00-\x20<>:\"/\\|?*.+]", name)
    assert not name.startswith("-")


@given(st.lists(st.tuples(TEXTS, TEXTS), unique_by=lambda pair: pair[0]))
def test_two_ids_never_have_the_same_name(items: list[tuple[str, str]]) -> None:
    """Not even for a system that ignores case and composes accents."""
    names = [unicodedata.normalize("NFC", name_of(*item)).casefold() for item in items]
    assert len(names) == len(set(names))
