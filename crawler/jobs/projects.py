"""Which projects the credentials reach."""

from crawler.api.wire_projects import ProjectSummary
from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.jobs.connection import connect
from crawler.progress import Progress

__all__ = ("ProjectSummary", "list_projects")


async def list_projects(
    settings: Settings, *, progress: Progress, clock: Clock
) -> tuple[ProjectSummary, ...]:
    """All projects, by their short names.

    Raises `AccessError` or `ServerError` if they cannot be had.
    """
    async with connect(settings, progress=progress, clock=clock) as client:
        return tuple(sorted(await client.projects(), key=lambda project: project.slug))
