"""Asking before something is written, and finding out which project is meant."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from crawler.cli.completing import complete_project
from crawler.errors import UsageError

__all__ = ("check_can_ask", "confirm", "project_option", "required_project", "yes_option")

F = TypeVar("F", bound=Callable[..., Any])


def project_option(function: F) -> F:
    """Add `--project`, as the parameter `project`."""
    return click.option(
        "--project",
        metavar="PROJECT",
        shell_complete=complete_project,
        help="Short name of the project.  [default: the configured one]",
    )(function)


def yes_option(function: F) -> F:
    """Add `--yes`."""
    return click.option(
        "--yes", is_flag=True, help="Do not ask; needed where nobody can be asked."
    )(function)


def required_project(project: str | None) -> str:
    """The project; raises `UsageError` if none is named or configured."""
    if project is None:
        raise UsageError(
            "No project was named.",
            hint="Name one with --project. 'testomat-crawler projects' lists them.",
        )
    return project


def confirm(question: str, *, yes: bool) -> None:
    """Ask a person whether to go on; returns only if so.

    Raises `UsageError` if the answer is no, or if nobody can be asked and `yes` was not given.
    """
    if yes:
        return
    check_can_ask(yes=yes)
    if not click.confirm(question, err=True):
        raise UsageError("Nothing was written.")


def check_can_ask(*, yes: bool) -> None:
    """Raises `UsageError` if nobody can be asked and `yes` was not given."""
    if not (yes or (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty())):
        raise UsageError("This writes to the server, and nobody can be asked.", hint="Add --yes.")
