"""A sum of what a snapshot says, whatever the format that says it."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from crawler.snapshot.as_json import exact
from crawler.snapshot.document import Head, Node, head_mapping

__all__ = ("ContentDigest",)


class ContentDigest:
    """A SHA-256 of the content alone, the same for every format that holds it.

    Feed it the nodes in document order, then the orphans, then the items of the sections; it hashes
    the head first.
    """

    __slots__ = ("_hash",)

    def __init__(self, head: Head) -> None:
        self._hash = hashlib.sha256(_sorted(head_mapping(head)))

    def add(self, node: Node, *, orphan: bool = False) -> None:
        """Take one node in."""
        self._hash.update(_canonical(node.fields, node.kind.value, node.depth, orphan))

    def add_item(self, section: str, fields: Mapping[str, Any]) -> None:
        """Take one item of a section in."""
        self._hash.update(_canonical(fields, section))

    def hexdigest(self) -> str:
        """The sum of all that was added so far."""
        return self._hash.hexdigest()


def _canonical(fields: Mapping[str, Any], *place: object) -> bytes:
    return _sorted([*place, exact(fields)])


def _sorted(value: object) -> bytes:
    """Sorted keys: the order in which a hand-edited file names them is not content."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
