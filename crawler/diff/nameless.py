"""What an item says once all that a server gives to every item anew is taken from it.

Two projects of which one was made from the other differ in it everywhere: in the IDs, addresses and
times of suites and tests, and of what came along with them, labels and rows of parameters.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ("nameless",)

_ASSIGNED: Final = frozenset(
    (
        *("id", "suite_id", "parent_id", "path", "import_id", "last_sync_id", "run_id", "test_id"),
        *("to_url", "created_by", "created_at", "updated_at"),
    )
)
_LABELS: Final = frozenset(("label", "labels"))
"""Types of resources that are a set: their order follows from their IDs."""


def nameless(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without it. Which resources a relationship names is told by what came along."""
    found = _without_assigned(fields)
    if isinstance(resources := found.get("included"), list):
        found["included"] = list(_resources(resources))
    if "relationships" in found:
        found["relationships"] = _without_ids(found["relationships"])
    return found


def _without_assigned(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key.replace("-", "_") not in _ASSIGNED}


def _resources(resources: list[Any]) -> Iterator[Any]:
    """The labels first, sorted, then the others as they come."""
    plain = [_resource(each) for each in resources]
    yield from sorted(filter(_is_label, plain), key=_spelled)
    yield from (each for each in plain if not _is_label(each))


def _resource(resource: Any) -> Any:
    if not isinstance(resource, dict):
        return resource
    found = {key: value for key, value in resource.items() if key != "id"}
    if isinstance(attributes := found.get("attributes"), dict):
        found["attributes"] = _without_assigned(attributes)
    if "relationships" in found:
        found["relationships"] = _without_ids(found["relationships"])
    return found


def _is_label(resource: Any) -> bool:
    return isinstance(resource, dict) and resource.get("type") in _LABELS


def _spelled(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _without_ids(relationships: Any) -> Any:
    """Each relationship with the types of what it names; anything else in it stays as it is."""
    if not isinstance(relationships, dict):
        return relationships
    return {name: _relationship(value) for name, value in relationships.items()}


def _relationship(value: Any) -> Any:
    if not isinstance(value, dict) or "data" not in value:
        return value
    data = value["data"]
    named = [_type(each) for each in data] if isinstance(data, list) else _type(data)
    return {**value, "data": named}


def _type(identifier: Any) -> Any:
    if not isinstance(identifier, dict):
        return identifier
    return {key: value for key, value in identifier.items() if key != "id"}
