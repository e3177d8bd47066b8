"""Pure: one resource of a document, in whichever of the known forms it came.

An item may be a bare ID, an identifier `{id, type}`, a resource with `attributes`, or a flat
object; names may be hyphenated, underscored or camelCase; types singular or plural (API
description and recordings from the live service disagree, so all are taken).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from crawler.api.wire import Document
from crawler.model import Resource

__all__ = (
    "MOST_LEVELS",
    "SECRET_NAMES",
    "SUITE",
    "TEST",
    "Raw",
    "identifier",
    "merged",
    "normal",
    "raw_item",
    "related",
    "resource_of",
)

SUITE: Final = "suite"
TEST: Final = "test"
#: Levels that one attribute may be nested; far beyond any real one, far below Python's stack.
MOST_LEVELS: Final = 100
#: Attributes that are secrets (listings of projects show `api-key`), as `normal` spells them.
SECRET_NAMES: Final = frozenset({"apikey"})

_ENVELOPE: Final = frozenset({"id", "type", "attributes", "relationships"})
_IDENTIFIER: Final = _ENVELOPE | {"meta", "links"}
_STRUCTURAL_ATTRIBUTES: Final = frozenset({"children", "tests"})
_STRUCTURAL_RELATIONS: Final = frozenset({"children", "tests", "parent", "suite"})
#: The attributes that place an item or name it, as `normal` spells them; all others only pass by.
_FACTS: Final = frozenset(
    {
        *("title", "status", "slug", "testscount", "testcount", "position", "isroot"),
        *("parentid", "suiteid", "testid", "children", "tests", "params", "hasexamples"),
    }
)
#: Values that can neither be nested nor have lost digits; JSON as orjson reads it has exact types.
_PLAIN: Final = frozenset({str, int, bool, type(None)})
_NESTED: Final = (dict, list)
#: A whole number beyond 64 bits would be a float of at least this size.
_LARGE: Final = 2.0**63


class _TooDeepError(Exception):
    """A value has more than `MOST_LEVELS` levels."""


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """A name without the differences of spelling: `test-count`, `testCount`, `test_count`."""
    return "".join(filter(str.isalnum, name)).lower()


@dataclass(slots=True)  # made for every item: not frozen, which is slow
class Raw:
    """An item as it was sent; `kind` is its type without differences of spelling.

    `bare` is true if it came without attributes.
    """

    id: str
    type: str
    kind: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    relationships: Mapping[str, Any] = field(default_factory=dict)
    bare: bool = True
    _layout: "_Layout | None" = field(default=None, init=False, repr=False, compare=False)
    _facts: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)
    _relations: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What tells this item from all others of its document."""
        return self.kind, self.id

    @property
    def layout(self) -> "_Layout":
        """What the names of the attributes say."""
        if self._layout is None:
            self._layout = _layout_of(tuple(self.attributes))
        return self._layout

    @property
    def facts(self) -> dict[str, Any]:
        """Attributes that place it or name it, by `normal` names.

        Of two that fall together it is one that is not null.
        """
        if self._facts is None:
            attributes, layout = self.attributes, self.layout
            self._facts = {plain: attributes[name] for plain, name in layout.facts}
            for plain, name in layout.further_facts:
                if self._facts[plain] is None:
                    self._facts[plain] = attributes[name]
        return self._facts

    @property
    def relations(self) -> dict[str, Any]:
        """The relationships by `normal` names."""
        if self._relations is None:
            self._relations = _by_normal_name(self.relationships)
        return self._relations


@dataclass(frozen=True, slots=True)
class _Layout:
    """What a set of attribute names holds: (normal name, name as sent) of facts, and the others.

    `further_facts` are those whose normal name another one before them has already.
    """

    facts: tuple[tuple[str, str], ...]
    further_facts: tuple[tuple[str, str], ...]
    secrets: frozenset[str]
    structure: frozenset[str]


@lru_cache(maxsize=256)
def _layout_of(names: tuple[str, ...]) -> _Layout:
    # The resources of one server have few layouts, so names are looked at once and not for each.
    firsts: dict[str, str] = {}
    further = []
    for name in names:
        plain = normal(name)
        if plain in _FACTS and firsts.setdefault(plain, name) is not name:
            further.append((plain, name))
    return _Layout(
        tuple(firsts.items()),
        tuple(further),
        frozenset(name for name in names if normal(name) in SECRET_NAMES),
        frozenset(name for name in names if normal(name) in _STRUCTURAL_ATTRIBUTES),
    )


