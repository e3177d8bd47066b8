"""The work that every subject does: read all answers into a tree, and write it as one JSON file.

It is as little as that can be: no check, no journal, no second look, one form of answers only.
"""

from pathlib import Path
from typing import Any

import orjson

from benchmarks.served import SLUG

__all__ = ("PROJECT", "Collected", "page_target", "suite_target")

PROJECT = f"/api/projects/{SLUG}"
_DETAIL = "labels=true&detail=true"


def suite_target(suite_id: str) -> str:
    """The address of a suite."""
    return f"/api/{SLUG}/suites/{suite_id}"


def page_target(listing: str, page: int) -> str:
    """The address of a page of the listing `suites` or `tests`."""
    target = f"/api/{SLUG}/{listing}?page={page}"
    return f"{target}&{_DETAIL}" if listing == "tests" else target


class Collected:
    """The answers so far; each `add` returns the addresses that the answer leads to."""

    def __init__(self) -> None:
        self.requests = 0
        self._suites: dict[str, dict[str, Any]] = {}
        self._tests: dict[str, dict[str, Any]] = {}
        self._details: dict[str, dict[str, Any]] = {}
        self._roots: list[str] = []

    def first(self) -> list[str]:
        """Where a reading begins."""
        return [PROJECT, page_target("suites", 1), page_target("tests", 1)]

    def add(self, target: str, body: bytes) -> list[str]:
        """Take one answer in."""
        self.requests += 1
        document = orjson.loads(body)
        if target == PROJECT or target.endswith("/suites/tree"):
            return []
        if "?page=" in target:
            return self._page(target, document)
        data = document["data"]
        self._suites[data["id"]] = data
        for item in document.get("included", ()):
            if item["type"] == "test":
                self._tests[item["id"]] = item
        return [suite_target(each["id"]) for each in _related(data, "children")]

    def _page(self, target: str, document: dict[str, Any]) -> list[str]:
        listing = "tests" if "/tests?" in target else "suites"
        following = []
        if document["meta"]["page"] == 1:
            pages = range(2, document["meta"]["total_pages"] + 1)
            following = [page_target(listing, page) for page in pages]
        if listing == "tests":
            self._details.update((item["id"], item) for item in document["data"])
            return following
        roots = [item["id"] for item in document["data"]]
        self._roots += roots
        return [*following, *map(suite_target, roots)]

    def write(self, path: Path) -> None:
        """The whole tree."""
        made: dict[str, dict[str, Any]] = {}
        waiting = [(each, False) for each in self._roots]
        while waiting:
            identity, ready = waiting.pop()
            children = [each["id"] for each in _related(self._suites[identity], "children")]
            if ready:
                made[identity] = self._nested(identity, [made[each] for each in children])
            else:
                waiting += [(identity, True), *((each, False) for each in children)]
        tree = [made[each] for each in self._roots]
        path.write_bytes(orjson.dumps(tree, option=orjson.OPT_INDENT_2))

    def _nested(self, identity: str, children: list[dict[str, Any]]) -> dict[str, Any]:
        suite = self._suites[identity]
        tests = [each["id"] for each in _related(suite, "tests")]
        return {
            "id": identity,
            **suite["attributes"],
            "suites": children,
            "tests": [
                {"id": t, **self._tests[t]["attributes"], **self._details[t]["attributes"]}
                for t in tests
            ],
        }


def _related(resource: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = resource.get("relationships", {}).get(name, {}).get("data")
    return found or []
