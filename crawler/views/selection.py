"""Which suites and tests somebody wants to see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.selection import has_tag, is_same, plain_path

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
        return self.suite == fields.get("id") or plain_path(self.suite) == plain_path(
            "/".join(titles)
        )

    def finds(self, fields: Mapping[str, Any], title: str) -> bool:
        """Whether the item itself is what `find` looks for."""
        if not self.find:
            return False
        return self.find.casefold() in title.casefold() or self.find == fields.get("id")

    def admits(self, fields: Mapping[str, Any]) -> bool:
        """Whether a test has the tag, the priority and the state."""
        return (
            (not self.priority or is_same(fields.get("priority"), self.priority))
            and (not self.state or is_same(fields.get("state"), self.state))
            and (not self.tag or has_tag(fields.get("tags"), self.tag))
        )


EVERYTHING = Selection()