def _by_normal_name(values: Mapping[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for name, value in values.items():
        plain = normal(name)
        if named.get(plain) is None:
            named[plain] = value
    return named


def identifier(document: Document, value: object) -> str:
    """An ID; a whole number becomes its decimal text, for an ID is text in every format."""
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise document.wrong("an ID is missing or is not text")


def raw_item(document: Document, value: object, default: str) -> Raw:
    """An item of a list, in any form; `default` is its kind where it names no suite or test type.

    Raises `TransientError` if it is neither an ID nor an object with one.
    """
    if not isinstance(value, dict):
        return Raw(identifier(document, value), default, default)
    sent = value.get("attributes")
    attributes = _object(document, sent, "attributes") if sent is not None else {}
    bare = not attributes and value.keys() <= _IDENTIFIER
    if not bare and not value.keys() <= _ENVELOPE:
        # Flat objects have all their values here; elsewhere `links` and `meta` join the
        # attributes unless an attribute has that very name.
        further = {k: v for k, v in value.items() if k not in _ENVELOPE}
        attributes = {**further, **attributes}
    kind_named = value.get("type")
    named = kind_named if isinstance(kind_named, str) and kind_named else default
    relations = value.get("relationships")
    return Raw(
        identifier(document, value.get("id")),
        named,
        _kind(named) or default,
        attributes,
        _object(document, relations, "relationships") if relations is not None else {},
        bare,
    )


@lru_cache(maxsize=256)
def _kind(named: str) -> str:
    return normal(named).removesuffix("s")


def _object(document: Document, value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise document.wrong(f"{name!r} is not an object")
    return value


def merged(first: Raw | None, second: Raw) -> Raw:
    """What two places of one document say of the same item; the more detailed one wins."""
    if first is None or (first.bare and not first.relationships):
        return second
    lean, rich = sorted((first, second), key=lambda raw: len(raw.attributes))
    return replace(
        rich,
        attributes={**lean.attributes, **rich.attributes},
        relationships={**lean.relationships, **rich.relationships},
        bare=lean.bare and rich.bare,
    )


def related(document: Document, relation: object) -> list[Any] | None:
    """The members of a relationship; `None` if it does not state any, not even that it is empty."""
    members = relation.get("data") if isinstance(relation, dict) else relation
    if members is None:
        return None
    if isinstance(members, list):
        return members
    if isinstance(members, dict | str):
        return [members]
    raise document.wrong("a relationship is neither a list nor an object")


def resource_of(document: Document, raw: Raw, included: tuple[Resource, ...] = ()) -> Resource:
    """The resource with all that was sent, less structure, secrets and what says nothing.

    Raises `MalformedError` if a value has more than `MOST_LEVELS` levels.
    """
    attributes, layout = raw.attributes, raw.layout
    if layout.structure and raw.kind == SUITE:
        attributes = {
            k: v
            for k, v in attributes.items()
            if k not in layout.structure or not isinstance(v, list)
        }
    try:
        return Resource(
            raw.id,
            raw.type,
            _clean(document, attributes, layout.secrets),
            _further_relations(document, raw),
            included,
        )
    except _TooDeepError:
        raise document.hopeless("it is nested too deep") from None


def _further_relations(document: Document, raw: Raw) -> Mapping[str, Any]:
    """The relationships that say something, and of a suite or a test something else than places."""
    structural = _STRUCTURAL_RELATIONS if raw.kind in {SUITE, TEST} else frozenset()
    relations = {
        name: value
        for name, value in raw.relationships.items()
        if value and _says_something(value) and normal(name) not in structural
    }
    return _clean(document, relations, _layout_of(tuple(relations)).secrets) if relations else {}


def _says_something(relationship: object) -> bool:
    if isinstance(relationship, dict) and relationship.keys() <= {"data"}:
        return bool(relationship["data"])
    return True


def _clean(
    document: Document,
    values: Mapping[str, Any],
    secrets: Collection[str],
    levels: int = MOST_LEVELS,
) -> Mapping[str, Any]:
    """The values without secrets at any level; the mapping itself if all of it stays."""
    if not secrets:
        for value in values.values():
            if type(value) not in _PLAIN and value:
                break
        else:
            return values
    return {
        name: value if type(value) in _PLAIN else _clean_inner(document, value, levels)
        for name, value in values.items()
        if name not in secrets
    }


def _clean_inner(document: Document, value: Any, levels: int) -> Any:
    if not value:
        return value
    if type(value) not in _NESTED:
        if type(value) is float and abs(value) >= _LARGE:
            document.check_numbers()
        return value
    if levels <= 0:
        raise _TooDeepError
    if type(value) is dict:
        return _clean(document, value, _layout_of(tuple(value)).secrets, levels - 1)
    return [
        each if type(each) in _PLAIN else _clean_inner(document, each, levels - 1) for each in value
    ]
