"""What targets are given: the suites and tests of a snapshot in document order, one at a time.

An item has all fields as the snapshot has them, and what the targets commonly ask for in a form in
which every snapshot answers: texts are texts, lists of words are lists of words.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from crawler.export.steps import Parsed, StepsParser
from crawler.snapshot.document import Document, Node, NodeKind

__all__ = (
    "EXAMPLES",
    "ORPHANS",
    "Attachment",
    "Case",
    "Examples",
    "Item",
    "Items",
    "Suite",
    "present",
)

ORPHANS: Final = "Orphans"
"""The suite under which stands what no root leads to."""

EXAMPLES: Final = "examples"
"""The field of the rows of parameters, which a snapshot has among `included`."""

_EXAMPLE_TYPES: Final = frozenset(("example", "examples"))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that lies on the server."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Examples:
    """Rows of parameters; every row has as many values as there are `names`.

    `even` is false if that is not how it was.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    even: bool = True


@dataclass(frozen=True)
class Suite:
    """A suite; `path` has the titles from the root down to its own.

    `number` counts suites from 1 in document order, `parent` is the number of the one above, 0 if
    there is none. `dropped` names fields that the user wants left out; they are not in `fields`.
    `made` is true for the one suite that the snapshot does not have, that of orphans.
    """

    number: int
    parent: int
    path: tuple[str, ...]
    fields: Mapping[str, Any]
    dropped: tuple[str, ...] = ()
    made: bool = False

    @property
    def id(self) -> str:
        """Its ID, empty if it has none."""
        return _text(self.fields.get("id"))

    @property
    def title(self) -> str:
        """Its title as it is."""
        return self.path[-1]

    @property
    def depth(self) -> int:
        """0 at the top."""
        return len(self.path) - 1

    @cached_property
    def present(self) -> dict[str, Any]:
        """Its fields that say something."""
        return present(self.fields)

    def text(self, name: str) -> str:
        """A field as text."""
        return _text(self.fields.get(name))

    def words(self, name: str) -> tuple[str, ...]:
        """A field as a list of words."""
        return _words(self.fields.get(name))


@dataclass(frozen=True)
class Case:
    """A test; `suites` are those that lead to it, the outermost first.

    `number` counts tests from 1 in document order; `dropped` is as with a suite.
    """

    number: int
    suites: tuple[Suite, ...]
    fields: Mapping[str, Any]
    parser: StepsParser
    dropped: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its ID, empty if it has none."""
        return _text(self.fields.get("id"))

    @property
    def title(self) -> str:
        """Its title as it is."""
        return _text(self.fields.get("title"))

    @property
    def path(self) -> tuple[str, ...]:
        """The titles of its suites, the outermost first."""
        return tuple(suite.title for suite in self.suites)

    @cached_property
    def present(self) -> dict[str, Any]:
        """Its fields that say something; the rows of parameters under `EXAMPLES`."""
        fields = present(self.fields)
        rows, others = _split(fields.pop("included", None))
        if rows:
            fields[EXAMPLES] = rows
        if others:
            fields["included"] = others
        return fields

    def text(self, name: str) -> str:
        """A field as text."""
        return _text(self.fields.get(name))

    def words(self, name: str) -> tuple[str, ...]:
        """A field as a list of words."""
        return _words(self.fields.get(name))

    @cached_property
    def parsed(self) -> Parsed:
        """Its description in parts."""
        return self.parser.parse(self.text("description"))

    @cached_property
    def examples(self) -> Examples | None:
        """Its rows of parameters; `None` if it has neither names nor rows."""
        names = self.words("params")
        rows = [tuple(map(_text, row)) for row in self.present.get(EXAMPLES, ())]
        width = max(len(names), *map(len, rows)) if rows else len(names)
        if not width:
            return None
        more = (f"column {n}" for n in range(len(names) + 1, width + 1))
        padded = tuple((*row, *[""] * (width - len(row))) for row in rows)
        even = all(len(row) == width for row in (names, *rows))
        return Examples((*names, *more), padded, even)

    @cached_property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that lie on the server."""
        found = self.fields.get("attachments")
        return tuple(map(_attachment, found if isinstance(found, list) else ()))


Item: TypeAlias = Suite | Case


class Items:
    """Every suite and test in document order, with memory for one path; may be walked again.

    What no root leads to stands at the end, under a suite of its own. Fields that are named in
    `drop` are taken out.
    """

    def __init__(
        self, document: Document, parser: StepsParser, drop: frozenset[str] = frozenset()
    ) -> None:
        self._document = document
        self._parser = parser
        self._drop = drop

    def __iter__(self) -> Iterator[Item]:
        path: list[Suite] = []
        suites = cases = 0
        for node, made in _nodes(self._document):
            del path[node.depth :]
            fields, dropped = self._without(node.fields)
            if node.kind is NodeKind.SUITE:
                suites += 1
                titles = (*(suite.title for suite in path), _text(fields.get("title")))
                parent = path[-1].number if path else 0
                path.append(Suite(suites, parent, titles, fields, dropped, made))
                yield path[-1]
            else:
                cases += 1
                yield Case(cases, tuple(path), fields, self._parser, dropped)

    def _without(self, fields: Mapping[str, Any]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        dropped = tuple(name for name in present(fields) if name in self._drop)
        if not dropped:
            return fields, ()
        return {name: fields[name] for name in fields if name not in dropped}, dropped


def present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something: what is null, false or empty does not."""
    return {
        name: value
        for name, value in fields.items()
        if value is not None and value is not False and value not in ("", [], {})
    }


def _nodes(document: Document) -> Iterator[tuple[Node, bool]]:
    """Each node, and whether it is one that we made."""
    for node in document.nodes:
        yield node, False
    for number, node in enumerate(document.orphans):
        if number == 0:
            yield Node(NodeKind.SUITE, 0, {"title": ORPHANS}), True
        yield Node(node.kind, node.depth + 1, node.fields), False


def _split(included: Any) -> tuple[list[list[Any]], list[Any]]:
    """(rows of parameters, all other included resources)."""
    rows: list[list[Any]] = []
    others: list[Any] = []
    for resource in included if isinstance(included, list) else [included] if included else []:
        row = _row(resource)
        if row is None:
            others.append(resource)
        else:
            rows.append(row)
    return rows, others


def _row(resource: Any) -> list[Any] | None:
    if not isinstance(resource, Mapping) or resource.get("type") not in _EXAMPLE_TYPES:
        return None
    attributes = resource.get("attributes")
    data = attributes.get("data") if isinstance(attributes, Mapping) else None
    return data if isinstance(data, list) and data else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _words(value: Any) -> tuple[str, ...]:
    """Texts of a list; of an object its name, with its value after a colon."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(_word(item) for item in items if item is not None)


def _word(item: Any) -> str:
    if isinstance(item, Mapping) and isinstance(name := item.get("title") or item.get("id"), str):
        value = item.get("value")
        return f"{name}:{value}" if isinstance(value, str) and value else name
    return _text(item)


def _attachment(item: Any) -> Attachment:
    if isinstance(item, Mapping):
        url = _text(item.get("url") or item.get("display_url") or item.get("displayUrl"))
        return Attachment(_text(item.get("name")) or url, url)
    return Attachment(_text(item), _text(item))
