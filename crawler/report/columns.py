"""What the page has to know of every item before anybody looks at one: a column for each fact.

Columns of one kind of value pack well, and the page can search and count them without objects.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crawler.report.facts import Facet, seconds, text, words
from crawler.snapshot.document import Node, NodeKind

__all__ = ("Columns",)


@dataclass(slots=True)
class Columns:
    """The columns, filled item by item in document order."""

    ids: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    emojis: list[str] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    """Seconds since 1970, 0 for unknown."""
    kinds: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    states: Facet = field(default_factory=Facet)
    priorities: Facet = field(default_factory=Facet)
    tags: Facet = field(default_factory=Facet)
    labels: Facet = field(default_factory=Facet)
    results: Facet = field(default_factory=Facet)
    """How the last result of each test ended."""

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, node: Node) -> None:
        """The next item."""
        fields = node.fields
        self.ids.append(text(fields.get("id")))
        self.titles.append(text(fields.get("title")))
        self.emojis.append(text(fields.get("emoji"))[:8])
        self.depths.append(node.depth)
        self.edited.append(seconds(fields.get("updated_at")))
        self.kinds.append("t" if node.kind is NodeKind.TEST else "s")
        self.folders.append("1" if fields.get("file_type") == "folder" else "0")
        self.states.add([text(fields.get("state"))])
        self.priorities.add([text(fields.get("priority"))])
        self.tags.add(word.removeprefix("@") for word in words(fields.get("tags")))
        self.labels.add(words(fields.get("labels")))

    def tests(self) -> dict[str, int]:
        """The number of each test by its ID; of two with one ID, the first."""
        found: dict[str, int] = {}
        for number, (identity, kind) in enumerate(zip(self.ids, self.kinds, strict=True)):
            if kind == "t":
                found.setdefault(identity, number)
        return found

    def mark_results(self, statuses: Iterable[str]) -> None:
        """How each item ended last, in their order; nothing for one that never ran."""
        for status in statuses:
            self.results.add([status])

    def mapping(self) -> dict[str, Any]:
        """As the page reads it; columns of single letters are one text."""
        return {
            "ids": self.ids,
            "titles": self.titles,
            "emojis": self.emojis,
            "depths": self.depths,
            "edited": self.edited,
            "kinds": "".join(self.kinds),
            "folders": "".join(self.folders),
            "facets": {
                "states": self.states.mapping(),
                "priorities": self.priorities.mapping(),
                "tags": self.tags.mapping(),
                "labels": self.labels.mapping(),
                "results": self.results.mapping(),
            },
        }
