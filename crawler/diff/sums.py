"""When two values are the same: by content and type, whatever the order of keys in mappings."""

import hashlib
import json
from typing import Any

import orjson

from crawler.errors import SnapshotError

__all__ = ("content_sum", "same")


def content_sum(value: Any) -> bytes:
    """16 bytes that are the same for the same value, and for no other that anybody will find.

    Raises:
        SnapshotError: if the value is nothing that a snapshot can hold.
    """
    return hashlib.blake2b(_spelled(value), digest_size=16).digest()


def same(one: Any, other: Any) -> bool:
    """Whether the values are the same; `1`, `1.0` and `true` are three."""
    return one is other or _spelled(one) == _spelled(other)


def _spelled(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # Whole numbers beyond 64 bits, and what is no Unicode.
        return _spelled_slowly(value)


def _spelled_slowly(value: Any) -> bytes:
    try:
        return json.dumps(value, sort_keys=True).encode()
    except (TypeError, RecursionError) as error:
        raise SnapshotError(f"A value of the snapshot cannot be compared: {error}.") from error
