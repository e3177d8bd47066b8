"""The sections of two documents to what changed in them, and back.

A section is compared as a tree of its items alone, so all that finds what was added, removed,
reordered or changed among suites and tests finds it here too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from crawler.diff.changes import Change
from crawler.snapshot.document import SECTIONS, Document, Head, Node, NodeKind, Section

__all__ = ("ItemFields", "applied_sections", "section_changes")

ItemFields = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""What of the fields of an item is compared; the first argument is its section."""


@dataclass(frozen=True, slots=True)
class _Items:
    """The items of a section as nodes, made anew at each walk."""

    items: Iterable[Mapping[str, Any]]

    def __iter__(self) -> Iterator[Node]:
        return (Node(NodeKind.TEST, 0, fields) for fields in self.items)


def section_changes(
    old: Document, new: Document, compare: Callable[[str, Document, Document], Iterable[Change]]
) -> Iterator[Change]:
    """The changes of all sections, by section; `compare` finds those of one, as of two trees."""
    before, after = ({each.name: each for each in side.sections} for side in (old, new))
    for name in SECTIONS:
        one, other = before.get(name), after.get(name)
        if one is not None or other is not None:
            changes = compare(name, _tree(old.head, one), _tree(new.head, other))
            yield from (replace(change, section=name) for change in changes)


def _tree(head: Head, section: Section | None) -> Document:
    return Document(head, _Items(section.items if section is not None else ()))


def applied_sections(
    old: Document,
    head: Head,
    changes: Iterable[Change],
    apply: Callable[[Document, tuple[Change, ...]], Iterable[Node]],
) -> Iterator[Section]:
    """The sections that result; `apply` gives the nodes that changes make of those of a tree."""
    found = tuple(changes)
    before = {each.name: each for each in old.sections}
    for name, _ in head.sections:
        own = tuple(replace(each, section="") for each in found if each.section == name)
        nodes = apply(_tree(old.head, before.get(name)), own)
        yield Section(name, tuple(node.fields for node in nodes))
