"""`diff` on the command line, alone and as what git shows a snapshot with."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.differences import NEW, OLD
from support.documents import HEAD, dumped, loaded

from crawler.diff.as_json import apply
from crawler.diff.wording import SIGNS
from crawler.snapshot.document import Document
from crawler.snapshot.formats import DIRECTORIES, Format
from crawler.snapshot.saving import save

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def files(home: Path) -> None:
    """Two snapshots in different formats in the current folder."""
    Path("old.json").write_bytes(dumped(OLD, Format.JSON))
    Path("new.yaml").write_bytes(dumped(NEW, Format.YAML))


def test_the_difference_is_printed_whatever_the_formats(call: Call) -> None:
    """Without --exit-code a difference is no failure."""
    outcome = call("diff", "old.json", "new.yaml")
    assert (outcome.code, outcome.err) == (0, "")
    assert "=    suite Payment [s1]" in outcome.out.splitlines()


@pytest.mark.parametrize("form", DIRECTORIES)
def test_directories_are_compared_as_files_are(form: Format, call: Call) -> None:
    """With the same result."""
    save(OLD, "old", form)
    save(NEW, "new", form)
    assert call("diff", "old", "new").out == call("diff", "old.json", "new.yaml").out


@pytest.mark.parametrize(("new", "code"), [("new.yaml", 1), ("old.json", 0)])
def test_the_exit_code_tells_of_differences_if_asked(new: str, code: int, call: Call) -> None:
    """Whatever the form; and no difference is no output."""
    outcome = call("diff", "old.json", new, "--exit-code")
    assert outcome.code == code
    assert bool(outcome.out) == bool(code)
    assert call("diff", "old.json", new, "--exit-code", "--format", "json").code == code


def test_the_json_can_be_applied(call: Call) -> None:
    """To the old snapshot, which gives the new one."""
    text = call("diff", "old.json", "new.yaml", "--format", "json").out
    result = apply(OLD, text)
    assert dumped(result, Format.YAML) == Path("new.yaml").read_bytes()


@pytest.mark.parametrize("form", ["text", "markdown", "json", "html"])
def test_the_output_goes_to_the_named_file(form: str, call: Call) -> None:
    """And nothing to standard output."""
    printed = call("diff", "old.json", "new.yaml", "--format", form).out
    outcome = call("diff", "old.json", "new.yaml", "--format", form, "-o", "out")
    assert (outcome.code, outcome.out) == (0, "")
    assert Path("out").read_text("utf-8") == printed


def test_an_ignored_place_is_not_compared(call: Call) -> None:
    """By its place, and said."""
    outcome = call("diff", "old.json", "new.yaml", "--ignore", "test.priority")
    assert "priority: low" not in outcome.out
    assert "Not compared: test.priority." in outcome.out
    assert outcome.err == "Note: Not compared: test.priority.\n"
    assert call("diff", "old.json", "new.yaml", "--ignore", "test.priority", "-q").err == ""


def test_one_snapshot_may_come_from_standard_input(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But not both."""
    stdin = io.TextIOWrapper(io.BytesIO(dumped(NEW, Format.JSON)))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert "Payment" in call("diff", "old.json", "-").out
    outcome = call("diff", "-", "-")
    assert outcome.code == 2
    assert "Only one of the two snapshots" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("old.json",), 2, "Two snapshots are needed."),
        (("old.json", "none.json"), 6, "Could not read none.json: No such file or directory."),
        (("old.json", "new.yaml", "--ignore", "updated_at"), 2, "is no place in a snapshot"),
        (("old.json", "new.yaml", "--stat", "--name-only"), 2, "contradict each other"),
        (("old.json", "new.yaml", "--stat", "--format", "json"), 2, "are of the text"),
        (("old.json", "new.yaml", "-o", "none/x"), 6, "does not exist"),
        (("--textconv", "none.json"), 6, "Could not read none.json"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: tuple[str, ...], code: int, sentence: str, call: Call
) -> None:
    """In one sentence, with nothing on standard output."""
    outcome = call("diff", *arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert sentence in outcome.err


def test_a_partial_snapshot_of_another_project_is_compared_and_said(call: Call) -> None:
    """On standard error, and in the output."""
    other = Document(replace(HEAD, project_id="q", complete=False), OLD.nodes)
    Path("other.json").write_bytes(dumped(other, Format.JSON))
    outcome = call("diff", "old.json", "other.json", "--format", "markdown")
    assert outcome.code == 0
    for text in (outcome.out, outcome.err):
        assert "different projects" in text
        assert "NEW is incomplete" in text


@pytest.mark.parametrize(
    ("color", "variable", "coloured"),
    [
        ("auto", "", True),
        ("auto", "NO_COLOR=1", False),
        ("auto", "TERM=dumb", False),
        ("always", "NO_COLOR=1", True),
        ("never", "", False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    color: str,
    variable: str,
    coloured: bool,
    *,
    call: Call,
    terminal: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A flag beats the environment."""
    if variable:
        monkeypatch.setenv(*variable.split("="))
    monkeypatch.setattr(sys, "stdout", terminal)
    assert call("diff", "old.json", "new.yaml", "--color", color).code == 0
    assert ("\x1b[" in terminal.getvalue()) is coloured


def test_the_help_explains_every_sign(call: Call) -> None:
    """As the text has them."""
    shown = call("diff", "--help").out
    assert all(f"{sign} {what.value}" in shown for what, sign in SIGNS.items() if sign)


def test_names_and_statistics_are_short(call: Call) -> None:
    """One line for an item or a suite."""
    assert "=\tsuite\ts1\tPayment\n" in call("diff", "old.json", "new.yaml", "--name-only").out
    assert "Payment | 1 added" in call("diff", "old.json", "new.yaml", "--stat").out


@pytest.fixture
def git(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs git in a repository in the current folder."""
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))

    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=N", "-c", "user.email=n@a.example")
        done = subprocess.run(["git", *identity, *arguments], capture_output=True, check=True)
        return done.stdout.decode()

    git("init", "--quiet")
    return git


def test_git_shows_snapshots_as_text(git: Callable[..., str]) -> None:
    """`git diff` and `git log -p`, as the README says to set them up."""
    program = f"'{sys.executable}' -m crawler diff --textconv"
    git("config", "diff.testomat.textconv", program)
    git("config", "diff.testomat.xfuncname", "^(suite .*)$")
    Path(".gitattributes").write_text("*.json diff=testomat\n")
    git("add", ".gitattributes", "old.json")
    git("commit", "--quiet", "-m", "one")
    Path("old.json").write_bytes(dumped(NEW, Format.JSON))
    shown = git("diff").splitlines()
    assert "+    priority: high" in shown
    assert "-suite Checkout [s1]" in shown
    git("commit", "--quiet", "-a", "-m", "two")
    assert "+    priority: high" in git("log", "-p", "-1").splitlines()


def test_git_calls_the_difference_as_a_tool(git: Callable[..., str], call: Call) -> None:
    """`git difftool`, which hands over two files."""
    git("add", "old.json")
    git("commit", "--quiet", "-m", "one")
    Path("old.json").write_bytes(dumped(NEW, Format.JSON))
    program = f"'{sys.executable}' -m crawler diff"
    shown = git("difftool", "-y", "-x", program, "HEAD", "--", "old.json")
    Path("before.json").write_bytes(dumped(OLD, Format.JSON))
    assert shown == call("diff", "before.json", "old.json").out


def test_two_revisions_are_compared(git: Callable[..., str], call: Call) -> None:
    """And a revision with a file."""
    git("add", "old.json")
    git("commit", "--quiet", "-m", "one")
    Path("old.json").write_bytes(dumped(NEW, Format.JSON))
    git("commit", "--quiet", "-a", "-m", "two")
    there = call("diff", "HEAD~1:old.json", "HEAD:old.json", "--format", "json").out
    assert call("diff", "HEAD~1:old.json", "new.yaml", "--format", "json").out == there
    assert json.loads(there)["statistics"]["added"] == {"suites": 0, "tests": 1}
    assert loaded(dumped(apply(OLD, there), Format.JSON), Format.JSON).nodes == list(NEW.nodes)
