"""Pure: what a text says of other suites and tests, put in terms of the new project.

Known are the marks that the service itself writes (`@S` or `@T` and an ID) and the plain addresses
of a project's pages. An ID that the snapshot does not hold stays as it is.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from crawler.snapshot.document import NodeKind

__all__ = ("Reference", "Rewriter")

Reference: TypeAlias = tuple[NodeKind, str]
"""What kind of item a text names, and the ID."""

_ID: Final = "[0-9A-Za-z_]"
_MARK: Final = rf"(?<![\w@])@(?P<mark>[ST])(?P<id>{_ID}{{8}})(?!{_ID})"
_HOST: Final = r"(?P<host>https?://[^\s/()<>\[\]\"']+)?"
_STEP: Final = re.compile(rf"/(?P<word>suite|test)(?P<many>s?)/(?P<id>{_ID}+)")
_KINDS: Final = {"S": NodeKind.SUITE, "T": NodeKind.TEST}


class Rewriter:
    """Finds and rewrites references from one project to another.

    `source` and `target` are the short names of the projects, `server` is the new one's address.
    """

    def __init__(self, source: str, target: str, server: str) -> None:
        steps = rf"(?P<steps>(?:/(?:suite|test)s?/{_ID}+)+)"
        address = rf"{_HOST}/projects/{re.escape(source)}{steps}"
        self._pattern = re.compile(f"{_MARK}|{address}")
        self._page = f"/projects/{target}"
        self._server = server

    def references(self, text: str) -> set[Reference]:
        """Everything that the text names."""
        found: set[Reference] = set()
        for match in self._pattern.finditer(text) if _may_refer(text) else ():
            if match["mark"]:
                found.add((_KINDS[match["mark"]], match["id"]))
            else:
                found.update(map(_named, _STEP.finditer(match["steps"])))
        return found

    def rewritten(self, text: str, new: Mapping[Reference, str]) -> str:
        """The text with every reference to an item that has a new ID."""
        if not new or not _may_refer(text):
            return text

        def replaced(match: re.Match[str]) -> str:
            if match["mark"]:
                known = new.get((_KINDS[match["mark"]], match["id"]))
                return f"@{match['mark']}{known}" if known else match[0]
            if not any(_named(step) in new for step in _STEP.finditer(match["steps"])):
                return match[0]
            steps = _STEP.sub(lambda step: _step(step, new), match["steps"])
            return f"{self._server if match['host'] else ''}{self._page}{steps}"

        return self._pattern.sub(replaced, text)


def _may_refer(text: str) -> bool:
    return "@" in text or "/projects/" in text


def _named(step: re.Match[str]) -> Reference:
    return NodeKind(step["word"]), step["id"]


def _step(step: re.Match[str], new: Mapping[Reference, str]) -> str:
    known = new.get(_named(step), step["id"])
    return f"/{step['word']}{step['many']}/{known}"
