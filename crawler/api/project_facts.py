"""What the server says of a project, asked where it may stand until one place tells."""

from collections.abc import Awaitable, Callable
from typing import Final

from crawler.api.project_list import ProjectList
from crawler.errors import (
    AccessError,
    BlockedError,
    CrawlerError,
    CredentialsError,
    RefusedError,
    ThrottledError,
    TransientError,
)
from crawler.model import ProjectFacts
from crawler.progress import Progress, Warned

__all__ = ("project_facts",)

#: These say nothing of one address: there is no session, or nobody is let through.
_OF_ALL: Final = (BlockedError, CredentialsError, ThrottledError)


async def project_facts(
    slug: str,
    ask: Callable[[str], Awaitable[ProjectFacts]],
    projects: ProjectList,
    prove: Callable[[], Awaitable[object]],
    progress: Progress,
) -> ProjectFacts:
    """The title and the number of tests of a project.

    `ask` is for its own address, which not every server has for everybody, `projects` tells the
    same. A tree can be read without either: then `prove` reads some of it, and a warning says what
    is not known if one of the two should have told it. Raises what `prove` raises.
    """
    trouble: CrawlerError | None = None
    try:
        return await ask(slug)
    except (AccessError, RefusedError, TransientError) as error:
        trouble = _passed_over(error, trouble)
    try:
        for row in await projects.remembered():
            if row.slug == slug:
                return ProjectFacts(slug, row.title, row.tests_count)
    except (AccessError, RefusedError, TransientError) as error:
        trouble = _passed_over(error, trouble)
    await prove()
    if trouble is not None:
        progress.report(
            Warned(f"title and number of tests of {slug} are not known: {trouble.message}")
        )
    return ProjectFacts(slug, slug)


def _passed_over(error: CrawlerError, before: CrawlerError | None) -> CrawlerError | None:
    """The trouble worth telling of; raises what another address does not help with."""
    if isinstance(error, _OF_ALL):
        raise error
    # An address that does not exist is no trouble.
    return before if isinstance(error, RefusedError) else before or error
