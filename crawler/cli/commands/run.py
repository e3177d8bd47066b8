"""`run`: one run with its results."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from crawler.cli.asking import project_option, required_project
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, output_options
from crawler.cli.output import json_line, write_line
from crawler.cli.rows import Rows
from crawler.cli.run_rows import RESULTS, counted, text
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.runs import Fields
    from crawler.progress import Progress

__all__ = ("command",)

_SHOWN: Final = (
    *("id", "status", "kind", "env", "plan_title", "rungroup_id", "created_at", "finished_at"),
    *("duration", "assigned_to"),
)


@click.command(
    "run",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler run 3252341f",
        "testomat-crawler run 3252341f --tree",
        codes=(0, 2, 3, 5, 6, 130, 143),
    ),
)
@click.argument("run_id", metavar="ID")
@project_option
@click.option("--tree", is_flag=True, help="The results below the suites of their tests.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, also on a terminal.")
@connection_options
@output_options
@pass_session
def command(
    session: Session, run_id: str, project: str | None, *, tree: bool, as_json: bool
) -> None:
    """Show one run with its results.

    On a terminal what is known of the run and a table; in a pipe one JSON object, in which
    'testruns' holds the results.
    """
    from crawler.jobs.runs import open_runs  # noqa: PLC0415  not needed for help

    results: list[Fields] = []

    async def job(
        settings: "Settings", progress: "Progress", clock: "Clock"
    ) -> "tuple[Fields, Mapping[str, int]]":
        slug = required_project(settings.project)
        async with open_runs(settings, slug, progress=progress, clock=clock) as runs:
            run = await runs.run(run_id)
            return run, await runs.results(run_id, results.append)

    run, statuses = run_job(session, job, project=project)
    if as_json or not (tree or sys.stdout.isatty()):
        write_line(json_line({**run, "testruns": results}))
        return
    for line in (*_head(run), counted(statuses)):
        write_line(session.scrub(line))
    if tree:
        for line in _tree(results):
            write_line(session.scrub(line))
        return
    rows = Rows(RESULTS, "table", session)
    for result in results:
        rows.add(result)
    rows.end()


def _head(run: "Fields") -> Iterator[str]:
    yield text(run.get("title")) or "A run without a title"
    for name in _SHOWN:
        if value := text(run.get(name)):
            yield f"  {name.replace('_', ' '):12} {value}"


def _tree(results: "list[Fields]") -> Iterator[str]:
    """The results below the titles of their suites, both in the order in which they first come."""
    below: dict[str, list[str]] = {}
    title, suite, status = (_column(name) for name in ("title", "suite", "status"))
    for result in results:
        example = text(result.get("example"))
        line = f"{status(result) or '?':8} {title(result)}{f' ({example})' if example else ''}"
        below.setdefault(suite(result) or "(no suite)", []).append(line)
    for name, lines in below.items():
        yield f"{name} ({len(lines):,})"
        for number, line in enumerate(lines, 1):
            yield f"{'└──' if number == len(lines) else '├──'} {line}"


def _column(name: str) -> "Callable[[Fields], str]":
    return next(column.cell for column in RESULTS if column.name == name)
