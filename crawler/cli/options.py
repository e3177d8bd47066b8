"""The options that commands share: on the server, the pace, the projects and the output."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from crawler.cli.completing import (
    complete_path,
    complete_project,
)
from crawler.cli.noting import option, stacked, switch
from crawler.cli.numbers import NUMBER, WHOLE
from crawler.cli.session import Session
from crawler.config.api_settings import ApiChoice
from crawler.config.settings import LogFormat, ProgressMode
from crawler.config.sources import TOKEN_FILE

__all__ = (
    "config_option",
    "connection_options",
    "edition_options",
    "output_options",
    "pace_options",
    "project_options",
)

F = TypeVar("F", bound=Callable[..., Any])

_LOUDEST: Final = 2


def _note_config(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:  # a command within a command must not forget what the outer one was told
        context.ensure_object(Session).config = value


def _note_loudness(context: click.Context, parameter: click.Parameter, value: int) -> None:
    if not value:
        return
    session = context.ensure_object(Session)
    if "verbosity" in session.flags:
        raise click.UsageError("-v and -q contradict each other.", context)
    level = -1 if parameter.name == "quiet" else min(value, _LOUDEST)
    session.flags["verbosity"] = session.verbosity = level


_CONNECTION: Final = (
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        default=None,
        expose_value=False,
        is_eager=True,
        callback=_note_config,
        help="Configuration file.  [default: testomat-crawler.toml here, else the one in your"
        " folder of configurations]",
    ),
    option("--url", "url", metavar="URL", help="Address of the server."),
    option(
        "--token-file",
        TOKEN_FILE,
        metavar="FILE",
        shell_complete=complete_path,
        help="File that holds a token; - reads it from standard input.",
    ),
    option("--ca-file", "ca_file", metavar="FILE", shell_complete=complete_path),
)

_EDITION: Final = (
    option(
        "--api",
        "api",
        type=click.Choice([str(each) for each in ApiChoice]),
        help="Which of the server's two APIs to read over; auto is v1, which tells more, or v2"
        " where v1 is shut or there is only a project token.  [default: auto]",
    ),
    option(
        "--branch",
        "branch",
        metavar="NAME",
        help="Branch of the project instead of the main one; read over v2.",
    ),
)

_PACE: Final = (
    option("--rate", "rate", metavar="N", type=NUMBER),
    option("--workers", "workers", metavar="N", type=WHOLE),
    switch("--no-hedge", "hedge", value=False, help="Never ask twice for a slow answer."),
)

_PROJECTS: Final = (
    click.option("--all-projects", is_flag=True, help="Every project that the account reaches."),
    click.option(
        "--project",
        "projects",
        metavar="GLOB",
        multiple=True,
        shell_complete=complete_project,
        help="A project, or several by * and ?; may be repeated.",
    ),
)

_OUTPUT: Final = (
    option(
        "--progress",
        "progress",
        type=click.Choice([str(mode) for mode in ProgressMode]),
        help="How progress is shown; auto is bar on a terminal, else plain.",
    ),
    click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        callback=_note_loudness,
        help="Log what is done; -vv logs everything.",
    ),
    click.option(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=_note_loudness,
        help="Show errors only.",
    ),
    option(
        "--log-format",
        "log_format",
        type=click.Choice([str(form) for form in LogFormat]),
        help="Form of the log: lines for people, or one JSON object each.",
    ),
)


def connection_options(function: F) -> F:
    """Options on where the server is, how to be let in, and how fast to ask."""
    return stacked(function, (*_CONNECTION, *_PACE))


def edition_options(function: F) -> F:
    """Options on which API to read over, and which branch of a project."""
    return stacked(function, _EDITION)


def pace_options(function: F) -> F:
    """Options on how fast to ask, for a command that knows its server itself."""
    return stacked(function, _PACE)


def project_options(function: F) -> F:
    """Which projects, for a command that can do several: `all_projects` and `projects`."""
    return stacked(function, _PROJECTS)


def config_option(function: F) -> F:
    """The configuration file alone, for a command that asks no server."""
    return stacked(function, _CONNECTION[:1])


def output_options(function: F) -> F:
    """Options on what is shown meanwhile."""
    return stacked(function, _OUTPUT)
