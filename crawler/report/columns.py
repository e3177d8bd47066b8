"""What the page has to know of every item before anybody looks at one: a column for each fact.

Columns of one kind of value pack well, and the page can search and count them without objects.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from crawler.snapshot.document import Node, NodeKind

__all__ = ("Columns",)

_LONGEST_WORD: Final = 200
_NONE: Final = -1


@dataclass(slots=True)
class _Facet:
    """A column of words that many items share; each item has the numbers of its own."""

    numbers: dict[str, int] = field(default_factory=dict)
    of: list[int | list[int]] = field(default_factory=list)

    def add(self, words: Iterable[str]) -> None:
        """The words of the next item."""
        unique = dict.fromkeys(word[:_LONGEST_WORD] for word in words if word)
        own = [self.numbers.setdefault(word, len(self.numbers)) for word in unique]
        self.of.append(own if len(own) > 1 else own[0] if own else _NONE)

    def mapping(self) -> dict[str, Any]:
        """As the page reads it."""
        return {"words": list(self.numbers), "of": self.of}


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
    states: _Facet = field(default_factory=_Facet)
    priorities: _Facet = field(default_factory=_Facet)
    tags: _Facet = field(default_factory=_Facet)
    labels: _Facet = field(default_factory=_Facet)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, node: Node) -> None:
        """The next item."""
        fields = node.fields
        self.ids.append(_text(fields.get("id")))
        self.titles.append(_text(fields.get("title")))
        self.emojis.append(_text(fields.get("emoji"))[:8])
        self.depths.append(node.depth)
        self.edited.append(_seconds(fields.get("updated_at")))
        self.kinds.append("t" if node.kind is NodeKind.TEST else "s")
        self.folders.append("1" if fields.get("file_type") == "folder" else "0")
        self.states.add([_text(fields.get("state"))])
        self.priorities.add([_text(fields.get("priority"))])
        self.tags.add(word.removeprefix("@") for word in _words(fields.get("tags")))
        self.labels.add(_words(fields.get("labels")))

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
            },
        }


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def _words(value: Any) -> list[str]:
    """The names in a list; a label may be a mapping with its title and its value."""
    if not isinstance(value, list):
        return [_text(value)]
    return [_name(each) for each in value]


def _name(value: Any) -> str:
    if isinstance(value, Mapping) and isinstance(value.get("title"), str):
        own = value.get("value")
        return f"{value['title']}:{own}" if isinstance(own, str) and own else str(value["title"])
    return _text(value)


def _seconds(value: Any) -> int:
    """Seconds since 1970 of a moment; 0 if it is none."""
    if not isinstance(value, str):
        return 0
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return 0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp())
