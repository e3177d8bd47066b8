"""Format 1 as values, and the one canonical order of its keys.

A document is flat: a head, and the tree as a sequence of nodes in document order. A suite comes
first, then its child suites one level deeper, each with all that is below it, then its tests one
level deeper. So every depth can be written, read and compared without recursion, and nothing needs
the whole tree in memory. The nesting exists only in the files.

What a project holds beside its tree follows in sections, each a flat list of items.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from crawler.edition import USUAL, Edition, edition_mapping
from crawler.model import SectionName
from crawler.selection import WHOLE, Selection, selection_mapping

__all__ = (
    "FORMAT",
    "SECTIONS",
    "Document",
    "DocumentGap",
    "Head",
    "Node",
    "NodeKind",
    "Section",
    "head_mapping",
)

FORMAT: Final = "testomat-snapshot/1"

SECTIONS: Final = tuple(name.value for name in SectionName)
"""The keys under which sections stand after the tree, in their order."""


class NodeKind(StrEnum):
    """What a node is."""

    SUITE = "suite"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Node:
    """A suite or a test: `fields` in canonical order, without `suites` and `tests`.

    `depth` 0 is a root, or directly under `orphans`.
    """

    kind: NodeKind
    depth: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DocumentGap:
    """Something that is missing, in words that do not change from crawl to crawl."""

    kind: str
    id: str
    reason: str
    expected: int | None = None
    found: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """All that stands before the tree; `suites` and `tests` count orphans too.

    `omitted` names the places that were left out on request; it is empty for a full snapshot.
    `selection` is the part of the project that was asked for, its suites by their IDs.
    `edition` tells over which API it was read, and which branch.
    `sections` has the names of the sections that are there, and how many items each has.
    `runs_since` is the day (`YYYY-MM-DD`) from which on the results of runs were asked for; those
    of runs that ended earlier are not all there. `None`: all were.
    """

    project_id: str
    project_title: str
    url: str
    complete: bool
    suites: int
    tests: int
    gaps: tuple[DocumentGap, ...] = ()
    omitted: tuple[str, ...] = ()
    selection: Selection = WHOLE
    edition: Edition = USUAL
    sections: tuple[tuple[str, int], ...] = ()
    runs_since: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A list of what is not in the tree; each item has its fields in canonical order."""

    name: str
    items: Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Document:
    """A snapshot. `nodes`, `orphans` and what is in `sections` may be streams.

    A stream may be such that it can be walked only once, and only after those before it.
    """

    head: Head
    nodes: Iterable[Node]
    orphans: Iterable[Node] = field(default=())
    sections: tuple[Section, ...] = ()


def head_mapping(head: Head) -> dict[str, Any]:
    """The head as the mapping that every format writes, in canonical order."""
    mapping: dict[str, Any] = {
        "format": FORMAT,
        "project": {"id": head.project_id, "title": head.project_title, "url": head.url},
        **edition_mapping(head.edition),
        "selection": selection_mapping(head.selection),
        "runs_since": head.runs_since,
        "complete": head.complete,
        "counts": {"suites": head.suites, "tests": head.tests, **dict(head.sections)},
    }
    if not head.selection:
        del mapping["selection"]
    if head.runs_since is None:
        del mapping["runs_since"]
    if head.gaps:
        mapping["gaps"] = [_gap_mapping(gap) for gap in head.gaps]
    if head.omitted:
        mapping["omitted"] = list(head.omitted)
    return mapping


def _gap_mapping(gap: DocumentGap) -> dict[str, Any]:
    mapping: dict[str, Any] = {"kind": gap.kind, "id": gap.id, "reason": gap.reason}
    if gap.expected is not None:
        mapping["expected"] = gap.expected
    if gap.found is not None:
        mapping["found"] = gap.found
    return mapping
