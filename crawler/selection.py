"""Which part of a project a snapshot holds, and what a path of titles means.

A suite is named by its ID, or by its titles from the root joined by slashes, in which case and
blanks around a slash do not count. That is told here alone, for all who take such a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = (
    "WHOLE",
    "Selection",
    "has_tag",
    "is_same",
    "leads_to",
    "plain_path",
    "selection_from",
    "selection_mapping",
    "selection_words",
)


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of a project; it is false if it is the whole.

    Of `suites`, with all below them, none means all. The suites in `exclude` are left out with all
    below them, wherever they are. Without `tests` there are only suites; else only those tests
    stay that have the `state` and at least one of the `tags`, each if given. As a user gives it, a
    suite is an ID or a path of titles; in a document it is always an ID. Each list is sorted, none
    of its members stands twice, and a tag has no @ before it.
    """

    suites: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    tests: bool = True
    state: str | None = None
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        tags = {tag.lstrip("@").casefold(): tag.lstrip("@") for tag in self.tags}
        # The one moment at which a frozen value may still take its normal form.
        object.__setattr__(self, "suites", tuple(sorted(set(self.suites))))
        object.__setattr__(self, "exclude", tuple(sorted(set(self.exclude))))
        object.__setattr__(self, "tags", tuple(sorted(tags.values())))

    def __bool__(self) -> bool:
        return self.picks_suites or self.picks_tests or not self.tests

    @property
    def picks_suites(self) -> bool:
        """Whether it names suites, to be had or left out."""
        return bool(self.suites or self.exclude)

    @property
    def picks_tests(self) -> bool:
        """Whether it asks something of a test."""
        return bool(self.state or self.tags)

    def admits(self, fields: Mapping[str, Any]) -> bool:
        """Whether a test with these fields belongs to it, wherever it stands."""
        if not self.tests or (self.state and not is_same(fields.get("state"), self.state)):
            return False
        return not self.tags or any(has_tag(fields.get("tags"), tag) for tag in self.tags)


WHOLE: Final = Selection()
"""All of a project."""

_LISTS: Final = ("suites", "exclude", "tags")
_KEYS: Final = frozenset((*_LISTS, "tests", "state"))


def selection_mapping(selection: Selection) -> dict[str, Any]:
    """The selection as every format writes it; empty for the whole."""
    mapping: dict[str, Any] = {
        "suites": list(selection.suites),
        "exclude": list(selection.exclude),
        "tests": None if selection.tests else False,
        "state": selection.state,
        "tags": list(selection.tags),
    }
    return {key: value for key, value in mapping.items() if value not in (None, [])}


def selection_from(mapping: object) -> Selection:
    """The selection that `selection_mapping` made it of.

    Raises:
        ValueError: if it made no such mapping; the text is the second half of a sentence.
    """
    if not isinstance(mapping, dict) or not mapping or not mapping.keys() <= _KEYS:
        raise ValueError("is not one")
    lists = {key: mapping.get(key, []) for key in _LISTS}
    for key, members in lists.items():
        if not isinstance(members, list) or not all(isinstance(each, str) for each in members):
            raise ValueError(f"has {key!r} that are no list of text")
    state = mapping.get("state")
    found = Selection(
        suites=tuple(lists["suites"]),
        exclude=tuple(lists["exclude"]),
        tests=mapping.get("tests") is not False,
        state=state if isinstance(state, str) else None,
        tags=tuple(lists["tags"]),
    )
    if selection_mapping(found) != mapping:
        raise ValueError("is not in the order, or not without doubles, as it is written")
    return found


def selection_words(selection: Selection) -> str:
    """The selection for people, in half a sentence; `all of it` for the whole."""
    parts = []
    if selection.suites:
        parts.append(f"{_suites(selection.suites)} with all below")
    if selection.exclude:
        parts.append(f"{'' if parts else 'all '}but {_suites(selection.exclude)}")
    if not selection.tests:
        parts.append("no tests")
    if selection.state:
        parts.append(f"{selection.state} tests only")
    if selection.tags:
        parts.append(f"tests tagged {' or '.join(f'@{tag}' for tag in selection.tags)} only")
    return ", ".join(parts) or "all of it"


def _suites(names: tuple[str, ...]) -> str:
    return f"suite{'' if len(names) == 1 else 's'} {', '.join(names)}"


def plain_path(path: str) -> str:
    """A path of titles without what people may write otherwise: case, blanks around slashes."""
    return "/".join(part.strip() for part in path.strip("/ ").split("/")).casefold()


def leads_to(path: str, wanted: str) -> bool:
    """Whether a suite with the first path may stand above one with the second; both are plain."""
    return not path or wanted.startswith(f"{path}/")


def is_same(value: object, wanted: str) -> bool:
    """Whether a value is that word, in any case."""
    return isinstance(value, str) and value.casefold() == wanted.casefold()


def has_tag(values: object, wanted: str) -> bool:
    """Whether a test's tags have one, in any case, with or without @."""
    if not isinstance(values, (list, tuple)):
        return False
    tag = wanted.removeprefix("@")
    return any(isinstance(each, str) and is_same(each.removeprefix("@"), tag) for each in values)
