"""Runs and results that an older snapshot holds and the new crawl does not, carried over.

The service purges old runs, and `runs_since` leaves the results of old runs unread. Neither may
take from a backup what it has. What the server has no more is marked as `purged`; what was only not
read again is not. Whether something is gone is judged by lists that were read to their end.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from crawler.engine.section_rows import SectionRows
from crawler.errors import SnapshotError
from crawler.jobs.crawled import CrawledProject
from crawler.jobs.runs_since import day_of_both
from crawler.model import SectionName
from crawler.snapshot.document import Document, Head
from crawler.snapshot.noise import Omission
from crawler.snapshot.reading import opened

__all__ = ("carried_over", "with_kept_runs", "without_purged")

Fields = Mapping[str, Any]

_KEPT: Final = (SectionName.RUNS, SectionName.TESTRUNS)
_MARK: Final = "purged"


@contextmanager
def with_kept_runs(crawled: CrawledProject, old: Path | None) -> Iterator[CrawledProject]:
    """The crawl with what the snapshot at `old` has of runs besides; readable inside the block.

    Nothing is carried over if runs were not asked for, if there is nothing at `old`, or if that is
    of another project.

    Raises:
        SnapshotError: if it cannot be read: what only it still has would be lost.
    """
    if not _wanted(crawled) or old is None or not old.exists():
        yield crawled
        return
    try:
        with opened(old) as document:
            yield carried_over(crawled, document)
    except SnapshotError as error:
        raise SnapshotError(
            f"The runs that only the older snapshot still has could not be read: {error.message}",
            hint="Move it away, or write to another place.",
        ) from error


def carried_over(crawled: CrawledProject, old: Document) -> CrawledProject:
    """The same for a snapshot that is open and stays so, and whose sections can be walked again."""
    wanted = _wanted(crawled)
    if not wanted or not _is_same_project(old.head, crawled.head):
        return crawled
    return _joined(crawled, old, wanted)


def without_purged(document: Document) -> Document:
    """The document without the runs and results that it knows to be gone from the server."""
    sections = tuple(
        replace(each, items=_Present(each.items)) if each.name in _KEPT else each
        for each in document.sections
    )
    present = {each.name: sum(1 for _ in each.items) for each in sections if each.name in _KEPT}
    counts = tuple((name, present.get(name, count)) for name, count in document.head.sections)
    return replace(document, head=replace(document.head, sections=counts), sections=sections)


@dataclass(frozen=True, slots=True)
class _Present:
    """The items of a section that bear no mark, found anew at each walk."""

    items: Iterable[Fields]

    def __iter__(self) -> Iterator[Fields]:
        return (item for item in self.items if item.get(_MARK) is not True)


def _wanted(crawled: CrawledProject) -> list[SectionName]:
    return [name for name in _KEPT if name in crawled.wanted]


def _is_same_project(old: Head, new: Head) -> bool:
    return (old.project_id, old.url) == (new.project_id, new.url)


def _joined(
    crawled: CrawledProject, old: Document, wanted: Iterable[SectionName]
) -> CrawledProject:
    rows = crawled.outcome.sections
    sections = {each.name: each.items for each in old.sections}
    kept: dict[str, Iterable[Fields]] = {
        name.value: _Kept(name, sections[name.value], rows, crawled.omission)
        for name in wanted
        if name.value in sections
    }
    counts = dict(crawled.head.sections)
    for name, items in kept.items():
        counts[name] = counts.get(name, 0) + sum(1 for _ in items)
    in_order = tuple((name.value, counts[name.value]) for name in SectionName if name in counts)
    head = replace(crawled.head, sections=in_order, runs_since=day_of_both(crawled, old))
    return replace(crawled, head=head, kept=kept)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The items of an older section that the crawl did not read, found anew at each walk."""

    section: SectionName
    items: Iterable[Fields]
    rows: SectionRows
    omission: Omission

    def __iter__(self) -> Iterator[Fields]:
        for item in self.items:
            if not self.rows.holds(self.section, item["id"]):
                # What is left out now may have been let in by the older one.
                fields = self.omission.apply(self.section, dict(item))
                yield _purged(fields) if self._is_gone(item) else fields

    def _is_gone(self, item: Fields) -> bool:
        if self.section is SectionName.RUNS:
            return self.rows.is_whole(SectionName.RUNS)
        run_id = str(item.get("run_id", ""))
        if self.rows.holds(SectionName.RUNS, run_id):
            return self.rows.is_whole(SectionName.TESTRUNS, run_id)
        return self.rows.is_whole(SectionName.RUNS)


def _purged(item: Fields) -> Fields:
    return {**item, _MARK: True}
