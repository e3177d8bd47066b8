"""What the user decides: other names for values, fields and users, and what to leave out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crawler.export.headings import Part
from crawler.export.losses import AsIs

__all__ = ("Rules", "listed", "renamed")

_NONE: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Rules:
    """The user's mapping; each part overrides the target's own table, name by name.

    `fields` gives fields of the snapshot a place of that name in the target, `drop` leaves fields
    out on purpose. `headings` has further words for the parts of a description. With `formulas`
    false, cells that a spreadsheet would take for formulas stay as they are.
    """

    priorities: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    headings: Mapping[Part, tuple[str, ...]] = field(default_factory=dict)
    formulas: bool = True


def renamed(
    value: str,
    *tables: Mapping[str, str],
    other: str | None = None,
) -> tuple[str, str]:
    """(the target's word for a value, what is lost by it): the last table that knows it decides.

    What no table knows stays as it is, or becomes `other` if the target knows a fixed set only.
    Nothing is lost if the word is the value's own, in any case, or stands for no other value.
    """
    table: dict[str, str] = {}
    for each in tables:
        table.update(each)
    if value not in table:
        if other is None or not value:
            return value or other or "", AsIs
        return other, f"{value} is unknown there; it became {other or 'nothing'}"
    word = table[value]
    same = sorted(name for name, target in table.items() if target == word and name != value)
    if not same or word.casefold() == value.casefold():
        return word, AsIs
    return word, f"{value} became {word}, as {' and '.join(same)} would"


def listed(value: Any, words: Iterable[str], separator: str) -> tuple[str, str]:
    """(a list of words in one text, what is lost by it); `value` is the field as it was."""
    words = tuple(words)
    inside = [word for word in words if separator.strip() in word or word != word.strip()]
    shown = separator.join(word.replace(separator.strip(), " ").strip() for word in words)
    if inside or not all(words):
        return shown, f"{separator.strip()} separates words there"
    plain = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return shown, AsIs if plain else "only the names were kept"
