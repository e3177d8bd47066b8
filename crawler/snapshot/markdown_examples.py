"""The examples of a test, which the API includes as resources, as a table for people."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crawler.snapshot.markdown_marks import one_line

__all__ = ("shown_params", "shown_rows", "with_params", "with_rows")

_TYPES: Final = ("example", "examples")
_DASHES: Final = re.compile(r":?-+:?")
_BREAK: Final = "<br>"
_LINE_BREAK: Final = re.compile(r"\r\n?|\n")
_LONELY: Final = ("",)  # a table has no row without a cell

Row = tuple[str, ...]


def shown_params(params: Any) -> Row | None:
    """The names of the columns; `None` if there are none, or one is no text."""
    if not isinstance(params, list) or not all(isinstance(name, str) for name in params):
        return None
    return tuple(map(_cell, params)) or None


def with_params(names: Row) -> list[str]:
    """The parameters that a row of names stands for."""
    return [_value(name) for name in names]


def shown_rows(included: Any) -> tuple[Row, ...]:
    """A row for each example that is a plain list of values."""
    return tuple(_shown(row) for _, row in _examples(included))


def with_rows(included: Any, rows: Sequence[Row]) -> list[Any]:
    """`included` with these rows as its examples: a cell that shows the old value leaves it.

    Surplus examples go, and new ones have no ID.
    """
    resources = list(included) if isinstance(included, list) else []
    known = list(_examples(resources))
    for (place, old), row in zip(known, rows, strict=False):
        if _shown(old) != row:
            resources[place] = _with_data(resources[place], _merged(old, row))
    for place, _ in reversed(known[len(rows) :]):
        del resources[place]
    added = [_with_data({"type": _TYPES[0]}, _merged([], row)) for row in rows[len(known) :]]
    return resources + added


def _examples(included: Any) -> list[tuple[int, list[Any]]]:
    """(position, values) of every included resource that can be a row."""
    found = []
    for place, resource in enumerate(included if isinstance(included, list) else ()):
        if not isinstance(resource, Mapping) or resource.get("type") not in _TYPES:
            continue
        attributes = resource.get("attributes")
        data = attributes.get("data") if isinstance(attributes, Mapping) else None
        if isinstance(data, list) and not any(isinstance(value, (list, Mapping)) for value in data):
            found.append((place, data))
    return found


def _with_data(resource: Mapping[str, Any], data: list[Any]) -> dict[str, Any]:
    return {**resource, "attributes": {**resource.get("attributes", {}), "data": data}}


def _merged(old: Sequence[Any], row: Row) -> list[Any]:
    values = [_value(cell) for cell in row]
    for place, (value, cell) in enumerate(zip(old, row, strict=False)):
        if _cell(value) == cell:
            values[place] = value
    return values


def _shown(values: Sequence[Any]) -> Row:
    return tuple(map(_cell, values)) or _LONELY


def _cell(value: Any) -> str:
    if not isinstance(value, str):
        value = "" if value is None else json.dumps(value, ensure_ascii=False)
    cell = one_line(_LINE_BREAK.sub(_BREAK, value)).replace("|", "\\|")
    return f"\\{cell}" if _DASHES.fullmatch(cell) else cell


def _value(cell: str) -> str:
    text = cell.replace("\\|", "|").replace(_BREAK, "\n")
    return text[1:] if text.startswith("\\") and _DASHES.fullmatch(text[1:]) else text
