"""What a snapshot holds beside its tree, packed for the page: runs, results, and other lists."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.model import SectionName
from crawler.report.columns import Columns
from crawler.report.facts import text
from crawler.report.packing import exact, packed
from crawler.report.runs import Results, Runs
from crawler.snapshot.document import Section

__all__ = ("Beside",)


class Beside:
    """The sections of one snapshot, taken in one after the other."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._runs = Runs()
        self._results: Results | None = None
        self._groups: dict[str, str] = {}
        self._lists: dict[str, str] = {}
        self._lengths: dict[str, int] = {}

    def take(self, sections: Iterable[Section]) -> None:
        """Read all sections, in their order."""
        for section in sections:
            match section.name:
                case SectionName.RUNS:
                    for fields in section.items:
                        self._runs.add(fields)
                case SectionName.TESTRUNS:
                    self._take_results(section.items)
                case _:
                    self._take_list(section)

    def _take_results(self, items: Iterable[Mapping[str, Any]]) -> None:
        results = Results(self._runs, self._columns.tests(), self._columns.titles)
        for fields in items:
            results.add(fields)
        self._columns.mark_results(results.last_of(len(self._columns)))
        self._results = results

    def _take_list(self, section: Section) -> None:
        found = [exact(fields) for fields in section.items]
        if section.name == SectionName.RUNGROUPS:
            self._groups = {
                text(each.get("id")): text(each.get("title")) for each in found if each.get("title")
            }
        self._lists[section.name] = packed(found)
        self._lengths[section.name] = len(found)

    def mapping(self) -> dict[str, Any]:
        """What the page knows from the start: the runs, and how long each list is."""
        counts = self._results.counts if self._results else {}
        return {
            "runs": self._runs.mapping(counts, self._groups),
            "results": len(self._results) if self._results else 0,
            "lists": self._lengths,
        }

    def parts(self) -> Iterator[tuple[str, str]]:
        """What is unpacked when somebody looks: (name, packed) of each part."""
        for number, block in enumerate(self._runs.blocks.packed()):
            yield f"run-{number}", block
        if self._results:
            yield "result-columns", packed(self._results.mapping())
            for number, block in enumerate(self._results.blocks.packed()):
                yield f"result-{number}", block
        for name, block in self._lists.items():
            yield f"section-{name}", block
