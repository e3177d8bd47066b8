"""How runs and results look in a row."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from crawler.cli.rows import Column
from crawler.plural import counted as with_noun

__all__ = ("RESULTS", "RUNS", "counted", "text")

Row = Mapping[str, Any]
_DATE: Final = slice(0, 10)


def text(value: Any) -> str:
    """A value in one cell: nothing for none, a list with commas."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def counted(statuses: Mapping[str, int]) -> str:
    """How many results there are, and of which status."""
    total = sum(statuses.values())
    each = ", ".join(f"{number:,} {status}" for status, number in statuses.items())
    return f"{with_noun(total, 'result')}{': ' if each else ''}{each}"


def _of(*names: str) -> Callable[[Row], str]:
    """The first of these fields that is there."""

    def cell(row: Row) -> str:
        return next((text(row[name]) for name in names if row.get(name) is not None), "")

    return cell


def _day(name: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        return text(row.get(name))[_DATE]

    return cell


def _kind(row: Row) -> str:
    kind = row.get("kind")
    if kind is not None:
        return text(kind)
    automated = row.get("automated")
    return "" if automated is None else "automated" if automated else "manual"


def _seconds(row: Row) -> str:
    """Milliseconds, as v1 has them, in seconds."""
    value = row.get("run_time")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value / 1000:.1f}"


def _nested(row: Row, name: str) -> Any:
    test = row.get("test")
    return test.get(name) if isinstance(test, dict) else None


def _title(row: Row) -> str:
    return text(row.get("title") or _nested(row, "title"))


def _suite(row: Row) -> str:
    suite = _nested(row, "suite")
    return text(suite.get("title")) if isinstance(suite, dict) else ""


def _first_line(row: Row) -> str:
    return next(iter(text(row.get("message")).splitlines()), "")


RUNS: Final = (
    Column("ID", "id", _of("id")),
    Column("Title", "title", _of("title"), shrinks=True),
    Column("Status", "status", _of("status")),
    Column("Kind", "kind", _kind),
    Column("Env", "env", _of("env"), only="csv"),
    Column("Group", "rungroup_id", _of("rungroup_id"), only="csv"),
    Column("Created", "created_at", _of("created_at"), only="csv"),
    Column("Finished", "finished_at", _of("finished_at"), only="csv"),
    Column("Finished", "finished", _day("finished_at"), only="table"),
    Column("Took", "duration", _of("duration"), only="csv"),
    Column("Tests", "tests_count", _of("tests_count"), right=True),
    Column("Pass", "passed", _of("passed"), right=True),
    Column("Fail", "failed", _of("failed"), right=True),
    Column("Skip", "skipped", _of("skipped"), right=True),
)
"""Columns of a list of runs."""

RESULTS: Final = (
    Column("ID", "id", _of("id")),
    Column("Test", "test_id", lambda row: text(_nested(row, "id"))),
    Column("Title", "title", _title, shrinks=True),
    Column("Suite", "suite", _suite, only="csv"),
    Column("Example", "example", _of("example"), only="csv"),
    Column("Status", "status", _of("status")),
    Column("s", "run_time_seconds", _seconds, right=True),
    Column("Message", "message", _of("message"), only="csv"),
    Column("Message", "first_line", _first_line, shrinks=True, only="table"),
)
"""Columns of a list of results."""
