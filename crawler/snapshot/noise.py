"""What changes without anybody editing a test, by its place in the document.

A place is `suite.`, `test.` or the name of a section, and a field, for what lies deeper with more
names, `[]` after the name of a list: `test.included[].attributes.updated-at`. A field that a user
made and that happens to bear such a name elsewhere is content and stays.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from crawler.errors import ConfigError
from crawler.model import ItemKind, SectionName

__all__ = ("VOLATILE", "Omission")

#: What `--stable` leaves out.
VOLATILE: Final = (
    "suite.comments_count",
    "suite.filtered_tests",
    "suite.is_processing_counters",
    "suite.updated_at",
    "test.comments_count",
    "test.filtered_tests",
    "test.forks_count",
    "test.is_processing_counters",
    "test.last_sync_id",
    "test.recordings_count",
    "test.run_at",
    "test.run_statuses",
    "test.run_time",
    "test.updated_at",
    "test.included[].attributes.updated-at",
    "suite.included[].attributes.updated-at",
    "steps.usage_count",
    "users.logged_at",
)


_KINDS: Final[Mapping[str, ItemKind | SectionName]] = {
    each.value: each for each in (ItemKind.SUITE, ItemKind.TEST, *SectionName)
}


class Omission:
    """Leaves out the given places; raises `ConfigError` if one of them cannot be read."""

    def __init__(self, places: Iterable[str]) -> None:
        self.places = tuple(sorted(set(places)))
        self._paths = {
            kind: tuple(path for found, path in map(_parse, self.places) if found is kind)
            for kind in _KINDS.values()
        }

    def apply(self, kind: ItemKind | SectionName, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields without the omitted places; what was not omitted is shared, not copied."""
        for path in self._paths[kind]:
            if path[0].removesuffix("[]") in fields:
                fields = _without(fields, path)
        return fields


def _parse(place: str) -> tuple[ItemKind | SectionName, tuple[str, ...]]:
    kind, *path = place.split(".")
    if kind not in _KINDS or not path or not all(path):
        raise ConfigError(
            f"'{place}' is no place in a snapshot.",
            hint="A place is 'suite.', 'test.' or a section, and a field: 'test.updated_at'.",
        )
    if path == ["id"]:
        raise ConfigError("An ID cannot be left out.")
    return _KINDS[kind], tuple(path)


def _without(mapping: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    step, *rest = path
    name = step.removesuffix("[]")
    if not rest:
        return {key: value for key, value in mapping.items() if key != name}
    inner = _each(tuple(rest))
    return {
        key: (inner(value, is_list=step != name) if key == name else value)
        for key, value in mapping.items()
    }


def _each(path: tuple[str, ...]) -> Callable[..., Any]:
    def inner(value: Any, *, is_list: bool) -> Any:
        if is_list and isinstance(value, list):
            return [inner(item, is_list=False) for item in value]
        return _without(value, path) if isinstance(value, Mapping) else value

    return inner
