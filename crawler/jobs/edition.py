"""Which edition of a project a crawl reads, and the source that reads it."""

from typing import Final

import anyio

from crawler.api.client import Client
from crawler.api.flat_source import FlatSource
from crawler.api.project_source import ProjectSource
from crawler.api.sections import V2
from crawler.api.versions import api_for
from crawler.config.api_settings import ApiChoice
from crawler.config.settings import Settings
from crawler.edition import Api, Edition
from crawler.errors import UsageError
from crawler.model import SectionName
from crawler.redaction import printable
from crawler.sections import listed_names

__all__ = ("Opened", "check_edition", "open_edition")

Opened = tuple[Edition, ProjectSource | FlatSource]
"""An edition of a project, and the source that reads it."""

_NAMES_SHOWN: Final = 10
#: The branch that there always is (API description); a list of branches need not name it.
_MAIN: Final = "Main"


def check_edition(settings: Settings) -> None:
    """Raises `UsageError` if the settings contradict each other."""
    if settings.branch and settings.api is ApiChoice.V1:
        raise UsageError(
            "Only v2 of the API has branches, and v1 was asked for.",
            hint="Leave out --api, or --branch.",
        )
    if settings.sections and settings.branch:
        raise UsageError(
            "Of a branch only suites and tests can be read, not what --with asks for besides.",
            hint="Leave out --with, or --branch.",
        )
    if settings.api is ApiChoice.V2:
        _check_sections(settings.sections)


async def open_edition(
    client: Client, project: str, settings: Settings, edition: Edition | None = None
) -> Opened:
    """The edition that is wanted, else that of the settings, and its source.

    Raises `UsageError` if the project has no such branch, or if what is wanted besides the tree
    cannot be had so; else what v1 raises if neither API can be read.
    """
    check_edition(settings)
    with anyio.move_on_after(settings.deadline):
        if edition is None:
            return await _open(client, project, settings)
        if edition.branch:
            await _check_branch(client, project, edition.branch)
        if edition.api is Api.V1:
            return edition, client.source(project)
        return edition, client.flat_source(project, edition.branch)
    from crawler.engine.crawl import too_late  # noqa: PLC0415  not needed to ask

    raise too_late()


async def _open(client: Client, project: str, settings: Settings) -> Opened:
    branch = settings.branch or ""
    if branch:
        await _check_branch(client, project, branch)
    facts = None
    if branch or settings.api is ApiChoice.V2:
        api = Api.V2
    elif settings.api is ApiChoice.V1:
        api = Api.V1
    else:
        api, facts = await api_for(client, project)
    if api is Api.V1:
        return Edition(), client.source(project, facts)
    _check_sections(settings.sections)
    return Edition(api, branch), client.flat_source(project, branch)


async def _check_branch(client: Client, project: str, branch: str) -> None:
    """The server would answer with the main branch for a name that it does not know."""
    names = await client.flat_source(project).branches()
    if names is None:
        raise UsageError(
            f"The server does not list the branches of {project}, so nobody can tell whether it"
            f" would read {printable(branch)!r} or the main one.",
            hint="Leave out --branch.",
        )
    if branch in {*names, _MAIN}:
        return
    shown = ", ".join(map(printable, names[:_NAMES_SHOWN]))
    more = f", and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    raise UsageError(
        f"The project {project} has no branch {printable(branch)!r}.",
        hint=f"It has: {shown}{more}." if names else "It has none but the main one.",
    )


def _check_sections(wanted: tuple[SectionName, ...]) -> None:
    """Whoever asks for all gets all that there is, and is told what there is not."""
    missing = [name for name in wanted if name not in V2.places]
    if missing and set(wanted) != set(SectionName):
        raise UsageError(
            f"Over v2 of the API these cannot be read: {listed_names(missing)}.",
            hint=f"It has {listed_names(V2.places)}. Leave the others out of --with, or read over"
            " v1, with a general token and --api v1.",
        )
