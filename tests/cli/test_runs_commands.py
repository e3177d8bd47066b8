"""The commands on runs: forms of a list, asking before writing, and what is shown."""

import csv
import io
import json
import signal
import sys
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from crawler.cli.run_rows import counted
from crawler.cli.signals import Interrupted
from crawler.errors import UncertainError
from crawler.jobs.runs import Created

HOSTILE = "=cmd|' /C calc'!A0 \x1b[2J [red]\u202e"
RUN = {
    "id": "3252341f",
    "title": HOSTILE,
    "status": "failed",
    "automated": True,
    "env": ["Chrome", "Linux"],
    "finished_at": "2024-02-01T09:00:00.000Z",
    "passed": 1,
    "tests_count": 3,
}
RESULTS = (
    {
        "id": "1",
        "status": "failed",
        "title": "Pays",
        "run_time": 1234,
        "message": "first\nsecond",
        "test": {"id": "aaaaaaaa", "suite": {"title": "Checkout"}},
    },
    {"id": "2", "status": "passed", "example": ["a", 1], "test": {"title": "Nested"}},
)


class FakeRuns:
    """Runs that are not on any server."""

    def __init__(self, seen: dict[str, Any]) -> None:
        self.seen = seen

    async def list(self, filters: Any, emit: Callable[[Any], None]) -> int:
        self.seen["filters"] = filters
        emit(RUN)
        return 1

    async def run(self, run_id: str) -> Any:
        return {**RUN, "id": run_id}

    async def results(
        self, run_id: str, emit: Callable[[Any], None], *, detail: bool = False
    ) -> Any:
        self.seen["results"] = run_id, detail
        for result in RESULTS:
            emit(result)
        return {"failed": 1, "passed": 1}

    async def create(self, new: Any) -> Created:
        self.seen["new"] = new
        if new.title == "Stopped":
            raise Interrupted(signal.SIGINT)
        if new.title == "Lost":
            raise UncertainError("The server took too long, so it may have been created or not")
        return Created({"id": "x"}, 0 if new.tests else 4)

    async def finish(self, run_id: str) -> Any:
        self.seen["finished"] = run_id
        return RUN


@pytest.fixture(autouse=True)
def seen(job: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the commands asked for."""
    found: dict[str, Any] = {}

    @asynccontextmanager
    async def open_runs(settings: Any, project: str, **more: Any) -> Any:
        found["project"] = project
        yield FakeRuns(found)

    job("runs.open_runs", open_runs)
    monkeypatch.setenv("TESTOMATIO_PROJECT_ID", "shop")
    return found


def test_a_list_in_a_pipe_is_one_object_a_line(call: Callable[..., Any]) -> None:
    """With everything that is known, as the server has it."""
    assert json.loads(call("runs").out) == RUN


def test_csv_holds_no_formula(call: Callable[..., Any]) -> None:
    """A spreadsheet would run it."""
    header, row = csv.reader(io.StringIO(call("runs", "--format", "csv").out))
    assert dict(zip(header, row, strict=True))["title"] == f"'{HOSTILE}"
    assert header[:3] == ["id", "title", "status"]
    assert row[header.index("kind")] == "automated"
    assert row[header.index("env")] == "Chrome, Linux"


@pytest.mark.parametrize("form", ["csv", "json"])
def test_no_form_on_a_terminal_commands_it(
    form: str, call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, terminal: Any
) -> None:
    """A file gets the title as it is."""
    monkeypatch.setattr(sys, "stdout", terminal)
    call("runs", "--format", form)
    assert "202e" in terminal.getvalue()
    assert not {"\x1b", "\x9b", "\u202e"} & set(terminal.getvalue())


def test_csv_of_nothing_has_its_header(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that whoever reads it finds the columns."""

    async def nothing(*_: Any) -> int:
        return 0

    monkeypatch.setattr(FakeRuns, "list", nothing)
    assert call("runs", "--format", "csv").out.startswith("id,title,status")


def test_a_table_fits_80_columns_and_holds_no_escape(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, terminal: Any
) -> None:
    """A title is neither markup nor a command to the terminal."""
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert call("runs").code == 0
    lines = terminal.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert "3252341f" in lines[1]
    assert "2024-02-01" in lines[1]
    assert "\x1b" not in terminal.getvalue()
    assert "\u202e" not in terminal.getvalue()


def test_filters_are_handed_on(call: Callable[..., Any], seen: dict[str, Any]) -> None:
    """Dates as days, the end of which is open."""
    code = call(
        *("runs", "--project", "blog", "--status", "failed", "--kind", "manual", "--env", "Chrome"),
        *("--group", "g", "--text", "t", "--since", "2024-01-02", "--until", "2024-01-03"),
        *("--unfinished", "--archived"),
    ).code
    filters = seen["filters"]
    assert code == 0
    assert seen["project"] == "blog"
    assert (filters.status, filters.kind, filters.environment) == ("failed", "manual", "Chrome")
    assert (filters.group, filters.text) == ("g", "t")
    assert filters.finished == ("2024-01-02", "2024-01-03")
    assert filters.unfinished
    assert filters.archived
    assert call("runs", "--since", "2024-01-02").code == 0
    assert seen["filters"].finished[0] == "2024-01-02"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("runs", "--since", "soon"), "soon"),
        (("runs", "--since", "2024-02-01", "--until", "2024-01-01"), "--until is before"),
        (("runs", "create", " ", "--yes"), "needs a title"),
        (("runs", "create", "A", "--plan", "p", "--test", "t"), "--plan names all"),
        (("runs", "create", "A"), "Add --yes"),
        (("runs", "finish", "x"), "Add --yes"),
        (("testruns",), "--run"),
    ],
)
def test_wrong_use_is_told_before_anything_is_asked(
    call: Callable[..., Any], seen: dict[str, Any], arguments: tuple[str, ...], text: str
) -> None:
    """Exit code 2."""
    outcome = call(*arguments)
    assert outcome.code == 2
    assert text in outcome.err
    assert "project" not in seen


