"""Which suites and tests somebody wants to see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ("EVERYTHING", "Selection")


@dataclass(frozen=True, slots=True)
class Selection:
    """What all has to hold of a test; `None` asks nothing. Case never counts.

    `suite` is the ID of a suite, or its titles from the root joined by slashes. `find` is a part of
    a test's title, its ID, or a part of the title of any suite above it.
    """

    suite: str | None = None
    find: str | None = None
    tag: str | None = None
    priority: str | None = None
    state: str | None = None

    @property
    def narrows(self) -> bool:
        """Tests are chosen, not only a suite."""
        return any((self.find, self.tag, self.priority, self.state))

    def is_suite(self, fields: Mapping[str, Any], titles: list[str]) -> bool:
        """Whether it is the suite that was asked for; `titles` are those from the root to it."""
        if self.suite is None:
            return False
        return self.suite == fields.get("id") or _plain(self.suite) == _plain("/".join(titles))

    def finds(self, fields: Mapping[str, Any], title: str) -> bool:
        """Whether the item itself is what `find` looks for."""
        if not self.find:
            return False
        return self.find.casefold() in title.casefold() or self.find == fields.get("id")

    def admits(self, fields: Mapping[str, Any]) -> bool:
        """Whether a test has the tag, the priority and the state."""
        return (
            (not self.priority or _is(fields.get("priority"), self.priority))
            and (not self.state or _is(fields.get("state"), self.state))
            and (not self.tag or _has(fields.get("tags"), self.tag.removeprefix("@")))
        )


EVERYTHING = Selection()


def _is(value: object, wanted: str) -> bool:
    return isinstance(value, str) and value.casefold() == wanted.casefold()


def _has(values: object, wanted: str) -> bool:
    if not isinstance(values, (list, tuple)):
        return False
    return any(isinstance(each, str) and _is(each.removeprefix("@"), wanted) for each in values)


def _plain(path: str) -> str:
    """A path of titles without what people may write otherwise: case, blanks around slashes."""
    return "/".join(part.strip() for part in path.strip("/ ").split("/")).casefold()
