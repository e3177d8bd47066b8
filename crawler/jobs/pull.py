"""The server's own Markdown of a project, fetched into a folder."""

from pathlib import Path

import anyio.to_thread

from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.errors import IncompleteError
from crawler.jobs.connection import connect_with_key
from crawler.plural import counted
from crawler.progress import Progress
from crawler.redaction import printable
from crawler.snapshot.page_folder import PageChange, plan_pages, unusable_names, write_pages

__all__ = ("PageChange", "pull_pages")


async def pull_pages(
    settings: Settings,
    folder: Path,
    *,
    automated: bool = False,
    overwrite: bool = False,
    rehearse: bool = False,
    progress: Progress,
    clock: Clock,
) -> PageChange:
    """Write the pages of the project whose token is among the settings below `folder`.

    To `rehearse` only tells what would be written. `automated` tests have pages too if asked for.

    Raises:
        AccessError, ServerError: if they cannot be had.
        IncompleteError: if a page has a name that is not to be written; then none is.
        LocalError: if something cannot be written.
        UsageError: if other content is there and `overwrite` is not set.
    """
    async with connect_with_key(settings, progress=progress, clock=clock) as project:
        pages = await project.pages(automated=automated)
    if bad := unusable_names(pages):
        raise IncompleteError(
            f"The server names {counted(len(bad), 'page')} that cannot be written safely, such as"
            f" '{printable(bad[0][:80])}', so nothing was written.",
            hint="Rename that suite in the project.",
        )
    if rehearse:
        return await anyio.to_thread.run_sync(plan_pages, folder, pages)
    return await anyio.to_thread.run_sync(lambda: write_pages(folder, pages, overwrite=overwrite))
