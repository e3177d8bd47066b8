"""Pure: the server's answers on projects become records."""

from dataclasses import dataclass

from crawler.api.messages import Reply
from crawler.api.wire import document, total_pages
from crawler.api.wire_facts import count_fact
from crawler.api.wire_items import listed_items
from crawler.api.wire_resources import Raw, raw_item
from crawler.model import Listing, ProjectFacts

__all__ = ("ProjectSummary", "read_project", "read_projects_page")

_PROJECT = "project"


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """A project that the account reaches; `status` is the server's word, empty if it sent none.

    The project's own key, which the listing shows, is not among the fields.
    """

    slug: str
    title: str
    status: str = ""
    tests_count: int | None = None


def read_projects_page(reply: Reply, label: str, page: int) -> Listing[ProjectSummary]:
    """The answer to `GET /api/projects`; an account without projects has an empty list."""
    found = document(reply, label)
    rows = tuple(map(_summary, listed_items(found, _PROJECT)))
    return Listing(page, rows, total_pages(found))


def _summary(raw: Raw) -> ProjectSummary:
    facts = raw.facts
    title, status = facts.get("title"), facts.get("status")
    return ProjectSummary(
        slug=raw.id,
        title=title if isinstance(title, str) and title else raw.id,
        status=status if isinstance(status, str) else "",
        # A null count means 0 only where a suite says it; here it is no claim at all.
        tests_count=count_fact(facts, "testscount")
        if facts.get("testscount") is not None
        else None,
    )


def read_project(reply: Reply, label: str, slug: str) -> ProjectFacts:
    """The answer to `GET /api/projects/{slug}`; `TransientError` if it is about another one."""
    found = document(reply, label)
    if not isinstance(found.data, dict):
        raise found.wrong("it is not about one project")
    raw = raw_item(found, found.data, _PROJECT)
    if raw.kind != _PROJECT or raw.bare or not _is_about(raw, slug):
        raise found.wrong(f"it is not about project {slug}")
    summary = _summary(raw)
    title = slug if summary.title == raw.id else summary.title
    return ProjectFacts(slug, title, summary.tests_count)


def _is_about(raw: Raw, slug: str) -> bool:
    # Listings have the slug for an ID; whether a number stands there instead in the single
    # answer is not recorded, so a number contradicts nothing.
    return slug in {raw.id, raw.facts.get("slug")} or raw.id.isdecimal()
