"""Does the configuration work? Address, credentials, and which projects they reach."""

from dataclasses import dataclass

from crawler.api.client import Client
from crawler.clock import Clock
from crawler.config.api_settings import ApiChoice
from crawler.config.settings import Settings
from crawler.edition import Edition
from crawler.errors import OutageError, ProjectError, RefusedError, UsageError
from crawler.jobs.connection import connect, credentials, means_of
from crawler.jobs.edition import check_edition, open_edition
from crawler.jobs.projects import ProjectSummary
from crawler.progress import Progress

__all__ = ("CheckReport", "check")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What works. `project_ok` is `None` if no project is configured.

    `projects` is empty where only v2 of the API answers, which lists none. `edition` is what the
    project is read from.
    """

    server: str
    account: str
    projects: tuple[ProjectSummary, ...]
    project: str | None
    project_ok: bool | None
    edition: Edition | None = None


async def check(settings: Settings, *, progress: Progress, clock: Clock) -> CheckReport:
    """Log in and look for the configured project.

    Raises `AccessError` or `ServerError` if the server or the credentials do not work, and
    `UsageError` if a project has to be named, or has no such branch.
    """
    check_edition(settings)
    async with connect(settings, tree=True, progress=progress, clock=clock) as client:
        means = means_of(credentials(settings), settings)
        projects = await _projects(client, settings) if means.opens_session else ()
        if not settings.project and not means.opens_session:
            raise UsageError(
                f"{means[:1].upper()}{means[1:]} can only be tried with a project.",
                hint="Name one: testomat-crawler check PROJECT.",
            )
        found: bool | None = None
        edition: Edition | None = None
        if settings.project:
            try:
                edition, source = await open_edition(client, settings.project, settings)
                await source.project()
                found = True
            except ProjectError:
                found = False
        return CheckReport(
            server=client.server,
            account=str(means),
            projects=tuple(sorted(projects, key=lambda project: project.slug)),
            project=settings.project,
            project_ok=found,
            edition=edition,
        )


async def _projects(client: Client, settings: Settings) -> tuple[ProjectSummary, ...]:
    """Those that v1 lists, which the account may read."""
    try:
        await client.login()
        return tuple(await client.projects())
    except (OutageError, RefusedError):
        if settings.api is ApiChoice.V1 or not settings.project:
            raise
        return ()  # v1 may be shut; how the project is read tells more
