"""`export` says what was lost, and fails on it if told to."""

import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from support.exports import document, shop

from crawler.export import registry
from crawler.export.registry import BUILT_IN, GROUP
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import save


@pytest.fixture(autouse=True)
def source() -> None:
    """Snapshots in the current folder."""
    save(shop(), Path("shop.json"), Format.JSON)
    save(document(), Path("empty.json"), Format.JSON)


def test_the_summary_says_what_did_not_fit(call: Callable[..., Any]) -> None:
    """By field, the most frequent first, and where to read more."""
    done = call("export", "shop.json", "--to", "testomatio-csv", "-o", "a.csv")
    assert done.code == 0
    assert done.out == ""
    assert done.err == (
        "a.csv: testomatio-csv, 5 suites, 4 tests\n"
        "  2 of 4 tests are not quite as they were\n"
        "    changed: attachments 1, examples 1, params 1\n"
        "    no place: code 1\n"
        "  5 of 5 suites are not quite as they were\n"
        "    no place: id 5, title 2, description 1, emoji 1 and 1 more\n"
        "  a.csv.loss.json names each\n"
    )
    assert call("export", "shop.json", "--to", "jsonl", "-o", "b", "-q").err == ""


def test_strict_makes_any_loss_a_failure(call: Callable[..., Any]) -> None:
    """The file is written all the same."""
    done = call("export", "shop.json", "--to", "csv", "-o", "a.csv", "--strict")
    assert done.code == 1
    assert Path("a.csv").exists()
    assert call("export", "empty.json", "--to", "csv", "-o", "b.csv", "--strict").code == 0


def test_targets_are_listed(call: Callable[..., Any]) -> None:
    """One a line, without a snapshot."""
    done = call("export", "--targets")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()] == list(BUILT_IN)
    assert all(len(line) < 80 for line in done.out.splitlines())


def test_a_broken_target_of_another_package_hides_no_other(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named with its fault, and the list goes on."""
    places = {"a": "no_such:X", "mine": "crawler.export.to_jsonl:JSONL"}
    points = [EntryPoint(name, place, GROUP) for name, place in places.items()]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    done = call("export", "--targets")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()] == [*BUILT_IN, "mine"]
    assert done.err.startswith("a: The target a (no_such:X) cannot be loaded")


def test_a_partial_snapshot_is_exported_with_a_warning(call: Callable[..., Any]) -> None:
    """What is not in it cannot be in the export."""
    head = replace(shop().head, complete=False)
    save(replace(shop(), head=head), Path("part.json"), Format.JSON)
    done = call("export", "part.json", "--to", "csv", "-o", "a.csv")
    assert done.code == 0
    assert "\n  ! the snapshot is incomplete, so this is too\n" in done.err


def test_a_dash_is_standard_output(call: Callable[..., Any]) -> None:
    """With the summary on standard error."""
    done = call("export", "shop.json", "--to", "jsonl", "-o", "-")
    assert done.out.count("\n") == 4
    assert done.err.startswith("standard output: jsonl, 5 suites, 4 tests\n")
    assert sorted(path.name for path in Path().iterdir()) == ["empty.json", "shop.json"]


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (["shop.json", "-o", "a"], 2, "Missing option '--to'"),
        (["shop.json", "--to", "csv"], 2, "Missing option '-o'"),
        (["shop.json", "--to", "exel", "-o", "a"], 2, "There is no target 'exel'"),
        (["shop.json", "--to", "csv", "-o", "no/a"], 6, "does not exist"),
        (["shop.json", "--to", "csv", "-o", "a", "--map", "none"], 2, "Could not read none"),
        (["none", "--to", "csv", "-o", "a"], 6, "Could not read none"),
    ],
)
def test_what_makes_no_sense_is_refused(
    call: Callable[..., Any], arguments: list[str], code: int, problem: str
) -> None:
    """And nothing is written."""
    done = call("export", *arguments)
    assert (done.code, problem in done.err) == (code, True), done.err
    assert sorted(path.name for path in Path().iterdir()) == ["empty.json", "shop.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs /dev/full")
def test_a_full_disk_is_local_trouble(call: Callable[..., Any]) -> None:
    """No device takes the place of a file."""
    assert call("export", "shop.json", "--to", "csv", "-o", "/dev/full").code == 6
