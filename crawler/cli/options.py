"""The options that commands share; each notes what was given in the `Session`.

A command takes the groups that it needs and asks the session for the settings that result, so no
function has to pass on twenty arguments.
"""

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from crawler.cli.completing import (
    complete_folder,
    complete_path,
    complete_project,
    complete_sections,
)
from crawler.cli.numbers import NUMBER, WHOLE
from crawler.cli.session import Session
from crawler.config.api_settings import ApiChoice
from crawler.config.backup_settings import BackupFormat, Compression
from crawler.config.selection_settings import TestState
from crawler.config.settings import ABOUT, DEFAULTS, LogFormat, ProgressMode
from crawler.config.sources import TOKEN_FILE
from crawler.config.thrift_settings import Strategy

__all__ = (
    "backup_options",
    "config_option",
    "connection_options",
    "crawl_options",
    "edition_options",
    "output_options",
    "pace_options",
    "project_options",
    "restore_options",
    "selected_crawl_options",
)

F = TypeVar("F", bound=Callable[..., Any])

_LOUDEST: Final = 2


def _note(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Note a flag that was given; one that was not must not hide the weaker sources."""
    if value is not None:
        context.ensure_object(Session).flags[str(parameter.name)] = value


def _note_several(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> None:
    _note(context, parameter, values or None)


def _note_states(context: click.Context, _: click.Parameter, values: tuple[str, ...]) -> None:
    """One flag with two meanings, which its value tells apart: of tests, and of a crawl."""
    flags = context.ensure_object(Session).flags
    for value in values:
        name = "only_state" if value in set(TestState) else "state"
        if flags.setdefault(name, value) != value:
            raise click.UsageError(f"--state is {flags[name]} already, not {value} too.", context)


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


def _option(flag: str, name: str, *, metavar: str | None = None, **more: Any) -> Callable[[F], F]:
    """An option for a setting, described as the setting itself is."""
    default = DEFAULTS.get(name)
    shown = f"  [default: {default:g}]" if type(default) in {int, float} else ""
    more.setdefault("help", f"{ABOUT[name].help}{shown}" if name in ABOUT else None)
    return click.option(
        flag, name, metavar=metavar, default=None, expose_value=False, callback=_note, **more
    )


def _switch(flag: str, name: str, *, value: bool = True, **more: Any) -> Callable[[F], F]:
    return _option(flag, name, is_flag=True, flag_value=value, type=bool, **more)


def _several(flag: str, name: str, metavar: str, text: str) -> Callable[[F], F]:
    """An option that may be given again."""
    return click.option(
        flag,
        name,
        metavar=metavar,
        multiple=True,
        expose_value=False,
        callback=_note_several,
        help=text,
    )


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
    _option("--url", "url", metavar="URL", help="Address of the server."),
    _option(
        "--token-file",
        TOKEN_FILE,
        metavar="FILE",
        shell_complete=complete_path,
        help="File that holds a token; - reads it from standard input.",
    ),
    _option("--ca-file", "ca_file", metavar="FILE", shell_complete=complete_path),
)

_EDITION: Final = (
    _option(
        "--api",
        "api",
        type=click.Choice([str(each) for each in ApiChoice]),
        help="Which of the server's two APIs to read over; auto is v1, which tells more, or v2"
        " where v1 is shut or there is only a project token.  [default: auto]",
    ),
    _option(
        "--branch",
        "branch",
        metavar="NAME",
        help="Branch of the project instead of the main one; read over v2.",
    ),
)

_PACE: Final = (
    _option("--rate", "rate", metavar="N", type=NUMBER),
    _option("--workers", "workers", metavar="N", type=WHOLE),
    _switch("--no-hedge", "hedge", value=False, help="Never ask twice for a slow answer."),
)

_STATE: Final = _option("--state", "state", metavar="DIR", shell_complete=complete_folder)
_CRAWL: Final = (
    _switch("--fresh", "fresh"),
    _switch(
        "--incremental",
        "incremental",
        help="Ask only for the suites that the listings do not prove unchanged since the last run"
        " with this option, whose answers are kept in the folder for progress.",
    ),
    _option(
        "--full-every",
        "full_every",
        metavar="N",
        type=WHOLE,
        help="With --incremental: every Nth run asks for all suites, and says if incremental had"
        " missed anything; so does --fresh.  [default: 7]",
    ),
    _option(
        "--strategy",
        "strategy",
        type=click.Choice([str(each) for each in Strategy]),
        help="walk asks for each suite; listing takes suites and tests from their listings, 50 a"
        " request, if a sample of suites shows that these say all.  [default: walk]",
    ),
    _switch("--allow-partial", "allow_partial"),
    _switch("--stable", "stable"),
    _option(
        "--with",
        "sections",
        metavar="LIST",
        shell_complete=complete_sections,
        help="What the snapshot holds besides suites and tests, with commas: runs, testruns, plans,"
        " rungroups, labels, milestones, steps, templates, users, jira-issues, comments,"
        " attachments, branches, or all.",
    ),
    _option(
        "--runs-since",
        "runs_since",
        metavar="DATE",
        help="Results of those runs only that ended on this day or later; older ones stay in the"
        " snapshot as it has them already.",
    ),
    _switch(
        "--no-attachment-files",
        "attachment_files",
        value=False,
        help="With attachments: what is known of them, without the files.",
    ),
    _option("--deadline", "deadline", metavar="SECONDS", type=NUMBER),
    _switch(
        "--no-manifest",
        "manifest",
        value=False,
        help="Do not write PATH.manifest.json beside the snapshot.",
    ),
)

_SELECTION: Final = (
    _several(
        "--suite",
        "only_suites",
        "ID|PATH",
        "Only this suite with all below it; PATH is its titles, such as Checkout/Payment. May be"
        " given again.",
    ),
    _several("--exclude", "exclude", "ID|PATH", "Not this suite. May be given again."),
    _switch("--no-tests", "tests", value=False, help="Only the suites."),
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
    _several("--tag", "only_tags", "NAME", "Only tests with this tag, or one of several."),
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

_RESTORE: Final = (
    _option(
        "--state",
        "state",
        metavar="DIR",
        shell_complete=complete_folder,
        help="Folder for the progress of unfinished restores.",
    ),
    _switch("--fresh", "fresh", help="Forget an unfinished restore into this project."),
    _switch("--allow-partial", "allow_partial", help="Restore a partial snapshot as well."),
)

_BACKUP: Final = (
    _option(
        "--format",
        "backup_format",
        type=click.Choice([str(form) for form in BackupFormat]),
        help="Format of a backup.  [default: json; with --git what is there, else tree]",
    ),
    _option(
        "--compress",
        "compress",
        type=click.Choice([str(each) for each in Compression]),
        help="How backups are packed.  [default: gzip]",
    ),
    *(
        _option(f"--keep-{period}", f"keep_{period}", metavar="N", type=WHOLE, help=meaning)
        for period, meaning in (
            ("last", "Keep the last N backups; without any --keep all stay."),
            ("daily", "Keep the newest of each of the last N days."),
            ("weekly", "Keep the newest of each of the last N weeks."),
            ("monthly", "Keep the newest of each of the last N months."),
        )
    ),
    _option(
        "--max-shrink-percent",
        "max_shrink_percent",
        metavar="N",
        type=NUMBER,
        help="Largest loss of suites or tests that is not suspect.  [default: 10]",
    ),
    _option(
        "--report",
        "report",
        metavar="FILE",
        shell_complete=complete_path,
        help="JSON report of the run.",
    ),
    _option(
        "--metrics",
        "metrics",
        metavar="FILE",
        shell_complete=complete_path,
        help="Figures for Prometheus.",
    ),
)

_OUTPUT: Final = (
    _option(
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
    _option(
        "--log-format",
        "log_format",
        type=click.Choice([str(form) for form in LogFormat]),
        help="Form of the log: lines for people, or one JSON object each.",
    ),
)


def connection_options(function: F) -> F:
    """Options on where the server is, how to be let in, and how fast to ask."""
    return _stacked(function, (*_CONNECTION, *_PACE))


def edition_options(function: F) -> F:
    """Options on which API to read over, and which branch of a project."""
    return _stacked(function, _EDITION)


def pace_options(function: F) -> F:
    """Options on how fast to ask, for a command that knows its server itself."""
    return _stacked(function, _PACE)


def crawl_options(function: F) -> F:
    """Options on what a crawl keeps, resumes and writes."""
    return _stacked(function, (_STATE, *_CRAWL))


def selected_crawl_options(function: F) -> F:
    """Those of `crawl_options`, and which part of the project to crawl."""
    return _stacked(function, (*_SELECTION, *_EDITION, *_CRAWL))


def project_options(function: F) -> F:
    """Which projects, for a command that can do several: `all_projects` and `projects`."""
    return _stacked(function, _PROJECTS)


def restore_options(function: F) -> F:
    """Options on what a restore resumes, and from what."""
    return _stacked(function, _RESTORE)


def backup_options(function: F) -> F:
    """Options on how backups are stored, and for how long."""
    return _stacked(function, _BACKUP)


def config_option(function: F) -> F:
    """The configuration file alone, for a command that asks no server."""
    return _stacked(function, _CONNECTION[:1])


def output_options(function: F) -> F:
    """Options on what is shown meanwhile."""
    return _stacked(function, _OUTPUT)


def _stacked(function: F, options: tuple[Callable[[Any], Any], ...]) -> F:
    # Decorators apply from the inside out, the help lists from the outside in.
    return reduce(lambda wrapped, option: option(wrapped), reversed(options), function)
