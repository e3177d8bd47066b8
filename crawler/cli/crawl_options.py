"""The options on what a crawl reads, keeps, resumes and writes."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from crawler.cli.completing import complete_folder, complete_sections
from crawler.cli.noting import option, several, stacked, switch
from crawler.cli.numbers import NUMBER, WHOLE
from crawler.cli.options import edition_options
from crawler.cli.session import Session
from crawler.config.selection_settings import TestState
from crawler.config.thrift_settings import Strategy

__all__ = ("crawl_options", "selected_crawl_options")

F = TypeVar("F", bound=Callable[..., Any])


def _note_states(context: click.Context, _: click.Parameter, values: tuple[str, ...]) -> None:
    """One flag with two meanings, which its value tells apart: of tests, and of a crawl."""
    flags = context.ensure_object(Session).flags
    for value in values:
        name = "only_state" if value in set(TestState) else "state"
        if flags.setdefault(name, value) != value:
            raise click.UsageError(f"--state is {flags[name]} already, not {value} too.", context)


_STATE: Final = option("--state", "state", metavar="DIR", shell_complete=complete_folder)
_CRAWL: Final = (
    switch("--fresh", "fresh"),
    switch(
        "--incremental",
        "incremental",
        help="Ask only for the suites that the listings do not prove unchanged since the last run"
        " with this option, whose answers are kept in the folder for progress.",
    ),
    option(
        "--full-every",
        "full_every",
        metavar="N",
        type=WHOLE,
        help="With --incremental: every Nth run asks for all suites, and says if incremental had"
        " missed anything; so does --fresh.  [default: 7]",
    ),
    option(
        "--strategy",
        "strategy",
        type=click.Choice([str(each) for each in Strategy]),
        help="walk asks for each suite; listing takes suites and tests from their listings, 50 a"
        " request, if a sample of suites shows that these say all.  [default: walk]",
    ),
    switch("--allow-partial", "allow_partial"),
    switch("--stable", "stable"),
    option(
        "--with",
        "sections",
        metavar="LIST",
        shell_complete=complete_sections,
        help="What the snapshot holds besides suites and tests, with commas: runs, testruns, plans,"
        " rungroups, labels, milestones, steps, templates, users, jira-issues, comments,"
        " attachments, branches, or all.",
    ),
    option(
        "--runs-since",
        "runs_since",
        metavar="DATE",
        help="Results of those runs only that ended on this day or later; older ones stay in the"
        " snapshot as it has them already.",
    ),
    switch(
        "--no-attachment-files",
        "attachment_files",
        value=False,
        help="With attachments: what is known of them, without the files.",
    ),
    option("--deadline", "deadline", metavar="SECONDS", type=NUMBER),
    switch(
        "--no-manifest",
        "manifest",
        value=False,
        help="Do not write PATH.manifest.json beside the snapshot.",
    ),
)

_SELECTION: Final = (
    several(
        "--suite",
        "only_suites",
        "ID|PATH",
        "Only this suite with all below it; PATH is its titles, such as Checkout/Payment. May be"
        " given again.",
    ),
    several("--exclude", "exclude", "ID|PATH", "Not this suite. May be given again."),
    switch("--no-tests", "tests", value=False, help="Only the suites."),
    click.option(
        "--state",
        "state",
        metavar="DIR|manual|automated",
        shell_complete=complete_folder,
        multiple=True,
        expose_value=False,
        callback=_note_states,
        help="With manual or automated: only tests in this state. With anything else: folder for"
        " the progress of unfinished crawls; not set, the folder that this operating system has"
        " for it.",
    ),
    several("--tag", "only_tags", "NAME", "Only tests with this tag, or one of several."),
)


def crawl_options(function: F) -> F:
    """Options on what a crawl keeps, resumes and writes."""
    return stacked(function, (_STATE, *_CRAWL))


def selected_crawl_options(function: F) -> F:
    """Those of `crawl_options`, and which part of the project to crawl."""
    return stacked(edition_options(stacked(function, _CRAWL)), _SELECTION)
