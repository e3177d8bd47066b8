"""Whatever is wrong with a snapshot is found, and nothing is found in a sound one."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.documents import HEAD, case, nested, suite
from support.trees import files_in

from crawler.errors import LocalError
from crawler.jobs.convert import convert
from crawler.jobs.verify import FaultKind, verify
from crawler.snapshot.document import Document, DocumentGap
from crawler.snapshot.formats import Format
from crawler.snapshot.manifest import manifest_path
from crawler.snapshot.saving import save
from crawler.snapshot.schema import schema

SOUND = Document(
    replace(HEAD, suites=2, tests=3),
    [
        suite(0, "aa", title="Checkout"),
        suite(1, "bb", title="Payment", description="two\nlines\n"),
        case(2, "t1", title="Card", tags=["a"]),
        case(2, "t2", title="Invoice"),
    ],
    [case(0, "t3", title="Lost")],
)


def kinds(path: Path) -> list[str]:
    """The kinds of all faults."""
    return [fault.kind.value for fault in verify(path).faults]


@pytest.fixture(params=list(Format))
def sound(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A snapshot with its manifest, in each format."""
    save(SOUND, tmp_path / "first", Format.JSON)
    place = tmp_path / "snapshot"
    convert(tmp_path / "first", place, request.param)
    return place


def test_a_sound_snapshot_has_no_fault(sound: Path) -> None:
    """In any format."""
    found = verify(sound)
    assert found.sound
    assert found.has_manifest
    assert found.head == SOUND.head


def test_a_snapshot_without_manifest_may_be_sound(sound: Path) -> None:
    """That there is none is said, and no fault."""
    manifest_path(sound).unlink()
    assert verify(sound).sound
    assert not verify(sound).has_manifest


def test_standard_input_has_no_manifest(sound: Path) -> None:
    """A tree cannot come from there."""
    if sound.is_file():
        assert verify("-", stdin=io.BytesIO(sound.read_bytes())).sound


def test_a_damaged_byte_anywhere_is_found(sound: Path) -> None:
    """Every third byte, in turn, of every file."""
    files = files_in(sound) if sound.is_dir() else {"": sound.read_bytes()}
    for name, data in files.items():
        place = sound / name if name else sound
        for position in range(0, len(data), 3):
            damaged = bytearray(data)
            damaged[position] ^= 1
            place.write_bytes(damaged)
            assert not verify(sound).sound, (name, position)
        place.write_bytes(data)
    assert verify(sound).sound


def test_a_lost_or_longer_end_is_found(sound: Path) -> None:
    """The number of bytes is told too."""
    place = sound / "snapshot.yaml" if sound.is_dir() else sound
    data = place.read_bytes()
    for damaged in (data[:-1], data + b"\n", data[: len(data) // 2], b""):
        place.write_bytes(damaged)
        assert FaultKind.SUM in kinds(sound)


def test_a_lost_file_of_a_tree_is_found(tmp_path: Path) -> None:
    """Each of them."""
    save(SOUND, tmp_path / "x", Format.TREE)
    for name, data in files_in(tmp_path / "x").items():
        (tmp_path / "x" / name).unlink()
        (fault,) = verify(tmp_path / "x").faults
        assert fault.kind is FaultKind.UNREADABLE
        assert fault.text.startswith(f"The file {name} of the tree is missing")
        (tmp_path / "x" / name).write_bytes(data)


@pytest.mark.parametrize("data", [b"", b"{}", b'{"format": "testomat-manifest/9"}', b"[]"])
def test_a_manifest_that_is_none_is_a_fault(sound: Path, data: bytes) -> None:
    """It was there to be relied on."""
    manifest_path(sound).write_bytes(data)
    assert kinds(sound) == [FaultKind.MANIFEST]


def test_a_manifest_that_contradicts_itself_is_a_fault(sound: Path) -> None:
    """The bytes are right, and the sum of the content is not."""
    mapping = json.loads(manifest_path(sound).read_bytes())
    manifest_path(sound).write_text(json.dumps({**mapping, "content_sha256": "0"}))
    assert kinds(sound) == [FaultKind.MANIFEST]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ({"tests": 4}, "it says that it has 4 tests and has 3"),
        ({"suites": 0}, "it says that it has 0 suites and has 2"),
        ({"complete": False}, "incomplete: it does not say what is missing"),
        (
            {"complete": False, "gaps": (DocumentGap("suite", "zz", "not found", 3, 1),)},
            "incomplete: suite zz: not found (1 of 3)",
        ),
    ],
)
def test_a_head_that_is_wrong_or_incomplete_is_a_fault(
    tmp_path: Path, head: dict[str, Any], expected: str
) -> None:
    """Each gap is one."""
    save(replace(SOUND, head=replace(SOUND.head, **head)), tmp_path / "a.json", Format.JSON)
    assert [fault.text for fault in verify(tmp_path / "a.json").faults] == [expected]


