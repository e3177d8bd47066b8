"""The words of other tools as the service's own; a word that is not known stays as it is."""

from typing import Final

__all__ = ("priority", "state", "words_in")

_PRIORITIES: Final = {
    "low": "low",
    **dict.fromkeys(("normal", "medium"), "normal"),
    "important": "important",
    "high": "high",
    **dict.fromkeys(("critical", "highest"), "critical"),
    "undefined": "",
}
_STATES: Final = {
    **dict.fromkeys(("manual", "other", "is-not-automated"), "manual"),
    "automated": "automated",
}


def priority(word: str) -> str:
    """The service's priority."""
    plain = word.strip().casefold()
    return _PRIORITIES.get(plain, word)


def state(word: str) -> str:
    """Manual or automated; empty if the word says neither."""
    return _STATES.get(word.strip().casefold(), "")


def words_in(text: str, separator: str = ",") -> list[str]:
    """The words of a list in one text."""
    return [word for part in text.split(separator) if (word := part.strip())]
