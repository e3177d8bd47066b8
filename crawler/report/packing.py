"""Data in a form that any HTML file can carry: JSON, deflated, in Base64."""

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from crawler.report.columns import Columns
from crawler.snapshot.document import Node

__all__ = ("Blocks", "packed")

_BLOCK: Final = 256 * 1024
"""Characters of JSON after which a block of fields ends: quick to unpack, and still packs well."""
_SMALLEST: Final = -(2**53 - 1)
_LARGEST: Final = 2**53 - 1
_IN_COLUMNS: Final = frozenset({"id", "title"})


def packed(value: Any) -> str:
    """The value as text of letters, digits and ``+/=``, which no HTML can mistake for markup."""
    return _packed(_json(value))


class Blocks:
    """The fields of all items, packed as they come, so that only packed ones are in memory."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        """The number of the first item of each block."""
        self.blocks: list[str] = []

    def fill(self, nodes: Iterable[Node], columns: Columns) -> None:
        """Take the items in, and their columns."""
        waiting: list[str] = []
        size = 0
        for node in nodes:
            if not waiting:
                self.starts.append(len(columns))
            columns.add(node)
            waiting.append(_json(_own(node.fields)))
            size += len(waiting[-1])
            if size > _BLOCK:
                self._close(waiting)
                size = 0
        if waiting:
            self._close(waiting)

    def _close(self, waiting: list[str]) -> None:
        self.blocks.append(_packed(f"[{','.join(waiting)}]"))
        waiting.clear()


def _own(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _exact(value) for name, value in fields.items() if name not in _IN_COLUMNS}


def _exact(value: Any) -> Any:
    """The value with numbers as text that a browser would round or cannot read."""
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if _SMALLEST <= value <= _LARGEST else str(value)
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, Mapping):
        return {str(name): _exact(inner) for name, inner in value.items()}
    return [_exact(inner) for inner in value]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _packed(text: str) -> str:
    # What is no Unicode by itself, such as half a pair, can be in JSON that others wrote.
    return base64.b64encode(zlib.compress(text.encode("utf-8", "replace"))).decode("ascii")
