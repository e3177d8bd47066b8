"""How a value of a snapshot, whatever it is, becomes a word, a moment or a number in a column."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

__all__ = ("Facet", "first", "seconds", "text", "words")

_LONGEST_WORD: Final = 200
_NONE: Final = -1


@dataclass(slots=True)
class Facet:
    """A column of words that many rows share; each row has the numbers of its own."""

    numbers: dict[str, int] = field(default_factory=dict)
    of: list[int | list[int]] = field(default_factory=list)

    def add(self, own: Iterable[str]) -> None:
        """The words of the next row."""
        unique = dict.fromkeys(word[:_LONGEST_WORD] for word in own if word)
        numbers = [self.numbers.setdefault(word, len(self.numbers)) for word in unique]
        self.of.append(numbers if len(numbers) > 1 else numbers[0] if numbers else _NONE)

    def mapping(self) -> dict[str, Any]:
        """As the page reads it."""
        return {"words": list(self.numbers), "of": self.of}


def text(value: Any) -> str:
    """The value as a text: itself, nothing for nothing, else its JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def first(fields: Mapping[str, Any], *names: str) -> Any:
    """What the first of these fields holds that holds anything; `None` if none does."""
    found = (fields.get(name) for name in names)
    return next((each for each in found if each is not None and each != ""), None)


def words(value: Any) -> list[str]:
    """The names in a list; a label may be a mapping with its title and its value."""
    if not isinstance(value, list):
        return [text(value)]
    return [_name(each) for each in value]


def _name(value: Any) -> str:
    if isinstance(value, Mapping) and isinstance(value.get("title"), str):
        own = value.get("value")
        return f"{value['title']}:{own}" if isinstance(own, str) and own else str(value["title"])
    return text(value)


def seconds(value: Any) -> int:
    """Seconds since 1970 of a moment; 0 if it is none."""
    if not isinstance(value, str):
        return 0
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return 0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp())
