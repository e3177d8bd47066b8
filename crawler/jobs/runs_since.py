"""From which day on the results of runs are all in a snapshot that takes over an older one's.

A run that ended before `runs_since` is not read again: what the older snapshot has of it stands. So
the day that holds for both together is that of the older one, as long as no run in between escaped
both, such as one that ended after the older crawl.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.api.sections import last_day
from crawler.diff.sums import content_sum
from crawler.jobs.crawled import CrawledProject
from crawler.model import ItemKind, SectionName
from crawler.snapshot.assemble import section_fields
from crawler.snapshot.document import Document, Head

__all__ = ("day_of_both",)

Fields = Mapping[str, Any]


def day_of_both(crawled: CrawledProject, old: Document) -> str | None:
    """The day for the crawl with what `old` has besides; `None` if it has the results of all runs.

    `old` is of the same project, and its sections can be walked again.
    """
    since, before = crawled.head.runs_since, old.head.runs_since
    if since is None or (before is not None and before >= since) or not _has_results(old.head):
        return since
    unread = dict(_unread(crawled, before or "", since))
    runs = (section.items for section in old.sections if section.name == SectionName.RUNS)
    for items in runs:
        for own in _unchanged(unread, items, crawled):
            del unread[own]
    return since if unread else before


def _has_results(old: Head) -> bool:
    """Whether it has the results of all runs that it should have, by what it says itself."""
    doubtful = {ItemKind.LISTING, ItemKind.PROJECT}
    return SectionName.TESTRUNS in dict(old.sections) and all(
        gap.kind not in doubtful for gap in old.gaps
    )


def _unread(crawled: CrawledProject, first: str, end: str) -> Iterator[tuple[str, bytes]]:
    """The runs that ended from the day `first` on and before the day `end`, with their sums."""
    for item in crawled.outcome.sections.items(SectionName.RUNS):
        day = last_day(item.resource)
        if day is not None and first <= day < end:
            fields = section_fields(
                SectionName.RUNS, item.resource, item.kind, item.owner, crawled.omission
            )
            yield item.resource.id, content_sum(fields)


def _unchanged(
    unread: Mapping[str, bytes], items: Iterable[Fields], crawled: CrawledProject
) -> Iterator[str]:
    """The runs that the older snapshot has as they are now, and so with their results."""
    for item in items:
        known = unread.get(item["id"])
        # What is left out now may have been let in by the older one.
        if known and known == content_sum(crawled.omission.apply(SectionName.RUNS, dict(item))):
            yield item["id"]
