"""What v2 of the API tells of suites, tests and branches: flat objects, in one of three spellings.

The names and types are those of the vendor's description of v2. It has no times, no positions of
suites and no rows of examples.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson

from crawler.demo.attributes import suite_attributes, test_attributes
from crawler.demo.ids import whole_of
from crawler.demo.nested_json import nested
from crawler.demo.options import Keys, ServerOptions
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoSuite, DemoTest, Linked

__all__ = ("FlatShaper", "shown")

_TAG = re.compile(r"(?:^|\s)@\S+")


class FlatShaper:
    """Writes the objects of v2 as the options spell them."""

    def __init__(self, options: ServerOptions) -> None:
        self._options = options

    def test(self, project: DemoProject, test: DemoTest) -> dict[str, Any]:
        """One test."""
        known = test_attributes(project, test)
        return self.spelled(
            {
                "id": self._uid("T", test.id),
                "type": "test",
                **_common(known, test.linked),
                "state": known["state"],
                "priority": known["priority"],
                "self_tags": known["tags"] or [],
                "code": known["code"],
                "position": known["position"],
                "suite_id": self._uid("S", test.suite_id),
            }
        )

    def suite(self, project: DemoProject, suite: DemoSuite) -> dict[str, Any]:
        """One suite without those below it."""
        known = suite_attributes(project, suite)
        return self.spelled(
            {
                "id": self._uid("S", suite.id),
                "type": "suite",
                **_common(known, suite.linked),
                "file_type": known["file-type"],
                "test_count": known["test-count"] or 0,
                "tags": known["tags"] or [],
                "file": known["file"],
                "parent_id": self._uid("S", suite.parent_id),
                "requirements": [],
            }
        )

    def tree(self, project: DemoProject, roots: Sequence[str]) -> bytes:
        """Suites with all below them, as a JSON array; a leaf has no ``children``."""
        return nested(
            roots,
            partial(shown, project),
            lambda suite_id: orjson.dumps(self.suite(project, project.suites[suite_id]))[:-1],
        )

    def branch(self, name: str, known: Mapping[str, Any]) -> dict[str, Any]:
        """One branch; no source records more than that there is such a list."""
        return self.spelled({"id": known.get("id", name), "type": "branch", "title": name})

    def meta(self, total: int, page: int, size: int) -> dict[str, Any]:
        """What a list tells of its pages."""
        plain = {"total": total, "page": page, "per_page": size}
        if self._options.newer_meta:
            pages = -(-total // size)
            plain |= {"total_pages": pages, "has_more": page < pages}
        return self.spelled(plain)

    def _uid(self, letter: str, item_id: str | None) -> str | None:
        return f"@{letter}{item_id}" if item_id and self._options.public_ids else item_id

    def spelled(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """An object with its names as the options spell them."""
        return {self._key(name): value for name, value in fields.items()}

    def _key(self, name: str) -> str:
        match self._options.keys:
            case Keys.SNAKE:
                return name
            case Keys.CAMEL:
                return _camel(name)
            case Keys.MIXED:
                return _camel(name) if whole_of(0, "key", name) % 2 else name


def shown(project: DemoProject, parent_id: str | None) -> list[str]:
    """Child suites, or the roots, in the order in which a tree shows them."""

    def place(suite_id: str) -> tuple[bool, int]:
        position = project.suites[suite_id].position
        return position is None, position or 0

    return sorted(project.suites_of(parent_id), key=place)


def _common(known: Mapping[str, Any], linked: Linked) -> dict[str, Any]:
    """What suites and tests have alike."""
    owner = known["assigned-to"]
    return {
        "title": known["title"],
        "emoji": known["emoji"],
        "public_title": known["public-title"] or known["title"],
        "clean_title": _TAG.sub("", known["title"]).strip(),
        "is_shared": bool(known["is-shared"]),
        "assigned_to": owner if isinstance(owner, str) and "@" in owner else None,
        "sync": known["sync"],
        "description": known["description"],
        "labels": [_label(each.id, each.attributes) for each in linked.get("labels", ())],
    }


def _label(label_id: str, known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": label_id,
        "title": known.get("title"),
        "color": known.get("color"),
        "value": known.get("value"),
    }


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
