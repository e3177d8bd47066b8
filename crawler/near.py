"""Names like one that does not exist, for the message that says so."""

import difflib
from collections.abc import Iterable

__all__ = ("did_you_mean",)

_MOST = 3


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question for the nearest names, or a list of all if none is near.

    Of a name with hyphens each part may be the near one: ``alure`` is near ``allure-testops``.
    """
    names, wanted = list(known), name.lower()
    parts: dict[str, list[str]] = {}
    for each in names:
        for part in dict.fromkeys((each, *each.split("-"))):
            parts.setdefault(part, []).append(each)
    near = [
        each
        for part in difflib.get_close_matches(wanted, parts, n=1, cutoff=0.7)
        for each in parts[part]
    ]
    near = near or difflib.get_close_matches(wanted, names, n=1)
    if near:
        return f"Did you mean {' or '.join(map(repr, near[:_MOST]))}?"
    return f"There are: {', '.join(names)}."