def test_without_a_project_nothing_is_asked(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is named, none is configured."""
    monkeypatch.delenv("TESTOMATIO_PROJECT_ID")
    for arguments in (("runs",), ("run", "x"), ("testruns", "--run", "x"), ("runs", "create", "A")):
        outcome = call(*arguments)
        assert outcome.code == 2
        assert "No project was named" in outcome.err


def test_a_run_is_created_as_it_was_asked_for(
    call: Callable[..., Any], seen: dict[str, Any]
) -> None:
    """And a warning tells if the server put none of the tests into it."""
    outcome = call(
        *("runs", "create", "A", "--yes", "--test", "t1", "--test", "t2", "--suite", "s"),
        *("--env", "Chrome", "--group", "g"),
    )
    assert outcome.code == 0
    assert json.loads(outcome.out) == {"id": "x"}
    assert "without any of the tests" in outcome.err
    new = seen["new"]
    assert (new.title, new.tests, new.suites) == ("A", ("t1", "t2"), ("s",))
    assert (new.environments, new.group) == (("Chrome",), "g")


def test_a_create_that_may_have_happened_ends_with_5(call: Callable[..., Any]) -> None:
    """The sentence is the job's."""
    outcome = call("runs", "create", "Lost", "--yes")
    assert (outcome.code, outcome.out) == (5, "")
    assert "may have been created" in outcome.err


def test_a_create_that_was_interrupted_says_that_it_may_have_happened(
    call: Callable[..., Any],
) -> None:
    """The same command would perhaps create a second run."""
    outcome = call("runs", "create", "Stopped", "--yes")
    assert outcome.code == 130
    assert "may have been created or not" in outcome.err


@pytest.mark.parametrize("agreed", [True, False])
def test_a_person_is_asked_before_something_is_written(
    call: Callable[..., Any],
    seen: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    terminal: Any,
    *,
    agreed: bool,
) -> None:
    """The question names what would be done, without its escapes."""
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    questions: list[str] = []

    def confirm(question: str, **_: Any) -> bool:
        questions.append(question)
        return agreed

    monkeypatch.setattr("click.confirm", confirm)
    assert call("runs", "create", "A\x1b[2J").code == (0 if agreed else 2)
    assert ("new" in seen) is agreed
    assert questions == ["Create the run 'A\\x1b[2J' in shop?"]


def test_finishing_prints_the_run(call: Callable[..., Any], seen: dict[str, Any]) -> None:
    """As one JSON object."""
    outcome = call("runs", "finish", "3252341f", "--yes")
    assert json.loads(outcome.out) == RUN
    assert seen["finished"] == "3252341f"


def test_results_are_listed_and_counted(call: Callable[..., Any], seen: dict[str, Any]) -> None:
    """The counts are for people and go to standard error."""
    outcome = call("testruns", "--run", "x", "--detail")
    assert [json.loads(line) for line in outcome.out.splitlines()] == list(RESULTS)
    assert outcome.err.splitlines()[-1] == "2 results: 1 failed, 1 passed"
    assert seen["results"] == ("x", True)
    assert call("testruns", "--run", "x", "-q").err == ""
    rows = list(csv.DictReader(io.StringIO(call("testruns", "--run", "x", "--format=csv").out)))
    assert rows[0]["message"] == "first\nsecond"
    assert rows[0]["run_time_seconds"] == "1.2"
    assert rows[1]["title"] == "Nested"
    assert rows[1]["example"] == "a, 1"


def test_a_run_in_a_pipe_is_one_object(call: Callable[..., Any]) -> None:
    """With its results in it."""
    assert json.loads(call("run", "x").out) == {**RUN, "id": "x", "testruns": list(RESULTS)}


def test_a_run_as_a_tree(call: Callable[..., Any]) -> None:
    """Each result below the suite of its test."""
    lines = call("run", "x", "--tree").out.splitlines()
    assert lines[-4:] == [
        "Checkout (1)",
        "└── failed   Pays",
        "(no suite) (1)",
        "└── passed   Nested (a, 1)",
    ]
    assert "2 results: 1 failed, 1 passed" in lines
    assert "\x1b" not in "".join(lines)


def test_a_run_on_a_terminal_has_a_table(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, terminal: Any
) -> None:
    """Below what is known of the run."""
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert call("run", "x").code == 0
    shown = terminal.getvalue()
    assert "aaaaaaaa" in shown
    assert "Chrome, Linux" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_no_results_are_counted_as_none() -> None:
    """Without a colon that nothing follows."""
    assert counted({}) == "0 results"
    assert counted({"passed": 1}) == "1 result: 1 passed"
