"""Does the configuration work? Address, credentials, and which projects they reach."""

from dataclasses import dataclass

from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.errors import ProjectError
from crawler.jobs.connection import connect, credentials
from crawler.jobs.projects import ProjectSummary
from crawler.progress import Progress

__all__ = ("CheckReport", "check")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What works. `project_ok` is `None` if no project is configured."""

    server: str
    account: str
    projects: tuple[ProjectSummary, ...]
    project: str | None
    project_ok: bool | None


async def check(settings: Settings, *, progress: Progress, clock: Clock) -> CheckReport:
    """Log in and look for the configured project.

    Raises `AccessError` or `ServerError` if the server or the credentials do not work.
    """
    async with connect(settings, progress=progress, clock=clock) as client:
        await client.login()
        projects = await client.projects()
        found: bool | None = None
        if settings.project:
            try:
                await client.project(settings.project)
                found = True
            except ProjectError:
                found = False
        return CheckReport(
            server=client.server,
            account=str(credentials(settings).kind()),
            projects=tuple(sorted(projects, key=lambda project: project.slug)),
            project=settings.project,
            project_ok=found,
        )
