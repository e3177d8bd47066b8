"""Pure: the `included` resources of a document, and which item each of them belongs to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from crawler.api.wire import Document
from crawler.api.wire_resources import (
    SUITE,
    TEST,
    Raw,
    identifier,
    merged,
    normal,
    raw_item,
    related,
    resource_of,
)
from crawler.model import Resource

__all__ = ("Included", "Key")

#: Kind and ID.
Key: TypeAlias = tuple[str, str]


class Included:
    """The suites and tests that came along, and all else, which belongs to some item.

    A further resource (parameter row, label, ...) belongs to each item whose relationships name
    it, directly or through another one; else to the suite or test that it names itself; else to
    the primary resource, if the document has one. A listing has none: what nobody names and names
    nobody is then nobody's, and left out.
    """

    def __init__(self, document: Document, tree: tuple[str, ...] = (SUITE, TEST)) -> None:
        """`tree` are the kinds that are items of their own; none where there is no tree."""
        self._tree = tree
        self.suites: dict[str, Raw] = {}
        self.tests: dict[str, Raw] = {}
        self._document = document
        self._others: list[Raw] = []
        self._places: defaultdict[Key, list[int]] = defaultdict(list)
        for value in document.included:
            self._add(value)

    def _add(self, value: object) -> None:
        raw = self._raw(value)
        if raw.kind in self._tree:
            known = self.suites if raw.kind == SUITE else self.tests
            known[raw.id] = merged(known.get(raw.id), raw)
            return
        self._places[raw.key].append(len(self._others))
        self._others.append(raw)

    def _raw(self, value: object) -> Raw:
        if not isinstance(value, dict):
            raise self._document.wrong("'included' holds something that is not an object")
        if value.get("id") is None and value.get("type") is not None:
            # Rows of a table need no identity; they are kept all the same.
            return Raw("", *_anonymous(self._document, value))
        return raw_item(self._document, value, "")

    def find(self, kind: str, item_id: str) -> Raw | None:
        """The included suite or test of this ID."""
        return (self.suites if kind == SUITE else self.tests).get(item_id)

    def owned(
        self, owners: Iterable[Raw], primary: Raw | None = None
    ) -> Mapping[Key, tuple[Resource, ...]]:
        """What belongs to each of the owners, in the server's order."""
        if not self._others:
            return {}
        holders = {each.key: each for each in (*self._further_owners(), *owners)}
        places = {key: self._reach(raw) for key, raw in holders.items()}
        claimed = set().union(*places.values())
        for place, raw in enumerate(self._others):
            if place in claimed:
                continue
            owner = self._owner_named_by(raw, holders) or (primary.key if primary else None)
            if owner is not None:
                places[owner] |= {place} | self._reach(raw)
        return {key: self._resources(each) for key, each in places.items()}

    def _further_owners(self) -> Iterable[Raw]:
        return (*self.suites.values(), *self.tests.values())

    def _resources(self, places: set[int]) -> tuple[Resource, ...]:
        return tuple(resource_of(self._document, self._others[place]) for place in sorted(places))

    def _reach(self, start: Raw) -> set[int]:
        reached: set[int] = set()
        waiting = [start]
        while waiting:
            raw = waiting.pop()
            for key in _named_keys(self._document, raw):
                fresh = [place for place in self._places.get(key, ()) if place not in reached]
                reached.update(fresh)
                waiting.extend(self._others[place] for place in fresh)
        return reached

    def _owner_named_by(self, raw: Raw, holders: Mapping[Key, Raw]) -> Key | None:
        relations, facts = raw.relations, raw.facts
        for kind in (TEST, SUITE):
            members = related(self._document, relations.get(kind)) or [facts.get(f"{kind}id")]
            for member in members:
                key = (kind, _id_in(member))
                if key in holders:
                    return key
        return None


def _anonymous(
    document: Document, value: dict[str, Any]
) -> tuple[str, str, Mapping[str, Any], Mapping[str, Any], bool]:
    raw = raw_item(document, {**value, "id": "-"}, "")
    return raw.type, raw.kind, raw.attributes, raw.relationships, raw.bare


def _named_keys(document: Document, raw: Raw) -> Iterable[Key]:
    for name, relation in raw.relationships.items():
        for member in related(document, relation) or ():
            # Some identifiers are no more than an ID; the relationship's name tells their kind.
            named = member.get("type") if isinstance(member, dict) else None
            kind = normal(named if isinstance(named, str) else name).removesuffix("s")
            if isinstance(member, dict) and member.get("id") is None:
                continue
            yield (
                kind,
                identifier(document, member.get("id") if isinstance(member, dict) else member),
            )


def _id_in(member: object) -> str:
    value = member.get("id") if isinstance(member, dict) else member
    return str(value) if isinstance(value, str | int) else ""
