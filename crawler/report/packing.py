"""Data in a form that any HTML file can carry: JSON, deflated, in Base64."""

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

__all__ = ("Blocks", "exact", "packed")

_BLOCK: Final = 256 * 1024
"""Characters of JSON after which a block of fields ends: quick to unpack, and still packs well."""
_SMALLEST: Final = -(2**53 - 1)
_LARGEST: Final = 2**53 - 1


def packed(value: Any) -> str:
    """The value as text of letters, digits and ``+/=``, which no HTML can mistake for markup."""
    return _packed(_json(value))


class Blocks:
    """The fields of many rows, packed as they come, so that only packed ones are in memory.

    `columns` are fields that the page has in another place already.
    """

    def __init__(self, columns: Iterable[str] = ()) -> None:
        self.starts: list[int] = []
        """The number of the first row of each block."""
        self._columns = frozenset(columns)
        self._blocks: list[str] = []
        self._waiting: list[str] = []
        self._size = 0
        self._rows = 0

    def add(self, fields: Mapping[str, Any]) -> None:
        """Take the fields of the next row in."""
        if not self._waiting:
            self.starts.append(self._rows)
        own = {name: exact(value) for name, value in fields.items() if name not in self._columns}
        self._waiting.append(_json(own))
        self._size += len(self._waiting[-1])
        self._rows += 1
        if self._size > _BLOCK:
            self._close()

    def packed(self) -> list[str]:
        """All blocks; no row may be added afterwards."""
        if self._waiting:
            self._close()
        return self._blocks

    def _close(self) -> None:
        self._blocks.append(_packed(f"[{','.join(self._waiting)}]"))
        self._waiting.clear()
        self._size = 0


def exact(value: Any) -> Any:
    """The value with numbers as text that a browser would round or cannot read."""
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if _SMALLEST <= value <= _LARGEST else str(value)
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, Mapping):
        return {str(name): exact(inner) for name, inner in value.items()}
    return [exact(inner) for inner in value]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _packed(text: str) -> str:
    # What is no Unicode by itself, such as half a pair, can be in JSON that others wrote.
    return base64.b64encode(zlib.compress(text.encode("utf-8", "replace"))).decode("ascii")
