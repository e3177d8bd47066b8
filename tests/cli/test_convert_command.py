"""`convert` takes formats from paths, or as told."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.documents import chain, dumped
from support.trees import files_in, tree_of

from crawler.cli.places import FORMATS
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import save

DOCUMENT = chain(3)


@pytest.fixture(autouse=True)
def source() -> Path:
    """A snapshot in the current folder."""
    save(DOCUMENT, Path("a.json"), Format.JSON)
    return Path("a.json")


def test_the_formats_of_the_option_are_those_that_there_are() -> None:
    """In the same order."""
    assert tuple(Format) == FORMATS


def test_paths_say_the_format(call: Callable[..., Any]) -> None:
    """One line tells what was written; a manifest stands beside it."""
    outcome = call("convert", "a.json", "-o", "b.yaml")
    data = dumped(DOCUMENT, Format.YAML)
    assert Path("b.yaml").read_bytes() == data
    assert outcome.err == f"b.yaml: yaml, 3 suites, 1 test, {len(data):,} bytes\n"
    assert call("convert", "b.yaml", "-o", "tests/", "-q").err == ""
    assert files_in(Path("tests")) == tree_of(DOCUMENT)
    assert Path("tests.manifest.json").exists()
    assert call("convert", "tests", "-o", "c", "--format", "json", "--no-manifest").code == 0
    assert Path("c").read_bytes() == Path("a.json").read_bytes()
    assert not Path("c.manifest.json").exists()


def test_a_dash_is_standard_input_and_output(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, source: Path
) -> None:
    """In YAML unless told otherwise."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(source.read_bytes())))
    outcome = call("convert", "-", "-o", "-")
    assert outcome.code == 0
    assert outcome.out.encode() == dumped(DOCUMENT, Format.YAML)
    assert outcome.err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (["a.json"], 2, "Missing option '-o'"),
        (["a.json", "-o", "b.xml"], 2, "suffix .xml"),
        (["a.json", "-o", "-", "--format", "tree"], 2, "cannot go to standard output"),
        (["none", "-o", "b.yaml"], 6, "Could not read none"),
        (["a.json", "-o", "no/b.yaml"], 6, "does not exist"),
    ],
)
def test_what_makes_no_sense_is_refused(
    call: Callable[..., Any], arguments: list[str], code: int, problem: str
) -> None:
    """And nothing is written."""
    outcome = call("convert", *arguments)
    assert outcome.code == code
    assert problem in outcome.err
    assert [each.name for each in Path().iterdir()] == ["a.json"]
