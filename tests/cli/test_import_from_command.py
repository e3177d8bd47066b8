"""`import-from` writes a snapshot, with which `diff` shows what a migration changed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.documents import case, suite
from support.exports import document

from crawler.importing.registry import BUILT_IN
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import save

STEPS = "### Preconditions\n\nMoney\n\n### Steps\n\n* Open\n* Pay  \n  *Expected result*: Paid"


@pytest.fixture(autouse=True)
def source() -> None:
    """Files in the current folder."""
    Path("cases.csv").write_text("Title,Folder\nA,/S\nB,/S\n", "utf-8")
    Path("bad.xml").write_text("<html/>", "utf-8")


def test_the_summary_is_a_line(call: Callable[..., Any]) -> None:
    """Beside the snapshot lies its manifest."""
    done = call("import-from", "testomatio-csv", "cases.csv", "-o", "a.yaml")
    assert (done.code, done.out) == (0, "")
    assert done.err == "a.yaml: yaml, 1 suite, 2 tests\n"
    assert call("verify", "a.yaml").code == 0
    assert Path("a.yaml.manifest.json").exists()


def test_what_has_no_place_is_said(call: Callable[..., Any]) -> None:
    """In a line of its own."""
    Path("a.json").write_text('{"suites": [], "version": 2}', "utf-8")
    done = call("import-from", "qase", "a.json", "-o", "-", "--format", "json")
    assert done.out.startswith("{")
    assert done.err == ("standard output: json, empty\n  ! of the whole, no place for: version\n")


def test_tools_are_listed(call: Callable[..., Any]) -> None:
    """One a line, without a file."""
    done = call("import-from", "--tools")
    assert done.code == 0
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == [*BUILT_IN, "markdown"]
    assert all(len(line) < 80 for line in lines)


def test_a_migration_shows_in_a_diff(call: Callable[..., Any]) -> None:
    """What the target has no place for, and nothing else: IDs are not compared."""
    of = document(
        suite(0, "aaaa0001", title="Cart"),
        case(1, "cccc0001", title="=Pays", state="manual", priority="high", code="x"),
        case(1, "cccc0002", title="Steps", state="manual", priority="low", description=STEPS),
    )
    save(of, Path("shop.json"), Format.JSON)
    call("export", "shop.json", "--to", "testrail-xml", "-o", "out.xml")
    call("import-from", "testrail-xml", "out.xml", "-o", "a.json", "--project", "p", "--title", "P")
    done = call("diff", "shop.json", "a.json", "--match", "title", "--exit-code")
    assert done.code == 1
    shown = re.sub(r" \[\w+\]", "", done.out)
    assert shown == (
        "--- P (p), 1 suite, 2 tests\n+++ P (p), 1 suite, 2 tests\n"
        "! The snapshots are of different projects: p on https://app.testomat.io and p.\n"
        "*    test  Cart / =Pays\n       code: x → (none)\n"
        "1 test changed\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (["testrail-xml", "bad.xml"], 2, "Missing option '-o'"),
        (["testrail-xml", "-o", "a.json"], 2, "Missing argument 'FILE...'"),
        (["testrial-xml", "bad.xml", "-o", "a.json"], 2, "Did you mean 'testrail-xml'?"),
        (["testrail-xml", "bad.xml", "-o", "a.txt"], 2, "a.txt"),
        (["testrail-xml", "bad.xml", "-o", "a.json"], 6, "bad.xml has <html> at its top"),
        (["testrail-xml", "none", "-o", "a.json"], 6, "Could not read none"),
        (["testomatio-csv", "cases.csv", "-o", "no/a.json"], 6, "does not exist"),
    ],
)
def test_what_makes_no_sense_is_refused(
    call: Callable[..., Any], arguments: list[str], code: int, problem: str
) -> None:
    """And nothing is written."""
    done = call("import-from", *arguments)
    assert (done.code, problem in done.err) == (code, True), done.err
    assert sorted(path.name for path in Path().iterdir()) == ["bad.xml", "cases.csv"]