def test_a_complete_snapshot_has_no_gaps(tmp_path: Path) -> None:
    """One of both is wrong."""
    head = replace(SOUND.head, gaps=(DocumentGap("suite", "zz", "not found"),))
    save(replace(SOUND, head=head), tmp_path / "a.json", Format.JSON)
    assert kinds(tmp_path / "a.json") == [FaultKind.INCOMPLETE, FaultKind.SHAPE]


def test_an_id_that_stands_twice_is_one_fault(tmp_path: Path) -> None:
    """However often, and among orphans too; a suite and a test are different things."""
    nodes = [suite(0, "x"), case(1, "x"), case(1, "y"), case(1, "y"), case(1, "y")]
    document = Document(replace(HEAD, suites=2, tests=4), nodes, [suite(0, "x")])
    save(document, tmp_path / "a.json", Format.JSON)
    assert [fault.text for fault in verify(tmp_path / "a.json").faults] == [
        "test 'y' is there more than once",
        "suite 'x' is there more than once",
    ]


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "nothing": lambda _: None,
    "an empty ID": lambda it: it["suites"][0].update(id=""),
    "an ID that is a number": lambda it: it["suites"][0].update(id=1),
    "a title that is a list": lambda it: it["suites"][0].update(title=[]),
    "a null": lambda it: it["suites"][0]["suites"][0]["tests"][0].update(code=None),
    "a null inside": lambda it: it["suites"][0].update(code={"a": None}),
    "an unknown key": lambda it: it.update(extra=1),
    "an unknown key in the project": lambda it: it["project"].update(extra=1),
    "an unknown key in the counts": lambda it: it["counts"].update(extra=1),
    "an unknown key among orphans": lambda it: it["orphans"].update(extra=[]),
    "a test with tests": lambda it: it["orphans"]["tests"][0].update(tests=[]),
    "a list that is none": lambda it: it["suites"][0].update(tests={}),
    "no project": lambda it: it.pop("project"),
    "no title of the project": lambda it: it["project"].pop("title"),
    "no suites": lambda it: it.pop("suites"),
    "another format": lambda it: it.update(format="testomat-snapshot/2"),
    "an empty selection": lambda it: it.update(selection={}),
    "a selection of something else": lambda it: it.update(selection={"authors": ["a"]}),
    "a selection that is none": lambda it: it.update(selection=[]),
    "a selection without a list": lambda it: it.update(selection={"exclude": "a"}),
    "a selection of numbers": lambda it: it.update(selection={"exclude": [1]}),
    "a selection with doubles": lambda it: it.update(selection={"exclude": ["b", "b"]}),
    "a selection with an empty list": lambda it: it.update(selection={"tags": []}),
    "a selection with tests": lambda it: it.update(selection={"tests": True}),
    "a selection with a null": lambda it: it.update(selection={"state": None}),
    "a fitting selection": lambda it: it.update(selection={"exclude": ["a", "b"]}),
    "a count below zero": lambda it: it["counts"].update(tests=-1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_schema_forbids_is_a_fault(tmp_path: Path, change: str) -> None:
    """And nothing else: our own checks agree with a validator."""
    mapping = nested(SOUND)
    CHANGES[change](mapping)
    place = tmp_path / "a.json"
    place.write_text(json.dumps(mapping))
    assert verify(place).sound == Draft202012Validator(schema()).is_valid(mapping)


def test_what_is_no_snapshot_is_a_fault(tmp_path: Path) -> None:
    """It can be read, and it is damaged."""
    (tmp_path / "a.json").write_text("hello")
    assert kinds(tmp_path / "a.json") == [FaultKind.UNREADABLE]


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Nobody can say whether it is sound."""
    with pytest.raises(LocalError, match="Could not read"):
        verify(tmp_path / "a.json")
