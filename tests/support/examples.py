"""How many examples of a property a run looks at."""

from typing import Final

from hypothesis import settings

_USUAL: Final = 100


def examples(count: int) -> settings:
    """So many, and more by as much as the profile has more than the usual hundred."""
    return settings(max_examples=count * settings().max_examples // _USUAL)
