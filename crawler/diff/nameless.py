"""What an item says once all that a server gives to every item anew is taken from it.

Two projects of which one was made from the other differ in it everywhere: in the IDs, addresses,
times and counters of suites and tests, and in those of what came along with them, labels and rows
of parameters. Nor does it matter whether a project says of what is empty that it is.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crawler.sending import Label
from crawler.server_made import DEFAULTS, MADE_BY_SERVER

__all__ = ("nameless",)

_ASSIGNED: Final = frozenset(
    (
        *("id", "suite_id", "parent_id", "path", "import_id", "last_sync_id", "run_id", "test_id"),
        *("to_url", "created_by", "created_at", "updated_at"),
    )
)
_LABELS: Final = frozenset(("label", "labels"))
"""Types of resources that are a set: their order follows from their IDs."""
_OF_ITEM: Final = ("title", "value")
"""What of a label is a fact of the item that bears it; its colour is one of the project."""


def nameless(fields: Mapping[str, Any], kind: str = "") -> dict[str, Any]:
    """The fields without it. Which resources a relationship names is told by what came along.

    `kind` is `suite` or `test` for an item of the tree.
    """
    made = MADE_BY_SERVER.get(kind, ())
    found = {
        key: value
        for key, value in _without_assigned(fields).items()
        if not (kind and _says_nothing(key, value)) and key not in made
    }
    if isinstance(resources := found.get("included"), list):
        found["included"] = list(_resources(resources, found.get("labels")))
    if "relationships" in found:
        found["relationships"] = _without_ids(found["relationships"])
    for name in ("included", "relationships") if kind else ():
        if not found.get(name, True):
            del found[name]
    return found


def _without_assigned(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key.replace("-", "_") not in _ASSIGNED}


def _says_nothing(name: str, value: Any) -> bool:
    """Whether a server says the same of an item for which that was never given."""
    if name in DEFAULTS:
        return value is None or value == DEFAULTS[name]
    return value is False or value in (None, "", [], {})


def _resources(resources: list[Any], named: Any) -> Iterator[Any]:
    """The labels first, sorted, less those that are `named` anyway; the others as they come."""
    plain = [_resource(each) for each in resources]
    known = named if isinstance(named, list) else []
    labels = [each for each in plain if _is_label(each) and _text_of(each) not in known]
    yield from sorted(labels, key=_spelled)
    yield from (each for each in plain if not _is_label(each))


def _resource(resource: Any) -> Any:
    if not isinstance(resource, dict):
        return resource
    found = {key: value for key, value in resource.items() if key != "id"}
    if isinstance(attributes := found.get("attributes"), dict):
        found["attributes"] = _without_assigned(attributes)
        if _is_label(found):
            found["attributes"] = {
                name: attributes[name] for name in _OF_ITEM if name in attributes
            }
    if "relationships" in found:
        found["relationships"] = _without_ids(found["relationships"])
    return found


def _text_of(label: Mapping[str, Any]) -> str | None:
    """A label as lists of names have it; `None` if it has no title."""
    attributes = label.get("attributes")
    facts = attributes if isinstance(attributes, dict) else {}
    title, value = facts.get("title"), facts.get("value")
    if not isinstance(title, str):
        return None
    return Label(title, value if isinstance(value, str) else "").text


def _is_label(resource: Any) -> bool:
    return isinstance(resource, dict) and resource.get("type") in _LABELS


def _spelled(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _without_ids(relationships: Any) -> Any:
    """What it says besides the IDs of what is related; anything that is no relationship stays."""
    if not isinstance(relationships, dict):
        return relationships
    found = {name: _relationship(value) for name, value in relationships.items()}
    return {name: value for name, value in found.items() if value != {}}


def _relationship(value: Any) -> Any:
    if not isinstance(value, dict) or "data" not in value:
        return value
    data = value["data"]
    named = data if isinstance(data, list) else [data]
    further = {key: each for key, each in value.items() if key != "data"}
    return further if all(map(_is_identifier, named)) else value


def _is_identifier(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and value.keys() <= {"id", "type"})
