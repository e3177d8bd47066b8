"""Names like one that does not exist, for the message that says so."""

from collections.abc import Iterable

__all__ = ("did_you_mean", "near_or_all", "nearest")

_MOST = 3


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question for the nearest names; empty if none is near."""
    near = nearest(name, known)
    return f"Did you mean {' or '.join(map(repr, near[:_MOST]))}?" if near else ""


def near_or_all(name: str, known: Iterable[str]) -> str:
    """A question for the nearest names, or a list of all if none is near."""
    names = list(known)
    return did_you_mean(name, names) or f"There are: {', '.join(names)}."


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The known names that are most like it, whatever their case.

    Of a name with hyphens each part may be the near one: ``alure`` is near ``allure-testops``.
    """
    import difflib  # noqa: PLC0415  only for a mistake

    wanted, names = name.casefold(), {each.casefold(): each for each in known}
    parts: dict[str, list[str]] = {}
    for plain, each in names.items():
        for part in dict.fromkeys((plain, *plain.split("-"))):
            parts.setdefault(part, []).append(each)
    near = difflib.get_close_matches(wanted, parts, n=1, cutoff=0.7)
    near = near or difflib.get_close_matches(wanted, names, n=1)
    return [each for part in near for each in parts[part]]
