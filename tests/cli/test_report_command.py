"""`report` writes the page, says so, and refuses what it cannot do."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.documents import dumped
from support.reports import PARTIAL, written

from crawler.snapshot.formats import STREAMED, Format
from crawler.snapshot.saving import save

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def page(home: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A snapshot in the current folder, and the page that it should give."""
    Path("a.json").write_bytes(dumped(PARTIAL, Format.JSON))
    return written(PARTIAL, tmp_path_factory.mktemp("page")).read_bytes()


@pytest.mark.parametrize("chosen", list(Format))
def test_any_format_gives_the_same_page(call: Call, chosen: Format, page: bytes) -> None:
    """A file or a directory; the message is short and on standard error."""
    save(PARTIAL, Path("b"), chosen)
    outcome = call("report", "b", "-o", "b.html")
    said = f"b.html: 4 suites, 4 tests, incomplete, {len(page):,} bytes; open it in a browser\n"
    assert (outcome.code, outcome.out, outcome.err) == (0, "", said)
    assert Path("b.html").read_bytes() == page


@pytest.mark.parametrize("chosen", STREAMED)
def test_a_pipe_gives_the_same_page(
    call: Call, monkeypatch: pytest.MonkeyPatch, chosen: Format, page: bytes
) -> None:
    """From standard input to standard output, with nothing else on either stream."""
    stdin, stdout = io.BytesIO(dumped(PARTIAL, chosen)), io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stdin))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(stdout, write_through=True))
    assert call("report", "-", "-o", "-").err == ""
    assert stdout.getvalue() == page


def test_a_revision_of_git_gives_the_same_page(call: Call, page: bytes) -> None:
    """The snapshot need not be checked out."""
    identity = ("-c", "user.name=N", "-c", "user.email=n@a.example")
    for arguments in (["init", "-q"], ["add", "a.json"], ["commit", "-q", "-m", "one"]):
        subprocess.run(["git", *identity, *arguments], check=True)
    Path("a.json").unlink()
    assert call("report", "HEAD:a.json", "-o", "b.html", "-q").err == ""
    assert Path("b.html").read_bytes() == page


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("a.json",), 2, "Missing option '-o'"),
        (("a.json", "-o", "a.json"), 2, "so a.json should end in .html"),
        (("a.json", "-o", "none/b.html"), 6, "none does not exist"),
        (("none.json", "-o", "b.html"), 6, "Could not read none.json"),
        (("broken.json", "-o", "b.html"), 6, "broken.json"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: tuple[str, ...], code: int, sentence: str, call: Call
) -> None:
    """In one sentence, and nothing is written."""
    Path("broken.json").write_bytes(dumped(PARTIAL, Format.JSON)[:-40])
    outcome = call("report", *arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert sentence in outcome.err
    assert not Path("b.html").exists()


def test_a_failure_leaves_the_old_page_as_it_was(call: Call) -> None:
    """Whatever was read before the fault."""
    Path("b.html").write_text("old")
    Path("broken.json").write_bytes(dumped(PARTIAL, Format.JSON)[:-40])
    assert call("report", "broken.json", "-o", "b.html").code == 6
    assert Path("b.html").read_text() == "old"
