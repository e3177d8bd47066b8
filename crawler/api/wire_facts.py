"""Pure: what a single value says that a server sent, as a number, a count, or a yes or no."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ("count_fact", "flag_fact", "number_fact")

#: Counts beyond it are no counts, and no database column holds them all.
_MOST_COUNTED: Final = 10**12
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def number_fact(value: object) -> float | None:
    """A number, sent as one or as text; `None` for anything else."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def count_fact(facts: Mapping[str, Any], name: str) -> int | None:
    """A count: null means 0 (API description), absent, garbled or absurd is `None`."""
    if name in facts and facts[name] is None:
        return 0
    number = number_fact(facts.get(name))
    if number is None or not 0 <= number <= _MOST_COUNTED or not number.is_integer():
        return None
    return int(number)


def flag_fact(value: object) -> bool | None:
    """A yes or no, sent as one or as text; `None` for anything else."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None
