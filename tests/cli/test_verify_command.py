"""`verify` says what is wrong, one line a fault, and ends with 1 if anything is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.documents import chain

from crawler.snapshot.formats import Format
from crawler.snapshot.saving import save


@pytest.fixture
def place() -> Path:
    """A snapshot without a manifest, in the current folder."""
    save(chain(3), Path("a.json"), Format.JSON)
    return Path("a.json")


@pytest.mark.usefixtures("place")
def test_a_sound_snapshot_is_one_line(call: Callable[..., Any]) -> None:
    """With its counts; that there is no manifest is said beside it."""
    outcome = call("verify", "a.json")
    assert (outcome.code, outcome.out) == (0, "a.json: sound, 3 suites, 1 test\n")
    assert "no manifest" in outcome.err
    assert call("verify", "a.json", "-q").out == ""


def test_each_fault_is_one_line(call: Callable[..., Any], place: Path) -> None:
    """On standard output, control characters made visible."""
    text = place.read_text().replace('"tests": 1', '"tests": 5').replace("bottom", "a\\u001b[2J")
    place.write_text(text.replace('"description": ', '"code": null, "description": '))
    outcome = call("verify", "a.json")
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "a.json: 'code' of test 'a\\x1b[2J' is null, which is never written",
        "a.json: it says that it has 5 tests and has 1",
    ]
    assert "\x1b" not in outcome.out


def test_faults_as_json_are_one_object(call: Callable[..., Any], place: Path) -> None:
    """With a kind for programs."""
    place.write_text(place.read_text().replace('"tests": 1', '"tests": 5'))
    outcome = call("verify", "a.json", "--json")
    assert outcome.code == 1
    assert json.loads(outcome.out) == {
        "path": "a.json",
        "sound": False,
        "manifest": False,
        "suites": 3,
        "tests": 5,
        "selection": {},
        "runs_since": None,
        "omitted": [],
        "against_server": None,
        "against_markdown": None,
        "faults": [{"kind": "count", "text": "it says that it has 5 tests and has 1"}],
    }


def test_what_is_no_snapshot_is_a_fault_and_what_is_missing_an_error(
    call: Callable[..., Any],
) -> None:
    """1 and 6."""
    Path("b.json").write_text("hello")
    outcome = call("verify", "b.json")
    assert outcome.code == 1
    assert outcome.out.startswith("b.json: The snapshot cannot be read as JSON")
    assert json.loads(call("verify", "b.json", "--json").out)["suites"] is None
    assert call("verify", "missing.json").code == 6


def test_an_incomplete_snapshot_names_its_gaps(call: Callable[..., Any], place: Path) -> None:
    """It is what it claims to be, and still nothing to rely on."""
    gap = '"complete": false, "gaps": [{"kind": "suite", "id": "x", "reason": "gone"}]'
    place.write_text(place.read_text().replace('"complete": true', gap))
    outcome = call("verify", "a.json")
    assert (outcome.code, outcome.out) == (1, "a.json: incomplete: suite x: gone\n")
