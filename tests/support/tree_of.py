"""What a demo project holds, read from the server's own memory and put so that two compare."""

import re
from typing import Any

from crawler.demo import DemoProject

Told = tuple[Any, ...]

_MARK = re.compile(r"(?<![\w@])@([ST])(\w{8})")
_PAGE = re.compile(r"(?:https?://[^/\s]+)?/projects/(\w+)((?:/(?:suite|test)/\w+)+)")


def told(project: DemoProject) -> list[Told]:
    """Every suite and test by its way from the root, in the order of display.

    IDs give way to the ways to what they name, so a copy of a project tells the same.
    """
    ways: dict[str, str] = {}
    entries: list[tuple[str, dict[str, Any]]] = []
    _collect(project.truth()["suites"], "", ways, entries)
    return [_one(way, entry, ways, project.slug) for way, entry in entries]


def _collect(
    suites: list[dict[str, Any]],
    above: str,
    ways: dict[str, str],
    entries: list[tuple[str, dict[str, Any]]],
) -> None:
    for number, suite in enumerate(suites):
        way = f"{above}/{number}"
        ways[suite["id"]] = way
        entries.append((way, suite))
        _collect(suite["suites"], way, ways, entries)
        for place, test in enumerate(suite["tests"]):
            ways[test["id"]] = f"{way}#{place}"
            entries.append((f"{way}#{place}", test))


def _one(way: str, entry: dict[str, Any], ways: dict[str, str], slug: str) -> Told:
    attributes = entry["attributes"]

    def mark(found: re.Match[str]) -> str:
        return f"@{found[1]}{ways.get(found[2], found[2])}"

    def page(found: re.Match[str]) -> str:
        if found[1] != slug:
            return found[0]
        parts = found[2].split("/")
        return "PAGE" + "/".join(ways.get(part, part) for part in parts)

    text = _PAGE.sub(page, _MARK.sub(mark, attributes["description"] or ""))
    linked = entry["linked"]
    labels = [
        (r["attributes"]["title"], r["attributes"].get("value")) for r in linked.get("labels", ())
    ]
    return (
        way,
        attributes["title"],
        text,
        attributes.get("priority"),
        attributes.get("state"),
        attributes.get("emoji"),
        attributes.get("code"),
        sorted(attributes["tags"] or ()),
        attributes.get("params"),
        sorted(labels, key=str),
        [row["attributes"]["data"] for row in linked.get("examples", ())],
    )
