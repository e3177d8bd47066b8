"""From what the server sent to the fields of format 1: names, order, noise, nothing lost.

The rules, which the README repeats for users:

- An attribute stands under its name in snake case with its value as sent; `null` is left out.
- If two names of one item fall together with different values, or a name is one of the format's
  own keys, the value that lost its place stands under `other_attributes`, by its name as sent.
- So does a title of a suite or a test that is no text.
- Several answers on one item are laid over each other, the most detailed on top; nothing empty
  takes the place of something.
- Relationships (other than the tree itself) and the resources included for them are kept under
  `relationships`, by their names in snake case, and `included`; all inside them is as sent.
- `tags` and `labels` are sets to the vendor and are sorted; every other array keeps its order.
- Signatures that expire are cut from addresses of assets, since they change at every request.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from crawler.model import ItemKind, Resource, SectionName
from crawler.snapshot.assets import without_signatures

__all__ = ("OWN_KEYS", "SECTION_KEYS", "WELL_KNOWN", "canonical_fields", "snake_case")

#: Keys that the format uses itself in a suite or a test; an attribute so named gives way.
OWN_KEYS: Final = frozenset(
    {"id", "suites", "tests", "relationships", "included", "other_attributes"}
)

#: The same for an item of a section, which holds no nodes, and may say that the server lost it, or
#: which file it is.
SECTION_KEYS: Final = (OWN_KEYS - {"suites", "tests"}) | {
    *("belongs_to", "purged", "stored", "linked"),
}

#: The attributes that people look for first, in the order in which they read.
WELL_KNOWN: Final[Mapping[ItemKind, tuple[str, ...]]] = {
    ItemKind.SUITE: (
        *("id", "title", "file_type", "emoji", "description", "notes", "position"),
        *("tags", "labels", "milestones", "assigned_to", "code", "file", "test_count"),
    ),
    ItemKind.TEST: (
        *("id", "title", "state", "priority", "emoji", "description", "params"),
        *("tags", "labels", "milestones", "assigned_to", "position", "code", "file"),
    ),
}

_WELL_KNOWN_IN_SECTIONS: Final = (
    *(
        "id",
        "title",
        "name",
        "status",
        "kind",
        "env",
        "run_id",
        "example",
        "description",
        "message",
    ),
)

_SETS: Final = ("tags", "labels")
_WORD_BREAK: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS: Final = re.compile(r"[-\s]+")


@lru_cache(maxsize=4096)
def snake_case(name: str) -> str:
    """`file-type`, `fileType` and `file_type` are all `file_type`."""
    return _SEPARATORS.sub("_", _WORD_BREAK.sub("_", name)).lower()


def canonical_fields(
    kind: ItemKind | SectionName, identity: str, answers: Sequence[Resource]
) -> dict[str, Any]:
    """The fields of one item from all answers on it, the most detailed last.

    `kind` is what an item of the tree is, or the section that it stands in.
    """
    if len(answers) == 1 and (fields := _plain_fields(kind, identity, answers[0])) is not None:
        return fields
    reserved = _reserved(kind)
    merged: dict[str, Any] = {}
    others: dict[str, Any] = {}
    related: dict[str, Any] = {}
    for answer in answers:
        named, displaced = _named(answer.attributes, reserved)
        _lay_over(merged, named, answer.attributes)
        others.update(displaced)
        names, twice = _named(answer.relationships, frozenset())
        related.update(names)
        related.update(twice)
    if isinstance(kind, ItemKind) and not isinstance(merged.get("title", ""), str):
        others["title"] = merged.pop("title")  # the format promises text there
    # The same value under its own name needs no second place.
    others = {
        name: value
        for name, value in others.items()
        if not _stands(merged, identity, snake_case(name), value)
    }
    for name in _SETS:
        if isinstance(merged.get(name), list):
            merged[name] = _sorted_set(merged[name])
    attached = {
        "other_attributes": _by_name(others),
        "relationships": _by_name(related),
        "included": _included(answers),
    }
    merged.update({name: value for name, value in attached.items() if value})
    return _in_order(kind, identity, merged)


def _plain_fields(
    kind: ItemKind | SectionName, identity: str, answer: Resource
) -> dict[str, Any] | None:
    """The fields where they are the attributes and nothing else; `None` if there is more to it."""
    if answer.relationships or answer.included:
        return None
    attributes = answer.attributes
    if (places := _places(kind, tuple(attributes))) is None:
        return None
    fields: dict[str, Any] = {"id": identity}
    for key, name in places:
        value = attributes[name]
        if value is None:
            continue
        if type(value) is str:
            fields[key] = without_signatures(value) if "=" in value else value
        elif not value:
            fields[key] = value
        else:
            value = without_signatures(value)
            in_any_order = key in _SETS and isinstance(value, list)
            fields[key] = _sorted_set(value) if in_any_order else value
    if isinstance(kind, ItemKind) and not isinstance(fields.get("title", ""), str):
        return None
    return fields


@lru_cache(maxsize=256)
def _places(
    kind: ItemKind | SectionName, names: tuple[str, ...]
) -> tuple[tuple[str, str], ...] | None:
    """(key, name as sent) in the order of the document, if each has its place for itself."""
    keys = _undisputed(names, _reserved(kind))
    if keys is None:
        return None
    named = dict(zip(keys, names, strict=True))
    return tuple((key, named[key]) for key in _ordered(kind, keys))


def _reserved(kind: ItemKind | SectionName) -> frozenset[str]:
    return SECTION_KEYS if isinstance(kind, SectionName) else OWN_KEYS


def _lay_over(merged: dict[str, Any], named: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """The more detailed answer wins, but an empty list or text in it takes nothing away.

    Some answers give `labels` as `[]` unless asked in a certain way (vendor's tracker, 1390). So
    where the more detailed one says null, such an empty value was none either.
    """
    if not merged:
        merged.update(named)
        return
    if empty := [name for name, value in merged.items() if not value and _is_empty(value)]:
        nulls = {snake_case(name) for name, value in sent.items() if value is None}
        for name in nulls.intersection(empty).difference(named):
            del merged[name]
    for name, value in named.items():
        if value or not _is_empty(value) or not merged.get(name):
            merged[name] = value


def _is_empty(value: Any) -> bool:
    return isinstance(value, (list, dict, str)) and not value


def _named(
    sent: Mapping[str, Any], reserved: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(by snake-case name, by name as sent where that place was taken)."""
    if (keys := _undisputed(tuple(sent), reserved)) is not None:
        pairs = zip(keys, sent.values(), strict=True)
        return {k: without_signatures(v) for k, v in pairs if v is not None}, {}
    named: dict[str, Any] = {}
    displaced: dict[str, Any] = {}
    for name in _by_claim(sent):
        value = without_signatures(sent[name])
        key = snake_case(name)
        if key in reserved:
            displaced[name] = value
        elif key not in named:
            named[key] = value
        elif named[key] != value or type(named[key]) is not type(value):
            displaced[name] = value
    return named, displaced


@lru_cache(maxsize=256)
def _undisputed(names: tuple[str, ...], reserved: frozenset[str]) -> tuple[str, ...] | None:
    """The names in snake case, if each has its place for itself; answers have few sets of names."""
    keys = tuple(map(snake_case, names))
    return keys if len(set(keys)) == len(keys) and reserved.isdisjoint(keys) else None


def _by_claim(sent: Mapping[str, Any]) -> list[str]:
    """Names with a value; of those that fall together, the one spelled as the key goes first."""
    names = [name for name, value in sent.items() if value is not None]
    if len({snake_case(name) for name in names}) == len(names):
        return names
    return sorted(names, key=lambda name: (name != snake_case(name), "-" not in name, name))


def _stands(merged: Mapping[str, Any], identity: str, key: str, value: Any) -> bool:
    if key == "id":
        return bool(value == identity)
    return key in merged and bool(merged[key] == value)


def _by_name(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sorted(mapping.items()))


def _sorted_set(values: list[Any]) -> list[Any]:
    return sorted(values, key=_sort_key)


def _sort_key(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _included(answers: Sequence[Resource]) -> list[dict[str, Any]]:
    """Every included resource once, the most detailed answer's first and in its order."""
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for resource in _all_included(reversed(answers)):
        plain = _plain(resource)
        key = (resource.type, resource.id or json.dumps(plain, sort_keys=True))
        seen.setdefault(key, plain)
    return list(seen.values())


def _all_included(answers: Iterable[Resource]) -> Iterator[Resource]:
    for answer in answers:
        yield from answer.included


def _plain(resource: Resource) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": resource.type}
    if resource.id:
        plain["id"] = resource.id
    if resource.attributes:
        plain["attributes"] = without_signatures(dict(resource.attributes))
    if resource.relationships:
        plain["relationships"] = dict(resource.relationships)
    return plain


def _in_order(
    kind: ItemKind | SectionName, identity: str, merged: dict[str, Any]
) -> dict[str, Any]:
    merged["id"] = identity
    return {name: merged[name] for name in _ordered(kind, tuple(merged))}


@lru_cache(maxsize=256)
def _ordered(kind: ItemKind | SectionName, names: tuple[str, ...]) -> tuple[str, ...]:
    well_known = _WELL_KNOWN_IN_SECTIONS if isinstance(kind, SectionName) else WELL_KNOWN[kind]
    known = [name for name in well_known if name in names]
    return (*known, *sorted(set(names).difference(known)))
