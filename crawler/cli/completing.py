"""What a shell completes: paths, and the projects that the account was last seen to reach.

A key press must not wait for a server, so the projects come from the configuration and from a list
that `projects`, `check` and `config init` leave behind.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem

from crawler.cli.private_file import write_private
from crawler.cli.session import Session, find_config
from crawler.config.settings import Settings
from crawler.config.sources import gather
from crawler.errors import CrawlerError
from crawler.redaction import printable
from crawler.sections import SectionName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.jobs.projects import ProjectSummary

__all__ = (
    "complete_folder",
    "complete_path",
    "complete_project",
    "complete_sections",
    "complete_target",
    "complete_tool",
    "remember",
)

_NAME: Final = "projects.json"


def complete_path(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders, as the shell itself finds them."""
    return [CompletionItem(incomplete, type="file")]


def complete_folder(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Folders, as the shell itself finds them."""
    return [CompletionItem(incomplete, type="dir")]


def complete_sections(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """The last name of a list with commas; what stands before it stays."""
    before, comma, _begun = incomplete.rpartition(",")
    chosen = before.split(",")
    names = [each.replace("_", "-") for each in SectionName if each.replace("_", "-") not in chosen]
    offered = [before + comma + each for each in (*names, *([] if comma else ["all"]))]
    return [each for each in offered if each.startswith(incomplete)]


def complete_target(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """What `export` writes for."""
    from crawler.export.registry import target_names  # noqa: PLC0415  not needed otherwise

    return [each for each in target_names() if each.startswith(incomplete)]


def complete_tool(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """What `import-from` reads."""
    from crawler.importing.registry import BUILT_IN  # noqa: PLC0415  not needed otherwise

    return [each for each in (*BUILT_IN, "markdown") if each.startswith(incomplete)]


def complete_project(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Short names of projects, with their titles as help where they are known."""
    try:
        settings = _settings(context.find_object(Session) or Session())
    except CrawlerError:
        return []
    named = (settings.project, *settings.projects)
    titles: dict[str, str] = {each: "" for each in named if each} | _remembered(settings.url)
    return [
        CompletionItem(printable(slug), help=printable(titles[slug]))
        for slug in sorted(titles)
        if slug.startswith(incomplete)
    ]


def remember(url: str, projects: "Iterable[ProjectSummary]") -> None:
    """Note what a server's account reaches; that it could not be noted hurts nobody."""
    path = _path()
    with suppress(OSError, CrawlerError):
        path.parent.mkdir(parents=True, exist_ok=True)
        known = {**_read(path), url: {each.slug: each.title for each in projects}}
        write_private(path, json.dumps(known, ensure_ascii=False), replace=True)


def _settings(session: Session) -> Settings:
    """The settings without their secrets: a token file may be a pipe, or ask for a password."""
    flags = {name: value for name, value in session.flags.items() if name == "url"}
    unread = "testomat_unread"
    return gather(
        file=find_config(session.config),
        environment=os.environ,
        flags=flags,
        read_text=lambda _: unread,
    ).settings


def _remembered(url: str) -> dict[str, str]:
    found = _read(_path()).get(url)
    if not isinstance(found, dict):
        return {}
    return {str(slug): str(title) for slug, title in found.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _path() -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415  not needed for help

    return user_cache_path("testomat-crawler", appauthor=False) / _NAME
